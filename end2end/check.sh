#!/usr/bin/env bash
# Runs the checks part by part and prints how long each took: check.sh all|fast|long|browser|screenshots [TEST NAME].
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=../app/browser/common.sh
. app/browser/common.sh

what=${1:-all}
only=${2:-}
parts=()

# part NAME COMMAND...: runs a part with its output shown; remembers its time.
part() {
    local name=$1 started=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    if "$@"; then
        parts+=("$(printf '%5s s  %s' "$((SECONDS - started))" "$name")")
    else
        printf '\n%s failed after %s s\n' "$name" "$((SECONDS - started))"
        exit 1
    fi
}

command -v cargo >/dev/null || fail "cargo is missing; install Rust from https://rustup.rs, then run this again."

needs_browser() {
    command -v node >/dev/null && command -v npm >/dev/null || fail "node and npm are missing; the browser tests need node 20 or newer ('make test-fast' does without)."
    if [ ! -d end2end/node_modules/@playwright/test ] || [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
        step "npm packages of the browser tests" npm --prefix end2end ci --no-audit --no-fund ||
            fail "the npm packages of the browser tests could not be installed; is there a network?"
    fi
    chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
    if [ -z "$chromium" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        step "Chromium from Debian's packages" bash -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium fonts-dejavu-core' ||
            fail "Chromium could not be installed."
        chromium=$(command -v chromium)
    fi
    [ -n "$chromium" ] || fail "no Chromium found; install it ('apt-get install chromium') or set CHROMIUM to its path."
    export CHROMIUM=$chromium
}

browser_tests() {
    cd end2end
    if [ -n "$only" ]; then npx playwright test --grep "$only"; else npx playwright test; fi
}

pictures() {
    cd end2end
    SCREENSHOTS=1 npx playwright test --project=js screenshots
}

# A real API server, etcd, kubectl and Traefik for the tests; where they cannot be had it says so and why.
needs_control_plane() {
    local kit status=0
    kit=$(end2end/cluster/build.sh) || status=$?
    case $status in
    0) export GATEWATCH_CONTROL_PLANE=$kit ;;
    3) printf 'gatewatch: SKIPPED: all tests with a real API server\n' ;;
    *) return "$status" ;;
    esac
}

# A real Envoy for the tests of routing; where it cannot be had they say so.
needs_envoy() {
    local envoy status=0
    envoy=$(end2end/peers.sh) || status=$?
    case $status in
    0) export GATEWATCH_ENVOY=$envoy ;;
    3) printf 'gatewatch: SKIPPED: routing beside a real Envoy\n' ;;
    *) return "$status" ;;
    esac
}

rust_parts() {
    part "format" cargo fmt --all --check
    part "lints" cargo clippy --workspace --all-targets --locked --features app/ssr -- -D warnings
    part "lints of the browser half" cargo clippy --package app --lib --locked --no-default-features --features hydrate -- -D warnings
    if [ -z "${GATEWATCH_CONTROL_PLANE:-}" ]; then part "a real control plane" needs_control_plane; fi
    if [ -z "${GATEWATCH_ENVOY:-}" ]; then part "a real Envoy" needs_envoy; fi
    part "tests of engine, app and server" cargo test --workspace --locked --features app/ssr
}

release() {
    app/browser/build.sh
    cargo build --release --locked --package server
}

# Succeeds if the page of an address tells the first story.
first_page="fetch(process.argv[1]).then((answer) => answer.text()).then((page) => process.exit(page.includes('shared-gateway-access') ? 0 : 1))"

# The story with a real API server and Traefik; where that cannot be had it says so and why.
story() {
    local status=0
    end2end/cluster/story.sh || status=$?
    if [ "$status" = 3 ]; then
        printf 'gatewatch: SKIPPED: the story on a real cluster\n'
    elif [ "$status" != 0 ]; then
        return "$status"
    fi
}

# The first command of the README, as a person types it: it builds what is missing and serves; then it is ended.
run_serves() {
    local log address pid status=1
    log=$(mktemp)
    make run ARGS="--example acme --listen 127.0.0.1:0" >"$log" 2>&1 &
    pid=$!
    for _ in $(seq 600); do
        address=$(sed -n 's/.*example ACME on //p' "$log")
        if [ -n "$address" ]; then break; fi
        sleep 0.1
    done
    if [ -n "$address" ] && node -e "$first_page" "$address"; then status=0; else cat "$log"; fi
    kill "$pid"
    wait "$pid" || true
    rm -f "$log"
    return "$status"
}

case $what in
fast) rust_parts ;;
all)
    rust_parts
    part "the binary with its browser half" release
    part "the story on a real cluster" story
    part "what the browser tests need" needs_browser
    part "make run serves the first story" run_serves
    part "browser tests" browser_tests
    ;;
long)
    part "a real control plane" needs_control_plane
    part "100,000 worlds against the naive evaluator" env GATEWATCH_WORLDS=100000 cargo test --release --locked --package engine --test naive --test naive_routing
    part "a real Envoy" needs_envoy
    part "100,000 requests to a real Envoy" env GATEWATCH_REQUESTS=100000 cargo test --locked --package engine --test envoy -- --nocapture
    part "faults of an API server, 20 seeds" env GATEWATCH_SEEDS=20 cargo test --locked --package server --test cluster
    ;;
browser)
    part "what the browser tests need" needs_browser
    part "browser tests" browser_tests
    ;;
screenshots)
    part "what the browser tests need" needs_browser
    part "pictures" pictures
    ;;
*) fail "check.sh all|fast|long|browser|screenshots" ;;
esac

printf '\nTimes\n'
printf '%s\n' "${parts[@]}"
printf '%5s s  in all\n' "$SECONDS"
