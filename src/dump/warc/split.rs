//! The cutting of an archive into whole records. Every byte is looked at a bounded number of times, whatever comes.

use super::super::stream::{BLOCK, Block, MAX_RECORD, Part, Split, Stream};
use super::VERSION;
use super::header::{Front as Head, Header};

/// The longest header that is read, in bytes.
const MAX_HEADER: usize = 1 << 20;
const LIES: &str = "its Content-Length does not lead to the end of the record; passed through unread, up to the next";

/// Cuts an archive into blocks of whole records.
#[derive(Debug, Default)]
pub(in crate::dump) struct Records {
    /// Records that were cut off whole.
    done: u64,
    /// What is left of a record that is too long to be read.
    passing: u64,
    /// In bytes that are no records.
    lost: bool,
}

/// What stands at the front of the stream.
enum Front {
    /// A record with a header and a content of so many bytes.
    Record(usize, u64),
    /// So many line ends.
    Blank(usize),
    /// No record starts here.
    Stray(&'static str),
    /// The stream ends inside of a header.
    Torn,
}

/// What stands where a record says that it ends.
enum Tail {
    /// The end, so many bytes from the start of the stream, line ends included.
    Whole(usize),
    /// Something else.
    Lies,
    /// The stream has ended before.
    Torn,
}

impl Split for Records {
    fn split(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        let first = self.done + 1;
        if self.passing > 0 {
            return self.pass(stream, Vec::new());
        }
        let mut end = 0;
        while end < BLOCK {
            let (header, length) = match front(stream, end) {
                Front::Record(header, length) => (header, length),
                Front::Blank(count) if end == 0 => {
                    return Some(Block { first, bytes: stream.take(count), verbatim: true, ..Block::default() });
                }
                Front::Stray(reason) if end == 0 => return Some(self.skip(stream, 1, reason)),
                Front::Blank(_) | Front::Stray(_) | Front::Torn => break,
            };
            if length.saturating_add(header as u64) > MAX_RECORD as u64 {
                if end > 0 {
                    break;
                }
                (self.passing, self.lost) = (length.saturating_add(header as u64), false);
                self.done += 1;
                let reason = format!("longer than {} MiB, passed through unread", MAX_RECORD >> 20);
                return self.pass(stream, vec![(first, reason)]);
            }
            match tail(stream, end + header, length as usize) {
                Tail::Whole(whole) => {
                    end = whole;
                    self.done += 1;
                    self.lost = false;
                }
                Tail::Lies if end == 0 => {
                    self.lost = false;
                    return Some(self.skip(stream, header, LIES));
                }
                Tail::Lies | Tail::Torn => break,
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
        let first = self.done;
        let count = usize::try_from(self.passing).unwrap_or(usize::MAX).min(stream.bytes().len());
        if count == 0 {
            self.passing = 0;
            faults.push((first, "the input ends inside of this record".into()));
            let block = stream.break_off(first).unwrap_or_else(|| Block { first, faults, ..Block::default() });
            return Some(Block { verbatim: true, part: Some(Part::Last), ..block });
        }
        self.passing -= count as u64;
        let mut bytes = stream.take(count);
        let mut part = Part::Inner;
        if self.passing == 0 {
            stream.fill(4);
            let tail = line_ends(&stream.bytes()[..stream.bytes().len().min(4)]);
            bytes.extend_from_slice(&stream.take(tail));
            part = Part::Last;
        }
        Some(Block { first, bytes, verbatim: true, part: Some(part), faults })
    }

    /// Passes bytes up to the next record that starts `from` there on; names them unless they go on from before.
    fn skip(&mut self, stream: &mut Stream<'_>, from: usize, reason: &str) -> Block {
        let mut at = from.max(1) - 1;
        let end = loop {
            stream.fill(at + BLOCK);
            let bytes = stream.bytes();
            let Some(found) = bytes[at..].windows(6).position(|w| w[0] == b'\n' && &w[1..] == VERSION) else {
                // The mark may straddle the end of what was read.
                let is_last = bytes.len() < at + BLOCK;
                break if is_last { bytes.len() } else { bytes.len() - 5 };
            };
            at += found + 1;
            if at >= BLOCK || matches!(front(stream, at), Front::Record(..)) {
                break at;
            }
        };
        if stream.is_broken() && end == stream.bytes().len() {
            // They end where the input is broken: no more than a torn record, which the next would be glued to.
            self.done += u64::from(!std::mem::take(&mut self.lost));
            return stream.break_off(self.done).unwrap_or_default();
        }
        let faults = if self.lost { Vec::new() } else { vec![(self.done + 1, reason.to_string())] };
        self.done += u64::from(!self.lost);
        self.lost = true;
        Block { first: self.done, bytes: stream.take(end), verbatim: true, faults, ..Block::default() }
    }

    /// What is left at the end: a record that is not whole.
    fn finish(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        let first = self.done + 1;
        if stream.is_broken() {
            self.done += u64::from(!stream.bytes().is_empty());
            return stream.break_off(first);
        }
        let left = stream.take(usize::MAX).len();
        let reason = format!("the input ends inside of this record; its {left} bytes are left out");
        (left > 0).then(|| Block { first, faults: vec![(first, reason)], ..Block::default() })
    }
}

/// Looks at what starts at `from`.
fn front(stream: &mut Stream<'_>, from: usize) -> Front {
    let mut wanted = 4 << 10;
    loop {
        stream.fill(from + wanted);
        let bytes = &stream.bytes()[from..];
        match line_ends(bytes) {
            0 => {}
            count => return Front::Blank(count),
        }
        if !bytes.starts_with(&VERSION[..VERSION.len().min(bytes.len())]) {
            return Front::Stray("no WARC record where one should start; passed through up to the next");
        }
        match Header::of_record(bytes) {
            Head::Header(header) => {
                return match header.length() {
                    Some(length) => Front::Record(header.bytes.len(), length),
                    None => Front::Stray("a WARC record without a readable Content-Length; passed through"),
                };
            }
            Head::Broken => return Front::Stray("a WARC header that does not end before the next; passed through"),
            Head::Open if bytes.len() < wanted => return Front::Torn,
            Head::Open if wanted > MAX_HEADER => {
                return Front::Stray("a WARC header of more than 1 MiB; passed through");
            }
            Head::Open => wanted *= 2,
        }
    }
}

/// Looks at what follows a content that starts at `from` and has `length` bytes, if it says the truth.
fn tail(stream: &mut Stream<'_>, from: usize, length: usize) -> Tail {
    let end = from + length;
    stream.fill(end);
    if stream.bytes().len() < end {
        // A length that swallows the records that follow is not the end of the archive.
        let has_next = stream.bytes()[from..].windows(6).any(|w| w[0] == b'\n' && &w[1..] == VERSION);
        return if has_next { Tail::Lies } else { Tail::Torn };
    }
    // Two line ends follow the content, by the standard; some archives have none, others many.
    let mut count = 0;
    loop {
        let wanted = end + count + VERSION.len();
        stream.fill(wanted);
        let after = &stream.bytes()[end..];
        count += line_ends(&after[count..]);
        if stream.bytes().len() < wanted || count < after.len() || count > BLOCK {
            break;
        }
    }
    let after = &stream.bytes()[end..];
    let is_end = after.starts_with(b"\r\n\r\n") || after.starts_with(b"\n\n");
    let rest = &after[count..];
    let is_next = rest.starts_with(&VERSION[..VERSION.len().min(rest.len())]);
    if is_end || is_next { Tail::Whole(end + count) } else { Tail::Lies }
}

/// How many bytes of line ends stand at the front.
pub(super) fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count()
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
        let mut splitter = Records::default();
        std::iter::from_fn(|| splitter.split(&mut stream)).collect()
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
    fn lengths_that_lie_cost_their_record() {
        for wrong in [0, 4, 30, 54, 56, 59, 60, 80, 130, 200, 9_999] {
            let lie = String::from_utf8(record(50)).unwrap().replace("Length: 50", &format!("Length: {wrong}"));
            let input = [record(5), lie.clone().into_bytes(), record(70), record(6)].concat();
            let blocks = blocks(&input);
            assert!(joined(&blocks) == input, "{wrong}");
            let faults: Vec<u64> = blocks.iter().flat_map(|b| &b.faults).map(|f| f.0).collect();
            // Line ends that are taken for content, or content that is line ends, do no harm.
            assert_eq!(faults, if wrong == 54 { &[][..] } else { &[2] }, "{wrong}");
            let whole = blocks.iter().filter(|b| !b.verbatim).map(|b| b.bytes.as_slice()).collect::<Vec<_>>().concat();
            assert!(whole.ends_with(&[record(70), record(6)].concat()) && whole.starts_with(&record(5)), "{wrong}");
        }
    }

    #[test]
    fn line_ends_belong_to_the_record_before() {
        for ends in ["", "\n", "\r\n\r\n\r\n\r\n", "\n\n\n\n\n\n\n\n\n\n"] {
            let input = [b"\r\n", &record(5)[..], ends.as_bytes(), &record(6), ends.as_bytes()].concat();
            let blocks = blocks(&input);
            assert!(joined(&blocks) == input && blocks.iter().all(|b| b.faults.is_empty()), "{ends:?}");
            assert_eq!(blocks.last().map(|b| b.verbatim), Some(false));
        }
        let input = [record(5), b"\n".repeat(3 * BLOCK), record(6)].concat();
        assert!(joined(&blocks(&input)) == input && blocks(&input).iter().all(|b| b.faults.is_empty()));
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
