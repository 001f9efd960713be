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
    let wanted: Vec<&str> = phrase.split(' ').collect();
    words.windows(wanted.len()).position(|window| window.iter().zip(&wanted).all(|(word, wanted)| word == wanted))
}
