//! The arcs of the lattice: what each unit, or two or three in a row, may have been.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use unspin_core::language_model::TrigramModel;
use unspin_core::text::vocabulary::{NUMBER, POSSESSIVE, UNKNOWN, Vocabulary};

use super::candidate::{Candidate, Used};
use super::guard;
use super::search::{Reach, Scratch, Search};
use super::shape::{belongs_small, fold, may_stand, odd_capital};
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
/// What the pieces of a torn word may be together costs no more than this, in nats; in damaged text, where 19 costs 0.005 of
/// the error reduction on overproof2.
const MOST_JOINED: f32 = 19.0;
const MOST_JOINED_BOLDLY: f32 = 24.0;
/// Pieces with fewer letters are no word that lost one.
const LEAST_AROUND: usize = 3;
/// Words commoner than this lose a hyphen that a line end put into them, whatever they begin with.
const USUAL: f32 = 13.0;
/// What an unknown string may be costs no more than the string itself and this.
const SLACK: f32 = 5.0;
/// A candidate that is likelier than the string itself by so many nats is good enough not to look further.
const GOOD: f32 = 4.0;
/// −log P(read | printed) of a capital for a small letter that no table lists.
const CAPITAL: f32 = 8.0;
/// −log P(read | printed) of a gap within a word.
const SPACE: f32 = 6.5;
const LINE: f32 = 4.5;
const HYPHEN: f32 = 1.0;
const STRAY: f32 = 7.5;
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

    /// Whether a unit is the first or the last piece of a word that a line end cut, hyphen and all: then it is no word.
    fn is_cut(&self, text: &str, units: &[Unit], at: usize) -> bool {
        let is_whole = |from: usize| {
            let Some([first, second]) = units.get(from..from + 2) else { return false };
            let whole = fold(&[&text[first.start..first.end], &text[second.start..second.stem]].concat());
            first.gap == Gap::Hyphen && self.search.lexicon.get(whole.as_bytes()).is_some()
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
            if !gap.may_join()
                || gap == Gap::Space && !self.joins_spaces
                || is_whole
                || is_prefix(&units[last])
                || standings[last - 1].is_frozen
                || standings[last].is_frozen
            {
                return;
            }
            let second = &text[units[last].start..units[last].stem];
            if gap == Gap::Hyphen && self.keeps_hyphen(&fold(&joined), &fold(second)) {
                return;
            }
            joined.push_str(second);
            cost += gap_cost(gap);
            let parts = &standings[at..=last];
            let hyphens = units[at..last].iter().all(|u| u.gap == Gap::Hyphen);
            let lone = |n: usize| self.is_bold && is_lone_letter(text, &units[at + n]);
            let all_known = (0..parts.len()).all(|n| !lone(n) && parts[n].known.is_some_and(|k| k.rarity < 11.0));
            let is_whole = all_known && !hyphens && !(self.is_bold && is_torn(&units[at..=last], parts));
            if joined.len() > 24 || joined.len() < 2 || is_whole {
                continue;
            }
            let apart: f32 = parts.iter().map(|s| s.cost).sum();
            let known = self.search.lexicon.get(fold(&joined).as_bytes());
            let gaps = units[at..last].iter().filter(|u| u.gap != Gap::Hyphen);
            let fault = |gap| if gap == Gap::Line { Fault::Cut } else { Fault::Split };
            let faults = gaps.fold(Faults::default(), |faults, unit| faults.and(Faults::one(fault(unit.gap))));
            let limit = (apart + 2.0 - cost).min(if self.is_bold { MOST_JOINED_BOLDLY } else { MOST_JOINED });
            let is_broken = self.is_broken(text, &units[at..=last], parts);
            if limit < 3.0 {
                continue;
            }
            let found: Rc<[Candidate]> = match known {
                Some(known) if may_stand(known, &joined) => Rc::new([Candidate {
                    text: joined.clone(),
                    words: vec![known],
                    cost: 0.0,
                    faults: Faults::default(),
                    used: Used::default(),
                }]),
                _ if is_broken && !all_known && joined.len() >= if self.is_bold { 3 } else { 4 } => {
                    self.find(&joined, Reach::Counted, limit, cache)
                }
                _ => continue,
            };
            if self.is_bold && is_broken && !all_known && joined.len() >= LEAST_AROUND {
                self.propose_lost(text, units, at..last + 1, limit + cost, cache, out);
            }
            let is_allowed = |c: &&Candidate| {
                let to = c.text.to_ascii_lowercase();
                !guard::denies(&to) && !guard::is_long_s(&fold(&joined), &to)
            };
            for candidate in found.iter().filter(is_allowed) {
                out.push(self.edit(text, units, at, last + 1, candidate, cost, faults));
            }
        }
    }

    /// Appends the arcs of what units may have been together where each gap between them is a letter that was not read:
    /// "o er", "clo.e".
    fn propose_lost(
        &self,
        text: &str,
        units: &[Unit],
        range: Range<usize>,
        limit: f32,
        cache: &mut Cache,
        out: &mut Vec<Arc>,
    ) {
        let parts = &units[range.clone()];
        let gaps = &parts[..parts.len() - 1];
        if !gaps.iter().all(|unit| matches!(unit.gap, Gap::Space | Gap::Stray)) {
            return;
        }
        let pieces: Vec<&str> = parts.iter().map(|unit| &text[unit.start..unit.stem]).collect();
        let is_allowed = |c: &&Candidate| !guard::denies(&c.text.to_ascii_lowercase());
        let found = self.find(&pieces.join(" "), Reach::Counted, limit, cache);
        for candidate in found.iter().filter(is_allowed) {
            out.push(self.edit(text, units, range.start, range.end, candidate, 0.0, Faults::default()));
        }
    }

    /// Whether a hyphen at the end of a line is one of the word.
    fn keeps_hyphen(&self, first: &str, second: &str) -> bool {
        let whole = self.search.lexicon.get([first, second].concat().as_bytes());
        guard::keeps_hyphen(first, second, whole.is_some_and(|known| known.rarity < USUAL))
    }

    /// Whether units look like pieces of a word: no words, or rare or short ones, and one that nobody knows.
    fn is_broken(&self, text: &str, units: &[Unit], parts: &[Standing]) -> bool {
        let (rare, short) = if self.is_bold { (8.5, 3) } else { (11.0, 2) };
        let is_piece = |(unit, part): (&Unit, &Standing)| {
            part.known.is_none_or(|known| known.rarity > rare) || unit.stem - unit.start <= short
        };
        let is_odd =
            |(unit, part): (&Unit, &Standing)| part.known.is_none() || self.is_bold && is_lone_letter(text, unit);
        units.iter().zip(parts).all(is_piece) && units.iter().zip(parts).any(is_odd)
    }

    fn find(&self, word: &str, reach: Reach, limit: f32, cache: &mut Cache) -> Rc<[Candidate]> {
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

/// Whether words may be the pieces of one although each is one: not two common ones ("in to"), nor two long ones
/// ("gold fields"), and over the end of a line any.
fn is_torn(units: &[Unit], parts: &[Standing]) -> bool {
    let is_rare = parts.iter().any(|part| part.known.is_some_and(|known| known.rarity > 8.5));
    let is_short = units.iter().any(|unit| unit.stem - unit.start <= 3);
    let is_cut = units[..units.len() - 1].iter().all(|unit| unit.gap == Gap::Line);
    is_rare && (is_short || is_cut)
}

/// Whether a unit is a letter or figure by itself that is no word.
fn is_lone_letter(text: &str, unit: &Unit) -> bool {
    unit.stem - unit.start == 1 && !matches!(text.as_bytes()[unit.start], b'a' | b'A' | b'O')
}

/// Whether a unit stands before a hyphen and need be no word by itself: "re-registered", "co-operate".
fn is_prefix(unit: &Unit) -> bool {
    unit.gap == Gap::Compound && unit.stem - unit.start <= 3
}

/// −log P(a gap within a word).
fn gap_cost(gap: Gap) -> f32 {
    match gap {
        Gap::Space => SPACE,
        Gap::Line => LINE,
        Gap::Hyphen => HYPHEN,
        _ => STRAY,
    }
}
