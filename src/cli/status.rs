//! The exit status: what a run came to, and what ends it before anything is done.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

/// What a run came to. Of several, the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// All is done.
    Done = 0,
    /// Some records passed through unread; each is named.
    Unread = 1,
    /// The call is wrong.
    Wrong = 2,
    /// Something could not be opened, read to its end, or written.
    Failed = 3,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

/// The greatest status that was met, from any thread.
pub(super) struct Worst(AtomicU8);

impl Worst {
    pub(super) fn new() -> Self {
        Worst(AtomicU8::new(Status::Done as u8))
    }

    pub(super) fn meet(&self, status: Status) {
        self.0.fetch_max(status as u8, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> Status {
        match self.0.load(Ordering::Relaxed) {
            0 => Status::Done,
            1 => Status::Unread,
            2 => Status::Wrong,
            _ => Status::Failed,
        }
    }
}

/// Why a run ends before anything is done.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: Status,
    pub(super) reason: String,
}

impl Refusal {
    /// The system does not let us.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Refusal { status: Status::Failed, reason: reason.into() }
    }
}

/// A reason alone says that the call is wrong.
impl<R: Into<String>> From<R> for Refusal {
    fn from(reason: R) -> Self {
        Refusal { status: Status::Wrong, reason: reason.into() }
    }
}
