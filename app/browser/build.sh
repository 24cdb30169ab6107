#!/usr/bin/env bash
# Builds the browser half into target/site: gatewatch.js and gatewatch_bg.wasm. Does nothing if nothing changed.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

"$root/app/browser/toolchain.sh"
set -a
# shellcheck source=/dev/null
. "$tools/env"
set +a

site=$root/target/site
raw=$root/target/browser/wasm32-unknown-unknown/browser/app.wasm

compile() {
    cd "$root"
    cargo build --package app --lib --no-default-features --features hydrate \
        --target wasm32-unknown-unknown --profile browser --target-dir target/browser
}

bind() {
    rm -rf "$site.new"
    "$WASM_BINDGEN" --target web --no-typescript --out-name gatewatch --out-dir "$site.new" "$raw"
}

# Only the features that every current browser has; --all-features would make a module that does not load.
shrink() {
    "$WASM_OPT" -Oz --enable-bulk-memory --enable-reference-types --enable-multivalue --enable-mutable-globals \
        --enable-nontrapping-float-to-int --enable-sign-ext \
        "$site.new/gatewatch_bg.wasm" -o "$site.new/smaller.wasm"
    mv "$site.new/smaller.wasm" "$site.new/gatewatch_bg.wasm"
}

step "browser half: compile" compile
stamp=$(cksum <"$raw")
if [ "$(cat "$site/stamp" 2>/dev/null)" = "$stamp" ]; then exit 0; fi
step "browser half: bind" bind
if [ -n "$WASM_OPT" ]; then step "browser half: shrink" shrink; fi
printf '%s' "$stamp" >"$site.new/stamp"
rm -rf "$site"
mv "$site.new" "$site"
