//! The cleaning of one file: opening it, watching how it is read, and what becomes of it when its reader fails.

use std::any::Any;
use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::faults::Faults;
use super::inputs::{Input, Source};
use super::journal::{Journal, State};
use super::outputs::{Output, Outputs};
use super::progress::{Meter, Reporter};
use super::sniff;
use super::status::{Status, Worst};
use crate::dump::{Cleaner, Codec, DumpError, Fault, Format, Progress, Stats};

/// Bytes that tell what a file is.
const HEAD: u64 = 512;
/// Bytes that are copied at once.
const PART: usize = 128 << 10;

/// What is the same for all files.
pub(super) struct Job<'j> {
    pub cleaner: Cleaner<'j>,
    pub outputs: &'j Outputs,
    pub reporter: &'j Reporter,
    pub faults: &'j Faults<'j>,
    pub journal: Option<&'j Journal>,
    pub worst: &'j Worst,
    /// Whether the output is verdicts instead of records.
    pub verdicts: bool,
}

/// A file that was read to its end.
struct Cleaned {
    stats: Stats,
    /// The size of the output.
    size: u64,
    /// The state of the input when it was opened; `None` if it cannot be finished for good.
    state: Option<State>,
}

impl Job<'_> {
    /// Cleans a file, unless that is done. Whatever its reader does, the others are cleaned.
    pub(super) fn clean(&self, number: usize, input: &Input) -> Result<Stats, DumpError> {
        if let (Some(journal), Source::File(path), Some(output)) =
            (self.journal, &input.source, self.outputs.path(number))
            && journal.is_done(input, path, output)
        {
            self.reporter.skip(input.size);
            return Ok(Stats::default());
        }
        let before = self.outputs.written();
        let read = match catch_unwind(AssertUnwindSafe(|| self.rewrite(number, input))) {
            Ok(Err(error)) if input.format == Format::Parquet && is_of_reader(&error) => {
                self.copy_instead(number, input, before, &format!("the reader failed on this file: {error}"))?
            }
            Ok(read) => read?,
            Err(panic) => self.copy_instead(
                number,
                input,
                before,
                &format!("the reader failed on this file: {}", message(&*panic)),
            )?,
        };
        if read.stats.faults > 0 {
            self.worst.meet(Status::Unread);
        }
        // A file with faults is done as well as it can be, but its faults are to be named again.
        if let (Some(journal), Source::File(path), Some(state), 0) =
            (self.journal, &input.source, read.state, read.stats.faults)
        {
            let noted = journal.note(input, path, &state, read.size);
            noted.map_err(|error| write_error(input, read.stats.records, error))?;
        }
        Ok(read.stats)
    }

    fn rewrite(&self, number: usize, input: &Input) -> Result<Cleaned, DumpError> {
        let path = match &input.source {
            Source::File(path) => path,
            Source::Stream(stream) => {
                let stream = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                let stream = stream.ok_or_else(|| read_error(input, io::Error::other("it was read before")))?;
                return self.stream(number, input, stream, None, None);
            }
        };
        let mut file = File::open(path).map_err(|error| read_error(input, error))?;
        let opened = file.metadata().map_err(|error| read_error(input, error))?;
        if input.format == Format::Parquet {
            return self.parquet(number, input, file, &opened);
        }
        let mut head = Vec::new();
        (&mut file).take(HEAD).read_to_end(&mut head).map_err(|error| read_error(input, error))?;
        if let Some(what) = sniff::foreign(&head) {
            let fault = format!("is {what}, not {}; copied as it is", input.format);
            return self.copy(number, input, file, &opened, &fault);
        }
        let again = file.try_clone().map_err(|error| read_error(input, error))?;
        let packing = Codec::of_bytes(&head);
        let stream = Box::new(Cursor::new(head).chain(file));
        self.stream(number, input, stream, Some((&again, &opened)), Some(packing))
    }

    /// Cleans a stream; `file` is what it reads, with the state it had when it was opened.
    fn stream(
        &self,
        number: usize,
        input: &Input,
        stream: Box<dyn Read + Send>,
        file: Option<(&File, &Metadata)>,
        packing: Option<Codec>,
    ) -> Result<Cleaned, DumpError> {
        let broken = Arc::new(Mutex::new(None));
        let meter = self.reporter.meter(input.size, packing);
        let stream = Watched { input: stream, broken: Arc::clone(&broken), meter: meter.clone() };
        let mode = file.map(|(_, opened)| opened.permissions());
        let mut output = self.outputs.open(number, input, mode).map_err(|error| write_error(input, 0, error))?;
        let codec = self.outputs.codec(number);
        let watch = |news: Progress<'_>| self.news(&news, Some(&meter));
        let mut stats = self.cleaner.clean(&input.name, input.format, stream, &mut output, codec, watch)?;
        let size = output.finish().map_err(|error| write_error(input, stats.records, error))?;
        let broken = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reason) = broken {
            // The reader has named the record; that the system is to blame decides the status.
            self.faults.failed(&input.name, &format!("cannot be read to its end: {reason}"));
            self.worst.meet(Status::Failed);
            return Ok(Cleaned { stats, size, state: None });
        }
        let state = file.and_then(|(file, opened)| self.unchanged(input, file, opened, &mut stats));
        Ok(Cleaned { stats, size, state })
    }

    #[cfg(not(feature = "parquet"))]
    fn parquet(&self, _: usize, input: &Input, _: File, _: &Metadata) -> Result<Cleaned, DumpError> {
        Err(DumpError::Format { file: input.name.clone(), reason: super::inputs::WITHOUT_PARQUET.into() })
    }

    #[cfg(feature = "parquet")]
    fn parquet(&self, number: usize, input: &Input, file: File, opened: &Metadata) -> Result<Cleaned, DumpError> {
        let again = file.try_clone().map_err(|error| read_error(input, error))?;
        let output = self.outputs.open(number, input, Some(opened.permissions()));
        let mut output = output.map_err(|error| write_error(input, 0, error))?;
        let counted = self.reporter.writing(&mut output, input.size);
        let watch = |news: Progress<'_>| self.news(&news, None);
        let mut stats = self.cleaner.clean_parquet(&input.name, file, counted, watch)?;
        let size = output.finish().map_err(|error| write_error(input, stats.records, error))?;
        let state = self.unchanged(input, &again, opened, &mut stats);
        Ok(Cleaned { stats, size, state })
    }

    /// The state of a file that nobody wrote to while it was read.
    fn unchanged(&self, input: &Input, file: &File, opened: &Metadata, stats: &mut Stats) -> Option<State> {
        let is_same = |now: &Metadata| now.len() == opened.len() && now.modified().ok() == opened.modified().ok();
        if opened.is_file() && !file.metadata().is_ok_and(|now| is_same(&now)) {
            self.fault(input, "was changed while it was read; what was read is written", stats);
            return None;
        }
        Some(State::of(opened))
    }

    fn fault(&self, input: &Input, reason: &str, stats: &mut Stats) {
        stats.faults += 1;
        self.faults.add(&Fault { file: input.name.clone(), record: 0, reason: reason.into() });
    }

    /// Copies a file whose reader failed, if nothing of its result is in the stream yet.
    fn copy_instead(&self, number: usize, input: &Input, before: u64, reason: &str) -> Result<Cleaned, DumpError> {
        let lost = |reason: String| DumpError::Format { file: input.name.clone(), reason };
        let Source::File(path) = &input.source else { return Err(lost(reason.into())) };
        if self.outputs.written() != before {
            return Err(lost(format!("{reason}; a part of its result is written")));
        }
        let file = File::open(path).map_err(|error| read_error(input, error))?;
        let opened = file.metadata().map_err(|error| read_error(input, error))?;
        self.copy(number, input, file, &opened, &format!("{reason}; copied as it is"))
    }

    /// Copies a file as it is; as verdicts there is nothing to copy.
    fn copy(
        &self,
        number: usize,
        input: &Input,
        file: File,
        opened: &Metadata,
        reason: &str,
    ) -> Result<Cleaned, DumpError> {
        let mut stats = Stats::default();
        let mut output =
            self.outputs.open(number, input, Some(opened.permissions())).map_err(|e| write_error(input, 0, e))?;
        if !self.verdicts {
            copy(file, self.outputs.codec(number), &mut output).map_err(|e| write_error(input, 0, e))?;
        }
        let size = output.finish().map_err(|error| write_error(input, 0, error))?;
        self.fault(input, reason, &mut stats);
        Ok(Cleaned { stats, size, state: None })
    }

    fn news(&self, news: &Progress<'_>, meter: Option<&Meter>) {
        match news {
            Progress::Fault(fault) => self.faults.add(fault),
            Progress::Records(stats) => {
                self.faults.count(stats);
                self.reporter.count(stats);
                if let Some(meter) = meter {
                    meter.done(stats.bytes);
                }
            }
        }
    }
}

fn read_error(input: &Input, error: io::Error) -> DumpError {
    DumpError::Read { file: input.name.clone(), error }
}

fn write_error(input: &Input, record: u64, error: io::Error) -> DumpError {
    DumpError::Write { file: input.name.clone(), record, error }
}

/// Whether it was not the system that ended the cleaning, but what the file holds.
fn is_of_reader(error: &DumpError) -> bool {
    match error {
        DumpError::Write { error, .. } => error.raw_os_error().is_none() && error.kind() == io::ErrorKind::Other,
        _ => false,
    }
}

/// What a panic says.
pub(super) fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a fault of the program")
}

/// Copies what a file holds; it is packed anew only where the output is packed in another way.
fn copy(mut file: File, codec: Codec, output: &mut Output<'_>) -> io::Result<()> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    (&mut file).take(HEAD).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    if Codec::of_bytes(&head) == codec {
        return io::copy(&mut file, output).map(drop);
    }
    let (_, mut input) = Codec::open(file)?;
    let mut member = codec.member()?;
    let mut part = vec![0; PART];
    loop {
        match input.read(&mut part) {
            Ok(0) => return member.finish(output),
            Ok(read) => member.add(&part[..read], output)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A stream that remembers what the system said when it could not be read.
struct Watched {
    input: Box<dyn Read + Send>,
    broken: Arc<Mutex<Option<String>>>,
    meter: Meter,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer);
        match &read {
            Ok(bytes) => self.meter.read(*bytes as u64),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string()),
        }
        read
    }
}

/// Whether a file that was written is still there.
pub(super) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
