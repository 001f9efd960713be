//! Gender: which genders a phrase names. A restorer may drop one that a spinner put there, and never invents one.

use super::words::{find, folded, words};

/// Words that name men.
const MASCULINE: [&str; 103] = [
    "he",
    "him",
    "his",
    "himself",
    "man",
    "men",
    "boy",
    "boys",
    "guy",
    "guys",
    "dude",
    "dudes",
    "bloke",
    "blokes",
    "lad",
    "lads",
    "fellow",
    "fellows",
    "father",
    "fathers",
    "dad",
    "dads",
    "daddy",
    "papa",
    "son",
    "sons",
    "brother",
    "brothers",
    "bro",
    "husband",
    "husbands",
    "hubby",
    "king",
    "kings",
    "rex",
    "prince",
    "princes",
    "uncle",
    "uncles",
    "nephew",
    "nephews",
    "grandfather",
    "grandfathers",
    "grandpa",
    "granddad",
    "gramps",
    "gentleman",
    "gentlemen",
    "widower",
    "groom",
    "male",
    "males",
    "masculine",
    "antheral",
    "helium",
    "spokesman",
    "spokesmen",
    "chairman",
    "chairmen",
    "businessman",
    "businessmen",
    "congressman",
    "congressmen",
    "fireman",
    "firemen",
    "policeman",
    "policemen",
    "fisherman",
    "fishermen",
    "salesman",
    "salesmen",
    "craftsman",
    "craftsmen",
    "lawman",
    "lawmen",
    "serviceman",
    "servicemen",
    "sportsman",
    "sportsmen",
    "frontman",
    "anchorman",
    "cameraman",
    "cameramen",
    "statesman",
    "statesmen",
    "councilman",
    "councilmen",
    "assemblyman",
    "mailman",
    "workman",
    "workmen",
    "gunman",
    "gunmen",
    "waiter",
    "steward",
    "hes",
    "chap",
    "chaps",
    "daddies",
    "grandpas",
    "bros",
    "hubbies",
    "bachelor",
];

/// Words that name women; so does every word that ends in "woman" or "women".
const FEMININE: [&str; 62] = [
    "she",
    "her",
    "hers",
    "herself",
    "girl",
    "girls",
    "gal",
    "gals",
    "mother",
    "mothers",
    "mom",
    "moms",
    "mum",
    "mums",
    "mommy",
    "mummy",
    "mama",
    "daughter",
    "daughters",
    "sister",
    "sisters",
    "sis",
    "wife",
    "wives",
    "queen",
    "queens",
    "princess",
    "princesses",
    "actress",
    "actresses",
    "waitress",
    "waitresses",
    "hostess",
    "stewardess",
    "heroine",
    "heroines",
    "lady",
    "ladies",
    "aunt",
    "aunts",
    "niece",
    "nieces",
    "grandmother",
    "grandmothers",
    "grandma",
    "granny",
    "female",
    "females",
    "feminine",
    "pistillate",
    "bride",
    "brides",
    "widow",
    "widows",
    "lass",
    "missus",
    "auntie",
    "mommies",
    "grandmas",
    "sises",
    "sissy",
    "grannies",
];

/// Terms whose gender is a matter of form.
const TERMS: [&str; 1] = ["salesman problem"];

/// Endings by which a pronoun is contracted with a verb.
const CONTRACTED: [&str; 6] = ["'s", "'ll", "'d", "'ve", "'re", "'m"];

/// All words of the tables.
pub(super) fn table() -> impl Iterator<Item = &'static str> {
    MASCULINE.into_iter().chain(FEMININE)
}

/// Whether a phrase names men, and women.
///
/// ```
/// use unspin_core::meaning::gender::genders;
/// assert_eq!(genders("the spokeswoman"), (false, true));
/// assert_eq!(genders("he’s her"), (true, true));
/// ```
pub fn genders(phrase: &str) -> (bool, bool) {
    let folded = folded(phrase);
    let words = words(&folded);
    if TERMS.iter().any(|term| find(&words, term).is_some()) {
        return (false, false);
    }
    let stem =
        |word: &'_ str| word.len() - CONTRACTED.iter().find(|end| word.ends_with(*end)).map_or(0, |end| end.len());
    let any = |is: &dyn Fn(&str) -> bool| words.iter().any(|word| is(&word[..stem(word)]));
    let is_woman = |word: &str| word.ends_with("woman") || word.ends_with("women");
    (any(&|word| MASCULINE.contains(&word)), any(&|word| FEMININE.contains(&word) || is_woman(word)))
}

/// Whether a rewrite names no gender that the spun phrase does not; both at once are none.
///
/// ```
/// use unspin_core::meaning::gender::keeps;
/// assert!(keeps("guy", "man") && keeps("dad and mom", "parents") && keeps("parents", "mother and father"));
/// assert!(!keeps("spokesperson", "spokeswoman") && !keeps("spouse", "wife") && !keeps("the", "his"));
/// ```
pub fn keeps(spun: &str, original: &str) -> bool {
    match genders(original) {
        (false, false) | (true, true) => true,
        (is_masculine, _) => {
            let spun = genders(spun);
            if is_masculine { spun.0 } else { spun.1 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (spun, original, want) in [
            ("spokesperson", "spokesman", false),
            ("chairperson", "chairman", false),
            ("spokesman", "spokeswoman", false),
            ("actor", "actress", false),
            ("he", "she", false),
            ("they", "he", false),
            ("person", "man", false),
            ("men and women", "people", true),
            ("men and women", "men", true),
            ("helium", "he", true),
            ("he's", "he is", true),
            ("lady", "woman", true),
            ("sales rep issue", "salesman problem", true),
            ("human", "person", true),
        ] {
            assert_eq!(keeps(spun, original), want, "{spun} → {original}");
        }
    }
}
