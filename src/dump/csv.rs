//! CSV and TSV: one column holds the text; the bytes of all others stay.

use std::ops::Range;

use csv_core::{ReadFieldResult, ReadRecordResult, Reader, ReaderBuilder};

use super::desk::{Clean, Desk};
use super::stream::{BLOCK, Block, Cut, MAX_RECORD, Stream};
use super::view::View;

const BOM: &[u8] = b"\xef\xbb\xbf";
/// Delimiters that are tried, in this order, when the expected one does not show the column.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// Cuts tables into blocks of whole rows. Rows are numbered from 1, the header not counted.
pub(super) struct Rows {
    field: String,
    delimiter: u8,
    reader: Reader,
    /// The column of the text, once the header is read; `None` if there is none such.
    column: Option<usize>,
    started: bool,
    done: u64,
    /// Inside of a row that is too long to be read.
    in_giant: bool,
}

impl Rows {
    pub(super) fn new(field: &str, delimiter: u8) -> Self {
        Rows {
            field: field.into(),
            delimiter,
            reader: reader(delimiter),
            column: None,
            started: false,
            done: 0,
            in_giant: false,
        }
    }

    /// The end of the first whole row that starts at `from`; `None` if the stream must be read on.
    fn row_end(&mut self, bytes: &[u8]) -> Result<usize, usize> {
        let (mut out, mut ends) = ([0; 4096], [0; 64]);
        let mut at = 0;
        loop {
            let (result, read, _, _) = self.reader.read_record(&bytes[at..], &mut out, &mut ends);
            at += read;
            match result {
                ReadRecordResult::Record => return Ok(at),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Err(at),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
            }
        }
    }

    /// Reads the header; what it says goes through unread, and so does everything if the column is missing.
    fn start(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        self.started = true;
        let mut scanned = 0;
        let end = loop {
            match self.row_end(&stream.bytes()[scanned..]) {
                Ok(end) => break scanned + end,
                Err(read) => scanned += read,
            }
            if scanned > MAX_RECORD || !stream.more() {
                break stream.bytes().len();
            }
        };
        let header = stream.take(end);
        if header.is_empty() {
            return None;
        }
        let row = header.strip_prefix(BOM).unwrap_or(&header);
        let tries = [self.delimiter].into_iter().chain(DELIMITERS);
        let hit = tries
            .clone()
            .find_map(|d| names(row, d).iter().position(|name| *name == self.field).map(|column| (d, column)));
        let mut faults = Vec::new();
        match hit {
            Some((delimiter, column)) => {
                (self.delimiter, self.column) = (delimiter, Some(column));
                self.reader = reader(delimiter);
            }
            None => {
                let shown: Vec<String> = names(row, self.delimiter)
                    .into_iter()
                    .take(12)
                    .map(|name| name.chars().take(40).collect())
                    .collect();
                faults
                    .push((0, format!("no column `{}` (there are: {}); passed through", self.field, shown.join(", "))));
            }
        }
        Some(Block { first: 0, bytes: header, verbatim: true, faults, ..Block::default() })
    }
}

impl Cut for Rows {
    fn cut(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        if !self.started {
            return self.start(stream).or_else(|| stream.break_off(0));
        }
        let Some(column) = self.column else {
            stream.fill(BLOCK);
            let bytes = stream.take(usize::MAX);
            let rest = Block { first: 1, bytes, verbatim: true, ..Block::default() };
            return if rest.bytes.is_empty() { stream.break_off(0) } else { Some(rest) };
        };
        let first = self.done + 1;
        let delimiter = self.delimiter;
        let block = |bytes| Block { first, bytes, column, delimiter, ..Block::default() };
        let (mut whole, mut scanned, mut rows) = (0, 0, 0);
        while whole < BLOCK {
            match self.row_end(&stream.bytes()[scanned..]) {
                Ok(read) => {
                    scanned += read;
                    (whole, rows) = (scanned, rows + 1);
                    if self.in_giant {
                        break;
                    }
                    continue;
                }
                Err(read) => scanned += read,
            }
            if scanned - whole > MAX_RECORD || self.in_giant && scanned > BLOCK {
                break;
            }
            if !stream.more() {
                if whole > 0 || stream.is_broken() {
                    break;
                }
                // The last row has no line end.
                self.done += 1;
                let mut rest = block(stream.take(usize::MAX));
                rest.verbatim = self.in_giant;
                return (!rest.bytes.is_empty()).then_some(rest);
            }
        }
        if self.in_giant {
            self.in_giant = whole == 0;
            self.done += rows;
            return Some(Block { verbatim: true, ..block(stream.take(if whole > 0 { whole } else { scanned })) });
        }
        if whole == 0 {
            if stream.is_broken() {
                return stream.break_off(first);
            }
            self.in_giant = true;
            let reason =
                format!("longer than {} MiB (a quote that never closes?), passed through unread", MAX_RECORD >> 20);
            let faults = vec![(first, reason)];
            return Some(Block { verbatim: true, faults, ..block(stream.take(scanned)) });
        }
        // The row that was begun is scanned once more from its start.
        self.reader = reader(delimiter);
        self.done += rows;
        Some(block(stream.take(whole)))
    }
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// The names of a header.
fn names(row: &[u8], delimiter: u8) -> Vec<String> {
    let name = |range: Range<usize>| {
        let raw = String::from_utf8_lossy(&row[range]).into_owned();
        raw.strip_prefix('"')
            .and_then(|name| name.strip_suffix('"'))
            .map(|name| name.replace("\"\"", "\""))
            .unwrap_or(raw)
    };
    let mut fields = Fields { reader: reader(delimiter), bytes: row, at: 0 };
    fields.row().unwrap_or_default().into_iter().map(name).collect()
}

/// Walks over the fields of rows, as spans of the bytes.
struct Fields<'b> {
    reader: Reader,
    bytes: &'b [u8],
    at: usize,
}

impl Fields<'_> {
    /// The fields of the next row, quotes included; `None` at the end.
    fn row(&mut self) -> Option<Vec<Range<usize>>> {
        let mut fields = Vec::new();
        let mut out = [0; 4096];
        // Line ends before a row are its predecessor's, or blank lines.
        self.at += self.bytes[self.at..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        if self.at == self.bytes.len() {
            return None;
        }
        let mut start = self.at;
        loop {
            let (result, read, _) = self.reader.read_field(&self.bytes[self.at..], &mut out);
            self.at += read;
            match result {
                ReadFieldResult::OutputFull | ReadFieldResult::InputEmpty => {}
                ReadFieldResult::Field { record_end } => {
                    // The delimiter or the line end is read with the field; at the end of the bytes there is none.
                    let is_ended = if record_end {
                        self.at > start && matches!(self.bytes[self.at - 1], b'\r' | b'\n') && read > 0
                    } else {
                        true
                    };
                    fields.push(start..self.at - usize::from(is_ended));
                    start = self.at;
                    if record_end {
                        return Some(fields);
                    }
                }
                ReadFieldResult::End => return (!fields.is_empty()).then_some(fields),
            }
        }
    }
}

/// Cleans rows.
#[derive(Debug)]
pub(super) struct Csv;

impl Clean for Csv {
    fn clean(&self, block: &Block, desk: &mut Desk<'_>) {
        let bytes = &block.bytes;
        let mut fields = Fields { reader: reader(block.delimiter), bytes, at: 0 };
        let (mut number, mut written) = (block.first, 0);
        while let Some(row) = fields.row() {
            desk.record();
            match row
                .get(block.column)
                .cloned()
                .ok_or_else(|| format!("{} fields, none in the column of the text", row.len()))
            {
                Ok(field) => match restored(&bytes[field.clone()], number, block.delimiter, desk) {
                    Ok(Some(new)) => {
                        desk.put(&bytes[written..field.start]);
                        desk.put(&new);
                        written = field.end;
                    }
                    Ok(None) => {}
                    Err(reason) => desk.fault(number, reason),
                },
                Err(reason) => desk.fault(number, reason),
            }
            number += 1;
        }
        desk.put(&bytes[written..]);
    }
}

/// The field with its text restored; `None` if it stays as it is.
fn restored(raw: &[u8], record: u64, delimiter: u8, desk: &mut Desk<'_>) -> Result<Option<Vec<u8>>, String> {
    let text =
        std::str::from_utf8(raw).map_err(|e| format!("invalid UTF-8 at byte {} of the text", e.valid_up_to()))?;
    let Some(quoted) = text.strip_prefix('"') else {
        let view = View::plain(text);
        let Some(found) = desk.look(record, &view) else { return Ok(None) };
        if desk.cleaner.detect || found.edits.is_empty() {
            return Ok(None);
        }
        let new = view.apply(raw, &found.edits, |with, out| out.extend_from_slice(with.as_bytes()));
        let needs_quotes = new.iter().any(|&b| b == delimiter || matches!(b, b'"' | b'\r' | b'\n'));
        return Ok(Some(if needs_quotes { quote(&new) } else { new }));
    };
    let inner = quoted.strip_suffix('"').ok_or("a quote that does not close, or text after it")?;
    let mut view = View::empty();
    let mut at = 0;
    // Quotes inside of quotes come in pairs; a pair is one quote of the text.
    while let Some(found) = inner[at..].find('"') {
        if inner.as_bytes().get(at + found + 1) != Some(&b'"') {
            return Err("a quote that does not close, or text after it".into());
        }
        view.same(at, &inner[at..at + found]);
        view.atom((at + found, at + found + 2), "\"");
        at += found + 2;
    }
    view.same(at, &inner[at..]);
    let Some(found) = desk.look(record, &view) else { return Ok(None) };
    if desk.cleaner.detect || found.edits.is_empty() {
        return Ok(None);
    }
    let escape = |with: &str, out: &mut Vec<u8>| out.extend_from_slice(with.replace('"', "\"\"").as_bytes());
    let mut new = vec![b'"'];
    new.extend_from_slice(&view.apply(inner.as_bytes(), &found.edits, escape));
    new.push(b'"');
    Ok(Some(new))
}

fn quote(field: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    for &byte in field {
        out.extend(std::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
    }
    out.push(b'"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<&str>> {
        let mut fields = Fields { reader: reader(b','), bytes: text.as_bytes(), at: 0 };
        let mut rows = Vec::new();
        while let Some(row) = fields.row() {
            rows.push(row.into_iter().map(|range| &text[range]).collect());
        }
        rows
    }

    #[test]
    fn fields_are_spans() {
        let cases: [(&str, &[&[&str]]); 9] = [
            ("a,b\nc,d\n", &[&["a", "b"], &["c", "d"]]),
            ("a,b\r\nc,d", &[&["a", "b"], &["c", "d"]]),
            ("a,\"b,\r\n\"\"c\"\"\",d\r\n", &[&["a", "\"b,\r\n\"\"c\"\"\"", "d"]]),
            ("\n\na,b\n\n\nc\n", &[&["a", "b"], &["c"]]),
            (",\n,,\n", &[&["", ""], &["", "", ""]]),
            ("a,", &[&["a", ""]]),
            ("a,\"open\nb", &[&["a", "\"open\nb"]]),
            ("a,5\" disk\nb", &[&["a", "5\" disk"], &["b"]]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(rows(text), expected, "{text:?}");
        }
    }

    #[test]
    fn long_fields_are_whole() {
        let text = format!("a,\"{}\",{}\nb,c,d\n", "x,".repeat(10_000), "y".repeat(10_000));
        let rows = rows(&text);
        assert_eq!((rows[0].len(), rows[0][1].len(), rows[0][2].len(), rows[1].len()), (3, 20_002, 10_000, 3));
    }

    #[test]
    fn blocks_are_whole_rows_and_all_of_them() {
        let mut table = String::from("id,text\r\n");
        for n in 0..60_000 {
            table += &format!("{n},\"line\r\n of {n}, \"\"quoted\"\"\"\r\n");
        }
        table += "last,row";
        let mut stream = Stream::new(Box::new(table.as_bytes()));
        let mut cutter = Rows::new("text", b',');
        let blocks: Vec<Block> = std::iter::from_fn(|| cutter.cut(&mut stream)).collect();
        assert_eq!(blocks.iter().flat_map(|b| b.bytes.clone()).collect::<Vec<_>>(), table.as_bytes());
        let mut next = 1;
        for block in &blocks[1..] {
            assert_eq!((block.first, block.column), (next, 1));
            let mut fields = Fields { reader: reader(b','), bytes: &block.bytes, at: 0 };
            while let Some(row) = fields.row() {
                assert_eq!(row.len(), 2);
                next += 1;
            }
        }
        assert_eq!(next, 60_002);
    }
}
