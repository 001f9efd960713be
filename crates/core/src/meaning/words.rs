//! The words of a phrase as the rules of meaning read them: folded, without the marks around them.

/// The words of a phrase, folded: lower case, straight apostrophes, compounds cut at their hyphens.
pub(super) fn words(phrase: &str) -> Vec<String> {
    let folded = phrase.to_lowercase().replace(['’', '‘', 'ʼ'], "'").replace(['‑', '‐'], "-");
    let is_mark = |c: char| !c.is_alphanumeric();
    let words = folded.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/'));
    words.map(|word| word.trim_matches(is_mark).to_string()).filter(|word| !word.is_empty()).collect()
}

/// Whether these words stand in a phrase, one after the other; where, from 0.
pub(super) fn find(words: &[String], phrase: &str) -> Option<usize> {
    let first = phrase.split(' ').next()?;
    let starts = (0..words.len()).filter(|&at| words[at] == first);
    let stands =
        |at: &usize| phrase.split(' ').enumerate().all(|(n, word)| words.get(at + n).is_some_and(|w| w == word));
    starts.into_iter().find(stands)
}
