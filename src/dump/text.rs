//! Plain text: a file is a record, a very long one several.

use super::format::{Entry, Opened};
use super::source_map::{SourceMap, verbatim};
use super::split_text::{MAX_PIECE, cut};
use super::stream::{Block, Split, Stream};
use super::worker::{Process, Worker};

/// Plain text.
pub(super) const TEXT: Entry =
    Entry { name: "text", endings: &["txt", "text", "md"], open: Some(|_| Opened::new(Pieces::default(), Text)) };

/// Places of a text that are no UTF-8: each costs 80 bytes of memory, and of more the text passes unread.
const MAX_INVALID: usize = 1 << 18;

/// Pieces of a text that are restored at once, in parallel.
const PIECES: usize = 4;

/// Splits off pieces of text.
#[derive(Debug, Default)]
struct Pieces {
    done: u64,
}

impl Split for Pieces {
    fn split(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
        stream.fill(MAX_PIECE + 1);
        let first = self.done + 1;
        if stream.bytes().is_empty() {
            return stream.break_off(first);
        }
        self.done += 1;
        // Text has no records that could be torn: what came before a break is text too.
        let end = if stream.bytes().len() > MAX_PIECE { cut(stream.bytes(), MAX_PIECE) } else { usize::MAX };
        Some(Block { first, bytes: stream.take(end), ..Block::default() })
    }
}

/// Cleans pieces of text.
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
    if let Err(e) = std::str::from_utf8(raw) {
        let bad = raw.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).take(MAX_INVALID + 1).count();
        if bad > MAX_INVALID {
            return Err(format!("more than {MAX_INVALID} places are invalid UTF-8; passed through unread"));
        }
        worker.fault(record, format!("invalid UTF-8 at byte {}; such bytes are kept as they are", e.valid_up_to()));
    }
    if worker.is_judged() || raw.len() <= MAX_PIECE {
        return Ok(edited(record, raw, worker));
    }
    // Edits need more memory than the text they are about: those of a stretch are made before the next is read.
    let mut out = Vec::new();
    let is_changed = worker.as_one(|worker| {
        let (mut rest, mut done) = (raw, 0);
        while !rest.is_empty() {
            let (stretch, after) = rest.split_at(stretch(rest));
            if let Some(new) = edited(record, stretch, worker) {
                out.extend_from_slice(&raw[done..raw.len() - rest.len()]);
                out.extend_from_slice(&new);
                done = raw.len() - after.len();
            }
            rest = after;
        }
        if done > 0 {
            out.extend_from_slice(&raw[done..]);
        }
        done > 0
    });
    Ok(is_changed.then_some(out))
}

/// The text with its edits; `None` if it has none.
fn edited(record: u64, raw: &[u8], worker: &mut Worker<'_>) -> Option<Vec<u8>> {
    worker.restored(record, raw, &SourceMap::bytes(raw), verbatim)
}

/// How many bytes of a text are restored before the rest is read: some pieces, which is all of most texts.
fn stretch(bytes: &[u8]) -> usize {
    let mut end = 0;
    for _ in 0..PIECES {
        let rest = &bytes[end..];
        end += if rest.len() > MAX_PIECE { cut(rest, MAX_PIECE) } else { rest.len() };
    }
    end
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
