//! What this channel never does: turn a meaning round, or bring a spelling up to date.

/// Words of which one is never put for another, group by group: they differ by a letter and by the meaning.
const APART: [&[&str]; 4] = [
    &["he", "she", "him", "her", "his", "hers", "himself", "herself"],
    &["could", "would", "should", "might", "must", "may", "can", "will", "shall"],
    &["man", "men", "woman", "women", "male", "female", "son", "sons", "mr", "mrs", "ms", "brother", "sister"],
    &["north", "south", "east", "west", "northern", "southern", "eastern", "western"],
];

/// Words that deny.
const DENIALS: [&str; 12] =
    ["no", "not", "nor", "none", "never", "neither", "nothing", "nobody", "nowhere", "without", "cannot", "hardly"];

/// Beginnings that turn a word into its opposite.
const OPPOSITES: [&str; 9] = ["un", "in", "im", "ir", "il", "dis", "non", "mis", "anti"];

/// Whether a word denies.
pub fn denies(word: &str) -> bool {
    DENIALS.contains(&word) || word.ends_with("n't") || word.ends_with("n’t")
}

/// Whether a word writes a number: of two such words none is put for the other.
fn is_number(word: &str) -> bool {
    use unspin_core::text::number_words::{cardinal, decade, ordinal, scale};
    word == "dozen" || [cardinal, ordinal, decade, scale].iter().any(|value_of| value_of(word).is_some())
}

/// Whether putting `to` for `from`, both in small letters, would change what is said. Of a word that nobody knows
/// (`is_word` false) nothing is said yet.
pub fn changes_meaning(from: &str, to: &str, is_word: bool) -> bool {
    if from.bytes().any(|b| b.is_ascii_digit()) {
        // A number is no word, but for the shapes of "I" and "a".
        return from.bytes().filter(u8::is_ascii_digit).count() * 2 > from.len() && !matches!((from, to), ("1", "i"));
    }
    if !is_word {
        return false;
    }
    if denies(from) != denies(to) || denies(to) {
        return true;
    }
    if is_number(from) && is_number(to) {
        return true;
    }
    if APART.iter().any(|group| group.contains(&from) && group.contains(&to)) {
        return true;
    }
    let opposite = |long: &str, short: &str| {
        OPPOSITES.iter().any(|prefix| long.strip_prefix(prefix).is_some_and(|rest| rest == short))
            || ["less", "ful"].iter().any(|ending| long.strip_suffix(ending) == Some(short))
    };
    opposite(from, to) || opposite(to, from)
}

/// Whether two words differ only as spellings of one word do, of a place or of a time: "shew" and "show", "connexion"
/// and "connection", "publick", "honor", "travelled".
pub fn is_spelling(from: &str, to: &str) -> bool {
    from != to && (key(from) == key(to) || key(&modern(from)) == key(to) || is_elided(from, to))
}

/// Whether a word is another without the "e" of its ending: "adorn'd", "adorned".
fn is_elided(from: &str, to: &str) -> bool {
    let stem = from.strip_suffix("'d").or_else(|| from.strip_suffix("’d"));
    stem.zip(to.strip_suffix("ed")).is_some_and(|(old, new)| old == new || old.strip_suffix('e') == Some(new))
}

/// A word as it is written since "i" and "j", "u" and "v" are letters of their own: "iustice", "vpon", "haue".
pub(super) fn modern(word: &str) -> String {
    let is_vowel = |b: Option<&u8>| b.is_some_and(|b| b"aeiou".contains(b));
    let bytes = word.as_bytes();
    let letter = |(at, c): (usize, char)| match c {
        'i' if at == 0 && is_vowel(bytes.get(1)) => 'j',
        'v' if at == 0 && !is_vowel(bytes.get(1)) => 'u',
        'u' if at > 0 && is_vowel(bytes.get(at - 1)) && is_vowel(bytes.get(at + 1)) => 'v',
        _ => c,
    };
    word.char_indices().map(letter).collect()
}

/// Whether two words differ in nothing but `f` read for the long `s`: that is a matter of type, and not of this channel.
pub fn is_long_s(from: &str, to: &str) -> bool {
    let is_long = |(a, b): (u8, u8)| a == b || (a, b) == (b'f', b's');
    from != to && from.len() == to.len() && from.bytes().zip(to.bytes()).all(is_long)
}

/// What the spellings of a word have in common.
fn key(word: &str) -> String {
    let mut key = word.to_ascii_lowercase();
    const SAME: [(&str, &str); 16] = [
        ("xion", "ction"),
        ("ough", "o"),
        ("ck", "c"),
        ("ic", "ic"),
        ("ph", "f"),
        ("ae", "e"),
        ("oe", "e"),
        ("our", "or"),
        ("ou", "o"),
        ("que", "k"),
        ("sch", "sh"),
        ("ys", "is"),
        ("yz", "is"),
        ("z", "s"),
        ("ce", "se"),
        ("gg", "g"),
    ];
    for (one, other) in SAME {
        key = key.replace(one, other);
    }
    for (ending, other) in
        [("ew", "ow"), ("ewed", "owed"), ("ewn", "own"), ("ewing", "owing"), ("re", "er"), ("ll", "l")]
    {
        if let Some(stem) = key.strip_suffix(ending).filter(|stem| stem.len() > 1) {
            key = format!("{stem}{other}");
        }
    }
    let mut out = String::new();
    for c in key.chars() {
        let c = match c {
            'y' => 'i',
            c => c,
        };
        // One letter or two of those that English is undecided about.
        if !(matches!(c, 'l' | 't' | 'p') && out.ends_with(c)) {
            out.push(c);
        }
    }
    let out = out.trim_end_matches('e');
    out.strip_suffix("ie").or(out.strip_suffix('i')).map_or_else(|| out.to_string(), |stem| format!("{stem}i"))
}

/// Whether a hyphen at the end of a line belongs to the word: "to-day" is not modern enough to lose it, and after
/// "re" or "half" it goes only if the word without it is a usual one.
pub fn keeps_hyphen(first: &str, second: &str, is_usual: bool) -> bool {
    matches!((first, second), ("to", "day" | "night" | "morrow" | "wards"))
        || !is_usual
            && matches!(
                first,
                "co" | "re" | "pre" | "ex" | "non" | "self" | "any" | "some" | "every" | "half" | "well" | "mid"
            )
}

/// Words that English is full of and other languages are not.
const ENGLISH: [&str; 28] = [
    "and", "are", "as", "at", "be", "but", "by", "for", "from", "had", "has", "have", "he", "his", "is", "it", "of",
    "on", "that", "the", "their", "they", "this", "to", "was", "were", "which", "with",
];

/// Words that other languages are full of and English is not.
const OTHER: [&str; 48] = [
    "af", "att", "auf", "com", "dans", "das", "dei", "del", "dem", "den", "der", "des", "det", "di", "die", "een",
    "ein", "el", "est", "et", "het", "il", "ist", "la", "las", "le", "les", "los", "mit", "na", "nicht", "och", "para",
    "per", "por", "pour", "quam", "que", "qui", "se", "som", "sunt", "und", "una", "une", "van", "von", "voor",
];

/// Letters of a word that tells a language by being known.
const TELLING: usize = 4;

/// Whether words are English, also when most of them are damaged: one in twenty is a common one. In a list of names or
/// goods, or in text that hardly a word is left of, two in five of the longer words are known, and not one in twenty is
/// common in another language: of French and Spanish news some 35 to 40 in a hundred are known, of German and Dutch 21.
pub fn is_english<'w>(words: impl Iterator<Item = &'w str> + Clone, is_known: impl Fn(&str) -> bool) -> bool {
    let all = words.clone().count();
    let count = |list: &[&str]| {
        words.clone().filter(|word| word.len() <= 5 && list.iter().any(|e| word.eq_ignore_ascii_case(e))).count()
    };
    if count(&ENGLISH) * 20 >= all {
        return true;
    }
    let is_other = count(&OTHER) * 20 >= all;
    let long = words.filter(|word| word.len() >= TELLING && word.bytes().all(|b| b.is_ascii_alphabetic()));
    let (long, known) = long.fold((0, 0), |(long, known), word| (long + 1, known + usize::from(is_known(word))));
    !is_other && known * 5 >= long * 2 && long > 0
}

/// Words of print before about 1800: old spellings, and `f` where a long `s` stood.
const EARLY: [&str; 51] = [
    "alfo",
    "againft",
    "anfwer",
    "beft",
    "caufe",
    "doth",
    "euen",
    "euer",
    "euery",
    "faid",
    "feem",
    "fhall",
    "fhe",
    "fhould",
    "fince",
    "firft",
    "fome",
    "fometimes",
    "foon",
    "fuch",
    "giue",
    "hath",
    "haue",
    "hee",
    "himfelf",
    "houfe",
    "itfelf",
    "juft",
    "laft",
    "leaft",
    "loue",
    "moft",
    "muft",
    "onely",
    "ouer",
    "owne",
    "perfon",
    "perfons",
    "pleafe",
    "prefent",
    "reafon",
    "selfe",
    "shee",
    "thefe",
    "themfelves",
    "thofe",
    "ufe",
    "ufed",
    "vnder",
    "vnto",
    "vpon",
];

/// Whether words are those of an early print, whose spelling no lexicon of today judges: one in eighty is such, of four at least.
pub fn is_early<'w>(words: impl Iterator<Item = &'w str>) -> bool {
    let (mut all, mut early, mut seen) = (0usize, 0usize, 0u64);
    for word in words {
        all += 1;
        let old =
            (2..=10).contains(&word.len()).then(|| EARLY.iter().position(|e| word.eq_ignore_ascii_case(e))).flatten();
        seen |= old.map_or(0, |n| 1 << n);
        early += usize::from(old.is_some() || word.contains('ſ'));
    }
    (seen.count_ones() >= 4 || seen == 0 && early >= 3) && early * 80 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meaning_is_kept() {
        for (from, to) in [
            ("not", "now"),
            ("now", "not"),
            ("could", "would"),
            ("he", "she"),
            ("six", "ten"),
            ("net", "not"),
            ("likely", "unlikely"),
            ("unable", "able"),
            ("1842", "isis"),
            ("can't", "cant"),
            ("million", "billion"),
            ("nor", "for"),
            ("regard", "regardless"),
        ] {
            assert!(changes_meaning(from, to, true), "{from} {to}");
        }
        for (from, to) in [("arc", "are"), ("hut", "but"), ("lie", "he"), ("1", "i"), ("wns", "was"), ("t1e", "the")] {
            assert!(!changes_meaning(from, to, true), "{from} {to}");
        }
        assert!(!changes_meaning("nol", "not", false));
    }

    #[test]
    fn lists_are_english_by_what_is_known() {
        const KNOWN: [&str; 8] = ["captain", "frederick", "george", "heat", "john", "scratch", "stanley", "william"];
        let is_known = |word: &str| KNOWN.contains(&word.to_ascii_lowercase().as_str());
        for (text, english) in [
            ("he was at the foot of it with his dogs", true),
            ("Captain Stanley Ourles George ilacDonald Frederick Titian eil William Thomnson", true),
            ("Heat scratch Meadham John Forbes", true),
            ("Frederick und George gingen mit dem Captain nach Hause und aßen", false),
            ("Gallia omnis divisa partes tres quarum unam incolunt Belgae", false),
            ("7 5 a 12 b", false),
        ] {
            assert_eq!(is_english(text.split(' '), is_known), english, "{text}");
        }
    }

    #[test]
    fn hyphens_of_words_are_kept() {
        assert!(keeps_hyphen("to", "day", true) && keeps_hyphen("re", "elected", false));
        assert!(!keeps_hyphen("re", "solved", true) && !keeps_hyphen("minis", "ter", false));
    }

    #[test]
    fn the_long_s_is_left() {
        assert!(is_long_s("alfo", "also") && is_long_s("confeffion", "confession"));
        assert!(!is_long_s("alfo", "alfo") && !is_long_s("foft", "lost") && !is_long_s("also", "alfo"));
    }

    #[test]
    fn spelling_is_kept() {
        for (one, other) in [
            ("shew", "show"),
            ("connexion", "connection"),
            ("publick", "public"),
            ("honour", "honor"),
            ("travelled", "traveled"),
            ("organise", "organize"),
            ("centre", "center"),
            ("waggon", "wagon"),
            ("shewn", "shown"),
            ("owne", "own"),
            ("haue", "have"),
            ("surprize", "surprise"),
            ("cyder", "cider"),
            ("expence", "expense"),
            ("mediaeval", "medieval"),
            ("selfe", "self"),
            ("bee", "be"),
            ("colour", "color"),
            ("beautie", "beauty"),
            ("adorn'd", "adorned"),
        ] {
            assert!(is_spelling(one, other), "{one} {} {other} {}", key(one), key(other));
        }
        for (one, other) in [("tlie", "the"), ("arc", "are"), ("wns", "was"), ("modem", "modern"), ("aud", "and")] {
            assert!(!is_spelling(one, other), "{one} {other}");
        }
    }
}
