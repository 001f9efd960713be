//! WARC and WET: text and pages inside of records are restored, lengths and digests made true again.

mod digest;
mod header;
mod http;

use super::desk::{Clean, Desk};
use super::html;
use super::stream::{BLOCK, Block, Cut, MAX_RECORD, Stream};
use super::view::View;
use header::Header;

/// The longest header that is read, in bytes.
const MAX_HEADER: usize = 1 << 20;
const VERSION: &[u8] = b"WARC/";

/// Cuts an archive into blocks of whole records.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// Records that were cut off whole.
    done: u64,
    /// What is left of a record that is too long to be read.
    passing: u64,
    /// In bytes that are no records.
    lost: bool,
}

/// What stands at the front of the stream.
enum Front {
    /// A record of so many bytes, header and all.
    Record(u64),
    /// No record starts here.
    Stray(String),
    /// The stream ends inside of a header.
    Torn,
    /// Nothing but line ends.
    End,
}

impl Cut for Records {
    fn cut(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        let first = self.done + 1;
        if self.passing > 0 {
            return self.pass(stream, Vec::new());
        }
        let mut end = 0;
        while end < BLOCK {
            match front(stream, end) {
                Front::Record(length) if length > MAX_RECORD as u64 => {
                    if end > 0 {
                        break;
                    }
                    self.passing = length;
                    self.done += 1;
                    let reason = format!("longer than {} MiB, passed through unread", MAX_RECORD >> 20);
                    return self.pass(stream, vec![(first, reason)]);
                }
                Front::Record(length) => {
                    let wanted = end + length as usize;
                    stream.fill(wanted);
                    if stream.bytes().len() < wanted {
                        break;
                    }
                    // Two line ends follow the content; a last record that lacks them is whole all the same.
                    stream.fill(wanted + 4);
                    let tail =
                        stream.bytes()[wanted..].iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
                    end = wanted + tail;
                    self.done += 1;
                    self.lost = false;
                }
                Front::Stray(reason) if end == 0 => return Some(self.skip(stream, reason)),
                Front::Stray(_) | Front::Torn | Front::End => break,
            }
        }
        if end > 0 {
            return Some(Block { first, bytes: stream.take(end), ..Block::default() });
        }
        self.finish(stream)
    }
}

impl Records {
    /// Passes a part of a record that is too long.
    fn pass(&mut self, stream: &mut Stream<'_>, mut faults: Vec<(u64, String)>) -> Option<Block> {
        stream.fill(BLOCK);
        let count = usize::try_from(self.passing).unwrap_or(usize::MAX).min(stream.bytes().len());
        if count == 0 {
            self.passing = 0;
            faults.push((self.done, "the input ends inside of this record".into()));
            return stream
                .break_off(self.done)
                .or_else(|| Some(Block { first: self.done, faults, ..Block::default() }));
        }
        self.passing -= count as u64;
        let mut bytes = stream.take(count);
        if self.passing == 0 {
            stream.fill(4);
            let tail = stream.bytes().iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
            bytes.extend_from_slice(&stream.take(tail));
        }
        Some(Block { first: self.done, bytes, verbatim: true, faults, ..Block::default() })
    }

    /// Passes bytes up to the next record.
    fn skip(&mut self, stream: &mut Stream<'_>, reason: String) -> Block {
        stream.fill(BLOCK);
        let bytes = stream.bytes();
        let next = bytes.windows(6).skip(1).position(|w| w[0] == b'\n' && &w[1..] == VERSION).map(|at| at + 2);
        // The mark may straddle the end of what was read.
        let end = next.unwrap_or(if bytes.len() < BLOCK { bytes.len() } else { bytes.len() - 5 });
        let faults = if self.lost { Vec::new() } else { vec![(self.done + 1, reason)] };
        self.done += u64::from(!self.lost);
        self.lost = true;
        Block { first: self.done, bytes: stream.take(end), verbatim: true, faults, ..Block::default() }
    }

    /// What is left at the end: line ends, or a record that is not whole.
    fn finish(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        let first = self.done + 1;
        if stream.is_broken() {
            return stream.break_off(first);
        }
        let bytes = stream.take(usize::MAX);
        if bytes.is_empty() {
            return None;
        }
        if bytes.iter().all(|b| matches!(b, b'\r' | b'\n')) {
            return Some(Block { first, bytes, verbatim: true, ..Block::default() });
        }
        let reason = format!("the input ends inside of this record; its {} bytes are left out", bytes.len());
        Some(Block { first, faults: vec![(first, reason)], ..Block::default() })
    }
}

/// Looks at what starts at `from`.
fn front(stream: &mut Stream<'_>, from: usize) -> Front {
    let mut wanted = 4 << 10;
    loop {
        stream.fill(from + wanted);
        let bytes = &stream.bytes()[from..];
        if bytes.iter().all(|b| matches!(b, b'\r' | b'\n')) && bytes.len() < wanted {
            return Front::End;
        }
        if !bytes.starts_with(&VERSION[..VERSION.len().min(bytes.len())]) {
            return Front::Stray("no WARC record where one should start; passed through up to the next".into());
        }
        if let Some(header) = Header::read(bytes) {
            return match header.length() {
                Some(length) => Front::Record((header.bytes.len() as u64).saturating_add(length)),
                None => Front::Stray("a WARC record without a readable Content-Length; passed through".into()),
            };
        }
        if bytes.len() < wanted {
            return Front::Torn;
        }
        if wanted > MAX_HEADER {
            return Front::Stray("a WARC header of more than 1 MiB; passed through".into());
        }
        wanted *= 2;
    }
}

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
            let tail = after.iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
            desk.record();
            match restored(&header, content, number, desk) {
                Ok(Some((new_header, new_content))) => {
                    desk.put(&new_header);
                    desk.put(&new_content);
                }
                other => {
                    if let Err(reason) = other {
                        desk.fault(number, reason);
                    }
                    desk.put(header.bytes);
                    desk.put(content);
                }
            }
            desk.put(&after[..tail]);
            desk.end();
            rest = &after[tail..];
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

/// The record with its text or page restored; `None` if it stays as it is.
fn restored(header: &Header<'_>, content: &[u8], number: u64, desk: &mut Desk<'_>) -> Result<Option<New>, String> {
    let kind = header.get("WARC-Type").unwrap_or_default().to_ascii_lowercase();
    let media = header.media_type();
    let is_page = |media: &str| matches!(media, "text/html" | "application/xhtml+xml");
    // Part of a page, or of a text: what is digested is not all here.
    if header.get("WARC-Segment-Number").is_some() {
        return Ok(None);
    }
    let (new, payload) = match (kind.as_str(), media.as_str()) {
        ("response", "application/http") => match http::Message::read(content) {
            Some(message) if is_page(&message.header.media_type()) => {
                let body = message.body()?;
                let Some(page) = html::restored(number, &body.page, desk)? else { return Ok(None) };
                let payload = body.payloads(content, &message);
                let (new, new_payloads) = message.with(&body, &page)?;
                (new, Some((payload, new_payloads)))
            }
            _ => return Ok(None),
        },
        ("response" | "resource", media) if is_page(media) => match html::restored(number, content, desk)? {
            Some(page) => (page, None),
            None => return Ok(None),
        },
        ("conversion" | "resource", "text/plain" | "") => match plain(number, content, desk) {
            Some(text) => (text, None),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let old_payloads =
        payload.as_ref().map_or_else(|| vec![content], |(old, _)| old.iter().map(Vec::as_slice).collect());
    let new_payloads =
        payload.as_ref().map_or_else(|| vec![new.as_slice()], |(_, new)| new.iter().map(Vec::as_slice).collect());
    let mut changes = vec![("Content-Length", new.len().to_string())];
    if let Some(old) = header.get("WARC-Block-Digest") {
        changes.push(("WARC-Block-Digest", digest::renew(old, &[content], &[&new])?));
    }
    if let Some(old) = header.get("WARC-Payload-Digest") {
        changes.push(("WARC-Payload-Digest", digest::renew(old, &old_payloads, &new_payloads)?));
    }
    Ok(Some((header.with(&changes), new)))
}

/// Extracted text, restored.
fn plain(number: u64, raw: &[u8], desk: &mut Desk<'_>) -> Option<Vec<u8>> {
    if let Err(e) = std::str::from_utf8(raw) {
        desk.fault(number, format!("invalid UTF-8 at byte {}; such bytes are kept as they are", e.valid_up_to()));
    }
    let view = View::bytes(raw);
    let found = desk.look(number, &view)?;
    let is_changed = !desk.cleaner.detect && !found.edits.is_empty();
    is_changed.then(|| view.apply(raw, &found.edits, |with, out| out.extend_from_slice(with.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(length: usize) -> Vec<u8> {
        let mut record = format!("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {length}\r\n\r\n").into_bytes();
        record.extend(std::iter::repeat_n(b'x', length));
        record.extend_from_slice(b"\r\n\r\n");
        record
    }

    fn blocks(input: &[u8]) -> Vec<Block> {
        let mut stream = Stream::new(Box::new(input));
        let mut cutter = Records::default();
        std::iter::from_fn(|| cutter.cut(&mut stream)).collect()
    }

    fn joined(blocks: &[Block]) -> Vec<u8> {
        blocks.iter().flat_map(|b| b.bytes.clone()).collect()
    }

    #[test]
    fn blocks_are_whole_records_and_all_of_them() {
        let input: Vec<u8> = (0..800).flat_map(|n| record(n * 7)).collect();
        let blocks = blocks(&input);
        assert!(blocks.len() > 3 && joined(&blocks) == input);
        assert!(blocks.iter().all(|b| b.bytes.starts_with(VERSION) && b.faults.is_empty()));
        assert!(blocks.last().unwrap().first > 700);
    }

    #[test]
    fn a_giant_record_passes_in_blocks() {
        let input = [record(5), record(MAX_RECORD + 1), record(7)].concat();
        let blocks = blocks(&input);
        assert!(joined(&blocks) == input);
        assert_eq!(blocks.iter().flat_map(|b| &b.faults).count(), 1);
        assert_eq!((blocks.last().unwrap().first, blocks.last().unwrap().verbatim), (3, false));
    }

    #[test]
    fn strays_pass_up_to_the_next_record() {
        let bad = b"WARC/1.0\r\nWARC-Type: response\r\n\r\nno length\r\n\r\n".to_vec();
        let input = [b"junk\r\n".to_vec(), record(5), bad, record(6)].concat();
        let blocks = blocks(&input);
        assert!(joined(&blocks) == input);
        let faults: Vec<u64> = blocks.iter().flat_map(|b| &b.faults).map(|f| f.0).collect();
        assert_eq!(faults, [1, 3]);
    }

    #[test]
    fn a_torn_record_is_left_out_and_named() {
        let whole = record(50);
        for cut in 1..whole.len() - 4 {
            let input = [&whole[..], &whole[..cut]].concat();
            let blocks = blocks(&input);
            assert_eq!(joined(&blocks), whole, "{cut}");
            assert_eq!(blocks.iter().flat_map(|b| &b.faults).count(), 1, "{cut}");
        }
        assert!(blocks(b"\r\n\r\n").iter().all(|b| b.faults.is_empty()));
    }
}
