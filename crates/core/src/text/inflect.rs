//! English inflection: the forms of a noun, a verb or an adjective from its base form.
//!
//! The dictionary compiler writes a family once and expands it here; nothing else conjugates.

use super::irregular::{DOUBLING, IRREGULAR_NOUNS, IRREGULAR_VERBS};

/// The five forms of a verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerbForms {
    /// "take"
    pub base: String,
    /// "takes"
    pub third_person: String,
    /// "took"
    pub past: String,
    /// "taken"
    pub participle: String,
    /// "taking"
    pub gerund: String,
}

/// Splits a phrase into its head word and the rest, at the first or the last space.
fn split_head(phrase: &str, head_is_last: bool) -> (&str, &str, &str) {
    if head_is_last {
        phrase.rsplit_once(' ').map_or(("", phrase, ""), |(before, head)| (before, head, ""))
    } else {
        phrase.split_once(' ').map_or(("", phrase, ""), |(head, after)| ("", head, after))
    }
}

fn join(before: &str, head: &str, after: &str) -> String {
    [before, head, after].iter().filter(|s| !s.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// "stop" → "stopp": one vowel then one consonant at the end of a stressed syllable.
fn doubles(word: &str) -> bool {
    let b = word.as_bytes();
    let n = b.len();
    if n < 3 || !b.iter().all(u8::is_ascii_lowercase) {
        return false;
    }
    let shape = !is_vowel(b[n - 1])
        && !matches!(b[n - 1], b'w' | b'x' | b'y')
        && is_vowel(b[n - 2])
        && (!is_vowel(b[n - 3]) || (n > 3 && b[n - 3] == b'u' && b[n - 4] == b'q'));
    let syllables = b.windows(2).filter(|w| is_vowel(w[0]) && !is_vowel(w[1])).count();
    shape && (syllables == 1 || DOUBLING.contains(&word))
}

fn with_s(word: &str) -> String {
    let b = word.as_bytes();
    let n = b.len();
    let sibilant = ["s", "x", "z", "ch", "sh"].iter().any(|e| word.ends_with(e)) && !word.ends_with("arch");
    if sibilant {
        format!("{word}es")
    } else if n > 1 && b[n - 1] == b'y' && !is_vowel(b[n - 2]) {
        format!("{}ies", &word[..n - 1])
    } else {
        format!("{word}s")
    }
}

/// The plural of a noun phrase; its last word inflects.
///
/// ```
/// use unspin_core::text::inflect::plural;
/// assert_eq!(plural("software company"), "software companies");
/// assert_eq!(plural("spokeswoman"), "spokeswomen");
/// ```
pub fn plural(noun: &str) -> String {
    let (before, head, after) = split_head(noun, true);
    let form = match IRREGULAR_NOUNS.iter().find(|(singular, _)| *singular == head) {
        Some((_, plural)) => (*plural).to_string(),
        None => match head.strip_suffix("man") {
            Some(stem) if stem.len() > 2 && !matches!(head, "human" | "german" | "roman" | "ottoman" | "shaman") => {
                format!("{stem}men")
            }
            _ => with_s(head),
        },
    };
    join(before, &form, after)
}

/// The forms of a verb phrase; its first word inflects.
///
/// ```
/// use unspin_core::text::inflect::verb_forms;
/// let forms = verb_forms("take place");
/// assert_eq!((forms.past.as_str(), forms.gerund.as_str()), ("took place", "taking place"));
/// assert_eq!(verb_forms("commit").past, "committed");
/// ```
pub fn verb_forms(verb: &str) -> VerbForms {
    let (before, head, after) = split_head(verb, false);
    let b = head.as_bytes();
    let n = b.len();
    let third_person = match head {
        "have" => "has".to_string(),
        "be" => "is".to_string(),
        "do" | "go" | "undergo" | "veto" | "undo" | "outdo" | "echo" => format!("{head}es"),
        _ => with_s(head),
    };
    let ends_in_silent_e = n > 2 && b[n - 1] == b'e' && b[n - 2] != b'e';
    let gerund = if head == "be" {
        "being".to_string()
    } else if let Some(stem) = head.strip_suffix("ie") {
        format!("{stem}ying")
    } else if ends_in_silent_e && !matches!(head, "dye" | "singe" | "hoe" | "canoe") {
        format!("{}ing", &head[..n - 1])
    } else if doubles(head) {
        format!("{head}{}ing", &head[n - 1..])
    } else if head.ends_with("ic") {
        format!("{head}king")
    } else {
        format!("{head}ing")
    };
    let (past, participle) = match IRREGULAR_VERBS.iter().find(|(base, _, _)| *base == head) {
        Some((_, past, participle)) => ((*past).to_string(), (*participle).to_string()),
        None => {
            let regular = if head.ends_with('e') {
                format!("{head}d")
            } else if n > 1 && b[n - 1] == b'y' && !is_vowel(b[n - 2]) {
                format!("{}ied", &head[..n - 1])
            } else if doubles(head) {
                format!("{head}{}ed", &head[n - 1..])
            } else if head.ends_with("ic") {
                format!("{head}ked")
            } else {
                format!("{head}ed")
            };
            (regular.clone(), regular)
        }
    };
    let form = |head: &str| join(before, head, after);
    VerbForms {
        base: form(head),
        third_person: form(&third_person),
        past: form(&past),
        participle: form(&participle),
        gerund: form(&gerund),
    }
}

/// The comparative and superlative of an adjective, `None` for phrases and long words.
///
/// ```
/// use unspin_core::text::inflect::comparison;
/// assert_eq!(comparison("big"), Some(("bigger".into(), "biggest".into())));
/// assert_eq!(comparison("easy"), Some(("easier".into(), "easiest".into())));
/// assert_eq!(comparison("important"), Some(("more important".into(), "most important".into())));
/// ```
pub fn comparison(adjective: &str) -> Option<(String, String)> {
    match adjective {
        "good" => return Some(("better".into(), "best".into())),
        "bad" => return Some(("worse".into(), "worst".into())),
        "far" => return Some(("further".into(), "furthest".into())),
        _ => {}
    }
    if adjective.contains([' ', '-']) || adjective.len() < 3 || !adjective.is_ascii() {
        return None;
    }
    let b = adjective.as_bytes();
    let n = b.len();
    let vowel_groups = b.iter().enumerate().filter(|&(i, &c)| is_vowel(c) && (i == 0 || !is_vowel(b[i - 1]))).count()
        - usize::from(n > 3 && b[n - 1] == b'e');
    let is_short = vowel_groups <= 1 || (b[n - 1] == b'y' && vowel_groups <= 2 && !adjective.ends_with("ly"));
    if !is_short {
        return Some((format!("more {adjective}"), format!("most {adjective}")));
    }
    let stem = if b[n - 1] == b'e' {
        adjective[..n - 1].to_string()
    } else if b[n - 1] == b'y' && !is_vowel(b[n - 2]) {
        format!("{}i", &adjective[..n - 1])
    } else if doubles(adjective) {
        format!("{adjective}{}", &adjective[n - 1..])
    } else {
        adjective.to_string()
    };
    Some((format!("{stem}er"), format!("{stem}est")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs() {
        for (base, third, past, participle, gerund) in [
            ("say", "says", "said", "said", "saying"),
            ("stop", "stops", "stopped", "stopped", "stopping"),
            ("visit", "visits", "visited", "visited", "visiting"),
            ("refer", "refers", "referred", "referred", "referring"),
            ("try", "tries", "tried", "tried", "trying"),
            ("die", "dies", "died", "died", "dying"),
            ("agree", "agrees", "agreed", "agreed", "agreeing"),
            ("launch", "launches", "launched", "launched", "launching"),
            ("get hold of", "gets hold of", "got hold of", "gotten hold of", "getting hold of"),
            ("panic", "panics", "panicked", "panicked", "panicking"),
            ("equip", "equips", "equipped", "equipped", "equipping"),
            ("play", "plays", "played", "played", "playing"),
        ] {
            let f = verb_forms(base);
            assert_eq!([&f.third_person, &f.past, &f.participle, &f.gerund], [third, past, participle, gerund]);
        }
    }

    #[test]
    fn nouns() {
        for (one, many) in [
            ("city", "cities"),
            ("day", "days"),
            ("boss", "bosses"),
            ("church", "churches"),
            ("policeman", "policemen"),
            ("german", "germans"),
            ("photo", "photos"),
            ("monarch", "monarchs"),
        ] {
            assert_eq!(plural(one), many);
        }
    }
}
