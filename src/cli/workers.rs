//! Who cleans the files: several at a time, counted in the order of the call.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use super::inputs::Input;
use super::job::{self, Job};
use super::status::Status;
use crate::dump::{DumpError, Stats};

/// Files that may be counted before one that comes earlier.
const AHEAD: usize = 256;

/// Cleans all inputs, `workers` at a time, and adds up what they count. `articles` of them are kept.
pub(super) fn clean(job: &Job<'_>, inputs: &[Input], workers: usize, articles: usize) -> Stats {
    let queue = Mutex::new(inputs.iter().enumerate().collect::<VecDeque<_>>());
    let totals = Totals { state: Mutex::default(), changed: Condvar::new(), articles };
    let is_over = AtomicBool::new(false);
    let work = || {
        while !is_over.load(Ordering::Relaxed) {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((number, input)) = next else { break };
            let stats = job.clean(number, input).unwrap_or_else(|error| {
                is_over.fetch_or(refused(job, input, &error), Ordering::Relaxed);
                Stats::default()
            });
            totals.add(number, stats);
        }
    };
    std::thread::scope(|threads| {
        for _ in 1..workers {
            threads.spawn(work);
        }
        work();
    });
    // What was written and is gone again is no success.
    if job.outputs.folder().is_some() && job.worst.get() != Status::Failed {
        for (number, input) in inputs.iter().enumerate() {
            if job.outputs.path(number).is_some_and(|path| !job::is_there(path)) {
                job.faults.failed(&input.name, "its output was removed during the run");
                job.worst.meet(Status::Failed);
            }
        }
    }
    totals.state.into_inner().unwrap_or_else(PoisonError::into_inner).sum
}

/// Notes what ended the cleaning of a file; answers whether the run is over with it.
fn refused(job: &Job<'_>, input: &Input, error: &DumpError) -> bool {
    if error.is_closed_pipe() && job.outputs.is_stdout() {
        // Who reads us has seen enough, which is no fault; a reader of our own may still wait for input.
        let _ = job.faults.finish();
        std::process::exit(job.worst.get() as i32);
    }
    job.worst.meet(Status::Failed);
    let line = error.to_string();
    let reason = line.strip_prefix(&format!("{}: ", input.name)).unwrap_or(&line);
    job.faults.failed(&input.name, reason);
    // What comes after a torn end in a stream could not be told from it. A result that was refused as a
    // whole tears nothing.
    let is_torn = matches!(error, DumpError::Write { error, .. } if error.kind() != std::io::ErrorKind::InvalidInput);
    job.outputs.is_stdout() && is_torn
}

/// Counts that are added in the order of the files, so that one call gives one report.
struct Totals {
    state: Mutex<Counted>,
    changed: Condvar,
    articles: usize,
}

#[derive(Default)]
struct Counted {
    sum: Stats,
    next: usize,
    early: BTreeMap<usize, Stats>,
}

impl Totals {
    fn add(&self, number: usize, stats: Stats) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Its threads go to the one that is waited for.
        let is_full = |state: &mut Counted| number != state.next && state.early.len() >= AHEAD;
        let mut state = self.changed.wait_while(state, is_full).unwrap_or_else(PoisonError::into_inner);
        state.early.insert(number, stats);
        while let Some(stats) = {
            let next = state.next;
            state.early.remove(&next)
        } {
            state.sum.merge(stats, self.articles);
            state.next += 1;
        }
        self.changed.notify_all();
    }
}
