//! WARC and WET: text and pages inside of records are restored, lengths and digests made true again. An annotation is a
//! record of its own.
//!
//! What cannot be kept true passes unread: a record is changed as a whole, with all that speaks of its content, or
//! not at all.

#[cfg(feature = "cli")]
mod annotated;
mod annotation;
mod chunked;
mod coding;
mod digest;
mod header;
mod http;
mod revisit;
mod split;

#[cfg(feature = "cli")]
pub(super) use annotated::annotations;
pub(super) use revisit::Links;

use super::format::{Entry, Opened};
use super::html;
use super::stream::Block;
use super::text;
use super::worker::{Process, Worker};
use digest::Sides;
use header::Header;
use http::{Kind, Message, is_page};
use split::{Records, line_ends};

/// Archives with extracted text.
pub(super) const WET: Entry = Entry {
    name: "wet",
    endings: &["wet"],
    open: Some(|_| Opened::new(Records::default(), Warc)),
    is_start: Some(|text| text.starts_with(VERSION)),
};
/// Archives with pages.
pub(super) const WARC: Entry = Entry { name: "warc", endings: &["warc"], ..WET };

const VERSION: &[u8] = b"WARC/";

/// Restores records.
#[derive(Debug)]
struct Warc;

impl Process for Warc {
    fn process(&self, block: &Block, worker: &mut Worker<'_>) {
        let mut rest = block.bytes.as_slice();
        let mut number = block.first;
        // The splitter has seen that these are whole records.
        while let Some((header, content, ends)) = next(&mut rest) {
            worker.record();
            let record = Record { header, content, number };
            number += 1;
            if worker.cleaner.asked.annotate && annotation::is_one(&header, content) {
                // A new one is written where its record stands.
                continue;
            }
            match record.restored(worker) {
                Ok(Some((new_header, new_content))) => {
                    worker.put(&new_header);
                    worker.put(&new_content);
                    worker.put(ends);
                }
                Ok(None) if record.points() => worker.hold([header.bytes, content, ends].concat()),
                other => {
                    if let Err(reason) = other {
                        worker.fault(record.number, reason);
                    }
                    worker.put(header.bytes);
                    worker.put(content);
                    worker.put(ends);
                }
            }
            worker.end();
            record.annotate(worker);
        }
        worker.put(rest);
    }

    fn is_packed_singly(&self) -> bool {
        true
    }
}

/// The next of whole records: its header, its content, and the line ends behind it.
fn next<'b>(rest: &mut &'b [u8]) -> Option<(Header<'b>, &'b [u8], &'b [u8])> {
    let header = Header::read(rest)?;
    let length = header.length().and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
    let (content, after) = rest[header.bytes.len()..].split_at_checked(length)?;
    let (ends, after) = after.split_at(line_ends(after));
    *rest = after;
    Some((header, content, ends))
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

    /// Adds the annotation of what was found in the record, if there is one.
    fn annotate(&self, worker: &mut Worker<'_>) {
        match annotation::of(&self.header, &worker.notes()) {
            Ok(None) => {}
            Ok(Some(record)) => {
                worker.put(&record);
                worker.end();
            }
            Err(reason) => worker.fault(self.number, reason),
        }
    }

    /// The record with its text or page restored; `None` if it stays as it is.
    fn restored(&self, worker: &mut Worker<'_>) -> Result<Option<New>, String> {
        let media = self.header.media_type();
        let is_message = matches!(media.as_str(), "application/http" | "");
        match (self.kind().as_str(), media.as_str()) {
            ("response", _) if is_message => match Message::read(self.content) {
                Some(message) => self.message(&message, worker),
                None => Ok(None),
            },
            ("response" | "resource", media) if is_page(media) => {
                self.whole()?;
                worker.attempt(|worker| match html::restored(self.number, self.content, worker)? {
                    Some(page) => self.with(page, worker).map(Some),
                    None => Ok(None),
                })
            }
            ("conversion" | "resource", "text/plain" | "") => {
                self.whole()?;
                worker.attempt(|worker| match text::restored(self.number, self.content, worker)? {
                    Some(text) => self.with(text, worker).map(Some),
                    None => Ok(None),
                })
            }
            _ => Ok(None),
        }
    }

    /// A message of HTTP with its page restored.
    fn message(&self, message: &Message<'_>, worker: &mut Worker<'_>) -> Result<Option<New>, String> {
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
        worker.attempt(|worker| {
            let declared = Some(charset.as_str()).filter(|charset| !charset.is_empty());
            let page = html::restored_as(self.number, body.page(), declared, worker)?;
            let Some(page) = page else { return Ok(None) };
            let (content, layers) = message.with(&body, page)?;
            let new: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
            let header = self.header_for(&content, Sides { old: &body.layers(), new: &new }, worker)?;
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
    fn with(&self, new: Vec<u8>, worker: &mut Worker<'_>) -> Result<New, String> {
        let header = self.header_for(&new, Sides { old: &[self.content], new: &[&new] }, worker)?;
        Ok((header, new))
    }

    /// The header of other content: its length, and its digests.
    fn header_for(&self, new: &[u8], payload: Sides<'_>, worker: &mut Worker<'_>) -> Result<Vec<u8>, String> {
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
        links.into_iter().for_each(|link| worker.link(link));
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
