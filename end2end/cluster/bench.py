# Measures Gatewatch beside kubectl against one real API server: bench.py KIT GATEWATCH OBJECTS.jsonl [SECONDS OF CHURN].
import http.client
import json
import os
import queue
import resource
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

kit, gatewatch, objects, *rest = sys.argv[1:]
churn_seconds = int(rest[0]) if rest else 30
folder = tempfile.mkdtemp()
running = []
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def begin(name, *command):
    log = open(f"{folder}/{name}.log", "w")
    process = subprocess.Popen(command, stdout=log, stderr=log)
    running.append(process)
    return process


def end(process):
    process.send_signal(signal.SIGTERM)
    process.wait()
    running.remove(process)


def memory(process):
    """Resident now and at most, in MB."""
    with open(f"/proc/{process.pid}/status") as status:
        lines = dict(line.split(":", 1) for line in status if ":" in line)
    return tuple(int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))


def cpu(process):
    """Seconds of processor that a process has used."""
    with open(f"/proc/{process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


class Cluster:
    def __init__(self):
        self.refusals = {}
        etcd, peer, self.port = free_port(), free_port(), free_port()
        begin("etcd", f"{kit}/etcd", "--data-dir", f"{folder}/etcd", "--unsafe-no-fsync", "--log-level", "error",
              "--listen-client-urls", f"http://127.0.0.1:{etcd}", "--advertise-client-urls", f"http://127.0.0.1:{etcd}",
              "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
              "--initial-cluster", f"default=http://127.0.0.1:{peer}", "--quota-backend-bytes", "8000000000")
        with open(f"{folder}/tokens.csv", "w") as tokens:
            tokens.write('admin,admin,admin,"system:masters"\nreader,reader,reader,"readers"\n')
        self.process = begin(
            "apiserver", f"{kit}/kube-apiserver", f"--etcd-servers=http://127.0.0.1:{etcd}", f"--secure-port={self.port}",
            "--bind-address=127.0.0.1", f"--cert-dir={folder}/certs", "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={kit}/key.pem",
            f"--service-account-signing-key-file={kit}/key.pem", "--service-cluster-ip-range=10.96.0.0/12",
            f"--token-auth-file={folder}/tokens.csv", "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none", "--max-mutating-requests-inflight=2000")
        for user in ("admin", "reader"):
            with open(f"{folder}/{user}.kubeconfig", "w") as config:
                json.dump({
                    "apiVersion": "v1", "kind": "Config", "current-context": user,
                    "clusters": [{"name": "c", "cluster": {"server": f"https://127.0.0.1:{self.port}",
                                                           "certificate-authority": f"{folder}/certs/apiserver.crt"}}],
                    "users": [{"name": user, "user": {"token": user}}],
                    "contexts": [{"name": user, "context": {"cluster": "c", "user": user}}],
                }, config)
        until = time.time() + 60
        while self.kubectl("get", "--raw", "/readyz", check=False).returncode:
            if time.time() > until:
                sys.exit("the API server is not ready")
            time.sleep(0.2)

    def kubectl(self, *arguments, user="admin", check=True):
        return subprocess.run([f"{kit}/kubectl", "--kubeconfig", f"{folder}/{user}.kubeconfig", *arguments],
                              capture_output=True, check=check)

    def connection(self):
        context = ssl.create_default_context(cafile=f"{folder}/certs/apiserver.crt")
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=context)

    def send(self, requests, threads=12):
        """Sends (method, path, body, media type) over some connections; the number that the server took."""
        work, taken = queue.SimpleQueue(), []
        for request in requests:
            work.put(request)

        def run():
            connection, mine = self.connection(), 0
            while True:
                try:
                    method, path, body, media = work.get_nowait()
                except queue.Empty:
                    break
                connection.request(method, path, body, {"authorization": "Bearer admin", "content-type": media})
                answer = connection.getresponse()
                said = answer.read()
                if answer.status < 300:
                    mine += 1
                else:
                    self.refusals.setdefault(said[:300], path)
            taken.append(mine)

        started = [threading.Thread(target=run) for _ in range(threads)]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()
        return sum(taken)


def path_of(item):
    group, kind, meta = item["apiVersion"], item["kind"], item["metadata"]
    plural = {"GatewayClass": "gatewayclasses", "BackendTLSPolicy": "backendtlspolicies"}.get(kind, kind.lower() + "s")
    root = f"/apis/{group}" if "/" in group else f"/api/{group}"
    space = f"/namespaces/{meta['namespace']}" if meta.get("namespace") else ""
    return f"{root}{space}/{plural}"


def get(address, path):
    connection = http.client.HTTPConnection(*address)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def serve():
    """Starts Gatewatch; returns it, its address and the seconds until it was ready."""
    page, probe = free_port(), free_port()
    started = time.perf_counter()
    process = begin("gatewatch", gatewatch, "serve", "--kubeconfig", f"{folder}/reader.kubeconfig",
                    "--listen", f"127.0.0.1:{page}", "--probes-listen", f"127.0.0.1:{probe}")
    while True:
        try:
            if get(("127.0.0.1", probe), "/readyz")[0] == 200:
                break
        except OSError:
            pass
        time.sleep(0.005)
        if process.poll() is not None:
            sys.exit(open(f"{folder}/gatewatch.log").read())
    return process, ("127.0.0.1", page), ("127.0.0.1", probe), time.perf_counter() - started


def spread(name, values, unit="s"):
    print(f"{name:58} {statistics.median(values):8.2f} {unit}   {min(values):.2f} to {max(values):.2f}")


def main():
    cluster = Cluster()
    here = os.path.dirname(os.path.abspath(__file__))
    cluster.kubectl("apply", "--server-side", "-f", f"{kit}/crds/v1.6.3/experimental")
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", f"{kit}/crds/v1.6.3/experimental")
    cluster.kubectl("apply", "-f", f"{here}/../../server/deploy/clusterrole.yaml")
    cluster.kubectl("create", "clusterrolebinding", "reader", "--clusterrole=gatewatch", "--user=reader")
    items = []
    for line in open(objects):
        try:
            items.append(json.loads(line))
        except ValueError:
            pass  # Broken on purpose; an API server never holds such a one.
    items = [item for item in items if isinstance(item.get("metadata"), dict) and "name" in item["metadata"]]
    for item in items:
        item["metadata"] = {name: value for name, value in item["metadata"].items() if name in ("name", "namespace", "labels", "annotations") and value}
    rank = {"Namespace": 0, "GatewayClass": 1, "Gateway": 2}
    items.sort(key=lambda item: rank.get(item["kind"], 3))
    started, taken = time.perf_counter(), 0
    for stage in range(4):
        batch = [("POST", path_of(item), json.dumps(item), "application/json")
                 for item in items if rank.get(item["kind"], 3) == stage]
        taken += cluster.send(batch)
    statuses = [("PATCH", f"{path_of(item)}/{item['metadata']['name']}/status", json.dumps({"status": item["status"]}), "application/merge-patch+json")
                for item in items if item.get("status")]
    cluster.send(statuses)
    print(f"{taken} of {len(items)} objects taken by the API server in {time.perf_counter() - started:.0f} s")
    if taken < len(items) * 0.9:
        sys.exit(f"too few: {list(cluster.refusals.items())[:3]}")

    if os.environ.get("KEEP"):
        print(folder, flush=True)
        cluster.process.wait()
    kinds = "httproutes,gateways,namespaces"
    raw = ["/apis/gateway.networking.k8s.io/v1/httproutes", "/apis/gateway.networking.k8s.io/v1/gateways", "/api/v1/namespaces"]
    ours, theirs, floor, peaks = [], [], [], []
    for _ in range(5):
        started = time.perf_counter()
        listed = cluster.kubectl("get", kinds, "-A", "-o", "json", user="reader")
        theirs.append(time.perf_counter() - started)
        started = time.perf_counter()
        size = sum(len(cluster.kubectl("get", "--raw", path, user="reader").stdout) for path in raw)
        floor.append(time.perf_counter() - started)
        process, *_, ready = serve()
        ours.append(ready)
        peaks.append(memory(process)[1])
        end(process)
    print(f"{size / 1e6:.1f} MB of JSON, {len(json.loads(listed.stdout)['items'])} objects")
    spread("P5 gatewatch serve, from exec to ready", ours)
    spread(f"   kubectl get {kinds} -A -o json", theirs)
    spread("   kubectl get --raw, the floor", floor)
    spread("   ours / kubectl", [one / other for one, other in zip(ours, theirs)], " ")
    spread("P4 gatewatch: most memory while it gets ready", peaks, "MB")
    print(f"   kubectl: most memory {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:28.0f} MB (of all children)")

    process, page, probe, _ = serve()
    time.sleep(5)
    followers = []
    for _ in range(10):
        follower = http.client.HTTPConnection(*page)
        follower.request("GET", "/api/v1/events")
        followers.append((follower, follower.getresponse()))
    before = cpu(process)
    time.sleep(20)
    print(f"P15 idle for 20 s with 10 followers {(cpu(process) - before) / 20 * 100:31.2f} % of a core; {memory(process)[0]:.0f} MB")

    routes = [item for item in items if item["kind"] == "HTTPRoute"]

    def revision():
        return json.loads(get(page, "/api/v1/overview")[1])["revision"]

    def patches(count, mark):
        for number in range(count):
            item = routes[number % len(routes)]
            body = {"spec": {"hostnames": [f"{mark}-{number}.example.com"]}}
            yield "PATCH", f"{path_of(item)}/{item['metadata']['name']}", json.dumps(body), "application/merge-patch+json"

    resting, first, used, started, sent = memory(process)[0], revision(), cpu(process), time.perf_counter(), 0
    while time.perf_counter() - started < churn_seconds:
        sent += cluster.send(patches(2000, int(time.time())))
    lasted = time.perf_counter() - started
    print(f"P8 {sent} route changes in {lasted:.0f} s: {sent / lasted:.0f} a second, {(revision() - first) / lasted:.1f} publications a second, "
          f"{(cpu(process) - used) / lasted * 100:.0f} % of a core, {resting:.0f} MB before, {memory(process)[0]:.0f} after, {memory(process)[1]:.0f} at most")
    metrics = get(probe, "/metrics")[1].decode()
    print("   " + "; ".join(line for line in metrics.splitlines() if "HTTPRoute" in line and not line.startswith("#")))
    item = routes[0]
    delays = []
    for number in range(10):
        time.sleep(1)
        before, started = revision(), time.perf_counter()
        cluster.send([("PATCH", f"{path_of(item)}/{item['metadata']['name']}", json.dumps({"spec": {"hostnames": [f"once-{number}.example.com"]}}), "application/merge-patch+json")])
        while revision() == before:
            time.sleep(0.002)
        delays.append((time.perf_counter() - started) * 1000)
    spread("P2 one route changed, until it is published", delays, "ms")


try:
    main()
finally:
    for process in running:
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)
