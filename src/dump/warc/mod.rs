//! WARC and WET: text and pages inside of records are restored, lengths and digests made true again.
//!
//! What cannot be kept true passes unread: a record is changed as a whole, with all that speaks of its content, or
//! not at all.

mod chunked;
mod coding;
mod cut;
mod digest;
mod header;
mod http;
mod revisit;

pub(super) use cut::Records;
pub(super) use revisit::Links;

use super::desk::{Clean, Desk};
use super::html;
use super::stream::Block;
use super::text;
use cut::line_ends;
use digest::Sides;
use header::Header;
use http::{Kind, Message, is_page};

const VERSION: &[u8] = b"WARC/";

/// Cleans records.
#[derive(Debug)]
pub(super) struct Warc;

impl Clean for Warc {
    fn clean(&self, block: &Block, desk: &mut Desk<'_>) {
        let mut rest = block.bytes.as_slice();
        let mut number = block.first;
        // The cutter has seen that these are whole records.
        while let Some(header) = Header::read(rest) {
            let length = header.length().and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
            let Some((content, after)) = rest[header.bytes.len()..].split_at_checked(length) else { break };
            let (ends, after) = after.split_at(line_ends(after));
            desk.record();
            let record = Record { header, content, number };
            match record.restored(desk) {
                Ok(Some((new_header, new_content))) => {
                    desk.put(&new_header);
                    desk.put(&new_content);
                    desk.put(ends);
                }
                Ok(None) if record.points() => desk.hold([header.bytes, content, ends].concat()),
                other => {
                    if let Err(reason) = other {
                        desk.fault(number, reason);
                    }
                    desk.put(header.bytes);
                    desk.put(content);
                    desk.put(ends);
                }
            }
            desk.end();
            rest = after;
            number += 1;
        }
        desk.put(rest);
    }

    fn is_packed_singly(&self) -> bool {
        true
    }
}

/// A record's new header and content.
type New = (Vec<u8>, Vec<u8>);

/// A record, as it is.
struct Record<'b> {
    header: Header<'b>,
    content: &'b [u8],
    number: u64,
}

impl Record<'_> {
    fn kind(&self) -> String {
        self.header.get("WARC-Type").unwrap_or_default().to_ascii_lowercase()
    }

    /// Whether it points at a page by its digest.
    fn points(&self) -> bool {
        self.kind() == "revisit" && self.header.get("WARC-Payload-Digest").is_some()
    }

    /// The record with its text or page restored; `None` if it stays as it is.
    fn restored(&self, desk: &mut Desk<'_>) -> Result<Option<New>, String> {
        let media = self.header.media_type();
        let is_message = matches!(media.as_str(), "application/http" | "");
        match (self.kind().as_str(), media.as_str()) {
            ("response", _) if is_message => match Message::read(self.content) {
                Some(message) => self.message(&message, desk),
                None => Ok(None),
            },
            ("response" | "resource", media) if is_page(media) => {
                self.whole()?;
                desk.attempt(|desk| match html::restored(self.number, self.content, desk)? {
                    Some(page) => self.with(page, desk).map(Some),
                    None => Ok(None),
                })
            }
            ("conversion" | "resource", "text/plain" | "") => {
                self.whole()?;
                desk.attempt(|desk| match text::restored(self.number, self.content, desk)? {
                    Some(text) => self.with(text, desk).map(Some),
                    None => Ok(None),
                })
            }
            _ => Ok(None),
        }
    }

    /// A message of HTTP with its page restored.
    fn message(&self, message: &Message<'_>, desk: &mut Desk<'_>) -> Result<Option<New>, String> {
        let identified = self.header.get("WARC-Identified-Payload-Type").map(|value| header::media_type(&value));
        let kind = match message.kind()? {
            Kind::Other => return Ok(None),
            Kind::Unsaid if identified.as_deref().is_some_and(is_page) => Kind::Page,
            kind => kind,
        };
        let body = match message.body() {
            // What nobody says to be a page need not be one.
            Err(_) if kind == Kind::Unsaid => return Ok(None),
            body => body?,
        };
        let Some(body) = body else { return Ok(None) };
        if kind == Kind::Unsaid && !http::looks_like_page(body.page()) {
            return Ok(None);
        }
        self.whole()?;
        if message.is_part() {
            return Err("a part of a page, not the whole; passed through unread".into());
        }
        let charset = message.charset().unwrap_or_default();
        if ["utf-16", "utf-32", "utf-7", "iso-2022", "hz-gb", "ucs-2"].iter().any(|wide| charset.starts_with(wide)) {
            return Err(format!("its page is declared as `{charset}`; passed through unread"));
        }
        desk.attempt(|desk| {
            let declared = Some(charset.as_str()).filter(|charset| !charset.is_empty());
            let page = html::restored_as(self.number, body.page(), declared, desk)?;
            let Some(page) = page else { return Ok(None) };
            let (content, layers) = message.with(&body, page)?;
            let new: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
            let header = self.header_for(&content, Sides { old: &body.layers(), new: &new }, desk)?;
            Ok(Some((header, content)))
        })
    }

    /// Whether what digests and lengths speak of is all here, and nothing else.
    fn whole(&self) -> Result<(), String> {
        if self.header.get("WARC-Segment-Number").is_some() {
            return Err("a segment of a record, not the whole; passed through unread".into());
        }
        Ok(())
    }

    /// The record with other content, which is its payload.
    fn with(&self, new: Vec<u8>, desk: &mut Desk<'_>) -> Result<New, String> {
        let header = self.header_for(&new, Sides { old: &[self.content], new: &[&new] }, desk)?;
        Ok((header, new))
    }

    /// The header of other content: its length, and its digests.
    fn header_for(&self, new: &[u8], payload: Sides<'_>, desk: &mut Desk<'_>) -> Result<Vec<u8>, String> {
        if holds_record(self.content) {
            return Err("what looks like another record is inside of this one; passed through".into());
        }
        let block = Sides { old: &[self.content], new: &[new] };
        let mut links = Vec::new();
        let header = self.header.rewrite(|name, value| match name.to_ascii_lowercase().as_str() {
            "content-length" => Ok(Some(new.len().to_string())),
            "warc-block-digest" => block.labelled(value).map(Some),
            "warc-payload-digest" => {
                let renewed = payload.labelled(value)?;
                links.push((value.to_string(), renewed.clone()));
                Ok(Some(renewed))
            }
            _ => Ok(None),
        })?;
        links.into_iter().for_each(|link| desk.link(link));
        Ok(header)
    }
}

/// Whether a content holds the start of a record: its length has swallowed that, and its text is no prose.
fn holds_record(content: &[u8]) -> bool {
    const NEXT: &[u8] = b"WARC-";
    let is_start = |line: &[u8]| line.starts_with(VERSION) && line.len() < 16;
    let mut lines = content.split(|&b| b == b'\n');
    let mut was_start = false;
    lines.any(|line| std::mem::replace(&mut was_start, is_start(line)) && line.starts_with(NEXT))
}
