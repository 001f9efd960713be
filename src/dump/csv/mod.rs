//! CSV and TSV: some columns hold texts; the bytes of all others stay.

mod added;
mod dialect;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::memrchr;

use super::asked::Asked;
use super::format::{Entry, Opened};
use super::source_map::{SourceMap, verbatim};
use super::stream::{BLOCK, Block, MAX_RECORD, Split, Stream};
use super::worker::{Process, Worker};
use added::Added;
use dialect::{Dialect, Header, inside, is_wide, named_delimiter, quote, skip_blank};

/// Comma-separated values, unless the header says otherwise.
pub(super) const CSV: Entry = Entry {
    name: "csv",
    endings: &["csv"],
    open: Some(|asked| open(asked, Dialect { delimiter: b',', has_quotes: true })),
    is_start: None,
};
/// Tab-separated values.
pub(super) const TSV: Entry = Entry {
    name: "tsv",
    endings: &["tsv", "tab"],
    open: Some(|asked| open(asked, Dialect { delimiter: b'\t', has_quotes: false })),
    is_start: None,
};

/// The column of an annotation in which its edits stand.
#[cfg(feature = "cli")]
pub(super) const EDITS: &str = "unspin_edits";

const BOM: &[u8] = b"\xef\xbb\xbf";
/// The longest header that is read, in bytes: some thousand names.
const MAX_HEADER: usize = 1 << 20;

/// What the splitter reads in the header, for those who process the rows below it. It stays empty if the column is
/// not there.
type Shared = Arc<OnceLock<Header>>;

fn open(asked: &Asked, dialect: Dialect) -> Opened {
    let header = Shared::default();
    let added = Added::of(asked);
    Opened::new(Rows::new(asked, added.clone(), dialect, Arc::clone(&header)), Csv { header, added })
}

/// Splits tables into blocks of whole rows. Rows are numbered from 1, the header not counted.
struct Rows {
    asked: Asked,
    added: Added,
    dialect: Dialect,
    header: Shared,
    started: bool,
    done: u64,
    /// Inside of a row that is too long to be read.
    giant: Option<Giant>,
}

/// Where the reading of a row stands that is longer than can be held.
#[derive(Clone, Copy, Debug, Default)]
struct Giant {
    in_quotes: bool,
    is_field_start: bool,
    /// The last byte was a quote inside of quotes: it closes them or is the first of two.
    after_quote: bool,
}

impl Rows {
    fn new(asked: &Asked, added: Added, dialect: Dialect, header: Shared) -> Self {
        Rows { asked: asked.clone(), added, dialect, header, started: false, done: 0, giant: None }
    }

    /// Reads the header; it goes through with the names that are added, and so does everything if no column is there.
    fn start(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        self.started = true;
        stream.fill(64);
        let (end, read) = if is_wide(stream.bytes()) {
            (0, Err("UTF-16, not UTF-8; passed through unread".to_string()))
        } else {
            self.read_header(stream)
        };
        let mut faults = Vec::new();
        let read = read.and_then(|header| Ok((self.added.names(header.dialect)?, header)));
        let mut names = Vec::new();
        match read {
            Ok((added, header)) => {
                self.dialect = header.dialect;
                names = added;
                let _ = self.header.set(header);
            }
            Err(reason) => faults.push((0, reason)),
        }
        let mut header = stream.take(end);
        let stop = header.iter().rposition(|b| !matches!(b, b'\r' | b'\n')).map_or(0, |at| at + 1);
        header.splice(stop..stop, names);
        if header.is_empty() && stream.bytes().is_empty() {
            return None;
        }
        Some(Block { first: 0, bytes: header, verbatim: true, faults, ..Block::default() })
    }

    /// The bytes up to the end of the header, and what it says.
    fn read_header(&self, stream: &mut Stream<'_>) -> (usize, Result<Header, String>) {
        let mut dialect = self.dialect;
        let bom = if stream.bytes().starts_with(BOM) { BOM.len() } else { 0 };
        let mut start = skip_blank(stream.bytes(), bom);
        let mut is_fixed = false;
        loop {
            let end = loop {
                let is_all = stream.bytes().len() > start + MAX_HEADER;
                if let Some(row) = dialect.row(stream.bytes(), start, is_all, |_, _| {}) {
                    break row.end;
                }
                if is_all || !stream.more() {
                    break stream.bytes().len();
                }
            };
            if end - start > MAX_HEADER {
                return (0, Err(format!("a header of more than {} MiB; passed through unread", MAX_HEADER >> 20)));
            }
            let row = &stream.bytes()[start..end];
            match named_delimiter(row).filter(|_| !is_fixed) {
                Some(delimiter) => (dialect.delimiter, is_fixed, start) = (delimiter, true, end),
                None if row.is_empty() => return (end, Err("no header".into())),
                None => return (end, Header::read(row, &self.asked, self.added.all(), dialect, is_fixed)),
            }
        }
    }

    /// Passes on a part of a row that is too long to be read.
    fn pass_giant(&mut self, stream: &mut Stream<'_>, mut giant: Giant, faults: Vec<(u64, String)>) -> Option<Block> {
        stream.fill(BLOCK);
        let delimiter = self.dialect.delimiter;
        let end = stream.bytes().iter().position(|&byte| giant.ends(byte, delimiter, self.dialect.has_quotes));
        self.giant = end.is_none().then_some(giant);
        let first = self.done + 1;
        if end.is_some() || stream.bytes().is_empty() {
            self.done += 1;
            self.giant = None;
        }
        let bytes = stream.take(end.map_or(usize::MAX, |at| at + 1));
        (!bytes.is_empty()).then(|| Block { first, bytes, verbatim: true, faults, ..Block::default() })
    }
}

impl Giant {
    /// Goes on by a byte; whether the row ends with it.
    fn ends(&mut self, byte: u8, delimiter: u8, has_quotes: bool) -> bool {
        if self.in_quotes && !self.after_quote {
            self.after_quote = byte == b'"';
            return false;
        }
        if std::mem::take(&mut self.after_quote) {
            if byte == b'"' {
                return false;
            }
            self.in_quotes = false;
        }
        if has_quotes && byte == b'"' && self.is_field_start {
            self.in_quotes = true;
        }
        self.is_field_start = byte == delimiter || self.is_field_start && byte == b' ';
        matches!(byte, b'\r' | b'\n')
    }
}

impl Split for Rows {
    fn split(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        if !self.started {
            return self.start(stream).or_else(|| stream.break_off(0));
        }
        if self.header.get().is_none() {
            stream.fill(BLOCK);
            let bytes = stream.take(usize::MAX);
            let rest = Block { first: 1, bytes, verbatim: true, ..Block::default() };
            return if rest.bytes.is_empty() { stream.break_off(0) } else { Some(rest) };
        }
        if let Some(giant) = self.giant {
            return self.pass_giant(stream, giant, Vec::new()).or_else(|| stream.break_off(self.done + 1));
        }
        let (dialect, first) = (self.dialect, self.done + 1);
        stream.fill(BLOCK);
        let (mut whole, mut rows, mut is_all) = (0, 0, false);
        while whole < BLOCK {
            let bytes = whole_lines(stream, is_all);
            let from = skip_blank(bytes, whole);
            if from == bytes.len() && from > 0 {
                whole = from;
            } else if let Some(row) = dialect.row(bytes, from, is_all, |_, _| {}).filter(|row| row.end > from) {
                (whole, rows) = (row.end, rows + 1);
                continue;
            }
            if whole > 0 || is_all {
                break;
            }
            if bytes.len() > MAX_RECORD {
                let reason =
                    format!("longer than {} MiB (a quote that never closes?), passed through unread", MAX_RECORD >> 20);
                let giant = Giant { is_field_start: true, ..Giant::default() };
                return self.pass_giant(stream, giant, vec![(first, reason)]);
            }
            // Twice as much each time: the row is scanned anew.
            let wanted = (bytes.len() * 2).clamp(BLOCK, MAX_RECORD + BLOCK);
            stream.fill(wanted);
            is_all = stream.bytes().len() < wanted;
        }
        if whole == 0 {
            return stream.break_off(first);
        }
        self.done += rows;
        Some(Block { first, bytes: stream.take(whole), ..Block::default() })
    }
}

/// What has been read; what follows the last line end before a break is torn.
fn whole_lines<'s>(stream: &'s Stream<'_>, is_all: bool) -> &'s [u8] {
    let bytes = stream.bytes();
    let is_torn = is_all && stream.is_broken();
    if is_torn { &bytes[..memrchr(b'\n', bytes).map_or(0, |at| at + 1)] } else { bytes }
}

/// Restores rows.
struct Csv {
    header: Shared,
    added: Added,
}

impl Process for Csv {
    fn process(&self, block: &Block, worker: &mut Worker<'_>) {
        let Some(header) = self.header.get() else { return };
        let mut rows = Table { bytes: &block.bytes, header, added: &self.added, written: 0 };
        let (mut number, mut at) = (block.first, skip_blank(&block.bytes, 0));
        // The fields of texts, in the order of the table.
        let mut fields = Vec::with_capacity(header.texts.len());
        while at < block.bytes.len() {
            fields.clear();
            let mut texts = header.texts.iter().peekable();
            let on_field = |column: usize, place: Range<usize>| {
                if let Some((field, _)) = texts.next_if(|(_, wanted)| *wanted == column) {
                    fields.push((*field, place));
                }
            };
            let Some(row) = header.dialect.row(&block.bytes, at, true, on_field) else { break };
            worker.record();
            if !row.is_sound {
                worker.fault(number, "a quote that does not close, or text after it");
            } else if row.fields != header.columns {
                worker.fault(number, format!("{} fields under {} names", row.fields, header.columns));
            } else {
                rows.row(number, &fields, row.stop, worker);
            }
            number += 1;
            at = skip_blank(&block.bytes, row.end);
        }
        worker.put(&rows.bytes[rows.written..]);
    }
}

/// A block of rows on its way to the output.
struct Table<'b> {
    bytes: &'b [u8],
    header: &'b Header,
    added: &'b Added,
    /// How many bytes are done.
    written: usize,
}

impl Table<'_> {
    /// Restores the fields of a row, and adds what is to be added where the last of all ends.
    fn row(&mut self, number: u64, fields: &[(usize, Range<usize>)], stop: usize, worker: &mut Worker<'_>) {
        let mut look = |worker: &mut Worker<'_>| {
            for (field, place) in fields {
                worker.turn_to(*field);
                match restored(&self.bytes[place.clone()], number, self.header.dialect, worker) {
                    Ok(Some(new)) => {
                        worker.put(&self.bytes[self.written..place.start]);
                        worker.put(&new);
                        self.written = place.end;
                    }
                    Ok(None) => {}
                    Err(reason) => worker.fault(number, reason),
                }
            }
        };
        if fields.len() == 1 {
            look(worker)
        } else {
            worker.as_one(look)
        }
        if !self.added.all().is_empty() {
            worker.put(&self.bytes[self.written..stop]);
            let raw = |field: usize| {
                let place = fields.iter().find(|(other, _)| *other == field).map(|(_, place)| place.clone());
                place.map_or(&b""[..], |place| &self.bytes[place])
            };
            let cells = self.added.cells(self.header.dialect, raw, &worker.notes());
            worker.put(&cells);
            self.written = stop;
        }
    }
}

/// The field with its text restored; `None` if it stays as it is.
fn restored(raw: &[u8], record: u64, dialect: Dialect, worker: &mut Worker<'_>) -> Result<Option<Vec<u8>>, String> {
    let text =
        std::str::from_utf8(raw).map_err(|e| format!("invalid UTF-8 at byte {} of the text", e.valid_up_to()))?;
    let inner = inside(text).filter(|_| dialect.has_quotes);
    let map = inner.map_or_else(|| SourceMap::plain(text), |inner| in_quotes(inner, text));
    if inner.is_some() {
        let escape = |with: &str, out: &mut Vec<u8>| out.extend_from_slice(with.replace('"', "\"\"").as_bytes());
        return Ok(worker.restored(record, raw, &map, escape));
    }
    let look = |worker: &mut Worker<'_>| {
        let Some(new) = worker.restored(record, raw, &map, verbatim) else { return Ok(None) };
        let is_bare = !new.iter().any(|&b| b == dialect.delimiter || matches!(b, b'\r' | b'\n'));
        match dialect.has_quotes {
            true if is_bare && !new.trim_ascii_start().starts_with(b"\"") => Ok(Some(new)),
            true => Ok(Some(quote(&new))),
            false if is_bare => Ok(Some(new)),
            false => Err("the restored text has a delimiter, which TSV cannot hold".into()),
        }
    };
    if dialect.has_quotes { look(worker) } else { worker.attempt(look) }
}

/// A field in quotes, `inner` being the part between them: two quotes are one of the text.
fn in_quotes(inner: &str, field: &str) -> SourceMap<'static> {
    let mut map = SourceMap::empty();
    let start = inner.as_ptr() as usize - field.as_ptr() as usize;
    let mut at = 0;
    while let Some(found) = inner[at..].find('"') {
        map.same(start + at, &inner[at..at + found]);
        map.atom((start + at + found, start + at + found + 2), "\"");
        at += found + 2;
    }
    map.same(start + at, &inner[at..]);
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(table: &[u8]) -> Vec<Block> {
        let mut stream = Stream::new(Box::new(table));
        let mut opened = (CSV.open.unwrap())(&Asked::default());
        std::iter::from_fn(|| opened.splitter.split(&mut stream)).collect()
    }

    #[test]
    fn blocks_are_whole_rows_and_all_of_them() {
        let mut table = String::from("id,text\r\n");
        for n in 0..60_000 {
            table += &format!("{n},\"line\r\n of {n}, \"\"quoted\"\"\"\r\n");
        }
        table += "last,row";
        let blocks = blocks(table.as_bytes());
        assert!(blocks.len() > 5);
        assert_eq!(blocks.iter().flat_map(|b| b.bytes.clone()).collect::<Vec<_>>(), table.as_bytes());
        let mut next = 1;
        for block in &blocks[1..] {
            assert_eq!(block.first, next);
            let dialect = Dialect { delimiter: b',', has_quotes: true };
            let mut at = skip_blank(&block.bytes, 0);
            while at < block.bytes.len() {
                let row = dialect.row(&block.bytes, at, true, |_, _| {}).unwrap();
                assert_eq!(row.fields, 2);
                at = skip_blank(&block.bytes, row.end);
                next += 1;
            }
        }
        assert_eq!(next, 60_002);
    }

    #[test]
    fn a_giant_row_passes_in_blocks_up_to_its_end() {
        let giant = "a \"\"quoted\"\" line\n".repeat(MAX_RECORD / 16);
        let table = format!("id,text\n1,x\n2,\"{giant}\"\n3,y\n");
        let blocks = blocks(table.as_bytes());
        assert!(blocks.iter().flat_map(|b| b.bytes.clone()).eq(table.bytes()));
        assert_eq!(blocks.iter().flat_map(|b| &b.faults).map(|f| f.0).collect::<Vec<_>>(), [2]);
        let last = blocks.last().unwrap();
        assert_eq!((last.first, last.bytes.as_slice(), last.verbatim), (3, &b"3,y\n"[..], false));
    }
}
