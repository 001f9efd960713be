//! Where a stop belongs to a word, and where it ends a sentence.

/// "U.K", "p.c", "7.5" and "a.m" are one word; "end.The" is a sentence that lacks a space.
pub(super) fn joins_by_dot(left: &str, right: &str) -> bool {
    let digits = |s: &str, last: bool| {
        let mut bytes = s.bytes();
        if last { bytes.next_back() } else { bytes.next() }.is_some_and(|b| b.is_ascii_digit())
    };
    if digits(left, true) {
        // "7.8", and "7.eight", which is "7.8" after a spinner.
        return digits(right, false) || right.bytes().all(|b| b.is_ascii_lowercase());
    }
    let first = left.split(['.', '-']).next_back().unwrap_or(left);
    first.chars().count() == 1 || !right.starts_with(char::is_uppercase)
}

/// Whether the stop after `word` belongs to the word: titles, months, corporate forms, initials.
pub(super) fn is_abbreviation(word: &str) -> bool {
    const SHORT: [&str; 46] = [
        "mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "gen", "col", "lt", "sgt", "capt", "maj", "rev", "hon",
        "st", "jan", "feb", "mar", "apr", "aug", "sept", "sep", "oct", "nov", "dec", "inc", "corp", "co", "ltd", "no",
        "vs", "v", "etc", "jr", "sr", "mt", "ft", "dept", "est", "fig", "al", "approx", "pp", "llc",
    ];
    let mut key = [0u8; 8];
    if word.len() == 1 {
        return word.as_bytes()[0].is_ascii_uppercase();
    }
    if word.contains('.') {
        return word.bytes().any(|b| b.is_ascii_alphabetic());
    }
    if word.len() > key.len()
        || !word.is_ascii()
        || !word.as_bytes()[0].is_ascii_uppercase() && word != "vs" && word != "etc"
    {
        return false;
    }
    key[..word.len()].copy_from_slice(word.as_bytes());
    key[..word.len()].make_ascii_lowercase();
    SHORT.iter().any(|s| s.as_bytes() == &key[..word.len()])
}
