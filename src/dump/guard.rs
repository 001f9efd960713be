//! Readers of other crates may panic on hostile bytes. That is a fault of the file, not of the program.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs a reader; `None` if it panics. What it touched is not used again.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    DEPTH.set(DEPTH.get() + 1);
    let read = catch_unwind(AssertUnwindSafe(read));
    DEPTH.set(DEPTH.get() - 1);
    read.ok()
}

/// Whether a panic of this thread, now, is one of a reader that is guarded: a hook need not say it.
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(crate) fn is_guarded() -> bool {
    DEPTH.get() > 0
}
