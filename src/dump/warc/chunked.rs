//! Bodies in chunks: taken apart and put together again, extensions and trailers kept.

use super::digest::Sides;
use super::header::Header;

/// Chunks with extensions that are kept; of more the body passes unread.
const MAX_EXTENDED: usize = 1 << 16;

/// A body in chunks.
pub(super) struct Chunked<'b> {
    /// What the chunks hold.
    pub(super) data: Vec<u8>,
    /// Size and extension of each chunk; empty if none has an extension.
    chunks: Vec<(usize, &'b [u8])>,
    /// From the line of the last chunk on: trailers, and whatever follows.
    end: &'b [u8],
}

impl<'b> Chunked<'b> {
    /// Takes a body apart; `None` if it is not in chunks, as when a crawler has unwrapped it.
    ///
    /// # Errors
    ///
    /// If it begins in chunks and does not go on so: sizes that lie, no last chunk.
    pub(super) fn read(body: &'b [u8]) -> Result<Option<Self>, String> {
        if size_line(body).is_none() {
            return Ok(None);
        }
        let lies = || "its chunks are not as long as they say, or have no end; passed through unread".to_string();
        let mut out = Chunked { data: Vec::with_capacity(body.len()), chunks: Vec::new(), end: b"" };
        let mut is_extended = false;
        let mut rest = body;
        loop {
            let Line { size, extension, end, after } = size_line(rest).ok_or_else(lies)?;
            if size == 0 {
                out.end = rest;
                break;
            }
            out.data.extend_from_slice(after.get(..size).ok_or_else(lies)?);
            let after = &after[size..];
            rest = after.strip_prefix(end).ok_or_else(lies)?;
            is_extended |= !extension.is_empty();
            if extension.windows(9).any(|w| w.eq_ignore_ascii_case(b"signature")) {
                return Err("its chunks are signed; passed through unread".into());
            }
            if out.chunks.len() < MAX_EXTENDED {
                out.chunks.push((size, extension));
            } else if is_extended {
                return Err(format!("more than {MAX_EXTENDED} chunks with extensions; passed through unread"));
            }
        }
        if !is_extended {
            out.chunks = Vec::new();
        }
        Ok(Some(out))
    }

    /// The body with other data. Chunks that have extensions keep their number and order.
    pub(super) fn with(&self, data: &[u8], sides: Sides<'_>) -> Result<Vec<u8>, String> {
        let mut out = Vec::with_capacity(data.len() + 64);
        let mut rest = data;
        let plain = [(0, &b""[..])];
        let chunks = if self.chunks.is_empty() { &plain[..] } else { &self.chunks };
        for (number, (size, extension)) in chunks.iter().enumerate() {
            // Each chunk after this one needs a byte; the last takes all that is left.
            let after = chunks.len() - number - 1;
            let count = if after == 0 { rest.len() } else { rest.len().saturating_sub(after).min(*size) };
            if count == 0 {
                continue;
            }
            let (chunk, left) = rest.split_at(count);
            out.extend_from_slice(format!("{count:x}").as_bytes());
            out.extend_from_slice(extension);
            out.extend_from_slice(b"\r\n");
            out.extend_from_slice(chunk);
            out.extend_from_slice(b"\r\n");
            rest = left;
        }
        // The line of the last chunk and the trailers look like a header.
        match Header::read(self.end) {
            Some(trailer) => {
                out.extend_from_slice(&trailer.rewrite(|name, value| sides.field(name, value))?);
                out.extend_from_slice(&self.end[trailer.bytes.len()..]);
            }
            None => out.extend_from_slice(self.end),
        }
        Ok(out)
    }
}

/// The line before a chunk.
struct Line<'b> {
    size: usize,
    /// From the semicolon on.
    extension: &'b [u8],
    /// How the line ends; so must the chunk.
    end: &'static [u8],
    after: &'b [u8],
}

fn size_line(body: &[u8]) -> Option<Line<'_>> {
    let at = body.iter().position(|&b| b == b'\n')?;
    let (line, end) = match body[..at].strip_suffix(b"\r") {
        Some(line) => (line, &b"\r\n"[..]),
        None => (&body[..at], &b"\n"[..]),
    };
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let (size, extension) = line.split_at(digits);
    let is_extension = extension.trim_ascii_start().first().is_none_or(|&b| b == b';');
    // No sign: `from_str_radix` would take one.
    let size = std::str::from_utf8(size).ok().filter(|size| !size.is_empty() && is_extension)?;
    // A size that no number holds is longer than any body.
    let size = usize::from_str_radix(size, 16).unwrap_or(usize::MAX);
    let extension = if extension.trim_ascii().is_empty() { b"" } else { extension };
    Some(Line { size, extension, end, after: &body[at + 1..] })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_SIDES: Sides<'_> = Sides { old: &[], new: &[] };

    #[test]
    fn what_surrounds_the_data_is_kept() {
        for (body, data, expected) in [
            ("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "xyz", "3\r\nxyz\r\n0\r\n\r\n"),
            ("3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n", "x", "1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n"),
            ("3;a=b\r\nabc\r\n2\r\nde\r\n00;z\r\n\r\n", "vwxyz+", "3;a=b\r\nvwx\r\n3\r\nyz+\r\n00;z\r\n\r\n"),
            ("3;a\r\nabc\r\n2;b\r\nde\r\n0\r\n", "xy", "1;a\r\nx\r\n1;b\r\ny\r\n0\r\n"),
            ("3;a\r\nabc\r\n2;b\r\nde\r\n0\r\n\r\n\r\n", "x", "1;b\r\nx\r\n0\r\n\r\n\r\n"),
            ("3 \nabc\n0\n\n", "", "0\n\n"),
        ] {
            let chunked = Chunked::read(body.as_bytes()).unwrap().unwrap();
            assert_eq!(String::from_utf8(chunked.with(data.as_bytes(), NO_SIDES).unwrap()).unwrap(), expected);
        }
    }

    #[test]
    fn lies_are_found() {
        for body in [
            "4\r\nabc\r\n0\r\n\r\n",
            "2\r\nabc\r\n0\r\n\r\n",
            "3\r\nabc\r\n",
            "3\r\nabc",
            "3\r\nabc\r\n+0\r\n\r\n",
            "ff\r\nabc",
            "fffffffffffffffff\r\nabc",
        ] {
            assert!(Chunked::read(body.as_bytes()).is_err(), "{body}");
        }
        for body in ["<p>", "", "<html>\r\n3\r\n", "+3\r\nabc\r\n0\r\n\r\n", "\r\n", "3 abc\r\n"] {
            assert!(Chunked::read(body.as_bytes()).is_ok_and(|chunked| chunked.is_none()), "{body}");
        }
    }
}
