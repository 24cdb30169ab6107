# Shared by the build scripts: one line a step with the time it took, one clear line when something is missing.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools=$root/target/tools
mkdir -p "$tools/log"

# fail MESSAGE: one clear line, then the end.
fail() {
    printf 'gatewatch: %s\n' "$1" >&2
    exit 1
}

# step NAME COMMAND...: runs a command quietly, says what it does and how long it took; its output goes to a log.
step() {
    local name=$1 log started
    shift
    log=$tools/log/$(printf '%s' "$name" | tr -c 'a-zA-Z0-9' '-').log
    started=$SECONDS
    printf -- '- %s ... ' "$name" >&2
    if "$@" >"$log" 2>&1; then
        printf '%s s\n' "$((SECONDS - started))" >&2
    else
        printf 'failed after %s s. The end of its output (%s):\n' "$((SECONDS - started))" "${log#"$root"/}" >&2
        tail -n 25 "$log" >&2
        return 1
    fi
}

# locked CRATE: the version of a crate in Cargo.lock.
locked() {
    awk -v crate="\"$1\"" '$1 == "name" { name = $3 } $1 == "version" && name == crate { gsub(/"/, "", $3); print $3; exit }' "$root/Cargo.lock"
}
