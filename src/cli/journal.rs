//! Which files of an output folder are finished, so that `--resume` does not do them again.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use serde_json::json;

use super::inputs::{Input, Source};

/// The journal's name in the output folder.
const NAME: &str = ".unspin-done";

/// A list of finished files. A line is added after the file has its final name: who is killed in
/// between does one file again, with the same result.
pub(super) struct Journal {
    done: HashSet<String>,
    file: Mutex<File>,
    /// What decides over the result, besides the input.
    options: String,
}

impl Journal {
    /// Opens the journal of a folder. What it lists counts only when resuming; else it starts anew.
    pub(super) fn open(folder: &Path, resume: bool, options: String) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(NAME);
        let old = if resume { fs::read(&path).unwrap_or_default() } else { Vec::new() };
        // A line that was being written when the run was killed is no line.
        let whole = old.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let old = String::from_utf8_lossy(&old[..whole]).into_owned();
        let part = folder.join(format!("{NAME}.part"));
        fs::write(&part, &old)?;
        fs::rename(&part, &path)?;
        let file = File::options().append(true).open(&path)?;
        Ok(Journal { done: old.lines().map(str::to_string).collect(), file: Mutex::new(file), options })
    }

    /// Whether the output is finished, and the input and the options are still those of then.
    pub(super) fn is_done(&self, input: &Input, output: &Path) -> bool {
        output.is_file() && self.line(input).is_some_and(|line| self.done.contains(&line))
    }

    /// Notes that an output has its final name.
    pub(super) fn note(&self, input: &Input) -> io::Result<()> {
        let Some(line) = self.line(input) else { return Ok(()) };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{line}\n").as_bytes())?;
        file.flush()
    }

    fn line(&self, input: &Input) -> Option<String> {
        let Source::File(path) = &input.source else { return None };
        Some(
            json!({"file": input.below.to_string_lossy(), "state": state(path), "format": input.format.name(), "options": self.options})
                .to_string(),
        )
    }
}

/// The files that a path stands for, it or those below it, with their states.
pub(super) fn states(path: &Path) -> Vec<(PathBuf, Option<(u64, u128)>)> {
    let Ok(entries) = fs::read_dir(path) else { return vec![(path.to_path_buf(), state(path))] };
    let mut below: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    below.sort();
    below.iter().flat_map(|path| states(path)).collect()
}

/// Size and time of change of a file: as much as a build tool looks at.
fn state(path: &Path) -> Option<(u64, u128)> {
    let metadata = path.metadata().ok()?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((metadata.len(), changed.as_nanos()))
}
