//! HTTP messages inside of records: the page in the body, whatever it was sent in.

use std::borrow::Cow;

use super::super::html::MAX_PAGE;
use super::super::text::{is_binary, is_wide};
use super::chunked::Chunked;
use super::coding::{Coding, names};
use super::digest::Sides;
use super::header::{Header, media_type};

/// A message: its header, and all that follows it.
pub(super) struct Message<'b> {
    pub(super) header: Header<'b>,
    rest: &'b [u8],
}

/// The body, unwrapped.
pub(super) struct Body<'b> {
    /// The body as it was sent, after each step of the unwrapping, and in the end the page.
    layers: Vec<Cow<'b, [u8]>>,
    chunked: Option<Chunked<'b>>,
    /// The codings, in the order in which they were undone.
    codings: Vec<Coding>,
}

/// What a message says that its body is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Page,
    /// The header does not say.
    Unsaid,
    Other,
}

impl<'b> Message<'b> {
    pub(super) fn read(content: &'b [u8]) -> Option<Self> {
        let is_http = content.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"HTTP/"));
        let header = Header::read(content).filter(|_| is_http)?;
        Some(Message { header, rest: &content[header.bytes.len()..] })
    }

    /// What the body is.
    ///
    /// # Errors
    ///
    /// If the header contradicts itself.
    pub(super) fn kind(&self) -> Result<Kind, String> {
        let mut kinds = self.header.all("Content-Type").map(|value| media_type(&value)).filter(|kind| !kind.is_empty());
        let Some(first) = kinds.next() else { return Ok(Kind::Unsaid) };
        let mut others = kinds.map(|kind| is_page(&kind));
        match is_page(&first) {
            is_page if others.any(|other| other != is_page) => {
                Err("several Content-Types that differ; passed through unread".into())
            }
            true => Ok(Kind::Page),
            false => Ok(Kind::Other),
        }
    }

    /// Whether the body is a part of a page.
    pub(super) fn is_part(&self) -> bool {
        let line = self.header.bytes.split(|&b| b == b'\n').next().unwrap_or_default();
        let status = line.split(|&b| b == b' ').filter(|word| !word.is_empty()).nth(1).map(<[u8]>::trim_ascii);
        status == Some(b"206") || self.header.get("Content-Range").is_some()
    }

    /// The encoding that the header declares, in lower case.
    pub(super) fn charset(&self) -> Option<String> {
        let value = self.header.get("Content-Type")?.to_ascii_lowercase();
        let (_, charset) =
            value.split(';').skip(1).find_map(|p| p.split_once('=').filter(|p| p.0.trim() == "charset"))?;
        Some(charset.trim().trim_matches(['"', '\'']).to_string())
    }

    /// Unwraps the body. Crawlers often store it unwrapped and leave the header as it was: what is not
    /// wrapped as the header says is taken as it is.
    ///
    /// `None` if it is no page.
    pub(super) fn body(&self) -> Result<Option<Body<'b>>, String> {
        let mut body = Body { layers: vec![Cow::Borrowed(self.rest)], chunked: None, codings: Vec::new() };
        let is_chunked = self.header.all("Transfer-Encoding").any(|v| v.to_ascii_lowercase().contains("chunked"));
        if let Some(mut chunked) = is_chunked.then(|| Chunked::read(self.rest)).transpose()?.flatten() {
            body.layers.push(Cow::Owned(std::mem::take(&mut chunked.data)));
            body.chunked = Some(chunked);
        }
        let mut coded = names(self.header.all("Content-Encoding"))?;
        coded.extend(names(self.header.all("Transfer-Encoding"))?);
        if coded.is_empty() {
            coded.push(String::new());
        }
        for name in coded.iter().rev() {
            let Some(coding) = Coding::of(name, body.page())? else { continue };
            let decoded = coding.decode(body.page()).map_err(|reason| match name.as_str() {
                "" => format!("its page {reason}"),
                name => format!("its page is encoded as `{name}`, and {reason}"),
            })?;
            body.layers.push(Cow::Owned(decoded));
            body.codings.push(coding);
        }
        let page = body.page();
        if page.len() > MAX_PAGE {
            return Err(format!("a page larger than {} MiB, passed through unread", MAX_PAGE >> 20));
        }
        if is_media(page) {
            return Ok(None);
        }
        if is_wide(page) {
            return Err("UTF-16, not UTF-8; passed through".into());
        }
        if is_binary(page) {
            return Err("its page is no text: encoded, and not as its header says; passed through unread".into());
        }
        Ok(Some(body))
    }

    /// The content with another page, wrapped as the old one was, and its body after each step of the unwrapping.
    pub(super) fn with(&self, body: &Body<'_>, page: Vec<u8>) -> Result<(Vec<u8>, Vec<Vec<u8>>), String> {
        let mut layers = vec![page];
        for coding in body.codings.iter().rev() {
            let coded = coding.encode(layers.last().map_or(&[][..], Vec::as_slice))?;
            layers.push(coded);
        }
        layers.reverse();
        let depth = body.layers.len() - layers.len();
        let unchunked: Vec<&[u8]> = body.layers.iter().skip(depth).map(Cow::as_ref).collect();
        if let Some(chunked) = &body.chunked {
            let new: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
            let sent = chunked.with(&layers[0], Sides { old: &unchunked, new: &new })?;
            layers.insert(0, sent);
        }
        let old = body.layers();
        let new: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
        // A length that was not true before is not made up.
        let had_length = self.header.length().is_some_and(|length| length == self.rest.len() as u64);
        let mut content = self.header.rewrite(|name, value| {
            if name.eq_ignore_ascii_case("Content-Length") {
                return Ok(had_length.then(|| new[0].len().to_string()));
            }
            Sides { old: &old, new: &new }.field(name, value)
        })?;
        content.extend_from_slice(new[0]);
        Ok((content, layers))
    }
}

impl Body<'_> {
    /// The page as a browser sees it.
    pub(super) fn page(&self) -> &[u8] {
        self.layers.last().map_or(&[][..], |page| page)
    }

    /// What digests may be over: the body as sent, after each step of the unwrapping, and the page.
    pub(super) fn layers(&self) -> Vec<&[u8]> {
        self.layers.iter().map(Cow::as_ref).collect()
    }
}

/// Whether a media type is that of a page.
pub(super) fn is_page(media: &str) -> bool {
    matches!(media, "text/html" | "application/xhtml+xml")
}

/// Whether bytes are an image, a film, a font or a document, whatever the header says: servers err often.
fn is_media(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 12] = [
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"%PDF",
        b"PK\x03\x04",
        b"RIFF",
        b"wOFF",
        b"wOF2",
        b"\0\0\x01\0",
        b"ID3",
        b"OggS",
        b"\x1a\x45\xdf\xa3",
    ];
    STARTS.iter().any(|start| bytes.starts_with(start)) || bytes.get(4..8) == Some(b"ftyp")
}

/// Whether bytes of which nobody says what they are start like a page.
pub(super) fn looks_like_page(bytes: &[u8]) -> bool {
    const STARTS: [&str; 9] = ["<!doctype html", "<html", "<head", "<body", "<title", "<div", "<p", "<h1", "<!--"];
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    STARTS.iter().any(|tag| {
        start.get(..tag.len()).is_some_and(|found| found.eq_ignore_ascii_case(tag.as_bytes()))
            && start.get(tag.len()).is_some_and(|&b| matches!(b, b' ' | b'>' | b'\t' | b'\r' | b'\n') || *tag == "<!--")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(codings: &[Coding], page: &str) -> Vec<u8> {
        codings.iter().fold(page.as_bytes().to_vec(), |body, coding| coding.encode(&body).unwrap())
    }

    fn chunk(body: &[u8]) -> Vec<u8> {
        [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
    }

    #[test]
    fn what_is_wrapped_is_unwrapped_and_wrapped_again() {
        let page = "<p>hello</p>".repeat(10);
        let gzip = coded(&[Coding::Gzip], &page);
        let twice = coded(&[Coding::Gzip, Coding::Gzip], &page);
        let bodies = [
            ("", page.clone().into_bytes()),
            ("", gzip.clone()),
            ("Content-Encoding: gzip\r\n", gzip.clone()),
            ("Content-Encoding: gzip, gzip\r\n", twice.clone()),
            ("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", twice),
            ("Content-Encoding: br, gzip\r\n", coded(&[Coding::Brotli, Coding::Gzip], &page)),
            ("Content-Encoding: deflate\r\n", coded(&[Coding::Deflate], &page)),
            ("Transfer-Encoding: gzip, chunked\r\n", chunk(&gzip)),
            ("Transfer-Encoding: gzip\r\n", gzip.clone()),
            ("Transfer-Encoding: chunked\r\n", chunk(page.as_bytes())),
            ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", chunk(&gzip)),
            // The header lies: the crawler unwrapped the body.
            ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", page.clone().into_bytes()),
        ];
        for (header, body) in bodies {
            let content = [format!("HTTP/1.1 200 OK\r\n{header}\r\n").as_bytes(), &body].concat();
            let message = Message::read(&content).unwrap();
            let found = message.body().unwrap().unwrap();
            assert_eq!(found.page(), page.as_bytes(), "{header}");
            let (new, layers) = message.with(&found, b"<p>other</p>".to_vec()).unwrap();
            assert_eq!(layers.len(), found.layers().len());
            assert_eq!(Message::read(&new).unwrap().body().unwrap().unwrap().page(), b"<p>other</p>", "{header}");
        }
    }

    #[test]
    fn kinds_parts_and_encodings_are_read_from_the_header() {
        let read = |head: &str| {
            let content = format!("{head}\r\n\r\n");
            let message = Message::read(content.as_bytes()).unwrap();
            (message.kind().ok(), message.is_part(), message.charset().unwrap_or_default())
        };
        let page = || Some(Kind::Page);
        assert_eq!(read("HTTP/2 200\r\nContent-Type: text/html; charset=\"UTF-8\""), (page(), false, "utf-8".into()));
        assert_eq!(read("HTTP/1.1  206 Partial\r\nContent-Type: text/html charset=x"), (page(), true, String::new()));
        assert_eq!(read("HTTP/1.1 206\nContent-Type:"), (Some(Kind::Unsaid), true, String::new()));
        assert_eq!(read("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-type: text/html;a=b").0, page());
        assert_eq!(read("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-type: text/plain").0, None);
        assert_eq!(read("HTTP/1.0 200 OK\r\nContent-Type: image/png").0, Some(Kind::Other));
    }

    #[test]
    fn pages_are_known_by_their_start() {
        for page in ["<!DOCTYPE html>", "\u{feff}\n <HTML lang=en>", "<p>x", "<!--x--><p>"] {
            assert!(looks_like_page(page.as_bytes()), "{page}");
        }
        for other in ["<?xml version=\"1.0\"?><rss>", "<pre>", "{}", "", "<p", "html"] {
            assert!(!looks_like_page(other.as_bytes()), "{other}");
        }
    }
}
