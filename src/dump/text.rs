//! Plain text: a file is a record, a very long one several.

use super::format::{Entry, Opened};
use super::source_map::{SourceMap, verbatim};
use super::split_text::{MAX_CHUNK, cut};
use super::stream::{Block, Split, Stream};
use super::worker::{Process, Worker};

/// Plain text.
pub(super) const TEXT: Entry = Entry {
    name: "text",
    endings: &["txt", "text", "md"],
    open: Some(|_| Opened::new(Chunks::default(), Text)),
    is_start: None,
};

/// Places of a text that are no UTF-8: each costs 80 bytes of memory, and of more the text passes unread.
const MAX_INVALID: usize = 1 << 18;

/// Splits off chunks of text.
#[derive(Debug, Default)]
struct Chunks {
    done: u64,
}

impl Split for Chunks {
    fn split(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        stream.fill(MAX_CHUNK + 1);
        let first = self.done + 1;
        if stream.bytes().is_empty() {
            return stream.break_off(first);
        }
        self.done += 1;
        // Text has no records that could be torn: what came before a break is text too.
        let end = if stream.bytes().len() > MAX_CHUNK { cut(stream.bytes(), MAX_CHUNK) } else { usize::MAX };
        Some(Block { first, bytes: stream.take(end), ..Block::default() })
    }
}

/// Cleans chunks of text.
#[derive(Debug)]
struct Text;

impl Process for Text {
    fn process(&self, block: &Block, worker: &mut Worker<'_>) {
        worker.whole(block, |raw, worker| restored(block.first, raw, worker));
    }
}

/// Bytes that are text and nothing else, restored; `None` if they stay as they are. Single bytes that are no UTF-8
/// are named and stay.
pub(super) fn restored(record: u64, raw: &[u8], worker: &mut Worker<'_>) -> Result<Option<Vec<u8>>, String> {
    if is_wide(raw) {
        return Err("UTF-16, not UTF-8; passed through".into());
    }
    if is_binary(raw) {
        return Err("no text: it is full of control characters; passed through unread".into());
    }
    if let Err(e) = std::str::from_utf8(raw) {
        let bad = raw.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).take(MAX_INVALID + 1).count();
        if bad > MAX_INVALID {
            return Err(format!("more than {MAX_INVALID} places are invalid UTF-8; passed through unread"));
        }
        worker.fault(record, format!("invalid UTF-8 at byte {}; such bytes are kept as they are", e.valid_up_to()));
    }
    Ok(worker.restored(record, raw, &SourceMap::bytes(raw), verbatim))
}

/// Whether bytes are UTF-16: by their mark, or since every second one is zero.
pub(super) fn is_wide(bytes: &[u8]) -> bool {
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = bytes {
        return true;
    }
    let start = &bytes[..bytes.len().min(1 << 10)];
    // Almost no text has one near its start: to look for it is quick, to count is not.
    if !start[..start.len().min(64)].contains(&0) {
        return false;
    }
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), start.len() / 2);
    pairs > 1 && even.max(odd) * 4 > pairs * 3 && even.min(odd) * 4 < pairs
}

/// Whether bytes are no text in any encoding that keeps ASCII: text has hardly any control characters.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4 << 10)];
    let controls = start.iter().filter(|b| matches!(b, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f)).count();
    controls * 20 > start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_known_without_its_mark() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        assert!(is_wide(&wide("It rained all day.")) && is_wide(&wide("<p>caf\u{e9} \u{2014} o\u{f9}</p>")));
        let big: Vec<u8> = "It rained.".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(is_wide(&big) && is_wide(b"\xff\xfe"));
        for other in [&b"It rained."[..], b"", b"\0", b"\0\0\0\0", b"a\0b", "caf\u{e9}".as_bytes()] {
            assert!(!is_wide(other), "{other:?}");
        }
    }
}
