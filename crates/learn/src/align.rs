//! Word alignment of two texts by edit distance.

use std::ops::Range;

/// The words of a text as the score counts them: case kept, punctuation and spacing gone.
///
/// A word is a run of letters and digits, joined by apostrophes, dots, hyphens and ampersands, with
/// a closing apostrophe; curly apostrophes and typographic hyphens count as plain ones.
///
/// ```
/// use unspin_learn::align::words;
/// assert_eq!(words("The People’s Army, U.S. (AT&T)"), ["The", "People's", "Army", "U.S", "AT&T"]);
/// ```
pub fn words(text: &str) -> Vec<String> {
    spans(text).into_iter().map(|(_, word)| word).collect()
}

/// The words of a text as [`words`] has them, each with the bytes where it stands.
pub fn spans(text: &str) -> Vec<(Range<usize>, String)> {
    let plain = |(at, c): (usize, char)| match c {
        '’' | '‘' => (at, '\''),
        '‑' | '‐' => (at, '-'),
        c => (at, c),
    };
    let chars: Vec<(usize, char)> = text.char_indices().map(plain).collect();
    let is_word = |at: usize| chars.get(at).is_some_and(|(_, c)| c.is_alphanumeric());
    let is = |at: usize, want: &[char]| chars.get(at).is_some_and(|(_, c)| want.contains(c));
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !is_word(at) {
            at += 1;
            continue;
        }
        let start = at;
        loop {
            while is_word(at) {
                at += 1;
            }
            if !(is(at, &['\'', '.', '-', '&']) && is_word(at + 1)) {
                break;
            }
            at += 1;
        }
        at += usize::from(is(at, &['\'']));
        let end = chars.get(at).map_or(text.len(), |(at, _)| *at);
        out.push((chars[start].0..end, chars[start..at].iter().map(|(_, c)| c).collect()));
    }
    out
}

/// A stretch where two word sequences differ: words `from..to` of the first for `other_from..other_to` of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// First differing word of the first sequence.
    pub from: usize,
    /// One past the last.
    pub to: usize,
    /// First differing word of the second sequence.
    pub other_from: usize,
    /// One past the last.
    pub other_to: usize,
}

/// The differences of two word sequences at the least number of insertions, deletions and
/// substitutions, and that number.
///
/// Of several alignments of least cost, the one that walks forward preferring a match, then a
/// substitution, then a deletion. Time and memory grow with the product of the differing lengths.
pub fn align<W: PartialEq>(a: &[W], b: &[W]) -> (Vec<Difference>, usize) {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let (n, m) = (a.len(), b.len());
    if n == 0 && m == 0 {
        return (Vec::new(), 0);
    }
    let width = m + 1;
    // cost[i][j]: the distance between a[i..] and b[j..].
    let mut cost = vec![0u32; (n + 1) * width];
    for j in 0..=m {
        cost[n * width + j] = (m - j) as u32;
    }
    for i in (0..n).rev() {
        cost[i * width + m] = (n - i) as u32;
        for j in (0..m).rev() {
            cost[i * width + j] = if a[i] == b[j] {
                cost[(i + 1) * width + j + 1]
            } else {
                1 + cost[(i + 1) * width + j + 1].min(cost[(i + 1) * width + j]).min(cost[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < n || j < m {
        let matches = |i: usize, j: usize| i < n && j < m && a[i] == b[j];
        if matches(i, j) {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (from, other_from) = (i, j);
        while (i < n || j < m) && !matches(i, j) {
            let distance = cost[i * width + j];
            if i < n && j < m && cost[(i + 1) * width + j + 1] + 1 == distance {
                (i, j) = (i + 1, j + 1);
            } else if i < n && cost[(i + 1) * width + j] + 1 == distance {
                i += 1;
            } else {
                j += 1;
            }
        }
        out.push(Difference { from: same + from, to: same + i, other_from: same + other_from, other_to: same + j });
    }
    (out, cost[0] as usize)
}

/// [`align`], with runs that replace as many words as they have cut word by word.
pub fn substitutions<W: PartialEq>(a: &[W], b: &[W]) -> Vec<Difference> {
    let mut out = Vec::new();
    for d in align(a, b).0 {
        if d.to - d.from == d.other_to - d.other_from {
            out.extend((0..d.to - d.from).map(|n| Difference {
                from: d.from + n,
                to: d.from + n + 1,
                other_from: d.other_from + n,
                other_to: d.other_from + n + 1,
            }));
        } else {
            out.push(d);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences() {
        let a: Vec<&str> = "the White Home stated day by day".split(' ').collect();
        let b: Vec<&str> = "the White House said daily".split(' ').collect();
        let (differences, distance) = align(&a, &b);
        assert_eq!(distance, 5);
        assert_eq!(differences, [Difference { from: 2, to: 7, other_from: 2, other_to: 5 }]);
        assert_eq!(align(&a, &a), (Vec::new(), 0));
    }
}
