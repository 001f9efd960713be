//! Headers of WARC records and HTTP messages: lines of names and values, kept as they are written.

/// A header, its first line and the blank line at the end included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'b> {
    pub(super) bytes: &'b [u8],
}

impl<'b> Header<'b> {
    /// The header that `bytes` start with; `None` if its end is not there.
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        let mut at = 0;
        loop {
            let line = at + bytes.get(at..)?.iter().position(|&b| b == b'\n')? + 1;
            // A blank line ends the header; some writers leave the returns out.
            if at > 0 && matches!(&bytes[at..line], b"\r\n" | b"\n") {
                return Some(Header { bytes: &bytes[..line] });
            }
            at = line;
        }
    }

    /// A field's value, trimmed; the first one if there are several.
    pub(super) fn get(&self, name: &str) -> Option<&'b str> {
        self.fields().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn fields(&self) -> impl Iterator<Item = (&'b str, &'b str)> + use<'b> {
        self.bytes.split(|&b| b == b'\n').skip(1).filter_map(|line| {
            let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
            Some((name.trim_end(), value.trim()))
        })
    }

    /// The length of what follows the header.
    pub(super) fn length(&self) -> Option<u64> {
        self.get("Content-Length")?.parse().ok()
    }

    /// The media type in lower case, without parameters; empty if none is named.
    pub(super) fn media_type(&self) -> String {
        let value = self.get("Content-Type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The header with other values for some fields; lines are otherwise kept as they are.
    pub(super) fn with(&self, changes: &[(&str, String)]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes.len() + 32);
        for line in self.bytes.split_inclusive(|&b| b == b'\n') {
            let colon = line.iter().position(|&b| b == b':');
            let name = colon.and_then(|colon| std::str::from_utf8(&line[..colon]).ok()).unwrap_or_default().trim_end();
            match (colon, changes.iter().find(|(changed, _)| changed.eq_ignore_ascii_case(name))) {
                (Some(colon), Some((_, value))) => {
                    let rest = &line[colon + 1..];
                    let (start, end) = (rest.len() - rest.trim_ascii_start().len(), rest.trim_ascii_end().len());
                    out.extend_from_slice(&line[..colon + 1 + start.min(end)]);
                    out.extend_from_slice(value.as_bytes());
                    out.extend_from_slice(&rest[end..]);
                }
                _ => out.extend_from_slice(line),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: &[u8] =
        b"WARC/1.0\r\nWARC-Type: response\r\ncontent-length:  12 \r\nContent-Type: text/HTML; a=b\r\n\r\nbody";

    #[test]
    fn fields_are_found_whatever_their_case() {
        let header = Header::read(BYTES).unwrap();
        assert_eq!(header.bytes.len(), BYTES.len() - 4);
        assert_eq!((header.get("warc-type"), header.length()), (Some("response"), Some(12)));
        assert_eq!(header.media_type(), "text/html");
        assert!(header.get("body").is_none());
        assert!((0..BYTES.len() - 4).all(|end| Header::read(&BYTES[..end]).is_none()));
    }

    #[test]
    fn only_values_change() {
        let header = Header::read(BYTES).unwrap();
        let new = header.with(&[("Content-Length", "1000".into()), ("Other", "x".into())]);
        let expected = String::from_utf8_lossy(header.bytes).replace("  12 ", "  1000 ");
        assert_eq!(String::from_utf8(new).unwrap(), expected);
    }
}
