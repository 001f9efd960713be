//! Agreement: a finite verb that an edit writes fits its subject.
//!
//! "Had been" stands for "was" as well as for "were", and the context model sees two words. The subject decides where it
//! can be told: a pronoun or a noun right before, whose head no preposition hides. Where it cannot, nothing is changed.

use unspin_core::text::{Kind, Token};

/// What a finite verb agrees with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    /// "I"
    Speaker,
    /// "she", "the ship"
    Singular,
    /// "they", "the ships"
    Plural,
}

/// Finite verbs that tell singular from plural: the singular, the plural, and whether "I" goes with the plural form.
const VERBS: [(&str, &str, bool); 4] =
    [("was", "were", false), ("is", "are", true), ("has", "have", true), ("does", "do", true)];

/// All of their forms.
pub(crate) const FORMS: [&str; 8] = ["was", "were", "is", "are", "has", "have", "does", "do"];

/// Words before which, or in which, the head of a subject cannot be told.
const UNCLEAR: [&str; 66] = [
    "that",
    "who",
    "which",
    "what",
    "whom",
    "whose",
    "there",
    "here",
    "and",
    "or",
    "nor",
    "but",
    "to",
    "than",
    "as",
    "if",
    "when",
    "while",
    "where",
    "why",
    "how",
    "because",
    "of",
    "in",
    "for",
    "with",
    "from",
    "on",
    "at",
    "by",
    "about",
    "over",
    "under",
    "so",
    "then",
    "today",
    "yesterday",
    "tomorrow",
    "the",
    "a",
    "an",
    "his",
    "her",
    "their",
    "its",
    "our",
    "my",
    "your",
    "not",
    "no",
    "all",
    "some",
    "any",
    "most",
    "more",
    "half",
    "rest",
    "majority",
    "number",
    "none",
    "percent",
    "lot",
    "couple",
    "team",
    "staff",
    "public",
];

/// Nouns whose form tells nothing.
const EITHER: [&str; 24] = [
    "aircraft",
    "fish",
    "sheep",
    "deer",
    "cattle",
    "data",
    "media",
    "series",
    "species",
    "headquarters",
    "means",
    "offspring",
    "bacteria",
    "criteria",
    "phenomena",
    "alumni",
    "crew",
    "family",
    "group",
    "government",
    "committee",
    "couple",
    "others",
    "politics",
];

/// Plurals without an s.
const PLURALS: [&str; 11] =
    ["people", "men", "women", "children", "police", "feet", "teeth", "mice", "these", "those", "folk"];

/// Singulars with one.
const SINGULARS: [&str; 6] = ["news", "economics", "physics", "mathematics", "athletics", "gas"];

/// Prepositions behind which a noun is no head.
const PREPOSITIONS: [&str; 18] = [
    "of", "in", "for", "with", "from", "on", "at", "by", "about", "over", "under", "between", "among", "to", "against",
    "into", "near", "within",
];

/// Whether a verb that an edit writes agrees with its subject; `None` where that cannot be told.
pub(crate) fn agrees(text: &str, tokens: &[Token], at: usize, verb: &str) -> Option<bool> {
    let (is_plural, speaks) = VERBS.iter().find_map(|(singular, plural, speaks)| {
        if verb == *singular { Some((false, !speaks)) } else { (verb == *plural).then_some((true, *speaks)) }
    })?;
    let person = Reader { text, tokens }.subject(at)?;
    Some(match person {
        // "am" is neither
        Person::Speaker => speaks && !matches!(verb, "is" | "are"),
        Person::Singular => !is_plural,
        Person::Plural => is_plural,
    })
}

/// The other form of a finite verb: "were" for "was".
pub(crate) fn partner(verb: &str) -> Option<&'static str> {
    VERBS.iter().find_map(
        |(singular, plural, _)| {
            if verb == *singular { Some(*plural) } else { (verb == *plural).then_some(*singular) }
        },
    )
}

/// Whether a noun right before a verb that stands may be replaced by another: "officer was", never "officers was".
pub(crate) fn suits_verb(spun: &str, original: &str, verb: &str) -> bool {
    let is = |form: &str| verb.eq_ignore_ascii_case(form);
    let Some(is_plural) = VERBS.iter().find_map(|(s, p, _)| is(s).then_some(false).or(is(p).then_some(true))) else {
        return true;
    };
    let number = |noun: &str| noun_number(&noun.rsplit(' ').next().unwrap_or(noun).to_lowercase(), false);
    match (number(spun), number(original)) {
        (Some(spun), Some(original)) => {
            let fits = |person| (person == Person::Plural) == is_plural;
            !fits(spun) || fits(original)
        }
        _ => true,
    }
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

impl Reader<'_> {
    fn word(&self, at: usize) -> String {
        self.text[self.tokens[at].start..self.tokens[at].end].to_lowercase()
    }

    fn is_word(&self, at: usize) -> bool {
        self.tokens[at].kind == Kind::Word
    }

    /// The subject of a finite verb at a place.
    fn subject(&self, at: usize) -> Option<Person> {
        let mut noun = at.checked_sub(1)?;
        while self.is_word(noun) && is_adverb(&self.word(noun)) {
            noun = noun.checked_sub(1)?;
        }
        if !self.is_word(noun) {
            return None;
        }
        let word = self.word(noun);
        match word.as_str() {
            "i" => return Some(Person::Speaker),
            "he" | "she" | "it" => return Some(Person::Singular),
            "we" | "they" | "you" => return Some(Person::Plural),
            _ => {}
        }
        let is_name = self.text[self.tokens[noun].start..].starts_with(char::is_uppercase);
        let person = noun_number(&word, is_name)?;
        self.heads_agree(noun, person).then_some(person)
    }

    /// Whether whatever else before a noun may be the head of the subject has its number.
    fn heads_agree(&self, noun: usize, person: Person) -> bool {
        /// Words that are looked at; a longer phrase is not told apart from two.
        const FAR: usize = 12;
        for at in (noun.saturating_sub(FAR)..noun).rev() {
            if !self.is_word(at) {
                return self.tokens[at].kind == Kind::End || at + 1 == noun && self.tokens[at].kind == Kind::Pause;
            }
            let word = self.word(at);
            if PREPOSITIONS.contains(&word.as_str()) {
                let Some(head) = at.checked_sub(1).filter(|&head| self.is_word(head)) else { return true };
                // "In 1912 the ship": nothing stands before the preposition that could be a head.
                if noun_number(&self.word(head), false) != Some(person) {
                    return false;
                }
            } else if matches!(word.as_str(), "and" | "or" | "nor" | "than" | "that" | "which" | "who") {
                return person == Person::Plural && word == "and";
            } else if matches!(word.as_str(), "a" | "an" | "each" | "every" | "this") && person == Person::Plural {
                return false;
            }
        }
        true
    }
}

fn is_adverb(word: &str) -> bool {
    word.len() > 4
        && word.ends_with("ly")
        && !matches!(word, "family" | "supply" | "reply" | "assembly" | "rally" | "ally" | "italy" | "july")
        || matches!(
            word,
            "also" | "already" | "still" | "now" | "just" | "even" | "once" | "soon" | "later" | "however"
        )
}

/// The number of a noun by its form; `None` where that tells nothing.
fn noun_number(word: &str, is_name: bool) -> Option<Person> {
    if PLURALS.contains(&word) {
        return Some(Person::Plural);
    }
    if SINGULARS.contains(&word) {
        return Some(Person::Singular);
    }
    if UNCLEAR.contains(&word) || EITHER.contains(&word) || !word.chars().all(|c| c.is_alphabetic() || c == '-') {
        return None;
    }
    if word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") {
        // "Texas", "the Clippers"
        return (!is_name).then_some(Person::Plural);
    }
    // "the injured", "the dying", "the British": adjectives tell nothing.
    let is_noun =
        !(word.len() <= 2 || word.ends_with("ed") || word.ends_with("ese") || is_name && word.ends_with("sh"));
    is_noun.then_some(Person::Singular)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspin_core::text::tokens;

    #[test]
    fn table() {
        for (text, verb, want) in [
            ("The ship ", "were", Some(false)),
            ("The ship ", "was", Some(true)),
            ("The ships ", "was", Some(false)),
            ("Three ships of the line ", "were", None),
            ("The captain of the ship ", "were", Some(false)),
            ("The captain of the ships ", "was", None),
            ("The captain and the cook ", "was", Some(false)),
            ("He ", "were", Some(false)),
            ("They also ", "was", Some(false)),
            ("I ", "was", Some(true)),
            ("I ", "has", Some(false)),
            ("I ", "have", Some(true)),
            ("the men who ", "was", None),
            ("The Clippers ", "was", None),
            ("Police ", "was", Some(false)),
            ("There ", "was", None),
            ("a majority ", "were", None),
        ] {
            let mut found = Vec::new();
            tokens(text, &mut found);
            let got = agrees(text, &found, found.len(), verb);
            // "and" joins two: a singular before it tells nothing.
            let want = if text.contains(" and ") { None } else { want };
            assert_eq!(got, want, "{text}{verb}");
        }
    }

    #[test]
    fn a_noun_keeps_the_number_its_verb_has() {
        assert!(!suits_verb("officer", "officials", "was") && suits_verb("officer", "official", "was"));
        assert!(suits_verb("officers", "officials", "were") && suits_verb("folks", "people", "are"));
    }
}
