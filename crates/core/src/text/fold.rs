//! The form under which a word is looked up.

use super::hidden::{is_hidden, letters};

/// Writes the form under which a word is looked up: lower case, straight apostrophes.
///
/// ```
/// let mut key = String::new();
/// unspin_core::text::fold_into("Won’t", &mut key);
/// assert_eq!(key, "won't");
/// ```
pub fn fold_into(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.push_str(word);
        let from = out.len() - word.len();
        out[from..].make_ascii_lowercase();
        return;
    }
    word.chars().for_each(|c| fold_char(c, out));
}

fn fold_char(c: char, out: &mut String) {
    match c {
        '’' | '‘' | 'ʼ' => out.push('\''),
        '‑' | '‐' => out.push('-'),
        // The lower case of some letters is longer than the letter ("İ"): a key may be, spans never.
        c => out.extend(c.to_lowercase()),
    }
}

/// The same of a word of a page, as a reader sees it: without hidden characters, ligatures as their letters, and in one
/// piece where it stands in two lines.
///
/// ```
/// let mut key = String::new();
/// unspin_core::text::fold_page_into("Oﬃ\u{ad}-\ncers", &mut key);
/// assert_eq!(key, "officers");
/// ```
pub fn fold_page_into(word: &str, out: &mut String) {
    if let Some((left, right)) = halves(word) {
        fold_page_into(left, out);
        return fold_page_into(right, out);
    }
    if word.is_ascii() {
        return fold_into(word, out);
    }
    for c in word.chars().filter(|&c| !is_hidden(c)) {
        match letters(c) {
            Some(letters) => out.push_str(letters),
            None => fold_char(c, out),
        }
    }
}

/// The halves of a word that stands in two lines, without the hyphen that the line's end gave it.
pub(super) fn halves(word: &str) -> Option<(&str, &str)> {
    let (left, right) = word.split_once('\n')?;
    let left = left.trim_end_matches([' ', '\r']).strip_suffix(['-', '\u{ad}', '‐'])?;
    Some((left, right.trim_start()))
}
