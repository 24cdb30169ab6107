#!/usr/bin/env bash
# The first story on a real cluster: etcd, kube-apiserver and Traefik as controller and data plane in a network namespace
# of their own; Gatewatch watches with the rights of server/deploy. Its verdicts, Traefik's status and what requests get
# have to agree, before and after a label lets hr in. --keep serves on http://127.0.0.1:3000 until it is ended.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

keep=${1:-}
gatewatch=${GATEWATCH:-$root/target/release/gatewatch}
[ "$(id -u)" = 0 ] || skip "not root: a network namespace of its own is needed, because backends cannot be on loopback."
command -v ip >/dev/null || skip "no ip command: install iproute2."
[ -x "$gatewatch" ] || fail "$gatewatch is missing; run 'make build' first."
kit=$("$here/build.sh") || exit $?

name=gw$$
part=$(($$ % 250))
host=10.123.$part.1
inside=10.123.$part.2
folder=$(mktemp -d)
pids=()

# in_space COMMAND...: runs a command in the network namespace.
in_space() {
    ip netns exec "$name" "$@"
}

# begin NAME COMMAND...: starts a program whose output goes to a log.
begin() {
    local log=$folder/$1.log
    shift
    "$@" >"$log" 2>&1 &
    pids+=($!)
}

finish() {
    local status=$?
    if [ "$status" != 0 ]; then tail -n 8 "$folder"/*.log >&2 || true; fi
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    ip netns delete "$name" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' INT TERM

# within SECONDS WHAT COMMAND...: tries until the command succeeds.
within() {
    local until=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$until" ]; then fail "in vain waited for: $what"; fi
        sleep 0.2
    done
}

ip netns add "$name" 2>/dev/null || skip "network namespaces cannot be made here."
ip link add "$name" type veth peer name inside netns "$name"
ip address add "$host/30" dev "$name"
ip link set "$name" up
ip -n "$name" link set lo up
ip -n "$name" address add "$inside/30" dev inside
ip -n "$name" link set inside up

began=$SECONDS
begin etcd in_space "$kit/etcd" --data-dir "$folder/etcd" --unsafe-no-fsync --log-level error
printf 'admin-token,admin,admin,"system:masters"\nreader-token,reader,reader,"readers"\ntraefik-token,traefik,traefik,"system:masters"\n' >"$folder/tokens.csv"
begin apiserver in_space "$kit/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --secure-port=6443 \
    --bind-address=0.0.0.0 --advertise-address="$inside" --cert-dir="$folder/certs" --authorization-mode=RBAC \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$kit/key.pem" \
    --service-account-signing-key-file="$kit/key.pem" --service-cluster-ip-range=10.96.0.0/12 \
    --token-auth-file="$folder/tokens.csv" --disable-admission-plugins=ServiceAccount
for user in admin reader; do
    cat >"$folder/$user.kubeconfig" <<CONFIG
{"apiVersion": "v1", "kind": "Config", "current-context": "$user",
 "clusters": [{"name": "story", "cluster": {"server": "https://$inside:6443", "certificate-authority": "$folder/certs/apiserver.crt"}}],
 "users": [{"name": "$user", "user": {"token": "$user-token"}}],
 "contexts": [{"name": "$user", "context": {"cluster": "story", "user": "$user"}}]}
CONFIG
done
kubectl() {
    "$kit/kubectl" --kubeconfig "$folder/admin.kubeconfig" "$@"
}
within 60 "the API server" kubectl get --raw /readyz
kubectl apply --server-side -f "$kit/crds/v1.6.3/standard" >"$folder/crds.log"
kubectl wait --for=condition=Established --timeout=30s -f "$kit/crds/v1.6.3/standard" >>"$folder/crds.log"
kubectl apply -f "$root/server/deploy/clusterrole.yaml" >>"$folder/crds.log"
kubectl create clusterrolebinding reader --clusterrole=gatewatch --user=reader >>"$folder/crds.log"

# Traefik has the part that Cilium has in the example.
sed 's#io.cilium/gateway-controller#traefik.io/gateway-controller#; s/\bcilium$/traefik/' "$root/end2end/clusters/acme.yaml" >"$folder/acme.yaml"
kubectl apply --server-side -f "$folder/acme.yaml" >>"$folder/crds.log"
port=9081
backends=()
for team in careers product hr; do
    backends+=("$port=$team")
    kubectl apply -f - >>"$folder/crds.log" <<SLICE
{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
 "metadata": {"namespace": "$team", "name": "echo-$team", "labels": {"kubernetes.io/service-name": "echo-$team"}},
 "ports": [{"name": "", "port": $port, "protocol": "TCP"}],
 "endpoints": [{"addresses": ["$inside"], "conditions": {"ready": true}}]}
SLICE
    port=$((port + 1))
done
begin echo in_space python3 "$here/echo.py" "$inside" "${backends[@]}"
begin traefik in_space "$kit/traefik" --providers.kubernetesgateway=true \
    --providers.kubernetesgateway.endpoint="https://$inside:6443" --providers.kubernetesgateway.token=traefik-token \
    --providers.kubernetesgateway.certauthfilepath="$folder/certs/apiserver.crt" --entrypoints.web.address=:80 \
    --global.checknewversion=false --global.sendanonymoususage=false --log.level=INFO
listen=127.0.0.1:0
if [ "$keep" = --keep ]; then listen=127.0.0.1:3000; fi
begin gatewatch "$gatewatch" serve --kubeconfig "$folder/reader.kubeconfig" --listen "$listen"

# code PATH: the status that a request through Traefik gets.
code() {
    curl --silent --max-time 5 --output /dev/null --write-out '%{http_code}' "http://$inside$1"
}
gets() {
    [ "$(code "$1")" = "$2" ]
}
# reported NAMESPACE REASON: what Traefik says of a team's route.
reported() {
    local said
    said=$(kubectl get httproute -n "$1" cross-namespace -o jsonpath='{.status.parents[*].conditions[?(@.type=="Accepted")].reason}')
    [ "$said" = "$2" ]
}
address() {
    sed -n 's/.* on \(http:.*\)/\1/p' "$folder/gatewatch.log"
}
# judged NAMESPACE VERDICT: what Gatewatch says of a team's route, and that it agrees with what is reported.
judged() {
    curl --silent --max-time 5 "$(address)/api/v1/route?kind=HTTPRoute&namespace=$1&name=cross-namespace" |
        python3 -c 'import json, sys
answer = json.load(sys.stdin)
said = {(one["verdict"], one["agreement"]) for one in answer["attachments"]}
sys.exit(said != {(sys.argv[1], "agrees")})' "$2"
}

within 60 "200 for /product" gets /product 200
within 20 "200 for /careers" gets /careers 200
within 20 "404 for /hr" gets /hr 404
within 20 "careers accepted" reported careers Accepted
within 20 "product accepted" reported product Accepted
within 20 "hr refused" reported hr NotAllowedByListeners
within 10 "Gatewatch" address
for team in careers product; do within 10 "Gatewatch: $team attached" judged "$team" attached; done
within 10 "Gatewatch: hr refused" judged hr refused
printf 'gatewatch: 200, 200, 404; Traefik and Gatewatch agree on all three (%s s)\n' "$((SECONDS - began))"
if [ "$keep" = --keep ]; then
    printf 'gatewatch: open http://127.0.0.1:3000; let hr in with:\n  %s --kubeconfig %s label namespace hr shared-gateway-access=true\n' "$kit/kubectl" "$folder/admin.kubeconfig"
    wait
fi
kubectl label namespace hr shared-gateway-access=true >>"$folder/crds.log"
within 10 "Gatewatch: hr attached" curl --silent --fail "$(address)/api/v1/overview"
within 20 "200 for /hr" gets /hr 200
within 20 "hr accepted" reported hr Accepted
within 10 "Gatewatch: hr attached" judged hr attached
printf 'gatewatch: with the label /hr gets 200, and Traefik and Gatewatch agree again (%s s)\n' "$((SECONDS - began))"
