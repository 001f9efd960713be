//! The files that folders and globs hold.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::inputs::{self, Call, Found};
use super::status::Refusal;

/// As a shell does it: names that begin with a dot want a dot.
const LIKE_A_SHELL: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// Adds the files of a folder and those below it, sorted; hidden ones are left out, and so is the folder of outputs.
pub(super) fn folder(folder: &Path, base: &Path, call: &Call<'_>, found: &mut Found) {
    let entries = match names(folder) {
        Ok(entries) => entries,
        Err(error) => return found.failures.push((folder.display().to_string(), error.to_string())),
    };
    for (name, is_folder) in entries {
        let path = folder.join(&name);
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        // Links to folders are not followed: they may lead back up.
        if !is_folder {
            inputs::add(&path, base, call, found);
        } else if !is_output(&path, call) && !found.excludes(&path, base, true, call) {
            self::folder(&path, base, call, found);
        }
    }
}

/// Adds the files that a pattern names; their place below an output folder starts after its fixed part.
pub(super) fn glob(pattern: &Path, call: &Call<'_>, found: &mut Found) -> Result<(), Refusal> {
    let shown = pattern.display();
    let parts: Vec<Component<'_>> = pattern.components().collect();
    let is_wild = |c: &Component<'_>| c.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let fixed = parts.iter().take_while(|c| !is_wild(c)).count();
    if fixed == parts.len() {
        return Err(format!("{shown}: no such file or folder").into());
    }
    let base: PathBuf = parts[..fixed].iter().collect();
    let steps: Vec<Step> =
        parts[fixed..].iter().map(step).collect::<Result<_, _>>().map_err(|e| format!("{shown}: {e}"))?;
    let mut search = Search { call, files: BTreeSet::new(), seen: BTreeSet::new(), failures: Vec::new() };
    search.look(&base, &steps);
    let Search { files, failures, .. } = search;
    if files.is_empty() && failures.is_empty() {
        return Err(format!("{shown}: matches no file").into());
    }
    found.failures.extend(failures);
    for file in files {
        inputs::add(&file, &base, call, found);
    }
    Ok(())
}

/// One part of a pattern.
enum Step {
    /// `**`: this folder, and all below it.
    Deep,
    Wild(Pattern),
    Name(OsString),
}

fn step(part: &Component<'_>) -> Result<Step, String> {
    let text = part.as_os_str().to_string_lossy();
    Ok(match &*text {
        "**" => Step::Deep,
        text if text.contains(['*', '?', '[']) => Step::Wild(Pattern::new(text).map_err(|e| e.to_string())?),
        _ => Step::Name(part.as_os_str().to_os_string()),
    })
}

struct Search<'s> {
    call: &'s Call<'s>,
    files: BTreeSet<PathBuf>,
    /// Folders that were searched for the rest of the pattern, by how many parts that has.
    seen: BTreeSet<(PathBuf, usize)>,
    failures: Vec<(String, String)>,
}

impl Search<'_> {
    fn look(&mut self, folder: &Path, steps: &[Step]) {
        let Some((step, rest)) = steps.split_first() else { return };
        if !self.seen.insert((folder.to_path_buf(), steps.len())) {
            return;
        }
        if let Step::Name(name) = step {
            return self.take(folder.join(name), rest);
        }
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let entries = match names(here) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.failures.push((folder.display().to_string(), error.to_string())),
        };
        if let Step::Deep = step {
            self.look(folder, rest);
            for (name, is_folder) in entries {
                let path = folder.join(&name);
                let is_hidden = name.to_string_lossy().starts_with('.');
                // Links are not followed here: they may lead in a circle.
                if is_folder && !is_hidden && !is_output(&path, self.call) {
                    self.look(&path, steps);
                } else if !is_folder && !is_hidden && rest.is_empty() {
                    self.files.insert(path);
                }
            }
        } else if let Step::Wild(pattern) = step {
            for (name, _) in entries {
                if pattern.matches_with(&name.to_string_lossy(), LIKE_A_SHELL) {
                    self.take(folder.join(name), rest);
                }
            }
        }
    }

    /// A path that matches so far.
    fn take(&mut self, path: PathBuf, rest: &[Step]) {
        let is_folder = path.is_dir();
        if rest.is_empty() {
            // A link to nothing is no folder, and is told.
            if !is_folder && path.symlink_metadata().is_ok() {
                self.files.insert(path);
            }
        } else if is_folder && !is_output(&path, self.call) {
            self.look(&path, rest);
        }
    }
}

/// The names in a folder, sorted, and whether they are folders themselves; a link is none.
fn names(folder: &Path) -> std::io::Result<Vec<(OsString, bool)>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        names.push((entry.file_name(), entry.file_type()?.is_dir()));
    }
    names.sort();
    Ok(names)
}

fn is_output(path: &Path, call: &Call<'_>) -> bool {
    call.results.folder.as_ref().is_some_and(|output| path.canonicalize().is_ok_and(|path| path == *output))
}
