//! What went wrong in a run: the first of each kind are said, all are counted, and all are listed on request.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;

use super::outputs::Output;
use super::progress::Reporter;
use super::status::Status;
use crate::dump::{Fault, Stats};

/// Faults of one kind that are said.
const SAID: u64 = 10;
/// Kinds that are told apart; the reasons of a hostile file can be as many as its records.
const KINDS: usize = 100;
/// Characters of a reason that make its kind.
const KIND: usize = 60;

/// The faults of a run.
pub(super) struct Faults<'s> {
    reporter: &'s Reporter,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kinds: BTreeMap<String, u64>,
    /// Where all are listed.
    list: Option<(PathBuf, Output<'static>)>,
    /// Why the list could not be written.
    broken: Option<String>,
    /// Whether any record had its field.
    has_text: bool,
    /// Records and tables that do not have the field, while no record has it.
    lacking: Vec<Fault>,
    /// How many there were.
    lacks: u64,
    /// A record has the field, but it holds no string.
    has_other: bool,
    /// The first of all, for the report.
    first: Vec<Fault>,
    count: u64,
}

/// Faults that a report lists.
const REPORTED: usize = 200;

impl<'s> Faults<'s> {
    /// Faults are said on `reporter`, and written to `list` as lines of JSON.
    pub(super) fn new(reporter: &'s Reporter, list: Option<&Path>) -> std::io::Result<Self> {
        let list =
            list.map(|path| Ok::<_, std::io::Error>((path.to_path_buf(), Output::to(path, None)?))).transpose()?;
        Ok(Faults { reporter, state: Mutex::new(State { list, ..State::default() }) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a fault of a record, or of a file whose bytes passed through.
    pub(super) fn add(&self, fault: &Fault) {
        let mut state = self.state();
        state.list(fault, Status::Unread);
        if !fault.lacks_field() {
            state.has_other |= fault.reason.starts_with("field `");
            state.say(self.reporter, &fault.reason, fault);
            return;
        }
        state.lacks += 1;
        if state.has_text || state.lacks == 1 {
            state.say(self.reporter, &fault.reason, fault);
        } else if state.lacking.len() < SAID as usize {
            // If no record has the field, once is enough.
            state.lacking.push(fault.clone());
        }
    }

    /// Takes what the system refused: something could not be opened, read or written.
    pub(super) fn failed(&self, file: &str, reason: &str) {
        let fault = Fault { file: file.into(), record: 0, reason: reason.into() };
        let mut state = self.state();
        state.list(&fault, Status::Failed);
        state.say(self.reporter, reason, &fault);
    }

    /// Takes the counts of some records.
    pub(super) fn count(&self, stats: &Stats) {
        if stats.texts > 0 {
            let mut state = self.state();
            if !state.has_text {
                state.has_text = true;
                state.say_lacking(self.reporter);
            }
        }
    }

    /// The first faults, in the order in which they were met, and how many there were in all.
    pub(super) fn first(&self) -> (Vec<Fault>, u64) {
        let state = self.state();
        (state.first.clone(), state.count)
    }

    /// Says how many more there were. Answers whether there were records, and none had the field.
    ///
    /// # Errors
    ///
    /// If the list cannot be written.
    pub(super) fn finish(&self) -> Result<bool, String> {
        let mut state = self.state();
        let none_has_it = state.lacks > 0 && !state.has_text && !state.has_other;
        if !none_has_it && !state.has_text {
            state.say_lacking(self.reporter);
        }
        let hint = if state.list.is_some() { "" } else { " (--fault-file FILE lists all)" };
        for (kind, count) in &state.kinds {
            if *count > SAID {
                self.reporter.say(format_args!("{} more: {kind}{hint}", count - SAID));
            }
        }
        let list = state.list.take();
        if state.broken.is_none()
            && let Some((path, output)) = list
            && let Err(error) = output.finish()
        {
            state.broken = Some(format!("{}: the list of faults cannot be written: {error}", path.display()));
        }
        state.broken.take().map_or(Ok(none_has_it), Err)
    }
}

impl State {
    fn say(&mut self, reporter: &Reporter, reason: &str, fault: &Fault) {
        let count = self.kinds.len();
        let kind = kind(reason);
        let kind = if count >= KINDS && !self.kinds.contains_key(&kind) { "of other kinds".into() } else { kind };
        let count = self.kinds.entry(kind).or_default();
        *count += 1;
        if *count <= SAID {
            reporter.fault(fault);
        }
    }

    /// Says those that were held back, now that it is clear that others have the field.
    fn say_lacking(&mut self, reporter: &Reporter) {
        let held = std::mem::take(&mut self.lacking);
        let more = self.lacks.saturating_sub(1);
        held.iter().take(SAID as usize - 1).for_each(|fault| reporter.fault(fault));
        if let Some(count) = self.kinds.iter_mut().find(|(kind, _)| is_lacking(kind)).map(|(_, count)| count) {
            *count += more;
        }
    }

    fn list(&mut self, fault: &Fault, status: Status) {
        self.count += 1;
        if self.first.len() < REPORTED {
            self.first.push(fault.clone());
        }
        let Some((path, output)) = &mut self.list else { return };
        if self.broken.is_some() {
            return;
        }
        let line = json!({"file": fault.file, "record": fault.record, "reason": fault.reason, "status": status as u8});
        if let Err(error) = writeln!(output, "{line}") {
            self.broken = Some(format!("{}: the list of faults cannot be written: {error}", path.display()));
        }
    }
}

fn is_lacking(kind: &str) -> bool {
    Fault { file: String::new(), record: 0, reason: kind.into() }.lacks_field()
}

/// What is the same in the reasons of one kind: numbers differ from record to record, and so does what
/// stands after a colon.
fn kind(reason: &str) -> String {
    let mut kind = String::new();
    for c in reason.chars().take(KIND) {
        match c {
            ':' | ';' | '(' => break,
            c if c.is_ascii_digit() => {
                if !kind.ends_with('N') {
                    kind.push('N');
                }
            }
            c => kind.push(c),
        }
    }
    kind.trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn reasons_that_differ_in_numbers_are_of_one_kind() {
        for (one, other) in [
            ("invalid UTF-8 at byte 7", "invalid UTF-8 at byte 4096"),
            ("invalid JSON: expected value at line 1 column 1", "invalid JSON: EOF"),
            ("3 fields, none in the column of the text", "12 fields, none in the column of the text"),
        ] {
            assert_eq!(kind(one), kind(other));
        }
        assert_ne!(kind("no field `text`"), kind("invalid JSON: x"));
    }
}
