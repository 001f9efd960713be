//! Threads of the batches, in a process that may fork.
//!
//! A process made by `fork` has none of its parent's threads, so that work given to the parent's pool would wait for ever.
//! Pools are kept by process: a child makes its own.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// A pool, with the process that made it and what was asked for.
struct Made {
    process: u32,
    asked: Option<usize>,
    pool: Arc<ThreadPool>,
}

static POOLS: Mutex<Vec<Made>> = Mutex::new(Vec::new());

/// The pool of so many threads, of all cores if not said; `None` where that is one thread: the caller's own will do.
///
/// The caller holds the interpreter, and so does who forks: no fork finds the pools locked.
pub fn pool(_py: Python<'_>, threads: Option<usize>) -> PyResult<Option<Arc<ThreadPool>>> {
    match threads {
        Some(0) => return Err(PyValueError::new_err("threads must be at least 1")),
        Some(1) => return Ok(None),
        _ => {}
    }
    let process = std::process::id();
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    // The threads of another process are not here to be ended.
    pools.extract_if(.., |made| made.process != process).for_each(std::mem::forget);
    let found = pools.iter().find(|made| made.asked == threads).map(|made| made.pool.clone());
    let pool = match found {
        Some(pool) => pool,
        None => {
            let builder = ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0));
            let pool = builder.thread_name(|n| format!("unspin-{n}")).build();
            let pool = Arc::new(pool.map_err(|error| PyRuntimeError::new_err(error.to_string()))?);
            pools.push(Made { process, asked: threads, pool: pool.clone() });
            pool
        }
    };
    Ok((pool.current_num_threads() > 1).then_some(pool))
}
