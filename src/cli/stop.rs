//! What a run leaves behind when it is ended from outside: nothing that is half done.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Files that are to go when the run is ended.
static LOOSE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Makes a file that is removed if the run is ended from now on; `make` answers its path, too, if it is made. No signal finds
/// a file that is made and not yet listed.
pub(super) fn make<T>(make: impl FnOnce() -> io::Result<(T, Option<PathBuf>)>) -> io::Result<T> {
    let mut loose = LOOSE.lock().unwrap_or_else(PoisonError::into_inner);
    let (made, path) = make()?;
    loose.extend(path);
    Ok(made)
}

/// The file is done, or gone.
pub(super) fn forget(path: &Path) {
    LOOSE.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
}

/// Waits on a thread of its own for the signals that end a program, and takes what is loose with it.
///
/// A signal that was ignored when the program began stays ignored, as `nohup` and shells that put a
/// command into the background want it.
#[cfg(unix)]
pub(super) fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    let ignored = ignored();
    let ends = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|&signal| {
        let bit = 1u64 << (signal - 1);
        ignored.map_or(signal != SIGHUP, |ignored| ignored & bit == 0)
    });
    // A file that grows over the limit of the process is an error of writing, not the end of the program.
    let _ = signal_hook::flag::register(SIGXFSZ, std::sync::Arc::default());
    let Ok(mut signals) = signal_hook::iterator::Signals::new(ends) else { return };
    // Without the thread, signals end the program as they always did.
    let _ = std::thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            // The lock is kept: from here on nothing new is begun.
            let loose = LOOSE.lock().unwrap_or_else(PoisonError::into_inner);
            for path in loose.iter() {
                let _ = std::fs::remove_file(path);
            }
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
}

#[cfg(not(unix))]
pub(super) fn watch() {}

/// The signals that the caller had us ignore, a bit each; `None` where the system does not tell.
#[cfg(unix)]
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}
