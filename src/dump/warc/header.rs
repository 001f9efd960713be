//! Headers of WARC records and HTTP messages: lines of names and values, kept as they are written.

use std::borrow::Cow;

use super::VERSION;

/// A header, its first line and the blank line at the end included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'b> {
    pub(super) bytes: &'b [u8],
}

/// What stands at the front of a record.
pub(super) enum Front<'b> {
    Header(Header<'b>),
    /// The end of the header is not there.
    Open,
    /// Another record begins before the header ends.
    Broken,
}

/// A field, with the lines that continue it.
struct Field<'b> {
    lines: &'b [u8],
    /// Where its name ends and its value stands, trimmed; `None` if it is no field.
    colon: Option<usize>,
}

impl<'b> Header<'b> {
    /// The header that `bytes` start with; `None` if its end is not there.
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        match Self::scan(bytes, |_| false) {
            Front::Header(header) => Some(header),
            Front::Open | Front::Broken => None,
        }
    }

    /// The header of the record that `bytes` start with.
    ///
    /// It ends at the latest where another record begins: a run of lines that all look like the start of a
    /// record is so read once, not once for each.
    pub(super) fn of_record(bytes: &'b [u8]) -> Front<'b> {
        Self::scan(bytes, |line| line.starts_with(VERSION))
    }

    fn scan(bytes: &'b [u8], is_other: impl Fn(&[u8]) -> bool) -> Front<'b> {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            if at > 0 && is_other(rest) {
                return Front::Broken;
            }
            let Some(end) = rest.iter().position(|&b| b == b'\n') else { return Front::Open };
            // A blank line ends the header; some writers leave the returns out.
            if at > 0 && matches!(&rest[..=end], b"\r\n" | b"\n") {
                return Front::Header(Header { bytes: &bytes[..=at + end] });
            }
            at += end + 1;
        }
    }

    /// A field's value, trimmed and unfolded; the first one if there are several.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'b, str>> {
        self.all(name).next()
    }

    /// The values of all fields of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = Cow<'b, str>> {
        self.fields().filter(move |field| field.is(name)).map(|field| field.value())
    }

    fn fields(&self) -> impl Iterator<Item = Field<'b>> + use<'b> {
        let first = self.bytes.iter().position(|&b| b == b'\n').map_or(self.bytes.len(), |at| at + 1);
        let mut rest = &self.bytes[first..];
        std::iter::from_fn(move || {
            let mut end = 0;
            // A line that starts with a blank continues the one before.
            while end == 0 || matches!(rest.get(end), Some(b' ' | b'\t')) {
                let line = rest[end..].iter().position(|&b| b == b'\n');
                end = line.map_or(rest.len(), |at| end + at + 1);
                if end == rest.len() {
                    break;
                }
            }
            let (lines, after) = rest.split_at(end);
            rest = after;
            let first = lines.split(|&b| b == b'\n').next().unwrap_or_default();
            (end > 0).then(|| Field { lines, colon: first.iter().position(|&b| b == b':') })
        })
    }

    /// The length of what follows the header; `None` if it names none, no number, or several.
    pub(super) fn length(&self) -> Option<u64> {
        let mut values = self.all("Content-Length");
        let value = values.next()?;
        let is_number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        (is_number && values.all(|other| other == value)).then(|| value.parse().ok())?
    }

    /// The media type in lower case, without parameters; empty if none is named.
    pub(super) fn media_type(&self) -> String {
        media_type(&self.get("Content-Type").unwrap_or_default())
    }

    /// The header with other values for the fields that `change` answers; all else is kept as it is.
    pub(super) fn rewrite(
        &self,
        mut change: impl FnMut(&str, &str) -> Result<Option<String>, String>,
    ) -> Result<Vec<u8>, String> {
        let mut out = Vec::with_capacity(self.bytes.len() + 64);
        let fields: usize = self.fields().map(|field| field.lines.len()).sum();
        out.extend_from_slice(&self.bytes[..self.bytes.len() - fields]);
        for field in self.fields() {
            let changed = match field.colon {
                Some(_) => change(&field.name(), &field.value())?,
                None => None,
            };
            match (changed, field.place()) {
                (Some(value), Some((start, end))) => {
                    out.extend_from_slice(&field.lines[..start]);
                    out.extend_from_slice(value.as_bytes());
                    out.extend_from_slice(&field.lines[end..]);
                }
                _ => out.extend_from_slice(field.lines),
            }
        }
        Ok(out)
    }
}

/// The media type of a value of `Content-Type`.
pub(super) fn media_type(value: &str) -> String {
    value.split([';', ',', ' ']).next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl Field<'_> {
    fn is(&self, name: &str) -> bool {
        self.colon.is_some_and(|colon| self.lines[..colon].trim_ascii_end().eq_ignore_ascii_case(name.as_bytes()))
    }

    fn name(&self) -> String {
        String::from_utf8_lossy(self.lines[..self.colon.unwrap_or(0)].trim_ascii_end()).into_owned()
    }

    /// Where the value stands in the lines.
    fn place(&self) -> Option<(usize, usize)> {
        let value = &self.lines[self.colon? + 1..];
        let start = self.lines.len() - value.trim_ascii_start().len();
        let end = self.lines.trim_ascii_end().len();
        // A value that is empty stands before its line end.
        Some(if start > end { (end.max(self.colon? + 1), end.max(self.colon? + 1)) } else { (start, end) })
    }
}

impl<'b> Field<'b> {
    fn value(&self) -> Cow<'b, str> {
        let Some((start, end)) = self.place() else { return Cow::Borrowed("") };
        let value = String::from_utf8_lossy(&self.lines[start..end]);
        if value.contains('\n') {
            return Cow::Owned(value.lines().map(str::trim).collect::<Vec<_>>().join(" "));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: &[u8] =
        b"WARC/1.0\r\nWARC-Type: response\r\ncontent-length:  12 \r\nContent-Type: text/HTML;\r\n\ta=b\r\nX:\r\n\r\nbody";

    #[test]
    fn fields_are_found_whatever_their_case() {
        let header = Header::read(BYTES).unwrap();
        assert_eq!(header.bytes.len(), BYTES.len() - 4);
        assert_eq!((header.get("warc-type").unwrap(), header.length()), ("response".into(), Some(12)));
        assert_eq!(
            (header.media_type().as_str(), header.get("Content-Type").unwrap()),
            ("text/html", "text/HTML; a=b".into())
        );
        assert!(header.get("body").is_none() && header.get("X").unwrap().is_empty());
        assert!((0..BYTES.len() - 4).all(|end| Header::read(&BYTES[..end]).is_none()));
    }

    #[test]
    fn only_values_change() {
        let header = Header::read(BYTES).unwrap();
        let change = |name: &str, value: &str| {
            let new = if name.eq_ignore_ascii_case("Content-Length") { "1000" } else { "text/plain" };
            Ok((value.len() > 1 && name != "WARC-Type").then(|| new.to_string()))
        };
        let expected = String::from_utf8_lossy(header.bytes).replace("  12 ", "  1000 ");
        let expected = expected.replace("text/HTML;\r\n\ta=b", "text/plain");
        assert_eq!(String::from_utf8(header.rewrite(change).unwrap()).unwrap(), expected);
        assert_eq!(header.rewrite(|_, _| Ok(None)).unwrap(), header.bytes);
        assert!(header.rewrite(|name, _| if name == "X" { Err("no".into()) } else { Ok(None) }).is_err());
    }

    #[test]
    fn lengths_are_numbers_that_agree() {
        let length = |lines: &str| Header::read(format!("WARC/1.0\n{lines}\n\n").as_bytes()).unwrap().length();
        assert_eq!(length("Content-Length: 7\nContent-Length: 7"), Some(7));
        for bad in
            ["Content-Length: 7\nContent-Length: 8", "Content-Length: +7", "Content-Length: -7", "Content-Length: 7 7"]
        {
            assert_eq!(length(bad), None, "{bad}");
        }
        for bad in ["Content-Length:", "Content-Length: 99999999999999999999", "Content-Length: 0x7", "X: 7"] {
            assert_eq!(length(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_header_ends_where_another_record_begins() {
        assert!(matches!(Header::of_record(b"WARC/1.0\nA: b\nWARC/1.0\n"), Front::Broken));
        assert!(matches!(Header::of_record(b"WARC/1.0\nA: b\nWAR"), Front::Open));
        assert!(matches!(Header::of_record(b"WARC/1.0\nA: b\n\nWARC/1.0\n"), Front::Header(_)));
    }
}
