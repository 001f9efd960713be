//! Long texts in chunks: where they are cut, and how the chunks are restored together.
//!
//! The engine holds about twenty times the size of the text it reads. A chunk of at most 1 MiB bounds
//! that, and lets several threads share one giant text.

use rayon::prelude::*;

use crate::{Edit, Unspin, Verdict};

/// The longest text that is restored as a whole, in bytes. Longer ones are cut at the end of a
/// paragraph, a line, a sentence or a word, and each chunk is judged by itself.
pub const MAX_CHUNK: usize = 1 << 20;

/// Chunks of a text that are restored at once, in parallel.
const CHUNKS_AT_ONCE: usize = 4;

/// A text that was looked at.
pub(super) struct Found {
    /// The verdict; of several chunks, that of the one likeliest spun.
    pub(super) verdict: Verdict,
    /// Edits of the whole text, in order.
    pub(super) edits: Vec<Edit>,
}

/// Finds the edits of a text, whatever its length.
pub(super) fn restore(unspin: &Unspin, text: &str) -> Found {
    if text.len() <= MAX_CHUNK {
        let restoration = unspin.restore(text);
        let (verdict, edits) = restoration.into_parts();
        return Found { verdict, edits };
    }
    let chunks: Vec<Found> = cuts(text)
        .into_par_iter()
        .map(|(from, to)| {
            let mut found = restore(unspin, &text[from..to]);
            for edit in &mut found.edits {
                edit.span = edit.span.start + from..edit.span.end + from;
            }
            found.edits.shrink_to_fit();
            found
        })
        .collect();
    join(chunks).unwrap_or_else(|| Found { verdict: unspin.detect(""), edits: Vec::new() })
}

/// The verdict on a text, whatever its length.
pub(super) fn detect(unspin: &Unspin, text: &str) -> Verdict {
    if text.len() <= MAX_CHUNK {
        return unspin.detect(text);
    }
    let verdicts = cuts(text).into_par_iter().map(|(from, to)| unspin.detect(&text[from..to]));
    verdicts.reduce_with(likelier).unwrap_or_else(|| unspin.detect(""))
}

fn join(chunks: Vec<Found>) -> Option<Found> {
    // Edits are what a long text needs most memory for: room for twice as many would be felt.
    let edits: usize = chunks.iter().map(|chunk| chunk.edits.len()).sum();
    let mut chunks = chunks.into_iter();
    let mut all = chunks.next()?;
    all.edits.reserve_exact(edits - all.edits.len());
    let next_after = |edits: &[Edit]| edits.iter().filter_map(|edit| edit.group).max().map_or(0, |group| group + 1);
    // Groups are numbered by the chunk.
    let mut next = next_after(&all.edits);
    for mut chunk in chunks {
        let more = next_after(&chunk.edits);
        chunk.edits.iter_mut().filter_map(|edit| edit.group.as_mut()).for_each(|group| *group += next);
        next += more;
        all.edits.extend(chunk.edits);
        all.verdict = likelier(all.verdict, chunk.verdict);
    }
    Some(all)
}

/// The verdict that speaks louder; the earlier one if they are equal.
fn likelier(one: Verdict, other: Verdict) -> Verdict {
    if other.spun() > one.spun() { other } else { one }
}

/// The stretches of a text whose edits are made before the rest is looked at: some chunks each, which is all of most
/// texts.
pub(super) fn stretches(text: &str) -> Vec<(usize, usize)> {
    cuts(text).chunks(CHUNKS_AT_ONCE).filter_map(|chunks| Some((chunks.first()?.0, chunks.last()?.1))).collect()
}

/// The chunks of a text, as spans that follow each other.
fn cuts(text: &str) -> Vec<(usize, usize)> {
    let (mut out, mut from) = (Vec::new(), 0);
    while text.len() - from > MAX_CHUNK {
        let to = from + cut(&text.as_bytes()[from..], MAX_CHUNK);
        out.push((from, to));
        from = to;
    }
    out.push((from, text.len()));
    out
}

/// Where to cut bytes that are longer than `limit`: after the last paragraph, line, sentence or word
/// that ends in the second half before the limit, else before the character that crosses it.
pub(super) fn cut(bytes: &[u8], limit: usize) -> usize {
    let window = &bytes[..limit.min(bytes.len())];
    let half = window.len() / 2;
    let last =
        |mark: &[u8]| window[half..].windows(mark.len()).rposition(|w| w == mark).map(|at| half + at + mark.len());
    last(b"\n\n")
        .or_else(|| last(b"\n"))
        .or_else(|| last(b". "))
        .or_else(|| last(b" "))
        .unwrap_or_else(|| char_floor(bytes, limit))
        .max(1)
}

/// The last place up to `limit` that does not cut a character of UTF-8 in two.
pub(super) fn char_floor(bytes: &[u8], limit: usize) -> usize {
    if bytes.len() <= limit {
        return bytes.len();
    }
    let is_inside = |at: usize| bytes[at] & 0b1100_0000 == 0b1000_0000;
    // A character has at most three bytes after the first; more are no UTF-8 and may be cut.
    (limit.saturating_sub(3)..=limit).rev().find(|&at| !is_inside(at)).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_it_hurts_least() {
        assert_eq!(cut(b"aa aa aa\n\nbb\nb. b", 15), 10);
        assert_eq!(cut(b"aa aa aa\nbb bb b. b", 15), 9);
        assert_eq!(cut(b"aa aa aa aa. bb bb b", 15), 13);
        assert_eq!(cut(b"aaaaaaaaa bbbbbbbbbbb", 15), 10);
        assert_eq!(cut("aaaaaaaaaaaaa\u{e9}\u{e9}".as_bytes(), 14), 13);
        assert_eq!(cut(&[0x80; 20], 10), 10);
    }

    #[test]
    fn pieces_of_a_long_text_cover_it() {
        let text = "It rained all day. ".repeat(MAX_CHUNK / 5);
        let cuts = cuts(&text);
        assert!(cuts.len() > 3);
        assert_eq!(cuts.first().map(|c| c.0), Some(0));
        assert_eq!(cuts.last().map(|c| c.1), Some(text.len()));
        assert!(cuts.windows(2).all(|w| w[0].1 == w[1].0 && w[0].1 - w[0].0 <= MAX_CHUNK));
    }

    #[test]
    fn edits_of_pieces_are_spans_of_the_whole() {
        let spun = "The White Home stated that Chinese language officers had been there, in line with the Folks's Liberation Military.\n";
        let text = spun.repeat(MAX_CHUNK / spun.len() + 10);
        let unspin = Unspin::new();
        let found = restore(&unspin, &text);
        let last = found.edits.last().unwrap();
        assert!(last.span.start > MAX_CHUNK, "{last:?}");
        assert!(crate::apply(&text, &found.edits).is_ok());
        assert!(found.verdict.is_spun() && detect(&unspin, &text).is_spun());
    }
}
