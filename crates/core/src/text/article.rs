//! The indefinite article: which of "a" and "an" a word wants, by how the word is spoken.

/// Whether `word` wants "an" before it.
///
/// Decided by sound, not by letter: "an hour", "a university", "an FBI agent", "an 8-year-old".
///
/// ```
/// use unspin_core::text::article::wants_an;
/// assert!(wants_an("hour") && wants_an("FBI") && wants_an("8") && wants_an("attempt"));
/// assert!(!wants_an("university") && !wants_an("one") && !wants_an("NATO") && !wants_an("company"));
/// ```
pub fn wants_an(word: &str) -> bool {
    let lower = word.to_lowercase();
    let letters = word.chars().take_while(|c| c.is_alphabetic()).count();
    let is_initials = letters >= 2 && word.chars().take(letters).all(char::is_uppercase) && !is_spoken_as_word(&lower);
    let Some(first) = lower.chars().next() else {
        return false;
    };
    if first.is_ascii_digit() {
        let digits: String =
            lower.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(char::is_ascii_digit).collect();
        return digits.starts_with('8')
            || matches!(digits.as_str(), "11" | "18")
            || (digits.len() == 5 && (digits.starts_with("11") || digits.starts_with("18")));
    }
    if is_initials || letters == 1 {
        return matches!(first, 'a' | 'e' | 'f' | 'h' | 'i' | 'l' | 'm' | 'n' | 'o' | 'r' | 's' | 'x');
    }
    const SILENT_H: [&str; 4] = ["hour", "honest", "honor", "honour"];
    const SPOKEN_CONSONANT: [&str; 12] =
        ["uni", "use", "usa", "usu", "uti", "ura", "eu", "one", "once", "ubi", "ukr", "ut"];
    if SILENT_H.iter().any(|h| lower.starts_with(h)) || lower == "heir" || lower.starts_with("heiress") {
        return true;
    }
    if lower.starts_with("unin")
        || lower.starts_with("unim")
        || lower.starts_with("unid")
        || lower.starts_with("utter")
        || lower.starts_with("utm")
    {
        return true;
    }
    matches!(first, 'a' | 'e' | 'i' | 'o' | 'u') && !SPOKEN_CONSONANT.iter().any(|c| lower.starts_with(c))
}

/// Initials that are read as a word, not letter by letter.
fn is_spoken_as_word(lower: &str) -> bool {
    matches!(lower, "nato" | "nasa" | "fifa" | "nafta" | "nascar" | "sars" | "laser" | "radar" | "mers" | "fema")
}

#[cfg(test)]
mod tests {
    use super::wants_an;

    #[test]
    fn table() {
        for word in [
            "apple",
            "hour",
            "honour",
            "heir",
            "MP",
            "FBI",
            "8",
            "11",
            "18-month",
            "unidentified",
            "uncle",
            "X-ray",
            "umbrella",
            "SEC",
        ] {
            assert!(wants_an(word), "an {word}");
        }
        for word in
            ["university", "one", "European", "user", "house", "U.S", "NASA", "100", "UK", "union", "unique", "utility"]
        {
            assert!(!wants_an(word), "a {word}");
        }
    }
}
