//! The model as it is kept in a file: small, checked, and read once.
//!
//! A file begins with its magic number, the version of the format and a checksum of what follows; then sizes, discounts
//! and the card, as they are; then the counts in the dense code (`dense`).

use std::fmt;

use super::counts::Counts;
use super::dense;
use super::estimate::estimate;
use super::range_coder::{Decoder, Encoder};
use super::tables::Tables;
use crate::text::vocabulary::CLASSES;

const MAGIC: &[u8; 8] = b"UNSPIN-C";
const VERSION: u8 = 2;
/// No byte of a file holds more figures than this, on average: real models have an n-gram in ten bits.
const MOST_A_BYTE: usize = 2;
/// The most words of a model; they are numbered in 16 bits, and the last number means none.
const MAX_WORDS: usize = 0xffff;

/// Why a model file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageError {
    /// It does not begin as a model file does.
    NotAModel,
    /// It was written by another version of the format.
    Version(u8),
    /// It ends early or its figures contradict each other; what was being read.
    Damaged(&'static str),
    /// The checksum does not match the content.
    Checksum,
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => write!(f, "not a context model"),
            Self::Version(v) => write!(f, "context model of format {v}; this build reads format {VERSION}"),
            Self::Damaged(what) => write!(f, "context model is damaged: {what}"),
            Self::Checksum => write!(f, "context model is damaged: checksum differs"),
        }
    }
}

impl std::error::Error for StorageError {}

/// FNV-1a, 64 bits: names a version of the model or dictionary in results.
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Packs counts into the bytes of a model file.
pub fn pack(counts: &Counts) -> Vec<u8> {
    let mut body = Vec::new();
    for length in [counts.card.len(), counts.words.len(), counts.bigram_word.len(), counts.trigram_word.len()] {
        put_varint(&mut body, length as u32);
    }
    body.extend(counts.discounts.as_flattened().iter().flat_map(|discount| discount.to_le_bytes()));
    body.extend(counts.card.as_bytes());
    let mut encoder = Encoder::new();
    // What is written is what was given: it fits.
    let _ = dense::code(&mut encoder, &mut counts.clone());
    body.extend(encoder.finish());
    let mut out = MAGIC.to_vec();
    out.push(VERSION);
    out.extend(checksum(&body).to_le_bytes());
    out.extend(body);
    out
}

/// Unpacks the bytes of a model file: the probabilities that its counts give.
///
/// # Errors
///
/// See [`read`].
pub fn unpack(bytes: &[u8]) -> Result<Tables, StorageError> {
    read(bytes).map(estimate)
}

/// Reads the counts of a model file.
///
/// # Errors
///
/// Bytes that are not a whole, undamaged model of this format. No more room is asked for than a multiple of
/// their number, whatever sizes they claim.
pub fn read(bytes: &[u8]) -> Result<Counts, StorageError> {
    let (mut counts, dense) = head(bytes)?;
    dense::code(&mut Decoder::new(dense), &mut counts).ok_or(StorageError::Damaged("counts"))?;
    let classes = counts.words.iter().map(String::as_str).take(CLASSES.len());
    if !classes.eq(CLASSES) {
        return Err(StorageError::Damaged("words"));
    }
    Ok(counts)
}

/// Reads the card of a model file: what it was made from, as lines `name<TAB>value`.
///
/// # Errors
///
/// See [`read`]; the counts are not looked at.
pub fn card(bytes: &[u8]) -> Result<String, StorageError> {
    head(bytes).map(|(counts, _)| counts.card)
}

/// What stands before the counts, with room for them; and the bytes that hold them.
fn head(bytes: &[u8]) -> Result<(Counts, &[u8]), StorageError> {
    let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(StorageError::NotAModel)?;
    let (&version, rest) = rest.split_first().ok_or(StorageError::NotAModel)?;
    if version != VERSION {
        return Err(StorageError::Version(version));
    }
    let (sum, body) = rest.split_first_chunk::<8>().ok_or(StorageError::Damaged("header"))?;
    if u64::from_le_bytes(*sum) != checksum(body) {
        return Err(StorageError::Checksum);
    }
    let mut reader = Reader { rest: body };
    let mut size = || reader.varint("sizes").map(|size| size as usize);
    let (card, words, bigrams, trigrams) = (size()?, size()?, size()?, size()?);
    if words > MAX_WORDS || [words, bigrams, trigrams].iter().any(|&claim| claim / MOST_A_BYTE > body.len()) {
        return Err(StorageError::Damaged("sizes"));
    }
    let mut discounts = [[0.0; 3]; 2];
    for discount in discounts.as_flattened_mut() {
        *discount = f32::from_le_bytes(reader.array("discounts")?);
        if !(0.0..=3.0).contains(discount) {
            return Err(StorageError::Damaged("discounts"));
        }
    }
    let card = String::from_utf8(reader.take(card, "card")?.to_vec()).map_err(|_| StorageError::Damaged("card"))?;
    let counts = Counts {
        card,
        words: vec![String::new(); words],
        discounts,
        unigram: vec![0; words],
        bigrams_of: vec![0; words],
        bigram_word: vec![0; bigrams],
        bigram: vec![0; bigrams],
        trigrams_of: vec![0; bigrams],
        trigram_word: vec![0; trigrams],
        trigram: vec![0; trigrams],
    };
    Ok((counts, reader.rest))
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize, what: &'static str) -> Result<&'b [u8], StorageError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(StorageError::Damaged(what))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], StorageError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(StorageError::Damaged(what))?;
        self.rest = rest;
        Ok(*taken)
    }

    fn varint(&mut self, what: &'static str) -> Result<u32, StorageError> {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = self.array(what)?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(StorageError::Damaged(what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Counts {
        let words = CLASSES.iter().copied().chain(["the", "house", "naïve"]).map(String::from).collect();
        Counts {
            card: "text\tthree words\n".to_string(),
            words,
            discounts: [[0.5, 0.75, 0.9], [0.4, 0.8, 1.2]],
            unigram: vec![40, 520, 3, 0, 9, 400, 330, 330],
            bigrams_of: vec![0, 2, 0, 0, 0, 2, 0, 1],
            bigram_word: vec![5, 7, 1, 6, 1],
            bigram: vec![9, 8, 7, 200, 3],
            trigrams_of: vec![2, 0, 0, 0, 0],
            trigram_word: vec![1, 6],
            trigram: vec![4, 255],
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let packed = pack(&small());
        assert_eq!(read(&packed), Ok(small()));
        assert_eq!(card(&packed), Ok(small().card));
        assert_eq!(unpack(&packed).map(|tables| tables.trigram_word), Ok(small().trigram_word));
    }

    /// Sizes that a few bytes claim are not believed: 2³² − 1 children would be 8.6 GB.
    #[test]
    fn claims_ask_for_no_room() {
        for claims in [[0, 9, 0, u32::MAX], [0, 9, u32::MAX, 0], [0, u32::MAX, 0, 0], [u32::MAX, 9, 0, 0]] {
            let mut body = Vec::new();
            claims.into_iter().for_each(|claim| put_varint(&mut body, claim));
            body.extend([0; 64]);
            let mut file = MAGIC.to_vec();
            file.push(VERSION);
            file.extend(checksum(&body).to_le_bytes());
            file.extend(body);
            assert!(matches!(read(&file), Err(StorageError::Damaged(_))), "{claims:?}");
        }
    }

    #[test]
    fn every_damage_is_refused() {
        let good = pack(&small());
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(unpack(&bad).is_err(), "byte {at}");
            assert!(unpack(&good[..at]).is_err(), "length {at}");
        }
    }

    /// Bytes whose checksum is right may still be any code.
    #[test]
    fn any_code_is_read_or_refused() {
        let good = pack(&small());
        for at in MAGIC.len() + 9..good.len() {
            for flip in [1, 0x80, 0xff] {
                let mut bad = good.clone();
                bad[at] ^= flip;
                let sum = checksum(&bad[MAGIC.len() + 9..]);
                bad[MAGIC.len() + 1..MAGIC.len() + 9].copy_from_slice(&sum.to_le_bytes());
                if let Ok(tables) = unpack(&bad) {
                    super::super::lay_out(&tables);
                }
            }
        }
    }
}
