//! The first look at a text: one pass over its bytes that finds whether any layer has to read it.
//!
//! Plain loops over blocks of bytes, which the compiler turns into vector instructions; nothing is allocated.

use super::{characters, homoglyphs, invisible, letters, lost, styled};

/// What the bytes of a text show, as counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Bytes of characters outside of ASCII.
    pub(crate) non_ascii: usize,
    /// `&` before a letter or `#`.
    pub(crate) entities: usize,
    /// A hyphen before a line end.
    pub(crate) hyphens: usize,
    /// Line ends after a lower-case letter or a comma.
    pub(crate) open_lines: usize,
    /// A digit between lower-case letters.
    pub(crate) leet: usize,
    /// A lower-case letter other than "a" between spaces.
    pub(crate) lone_letters: usize,
    /// `?` before a lower-case letter.
    pub(crate) questions: usize,
    /// A comma between a lower-case letter and a letter.
    pub(crate) tight_commas: usize,
    /// An f before "h", "p" or "c", or before one of "tmnkw" at the start of a word, where English has an s.
    pub(crate) long_s: usize,
    /// Blocks of sixteen bytes that are all letters, or nearly.
    pub(crate) long_runs: usize,
}

const BLOCK: usize = 16;
/// Blocks after which the counts of a lane could overflow.
const MAX_BLOCKS: usize = 255;
const KINDS: usize = 9;

#[inline(always)]
fn letter(b: u8) -> bool {
    (b | 0x20).wrapping_sub(b'a') < 26
}

#[inline(always)]
fn lower(b: u8) -> bool {
    b.wrapping_sub(b'a') < 26
}

/// Adds the marks of one block, lane by lane: `before`, `here` and `after` are the text one byte apart.
#[inline(always)]
fn add(lanes: &mut [[u8; BLOCK]; KINDS], before: &[u8; BLOCK], here: &[u8; BLOCK], after: &[u8; BLOCK]) {
    for i in 0..BLOCK {
        let (b, h, a) = (before[i], here[i], after[i]);
        lanes[0][i] += h >> 7;
        lanes[1][i] += u8::from((h == b'&') & (letter(a) | (a == b'#')));
        lanes[2][i] += u8::from((h == b'-') & ((a == b'\n') | (a == b'\r')));
        lanes[3][i] += u8::from((h == b'\n') & (lower(b) | (b == b',')));
        lanes[4][i] += u8::from((h.wrapping_sub(b'0') < 10) & lower(b) & lower(a));
        lanes[5][i] += u8::from(lower(h) & (h != b'a') & (b == b' ') & (a == b' '));
        lanes[6][i] += u8::from((h == b'?') & lower(a));
        lanes[7][i] += u8::from((h == b',') & lower(b) & letter(a));
        let starts = (a == b't') | (a == b'm') | (a == b'n') | (a == b'k') | (a == b'w');
        let inside = (a == b'h') | (a == b'p') | (a == b'c');
        lanes[8][i] += u8::from((h == b'f') & (inside | ((b == b' ') & starts)));
    }
}

/// Whether all bytes of a block are letters, or one of the few signs that follow them.
#[inline(always)]
fn is_run(block: &[u8; BLOCK]) -> bool {
    let word = u128::from_le_bytes(*block);
    let low = word & u128::from_le_bytes([0x7F; BLOCK]);
    let high = low.wrapping_add(u128::from_le_bytes([0x80 - b'A'; BLOCK])) | word;
    high & u128::from_le_bytes([0x80; BLOCK]) == u128::from_le_bytes([0x80; BLOCK])
}

/// The marks of the first or the last block: the first byte has none before it, and the last block may lack bytes.
fn edge(bytes: &[u8], at: usize) -> [[u8; BLOCK]; KINDS] {
    let byte = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let mut padded = [[b' '; BLOCK]; 3];
    let count = BLOCK.min(bytes.len() - at);
    for (shift, padded) in padded.iter_mut().enumerate() {
        for (i, padded) in padded.iter_mut().enumerate().take(count) {
            *padded = (at + i + shift).checked_sub(1).map_or(b' ', byte);
        }
    }
    let mut lanes = [[0; BLOCK]; KINDS];
    add(&mut lanes, &padded[0], &padded[1], &padded[2]);
    lanes
}

impl Marks {
    /// The marks of a text.
    pub(crate) fn of(text: &str) -> Marks {
        let bytes = text.as_bytes();
        let mut sums = [0usize; KINDS];
        let mut long_runs = 0;
        let mut flush = |lanes: &[[u8; BLOCK]; KINDS]| {
            for (sum, lane) in sums.iter_mut().zip(lanes) {
                *sum += lane.iter().map(|&n| usize::from(n)).sum::<usize>();
            }
        };
        if !bytes.is_empty() {
            flush(&edge(bytes, 0));
        }
        let mut at = BLOCK;
        while at + BLOCK < bytes.len() {
            let blocks = MAX_BLOCKS.min((bytes.len() - at - 1) / BLOCK);
            let end = at + blocks * BLOCK;
            let before = bytes[at - 1..end - 1].as_chunks::<BLOCK>().0;
            let here = bytes[at..end].as_chunks::<BLOCK>().0;
            let after = bytes[at + 1..=end].as_chunks::<BLOCK>().0;
            let mut lanes = [[0; BLOCK]; KINDS];
            for ((before, here), after) in before.iter().zip(here).zip(after) {
                add(&mut lanes, before, here, after);
                long_runs += usize::from(is_run(here));
            }
            flush(&lanes);
            at = end;
        }
        if at < bytes.len() {
            flush(&edge(bytes, at));
        }
        let [non_ascii, entities, hyphens, open_lines, leet, lone_letters, questions, tight_commas, long_s] = sums;
        Marks {
            non_ascii,
            entities,
            hyphens,
            open_lines,
            leet,
            lone_letters,
            questions,
            tight_commas,
            long_s,
            long_runs,
        }
    }
}

/// Which layers of characters the characters of a text call for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calls {
    pub(crate) mojibake: bool,
    pub(crate) invisible: bool,
    pub(crate) letters: bool,
    pub(crate) styled: bool,
    pub(crate) homoglyphs: bool,
    /// Signs that cut words at line ends.
    pub(crate) hyphens: bool,
    /// Characters that stand for lost ones.
    pub(crate) lost: bool,
}

impl Calls {
    pub(crate) const ALL: Calls = Calls {
        mojibake: true,
        invisible: true,
        letters: true,
        styled: true,
        homoglyphs: true,
        hyphens: true,
        lost: true,
    };

    /// Whether any layer of characters has to read the text.
    pub(crate) fn of_characters(self) -> bool {
        self.mojibake | self.invisible | self.letters | self.styled | self.homoglyphs
    }

    /// What the characters outside of ASCII call for; those of ordinary text call for nothing.
    pub(crate) fn of(text: &str) -> Calls {
        let mut calls = Calls::default();
        let (mut end, mut last_is_mark) = (usize::MAX, false);
        characters::non_ascii(text, |at, c| {
            let is_mark = matches!(c, '\u{2010}'..='\u{2027}');
            calls.hyphens |= matches!(c, '¬' | '‐' | '\u{AD}');
            // Quotation marks and dashes stand side by side in any text, and are never one misread character.
            calls.mojibake |= at == end && !(is_mark && last_is_mark) || c < '\u{A0}' || c == 'Ã';
            (end, last_is_mark) = (at + c.len_utf8(), is_mark);
            if is_mark || matches!(c, '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{FF}') {
                return;
            }
            calls.invisible |= invisible::is_invisible(c);
            calls.letters |= letters::stands_for_others(c);
            calls.lost |= lost::is_mark(c);
            calls.styled |= styled::plain(c).is_some();
            calls.homoglyphs |= homoglyphs::may_look_latin(c);
        });
        calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_do_not_depend_on_where_a_mark_stands() {
        for pad in 0..40 {
            let at = |mark: &str| Marks::of(&format!("{}{mark}{}", "-".repeat(pad), "-".repeat(40 - pad)));
            assert_eq!(at("é").non_ascii, 2);
            assert_eq!(at("&amp;").entities, 1);
            assert_eq!(at("x-\nx").hyphens, 1);
            assert_eq!(at("x,\nx").open_lines, 1);
            assert_eq!(at("h3llo").leet, 1);
            assert_eq!(at(" t h ").lone_letters, 2);
            assert_eq!(at("of?ce").questions, 1);
            assert_eq!(at("end,the").tight_commas, 1);
            assert_eq!(at(" ftate").long_s, 1);
            assert!(at(&"x".repeat(33)).long_runs >= 1);
            assert_eq!(at("(x) & 3.5 I a.").entities, 0);
        }
        assert_eq!(Marks::of(""), Marks::default());
        assert_eq!(Marks::of(&" t".repeat(10_001)).lone_letters, 10_001);
    }
}
