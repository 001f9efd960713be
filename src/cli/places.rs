//! Which files a run reads and which it writes: none is both, and no two results are one file.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io;
use std::path::{Component, Path, PathBuf};

/// How many links may follow each other.
const MAX_LINKS: usize = 40;

/// A regular file, whatever its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity(u64, u64);

impl Identity {
    /// `None` if it is no regular file, or the system has no such thing.
    pub(super) fn of(metadata: &Metadata) -> Option<Identity> {
        #[cfg(unix)]
        if metadata.is_file() {
            use std::os::unix::fs::MetadataExt;
            return Some(Identity(metadata.dev(), metadata.ino()));
        }
        let _ = metadata;
        None
    }

    pub(super) fn of_path(path: &Path) -> Option<Identity> {
        Identity::of(&path.metadata().ok()?)
    }
}

/// The path that a path leads to in the end, whether that exists or not: links followed, `..` resolved.
pub(super) fn true_path(path: &Path) -> PathBuf {
    resolve(path, 0)
}

fn resolve(path: &Path, links: usize) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let mut out = std::env::current_dir().unwrap_or_default();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            Component::Normal(name) => {
                let next = out.join(name);
                out = match (next.canonicalize(), next.read_link()) {
                    (Ok(path), _) => path,
                    // A link to what is not there yet.
                    (Err(_), Ok(target)) if links < MAX_LINKS => resolve(&out.join(target), links + 1),
                    _ => next,
                };
            }
            root => out.push(root),
        }
    }
    out
}

/// Whether something stands there that is neither a file nor a folder: a device, a pipe. Such a thing is
/// written to, not replaced, and may be named twice.
pub(super) fn is_device(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The files that are read, by their true paths, and how messages call them.
#[derive(Default)]
pub(super) struct Reads {
    names: HashMap<PathBuf, String>,
    stdin: Option<Identity>,
}

impl Reads {
    pub(super) fn add(&mut self, path: &Path, name: impl Into<String>) {
        if !is_device(path) {
            self.names.insert(true_path(path), name.into());
        }
    }

    /// The file that standard input is.
    pub(super) fn add_stdin(&mut self, identity: Identity) {
        self.stdin = Some(identity);
    }

    /// What would be lost if something were written there.
    pub(super) fn lost(&self, path: &Path) -> Option<&str> {
        if self.stdin.is_some() && Identity::of_path(path) == self.stdin {
            return Some("standard input");
        }
        self.names.get(path).map(String::as_str)
    }

    /// The file that is standard output, too.
    pub(super) fn with(&self, identity: Identity) -> Option<&str> {
        let mut names = self.names.iter();
        names.find(|(path, _)| Identity::of_path(path) == Some(identity)).map(|(_, name)| name.as_str())
    }
}

/// The file itself, or all files below the folder.
pub(super) fn files_below(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return vec![path.to_path_buf()] };
    let mut below: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    below.sort();
    below
        .iter()
        .flat_map(|path| if path.is_symlink() && path.is_dir() { Vec::new() } else { files_below(path) })
        .collect()
}

/// Whether nothing is there, which is another thing than that we may not look.
pub(super) fn is_absent(path: &Path) -> bool {
    path.symlink_metadata()
        .is_err_and(|error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn ways_to_one_file_are_one_path() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        std::fs::create_dir(folder.join("sub")).unwrap();
        std::os::unix::fs::symlink("sub", folder.join("link")).unwrap();
        std::os::unix::fs::symlink("sub/new.txt", folder.join("dangling")).unwrap();
        std::os::unix::fs::symlink("circle", folder.join("circle")).unwrap();
        for way in ["sub/new.txt", "./sub/../sub/new.txt", "link/new.txt", "dangling", "no/../sub/new.txt"] {
            assert_eq!(true_path(&folder.join(way)), folder.join("sub/new.txt"), "{way}");
        }
        assert!(true_path(&folder.join("circle")).starts_with(&folder));
    }
}
