//! Confusions of letters, counted from recognised text and what was printed.
//!
//! Both texts are aligned character by character; where they differ within a word, what was read stands against
//! what was printed: `li` for `h`, `m` for `rn`, nothing for `e`. How often a string was printed at all
//! is counted beside it, so that a probability follows: P(read | printed).

use std::collections::HashMap;

/// The longest string that a confusion reads or prints, in characters.
pub const LONGEST: usize = 3;
/// How far two texts may drift apart, in characters beside the difference of their lengths.
const DRIFT: usize = 300;

/// Counts of confusions and of what was printed.
#[derive(Clone, Debug, Default)]
pub struct Confusions {
    /// How often (read, printed) was seen.
    pub counts: HashMap<(String, String), u32>,
    /// How often each string of up to [`LONGEST`] characters was printed; the empty one: characters in all.
    pub printed: HashMap<String, u32>,
}

impl Confusions {
    /// Counts the confusions of one text.
    ///
    /// ```
    /// let mut confusions = unspin_learn::confusions::Confusions::default();
    /// confusions.add("tlie modem house", "the modern house");
    /// let count = |read: &str, printed: &str| confusions.counts[&(read.to_string(), printed.to_string())];
    /// assert_eq!((count("li", "h"), count("m", "rn")), (1, 1));
    /// assert_eq!(confusions.printed["h"], 2);
    /// ```
    pub fn add(&mut self, read: &str, printed: &str) {
        let (read, printed) = (squash(read), squash(printed));
        for at in 0..printed.len() {
            *self.printed.entry(String::new()).or_default() += 1;
            for length in 1..=LONGEST.min(printed.len() - at) {
                let string = &printed[at..at + length];
                if string.iter().all(|c| in_word(*c)) {
                    *self.printed.entry(string.iter().collect()).or_default() += 1;
                }
            }
        }
        let pairs = align(&read, &printed);
        let mut at = 0;
        while at < pairs.len() {
            let from = at;
            while at < pairs.len() && !is_match(&read, &printed, pairs[at]) {
                at += 1;
            }
            if from < at {
                let read: String = pairs[from..at].iter().filter_map(|p| p.0).map(|n| read[n]).collect();
                let printed: String = pairs[from..at].iter().filter_map(|p| p.1).map(|n| printed[n]).collect();
                let fits = |s: &str| s.chars().count() <= LONGEST && s.chars().all(in_word);
                if fits(&read) && fits(&printed) {
                    *self.counts.entry((read, printed)).or_default() += 1;
                }
            }
            at += 1;
        }
    }

    /// The table as text: read, printed, count, how often it was printed; `∅` stands for nothing.
    pub fn to_text(&self) -> String {
        let mut rows: Vec<_> = self.counts.iter().collect();
        rows.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let shown = |s: &str| if s.is_empty() { "∅".to_string() } else { s.to_string() };
        let mut out = String::new();
        for ((read, printed), count) in rows {
            let exposure = self.printed.get(printed).copied().unwrap_or(*count).max(*count);
            out += &format!("{}\t{}\t{count}\t{exposure}\n", shown(read), shown(printed));
        }
        out
    }
}

/// White space as single spaces, apostrophes and dashes plain.
fn squash(text: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    for c in text.chars() {
        match c {
            c if c.is_whitespace() => {
                if out.last() != Some(&' ') {
                    out.push(' ');
                }
            }
            '’' | '‘' => out.push('\''),
            '—' | '–' => out.push('-'),
            c => out.push(c),
        }
    }
    out
}

/// Whether a character may stand within a word, read or printed: punctuation and spaces part words.
fn in_word(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '[' | ']' | '"' | '-' | '\'')
}

/// A character of the read text, of the printed text, or both.
pub type Pair = (Option<usize>, Option<usize>);

fn is_match(read: &[char], printed: &[char], pair: Pair) -> bool {
    matches!(pair, (Some(r), Some(p)) if read[r] == printed[p])
}

/// Aligns two texts by characters at least cost; a letter is never paired with a space willingly.
///
/// Time and memory grow with the length of the longer text times how far the two may drift.
pub fn align(a: &[char], b: &[char]) -> Vec<Pair> {
    let (n, m) = (a.len(), b.len());
    let band = DRIFT + n.abs_diff(m);
    let width = 2 * band + 1;
    // Column j of row i lies at j + band - i * m / n, so that the band follows the diagonal.
    let centre = |i: usize| (i * m).checked_div(n).unwrap_or(0);
    let index = |i: usize, j: usize| (j + band).checked_sub(centre(i)).filter(|&x| x < width);
    let mut steps = vec![0u8; (n + 1) * width];
    let mut above = vec![u32::MAX / 2; width];
    for i in 0..=n {
        let mut row = vec![u32::MAX / 2; width];
        for j in centre(i).saturating_sub(band)..=(centre(i) + band).min(m) {
            let Some(here) = index(i, j) else { continue };
            if i == 0 && j == 0 {
                row[here] = 0;
                continue;
            }
            let mut best = (u32::MAX / 2, 0u8);
            if i > 0
                && j > 0
                && let Some(x) = index(i - 1, j - 1)
            {
                let cost = substitution(a[i - 1], b[j - 1]);
                best = best.min((above[x] + cost, 1));
            }
            if i > 0
                && let Some(x) = index(i - 1, j)
            {
                best = best.min((above[x] + 10, 2));
            }
            if j > 0
                && let Some(x) = index(i, j - 1)
            {
                best = best.min((row[x] + 10, 3));
            }
            row[here] = best.0;
            steps[i * width + here] = best.1;
        }
        above = row;
    }
    trace(n, m, |i, j| index(i, j).map_or(0, |x| steps[i * width + x]))
}

/// The way back through the steps of an alignment: 1 pairs, 2 leaves out of the first, 3 of the second.
fn trace(n: usize, m: usize, step: impl Fn(usize, usize) -> u8) -> Vec<Pair> {
    let (mut i, mut j, mut out) = (n, m, Vec::with_capacity(n.max(m)));
    while i > 0 || j > 0 {
        match step(i, j) {
            1 => {
                (i, j) = (i - 1, j - 1);
                out.push((Some(i), Some(j)));
            }
            2 => {
                i -= 1;
                out.push((Some(i), None));
            }
            3 => {
                j -= 1;
                out.push((None, Some(j)));
            }
            _ => break,
        }
    }
    out.reverse();
    out
}

fn substitution(a: char, b: char) -> u32 {
    if a == b {
        0
    } else if a.is_alphanumeric() == b.is_alphanumeric() {
        11
    } else if a.is_whitespace() || b.is_whitespace() {
        19
    } else {
        14
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_neighbouring_differences() {
        let mut confusions = Confusions::default();
        confusions.add("tlie cliurcli aud \n tbe conimon wcll, yes", "the church and the common well. yes");
        let count = |read: &str, printed: &str| {
            confusions.counts.get(&(read.to_string(), printed.to_string())).copied().unwrap_or(0)
        };
        assert_eq!(count("li", "h"), 3);
        assert_eq!(count("u", "n"), 1);
        assert_eq!(count("b", "h"), 1);
        assert_eq!(count("ni", "m"), 1);
        assert_eq!(count("c", "e"), 1);
        // Punctuation is no letter.
        assert_eq!(confusions.counts.values().sum::<u32>(), 7);
    }

    #[test]
    fn aligns_texts_of_any_lengths() {
        let chars = |s: &str| s.chars().collect::<Vec<_>>();
        assert!(align(&[], &[]).is_empty());
        assert_eq!(align(&chars("ab"), &[]).len(), 2);
        assert_eq!(align(&[], &chars("abc")).len(), 3);
        let long = "word ".repeat(400);
        let pairs = align(&chars(&long), &chars(&long[5..]));
        assert_eq!(pairs.iter().filter(|p| p.1.is_none()).count(), 5);
    }
}
