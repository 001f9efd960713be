//! How rare a word with some letters in a row is at least: what a walk of the lexicon can know of letters it has not reached.

use unspin_core::ocr::lexicon::{Lexicon, Node};

/// Letters of a fragment.
pub(super) const FRAGMENT: usize = 4;
/// Small letters, the apostrophe, and the end of a word.
const LETTERS: usize = 28;
/// The end of a word.
pub(super) const END: u8 = 0;
/// No word has these letters.
const NEVER: u8 = u8::MAX;

/// The rarity of the commonest word with each four letters in a row, the end of a word counted as one.
pub struct Fragments {
    /// In quarters of a nat.
    least: Vec<u8>,
}

impl std::fmt::Debug for Fragments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fragments of {FRAGMENT} letters")
    }
}

impl Fragments {
    /// Those of a lexicon.
    pub fn of(lexicon: &Lexicon) -> Fragments {
        let mut fragments = Fragments { least: vec![NEVER; LETTERS.pow(FRAGMENT as u32)] };
        fragments.count(lexicon, lexicon.root(), 0, &mut Vec::new());
        fragments
    }

    /// Counts the words below a node.
    fn count(&mut self, lexicon: &Lexicon, node: Node, output: u32, word: &mut Vec<u8>) {
        if let Some(end) = node.end() {
            let rarity = ((output + end) >> 2).min(u32::from(NEVER) - 1) as u8;
            word.push(END);
            for fragment in word.windows(FRAGMENT) {
                let least = &mut self.least[index(fragment)];
                *least = rarity.min(*least);
            }
            word.pop();
        }
        for letter in node.letters() {
            if let Some(way) = lexicon.follow(node, letter) {
                word.push(place(letter).unwrap_or(END));
                self.count(lexicon, lexicon.node(way.node), output + way.output, word);
                word.pop();
            }
        }
    }

    /// The least rarity of a word with four places in a row, in nats; infinite if there is none.
    pub(super) fn rarity(&self, fragment: &[Option<u8>]) -> f32 {
        let mut at = 0;
        for place in fragment {
            let Some(place) = place else { return f32::INFINITY };
            at = at * LETTERS + usize::from(*place);
        }
        match self.least[at] {
            NEVER => f32::INFINITY,
            quarters => f32::from(quarters) / 4.0,
        }
    }
}

fn index(fragment: &[u8]) -> usize {
    fragment.iter().fold(0, |at, &place| at * LETTERS + usize::from(place))
}

/// The place of a letter, whatever its case; `None` for what is none.
pub(super) fn place(letter: u8) -> Option<u8> {
    match letter {
        b'a'..=b'z' => Some(letter - b'a' + 1),
        b'A'..=b'Z' => Some(letter - b'A' + 1),
        b'\'' => Some(27),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_word_counts() {
        let lexicon = Lexicon::from_text("house\t32\nhouses\t36\nmouse\t40\n").unwrap();
        let fragments = Fragments::of(&lexicon);
        let rarity = |letters: &str| {
            let places: Vec<Option<u8>> =
                letters.bytes().map(|b| if b == b'$' { Some(END) } else { place(b) }).collect();
            fragments.rarity(&places)
        };
        assert_eq!((rarity("ouse"), rarity("HOUS"), rarity("uses"), rarity("ses$")), (8.0, 8.0, 9.0, 9.0));
        assert!(rarity("abcd").is_infinite() && rarity("ou1e").is_infinite() && rarity("ous$").is_infinite());
    }
}
