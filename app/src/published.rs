//! What the server hands over on each change: one value that page, JSON, events and command line all read.

use crate::api::envelope::SourceView;
use crate::api::visibility::Served;
use engine::findings::Finding;
use engine::snapshot::Visibility;
use engine::{Report, RoutingTable, Snapshot};
use std::sync::{Arc, OnceLock};

/// One moment: inputs, everything derived from them, and where they came from. Never changes once published.
#[derive(Clone, Debug)]
pub struct Published {
    /// Number of this moment, from 1, rising by one with each visible change.
    pub revision: u64,
    /// The inputs.
    pub snapshot: Snapshot,
    /// What the engine concludes.
    pub report: Arc<Report>,
    /// What a person should look at, once somebody has asked.
    findings: Arc<OnceLock<Vec<Finding>>>,
    /// The routing table of that report.
    pub table: Arc<RoutingTable>,
    /// Where the objects come from and how fresh they are.
    pub source: SourceView,
    /// How far each kind can be seen, as in the report, and when each was last proved.
    pub visibility: Vec<Visibility>,
    /// As what a cluster serves the kinds.
    pub served: Arc<Vec<Served>>,
}

impl Published {
    /// Evaluates a snapshot.
    pub fn new(revision: u64, snapshot: Snapshot, source: SourceView) -> Self {
        let report = engine::evaluate(&snapshot);
        let table = RoutingTable::build(&snapshot, &report);
        Self {
            revision,
            snapshot,
            visibility: report.visibility.clone(),
            report: Arc::new(report),
            findings: Arc::default(),
            table: Arc::new(table),
            source,
            served: Arc::default(),
        }
    }

    /// What a person should look at, worst first. Looked for when somebody asks first, since it takes longer than
    /// everything else together and most moments pass without that.
    pub fn findings(&self) -> &[Finding] {
        self.findings
            .get_or_init(|| engine::findings::find(&self.snapshot, &self.report, &self.table))
    }

    /// The same moment, proved anew: nothing differs but how fresh things are.
    pub fn proved(&self, source: SourceView, proofs: &[Visibility]) -> Self {
        let mut same = self.clone();
        same.source = source;
        for kind in &mut same.visibility {
            if let Some(proof) = proofs.iter().find(|proof| proof.kind == kind.kind) {
                kind.resource_version.clone_from(&proof.resource_version);
                kind.last_seen.clone_from(&proof.last_seen);
            }
        }
        same
    }
}

/// Files of assertions by name, that the page of assertions holds against each moment; provided as Leptos context by the
/// server.
#[derive(Clone, Debug, Default)]
pub struct Suites(pub Arc<Vec<(String, crate::api::assertions::Suite)>>);

/// Where readers find the newest moment; provided as Leptos context by the server.
pub type Current = tokio::sync::watch::Receiver<Arc<Published>>;

/// Addresses of the embedded assets of this build; provided as Leptos context by the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// Style sheet: `/assets/main.1a2b3c.css`.
    pub style: String,
    /// JavaScript module and WebAssembly of the browser half; `None` in a build without it.
    pub browser: Option<BrowserAssets>,
    /// Icon.
    pub icon: String,
}

/// Addresses of the browser half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserAssets {
    /// The module made by wasm-bindgen.
    pub script: String,
    /// The WebAssembly.
    pub wasm: String,
}

/// The moment that a page is made of, so that all its parts speak of the same one.
#[derive(Clone, Debug)]
struct Pinned(Arc<Published>);

/// Fixes the newest moment for the page being made.
pub fn pin() -> Option<Arc<Published>> {
    let published = current()?;
    leptos::prelude::provide_context(Pinned(Arc::clone(&published)));
    Some(published)
}

/// The page's moment, else the newest one, from context.
pub fn current() -> Option<Arc<Published>> {
    use leptos::prelude::use_context;
    let pinned = use_context::<Pinned>().map(|Pinned(published)| published);
    pinned.or_else(|| use_context::<Current>().map(|watch| Arc::clone(&watch.borrow())))
}
