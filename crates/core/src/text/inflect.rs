//! English inflection: the forms of a noun, a verb or an adjective from its base form.
//!
//! The dictionary compiler writes a family once and expands it here; nothing else conjugates.

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

/// Verbs whose past or participle follows no rule: base, past, participle.
const IRREGULAR_VERBS: &[(&str, &str, &str)] = &[
    ("arise", "arose", "arisen"),
    ("awake", "awoke", "awoken"),
    ("be", "was", "been"),
    ("bear", "bore", "borne"),
    ("beat", "beat", "beaten"),
    ("become", "became", "become"),
    ("befall", "befell", "befallen"),
    ("begin", "began", "begun"),
    ("bend", "bent", "bent"),
    ("bet", "bet", "bet"),
    ("bid", "bid", "bid"),
    ("bind", "bound", "bound"),
    ("bite", "bit", "bitten"),
    ("bleed", "bled", "bled"),
    ("blow", "blew", "blown"),
    ("break", "broke", "broken"),
    ("breed", "bred", "bred"),
    ("bring", "brought", "brought"),
    ("broadcast", "broadcast", "broadcast"),
    ("build", "built", "built"),
    ("burst", "burst", "burst"),
    ("buy", "bought", "bought"),
    ("cast", "cast", "cast"),
    ("catch", "caught", "caught"),
    ("choose", "chose", "chosen"),
    ("cling", "clung", "clung"),
    ("come", "came", "come"),
    ("cost", "cost", "cost"),
    ("creep", "crept", "crept"),
    ("cut", "cut", "cut"),
    ("deal", "dealt", "dealt"),
    ("dig", "dug", "dug"),
    ("do", "did", "done"),
    ("draw", "drew", "drawn"),
    ("drink", "drank", "drunk"),
    ("drive", "drove", "driven"),
    ("dwell", "dwelt", "dwelt"),
    ("eat", "ate", "eaten"),
    ("fall", "fell", "fallen"),
    ("feed", "fed", "fed"),
    ("feel", "felt", "felt"),
    ("fight", "fought", "fought"),
    ("find", "found", "found"),
    ("flee", "fled", "fled"),
    ("fling", "flung", "flung"),
    ("fly", "flew", "flown"),
    ("forbid", "forbade", "forbidden"),
    ("forecast", "forecast", "forecast"),
    ("foresee", "foresaw", "foreseen"),
    ("forget", "forgot", "forgotten"),
    ("forgive", "forgave", "forgiven"),
    ("freeze", "froze", "frozen"),
    ("get", "got", "gotten"),
    ("give", "gave", "given"),
    ("go", "went", "gone"),
    ("grind", "ground", "ground"),
    ("grow", "grew", "grown"),
    ("hang", "hung", "hung"),
    ("have", "had", "had"),
    ("hear", "heard", "heard"),
    ("hide", "hid", "hidden"),
    ("hit", "hit", "hit"),
    ("hold", "held", "held"),
    ("hurt", "hurt", "hurt"),
    ("keep", "kept", "kept"),
    ("kneel", "knelt", "knelt"),
    ("know", "knew", "known"),
    ("lay", "laid", "laid"),
    ("lead", "led", "led"),
    ("leap", "leapt", "leapt"),
    ("leave", "left", "left"),
    ("lend", "lent", "lent"),
    ("let", "let", "let"),
    ("lie", "lay", "lain"),
    ("light", "lit", "lit"),
    ("lose", "lost", "lost"),
    ("make", "made", "made"),
    ("mean", "meant", "meant"),
    ("meet", "met", "met"),
    ("mislead", "misled", "misled"),
    ("mistake", "mistook", "mistaken"),
    ("offset", "offset", "offset"),
    ("outdo", "outdid", "outdone"),
    ("overcome", "overcame", "overcome"),
    ("oversee", "oversaw", "overseen"),
    ("overtake", "overtook", "overtaken"),
    ("overthrow", "overthrew", "overthrown"),
    ("pay", "paid", "paid"),
    ("prove", "proved", "proven"),
    ("put", "put", "put"),
    ("quit", "quit", "quit"),
    ("read", "read", "read"),
    ("rebuild", "rebuilt", "rebuilt"),
    ("repay", "repaid", "repaid"),
    ("reset", "reset", "reset"),
    ("retake", "retook", "retaken"),
    ("rewrite", "rewrote", "rewritten"),
    ("rid", "rid", "rid"),
    ("ride", "rode", "ridden"),
    ("ring", "rang", "rung"),
    ("rise", "rose", "risen"),
    ("run", "ran", "run"),
    ("say", "said", "said"),
    ("see", "saw", "seen"),
    ("seek", "sought", "sought"),
    ("sell", "sold", "sold"),
    ("send", "sent", "sent"),
    ("set", "set", "set"),
    ("shake", "shook", "shaken"),
    ("shed", "shed", "shed"),
    ("shine", "shone", "shone"),
    ("shoot", "shot", "shot"),
    ("show", "showed", "shown"),
    ("shrink", "shrank", "shrunk"),
    ("shut", "shut", "shut"),
    ("sing", "sang", "sung"),
    ("sink", "sank", "sunk"),
    ("sit", "sat", "sat"),
    ("slay", "slew", "slain"),
    ("sleep", "slept", "slept"),
    ("slide", "slid", "slid"),
    ("speak", "spoke", "spoken"),
    ("speed", "sped", "sped"),
    ("spend", "spent", "spent"),
    ("spin", "spun", "spun"),
    ("split", "split", "split"),
    ("spread", "spread", "spread"),
    ("spring", "sprang", "sprung"),
    ("stand", "stood", "stood"),
    ("steal", "stole", "stolen"),
    ("stick", "stuck", "stuck"),
    ("sting", "stung", "stung"),
    ("strike", "struck", "struck"),
    ("strive", "strove", "striven"),
    ("swear", "swore", "sworn"),
    ("sweep", "swept", "swept"),
    ("swell", "swelled", "swollen"),
    ("swim", "swam", "swum"),
    ("swing", "swung", "swung"),
    ("take", "took", "taken"),
    ("teach", "taught", "taught"),
    ("tear", "tore", "torn"),
    ("tell", "told", "told"),
    ("think", "thought", "thought"),
    ("throw", "threw", "thrown"),
    ("thrust", "thrust", "thrust"),
    ("undergo", "underwent", "undergone"),
    ("undertake", "undertook", "undertaken"),
    ("understand", "understood", "understood"),
    ("undo", "undid", "undone"),
    ("uphold", "upheld", "upheld"),
    ("upset", "upset", "upset"),
    ("wake", "woke", "woken"),
    ("wear", "wore", "worn"),
    ("weave", "wove", "woven"),
    ("weep", "wept", "wept"),
    ("win", "won", "won"),
    ("wind", "wound", "wound"),
    ("withdraw", "withdrew", "withdrawn"),
    ("withhold", "withheld", "withheld"),
    ("withstand", "withstood", "withstood"),
    ("write", "wrote", "written"),
];

/// Nouns whose plural follows no rule.
const IRREGULAR_NOUNS: &[(&str, &str)] = &[
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("person", "people"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("goose", "geese"),
    ("mouse", "mice"),
    ("life", "lives"),
    ("wife", "wives"),
    ("knife", "knives"),
    ("half", "halves"),
    ("leaf", "leaves"),
    ("wolf", "wolves"),
    ("shelf", "shelves"),
    ("thief", "thieves"),
    ("self", "selves"),
    ("loaf", "loaves"),
    ("calf", "calves"),
    ("crisis", "crises"),
    ("analysis", "analyses"),
    ("basis", "bases"),
    ("thesis", "theses"),
    ("hypothesis", "hypotheses"),
    ("diagnosis", "diagnoses"),
    ("phenomenon", "phenomena"),
    ("criterion", "criteria"),
    ("series", "series"),
    ("species", "species"),
    ("aircraft", "aircraft"),
    ("spacecraft", "spacecraft"),
    ("sheep", "sheep"),
    ("fish", "fish"),
    ("deer", "deer"),
    ("police", "police"),
    ("staff", "staff"),
    ("personnel", "personnel"),
    ("people", "people"),
    ("folks", "folks"),
    ("proceeds", "proceeds"),
    ("headquarters", "headquarters"),
    ("means", "means"),
    ("echo", "echoes"),
    ("hero", "heroes"),
    ("potato", "potatoes"),
    ("tomato", "tomatoes"),
    ("veto", "vetoes"),
    ("torpedo", "torpedoes"),
    ("cargo", "cargoes"),
    ("stimulus", "stimuli"),
    ("cactus", "cacti"),
    ("bacterium", "bacteria"),
    ("spokesman", "spokesmen"),
    ("spokeswoman", "spokeswomen"),
    ("gentleman", "gentlemen"),
    ("lawman", "lawmen"),
    ("data", "data"),
    ("information", "information"),
    ("equipment", "equipment"),
    ("software", "software"),
    ("hardware", "hardware"),
    ("merchandise", "merchandise"),
    ("money", "money"),
    ("cash", "cash"),
    ("news", "news"),
    ("advice", "advice"),
    ("furniture", "furniture"),
    ("luggage", "luggage"),
    ("research", "research"),
    ("knowledge", "knowledge"),
    ("evidence", "evidence"),
    ("guys", "guys"),
    ("earnings", "earnings"),
    ("funds", "funds"),
    ("authorities", "authorities"),
];

/// Verbs of more than one syllable that double their last letter ("commit", "committed").
const DOUBLING: &[&str] = &[
    "abet", "abhor", "acquit", "admit", "allot", "begin", "commit", "compel", "concur", "confer", "control", "defer",
    "deter", "emit", "equip", "excel", "expel", "forget", "forbid", "handicap", "impel", "incur", "infer", "inter",
    "kidnap", "occur", "omit", "patrol", "permit", "prefer", "program", "propel", "rebel", "rebut", "recur", "refer",
    "regret", "remit", "repel", "submit", "transfer", "transmit", "unplug", "upset",
];

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
