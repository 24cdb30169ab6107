//! A real API server with etcd, on loopback, that ends with its owner; and kubectl to talk to it.
#![allow(dead_code, reason = "each test file uses its own part")]

use serde_json::json;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Who may come, with which token and in which group.
const USERS: [(&str, &str); 4] = [
    ("admin", "system:masters"),
    ("reader", "readers"),
    ("narrow", "narrow"),
    ("nobody", "nobodies"),
];

/// A control plane.
pub(crate) struct ControlPlane {
    folder: tempfile::TempDir,
    kit: PathBuf,
    etcd: Child,
    apiserver: Option<Child>,
    etcd_port: u16,
    port: u16,
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        self.stop();
        let _ = self.etcd.kill();
        let _ = self.etcd.wait();
    }
}

fn free_ports() -> [u16; 3] {
    let held = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    held.map(|one| one.local_addr().expect("bound").port())
}

/// The folder that `end2end/cluster/build.sh` prints.
pub(crate) fn kit() -> Option<PathBuf> {
    let kit = std::env::var_os("GATEWATCH_CONTROL_PLANE").filter(|path| !path.is_empty());
    if kit.is_none() {
        println!(
            "SKIPPED: GATEWATCH_CONTROL_PLANE names no folder with etcd and kube-apiserver; end2end/cluster/build.sh makes one"
        );
    }
    kit.map(PathBuf::from)
}

impl ControlPlane {
    /// Starts one that is ready; none where there are no programs for it.
    pub(crate) fn start() -> Option<Self> {
        let kit = kit()?;
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let [etcd_port, peer, port] = free_ports();
        let etcd = Command::new(kit.join("etcd"))
            .arg("--data-dir")
            .arg(path("etcd"))
            .args(["--unsafe-no-fsync", "--log-level", "error"])
            .args([
                "--listen-client-urls",
                &format!("http://127.0.0.1:{etcd_port}"),
            ])
            .args([
                "--advertise-client-urls",
                &format!("http://127.0.0.1:{etcd_port}"),
            ])
            .args(["--listen-peer-urls", &format!("http://127.0.0.1:{peer}")])
            .args([
                "--initial-advertise-peer-urls",
                &format!("http://127.0.0.1:{peer}"),
            ])
            .args([
                "--initial-cluster",
                &format!("default=http://127.0.0.1:{peer}"),
            ])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("etcd starts");
        let mut plane = Self {
            folder,
            kit,
            etcd,
            apiserver: None,
            etcd_port,
            port,
        };
        plane.write_tokens("first");
        plane.up();
        Some(plane)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gives everybody a token that begins with this word; counts from the next start on.
    pub(crate) fn write_tokens(&self, word: &str) {
        let lines: Vec<String> = USERS
            .iter()
            .map(|(user, group)| format!("{word}-{user},{user},{user},\"{group}\""))
            .collect();
        std::fs::write(self.path("tokens.csv"), lines.join("\n")).expect("the folder takes files");
        for (user, _) in USERS {
            let token = self.path(&format!("{user}.token"));
            std::fs::write(token, format!("{word}-{user}")).expect("the folder takes files");
        }
    }

    /// Starts the API server, on the same port as before, and waits until it is ready.
    pub(crate) fn up(&mut self) {
        let log =
            std::fs::File::create(self.path("apiserver.log")).expect("the folder takes files");
        let errors = log.try_clone().expect("a file can be shared");
        let key = self.kit.join("key.pem");
        let policy = json!({"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [{"level": "Metadata"}]});
        std::fs::write(self.path("audit.yaml"), policy.to_string())
            .expect("the folder takes files");
        let flag = |name: &str, path: PathBuf| format!("--{name}={}", path.display());
        let apiserver = Command::new(self.kit.join("kube-apiserver"))
            .arg(format!(
                "--etcd-servers=http://127.0.0.1:{}",
                self.etcd_port
            ))
            .arg(format!("--secure-port={}", self.port))
            .args(["--bind-address=127.0.0.1", "--authorization-mode=RBAC"])
            .args([
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-cluster-ip-range=10.96.0.0/12",
            ])
            .args([
                "--disable-admission-plugins=ServiceAccount",
                "--endpoint-reconciler-type=none",
            ])
            .arg(flag("cert-dir", self.path("certs")))
            .arg(flag("service-account-key-file", key.clone()))
            .arg(flag("service-account-signing-key-file", key))
            .arg(flag("token-auth-file", self.path("tokens.csv")))
            .arg(flag("audit-policy-file", self.path("audit.yaml")))
            .arg(flag("audit-log-path", self.path("audit.log")))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn();
        self.apiserver = Some(apiserver.expect("kube-apiserver starts"));
        self.write_kubeconfigs();
        let start = Instant::now();
        loop {
            let ready = self.try_kubectl("admin", &["get", "--raw", "/readyz"], "");
            if ready.is_ok() {
                break;
            }
            let log = || std::fs::read_to_string(self.path("apiserver.log")).unwrap_or_default();
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "not ready: {ready:?}\n{}",
                log()
            );
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Ends the API server; etcd stays.
    pub(crate) fn stop(&mut self) {
        if let Some(mut apiserver) = self.apiserver.take() {
            let _ = apiserver.kill();
            let _ = apiserver.wait();
        }
    }

    fn write_kubeconfigs(&self) {
        for (user, _) in USERS {
            let config = json!({
                "apiVersion": "v1", "kind": "Config", "current-context": user,
                "clusters": [{"name": "real", "cluster": {"server": format!("https://127.0.0.1:{}", self.port), "certificate-authority": self.path("certs/apiserver.crt")}}],
                "users": [{"name": user, "user": {"tokenFile": self.path(&format!("{user}.token"))}}],
                "contexts": [{"name": user, "context": {"cluster": "real", "user": user}}],
            });
            std::fs::write(self.kubeconfig(user), config.to_string())
                .expect("the folder takes files");
        }
    }

    /// The kubeconfig of a user.
    pub(crate) fn kubeconfig(&self, user: &str) -> PathBuf {
        self.path(&format!("{user}.kubeconfig"))
    }

    /// What the API server noted about requests: one JSON object a line.
    pub(crate) fn audit(&self) -> String {
        std::fs::read_to_string(self.path("audit.log")).unwrap_or_default()
    }

    fn try_kubectl(&self, user: &str, arguments: &[&str], input: &str) -> Result<String, String> {
        let mut kubectl = Command::new(self.kit.join("kubectl"))
            .arg("--kubeconfig")
            .arg(self.kubeconfig(user))
            .args(arguments)
            .env("HOME", self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kubectl starts");
        let mut stdin = kubectl.stdin.take().expect("it is piped");
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let done = kubectl.wait_with_output().expect("kubectl ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if done.status.success() {
            Ok(text(&done.stdout))
        } else {
            Err(text(&done.stderr))
        }
    }

    /// Runs kubectl as admin; panics with its words if it fails.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        self.try_kubectl("admin", arguments, "")
            .unwrap_or_else(|words| panic!("kubectl {arguments:?}: {words}"))
    }

    /// Applies manifests.
    pub(crate) fn apply(&self, manifests: &str) {
        self.try_apply(manifests)
            .unwrap_or_else(|words| panic!("{words}"));
    }

    /// Applies manifests, or says why the server does not take them.
    pub(crate) fn try_apply(&self, manifests: &str) -> Result<String, String> {
        let arguments = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
        self.try_kubectl("admin", &arguments, manifests)
    }

    /// Applies the CRDs of a bundle and channel, and waits until they are served.
    pub(crate) fn install(&self, bundle: &str, channel: &str) {
        let folder = self.crds(bundle, channel);
        let folder = folder.to_str().expect("a plain path");
        self.kubectl(&["apply", "--server-side", "--force-conflicts", "-f", folder]);
        self.kubectl(&[
            "wait",
            "--for=condition=Established",
            "--timeout=30s",
            "-f",
            folder,
        ]);
    }

    /// The folder of the CRDs of a bundle and channel.
    pub(crate) fn crds(&self, bundle: &str, channel: &str) -> PathBuf {
        self.kit.join("crds").join(bundle).join(channel)
    }

    /// Gives the user `reader` the rights that a file of `server/deploy` grants.
    pub(crate) fn grant(&self) {
        let role = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/clusterrole.yaml");
        let role = std::fs::read_to_string(role).expect("the role is there");
        self.apply(&role);
        self.apply(&binding("reader").to_string());
    }
}

/// Binds the ClusterRole of `server/deploy` to a user.
pub(crate) fn binding(user: &str) -> serde_json::Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": user},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "gatewatch"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    })
}
