//! HTTP messages inside of records: the page in the body, whatever it was sent in.

use std::io::{Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::super::html::MAX_PAGE;
use super::header::Header;

/// A message: its header, and all that follows it.
pub(super) struct Message<'b> {
    pub(super) header: Header<'b>,
    rest: &'b [u8],
}

/// The body, unwrapped.
pub(super) struct Body {
    /// The page as a browser sees it.
    pub(super) page: Vec<u8>,
    /// The body without its chunks, still compressed, if it was chunked.
    unchunked: Option<Vec<u8>>,
    encoding: Encoding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Plain,
    Gzip,
    Zstd,
}

impl<'b> Message<'b> {
    pub(super) fn read(content: &'b [u8]) -> Option<Self> {
        let header = Header::read(content).filter(|header| header.bytes.starts_with(b"HTTP/"))?;
        Some(Message { header, rest: &content[header.bytes.len()..] })
    }

    /// Unwraps the body. Crawlers often store it unwrapped and leave the header as it was: what is not
    /// wrapped as the header says is taken as it is.
    pub(super) fn body(&self) -> Result<Body, String> {
        let is_chunked =
            self.header.get("Transfer-Encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
        let unchunked = is_chunked.then(|| unchunk(self.rest)).flatten();
        let body = unchunked.as_deref().unwrap_or(self.rest);
        let named = self.header.get("Content-Encoding").unwrap_or_default().to_ascii_lowercase();
        let encoding = match (named.as_str(), body) {
            ("gzip" | "x-gzip", [0x1f, 0x8b, ..]) => Encoding::Gzip,
            ("zstd", [0x28, 0xb5, 0x2f, 0xfd, ..]) => Encoding::Zstd,
            ("br" | "deflate" | "compress", _) if std::str::from_utf8(body).is_err() => {
                return Err(format!("its page is encoded as `{named}`, which cannot be written; passed through"));
            }
            _ => Encoding::Plain,
        };
        let page = match encoding {
            Encoding::Plain => body.to_vec(),
            Encoding::Gzip => decoded(MultiGzDecoder::new(body))?,
            Encoding::Zstd => decoded(unzstd(body).map_err(|e| e.to_string())?)?,
        };
        if page.len() > MAX_PAGE {
            return Err(format!("a page larger than {} MiB, passed through unread", MAX_PAGE >> 20));
        }
        Ok(Body { page, unchunked, encoding })
    }

    /// The content with another page, wrapped as the old one was, and what its payload digest may be over.
    pub(super) fn with(&self, body: &Body, page: &[u8]) -> Result<(Vec<u8>, Vec<Vec<u8>>), String> {
        let failed = |e: std::io::Error| format!("its page cannot be compressed: {e}");
        let coded = match body.encoding {
            Encoding::Plain => page.to_vec(),
            Encoding::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(page).and_then(|()| encoder.finish()).map_err(failed)?
            }
            Encoding::Zstd => zstd::bulk::compress(page, 0).map_err(failed)?,
        };
        let sent = if body.unchunked.is_some() { chunk(&coded) } else { coded.clone() };
        // A length that was not true before is not made up.
        let had_length = self.header.length().is_some_and(|length| length == self.rest.len() as u64);
        let changes = if had_length { vec![("Content-Length", sent.len().to_string())] } else { Vec::new() };
        let mut content = self.header.with(&changes);
        content.extend_from_slice(&sent);
        Ok((content, vec![sent, coded, page.to_vec()]))
    }
}

impl Body {
    /// What the payload digest may be over: the body as sent, unchunked, and decoded.
    pub(super) fn payloads(&self, content: &[u8], message: &Message<'_>) -> Vec<Vec<u8>> {
        let sent = content[message.header.bytes.len()..].to_vec();
        let coded = self.unchunked.clone().unwrap_or_else(|| sent.clone());
        vec![sent, coded, self.page.clone()]
    }
}

/// A decoder that does not hold more than a page may have, whatever window the frame wants.
fn unzstd(body: &[u8]) -> std::io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
    decoder.window_log_max(MAX_PAGE.ilog2())?;
    Ok(decoder)
}

/// Reads a compressed page, one byte more than the limit at most.
fn decoded(input: impl Read) -> Result<Vec<u8>, String> {
    let mut page = Vec::new();
    input
        .take(MAX_PAGE as u64 + 1)
        .read_to_end(&mut page)
        .map_err(|e| format!("its page cannot be decompressed: {e}"))?;
    Ok(page)
}

/// Takes the chunks of a body apart; `None` if it is not chunked.
fn unchunk(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    loop {
        let line = body.iter().position(|&b| b == b'\n')?;
        let size = std::str::from_utf8(&body[..line]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        body = &body[line + 1..];
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(body.get(..size)?);
        body = &body[size..];
        body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n"))?;
    }
}

fn chunk(body: &[u8]) -> Vec<u8> {
    let mut out = format!("{:x}\r\n", body.len()).into_bytes();
    out.extend_from_slice(body);
    out.extend_from_slice(b"\r\n0\r\n\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrapped_is_unwrapped_and_wrapped_again() {
        let page = b"<p>hello</p>".to_vec();
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&page).unwrap();
        let packed = encoder.finish().unwrap();
        let bodies = [
            ("", page.clone()),
            ("Content-Encoding: gzip\r\n", packed.clone()),
            ("Transfer-Encoding: chunked\r\n", b"3\r\n<p>\r\n9;x=y\r\nhello</p>\r\n0\r\n\r\n".to_vec()),
            ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", chunk(&packed)),
            // The header lies: the crawler unwrapped the body.
            ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", page.clone()),
        ];
        for (header, body) in bodies {
            let mut content = format!("HTTP/1.1 200 OK\r\n{header}\r\n").into_bytes();
            content.extend_from_slice(&body);
            let message = Message::read(&content).unwrap();
            let found = message.body().unwrap();
            assert_eq!(found.page, page, "{header}");
            let (new, _) = message.with(&found, b"<p>other</p>").unwrap();
            assert_eq!(Message::read(&new).unwrap().body().unwrap().page, b"<p>other</p>", "{header}");
        }
    }

    #[test]
    fn a_window_larger_than_any_page_is_refused() {
        let mut content = b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n".to_vec();
        let mut encoder = zstd::stream::write::Encoder::new(content.clone(), 1).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(b"<p>hello</p>").unwrap();
        content = encoder.finish().unwrap();
        assert!(Message::read(&content).unwrap().body().is_err_and(|reason| reason.contains("decompressed")));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![b' '; 1 << 20];
        for _ in 0..64 {
            encoder.write_all(&zeros).unwrap();
        }
        let mut content = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
        content.extend_from_slice(&encoder.finish().unwrap());
        assert!(Message::read(&content).unwrap().body().is_err_and(|reason| reason.contains("larger")));
    }
}
