//! The arcs of the lattice: what each unit, or two or three in a row, may have been.

use std::collections::HashMap;
use std::rc::Rc;

use unspin_core::language_model::TrigramModel;
use unspin_core::text::vocabulary::{NUMBER, POSSESSIVE, UNKNOWN, Vocabulary};

use super::confusions::{Fault, Faults};
use super::guard;
use super::lexicon::{Known, Usual};
use super::search::{Candidate, Reach, Search};
use super::shape::{COMMON, belongs_small, fold, is_camel, is_odd_capital, is_odd_case, may_stand, plain};
use super::units::{Gap, Unit};

/// Words of an arc, with a possessive.
pub const MAX_IDS: usize = 4;

/// A known word at least this rare, in nats, may be another one that was misread.
const SEARCHED: f32 = 8.0;
/// What a known word may be must be commoner than it by so much that this is left of the difference.
const KNOWN_SLACK: f32 = 3.0;
/// What an unknown string may be costs no more than the string itself and this.
const SLACK: f32 = 5.0;
/// A candidate that is likelier than the string itself by so many nats is good enough not to look further.
const GOOD: f32 = 4.0;
/// −log P(a word that no lexicon has | a word that the model does not know).
const NOVEL: f32 = 4.5;
/// A name is more often unknown than another word, by this many nats.
const NAME: f32 = 3.0;
/// −log P of a known word in odd capitals ("tHe").
const ODD_CASE: f32 = 7.0;
/// −log P of a name in small letters.
const SMALL_NAME: f32 = 6.0;
/// −log P of a capital where none belongs: the neighbours are written small.
const ODD_CAPITAL: f32 = 4.5;
/// −log P(read | printed) of a capital for a small letter that no table lists.
const CAPITAL: f32 = 8.0;
/// −log P(read | printed) of a gap within a word.
const SPACE: f32 = 6.5;
const LINE: f32 = 8.0;
const HYPHEN: f32 = 1.0;
const STRAY: f32 = 7.5;
/// The model's own surprise at a word it has not seen; here words beyond it have a rarity.
const SURPRISE: f32 = 14.0;

/// Rarity of a word that is made of another.
const DERIVED: f32 = 16.0;
/// What such words end and begin with.
const ENDINGS: [&str; 18] = [
    "s", "es", "ed", "d", "ing", "ings", "er", "ers", "ly", "ness", "less", "like", "ism", "ist", "al", "ally", "able",
    "ship",
];
const BEGINNINGS: [&str; 16] = [
    "un", "re", "non", "pre", "over", "under", "sub", "anti", "inter", "semi", "multi", "super", "micro", "hyper",
    "post", "mis",
];

/// What a unit is as it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// What the lexicon knows of it.
    pub known: Option<Known>,
    /// Never edited: numbers, addresses, initials.
    pub is_frozen: bool,
    /// −log P(it), whatever stands beside it.
    pub cost: f32,
    /// −log P(its capitals | the word): what the language model does not see.
    pub odd: f32,
}

/// Units `from..to` read as one string of words.
#[derive(Clone, Debug)]
pub struct Arc {
    /// First unit.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// Words for the language model.
    pub ids: [u32; MAX_IDS],
    /// How many.
    pub words: u8,
    /// log P(read | printed) and log P(word | class of unknown words), natural.
    pub log: f32,
    /// −log P(read | printed) alone.
    pub cost: f32,
    /// Rarity of the words, summed.
    pub rarity: f32,
    /// What happened to it.
    pub faults: Faults,
    /// What stands there instead; `None`: the text as it is.
    pub text: Option<String>,
}

/// What arcs are made with.
#[derive(Clone, Copy)]
pub struct Maker<'k> {
    /// Words and confusions.
    pub search: Search<'k>,
    /// Ids of words.
    pub vocabulary: &'k Vocabulary<'k>,
    /// What follows what.
    pub model: &'k TrigramModel<'k>,
}

/// Candidates by what was searched.
pub type Cache = HashMap<(String, Reach), Rc<[Candidate]>>;

impl Maker<'_> {
    /// What a unit is as it stands.
    pub fn standing(&self, text: &str, units: &[Unit], at: usize) -> Standing {
        let unit = &units[at];
        let word = &text[unit.start..unit.stem];
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_initial = word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase();
        if unit.is_opaque || is_initial || digits > letters && word != "1" || digits > 1 {
            return Standing { known: None, is_frozen: true, cost: 0.0, odd: 0.0 };
        }
        let mut folded = [0u8; 32];
        let mut known = None;
        if word.len() <= folded.len() {
            folded[..word.len()].copy_from_slice(word.as_bytes());
            folded[..word.len()].make_ascii_lowercase();
            known = self.search.lexicon.get(&folded[..word.len()]);
            if known.is_none() && !word.is_ascii() {
                known = self.search.lexicon.get(fold(word).as_bytes());
            }
        }
        if known.is_none() && self.is_derived(&folded[..word.len().min(32)]) {
            known = Some(Known { rarity: DERIVED, usual: Usual::Small });
        }
        let is_odd_case = is_odd_case(word) && !(known.is_some() && is_camel(word));
        let is_small = word.as_bytes()[0].is_ascii_lowercase();
        let odd = match known {
            Some(_) if is_odd_case => ODD_CASE,
            Some(known) if is_small && known.usual != Usual::Small && word.len() > 1 => SMALL_NAME,
            Some(known) if !is_small && known.usual == Usual::Small && is_odd_capital(text, units, at, known) => {
                ODD_CAPITAL
            }
            _ => 0.0,
        };
        let cost = match known {
            Some(known) => known.rarity + odd,
            None => {
                let capital = word.as_bytes()[0].is_ascii_uppercase() && letters == word.len();
                5.0 + NOVEL + self.search.lexicon.spelling_cost(word) - if capital { NAME } else { 0.0 }
            }
        };
        let is_frozen = known.is_none() && (self.is_accented(word) || self.is_numbered(word) || self.is_quoted(word));
        let known = known.filter(|known| !(is_odd_case || is_small && known.usual != Usual::Small && word.len() > 1));
        Standing { known, is_frozen, cost, odd }
    }

    /// Accents are part of names.
    fn is_accented(&self, word: &str) -> bool {
        let accents = word.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count();
        let plain: String = word.chars().map(plain).collect();
        let is_common = self.search.lexicon.get(plain.as_bytes()).is_some_and(|k| k.rarity < COMMON);
        let is_known = self.search.lexicon.get(fold(&plain).as_bytes()).is_some();
        let is_other_script = word.chars().map(super::shape::plain).any(|c| c.is_alphabetic() && !c.is_ascii());
        accents > 0 && !is_common && (is_known || is_other_script || word.starts_with(char::is_uppercase))
    }

    /// A word in quotation marks of another language, or with an accent for an apostrophe.
    fn is_quoted(&self, word: &str) -> bool {
        if word.contains('´') {
            return true;
        }
        let bare = word.trim_matches(['«', '»']);
        bare.len() < word.len() && self.search.lexicon.get(fold(bare).as_bytes()).is_some()
    }

    /// A word with the number of a note, or of a thing: "feature1".
    fn is_numbered(&self, word: &str) -> bool {
        let letters = word.trim_matches(|c: char| c.is_ascii_digit());
        letters.len() < word.len() && letters.len() > 2 && self.search.lexicon.get(fold(letters).as_bytes()).is_some()
    }

    /// Whether a word that the lexicon lacks is one of its words with a usual beginning or ending.
    fn is_derived(&self, word: &[u8]) -> bool {
        const STEM: usize = 5;
        let is_stem =
            |stem: &[u8]| stem.len() >= STEM && self.search.lexicon.get(stem).is_some_and(|k| k.usual == Usual::Small);
        let silent = |stem: &[u8]| is_stem(stem) || is_stem(&[stem, b"e"].concat());
        ENDINGS.iter().any(|ending| word.strip_suffix(ending.as_bytes()).is_some_and(silent))
            || BEGINNINGS.iter().any(|start| word.strip_prefix(start.as_bytes()).is_some_and(is_stem))
    }

    /// The arc of a unit as it stands.
    pub fn identity(&self, text: &str, unit: &Unit, at: usize, standing: &Standing) -> Arc {
        let word = &text[unit.start..unit.stem];
        let mut arc = Arc {
            from: at as u32,
            to: at as u32 + 1,
            ids: [UNKNOWN; MAX_IDS],
            words: 0,
            log: -standing.odd,
            cost: 0.0,
            rarity: standing.cost,
            faults: Faults::default(),
            text: None,
        };
        if word.as_bytes()[0].is_ascii_digit() && standing.is_frozen {
            self.append(&mut arc, NUMBER, 0.0);
        } else {
            self.append(&mut arc, self.id(&fold(word)), standing.cost - standing.odd);
        }
        if unit.stem < unit.end {
            self.append(&mut arc, POSSESSIVE, 0.0);
        }
        arc
    }

    fn id(&self, folded: &str) -> u32 {
        let word = if folded == "an" { "a" } else { folded };
        self.vocabulary.get(word).filter(|&id| (id as usize) < self.model.words()).unwrap_or(UNKNOWN)
    }

    /// Appends a word; of one that the model does not know, its share of all such words is part of the arc's log.
    fn append(&self, arc: &mut Arc, id: u32, rarity: f32) {
        if usize::from(arc.words) < MAX_IDS {
            arc.ids[usize::from(arc.words)] = id;
            arc.words += 1;
            if id == UNKNOWN {
                // The class of unknown words has a probability of its own.
                let class = -(self.model.unigram(UNKNOWN) + SURPRISE);
                arc.log += SURPRISE - (rarity - class).max(0.0);
            }
        }
    }

    /// Appends the arcs of what a unit alone may have been.
    pub fn propose(
        &self,
        text: &str,
        units: &[Unit],
        at: usize,
        standing: &Standing,
        cache: &mut Cache,
        out: &mut Vec<Arc>,
    ) {
        let word = &text[units[at].start..units[at].stem];
        if standing.is_frozen || word.len() > 60 {
            return;
        }
        let (reach, limit) = match standing.known {
            Some(known) if known.rarity < SEARCHED => {
                if standing.odd > 0.0 && known.usual == Usual::Small {
                    out.extend(self.uncapitalised(text, units, at, known));
                }
                return;
            }
            Some(known) => (Reach::OneCounted, known.rarity + standing.odd + KNOWN_SLACK),
            None => (Reach::CountedAndJoined, (standing.cost + SLACK).min(45.0)),
        };
        let mut found = self.find(word, reach, limit, cache);
        let is_good = found.first().is_some_and(|best| best.total() < standing.cost - GOOD);
        if !is_good && standing.known.is_none() && word.len() > 2 {
            let any = self.find(word, Reach::Any, limit, cache);
            let more = any.iter().filter(|a| found.iter().all(|f| f.text != a.text));
            found = found.iter().chain(more).cloned().collect();
        }
        let folded = fold(word);
        for candidate in found.iter().filter(|c| c.text != word) {
            let to = candidate.text.to_ascii_lowercase();
            let is_short = candidate.text.len() == 1 && candidate.text != "I" && candidate.text != "a";
            let is_refused = to == folded && standing.known.is_some() && standing.odd == 0.0
                || is_short
                || guard::changes_meaning(&folded, &to, standing.known.is_some())
                || guard::is_spelling(&folded, &to);
            if !is_refused {
                out.push(self.edit(text, units, at, at + 1, candidate, 0.0, Faults::default()));
            }
        }
    }

    /// A word without the capital that does not belong there.
    fn uncapitalised(&self, text: &str, units: &[Unit], at: usize, known: Known) -> Option<Arc> {
        let word = &text[units[at].start..units[at].stem];
        let (first, small) = (word.as_bytes()[0], fold(word));
        let listed =
            self.search.confusions.of(&[first]).iter().find(|c| c.length == 1 && c.printed[0] == small.as_bytes()[0]);
        let cost = listed.map_or(CAPITAL, |confusion| confusion.cost);
        let faults = Faults::one(Fault::Confused);
        let candidate = Candidate { text: small, words: vec![known], cost, faults };
        (word.len() > 1).then(|| self.edit(text, units, at, at + 1, &candidate, 0.0, Faults::default()))
    }

    /// Appends the arcs of what a unit and those after it may have been together.
    pub fn propose_joined(
        &self,
        text: &str,
        units: &[Unit],
        at: usize,
        standings: &[Standing],
        cache: &mut Cache,
        out: &mut Vec<Arc>,
    ) {
        let mut joined = text[units[at].start..units[at].stem].to_string();
        let mut cost = 0.0;
        for last in at + 1..(at + 3).min(units.len()) {
            let gap = units[last - 1].gap;
            let is_whole = units[last - 1].stem < units[last - 1].end;
            if !gap.may_join() || is_whole || standings[last - 1].is_frozen || standings[last].is_frozen {
                return;
            }
            let (first, second) = (&joined, &text[units[last].start..units[last].stem]);
            if gap == Gap::Hyphen && guard::keeps_hyphen(&fold(first), &fold(second)) {
                return;
            }
            joined.push_str(second);
            cost += match gap {
                Gap::Space => SPACE,
                Gap::Line => LINE,
                Gap::Hyphen => HYPHEN,
                _ => STRAY,
            };
            let parts = &standings[at..=last];
            let hyphens = units[at..last].iter().all(|u| u.gap == Gap::Hyphen);
            let all_known = parts.iter().all(|s| s.known.is_some_and(|k| k.rarity < 11.0));
            if joined.len() > 24 || joined.len() < 2 || all_known && !hyphens {
                continue;
            }
            let apart: f32 = parts.iter().map(|s| s.cost).sum();
            let known = self.search.lexicon.get(fold(&joined).as_bytes());
            let faults = if hyphens { Faults::default() } else { Faults::one(Fault::Split) };
            let limit = (apart + 2.0 - cost).min(19.0);
            // Pieces of a word are no words, or short ones.
            let is_piece = |s: &Standing, n: usize| {
                s.known.is_none_or(|k| k.rarity > 11.0) || units[at + n].stem - units[at + n].start <= 2
            };
            let is_broken =
                parts.iter().enumerate().all(|(n, s)| is_piece(s, n)) && parts.iter().any(|s| s.known.is_none());
            if limit < 3.0 {
                continue;
            }
            let found: Rc<[Candidate]> = match known {
                Some(known) if may_stand(known, &joined) => Rc::new([Candidate {
                    text: joined.clone(),
                    words: vec![known],
                    cost: 0.0,
                    faults: Faults::default(),
                }]),
                _ if is_broken && joined.len() >= 4 => self.find(&joined, Reach::Counted, limit, cache),
                _ => continue,
            };
            for candidate in found.iter().filter(|c| !guard::denies(&c.text.to_ascii_lowercase())) {
                out.push(self.edit(text, units, at, last + 1, candidate, cost, faults));
            }
        }
    }

    fn find(&self, word: &str, reach: Reach, limit: f32, cache: &mut Cache) -> Rc<[Candidate]> {
        let key = (word.to_string(), reach);
        if let Some(found) = cache.get(&key) {
            return found.clone();
        }
        let found: Rc<[Candidate]> = self.search.candidates(word, reach, limit).into();
        cache.insert(key, found.clone());
        found
    }

    #[allow(clippy::too_many_arguments)]
    fn edit(
        &self,
        text: &str,
        units: &[Unit],
        from: usize,
        to: usize,
        candidate: &Candidate,
        gap: f32,
        faults: Faults,
    ) -> Arc {
        let last = &units[to - 1];
        let mut arc = Arc {
            from: from as u32,
            to: to as u32,
            ids: [UNKNOWN; MAX_IDS],
            words: 0,
            log: -candidate.cost - gap,
            cost: candidate.cost + gap,
            rarity: candidate.words.iter().map(|w| w.rarity).sum(),
            faults: candidate.faults.and(faults),
            text: Some(format!("{}{}", candidate.text, &text[last.stem..last.end])),
        };
        let first = candidate.words[0];
        let is_capital = candidate.text.as_bytes()[0].is_ascii_uppercase() && candidate.text != "I";
        if is_capital && first.usual == Usual::Small && belongs_small(text, units, from, to, first) {
            arc.log -= ODD_CAPITAL;
        }
        for (word, known) in candidate.text.split(' ').zip(&candidate.words) {
            self.append(&mut arc, self.id(&fold(word)), known.rarity);
        }
        if last.stem < last.end {
            self.append(&mut arc, POSSESSIVE, 0.0);
        }
        arc
    }
}
