//! The connection to an API server: which one, as whom, and questions asked over it. Only GET is ever sent.

use super::trouble::{Trouble, shortened};
use axum::http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kube::client::{Body, ClientBuilder};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long it may take to connect, and to answer when no stream is asked for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// Credentials are read anew at most this often.
const RENEW_APART: Duration = Duration::from_secs(2);
/// Where a Pod finds its token.
const TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// Which cluster is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// This kubeconfig; else `KUBECONFIG`, else the usual place.
    pub kubeconfig: Option<PathBuf>,
    /// This context; else the current one.
    pub context: Option<String>,
}

/// Why there is no cluster to read.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct NoCluster(pub String);

/// A cluster that is read. Free to clone.
#[derive(Clone)]
pub struct Connection {
    held: Arc<Held>,
}

struct Held {
    origin: Origin,
    client: RwLock<Client>,
    renewed: Mutex<Instant>,
    name: String,
    namespace: String,
}

/// Where address and credentials come from.
#[derive(Clone, Debug)]
enum Origin {
    Pod,
    Kubeconfig {
        path: Option<PathBuf>,
        context: String,
    },
}

impl Origin {
    /// Chooses: what was asked for, else the Pod's own, else the current context.
    fn choose(wanted: &Wanted) -> Result<Self, NoCluster> {
        let asked = wanted.kubeconfig.is_some() || wanted.context.is_some();
        let in_pod = std::env::var_os("KUBERNETES_SERVICE_HOST").is_some();
        if !asked && in_pod && Path::new(TOKEN).exists() {
            return Ok(Self::Pod);
        }
        let file = match &wanted.kubeconfig {
            Some(path) => Kubeconfig::read_from(path),
            None => Kubeconfig::read(),
        };
        let file = file.map_err(|error| NoCluster(not_found(wanted, &error.to_string())))?;
        let known = || {
            let names = file.contexts.iter().map(|one| one.name.as_str());
            names.collect::<Vec<_>>().join(", ")
        };
        let context = match wanted.context.clone().or(file.current_context.clone()) {
            Some(context) if file.contexts.iter().any(|one| one.name == context) => context,
            Some(context) => {
                let words = format!(
                    "the kubeconfig has no context {context}; it has: {}",
                    known()
                );
                return Err(NoCluster(words));
            }
            None => {
                let words = format!(
                    "the kubeconfig has no current context; choose one with --context: {}",
                    known()
                );
                return Err(NoCluster(words));
            }
        };
        Ok(Self::Kubeconfig {
            path: wanted.kubeconfig.clone(),
            context,
        })
    }

    /// Address and credentials as they are now.
    async fn config(&self) -> Result<Config, String> {
        let mut config = match self {
            Self::Pod => Config::incluster().map_err(|error| error.to_string())?,
            Self::Kubeconfig { path, context } => {
                let file = match path {
                    Some(path) => Kubeconfig::read_from(path),
                    None => Kubeconfig::read(),
                };
                let file = file.map_err(|error| error.to_string())?;
                let options = KubeConfigOptions {
                    context: Some(context.clone()),
                    ..KubeConfigOptions::default()
                };
                Config::from_custom_kubeconfig(file, &options)
                    .await
                    .map_err(|error| error.to_string())?
            }
        };
        config.connect_timeout = Some(CONNECT);
        // What to do after a failure is decided kind by kind.
        config.default_retry = false;
        Ok(config)
    }
}

/// Says what was looked for, and what can be done instead.
fn not_found(wanted: &Wanted, error: &str) -> String {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let from_environment = std::env::var_os("KUBECONFIG").filter(|paths| !paths.is_empty());
    let place = match (&wanted.kubeconfig, from_environment, home) {
        (Some(path), _, _) => path.display().to_string(),
        (None, Some(paths), _) => PathBuf::from(paths).display().to_string(),
        (None, None, Some(home)) => home.join(".kube/config").display().to_string(),
        (None, None, None) => "no home directory".to_owned(),
    };
    format!(
        "no cluster to read: looked for a ServiceAccount token ({TOKEN}) and a kubeconfig ({place}): {}\n\
         What works without a cluster: -f FILE|DIR|- for manifests, or --example acme.",
        shortened(error)
    )
}

fn client(config: Config) -> Result<Client, String> {
    let builder = ClientBuilder::try_from(config).map_err(|error| error.to_string())?;
    Ok(builder.build())
}

impl Connection {
    /// Chooses a cluster and reads the credentials for it. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// If there is no cluster to choose, or its configuration cannot be read: a line or a few for people.
    pub async fn open(wanted: &Wanted) -> Result<Self, NoCluster> {
        let origin = Origin::choose(wanted)?;
        let wrong = |error: String| {
            NoCluster(format!(
                "the cluster's configuration cannot be used: {}",
                shortened(&error)
            ))
        };
        let config = origin.config().await.map_err(wrong)?;
        let name = match &origin {
            Origin::Pod => format!("cluster: the one around this Pod, {}", config.cluster_url),
            Origin::Kubeconfig { context, .. } => {
                format!("cluster: context {context}, {}", config.cluster_url)
            }
        };
        let namespace = config.default_namespace.clone();
        let client = client(config).map_err(wrong)?;
        let held = Held {
            origin,
            client: RwLock::new(client),
            renewed: Mutex::new(Instant::now()),
            name,
            namespace,
        };
        Ok(Self {
            held: Arc::new(held),
        })
    }

    /// For people: `cluster: context kind-dev, https://127.0.0.1:6443/`.
    pub fn name(&self) -> &str {
        &self.held.name
    }

    /// The Namespace that the context or the Pod is in.
    pub fn namespace(&self) -> &str {
        &self.held.namespace
    }

    /// Asks for a path; the answer's body is not read yet.
    ///
    /// # Errors
    ///
    /// If there is no answer, or one that is not 200 or 304.
    pub async fn get(
        &self,
        path: &str,
        headers: &[(axum::http::HeaderName, &str)],
    ) -> Result<Response<Body>, Trouble> {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request
            .body(Body::empty())
            .map_err(|error| Trouble::Broken(shortened(&error.to_string())))?;
        let client = {
            let client = self.held.client.read();
            client.unwrap_or_else(PoisonError::into_inner).clone()
        };
        let answer = tokio::time::timeout(PATIENCE, client.send(request))
            .await
            .map_err(|_| silent())?
            .map_err(|error| Trouble::of_client(&error))?;
        let status = answer.status();
        if status == axum::http::StatusCode::OK || status == axum::http::StatusCode::NOT_MODIFIED {
            return Ok(answer);
        }
        let trouble = tokio::time::timeout(PATIENCE, Trouble::of_answer(answer))
            .await
            .map_err(|_| silent())?;
        if matches!(trouble, Trouble::Unauthenticated(_)) {
            self.renew().await;
        }
        Err(trouble)
    }

    /// Reads the credentials anew: tokens rotate, plugins hand out others.
    async fn renew(&self) {
        let Ok(mut renewed) = self.held.renewed.try_lock() else {
            return;
        };
        if renewed.elapsed() < RENEW_APART {
            return;
        }
        *renewed = Instant::now();
        let config = self.held.origin.config().await;
        match config.and_then(client) {
            Ok(client) => {
                let mut held = self
                    .held
                    .client
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                *held = client;
            }
            Err(error) => tracing::warn!(
                error = %engine::sentence::visible(&shortened(&error)),
                "credentials cannot be read anew"
            ),
        }
    }
}

fn silent() -> Trouble {
    Trouble::Unreachable(format!("no answer within {} s", PATIENCE.as_secs()))
}

/// A whole body as text, if it is not longer than so many bytes; `Ok(None)` if it is.
///
/// # Errors
///
/// If the connection breaks or stalls.
pub async fn text(answer: Response<Body>, most: usize) -> Result<Option<String>, Trouble> {
    let body = Limited::new(answer.into_body(), most).collect();
    let body = tokio::time::timeout(PATIENCE, body)
        .await
        .map_err(|_| silent())?;
    match body {
        Ok(body) => Ok(Some(String::from_utf8_lossy(&body.to_bytes()).into_owned())),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(error) => Err(Trouble::of_error(&*error)),
    }
}
