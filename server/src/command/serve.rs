//! `gatewatch serve`: pages and JSON until a signal ends it.

use super::{Exit, Failure, Opened, assertions, open, runtime, snapshot};
use crate::cli::Serve;
use crate::http::accept::{self, Limits};
use crate::http::host::Hosts;
use crate::http::probes::{self, Counters};
use crate::http::snapshot::Taker;
use crate::http::{self, Surface};
use crate::source::cluster;
use crate::source::files::Reader;
use crate::source::follow::follow;
use crate::store::feeds::Feeds;
use crate::store::{self, Work};
use app::published::Suites;
use engine::sentence::visible;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

/// Serves.
pub fn run(options: Serve) -> Result<Exit, Failure> {
    let runtime = runtime()?;
    let exit = runtime.block_on(serve(options));
    runtime.shutdown_background();
    exit
}

async fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let words = match error.kind() {
            std::io::ErrorKind::AddrInUse => "another program has that port".to_owned(),
            _ => error.to_string(),
        };
        Failure::new(
            Exit::Unreadable,
            format!("cannot listen on {address}: {words}; choose another with {flag} ADDR:PORT"),
        )
    })
}

async fn serve(options: Serve) -> Result<Exit, Failure> {
    let listener = bind(options.listen, "--listen").await?;
    let probes_listener = match options.probes_listen {
        Some(address) => Some(bind(address, "--probes-listen").await?),
        None => None,
    };
    let hosts = Hosts::new(&options.allow_hosts)
        .map_err(|error| Failure::new(Exit::Usage, format!("--allow-host: {error}")))?;
    let suites = assertions::of(&options.assertions, &options.source)?;
    let suites = Suites(Arc::new(suites));
    let work = Arc::new(Work::default());
    let (changes, receiver) = mpsc::channel(256);
    let opened = match open(&options.source).await? {
        Opened::Cluster(mut cluster) => {
            cluster.namespaces.clone_from(&options.namespaces);
            Opened::Cluster(cluster)
        }
        Opened::Read(..) if !options.namespaces.is_empty() => {
            let words = "--namespace is for clusters; files are read as they are";
            return Err(Failure::new(Exit::Usage, words));
        }
        read @ Opened::Read(..) => read,
    };
    let (first, feeds, fixed) = match opened {
        Opened::Read(reading, reader) => {
            let can_change = reader.as_ref().is_some_and(Reader::can_change);
            let fixed = (!can_change).then(|| snapshot::of_reading(&reading));
            let measured = Arc::clone(&work);
            let first =
                tokio::task::spawn_blocking(move || store::first(*reading, &measured)).await;
            let first = first.map_err(|error| {
                Failure::new(Exit::Unreadable, format!("evaluation failed: {error}"))
            })?;
            if let Some(reader) = reader.filter(Reader::can_change) {
                tokio::spawn(follow(reader, changes.clone()));
            }
            (first, None, fixed)
        }
        Opened::Cluster(cluster) => {
            let feeds = Feeds::new(cluster.connection.name(), &cluster.namespaces, cluster.pace);
            tokio::spawn(cluster::follow(cluster, changes.clone()));
            (store::before(&feeds, &work), Some(feeds), None)
        }
    };
    let name = first.source.name.clone();
    let (publish, current) = watch::channel(Arc::new(first));
    tokio::spawn(store::run(receiver, feeds, publish, Arc::clone(&work)));
    let (end, ending) = watch::channel(false);
    let counters = Arc::new(Counters::new(work));
    let surface = Surface {
        current: current.clone(),
        hosts: Arc::new(hosts),
        ending: ending.clone(),
        counters: Arc::clone(&counters),
        suites,
        taker: Arc::new(Taker::new(
            options.source.clone(),
            options.namespaces.clone(),
            fixed,
        )),
    };
    let address = listener
        .local_addr()
        .map_or(options.listen, |address| address);
    if !address.ip().is_loopback() {
        eprintln!(
            "gatewatch: whoever reaches {address} sees everything shown here; there is no login"
        );
    }
    eprintln!(
        "gatewatch {}: {} on http://{}",
        env!("CARGO_PKG_VERSION"),
        visible(&name.replacen(": ", " ", 1)),
        shown(address)
    );
    if let Some(listener) = probes_listener {
        let address = listener
            .local_addr()
            .map_or_else(|_| String::new(), |address| address.to_string());
        eprintln!("gatewatch: probes and metrics on http://{address}");
        tokio::spawn(accept::serve(
            listener,
            probes::router(current, counters),
            Limits::default(),
            ending.clone(),
        ));
    }
    tokio::spawn(async move {
        signal().await;
        end.send_replace(true);
    });
    accept::serve(listener, http::router(&surface), Limits::default(), ending).await;
    // Readers would take the end of the changes for the end of the server, so it is held until here.
    drop(changes);
    Ok(Exit::Done)
}

/// An address that a browser on this machine can open.
fn shown(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("127.0.0.1:{}", address.port())
    } else {
        address.to_string()
    }
}

/// Waits for SIGINT or SIGTERM.
async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
