//! The arcs of the lattice: what each unit may have been.

use std::collections::HashMap;
use std::rc::Rc;

use unspin_core::language_model::TrigramModel;
use unspin_core::text::vocabulary::{NUMBER, POSSESSIVE, UNKNOWN, Vocabulary};

use super::candidate::{Candidate, Used};
use super::guard;
use super::search::{Reach, Scratch, Search};
use super::shape::{belongs_small, fold, odd_capital};
use super::units::{Gap, Standing, Unit};
use unspin_core::ocr::confusions::{Fault, Faults};
use unspin_core::ocr::lexicon::{Known, Usual};

/// Words of an arc, with a possessive.
pub const MAX_IDS: usize = 4;

/// A known word at least this rare, in nats, may be another one that was misread.
const SEARCHED: f32 = 8.0;
/// And so it is in damaged text.
const SEARCHED_BOLDLY: f32 = 4.5;
/// What a known word may be must be commoner than it by so much that this is left of the difference.
const KNOWN_SLACK: f32 = 3.0;
/// In damaged text it may be rarer than it by so much, in nats. With 3 the error reduction on overproof2 is 0.003 less.
const KNOWN_SLACK_BOLDLY: f32 = 5.0;
/// What an unknown string may be costs no more than the string itself and this.
const SLACK: f32 = 5.0;
/// A candidate that is likelier than the string itself by so many nats is good enough not to look further.
const GOOD: f32 = 4.0;
/// −log P(read | printed) of a capital for a small letter that no table lists.
const CAPITAL: f32 = 8.0;
/// A word with a capital is parted only if the first part is a common word ("Themen"): names look joined ("Trustdata").
const COMMON_FIRST: f32 = 8.0;
/// In damaged text a word rarer than this may have more than one fault, as a string that nobody knows.
const RARE: f32 = 12.5;
/// The model's own surprise at a word it has not seen; here words beyond it have a rarity.
const SURPRISE: f32 = 14.0;

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
    /// And which counted confusions.
    pub used: Used,
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
    /// Whether the text is known to be damaged: then more is taken for damage.
    pub is_bold: bool,
    /// Whether a space may stand within a word.
    pub joins_spaces: bool,
}

/// What was searched and how far, and what was found.
type Searched = (Reach, u32, usize, Rc<[Candidate]>);
/// The patience of a walk that came to its end: more of it finds nothing more.
const DONE: usize = usize::MAX;

/// Candidates by what was searched, over all readings of a text.
#[derive(Debug, Default)]
pub struct Cache {
    found: HashMap<Box<str>, Vec<Searched>>,
    scratch: Scratch,
}

impl Maker<'_> {
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
            used: Used::default(),
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
        if standing.is_frozen || is_prefix(&units[at]) || word.len() > 60 || self.is_cut(text, units, at) {
            return;
        }
        let (reach, limit) = match standing.known {
            Some(known) if known.rarity < if self.is_bold { SEARCHED_BOLDLY } else { SEARCHED } => {
                if standing.odd > 0.0 && known.usual == Usual::Small {
                    out.extend(self.uncapitalised(text, units, at, known));
                }
                return;
            }
            Some(known) => {
                if standing.odd > 0.0 && known.usual == Usual::Small {
                    out.extend(self.uncapitalised(text, units, at, known));
                }
                let is_rare = self.is_bold && known.rarity > RARE && word.len() > 3;
                let reach = if is_rare { Reach::Counted } else { Reach::OneCounted };
                (reach, known.rarity + standing.odd + if self.is_bold { KNOWN_SLACK_BOLDLY } else { KNOWN_SLACK })
            }
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
            let is_name = word.starts_with(char::is_uppercase);
            let is_parted = is_name && candidate.words.len() > 1 && candidate.words[0].rarity > COMMON_FIRST;
            let is_refused = is_parted
                || to == folded && standing.known.is_some() && standing.odd == 0.0
                || is_short
                || guard::changes_meaning(&folded, &to, standing.known.is_some())
                || guard::is_spelling(&folded, &to)
                || guard::is_long_s(&folded, &to);
            if !is_refused {
                out.push(self.edit(text, units, at, at + 1, candidate, 0.0, Faults::default()));
            }
        }
    }

    /// Whether a unit is the first or the last piece of a word that a line end cut, hyphen and all, or that is left
    /// in two: then it is no word.
    fn is_cut(&self, text: &str, units: &[Unit], at: usize) -> bool {
        let is_whole = |from: usize| {
            let Some([first, second]) = units.get(from..from + 2) else { return false };
            let whole = fold(&[&text[first.start..first.end], &text[second.start..second.stem]].concat());
            let is_left = first.gap == Gap::Space && !self.joins_spaces;
            (first.gap == Gap::Hyphen || is_left) && self.search.lexicon.get(whole.as_bytes()).is_some()
        };
        is_whole(at) || at > 0 && is_whole(at - 1)
    }

    /// A word without the capital that does not belong there.
    fn uncapitalised(&self, text: &str, units: &[Unit], at: usize, known: Known) -> Option<Arc> {
        let word = &text[units[at].start..units[at].stem];
        let (first, small) = (word.as_bytes()[0], fold(word));
        let listed =
            self.search.confusions.of(&[first]).iter().find(|c| c.length == 1 && c.printed[0] == small.as_bytes()[0]);
        let cost = listed.map_or(CAPITAL, |confusion| confusion.cost);
        let faults = Faults::one(Fault::Confused);
        let mut used = Used::default();
        used[0] = listed.map_or(0, |confusion| confusion.number);
        let candidate = Candidate { text: small, words: vec![known], cost, faults, used };
        (word.len() > 1).then(|| self.edit(text, units, at, at + 1, &candidate, 0.0, Faults::default()))
    }

    pub(super) fn find(&self, word: &str, reach: Reach, limit: f32, cache: &mut Cache) -> Rc<[Candidate]> {
        let key = limit.to_bits();
        let known = cache.found.get(word).map_or(&[][..], |searched| searched);
        let patience = self.search.patience;
        if let Some((.., found)) =
            known.iter().find(|(r, l, p, _)| (*r, *l) == (reach, key) && (*p == patience || *p == DONE))
        {
            return found.clone();
        }
        cache.scratch.is_exhausted = false;
        let found: Rc<[Candidate]> = self.search.candidates(word, reach, limit, &mut cache.scratch).into();
        let patience = if cache.scratch.is_exhausted { patience } else { DONE };
        cache.found.entry(word.into()).or_default().push((reach, key, patience, found.clone()));
        found
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn edit(
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
            used: candidate.used,
            text: Some(format!("{}{}", candidate.text, &text[last.stem..last.end])),
        };
        let first = candidate.words[0];
        let is_capital = candidate.text.as_bytes()[0].is_ascii_uppercase() && candidate.text != "I";
        if is_capital && first.usual == Usual::Small && belongs_small(text, units, from, to, first) {
            arc.log -= odd_capital(first);
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

/// Whether a unit stands before a hyphen and need be no word by itself: "re-registered", "co-operate".
pub(super) fn is_prefix(unit: &Unit) -> bool {
    unit.gap == Gap::Compound && unit.stem - unit.start <= 3
}
