//! How a table is written: what parts its fields, whether quotes mean anything, and where its rows end.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::super::asked::Asked;

/// Delimiters that are tried, in this order, when the expected one does not show the column.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Fields of a header that are looked at; a table of more is passed through.
const MAX_NAMES: usize = 1 << 16;

/// How the fields of a row are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Whether a field may stand in double quotes. In TSV it may not: a quote is a letter.
    pub(super) has_quotes: bool,
}

/// What stands at the start of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Where its last field ends.
    pub(super) stop: usize,
    /// Where the row ends, its line end included.
    pub(super) end: usize,
    /// How many fields it has.
    pub(super) fields: usize,
    /// Whether all quotes close where a field ends. If not, the row is its first line.
    pub(super) is_sound: bool,
}

/// Where a field ends.
enum Stop {
    /// Before a delimiter or line end at this place, or at the end of the bytes.
    At(usize),
    /// Nowhere: the quote does not close.
    Open,
    /// A quote closes before this place, and text follows.
    Torn,
}

impl Dialect {
    /// The row that starts at `from`, which must not be a line end; `on_field` is told each field by its number and place,
    /// quotes included.
    ///
    /// `None` if the bytes end inside of quotes or without a line end, and more of them may come.
    pub(super) fn row(
        self,
        bytes: &[u8],
        from: usize,
        is_all: bool,
        mut on_field: impl FnMut(usize, Range<usize>),
    ) -> Option<Row> {
        let mut row = Row { stop: from, end: from, fields: 0, is_sound: true };
        let mut at = from;
        loop {
            let stop = match self.field(bytes, at) {
                Stop::At(stop) => stop,
                Stop::Open if !is_all => return None,
                Stop::Open | Stop::Torn => return self.first_line(bytes, from, is_all),
            };
            on_field(row.fields, at..stop);
            row.fields += 1;
            match bytes.get(stop) {
                Some(&byte) if byte == self.delimiter => at = stop + 1,
                None if !is_all => return None,
                // A carriage return may be half of a line end.
                Some(b'\r') if stop + 1 == bytes.len() && !is_all => return None,
                _ => {
                    (row.stop, row.end) = (stop, line_end(bytes, stop));
                    return Some(row);
                }
            }
        }
    }

    /// A row whose quotes are wrong: where its fields stand nobody knows, but lines after it are rows again.
    fn first_line(self, bytes: &[u8], from: usize, is_all: bool) -> Option<Row> {
        let stop = memchr2(b'\r', b'\n', &bytes[from..]).map(|at| from + at);
        if stop.is_none_or(|stop| stop + 1 == bytes.len()) && !is_all {
            return None;
        }
        let stop = stop.unwrap_or(bytes.len());
        Some(Row { stop, end: line_end(bytes, stop), fields: 0, is_sound: false })
    }

    fn field(self, bytes: &[u8], at: usize) -> Stop {
        if self.has_quotes {
            // Some writers put a blank after the delimiter.
            let start = at + bytes[at..].iter().take_while(|&&b| b == b' ').count();
            if bytes.get(start) == Some(&b'"') {
                return self.quoted(bytes, start + 1);
            }
        }
        Stop::At(memchr3(self.delimiter, b'\r', b'\n', &bytes[at..]).map_or(bytes.len(), |stop| at + stop))
    }

    fn quoted(self, bytes: &[u8], mut at: usize) -> Stop {
        loop {
            let Some(quote) = memchr(b'"', &bytes[at..]) else { return Stop::Open };
            let after = at + quote + 1;
            if bytes.get(after) == Some(&b'"') {
                at = after + 1;
                continue;
            }
            let stop = after + bytes[after..].iter().take_while(|&&b| b == b' ').count();
            return match bytes.get(stop) {
                None | Some(b'\r' | b'\n') => Stop::At(stop),
                Some(&byte) if byte == self.delimiter => Stop::At(stop),
                Some(_) => Stop::Torn,
            };
        }
    }

    /// A text as a field of a row; `None` if it cannot be one.
    pub(super) fn spelt(self, text: &str) -> Option<Vec<u8>> {
        let parts = |c: char| c == char::from(self.delimiter) || matches!(c, '\r' | '\n');
        match self.has_quotes {
            true if text.contains('"') || text.contains(parts) || text.trim() != text => Some(quote(text.as_bytes())),
            false if text.contains(parts) => None,
            _ => Some(text.as_bytes().to_vec()),
        }
    }

    /// The names of a header, without their quotes.
    fn names(self, header: &[u8]) -> impl Iterator<Item = String> {
        let mut at = Some(0);
        std::iter::from_fn(move || {
            let from = at?;
            let Stop::At(stop) = self.field(header, from) else {
                at = None;
                return None;
            };
            at = (header.get(stop) == Some(&self.delimiter)).then_some(stop + 1);
            let name = String::from_utf8_lossy(&header[from..stop]).into_owned();
            let inner = if self.has_quotes { inside(&name) } else { None };
            Some(inner.map_or_else(|| name.clone(), |name| name.replace("\"\"", "\"")))
        })
    }
}

/// A field in quotes.
pub(super) fn quote(field: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    for &byte in field {
        out.extend(std::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
    }
    out.push(b'"');
    out
}

/// What stands between the quotes of a field, if it has them.
pub(super) fn inside(field: &str) -> Option<&str> {
    field.trim_matches(' ').strip_prefix('"')?.strip_suffix('"')
}

/// Behind the line end at `at`, if there is one.
fn line_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..) {
        Some([b'\r', b'\n', ..]) => at + 2,
        Some([b'\r' | b'\n', ..]) => at + 1,
        _ => at,
    }
}

/// Behind the line ends at `at`: those of blank lines, which are no rows.
pub(super) fn skip_blank(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count()
}

/// What a header says about the rows below it.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) dialect: Dialect,
    /// The columns that hold texts, in the order of the table: the field by its place in the call, and the column.
    pub(super) texts: Vec<(usize, usize)>,
    /// How many columns there are.
    pub(super) columns: usize,
}

impl Header {
    /// Finds the columns of texts in a header row; the reason if none of them is there, or one not alone, or if there is one
    /// of those that are to be `added`.
    ///
    /// The dialect is the first of those that show the most columns.
    pub(super) fn read(
        row: &[u8],
        asked: &Asked,
        added: &[String],
        expected: Dialect,
        is_fixed: bool,
    ) -> Result<Header, String> {
        let others = DELIMITERS.iter().map(|&delimiter| Dialect { delimiter, has_quotes: true });
        let quoted = Dialect { has_quotes: true, ..expected };
        // A table of tabs whose header is in quotes has quotes, whatever its ending.
        let tries = [expected, quoted].into_iter().chain(others.filter(|_| !is_fixed));
        let mut best: Option<(Dialect, Vec<(usize, usize)>)> = None;
        for is_match in [exactly as fn(&str, &str) -> bool, but_for_blanks] {
            for dialect in tries.clone() {
                let texts = columns(dialect, row, &asked.fields, is_match);
                if texts.len() > best.as_ref().map_or(0, |(_, texts)| texts.len()) {
                    best = Some((dialect, texts));
                }
            }
        }
        let Some((dialect, mut texts)) = best else {
            let shown: Vec<String> =
                expected.names(row).take(12).map(|name| name.chars().take(40).collect::<String>()).collect();
            let shown = shown.join(", ").escape_debug().to_string();
            return Err(format!("{} (there are: {shown}); passed through", asked.lacking("column")));
        };
        texts.sort_by_key(|(_, column)| *column);
        if let Some(pair) = texts.iter().find(|one| texts.iter().any(|other| other.0 == one.0 && other.1 != one.1)) {
            return Err(format!("two columns are named `{}`; passed through", asked.fields[pair.0]));
        }
        if let Some(name) = dialect.names(row).find(|name| added.iter().any(|added| added == name.trim())) {
            return Err(format!("a column `{}` is there already; passed through", name.trim()));
        }
        let columns = dialect.names(row).count();
        Ok(Header { dialect, texts, columns })
    }
}

/// The columns of some names: which of the names, and which column.
fn columns(dialect: Dialect, row: &[u8], wanted: &[String], is_match: fn(&str, &str) -> bool) -> Vec<(usize, usize)> {
    let names = dialect.names(row).take(MAX_NAMES).enumerate();
    let place = |name: &str| wanted.iter().position(|wanted| is_match(name, wanted));
    names.filter_map(|(column, name)| Some((place(&name)?, column))).collect()
}

fn exactly(name: &str, wanted: &str) -> bool {
    name == wanted
}

fn but_for_blanks(name: &str, wanted: &str) -> bool {
    name.trim() == wanted
}

/// The delimiter that a first line `sep=;` names, as spreadsheets write it.
pub(super) fn named_delimiter(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_end();
    let bare = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match bare {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        // The tab was taken for the blank at the end of the line.
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'='] => Some(b'\t'),
        _ => None,
    }
}

/// Whether the bytes look like UTF-16 or UTF-32: a mark at their start, or a zero in every second one.
pub(super) fn is_wide(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(64)];
    start.starts_with(&[0xff, 0xfe])
        || start.starts_with(&[0xfe, 0xff])
        || start.len() >= 4 && memchr_iter(0, start).count() * 3 > start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Dialect = Dialect { delimiter: b',', has_quotes: true };

    fn rows(text: &str, dialect: Dialect) -> Vec<Vec<&str>> {
        let (bytes, mut rows, mut at) = (text.as_bytes(), Vec::new(), skip_blank(text.as_bytes(), 0));
        while at < bytes.len() {
            let mut fields = Vec::new();
            let row = dialect.row(bytes, at, true, |_, range| fields.push(&text[range])).unwrap();
            rows.push(if row.is_sound { fields } else { vec!["!"] });
            at = skip_blank(bytes, row.end);
        }
        rows
    }

    #[test]
    fn fields_are_spans() {
        let cases: [(&str, &[&[&str]]); 14] = [
            ("a,b\nc,d\n", &[&["a", "b"], &["c", "d"]]),
            ("a,b\r\nc,d", &[&["a", "b"], &["c", "d"]]),
            ("a,b\rc,d\r", &[&["a", "b"], &["c", "d"]]),
            ("a,\"b,\r\n\"\"c\"\"\",d\r\n", &[&["a", "\"b,\r\n\"\"c\"\"\"", "d"]]),
            ("\n\na,b\n\n\nc\n", &[&["a", "b"], &["c"]]),
            (",\n,,\n", &[&["", ""], &["", "", ""]]),
            ("a,", &[&["a", ""]]),
            ("a, \"b, c\" ,d", &[&["a", " \"b, c\" ", "d"]]),
            ("a,5\" disk\nb", &[&["a", "5\" disk"], &["b"]]),
            // Quotes that are wrong cost their line.
            ("a,\"open\nb", &[&["!"], &["b"]]),
            ("a,\"b\"c\nd,e", &[&["!"], &["d", "e"]]),
            ("a,\"b \\\"c\\\"\"\nd,e", &[&["!"], &["d", "e"]]),
            ("\"a\nb\nc,\"d\"\ne", &[&["!"], &["b"], &["c", "\"d\""], &["e"]]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(rows(text, CSV), expected, "{text:?}");
        }
        let tabs = Dialect { delimiter: b'\t', has_quotes: false };
        assert_eq!(rows("\"a\tb\nc\t\"d\"\n", tabs), [["\"a", "b"], ["c", "\"d\""]]);
    }

    #[test]
    fn half_a_row_waits_for_the_rest() {
        for half in ["a,b", "a,\"b\n", "a,b\r", "a,\"b\"\r"] {
            assert_eq!(CSV.row(half.as_bytes(), 0, false, |_, _| {}), None, "{half:?}");
        }
        assert_eq!(CSV.row(b"a,b\r\nc", 0, false, |_, _| {}).map(|row| (row.stop, row.end)), Some((3, 5)));
    }

    #[test]
    fn headers_tell_the_dialect() {
        let tabs = Dialect { delimiter: b'\t', has_quotes: false };
        type Found = (Dialect, usize, usize);
        let cases: [(&str, Dialect, Option<Found>); 8] = [
            ("id,text\n", CSV, Some((CSV, 1, 2))),
            ("id;text\n", CSV, Some((Dialect { delimiter: b';', ..CSV }, 1, 2))),
            ("id, \"text\"\n", CSV, Some((CSV, 1, 2))),
            ("id , text \n", CSV, Some((CSV, 1, 2))),
            ("id\ttext\n", tabs, Some((tabs, 1, 2))),
            ("\"id\"\t\"text\"\n", tabs, Some((Dialect { has_quotes: true, ..tabs }, 1, 2))),
            ("text,id,text\n", CSV, None),
            ("id,body\n", CSV, None),
        ];
        for (header, expected, found) in cases {
            let read = Header::read(header.as_bytes(), &Asked::default(), &[], expected, false).ok();
            assert_eq!(read.map(|h| (h.dialect, h.texts[0].1, h.columns)), found, "{header}");
        }
        // Of several names as many as are there, in the dialect that shows the most of them.
        let asked = Asked { fields: ["text", "title", "lead"].map(String::from).to_vec(), ..Asked::default() };
        let read = |header: &str| Header::read(header.as_bytes(), &asked, &["old".into()], CSV, false);
        let found = read("text,x;title;text\n").unwrap();
        assert_eq!((found.dialect.delimiter, found.texts), (b';', vec![(1, 1), (0, 2)]));
        for (header, reason) in
            [("id,titel\n", "no column `text`, `title` or `lead`"), ("text, old\n", "`old` is there")]
        {
            assert!(read(header).unwrap_err().contains(reason), "{header}");
        }
    }
}
