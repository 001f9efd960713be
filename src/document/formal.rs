//! Formal diction: the words of whoever writes "residence" for "home" throughout.
//!
//! Spinners write these words for plain ones, and so do clerks, constables, novelists of old and who learnt English from
//! them. That a text has one of them makes the next one likely, spun or not: together they say little more than the
//! first (`repeats.rs`).

/// Beginnings of formal words, sorted; what follows is an ending.
#[rustfmt::skip]
const STEMS: &[&str] = &[
    "abandon", "abilit", "abode", "abstain", "abundan", "acced", "accommod", "accompan", "accompli", "accordan",
    "accordin", "acquaint", "acquir", "additionally", "adequate", "adher", "adjourn", "admonish", "advantag",
    "affirm", "affluen", "aforesai", "aged", "aggriev", "aided", "aiding", "alight", "alleg", "amend", "ample",
    "amply", "anticipa", "antiq", "apparel", "applican", "apprehen", "appris", "approxim", "arduous", "ascend",
    "ascertai", "aspir", "assembl", "assist", "assur", "astonish", "attain", "attir", "avail", "avoidanc", "await",
    "behold", "beneath", "bequeath", "bestow", "beverage", "brethren", "capabl", "cautious", "ceas", "chamber",
    "circumst", "clarif", "cleans", "coincid", "commenc", "communic", "companio", "comparab", "compel", "compensa",
    "competen", "compil", "compos", "comprehe", "compris", "conceal", "conced", "concerni", "conclu", "condemn",
    "conduct", "confer", "confess", "confin", "congrega", "consecut", "consent", "conseque", "consider", "consist",
    "constitu", "consult", "contempl", "contend", "convers", "convey", "cordial", "correspo", "courteou", "customar",
    "deceas", "declin", "deem", "deficien", "delight", "demis", "demonstr", "denot", "departed", "departin",
    "departs", "departur", "deposit", "deriv", "descend", "desire", "desirous", "desist", "despatch", "destin",
    "detain", "determin", "detrimen", "devot", "diminish", "discern", "disclos", "disconti", "discover", "discreet",
    "dispatch", "dispos", "distingu", "distribu", "divulg", "domestic", "domicil", "donat", "duplicat", "durat",
    "dwell", "earnest", "edific", "elat", "elderly", "elevat", "eliminat", "elucidat", "embark", "employ", "enabl",
    "enclos", "encounte", "endeavo", "enlarg", "enquir", "ensu", "entire", "entitl", "entreat", "envisag", "equip",
    "erect", "erron", "esteem", "evident", "examin", "exceed", "exclud", "exempt", "exhibit", "exit", "expedit",
    "expend", "expens", "expir", "explicit", "extingui", "extremit", "fabricat", "facilita", "feasibl", "forbear",
    "forefath", "forego", "forthcom", "forthwit", "frequent", "fulfil", "fundamen", "furnish", "garment", "gather",
    "gentlem", "genuin", "glean", "gratif", "gratuit", "habitu", "hasten", "hencefor", "hitherto", "illumina",
    "imbib", "impart", "imped", "impend", "inclin", "incumben", "incur", "indispos", "induc", "infant", "infer",
    "informed", "informs", "inhabit", "initial", "initiat", "inquir", "inspect", "instruct", "insuffic", "intend",
    "interrog", "intimat", "journey", "judiciou", "kindly", "lament", "latter", "leisure", "liabl", "likewise",
    "locat", "lodg", "magnitud", "majorit", "malad", "manifest", "mariner", "melancho", "merit", "miscella", "modif",
    "moreover", "multitud", "narrat", "necessit", "neglect", "negligen", "neverthe", "nonethel", "numerous", "oblig",
    "observ", "obsolete", "obtain", "occasion", "occup", "occur", "offsprin", "omit", "ought", "outlay", "partak",
    "particulars", "peculiar", "perceiv", "peril", "permit", "persist", "personne", "persons", "pertain", "perus",
    "physicia", "ponder", "populace", "portion", "posses", "preced", "premis", "prescrib", "present", "preserv",
    "presum", "prevail", "previous", "principa", "prior", "procedur", "proceed", "proclaim", "procur", "profess",
    "profound", "prohibit", "prolong", "propriet", "prosecut", "prosper", "provisio", "prudent", "purchas", "pursu",
    "quantit", "query", "recollec", "rectif", "refrain", "regain", "regard", "reimburs", "reiterat", "rejoic",
    "reliabl", "reliance", "relinqui", "remainde", "remark", "remed", "remit", "remunera", "render", "renown",
    "repos", "reput", "request", "requir", "resid", "resolv", "respond", "resum", "retain", "safeguar", "satisfac",
    "scarce", "scrutin", "seldom", "shall", "shortly", "signif", "situated", "slumber", "solicit", "solitar",
    "specif", "spouse", "strive", "stroll", "subscri", "subseque", "substant", "suffice", "sufficie", "suitabl",
    "summon", "superflu", "superior", "supervis", "suppleme", "surmis", "surplus", "sustain", "swift", "terminat",
    "testif", "thereaft", "thereby", "thereof", "tidings", "tolerat", "torment", "tranquil", "transact", "transmit",
    "transpir", "ultimate", "unable", "unaccust", "undertak", "undertoo", "unto", "upon", "utili", "utter", "vacate",
    "vanish", "vehicl", "ventur", "verbal", "vessel", "vicinit", "weary", "whence", "whereas", "whereby", "wherefor",
    "wherein", "whilst", "worthy", "yield", "youth",
];

/// The longest ending, in bytes: that of "necessit-ated".
const MAX_ENDING: usize = 5;

/// Whether one of the folded words of a phrase is of formal diction: "utilised the chance".
pub(super) fn is_formal<'w>(mut phrase: impl Iterator<Item = &'w str>) -> bool {
    phrase.any(is_formal_word)
}

fn is_formal_word(word: &str) -> bool {
    let after = STEMS.partition_point(|stem| *stem <= word);
    // A stem that begins the word sorts before it, and no stem begins another.
    let stem = after.checked_sub(1).map(|at| STEMS[at]);
    stem.and_then(|stem| word.strip_prefix(stem)).is_some_and(|ending| ending.len() <= MAX_ENDING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_sorted_and_none_begins_another() {
        let out_of_place = STEMS.windows(2).find(|pair| pair[0] >= pair[1] || pair[1].starts_with(pair[0]));
        assert_eq!(out_of_place, None);
    }

    #[test]
    fn formal_words_are_told_by_their_beginning() {
        let is = |phrase: &str| is_formal(phrase.split(' '));
        let formal = ["residence", "commenced", "utilised", "utilized", "prior to", "subsequently", "necessitated"];
        assert!(formal.iter().all(|phrase| is(phrase)));
        let plain = ["", "a", "home", "began", "used", "zebra", "folks", "stated", "aide", "used the home"];
        assert!(!plain.iter().any(|phrase| is(phrase)));
    }
}
