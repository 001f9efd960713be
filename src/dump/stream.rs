//! The reading end: a buffered stream, the blocks it is cut into, and the cutting of lines.

use std::io::{ErrorKind, Read};

use memchr::{memchr, memchr_iter, memrchr};

use super::members::Gap;

/// Bytes of records that make a block, the unit of work.
pub(super) const BLOCK: usize = 256 << 10;
/// The longest record that is restored, in bytes. Longer ones pass through in blocks, unread.
pub const MAX_RECORD: usize = 32 << 20;
const CHUNK: usize = 128 << 10;

/// Whole records on their way to a worker, or bytes that only pass through.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The number of the first record, from 1.
    pub(super) first: u64,
    /// The records, byte for byte.
    pub(super) bytes: Vec<u8>,
    /// Whether they pass through unread.
    pub(super) verbatim: bool,
    /// Whether they are part of one record that is too long to be held: compressed together with the parts around.
    pub(super) part: Option<Part>,
    /// What the splitter has to say: record (0 is the file) and reason.
    pub(super) faults: Vec<(u64, String)>,
}

/// A part of a record that passes in several blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// More of it follows.
    Inner,
    /// The last one.
    Last,
}

/// The reading side of a format: splits a stream into blocks of whole records.
pub(super) trait Split: Send {
    /// The next block; `None` at the end.
    fn split(&mut self, stream: &mut Stream<'_>) -> Option<Block>;
}

/// A stream of bytes, buffered as far ahead as a splitter wants to see.
pub(super) struct Stream<'r> {
    input: Box<dyn Read + Send + 'r>,
    buffer: Vec<u8>,
    /// How much of the buffer has been taken; moving what is left at each take would be quadratic.
    taken: usize,
    ended: bool,
    broken: Option<String>,
    /// Whether there is more behind what is broken.
    has_more: bool,
}

impl<'r> Stream<'r> {
    pub(super) fn new(input: Box<dyn Read + Send + 'r>) -> Self {
        Stream { input, buffer: Vec::new(), taken: 0, ended: false, broken: None, has_more: false }
    }

    /// What has been read and not yet taken.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.taken..]
    }

    /// Reads a chunk on; `false` at the end. An error is an end too, remembered by [`Stream::broken`].
    ///
    /// A chunk is read whole, however little a read gives: where blocks end must not depend on that.
    pub(super) fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        if self.taken >= self.buffer.len() - self.taken {
            self.buffer.drain(..self.taken);
            self.taken = 0;
        }
        let (old, mut end) = (self.buffer.len(), self.buffer.len());
        self.buffer.resize(old + CHUNK, 0);
        while end < self.buffer.len() && !self.ended {
            match self.input.read(&mut self.buffer[end..]) {
                Ok(0) => self.ended = true,
                Ok(read) => end += read,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    self.has_more = Gap::is(&e);
                    self.broken = Some(e.to_string());
                    self.ended = true;
                }
            }
        }
        self.buffer.truncate(end);
        end > old
    }

    /// Reads until `wanted` bytes are there or the stream ends.
    pub(super) fn fill(&mut self, wanted: usize) {
        while self.bytes().len() < wanted && self.more() {}
    }

    /// Takes bytes off the front.
    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        let end = self.taken + count.min(self.bytes().len());
        if end - self.taken < self.buffer.len() - end {
            let front = self.buffer[self.taken..end].to_vec();
            self.taken = end;
            return front;
        }
        // The larger part moves out with its memory: a long record must not be held twice.
        let rest = self.buffer.split_off(end);
        let mut front = std::mem::replace(&mut self.buffer, rest);
        front.drain(..std::mem::take(&mut self.taken));
        front
    }

    /// The reason why the stream broke off, once; what is left of an unfinished record goes with it.
    pub(super) fn break_off(&mut self, record: u64) -> Option<Block> {
        let reason = self.broken.take()?;
        let left = self.take(usize::MAX).len();
        let tail =
            if left == 0 { String::new() } else { format!("; {left} bytes of an unfinished record are left out") };
        let what = if self.has_more { "is damaged" } else { "breaks off" };
        Some(Block {
            first: record,
            faults: vec![(record, format!("the input {what}: {reason}{tail}"))],
            ..Block::default()
        })
    }

    /// The next block that a splitter makes; `None` at the end of all.
    pub(super) fn block(&mut self, splitter: &mut dyn Split) -> Option<Block> {
        let mut block = splitter.split(self);
        while block.is_none() && self.go_on() {
            block = splitter.split(self);
        }
        block
    }

    /// Goes on behind damage that was told; `false` if there is no more.
    fn go_on(&mut self) -> bool {
        let has_more = self.broken.is_none() && std::mem::take(&mut self.has_more);
        self.ended &= !has_more;
        has_more
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }
}

/// Cuts lines; a line is a record.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Lines that were cut off whole.
    done: u64,
    /// Inside of a line that is too long to be read.
    in_giant: bool,
}

impl Split for Lines {
    fn split(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        stream.fill(BLOCK);
        if self.in_giant {
            return Some(self.pass_giant(stream, Vec::new()));
        }
        let mut seen = 0;
        loop {
            let bytes = stream.bytes();
            if let Some(at) = memrchr(b'\n', &bytes[seen..]) {
                let end = seen + at + 1;
                let first = self.done + 1;
                self.done += memchr_iter(b'\n', &bytes[..end]).count() as u64;
                return Some(Block { first, bytes: stream.take(end), ..Block::default() });
            }
            seen = bytes.len();
            if seen > MAX_RECORD {
                let reason = format!("longer than {} MiB, passed through unread", MAX_RECORD >> 20);
                let faults = vec![(self.done + 1, reason)];
                return Some(self.pass_giant(stream, faults));
            }
            if !stream.more() {
                break;
            }
        }
        if stream.is_broken() {
            return stream.break_off(self.done + 1);
        }
        let first = self.done + 1;
        self.done += 1;
        let bytes = stream.take(usize::MAX);
        (!bytes.is_empty()).then(|| Block { first, bytes, ..Block::default() })
    }
}

impl Lines {
    fn pass_giant(&mut self, stream: &mut Stream<'_>, faults: Vec<(u64, String)>) -> Block {
        let first = self.done + 1;
        let end = memchr(b'\n', stream.bytes()).map(|at| at + 1);
        // At the end of the stream nothing is left: the next cut finds that out.
        self.in_giant = end.is_none() && !stream.bytes().is_empty();
        if !self.in_giant {
            self.done += 1;
        }
        Block { first, bytes: stream.take(end.unwrap_or(usize::MAX)), verbatim: true, faults, ..Block::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(input: &[u8]) -> Vec<Block> {
        let mut stream = Stream::new(Box::new(input));
        let mut lines = Lines::default();
        std::iter::from_fn(|| lines.split(&mut stream)).collect()
    }

    #[test]
    fn blocks_are_whole_lines_and_all_of_them() {
        let text: String = (0..40_000).map(|n| format!("line {n} of many, some more words to fill it\n")).collect();
        let text = text + "the last";
        let blocks = blocks(text.as_bytes());
        assert!(blocks.len() > 3);
        assert_eq!(blocks.iter().flat_map(|b| b.bytes.clone()).collect::<Vec<_>>(), text.as_bytes());
        let mut line = 1;
        for block in &blocks {
            assert_eq!(block.first, line);
            line += block.bytes.iter().filter(|&&b| b == b'\n').count() as u64;
        }
    }

    #[test]
    fn a_giant_line_passes_in_blocks() {
        let mut text = b"one\n".to_vec();
        text.resize(MAX_RECORD + MAX_RECORD / 2, b'x');
        text.extend_from_slice(b"\ntwo\n");
        let blocks = blocks(&text);
        assert_eq!(blocks.iter().map(|b| b.bytes.len()).sum::<usize>(), text.len());
        let faults: Vec<_> = blocks.iter().flat_map(|b| &b.faults).collect();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].0, 2);
        let last = blocks.last().unwrap();
        assert_eq!((last.first, last.bytes.as_slice(), last.verbatim), (3, &b"two\n"[..], false));
    }

    #[test]
    fn empty_input_has_no_blocks() {
        assert!(blocks(b"").is_empty());
        assert_eq!(blocks(b"\n").len(), 1);
    }
}
