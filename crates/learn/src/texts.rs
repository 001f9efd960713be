//! Alignment of whole texts: the stretches of a spun text that were made from stretches of its original.
//!
//! Words that both have once are anchors where they stand in the same order (patience diff); between anchors the
//! same is asked again, and what is left is aligned by edit distance. Where the texts part for long, an advert, a
//! caption, a paragraph left out, a stretch ends: nothing is learned from what does not belong together.

use std::collections::HashMap;
use std::ops::Range;

use crate::align::{align, spans};

/// A change of more words than this is no substitution: the texts part there.
const MOST_CHANGED: usize = 12;
/// The share of words that both sides of a stretch have, at least: the heaviest spinners leave half of the words.
const LEAST_SHARED: f64 = 0.3;
/// Words of a stretch, at least: fewer are equal by accident.
const LEAST_WORDS: usize = 6;
/// Words of the one side times words of the other that are aligned by edit distance; larger parts without an anchor
/// belong to different texts.
const MOST_CELLS: usize = 1 << 20;
/// Words from which a stretch may be cut where two words in a row are equal, and from which at any equal word: what is
/// asked of a stretch later takes time with its square.
const CUT_FROM: [usize; 2] = [24, 60];

/// A spun text against its original.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aligned {
    /// The stretches that belong together, in order: spun and original, a few dozen words each, on one line.
    pub stretches: Vec<(String, String)>,
    /// The words of the spun text.
    pub words: usize,
    /// Those of them that stand in a stretch.
    pub aligned: usize,
}

/// Aligns a spun text with its original. Time grows with the length of the texts, and with the square of the length
/// of parts without anchors, up to a bound.
///
/// ```
/// let aligned = unspin_learn::texts::align_texts(
///     "Subscribe now. The White Home stated on Monday that the president would leave quickly.",
///     "The White House said on Monday that the president would leave soon.",
/// );
/// let [(spun, original)] = &aligned.stretches[..] else { panic!() };
/// assert_eq!(spun, "The White Home stated on Monday that the president would leave quickly.");
/// assert_eq!(original, "The White House said on Monday that the president would leave soon.");
/// ```
pub fn align_texts(spun: &str, original: &str) -> Aligned {
    let (spun, original) = (Side::of(spun), Side::of(original));
    let (a, b) = (&spun.words, &original.words);
    let mut same = Vec::new();
    match_between(a, b, 0..a.len(), 0..b.len(), &mut same);
    let mut out = Aligned { words: a.len(), ..Aligned::default() };
    let mut start = 0;
    for end in 1..=same.len() {
        let parts = same.get(end).is_none_or(|&(i, j)| {
            let (before_i, before_j) = same[end - 1];
            (i - before_i - 1).max(j - before_j - 1) > MOST_CHANGED
        });
        if parts {
            out.add(&spun, &original, &same[start..end]);
            start = end;
        }
    }
    out
}

impl Aligned {
    /// Adds the stretch between the first and the last of these equal words, and what was changed at its ends.
    fn add(&mut self, spun: &Side, original: &Side, same: &[(usize, usize)]) {
        let [(first_a, first_b), .., (last_a, last_b)] = *same else { return };
        let (mut a, mut b) = (first_a..last_a + 1, first_b..last_b + 1);
        // At the very ends of both texts a few changed words have no equal word beyond them.
        if a.start.max(b.start) <= MOST_CHANGED && a.start == b.start {
            (a.start, b.start) = (0, 0);
        }
        let (rest_a, rest_b) = (spun.words.len() - a.end, original.words.len() - b.end);
        if rest_a.max(rest_b) <= MOST_CHANGED && rest_a == rest_b {
            (a.end, b.end) = (spun.words.len(), original.words.len());
        }
        if a.len() < LEAST_WORDS || (same.len() as f64) < LEAST_SHARED * a.len().max(b.len()) as f64 {
            return;
        }
        self.aligned += a.len();
        let (mut i, mut j) = (a.start, b.start);
        for pair in same.windows(2) {
            let [(n, m), next] = *pair else { continue };
            let is_calm = next == (n + 1, m + 1);
            if n - i >= CUT_FROM[usize::from(!is_calm)] {
                self.stretches.push((spun.line(i..n + 1), original.line(j..m + 1)));
                (i, j) = (n + 1, m + 1);
            }
        }
        self.stretches.push((spun.line(i..a.end), original.line(j..b.end)));
    }
}

/// A text and its words.
struct Side<'t> {
    text: &'t str,
    places: Vec<Range<usize>>,
    /// In lower case.
    words: Vec<String>,
}

impl<'t> Side<'t> {
    fn of(text: &'t str) -> Side<'t> {
        let (places, words) = spans(text).into_iter().map(|(place, word)| (place, word.to_lowercase())).unzip();
        Side { text, places, words }
    }

    /// What stands from one word up to another, on one line.
    fn line(&self, range: Range<usize>) -> String {
        let end = self.places.get(range.end).map_or(self.text.len(), |place| place.start);
        let text = self.places.get(range.start).and_then(|place| self.text.get(place.start..end)).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Finds the equal words of two ranges, in order.
fn match_between(a: &[String], b: &[String], from: Range<usize>, to: Range<usize>, same: &mut Vec<(usize, usize)>) {
    // Ranges still to be looked at, the first last; pairs found between them.
    let mut rest = vec![(from, to)];
    while let Some((from, to)) = rest.pop() {
        if a[from.clone()] == b[to.clone()] {
            same.extend(from.zip(to));
            continue;
        }
        let anchors = anchors(&a[from.clone()], &b[to.clone()]);
        if anchors.is_empty() {
            if from.len().saturating_mul(to.len()) <= MOST_CELLS {
                match_all(a, b, from, to, same);
            }
            continue;
        }
        let mut parts = Vec::with_capacity(2 * anchors.len() + 1);
        let (mut i, mut j) = (from.start, to.start);
        for (n, m, length) in anchors {
            let (n, m) = (from.start + n, to.start + m);
            parts.push((i..n, j..m));
            parts.push((n..n + length, m..m + length));
            (i, j) = (n + length, m + length);
        }
        parts.push((i..from.end, j..to.end));
        rest.extend(parts.into_iter().rev());
    }
}

/// Aligns two ranges by edit distance.
fn match_all(a: &[String], b: &[String], from: Range<usize>, to: Range<usize>, same: &mut Vec<(usize, usize)>) {
    let (mut i, mut j) = (from.start, to.start);
    for change in align(&a[from.clone()], &b[to.clone()]).0 {
        let (until, after) = (from.start + change.from, from.start + change.to);
        same.extend((i..until).zip(j..));
        (i, j) = (after, to.start + change.other_to);
    }
    same.extend((i..from.end).zip(j..to.end));
}

/// Runs of three, two or one word that both sides have once, the longest kind that there is, in the order of both:
/// where each begins, and its length. None overlap.
fn anchors(a: &[String], b: &[String]) -> Vec<(usize, usize, usize)> {
    for length in [3, 2, 1] {
        let mut once: HashMap<&[String], (usize, usize, usize, usize)> = HashMap::new();
        for (n, run) in a.windows(length).enumerate() {
            let seen = once.entry(run).or_default();
            (seen.0, seen.1) = (seen.0 + 1, n);
        }
        for (m, run) in b.windows(length).enumerate() {
            if let Some(seen) = once.get_mut(run) {
                (seen.2, seen.3) = (seen.2 + 1, m);
            }
        }
        let mut pairs: Vec<(usize, usize)> =
            once.into_values().filter(|seen| (seen.0, seen.2) == (1, 1)).map(|seen| (seen.1, seen.3)).collect();
        pairs.sort_unstable();
        let mut out: Vec<(usize, usize, usize)> = Vec::new();
        for (n, m) in longest_increasing(&pairs) {
            match out.last_mut() {
                // Runs that overlap on both sides alike are one; others that overlap are left.
                Some(last) if n < last.0 + last.2 || m < last.1 + last.2 => {
                    if n - last.0 == m - last.1 {
                        last.2 = n - last.0 + length;
                    }
                }
                _ => out.push((n, m, length)),
            }
        }
        if !out.is_empty() {
            return out;
        }
    }
    Vec::new()
}

/// The longest of the sequences of pairs, sorted by the first, whose second grows too (Fredman 1975).
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The number of the pair that ends the best sequence of each length, and which pair stands before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (number, &(_, second)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < second);
        before.push(length.checked_sub(1).map(|last| ends[last]));
        match ends.get_mut(length) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    let mut out = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(number) = at {
        out.push(pairs[number]);
        at = before[number];
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::words;

    /// What is said again and again, and what stands on one side only, does not lead astray.
    #[test]
    fn texts_part_and_meet_again() {
        let first = "The council met on Monday evening and the mayor told reporters that the bridge would open in May";
        let second = "Rain fell over the hills for nine days until the river rose above the road to the old mill";
        let advert = "Buy one get one free at the shop ".repeat(9);
        let spun = format!("{} {advert} {}", first.replace("told", "advised"), second.replace("rose", "climbed"));
        let original = format!("{first}. {second}.");
        let aligned = align_texts(&spun, &original);
        assert_eq!(aligned.stretches.len(), 2, "{aligned:?}");
        let end = |side: &str| side.trim_end_matches('.').ends_with("open in May");
        assert!(end(&aligned.stretches[0].0) && end(&aligned.stretches[0].1), "{aligned:?}");
        assert!(aligned.stretches[0].0.contains("mayor advised") && aligned.stretches[0].1.contains("mayor told"));
        assert!(aligned.stretches[1].0.starts_with("Rain fell") && aligned.stretches[1].1.starts_with("Rain fell"));
        assert_eq!(aligned.words - aligned.aligned, words(&advert).len());
    }

    #[test]
    fn other_texts_teach_nothing() {
        for (spun, original) in [
            ("", "The mayor said so."),
            ("The mayor said so.", ""),
            (
                "Rain fell over the hills for nine days until the river rose",
                "Stocks were little changed on Friday as the yen",
            ),
        ] {
            assert_eq!(align_texts(spun, original).stretches, []);
        }
    }

    /// A novel against itself with every tenth word changed, every seventh standing nowhere else; and two that share nothing.
    #[test]
    fn long_texts_take_little_time() {
        let word = |n: usize| if n.is_multiple_of(7) { format!("u{n}") } else { format!("w{}", n * n % 9_973) };
        let text: Vec<String> = (0..40_000).map(word).collect();
        let spun: Vec<String> =
            text.iter().enumerate().map(|(n, w)| if n % 10 == 5 { format!("x{w}") } else { w.clone() }).collect();
        let aligned = align_texts(&spun.join(" "), &text.join(" "));
        assert!(aligned.aligned > 39_000, "{} of {}", aligned.aligned, aligned.words);
        let other: Vec<String> = (0..40_000).map(|n| format!("y{}", n % 7)).collect();
        assert_eq!(align_texts(&other.join(" "), &text.join(" ")).aligned, 0);
    }
}
