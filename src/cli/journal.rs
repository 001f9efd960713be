//! Which files of an output folder are finished, so that `--resume` does not do them again.

use std::collections::HashMap;
use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::inputs::Input;
use super::part::{self, folder_of};
use super::places::{self, Identity};
use super::status::Refusal;

/// The journal's name in the output folder. Spark, Arrow and shells leave out names that begin with a dot,
/// and patterns such as `*.jsonl.gz` do not match it.
const NAME: &str = ".unspin-done";

/// A list of finished files. A line is added after the file has its final name: who is killed in
/// between does one file again, with the same result.
///
/// While it is open it is locked: a folder has one cleaner.
pub(super) struct Journal {
    done: HashMap<String, Value>,
    file: Mutex<File>,
    path: PathBuf,
    /// What decides over the result, besides the input.
    options: String,
}

impl Journal {
    /// Opens the journal of a folder. What it lists counts only when resuming; else it starts anew.
    pub(super) fn open(folder: &Path, resume: bool, options: String) -> Result<Self, Refusal> {
        let failed = |error: io::Error| Refusal::failed(format!("{}: {error}", folder.display()));
        fs::create_dir_all(folder).map_err(failed)?;
        let path = folder.join(NAME);
        if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
            return Err(Refusal::failed(format!("{}: is no regular file", path.display())));
        }
        let file = File::options().read(true).append(true).create(true).open(&path).map_err(failed)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Refusal::failed(format!("{}: another cleaner works into this folder", folder.display())));
        }
        let journal = Journal { done: HashMap::new(), file: Mutex::new(file), path, options };
        journal.is_there().map_err(failed)?;
        journal.read(resume).map_err(failed)
    }

    fn read(mut self, resume: bool) -> io::Result<Self> {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut old = Vec::new();
        if resume {
            file.seek(SeekFrom::Start(0))?;
            file.read_to_end(&mut old)?;
        }
        // A line that was being written when the run was killed is no line.
        let whole = old.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        file.set_len(whole as u64)?;
        for line in old[..whole].split(|&b| b == b'\n') {
            let Ok(mut line) = serde_json::from_slice::<Value>(line) else { continue };
            if let Some(Value::String(name)) = line.get_mut("file").map(Value::take) {
                self.done.insert(name, line);
            }
        }
        Ok(self)
    }

    /// Whether the output is finished and as long as it was, and the input and the options are still those of then.
    pub(super) fn is_done(&self, input: &Input, source: &Path, output: &Path) -> bool {
        let Some(line) = self.done.get(&key(input)) else { return false };
        let (Ok(now), Ok(result)) = (source.metadata(), output.metadata()) else { return false };
        let mut wanted = self.line(input, source, &State::of(&now), result.len());
        wanted["file"] = Value::Null;
        result.is_file() && wanted == *line
    }

    /// Notes that an output has its final name; `state` is that of the input when it was opened.
    pub(super) fn note(&self, input: &Input, source: &Path, state: &State, size: u64) -> io::Result<()> {
        let line = self.line(input, source, state, size);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{line}\n").as_bytes())
    }

    /// Brings the journal onto the disk, and says whether its folder is still there.
    pub(super) fn finish(&self) -> io::Result<()> {
        self.is_there()?;
        self.file.lock().unwrap_or_else(PoisonError::into_inner).sync_all()?;
        part::sync_folder(folder_of(&self.path))
    }

    /// Whether the open journal is the one that has the name: it was neither a link nor removed.
    fn is_there(&self) -> io::Result<()> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let named = self.path.symlink_metadata().map_err(|_| gone())?;
        if named.is_file() && Identity::of(&named) == Identity::of(&file.metadata()?) { Ok(()) } else { Err(gone()) }
    }

    fn line(&self, input: &Input, source: &Path, state: &State, size: u64) -> Value {
        json!({
            "file": key(input),
            "input": escaped(&places::true_path(source)),
            "state": state.0,
            "format": input.format.name(),
            "output": size,
            "options": self.options,
        })
    }
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the folder of outputs was removed or replaced during the run")
}

/// Names need not be text; different ones stay different.
fn key(input: &Input) -> String {
    escaped(&input.below)
}

fn escaped(path: &Path) -> String {
    path.as_os_str().as_encoded_bytes().escape_ascii().to_string()
}

/// What tells whether a file is still the same: size, time, and where the system has them, the number of
/// the file and the time that nobody can set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State(String);

impl State {
    pub(super) fn of(metadata: &Metadata) -> State {
        #[cfg(unix)]
        let more = {
            use std::os::unix::fs::MetadataExt;
            format!("{} {}.{:09}", metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let more = "";
        State(format!("{} {} {more}", metadata.len(), metadata.modified().map_or(0, nanoseconds)))
    }
}

/// Nanoseconds since 1970, fewer than none before.
fn nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// The files that a path stands for, it or those below it, with their states.
pub(super) fn states(path: &Path) -> Vec<(PathBuf, Option<State>)> {
    let state = |path: PathBuf| {
        let state = path.metadata().ok().map(|metadata| State::of(&metadata));
        (path, state)
    };
    places::files_below(path).into_iter().map(state).collect()
}
