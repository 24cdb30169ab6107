#!/usr/bin/env bash
# Finds or installs what the browser half needs: WebAssembly's standard library, wasm-bindgen, wasm-opt.
# Leaves its findings in target/tools/env as RUSTC, linker, WASM_BINDGEN and WASM_OPT for build.sh.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

target=wasm32-unknown-unknown

command -v cargo >/dev/null || fail "cargo is missing; install Rust from https://rustup.rs, then run this again."

# Prints KEY=VALUE lines for the first compiler that can build for the browser.
use_compiler() {
    local rustc=$1 sysroot libdir
    sysroot=$("$rustc" --print sysroot)
    libdir=$sysroot/lib/rustlib/$target/lib
    [ -n "$(find "$libdir" -name 'libstd-*.rlib' 2>/dev/null | head -n 1)" ]
}

# Way one: rustup has, or can fetch, the target.
way_rustup() {
    use_compiler rustc && return 0
    command -v rustup >/dev/null || return 1
    timeout 60 rustup target add "$target" && use_compiler rustc
}

# Way two, for machines that reach only package registries: Debian's rustc-web brings a compiler together with the
# source of its library, from which the library for the browser is built once.
way_debian() {
    local compiler=/usr/bin/rustc sysroot="$tools/wasm-sysroot" work="$tools/wasm-std" version lib
    if ! { [ -x "$compiler" ] && [ -d "$("$compiler" --print sysroot)/lib/rustlib/src/rust/library" ]; }; then
        command -v apt-get >/dev/null || return 1
        [ "$(id -u)" = 0 ] || { echo "not root: run 'sudo apt-get install rustc-web rust-web-src' first"; return 1; }
        apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends rustc-web rust-web-src
    fi
    version=$("$compiler" --version)
    lib=$sysroot/lib/rustlib/$target/lib
    if [ "$(cat "$sysroot/version" 2>/dev/null)" != "$version" ]; then
        rm -rf "$sysroot" "$work"
        mkdir -p "$work/src" "$lib"
        printf '[package]\nname = "stdlib"\nversion = "0.0.0"\nedition = "2021"\n[lib]\n[workspace]\n' >"$work/Cargo.toml"
        : >"$work/src/lib.rs"
        (cd "$work" && RUSTC=$compiler RUSTC_BOOTSTRAP=1 cargo build --release --target "$target" \
            -Z build-std=std,panic_abort --target-dir "$work/target")
        cp "$work/target/$target/release/deps/"*.rlib "$lib/"
        rm -f "$lib"/libstdlib-*.rlib
        # The rest of the sysroot (the host's library for build scripts) is the compiler's own.
        local own
        own=$("$compiler" --print sysroot)/lib/rustlib
        for entry in "$own"/*; do
            [ "$(basename "$entry")" = "$target" ] || ln -sfn "$entry" "$sysroot/lib/rustlib/$(basename "$entry")"
        done
        printf '%s' "$version" >"$sysroot/version"
    fi
    printf '#!/bin/sh\nexec %s --sysroot %s "$@"\n' "$compiler" "$sysroot" >"$tools/rustc-browser"
    chmod +x "$tools/rustc-browser"
}

# The linker that comes with rustup's compiler; Debian's compiler has none for WebAssembly of its own.
rust_lld() {
    local host sysroot
    sysroot=$(rustc --print sysroot)
    host=$(rustc -vV | sed -n 's/^host: //p')
    printf '%s/lib/rustlib/%s/bin/rust-lld' "$sysroot" "$host"
}

install_bindgen() {
    local version=$1
    # --locked first; a registry that lags behind the tool's own lock file gets a second chance without it.
    cargo install wasm-bindgen-cli --locked --version "$version" --root "$tools" --target-dir "$tools/build" ||
        cargo install wasm-bindgen-cli --version "$version" --root "$tools" --target-dir "$tools/build"
    rm -rf "$tools/build"
}

: >"$tools/env.new"
set_env() { printf '%s=%q\n' "$1" "$2" >>"$tools/env.new"; }

if use_compiler rustc 2>/dev/null; then
    :
elif [ -x "$tools/rustc-browser" ] && use_compiler "$tools/rustc-browser" &&
    [ "$(cat "$tools/wasm-sysroot/version")" = "$(/usr/bin/rustc --version)" ]; then
    browser=$tools/rustc-browser
elif (step "WebAssembly's standard library by rustup" way_rustup) 2>"$tools/log/rustup"; then
    cat "$tools/log/rustup" >&2
elif step "WebAssembly's standard library from Debian's rust-web-src (rustup cannot fetch it here; a minute)" way_debian; then
    browser=$tools/rustc-browser
else
    fail "no standard library for $target: run 'rustup target add $target' where the network allows, or install Debian's rustc-web and rust-web-src."
fi
if [ -n "${browser:-}" ]; then
    set_env RUSTC "$browser"
    set_env CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER "$(rust_lld)"
fi

bindgen_version=$(locked wasm-bindgen)
bindgen=
for candidate in wasm-bindgen "$tools/bin/wasm-bindgen"; do
    if [ "$("$candidate" --version 2>/dev/null)" = "wasm-bindgen $bindgen_version" ]; then bindgen=$candidate; fi
done
if [ -z "$bindgen" ]; then
    step "wasm-bindgen $bindgen_version, as locked (three minutes, once)" install_bindgen "$bindgen_version" ||
        fail "wasm-bindgen $bindgen_version could not be installed; is there a network?"
    bindgen=$tools/bin/wasm-bindgen
fi
set_env WASM_BINDGEN "$bindgen"

binaryen=132.0.0
opt=
if command -v wasm-opt >/dev/null && [ "$(wasm-opt --version | grep -oE '[0-9]+' | head -n 1)" -ge 116 ]; then
    opt=wasm-opt
elif [ -x "$tools/node_modules/.bin/wasm-opt" ]; then
    opt=$tools/node_modules/.bin/wasm-opt
elif command -v npm >/dev/null &&
    step "wasm-opt (npm binaryen $binaryen)" npm install --no-save --no-audit --no-fund --prefix "$tools" "binaryen@$binaryen"; then
    opt=$tools/node_modules/.bin/wasm-opt
else
    printf -- '- no wasm-opt and no npm: the browser half stays about a fifth larger; everything works\n' >&2
fi
set_env WASM_OPT "$opt"
mv "$tools/env.new" "$tools/env"
