//! What a person sees on standard error: the bar on a terminal, the records that could not be read, the
//! closing summary.

use std::fmt::Display;
use std::io::{self, IsTerminal, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::dump::Tally;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::inputs::Input;
use super::report::plural;

/// Rewrites that the summary names.
const TOP: usize = 5;

/// Writes a line to standard error. That nobody reads it is no reason to stop.
pub(super) fn say(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Standard error.
pub(super) struct Screen {
    bar: ProgressBar,
    start: Instant,
    quiet: bool,
    records: AtomicU64,
    restored: AtomicU64,
    skipped: AtomicU64,
}

impl Screen {
    pub(super) fn new(inputs: &[Input], quiet: bool) -> Self {
        let size: u64 = inputs.iter().map(|input| input.size).sum();
        let is_shown = !quiet && io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr_with_hz(5) } else { ProgressDrawTarget::hidden() };
        // Sizes are those of the files as stored; standard input has none.
        let (length, template) = if inputs.iter().all(|input| input.size > 0) {
            (Some(size), "{bar:24} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left, {msg}")
        } else {
            (None, "{spinner} {bytes} {bytes_per_sec}, {elapsed}, {msg}")
        };
        let bar = ProgressBar::with_draw_target(length, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Screen {
            bar,
            start: Instant::now(),
            quiet,
            records: AtomicU64::new(0),
            restored: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
        }
    }

    /// Counts the bytes that are read.
    pub(super) fn reading<R: Read>(&self, input: R) -> impl Read + use<R> {
        Counted { input, bar: self.bar.clone() }
    }

    /// Counts a file that was finished before.
    pub(super) fn skip(&self, bytes: u64) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
        self.bar.inc(bytes);
    }

    /// Counts the bytes that are written instead, for a file that is not read from end to end: the result
    /// is about as large. What is missing from `size` in the end is counted then.
    pub(super) fn writing<W: Write>(&self, output: W, size: u64) -> Weighed<W> {
        Weighed { output, bar: self.bar.clone(), left: size }
    }

    pub(super) fn count(&self, tally: &Tally) {
        let records = self.records.fetch_add(tally.records, Ordering::Relaxed) + tally.records;
        let restored = self.restored.fetch_add(tally.restored, Ordering::Relaxed) + tally.restored;
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("{} records, {} restored", HumanCount(records), HumanCount(restored)));
        }
    }

    /// Writes a line above the bar.
    pub(super) fn say(&self, line: impl Display) {
        self.bar.suspend(|| say(line));
    }

    /// How many files were finished before.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Takes the bar away and writes the summary.
    pub(super) fn finish(&self, tally: &Tally, files: usize) {
        self.bar.finish_and_clear();
        if self.quiet {
            return;
        }
        let count = HumanCount;
        let skipped = self.skipped();
        if skipped > 0 {
            say(format_args!("{} of {} were finished before", count(skipped), plural(files as u64, "file")));
        }
        let files = files as u64 - skipped;
        let seconds = self.start.elapsed().as_secs_f64();
        let rate = (tally.bytes as f64 / seconds.max(1e-3)) as u64;
        say(format_args!(
            "{} in {}, {} in {seconds:.1} s ({}/s)",
            plural(tally.records, "record"),
            plural(files, "file"),
            HumanBytes(tally.bytes),
            HumanBytes(rate)
        ));
        let spinners: Vec<String> = tally.spinners.iter().map(|(name, n)| format!("{name} {}", count(*n))).collect();
        let by = if spinners.is_empty() { String::new() } else { format!(": {}", spinners.join(", ")) };
        let percent = 100.0 * tally.spun as f64 / tally.records.max(1) as f64;
        say(format_args!("  spun      {} ({percent:.1} %){by}", count(tally.spun)));
        say(format_args!("  restored  {} with {}", count(tally.restored), plural(tally.edits, "edit")));
        if tally.faults > 0 {
            say(format_args!("  not read  {}", count(tally.faults)));
        }
        let top: Vec<String> =
            tally.top_rewrites(TOP).iter().map(|(from, to, n)| format!("{from} → {to} {}", count(*n))).collect();
        if !top.is_empty() {
            say(format_args!("  most made {}", top.join(", ")));
        }
    }
}

/// Counts what is written.
pub(super) struct Weighed<W> {
    output: W,
    bar: ProgressBar,
    left: u64,
}

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

impl<W> Drop for Weighed<W> {
    fn drop(&mut self) {
        self.bar.inc(self.left);
    }
}

struct Counted<R> {
    input: R,
    bar: ProgressBar,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}
