//! Words as numbers: a hash table from folded word to id, built once and used in place.
//!
//! A look-up costs one cache miss: 44 bits of the hash of the word stand beside the id and decide; the spelling is
//! not read. About one in 10¹³ words without an id would be mistaken for another that has one.
//!
//! The ids below [`FIRST_WORD`] are classes rather than words; the ids from there on belong to
//! the words of the context model in order of frequency, then to words that only dictionaries know.

use crate::bytes::u32_at;

use super::fold::{fold_into, fold_page_into, halves};
use super::swar::{LANES, Lanes, mix};
use super::tokenizer::{Kind, Token};

/// Any word without an id.
pub const UNKNOWN: u32 = 0;
/// The edge of a sentence.
pub const EDGE: u32 = 1;
/// A comma, dash, bracket or the like.
pub const PAUSE: u32 = 2;
/// A number without an id of its own.
pub const NUMBER: u32 = 3;
/// The possessive `'s`.
pub const POSSESSIVE: u32 = 4;
/// The first id that belongs to a word.
pub const FIRST_WORD: u32 = 5;

/// How the classes are written where ids are spelt out.
pub const CLASSES: [&str; FIRST_WORD as usize] = ["<unknown>", "<edge>", "<pause>", "<number>", "'s"];

const EMPTY: u64 = u64::MAX;
/// Bytes of a slot: a fingerprint of the word above its id.
const SLOT: usize = 8;
const ID_BITS: u32 = 20;
/// The largest number of words that a vocabulary can hold.
pub const MAX_WORDS: usize = (1 << ID_BITS) - 1;

/// A table from words to ids over borrowed bytes; see [`build`].
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'b> {
    slots: &'b [[u8; SLOT]],
    offsets: &'b [u8],
    pool: &'b [u8],
}

/// The bytes of a [`Vocabulary`] of `words`, whose ids are their positions.
///
/// # Errors
///
/// More than [`MAX_WORDS`] words, or two that cannot be told apart.
pub fn build<S: AsRef<str>>(words: &[S]) -> Result<Vec<u8>, String> {
    if words.len() >= MAX_WORDS {
        return Err(format!("{} words; a vocabulary holds fewer than {MAX_WORDS}", words.len()));
    }
    let capacity = (words.len() * 2).next_power_of_two().max(16);
    let mut slots = vec![EMPTY; capacity];
    let mut offsets = Vec::with_capacity(words.len() + 1);
    let mut pool = Vec::new();
    for (id, word) in words.iter().enumerate() {
        offsets.push(pool.len() as u32);
        pool.extend_from_slice(word.as_ref().as_bytes());
        let hash = hash(word.as_ref().as_bytes());
        let mut slot = hash as usize & (capacity - 1);
        while slots[slot] != EMPTY {
            if is_of(slots[slot], hash) {
                let other = words[slots[slot] as usize & MAX_WORDS].as_ref();
                return Err(format!("{:?} and {other:?} look the same to the vocabulary", word.as_ref()));
            }
            slot = (slot + 1) & (capacity - 1);
        }
        slots[slot] = hash >> ID_BITS << ID_BITS | id as u64;
    }
    offsets.push(pool.len() as u32);
    let mut out = Vec::new();
    out.extend((capacity as u32).to_le_bytes());
    out.extend((words.len() as u32).to_le_bytes());
    out.extend(slots.iter().flat_map(|s| s.to_le_bytes()));
    out.extend(offsets.iter().flat_map(|o| o.to_le_bytes()));
    out.extend(pool);
    Ok(out)
}

impl<'b> Vocabulary<'b> {
    /// A view of what [`build`] wrote; `None` if the bytes are not that.
    pub fn from_bytes(bytes: &'b [u8]) -> Option<Self> {
        let capacity = u32_at(bytes, 0)? as usize;
        let words = u32_at(bytes, 1)? as usize;
        if !capacity.is_power_of_two() || words >= capacity {
            return None;
        }
        let (slots, rest) = bytes.get(8..)?.split_at_checked(capacity.checked_mul(SLOT)?)?;
        let slots = slots.as_chunks().0;
        let (offsets, pool) = rest.split_at_checked((words + 1) * 4)?;
        (u32_at(offsets, words)? as usize <= pool.len()).then_some(Vocabulary { slots, offsets, pool })
    }

    /// How many words have an id.
    pub fn len(&self) -> usize {
        self.offsets.len() / 4 - 1
    }

    /// Whether no word has an id.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of a folded word.
    pub fn get(&self, word: &str) -> Option<u32> {
        self.find(hash(word.as_bytes()))
    }

    /// The id of the word of a hash.
    #[inline]
    fn find(&self, hash: u64) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        // A table built here has empty slots; damaged bytes must not loop for ever.
        for _ in 0..=mask {
            let entry = u64::from_le_bytes(self.slots[slot]);
            if entry == EMPTY {
                return None;
            }
            if is_of(entry, hash) {
                return Some(entry as u32 & MAX_WORDS as u32);
            }
            slot = (slot + 1) & mask;
        }
        None
    }

    /// The ids under which the tokens of a page are known: as [`Self::ids`] has them, and of words that hold what no
    /// reader sees, ligatures or the end of a line, those of the words that a reader sees.
    pub fn page_ids(&self, page: &str, tokens: &[Token]) -> Vec<u32> {
        let mut ids = self.ids(page, tokens);
        for (token, id) in tokens.iter().zip(&mut ids).filter(|(token, id)| **id == UNKNOWN && token.kind == Kind::Word)
        {
            let word = page.get(token.start..token.end).unwrap_or_default();
            if !word.is_ascii() || word.contains('\n') {
                *id = self.as_read(word).unwrap_or(UNKNOWN);
            }
        }
        ids
    }

    /// The id of a word as a reader sees it; of one in two lines without the hyphen between them, or with it.
    fn as_read(&self, word: &str) -> Option<u32> {
        let mut folded = String::new();
        fold_page_into(word, &mut folded);
        self.get(&folded).or_else(|| {
            let (left, right) = halves(word)?;
            folded.clear();
            fold_page_into(left, &mut folded);
            folded.push('-');
            fold_page_into(right, &mut folded);
            self.get(&folded)
        })
    }

    /// The word of an id.
    pub fn word(&self, id: u32) -> Option<&'b str> {
        std::str::from_utf8(self.bytes(id)?).ok()
    }

    #[inline]
    fn bytes(&self, id: u32) -> Option<&'b [u8]> {
        let from = u32_at(self.offsets, id as usize)? as usize;
        let to = u32_at(self.offsets, id as usize + 1)? as usize;
        self.pool.get(from..to)
    }

    /// The ids under which tokens of `text` are known.
    ///
    /// "an" and "a" share an id: which of them stands follows from the next word.
    pub fn ids(&self, text: &str, tokens: &[Token]) -> Vec<u32> {
        let (a, an) = (hash(b"a"), hash(b"an"));
        let mut folded = String::new();
        let mut of_word = |token: &Token| {
            let hash = hash_folded(text, token, &mut folded);
            self.find(if hash == an { a } else { hash })
        };
        let id = |token: &Token| match token.kind {
            Kind::Possessive => POSSESSIVE,
            Kind::Pause => PAUSE,
            Kind::End => EDGE,
            Kind::Opaque => UNKNOWN,
            Kind::Word => of_word(token).unwrap_or_else(|| {
                let is_number = text.as_bytes().get(token.start).is_some_and(u8::is_ascii_digit);
                if is_number { NUMBER } else { UNKNOWN }
            }),
        };
        tokens.iter().map(id).collect()
    }
}

/// Whether a slot is that of the word with this hash.
#[inline]
fn is_of(slot: u64, hash: u64) -> bool {
    (slot ^ hash) >> ID_BITS == 0
}

/// The hash of a folded word, over eight bytes at a time.
fn hash(word: &[u8]) -> u64 {
    let eights = (0..word.len()).step_by(LANES).map(|at| Lanes::at(word, at).first(word.len() - at));
    eights.fold(word.len() as u64, mix)
}

/// The hash of a word of a text, folded.
#[inline]
fn hash_folded(text: &str, token: &Token, folded: &mut String) -> u64 {
    let length = token.end - token.start;
    let (mut hash_so_far, mut highest, mut at) = (length as u64, 0, 0);
    while at < length {
        let lanes = Lanes::at(text.as_bytes(), token.start + at);
        highest |= lanes.first(length - at);
        hash_so_far = mix(hash_so_far, lanes.lowered().first(length - at));
        at += LANES;
    }
    if highest & Lanes::NO_ASCII == 0 {
        return hash_so_far;
    }
    folded.clear();
    fold_into(text.get(token.start..token.end).unwrap_or_default(), folded);
    hash(folded.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_it_holds_and_nothing_else() {
        let words: Vec<String> = (0..5000).map(|n| format!("word{n}")).collect();
        let bytes = build(&words).unwrap();
        let vocabulary = Vocabulary::from_bytes(&bytes).unwrap();
        for (id, word) in words.iter().enumerate() {
            assert_eq!(vocabulary.get(word), Some(id as u32));
            assert_eq!(vocabulary.word(id as u32), Some(word.as_str()));
        }
        assert_eq!(vocabulary.get("other"), None);
        assert_eq!(vocabulary.word(5000), None);
    }

    #[test]
    fn every_byte_tells_words_apart() {
        for length in 1..=33 {
            let word = vec![b'a'; length];
            for at in 0..length {
                let mut other = word.clone();
                other[at] = b'b';
                assert_ne!(hash(&other), hash(&word), "byte {at} of {length}");
            }
            assert_ne!(hash(&word[1..]), hash(&word), "{length} bytes");
        }
    }

    #[test]
    fn any_two_bytes_tell_words_apart() {
        for length in 2..=20 {
            let mut seen = std::collections::HashSet::new();
            for (one, other) in (0..length).flat_map(|one| (0..one).map(move |other| (one, other))) {
                for [first, second] in (b'b'..=b'z').flat_map(|first| (b'b'..=b'z').map(move |second| [first, second]))
                {
                    let mut word = vec![b'a'; length];
                    (word[one], word[other]) = (first, second);
                    let is_new = seen.insert(hash(&word) >> ID_BITS);
                    assert!(is_new, "{:?} looks like another", String::from_utf8_lossy(&word));
                }
            }
        }
    }

    #[test]
    fn refuses_a_word_twice() {
        assert!(build(&["a", "b", "a"]).is_err());
    }

    #[test]
    fn refuses_damaged_bytes() {
        let bytes = build(&["a", "b"]).unwrap();
        for length in 0..bytes.len() - 1 {
            assert!(Vocabulary::from_bytes(&bytes[..length]).is_none());
        }
    }
}
