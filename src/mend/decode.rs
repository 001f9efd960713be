//! The likeliest reading of a text in which some words have other readings: a beam over the language model.

use std::ops::Range;

use unspin_core::language_model::State;
use unspin_core::text::vocabulary::UNKNOWN;

use super::lexicon::Lexicon;
use super::words::Word;

/// Another reading of some words.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// The numbers of the words that it replaces.
    pub(crate) words: Range<usize>,
    /// What they read instead.
    pub(crate) text: String,
    /// Its ids, with what parts it from the word before.
    pub(crate) ids: Vec<u32>,
    /// log P(what stands there | this reading), natural.
    pub(crate) cost: f32,
}

/// Readings kept at each place.
const BEAM: usize = 6;
/// log P of one word among all that the lexicon lacks, for one that looks like a name and for any other.
pub(crate) const UNKNOWN_NAME: f32 = -6.0;
const UNKNOWN_WORD: f32 = -9.0;

#[derive(Clone, Copy)]
struct Node {
    log: f32,
    state: State,
    /// The node before, and the reading that led here.
    from: usize,
    reading: Option<usize>,
}

/// The readings of the likeliest path, in order. `readings` are sorted by their first word.
pub(crate) fn decode(text: &str, words: &[Word], readings: &[Reading], lexicon: &Lexicon) -> Vec<usize> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut at: Vec<Vec<usize>> = vec![Vec::new(); words.len() + 1];
    nodes.push(Node { log: 0.0, state: lexicon.start(), from: 0, reading: None });
    at[0].push(0);
    let mut next = 0;
    for n in 0..words.len() {
        prune(&mut at[n], &nodes);
        let from_here = next;
        while readings.get(next).is_some_and(|reading| reading.words.start <= n) {
            next += 1;
        }
        for from in std::mem::take(&mut at[n]) {
            let node = nodes[from];
            let identity = unknown_cost(text, &words[n]);
            let mut step = |ids: &[u32], cost: f32, to: usize, reading: Option<usize>| {
                let (mut log, mut state) = (node.log + cost, node.state);
                for &id in ids {
                    let (more, after) = lexicon.score(state, id);
                    log += more;
                    state = after;
                }
                at[to].push(nodes.len());
                nodes.push(Node { log, state, from, reading });
            };
            step(&words[n].ids, identity, n + 1, None);
            for (number, reading) in readings.iter().enumerate().take(next).skip(from_here) {
                if reading.words.start == n && reading.words.end <= words.len() {
                    step(&reading.ids, reading.cost, reading.words.end, Some(number));
                }
            }
        }
    }
    let mut chosen = Vec::new();
    let last = &at[words.len()];
    let Some(mut node) = last.iter().copied().max_by(|&a, &b| nodes[a].log.total_cmp(&nodes[b].log)) else {
        return chosen;
    };
    while node != 0 {
        chosen.extend(nodes[node].reading);
        node = nodes[node].from;
    }
    chosen.reverse();
    chosen
}

/// log P(a reading, what stands around it) − log P(the same as it stands), natural, without the cost of the reading.
pub(crate) fn gain(text: &str, words: &[Word], reading: &Reading, lexicon: &Lexicon) -> f32 {
    let Range { start, end } = reading.words;
    let score = |state: State, ids: &[u32]| {
        ids.iter().fold((0.0, state), |(log, state), &id| {
            let (more, after) = lexicon.score(state, id);
            (log + more, after)
        })
    };
    let ids_of = |words: &[Word]| words.iter().flat_map(|word| word.ids.iter().copied()).collect::<Vec<u32>>();
    // A trigram model sees two words back, and what comes after sees as far.
    let (_, before) = score(lexicon.start(), &ids_of(&words[start.saturating_sub(2)..start]));
    let after = ids_of(&words[end..words.len().min(end + 2)]);
    let through = |ids: &[u32]| {
        let (log, state) = score(before, ids);
        log + score(state, &after).0
    };
    let standing = words[start..end].iter().map(|word| unknown_cost(text, word)).sum::<f32>();
    through(&reading.ids) - through(&ids_of(&words[start..end])) - standing
}

/// What it costs that a word is none the lexicon knows.
pub(crate) fn unknown_cost(text: &str, word: &Word) -> f32 {
    if word.known {
        return 0.0;
    }
    let letters = word.text(text);
    let long = letters.len().saturating_sub(LONG) as f32 * LONG_LETTER;
    // What begins with a digit is a number to the model, whatever follows: "2percentdropinreceipts".
    if !word.ids.contains(&UNKNOWN) {
        return long;
    }
    long + if letters.starts_with(char::is_uppercase) { UNKNOWN_NAME } else { UNKNOWN_WORD }
}

/// Bytes of a long word, and log P of each further one: hardly any word is longer.
const LONG: usize = 13;
const LONG_LETTER: f32 = -4.0;

/// Keeps the best nodes of a place, one for each state.
fn prune(here: &mut Vec<usize>, nodes: &[Node]) {
    here.sort_by(|&a, &b| nodes[b].log.total_cmp(&nodes[a].log));
    let mut kept: Vec<usize> = Vec::with_capacity(BEAM);
    for &node in here.iter() {
        if kept.len() == BEAM {
            break;
        }
        if kept.iter().all(|&other| nodes[other].state.name() != nodes[node].state.name()) {
            kept.push(node);
        }
    }
    *here = kept;
}
