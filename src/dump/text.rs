//! Plain text: a file is a record, a very long one several.

use super::desk::{Clean, Desk};
use super::pieces::{MAX_PIECE, cut};
use super::stream::{Block, Cut, Stream};
use super::view::View;

/// Cuts pieces of text.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    done: u64,
}

impl Cut for Pieces {
    fn cut(&mut self, stream: &mut Stream<'_>) -> Option<Block> {
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
pub(super) struct Text;

impl Clean for Text {
    fn clean(&self, block: &Block, desk: &mut Desk<'_>) {
        let raw = &block.bytes;
        desk.record();
        if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = raw.as_slice() {
            desk.fault(block.first, "UTF-16, not UTF-8; passed through");
            desk.put(raw);
            return;
        }
        if let Err(e) = std::str::from_utf8(raw) {
            desk.fault(
                block.first,
                format!("invalid UTF-8 at byte {}; such bytes are kept as they are", e.valid_up_to()),
            );
        }
        restore(block.first, raw, desk);
    }
}

/// Restores bytes that are text and nothing else, and puts them.
pub(super) fn restore(record: u64, raw: &[u8], desk: &mut Desk<'_>) {
    let view = View::bytes(raw);
    match desk.look(record, &view) {
        Some(found) if !desk.cleaner.detect && !found.edits.is_empty() => {
            desk.put(&view.apply(raw, &found.edits, |with, out| out.extend_from_slice(with.as_bytes())));
        }
        _ => desk.put(raw),
    }
}
