//! Which files a set of paths means at the moment.

use engine::sentence::visible;
use engine::snapshot::Problem;
use std::path::{Path, PathBuf};

/// The largest number of files that are read.
const MOST_FILES: usize = 20_000;
/// How deep directories are followed.
const DEEPEST: usize = 32;

/// What there is to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Regular files in order, each once.
    pub files: Vec<PathBuf>,
    /// Paths that are neither file nor directory, such as pipes, which can be read only once.
    pub streams: Vec<PathBuf>,
    /// What cannot be listed or is left out.
    pub problems: Vec<Problem>,
    /// Paths that were asked for and cannot be read.
    pub missing: Vec<PathBuf>,
}

/// A path as people see it.
pub fn shown(path: &Path) -> String {
    visible(&path.display().to_string()).into_owned()
}

/// Lists files as they are and directories by their manifests, sorted; `-` is not looked at.
pub fn list(paths: &[PathBuf], recursive: bool) -> Listing {
    let mut listing = Listing::default();
    for path in paths.iter().filter(|path| path.as_os_str() != "-") {
        match path.metadata() {
            Ok(data) if data.is_dir() => {
                let before = listing.files.len();
                listing.directory(path, recursive, 0);
                if listing.files.len() == before {
                    let hint = if recursive {
                        ""
                    } else {
                        "; -R looks below it as well"
                    };
                    listing.tell(
                        path,
                        format!("No .yaml, .yml or .json file is in this directory{hint}."),
                    );
                }
            }
            Ok(data) if data.is_file() => listing.add(path.clone()),
            Ok(_) => listing.streams.push(path.clone()),
            Err(error) => {
                listing.tell(path, format!("Cannot be read: {error}."));
                listing.missing.push(path.clone());
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    listing.files.retain(|path| seen.insert(path.clone()));
    listing
}

impl Listing {
    fn tell(&mut self, path: &Path, message: String) {
        self.problems.push(Problem {
            object: None,
            path: shown(path),
            message,
        });
    }

    fn add(&mut self, path: PathBuf) {
        match self.files.len() {
            0..MOST_FILES => self.files.push(path),
            MOST_FILES => {
                self.tell(&path, format!("There are more than {MOST_FILES} files; this one and all later ones are left out."));
                self.missing.push(path);
            }
            _ => {}
        }
    }

    fn directory(&mut self, path: &Path, recursive: bool, depth: usize) {
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                self.tell(path, format!("Cannot be listed: {error}."));
                self.missing.push(path.to_owned());
                return;
            }
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            // Hidden names are editors' and mounts' own business.
            if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'))
            {
                continue;
            }
            let is_link = path.symlink_metadata().is_ok_and(|data| data.is_symlink());
            match path.metadata() {
                Ok(data) if data.is_dir() && is_link => {
                    if recursive {
                        self.tell(
                            &path,
                            "A link to a directory is not followed; name the directory with -f."
                                .to_owned(),
                        );
                    }
                }
                Ok(data) if data.is_dir() => {
                    if recursive && depth < DEEPEST {
                        self.directory(&path, recursive, depth + 1);
                    } else if recursive {
                        self.tell(
                            &path,
                            format!("Directories deeper than {DEEPEST} levels are not read."),
                        );
                        self.missing.push(path);
                    }
                }
                Ok(data) if data.is_file() && is_manifest(&path) => self.add(path),
                Ok(_) => {}
                Err(error) => {
                    if is_manifest(&path) {
                        let words = if is_link {
                            "This link leads nowhere"
                        } else {
                            "Cannot be read"
                        };
                        self.tell(&path, format!("{words}: {error}."));
                        self.missing.push(path);
                    }
                }
            }
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}
