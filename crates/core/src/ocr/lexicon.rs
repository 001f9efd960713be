//! The words and names that damaged text may have been: how rare each is, how it is written.
//!
//! The words are compiled to an FST and its nodes laid out flat: a walk asks many nodes for few of their letters, and a
//! bit a letter answers most of that without touching the transitions.

use std::collections::HashMap;

use fst::raw::{CompiledAddr, Fst};

use crate::bytes::{Bytes, Section, sections};

/// How a word is mostly written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usual {
    /// "house"
    Small,
    /// "London"
    Capital,
    /// "NATO"
    Capitals,
    /// "District", and "district" as well
    Both,
}

impl Usual {
    /// Whether the word is never written in small letters alone.
    pub fn needs_capital(self) -> bool {
        matches!(self, Usual::Capital | Usual::Capitals)
    }
}

/// What is known of a word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// −log P(word), natural, whatever stands beside it.
    pub rarity: f32,
    /// How it is mostly written.
    pub usual: Usual,
}

/// What ends the line of a name that is a common word, too.
const BOTH: &str = "\tboth";
/// Letters, the apostrophe, and the edge of a word.
const LETTERS: usize = 28;
/// What a character that is no letter costs in a word that nobody knows, in nats.
const ODD_CHARACTER: f32 = 6.0;

/// A lexicon; keys are in small letters.
pub struct Lexicon {
    words: usize,
    /// Rows of [`Node`].
    nodes: Section,
    /// Rows of [`Transition`].
    transitions: Section,
    /// The number of the root.
    root: u32,
    /// −log P(letter | the two before it) over the words of the lexicon.
    spelling: Vec<f32>,
}

/// Bytes of a node and of a transition.
const NODE: usize = 12;
const TRANSITION: usize = 8;

/// A node of the FST.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// A bit for each letter that goes on.
    letters: u32,
    /// Its first transition; the others follow in the order of the letters.
    first: u32,
    /// Output of the word that ends here, one more; 0 if none does.
    end: u32,
}

/// The way on from a node by a letter.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The node below.
    pub node: u32,
    /// Its part of the output.
    pub output: u32,
}

impl Node {
    /// The output of the word that ends here.
    #[inline]
    pub fn end(self) -> Option<u32> {
        self.end.checked_sub(1)
    }

    /// Whether a small letter goes on.
    #[inline]
    pub fn has(self, letter: u8) -> bool {
        place(letter).is_some_and(|place| self.letters >> place & 1 == 1)
    }

    /// The letters that go on.
    #[inline]
    pub fn letters(self) -> impl Iterator<Item = u8> {
        let mut left = self.letters;
        std::iter::from_fn(move || {
            let place = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            (place < 32).then(|| if place == 0 { b'\'' } else { b'a' - 1 + place as u8 })
        })
    }
}

/// The bit of a letter; `None` for what is none.
#[inline]
fn place(letter: u8) -> Option<u32> {
    match letter {
        b'a'..=b'z' => Some(u32::from(letter - b'a') + 1),
        b'\'' => Some(0),
        _ => None,
    }
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lexicon of {} words", self.len())
    }
}

impl Lexicon {
    /// The bytes of a lexicon, from lines of a word as it is mostly written and its rarity in quarters of a
    /// nat, in the order of the words in small letters; a third field, `both`, is of a name that is a common word, too. Lines that begin with `#` are
    /// skipped.
    ///
    /// # Errors
    ///
    /// The number of the line that is not that.
    pub fn build(text: &str) -> Result<Vec<u8>, String> {
        let mut builder = fst::raw::Builder::memory();
        let mut counts = vec![0f32; LETTERS * LETTERS * LETTERS];
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let wrong = |what: &str| format!("line {}: {what}: {line:?}", number + 1);
            let (word, rarity) = line.split_once('\t').ok_or_else(|| wrong("no tab"))?;
            let (rarity, is_both) = rarity.strip_suffix(BOTH).map_or((rarity, false), |rarity| (rarity, true));
            let rarity: u8 = rarity.parse().map_err(|_| wrong("no rarity"))?;
            if word.is_empty() || !word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'') {
                return Err(wrong("no plain word"));
            }
            let usual = match word.bytes().filter(u8::is_ascii_uppercase).count() {
                _ if is_both => 3,
                0 => 0,
                1 => 1,
                _ => 2,
            };
            let folded = word.to_ascii_lowercase();
            builder.insert(&folded, u64::from(rarity) << 2 | usual).map_err(|e| wrong(&e.to_string()))?;
            trigrams(folded.bytes(), |index| counts[index] += 1.0);
        }
        let fst = Fst::new(builder.into_inner().map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
        let (nodes, transitions) = lay_out(&fst);
        for row in counts.chunks_mut(LETTERS) {
            const SMOOTHING: f32 = 0.5;
            let sum: f32 = row.iter().sum::<f32>() + SMOOTHING * LETTERS as f32;
            row.iter_mut().for_each(|count| *count = -((*count + SMOOTHING) / sum).ln());
        }
        let words: Vec<u8> = [fst.len() as u32, nodes.len() as u32 - 1].iter().flat_map(|n| n.to_le_bytes()).collect();
        let nodes: Vec<u8> =
            nodes.iter().flat_map(|n| [n.letters, n.first, n.end]).flat_map(u32::to_le_bytes).collect();
        let transitions: Vec<u8> =
            transitions.iter().flat_map(|t| [t.node, t.output]).flat_map(u32::to_le_bytes).collect();
        let spelling: Vec<u8> = counts.into_iter().flat_map(f32::to_le_bytes).collect();
        let parts = [words, spelling, nodes, transitions];
        let lengths = parts.iter().flat_map(|part| (part.len() as u32).to_le_bytes());
        Ok(lengths.chain(parts.iter().flatten().copied()).collect())
    }

    /// Reads what [`Self::build`] made, in place; `None` if it is damaged.
    pub fn from_bytes(bytes: &Bytes) -> Option<Lexicon> {
        let [head, spelling, nodes, transitions] = sections(bytes)?;
        let numbers = |section: &Section| {
            let chunks = section.as_ref().chunks_exact(4);
            chunks.map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect::<Vec<u32>>()
        };
        let [words, root] = numbers(&head)[..] else { return None };
        let spelling: Vec<f32> = numbers(&spelling).into_iter().map(f32::from_bits).collect();
        let (many, ways) = (nodes.as_ref().len() / NODE, transitions.as_ref().len() / TRANSITION);
        let is_node = |node: &[u8]| {
            let [letters, first] = [0, 4].map(|at| row(node, at));
            first as usize + letters.count_ones() as usize <= ways
        };
        let is_whole = spelling.len() == LETTERS * LETTERS * LETTERS
            && (root as usize) < many
            && nodes.as_ref().chunks_exact(NODE).all(is_node)
            && transitions.as_ref().chunks_exact(TRANSITION).all(|t| (row(t, 0) as usize) < many);
        is_whole.then_some(Lexicon { words: words as usize, nodes, transitions, root, spelling })
    }

    /// Builds a lexicon and reads it: for tools and tests.
    ///
    /// # Errors
    ///
    /// As [`Self::build`].
    pub fn from_text(text: &str) -> Result<Lexicon, String> {
        let bytes = Bytes::Shared(Lexicon::build(text)?.into());
        Lexicon::from_bytes(&bytes).ok_or_else(|| "a lexicon that cannot be read".to_string())
    }

    /// How many words it has.
    pub fn len(&self) -> usize {
        self.words
    }

    /// Whether it has no word.
    pub fn is_empty(&self) -> bool {
        self.words == 0
    }

    /// What is known of a word in small letters.
    pub fn get(&self, word: &[u8]) -> Option<Known> {
        let (mut node, mut output) = (self.root(), 0);
        for &letter in word {
            let transition = self.follow(node, letter)?;
            output += transition.output;
            node = self.node(transition.node);
        }
        Some(known(output + node.end()?))
    }

    /// −log P(spelling) of a word that nobody knows: plausible names cost less than garbage.
    pub fn spelling_cost(&self, word: &str) -> f32 {
        let letters = word.bytes().filter(|b| b.is_ascii_alphabetic() || *b == b'\'');
        let odd = word.chars().filter(|c| !c.is_ascii_alphabetic() && !matches!(c, '\'' | '’')).count();
        let mut cost = ODD_CHARACTER * odd as f32;
        trigrams(letters.map(|b| b.to_ascii_lowercase()), |index| cost += self.spelling[index]);
        cost
    }

    /// The node that all words begin at.
    pub fn root(&self) -> Node {
        self.node(self.root)
    }

    /// And its number.
    pub fn root_number(&self) -> u32 {
        self.root
    }

    /// The node of a number.
    #[inline]
    pub fn node(&self, number: u32) -> Node {
        let at = number as usize * NODE;
        let [letters, first, end] = [0, 4, 8].map(|field| row(self.nodes.as_ref(), at + field));
        Node { letters, first, end }
    }

    /// The way on from a node by a small letter.
    #[inline]
    pub fn follow(&self, node: Node, letter: u8) -> Option<Transition> {
        let bit = 1u32 << place(letter)?;
        if node.letters & bit == 0 {
            return None;
        }
        let at = (node.first + (node.letters & (bit - 1)).count_ones()) as usize * TRANSITION;
        let [node, output] = [0, 4].map(|field| row(self.transitions.as_ref(), at + field));
        Some(Transition { node, output })
    }
}

/// The number that stands at a byte; 0 beyond the end.
#[inline]
fn row(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// The nodes of an FST that can be reached, children before parents.
fn lay_out(fst: &Fst<Vec<u8>>) -> (Vec<Node>, Vec<Transition>) {
    let mut numbers: HashMap<CompiledAddr, u32> = HashMap::new();
    let (mut nodes, mut transitions) = (Vec::new(), Vec::new());
    let mut stack = vec![(fst.root().addr(), false)];
    while let Some((address, is_entered)) = stack.pop() {
        if numbers.contains_key(&address) {
            continue;
        }
        let node = fst.node(address);
        if !is_entered {
            stack.push((address, true));
            stack.extend(node.transitions().map(|t| (t.addr, false)));
            continue;
        }
        let first = transitions.len() as u32;
        let mut letters = 0;
        for transition in node.transitions() {
            if let (Some(place), Some(&node)) = (place(transition.inp), numbers.get(&transition.addr)) {
                letters |= 1 << place;
                transitions.push(Transition { node, output: transition.out.value() as u32 });
            }
        }
        numbers.insert(address, nodes.len() as u32);
        let end = if node.is_final() { node.final_output().value() as u32 + 1 } else { 0 };
        nodes.push(Node { letters, first, end });
    }
    (nodes, transitions)
}

/// What an output of the FST says of a word.
#[inline]
pub fn known(value: u32) -> Known {
    let usual = match value & 3 {
        0 => Usual::Small,
        1 => Usual::Capital,
        2 => Usual::Capitals,
        _ => Usual::Both,
    };
    Known { rarity: rarity(value), usual }
}

/// The rarity in an output of the FST; of a part of the way to a word it is a lower bound of the whole.
#[inline]
pub fn rarity(output: u32) -> f32 {
    (output >> 2) as f32 / 4.0
}

/// Calls `each` with the index of every letter after the two before it, the closing edge included.
fn trigrams(word: impl Iterator<Item = u8>, mut each: impl FnMut(usize)) {
    let (mut first, mut second) = (0, 0);
    let places = word.map(|byte| if byte == b'\'' { 27 } else { usize::from(byte.wrapping_sub(b'a')).min(25) + 1 });
    for place in places.chain([0]) {
        each((first * LETTERS + second) * LETTERS + place);
        (first, second) = (second, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_words_names_and_shapes() {
        let lexicon =
            Lexicon::from_text("# head\nDistrict\t36\tboth\nhouse\t32\nLondon\t36\nNATO\t48\nthe\t12\n").unwrap();
        assert_eq!(lexicon.len(), 5);
        assert!(!lexicon.get(b"district").unwrap().usual.needs_capital());
        assert_eq!(lexicon.get(b"house"), Some(Known { rarity: 8.0, usual: Usual::Small }));
        assert_eq!(lexicon.get(b"nato").unwrap().usual, Usual::Capitals);
        assert_eq!(lexicon.get(b"hous"), None);
        assert!(lexicon.spelling_cost("thouse") < lexicon.spelling_cost("xqzvkj"));
        assert!(lexicon.spelling_cost("th|e") > lexicon.spelling_cost("the"));
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = Lexicon::build("house\t32\nmouse\t36\n").unwrap();
        let read = |bytes: &[u8]| Lexicon::from_bytes(&Bytes::Shared(bytes.into()));
        assert_eq!(read(&bytes).unwrap().get(b"mouse").unwrap().rarity, 9.0);
        assert!(read(&bytes[..bytes.len() - 8]).is_none() && read(&[]).is_none() && read(&bytes[..40]).is_none());
    }

    #[test]
    fn names_the_line_that_is_wrong() {
        for (text, line) in [("a\t1\nb", "line 2"), ("b\t1\na\t1", "line 2"), ("a\tx", "line 1"), ("é\t1", "line 1")] {
            let error = Lexicon::from_text(text).unwrap_err();
            assert!(error.starts_with(line), "{error}");
        }
    }
}
