//! The words of a phrase as the rules of meaning read them: folded, without the marks around them.

/// A phrase in lower case, with straight apostrophes and hyphens.
pub(super) fn folded(phrase: &str) -> String {
    let mut folded = String::with_capacity(phrase.len());
    for c in phrase.chars() {
        match c {
            '’' | '‘' | 'ʼ' => folded.push('\''),
            '‑' | '‐' => folded.push('-'),
            c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// The words of a folded phrase, without the marks around them, compounds cut at their hyphens.
pub(super) fn words(folded: &str) -> Vec<&str> {
    let is_mark = |c: char| !c.is_alphanumeric();
    let words = folded.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/'));
    words.map(|word| word.trim_matches(is_mark)).filter(|word| !word.is_empty()).collect()
}

/// Whether these words stand in a phrase, one after the other; where, from 0.
pub(super) fn find(words: &[&str], phrase: &str) -> Option<usize> {
    let first = phrase.split(' ').next()?;
    let starts = (0..words.len()).filter(|&at| words[at] == first);
    let stands =
        |at: &usize| phrase.split(' ').enumerate().all(|(n, word)| words.get(at + n).is_some_and(|w| *w == word));
    starts.into_iter().find(stands)
}
