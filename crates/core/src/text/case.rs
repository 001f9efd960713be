//! Letter case: how a word is capitalised, and how its replacement should be.

/// How a word is capitalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// No letters at all.
    None,
    /// "house"
    Lower,
    /// "House"; also a single capital letter.
    Title,
    /// "HOUSE"
    Upper,
    /// "McDonald", "iPhone"
    Mixed,
}

impl Case {
    /// The case of `word`.
    ///
    /// ```
    /// use unspin_core::text::case::Case;
    /// assert_eq!(Case::of("House"), Case::Title);
    /// assert_eq!(Case::of("FOLKS"), Case::Upper);
    /// assert_eq!(Case::of("iPhone"), Case::Mixed);
    /// ```
    pub fn of(word: &str) -> Case {
        let (mut upper, mut lower, mut first) = (0usize, 0usize, false);
        let bytes = word.as_bytes();
        if bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes[1..].iter().all(u8::is_ascii_lowercase) {
            // Nearly every word.
            return if bytes[0].is_ascii_lowercase() { Case::Lower } else { Case::Title };
        }
        for c in word.chars().filter(|c| c.is_alphabetic()) {
            if c.is_uppercase() {
                first |= upper + lower == 0;
                upper += 1;
            } else {
                lower += 1;
            }
        }
        match (upper, lower) {
            (0, 0) => Case::None,
            (0, _) => Case::Lower,
            (1, _) if first => Case::Title,
            (_, 0) => Case::Upper,
            _ => Case::Mixed,
        }
    }
}

/// Writes `phrase` with the capitals of the words it replaces.
///
/// `spun` is the case of each replaced word in order. A phrase that carries capitals of its own
/// ("United States") keeps them. All capitals stay all capitals; a capital on every content word
/// (a name, a headline) is given to every content word; otherwise only the first word follows
/// the first word.
///
/// ```
/// use unspin_core::text::case::{transfer, Case};
/// assert_eq!(transfer("people", &[Case::Upper]), "PEOPLE");
/// assert_eq!(transfer("according to", &[Case::Title, Case::Lower, Case::Lower]), "According to");
/// assert_eq!(transfer("red sox", &[Case::Title, Case::Title]), "Red Sox");
/// ```
pub fn transfer(phrase: &str, spun: &[Case]) -> String {
    if spun.iter().all(|&c| c == Case::Lower) && !phrase.contains('.') {
        // Nearly every phrase: there is no capital to give.
        return phrase.to_string();
    }
    if *spun == [Case::Title] && phrase.bytes().all(|byte| byte.is_ascii_lowercase()) {
        // Nearly every name.
        let mut word = phrase.to_string();
        word.get_mut(..1).unwrap_or_default().make_ascii_uppercase();
        return word;
    }
    let mut out = String::with_capacity(phrase.len());
    let lettered = || spun.iter().filter(|c| **c != Case::None);
    let all = |case: Case| lettered().count() > 0 && lettered().all(|&c| c == case);
    let is_headline = lettered().filter(|&&c| c == Case::Title).count() >= 2 && spun.last() == Some(&Case::Title);
    let long_upper = all(Case::Upper);
    for (n, word) in phrase.split(' ').enumerate() {
        if n > 0 {
            out.push(' ');
        }
        let own = word.chars().any(char::is_uppercase);
        if long_upper || is_initials(word) {
            out.extend(word.chars().flat_map(char::to_uppercase));
        } else if !own
            && (n == 0 && matches!(spun.first(), Some(Case::Title | Case::Upper))
                || n > 0
                    && (is_headline || spun.len() == 1 && spun[0] == Case::Title && phrase_is_name(phrase))
                    && !is_small(word))
        {
            capitalise_into(word, &mut out);
        } else {
            out.push_str(word);
        }
    }
    out
}

/// How the capitals of a phrase follow its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A capital for the first word alone.
    First,
    /// A capital for every word but the small ones.
    Words,
    /// All capitals.
    Upper,
}

/// Writes `phrase` in a style; capitals of its own stay.
///
/// ```
/// use unspin_core::text::case::{Style, styled};
/// assert_eq!(styled("it will", Style::First), "It will");
/// assert_eq!(styled("according to law", Style::Words), "According to Law");
/// assert_eq!(styled("the u.k.", Style::First), "The U.K.");
/// ```
pub fn styled(phrase: &str, style: Style) -> String {
    let mut out = String::with_capacity(phrase.len());
    for (n, word) in phrase.split(' ').enumerate() {
        if n > 0 {
            out.push(' ');
        }
        if style == Style::Upper || is_initials(word) {
            out.extend(word.chars().flat_map(char::to_uppercase));
        } else if (n == 0 || style == Style::Words && !is_small(word)) && !word.chars().any(char::is_uppercase) {
            capitalise_into(word, &mut out);
        } else {
            out.push_str(word);
        }
    }
    out
}

/// "u.s", "u.k.": single letters with dots between, but for the hours and Latin.
fn is_initials(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    word.len() > 2
        && word.split('.').all(|part| part.chars().count() == 1)
        && !matches!(word, "a.m" | "p.m" | "p.c" | "e.g" | "i.e")
}

/// Words that stay lower case inside a name or headline.
pub fn is_small(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "and"
            | "as"
            | "at"
            | "but"
            | "by"
            | "for"
            | "from"
            | "in"
            | "of"
            | "on"
            | "or"
            | "the"
            | "to"
            | "with"
    )
}

/// A phrase of content words only, which a single capitalised word can stand for ("Courtroom" never, "Cop" for "Police Officer").
fn phrase_is_name(phrase: &str) -> bool {
    !phrase.split(' ').any(is_small)
}

fn capitalise_into(word: &str, out: &mut String) {
    let mut chars = word.chars();
    if let Some(first) = chars.next() {
        out.extend(first.to_uppercase());
        out.push_str(chars.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Case::{Lower, Title, Upper};

    #[test]
    fn table() {
        for (phrase, spun, want) in [
            ("house", vec![Title], "House"),
            ("house", vec![Lower], "house"),
            ("people", vec![Upper], "PEOPLE"),
            ("United States", vec![Lower], "United States"),
            ("united states", vec![Upper], "UNITED STATES"),
            ("u.s", vec![Lower], "U.S"),
            ("one of", vec![Title, Lower, Lower], "One of"),
            ("software", vec![Title, Title], "Software"),
            ("bed bath and beyond", vec![Title, Title, Lower, Title], "Bed Bath and Beyond"),
        ] {
            assert_eq!(transfer(phrase, &spun), want);
        }
    }
}
