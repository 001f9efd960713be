//! The joint choice: of candidates that overlap, touch or exclude each other, the set that is likeliest together.
//!
//! Each candidate brings its log odds above the threshold. A set is consistent if no two candidates overlap and no
//! border between two words shows a word twice that the source does not have twice ("to to", "the the"). The best set
//! is found by dynamic programming over the candidates in order of position: weighted interval scheduling whose states
//! are the last words written. Time grows with the number of candidates; only those that overlap are compared.

use unspin_core::text::vocabulary::FIRST_WORD;

use crate::channel::Word;

/// A change that may be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// First word that it replaces.
    pub(crate) from: usize,
    /// One past the last.
    pub(crate) to: usize,
    /// What it adds to a set: log odds above the threshold, not negative.
    pub(crate) weight: f32,
    /// The first word that it writes, and the last.
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// The words that stand in the source, and where none may follow itself.
pub(crate) trait Source {
    /// The word at a place.
    fn word(&self, at: usize) -> u32;
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether a word stands right after the one before it, and is one that nobody writes twice.
    fn is_joined(&self, at: usize) -> bool;

    /// Whether these two words may meet before the word at a place.
    fn may_meet(&self, before: u32, after: u32, at: usize) -> bool {
        before != after || !self.is_joined(at) || self.word(at - 1) == self.word(at)
    }

    /// Whether a candidate may follow words that stay.
    fn may_begin(&self, candidate: &Candidate) -> bool {
        candidate.from == 0 || self.may_meet(self.word(candidate.from - 1), candidate.first, candidate.from)
    }

    /// Whether words that stay may follow a candidate.
    fn may_end(&self, candidate: &Candidate) -> bool {
        candidate.to == self.len() || self.may_meet(candidate.last, self.word(candidate.to), candidate.to)
    }
}

/// The best way to end with a candidate.
#[derive(Clone, Copy)]
struct Best {
    /// The sum of the weights, in double precision so that the order of summing decides nothing.
    sum: f64,
    /// The candidate before.
    before: Option<usize>,
}

/// The numbers of the candidates of the likeliest consistent set, in order. Candidates come in order of `from`.
pub(crate) fn choose(source: &impl Source, candidates: &[Candidate]) -> Vec<usize> {
    let mut best: Vec<Option<Best>> = Vec::with_capacity(candidates.len());
    // The best set whose last candidate has a word that stays behind it, before the current one.
    let mut settled = Best { sum: 0.0, before: None };
    // Candidates that are not settled yet: no more than overlap at a place.
    let mut open: Vec<usize> = Vec::new();
    let settle = |settled: &mut Best, best: &[Option<Best>], number: usize| {
        if let Some(own) = best[number].filter(|own| own.sum > settled.sum && source.may_end(&candidates[number])) {
            *settled = Best { sum: own.sum, before: Some(number) };
        }
    };
    for (number, candidate) in candidates.iter().enumerate() {
        open.retain(|&other| {
            let is_open = candidates[other].to >= candidate.from;
            if !is_open {
                settle(&mut settled, &best, other);
            }
            is_open
        });
        let mut own = source.may_begin(candidate).then_some(settled);
        for &other in open.iter().filter(|&&other| candidates[other].to == candidate.from) {
            let Some(before) = best[other] else { continue };
            let may_meet = source.may_meet(candidates[other].last, candidate.first, candidate.from);
            if may_meet && own.is_none_or(|own| before.sum > own.sum) {
                own = Some(Best { sum: before.sum, before: Some(other) });
            }
        }
        best.push(own.map(|own| Best { sum: own.sum + f64::from(candidate.weight), ..own }));
        open.push(number);
    }
    open.into_iter().for_each(|number| settle(&mut settled, &best, number));
    let mut chosen: Vec<usize> =
        std::iter::successors(settled.before, |&number| best[number].and_then(|own| own.before)).collect();
    chosen.reverse();
    chosen
}

/// Words of a text as numbers.
pub(crate) struct Words<'w> {
    pub(crate) words: &'w [Word],
}

impl Source for Words<'_> {
    fn word(&self, at: usize) -> u32 {
        self.words[at].id
    }

    fn len(&self) -> usize {
        self.words.len()
    }

    fn is_joined(&self, at: usize) -> bool {
        !self.words[at].parted && self.words[at - 1].id >= FIRST_WORD && self.words[at].id >= FIRST_WORD
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Ids(Vec<u32>);

    impl Source for Ids {
        fn word(&self, at: usize) -> u32 {
            self.0[at]
        }
        fn len(&self) -> usize {
            self.0.len()
        }
        fn is_joined(&self, _: usize) -> bool {
            true
        }
    }

    /// What a set of candidates writes, word by word, or nothing if two overlap.
    fn is_consistent(source: &Ids, candidates: &[Candidate], set: &[usize]) -> bool {
        let mut at = 0;
        // The last word written, and how many of the source are read.
        let mut last: Option<u32> = None;
        let doubled = |last: Option<u32>, next: u32, at: usize| {
            last == Some(next) && (at == 0 || source.word(at - 1) != source.word(at))
        };
        for &number in set {
            let candidate = &candidates[number];
            if candidate.from < at {
                return false;
            }
            while at < candidate.from {
                if doubled(last, source.word(at), at) {
                    return false;
                }
                last = Some(source.word(at));
                at += 1;
            }
            if doubled(last, candidate.first, at) {
                return false;
            }
            last = Some(candidate.last);
            at = candidate.to;
        }
        // One word more is enough: the others stand as they stood.
        at == source.len() || set.is_empty() || !doubled(last, source.word(at), at)
    }

    fn exhaustive(source: &Ids, candidates: &[Candidate]) -> f64 {
        let sets = (0..1u32 << candidates.len())
            .map(|bits| (0..candidates.len()).filter(|n| bits >> n & 1 == 1).collect::<Vec<_>>());
        let weigh = |set: Vec<usize>| set.iter().map(|&n| f64::from(candidates[n].weight)).sum::<f64>();
        sets.filter(|set| is_consistent(source, candidates, set)).map(weigh).fold(0.0, f64::max)
    }

    fn candidates() -> impl Strategy<Value = (Vec<u32>, Vec<Candidate>)> {
        let candidate =
            (0..7usize, 1..4usize, 1..40u32, 0..4u32, 0..4u32).prop_map(|(from, length, weight, first, last)| {
                Candidate { from, to: (from + length).min(8), weight: weight as f32 / 8.0, first, last }
            });
        (prop::collection::vec(0..4u32, 8), prop::collection::vec(candidate, 0..9)).prop_map(|(words, mut all)| {
            all.sort_by_key(|c| (c.from, c.to));
            (words, all)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        #[test]
        fn the_best_of_all_sets((words, candidates) in candidates()) {
            let source = Ids(words);
            let chosen = choose(&source, &candidates);
            prop_assert!(is_consistent(&source, &candidates, &chosen), "{chosen:?}");
            let sum: f64 = chosen.iter().map(|&n| f64::from(candidates[n].weight)).sum();
            prop_assert!((sum - exhaustive(&source, &candidates)).abs() < 1e-9, "{chosen:?}");
        }
    }

    #[test]
    fn two_that_fit_beat_one_that_is_likelier() {
        let candidate = |from, to, weight| Candidate { from, to, weight, first: 9, last: 8 };
        let source = Ids(vec![1, 2, 3, 4, 5]);
        let chosen = choose(&source, &[candidate(0, 2, 1.0), candidate(1, 4, 1.5), candidate(3, 5, 1.0)]);
        assert_eq!(chosen, [0, 2]);
    }
}
