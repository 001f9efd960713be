//! Several results in one stream: where one ends and the next begins.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::dump::Format;

/// The longest header of a table that is compared, in bytes.
const MAX_HEADER: usize = 1 << 20;
const BOM: &[u8] = b"\xef\xbb\xbf";
/// The end of a record in web archives.
const RECORD_END: &[u8] = b"\r\n\r\n";

/// A stream that results follow each other in.
pub(super) struct Joint(Mutex<State>);

struct State {
    out: Box<dyn Write + Send>,
    written: u64,
    /// The last bytes, four at most.
    tail: Vec<u8>,
    /// The header of the first table, without its line end.
    header: Option<Vec<u8>>,
}

impl Joint {
    pub(super) fn new(out: Box<dyn Write + Send>) -> Self {
        Joint(Mutex::new(State { out, written: 0, tail: Vec::new(), header: None }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn written(&self) -> u64 {
        self.state().written
    }

    /// The place of the next result.
    pub(super) fn next(&self, format: Format) -> Next<'_> {
        let is_table = matches!(format, Format::Csv | Format::Tsv);
        Next { joint: self, format, is_begun: false, start: Vec::new(), wants_header: is_table, owes_end: false }
    }
}

/// One of the results.
///
/// A last line without its end is ended before the next result begins, a byte order mark stands at the
/// start of the stream or nowhere, and tables have one header.
pub(super) struct Next<'j> {
    joint: &'j Joint,
    format: Format,
    is_begun: bool,
    /// What is held back until it is clear what it is.
    start: Vec<u8>,
    wants_header: bool,
    /// Its header was left out, and the line before its rows may not have ended.
    owes_end: bool,
}

impl State {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.written += bytes.len() as u64;
        let keep = bytes.len().min(RECORD_END.len());
        self.tail.extend_from_slice(&bytes[bytes.len() - keep..]);
        let excess = self.tail.len().saturating_sub(RECORD_END.len());
        self.tail.drain(..excess);
        Ok(())
    }

    /// Ends what stands before.
    fn separate(&mut self, format: Format) -> io::Result<()> {
        let missing: &[u8] = match format {
            _ if self.written == 0 => b"",
            Format::Wet | Format::Warc => {
                let there = (0..=RECORD_END.len()).rev().find(|&n| self.tail.ends_with(&RECORD_END[..n])).unwrap_or(0);
                &RECORD_END[there..]
            }
            Format::Parquet => b"",
            _ if self.tail.ends_with(b"\n") => b"",
            _ => b"\n",
        };
        self.put(missing)
    }
}

impl Next<'_> {
    /// Writes what was held back.
    fn begin(&mut self, is_end: bool) -> io::Result<()> {
        let mut state = self.joint.state();
        let is_first = state.written == 0;
        let bom = if self.start.starts_with(BOM) { BOM.len() } else { 0 };
        let mut from = if is_first { 0 } else { bom };
        if self.wants_header {
            let end = header_end(&self.start[bom..], self.format).map(|end| bom + end);
            if end.is_none() && !is_end && self.start.len() < MAX_HEADER {
                return Ok(());
            }
            let end = end.unwrap_or(self.start.len());
            let header = self.start[bom..end].trim_ascii();
            match &state.header {
                None => state.header = Some(header.to_vec()),
                Some(first) if first == header => from = end,
                // Nothing but line ends.
                Some(_) if header.is_empty() => {}
                Some(_) => {
                    let why = "its header is not that of the table before it; one stream is one table, use -o FOLDER";
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
                }
            }
        }
        self.is_begun = true;
        let start = std::mem::take(&mut self.start);
        self.owes_end = from == start.len();
        if self.owes_end {
            return Ok(());
        }
        state.separate(self.format)?;
        state.put(&start[from..])
    }

    /// Writes what is left; says how much the stream has now.
    pub(super) fn finish(&mut self) -> io::Result<u64> {
        if !self.is_begun && !self.start.is_empty() {
            self.begin(true)?;
        }
        let mut state = self.joint.state();
        state.out.flush()?;
        Ok(state.written)
    }
}

impl Write for Next<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.is_begun {
            let mut state = self.joint.state();
            if std::mem::take(&mut self.owes_end) {
                state.separate(self.format)?;
            }
            state.put(bytes)?;
            return Ok(bytes.len());
        }
        self.start.extend_from_slice(bytes);
        if self.start.len() >= BOM.len() || !BOM.starts_with(&self.start) {
            self.begin(false)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.joint.state().out.flush()
    }
}

/// The end of the first row that is not empty, its line end included.
fn header_end(bytes: &[u8], format: Format) -> Option<usize> {
    let blank = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let mut is_quoted = false;
    for (at, &byte) in bytes.iter().enumerate().skip(blank) {
        match byte {
            b'"' if format == Format::Csv => is_quoted = !is_quoted,
            b'\n' if !is_quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}
