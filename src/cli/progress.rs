//! What a person sees on standard error: the bar on a terminal, the lines above it, the closing summary.

use std::fmt::Display;
#[cfg(feature = "parquet")]
use std::io::Write;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::dump::{Codec, Fault, Stats};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::inputs::{Input, Source};
use super::report::plural;
use super::say::{say, say_json};
use super::summary;

/// Bytes in flight over all files that are cleaned at once.
pub(super) const BUDGET: usize = 8 << 20;
/// Rewrites that the summary names.
const TOP: usize = 5;

/// How standard error speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Messages {
    /// Lines for a person, the bar, the summary.
    Full,
    /// Lines for a person about what went wrong.
    Quiet,
    /// All of it as JSON, an object a line.
    Json,
    /// The same of what went wrong alone.
    QuietJson,
}

impl Messages {
    fn is_json(self) -> bool {
        matches!(self, Messages::Json | Messages::QuietJson)
    }

    fn is_quiet(self) -> bool {
        matches!(self, Messages::Quiet | Messages::QuietJson)
    }
}

/// Standard error.
pub(super) struct Reporter {
    bar: ProgressBar,
    start: Instant,
    messages: Messages,
    records: AtomicU64,
    restored: AtomicU64,
    skipped: AtomicU64,
}

impl Reporter {
    /// A reporter; `is_shared` says that texts are shown on the terminal, too, where a bar would stand between them.
    pub(super) fn new(inputs: &[Input], messages: Messages, is_shared: bool) -> Self {
        let size: u64 = inputs.iter().map(|input| input.size).sum();
        let is_shown = messages == Messages::Full && !is_shared && io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr_with_hz(5) } else { ProgressDrawTarget::hidden() };
        // Sizes are those of the files as stored; a pipe has none.
        let (length, template) = if inputs.iter().all(|input| matches!(input.source, Source::File(_))) {
            (Some(size), "{bar:24} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left, {msg}")
        } else {
            (None, "{spinner} {bytes} {bytes_per_sec}, {elapsed}, {msg}")
        };
        let bar = ProgressBar::with_draw_target(length, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Reporter {
            bar,
            start: Instant::now(),
            messages,
            records: AtomicU64::new(0),
            restored: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
        }
    }

    /// Measures how far a file of a size is cleaned; a stream has the size 0.
    pub(super) fn meter(&self, size: u64, packing: Option<Codec>) -> Meter {
        let is_packed = packing != Some(Codec::Plain);
        let state = Measured { bar: self.bar.clone(), size, is_packed, read: 0, done: 0, shown: 0 };
        Meter(Arc::new(Mutex::new(state)))
    }

    /// Counts a file that was finished before.
    pub(super) fn skip(&self, bytes: u64) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
        self.bar.inc(bytes);
    }

    /// Counts the bytes that are written instead, for a file that is not read from end to end: the result
    /// is about as large. What is missing from `size` in the end is counted then.
    #[cfg(feature = "parquet")]
    pub(super) fn writing<W: Write>(&self, output: W, size: u64) -> Weighed<W> {
        Weighed { output, bar: self.bar.clone(), left: size }
    }

    pub(super) fn count(&self, stats: &Stats) {
        let records = self.records.fetch_add(stats.records, Ordering::Relaxed) + stats.records;
        let restored = self.restored.fetch_add(stats.restored, Ordering::Relaxed) + stats.restored;
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("{} records, {} restored", HumanCount(records), HumanCount(restored)));
        }
    }

    /// Writes a line above the bar.
    pub(super) fn say(&self, line: impl Display) {
        if self.messages.is_json() {
            return say_json(&json!({"level": "note", "message": line.to_string()}));
        }
        self.bar.suspend(|| say(line));
    }

    /// Names what could not be read, opened or written.
    pub(super) fn fault(&self, fault: &Fault) {
        if self.messages.is_json() {
            let Fault { file, record, reason } = fault;
            return say_json(&json!({"level": "fault", "file": file, "record": record, "reason": reason}));
        }
        self.say(fault);
    }

    /// How many files were finished before.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Takes the bar away and writes the summary.
    pub(super) fn finish(&self, stats: &Stats, files: usize) {
        self.bar.finish_and_clear();
        if self.messages.is_quiet() {
            return;
        }
        if self.messages.is_json() {
            let mut summary = summary::of(stats, files, self.skipped(), self.start.elapsed());
            summary["level"] = "summary".into();
            return say_json(&summary);
        }
        let count = HumanCount;
        let skipped = self.skipped();
        if skipped > 0 {
            say(format_args!("{} of {} were finished before", count(skipped), plural(files as u64, "file")));
        }
        let files = files as u64 - skipped;
        if files == 0 {
            return;
        }
        let seconds = self.start.elapsed().as_secs_f64();
        let rate = (stats.bytes as f64 / seconds.max(1e-3)) as u64;
        say(format_args!(
            "{} in {}, {} in {seconds:.1} s ({}/s)",
            plural(stats.records, "record"),
            plural(files, "file"),
            HumanBytes(stats.bytes),
            HumanBytes(rate)
        ));
        let spinners: Vec<String> = stats.spinners.iter().map(|(name, n)| format!("{name} {}", count(*n))).collect();
        let by = if spinners.is_empty() { String::new() } else { format!(": {}", spinners.join(", ")) };
        let percent = 100.0 * stats.spun as f64 / stats.records.max(1) as f64;
        say(format_args!("  spun      {} ({percent:.1} %){by}", count(stats.spun)));
        say(format_args!("  restored  {} with {}", count(stats.restored), plural(stats.edits, "edit")));
        if stats.faults > 0 {
            say(format_args!("  not read  {}", count(stats.faults)));
        }
        let top: Vec<String> =
            stats.top_rewrites(TOP).iter().map(|(from, to, n)| format!("{from} → {to} {}", count(*n))).collect();
        if !top.is_empty() {
            say(format_args!("  most made {}", top.join(", ")));
        }
    }
}

/// Counts what is written.
#[cfg(feature = "parquet")]
pub(super) struct Weighed<W> {
    output: W,
    bar: ProgressBar,
    left: u64,
}

#[cfg(feature = "parquet")]
impl<W: Write> Write for Weighed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.output.write(bytes)?;
        let counted = self.left.min(written as u64);
        self.left -= counted;
        self.bar.inc(counted);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

#[cfg(feature = "parquet")]
impl<W> Drop for Weighed<W> {
    fn drop(&mut self) {
        self.bar.inc(self.left);
    }
}

/// How far a file is cleaned. Reading runs ahead of cleaning, so that bytes that were read are not yet done.
#[derive(Clone)]
pub(super) struct Meter(Arc<Mutex<Measured>>);

/// Bytes are as stored, unless said otherwise.
struct Measured {
    bar: ProgressBar,
    size: u64,
    is_packed: bool,
    read: u64,
    /// Cleaned, unpacked.
    done: u64,
    /// What the bar shows of this file.
    shown: u64,
}

impl Meter {
    /// Counts bytes that are read.
    pub(super) fn read(&self, bytes: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.read += bytes;
        if state.size == 0 {
            state.bar.inc(bytes);
        }
    }

    /// Counts bytes of records that are cleaned.
    pub(super) fn done(&self, bytes: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.done += bytes;
        state.show();
    }
}

impl Measured {
    fn show(&mut self) {
        let now = if self.is_packed {
            // How much of what was read is under way is not known: as much as there may be.
            let share = self.done as f64 / (self.done + BUDGET as u64) as f64;
            (self.read as f64 * share) as u64
        } else {
            self.done
        };
        let now = now.min(self.size);
        self.bar.inc(now.saturating_sub(self.shown));
        self.shown = self.shown.max(now);
    }
}

impl Drop for Measured {
    /// The file is done.
    fn drop(&mut self) {
        self.bar.inc(self.size.saturating_sub(self.shown));
    }
}
