//! Objects from files, directories and standard input, each file with its last good state.

use super::document::{self, Parsed};
use super::listing::{Listing, list, shown};
use super::{Reading, now, snapshot};
use app::api::envelope::{SourceKind, SourceStateView, SourceView};
use engine::snapshot::{Problem, Visibility};
use engine::{ObjectId, RawObject};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use thiserror::Error;

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 64 << 20;

/// Why a text cannot be read.
#[derive(Debug, Error)]
enum TextError {
    #[error("Cannot be read: {0}.")]
    Io(#[from] std::io::Error),
    #[error("Larger than {} MiB; split it.", LARGEST >> 20)]
    TooLarge,
    #[error("This is no UTF-8 text: the byte at {0} is wrong.")]
    NoText(usize),
}

/// What to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Files and directories; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Whether directories are read with all that is below them.
    pub recursive: bool,
}

/// Files as they were last read.
#[derive(Debug)]
pub struct Reader {
    files: Files,
    listing: Listing,
    /// Standard input and pipes, which can be read only once.
    streams: BTreeMap<PathBuf, Arc<Parsed>>,
    held: BTreeMap<PathBuf, Held>,
}

#[derive(Debug)]
struct Held {
    stamp: Option<Stamp>,
    now: Arc<Parsed>,
    good: Option<Arc<Parsed>>,
}

/// What tells a file from what it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    #[cfg(unix)]
    node: (u64, i64, i64),
}

impl Stamp {
    fn of(data: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Self {
            modified: data.modified().ok(),
            length: data.len(),
            #[cfg(unix)]
            node: (data.ino(), data.ctime(), data.ctime_nsec()),
        }
    }
}

impl Reader {
    /// A reader that has read nothing yet.
    pub fn new(files: Files) -> Self {
        Self {
            files,
            listing: Listing::default(),
            streams: BTreeMap::new(),
            held: BTreeMap::new(),
        }
    }

    /// The paths that are read.
    pub fn paths(&self) -> &[PathBuf] {
        &self.files.paths
    }

    /// Whether directories are read with all that is below them.
    pub fn is_recursive(&self) -> bool {
        self.files.recursive
    }

    /// True if something that is read can change: standard input and pipes cannot.
    pub fn can_change(&self) -> bool {
        self.files
            .paths
            .iter()
            .any(|path| path.as_os_str() != "-" && !self.streams.contains_key(path))
    }

    /// Reads what changed since the last call; `None` if nothing did.
    pub fn read(&mut self) -> Option<Reading> {
        let listing = list(&self.files.paths, self.files.recursive);
        let mut changed = listing != self.listing;
        self.listing = listing;
        for path in &self.files.paths {
            let is_stdin = path.as_os_str() == "-";
            if (is_stdin || self.listing.streams.contains(path)) && !self.streams.contains_key(path)
            {
                let parsed = if is_stdin {
                    parsed("standard input", text(std::io::stdin()))
                } else {
                    parsed_file(path)
                };
                self.streams.insert(path.clone(), Arc::new(parsed));
                changed = true;
            }
        }
        for path in &self.listing.files {
            changed |= refresh(&mut self.held, path);
        }
        let files = &self.listing.files;
        self.held.retain(|path, _| files.contains(path));
        changed.then(|| self.reading())
    }

    /// Everything that is held.
    fn reading(&self) -> Reading {
        let mut merged = Merged {
            problems: self.listing.problems.clone(),
            ..Merged::default()
        };
        let mut lost: Vec<String> = self
            .listing
            .missing
            .iter()
            .map(|path| shown(path))
            .collect();
        let mut stale = Vec::new();
        for (path, parsed) in &self.streams {
            merged.add(parsed, true);
            if parsed.broken {
                lost.push(if path.as_os_str() == "-" {
                    "standard input".to_owned()
                } else {
                    shown(path)
                });
            }
        }
        for path in &self.listing.files {
            let Some(held) = self.held.get(path) else {
                continue;
            };
            match &held.good {
                Some(good) if held.now.broken => {
                    merged.add(good, false);
                    merged
                        .problems
                        .extend(held.now.problems.iter().map(|problem| Problem {
                            message: format!(
                                "{} The last good state of this file is shown.",
                                problem.message
                            ),
                            ..problem.clone()
                        }));
                    stale.push(shown(path));
                }
                _ => {
                    merged.add(&held.now, true);
                    if held.now.broken {
                        lost.push(shown(path));
                    }
                }
            }
        }
        let lost =
            (!lost.is_empty()).then(|| format!("{}: not read, or not in full", several(&lost)));
        let problem = match (stale.as_slice(), &lost) {
            ([], None) => None,
            ([], Some(lost)) => Some(lost.clone()),
            (stale, None) => Some(format!(
                "{}: broken as it is now; its last good state is shown",
                several(stale)
            )),
            (stale, Some(lost)) => Some(format!(
                "{}: broken as it is now; its last good state is shown. {lost}",
                several(stale)
            )),
        };
        let files = self.listing.files.len() + self.streams.len();
        let source = match merged.source {
            // A snapshot by itself is what it was taken from; among other files it is one of them.
            Some(source) if files == 1 => source,
            _ => SourceView {
                kind: SourceKind::Files,
                name: self.name(),
                state: match (self.can_change(), stale.is_empty()) {
                    (_, false) => SourceStateView::Stale,
                    (true, true) => SourceStateView::Live,
                    (false, true) => SourceStateView::Fixed,
                },
                read_at: now(),
                problem,
            },
        };
        Reading {
            objects: merged.objects.into_iter().flatten().collect(),
            problems: merged.problems,
            visibility: merged.visibility,
            lost,
            source,
        }
    }

    fn name(&self) -> String {
        let shown = |path: &PathBuf| {
            if path.as_os_str() == "-" {
                "standard input".to_owned()
            } else {
                shown(path)
            }
        };
        let names: Vec<String> = self.files.paths.iter().map(shown).collect();
        format!("files: {}", several(&names))
    }
}

/// The first few of many names.
fn several(names: &[String]) -> String {
    match names {
        [a, b, c, rest @ ..] if !rest.is_empty() => {
            format!("{a}, {b}, {c} and {} more", rest.len())
        }
        few => few.join(", "),
    }
}

/// Reads a file again if it is not what it was; true if so.
fn refresh(held: &mut BTreeMap<PathBuf, Held>, path: &Path) -> bool {
    let stamp = path.metadata().ok().map(|data| Stamp::of(&data));
    if held.get(path).is_some_and(|held| held.stamp == stamp) {
        return false;
    }
    let parsed = Arc::new(parsed_file(path));
    let before = held.remove(path).and_then(|held| held.good);
    let good = if parsed.broken {
        before
    } else {
        Some(Arc::clone(&parsed))
    };
    held.insert(
        path.to_owned(),
        Held {
            stamp,
            now: parsed,
            good,
        },
    );
    true
}

fn parsed_file(path: &Path) -> Parsed {
    parsed(
        &shown(path),
        std::fs::File::open(path)
            .map_err(TextError::from)
            .and_then(text),
    )
}

fn parsed(name: &str, text: Result<String, TextError>) -> Parsed {
    match text {
        Ok(text) => document::parse(name, &text),
        Err(error) => {
            let problem = Problem {
                object: None,
                path: name.to_owned(),
                message: error.to_string(),
            };
            Parsed {
                problems: vec![problem],
                broken: true,
                ..Parsed::default()
            }
        }
    }
}

fn text(input: impl Read) -> Result<String, TextError> {
    let mut bytes = Vec::new();
    input.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(TextError::TooLarge);
    }
    if snapshot::is_packed(&bytes) {
        bytes = snapshot::unpack(&bytes)?;
    }
    String::from_utf8(bytes).map_err(|error| TextError::NoText(error.utf8_error().valid_up_to()))
}

/// Documents of several files; of an object that stands in several places the last one counts.
#[derive(Default)]
struct Merged {
    /// Of the last snapshot among the files.
    source: Option<SourceView>,
    visibility: Vec<Visibility>,
    objects: Vec<Option<RawObject>>,
    problems: Vec<Problem>,
    places: BTreeMap<ObjectId, usize>,
}

impl Merged {
    fn add(&mut self, parsed: &Parsed, with_problems: bool) {
        if with_problems {
            self.problems.extend_from_slice(&parsed.problems);
        }
        if let Some((source, visibility)) = &parsed.taken {
            self.source = Some(source.clone());
            self.visibility.extend_from_slice(visibility);
        }
        for document in &parsed.documents {
            let index = self.objects.len();
            self.objects.push(Some(document.raw.clone()));
            let Some(id) = &document.id else { continue };
            let earlier = self
                .places
                .insert(id.clone(), index)
                .and_then(|index| self.objects.get_mut(index)?.take());
            if let Some(earlier) = earlier {
                let message = format!(
                    "The object also stands in {}; this later one counts.",
                    earlier.origin
                );
                self.problems.push(Problem {
                    object: Some(id.clone()),
                    path: document.raw.origin.to_string(),
                    message,
                });
            }
        }
    }
}
