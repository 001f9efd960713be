//! The record of a rewrite: the one description of its bytes, for the writer and for every reader.
//!
//! | bytes | field |
//! | --- | --- |
//! | 0..4 | where its text begins, in the texts; a line end closes it |
//! | 4..8 | its word id if it has one, else where its ids begin, in units of four bytes |
//! | 8..12 | how often the pair was observed |
//! | 12 | how many ids it has, and [`IN_STEP`] |
//! | 13 | number of the spinner |
//! | 14 | code of the share |
//! | 15 | rate of the original, in 255ths |
//! | 16 | code of its cost |
//! | 17..20 | line of the entry, counted over all files |

use crate::quantize;

/// Bytes of a record.
pub(super) const SIZE: usize = 20;
/// Set beside the number of ids of a rewrite whose text has as many words, by space.
const IN_STEP: u8 = 0x80;
/// What closes a text.
pub(super) const TEXT_END: u8 = b'\n';
/// The last line that a record can name, counted over all files.
pub(super) const LAST_LINE: u32 = 0xff_ffff;

/// A rewrite worth this many nats costs nothing.
const BEST_WORTH: f64 = 8.0;

/// What a rewrite of this worth costs, in steps of a code: worth is its log channel, and how much commoner
/// the original is than the spun phrase.
fn cost(worth: f64) -> u8 {
    quantize::encode((worth - BEST_WORTH) as f32)
}

/// Where the ids of a rewrite are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    /// It has one, and this is it.
    One(u32),
    /// So many of them begin at this place of the pool, in units of four bytes.
    Many { at: u32, count: u8 },
}

/// What a record says, for the writer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) text_at: u32,
    pub(super) ids: Ids,
    pub(super) in_step: bool,
    pub(super) observed: u32,
    pub(super) spinner: u8,
    /// P(spun | original was replaced).
    pub(super) share: f64,
    /// P(original is replaced).
    pub(super) rate: f64,
    /// In nats.
    pub(super) worth: f64,
    /// At most [`LAST_LINE`].
    pub(super) line: u32,
}

impl Fields {
    /// The bytes of the record.
    pub(super) fn to_bytes(self) -> [u8; SIZE] {
        let (place, count) = match self.ids {
            Ids::One(id) => (id, 1),
            Ids::Many { at, count } => (at, count),
        };
        let mut out = [0; SIZE];
        out[0..4].copy_from_slice(&self.text_at.to_le_bytes());
        out[4..8].copy_from_slice(&place.to_le_bytes());
        out[8..12].copy_from_slice(&self.observed.to_le_bytes());
        out[12] = count | if self.in_step { IN_STEP } else { 0 };
        out[13] = self.spinner;
        out[14] = quantize::encode(self.share.ln() as f32);
        out[15] = rate_code(self.rate);
        out[16] = cost(self.worth);
        out[17..20].copy_from_slice(&self.line.to_le_bytes()[..3]);
        out
    }
}

/// A rate in 255ths.
pub(super) fn rate_code(rate: f64) -> u8 {
    // A float that is out of range becomes the nearest code.
    (rate * 255.0).round() as u8
}

/// A record where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Record<'d>(&'d [u8; SIZE]);

impl<'d> Record<'d> {
    #[inline]
    pub(super) fn new(bytes: &'d [u8; SIZE]) -> Self {
        Record(bytes)
    }

    #[inline]
    fn u32_at(self, at: usize) -> u32 {
        u32::from_le_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
    }

    /// Where its text begins, in the texts.
    pub(super) fn text_at(self) -> usize {
        self.u32_at(0) as usize
    }

    /// The bytes of its word ids, out of the pool where it has several; `None` if it is damaged.
    #[inline]
    pub(super) fn ids(self, pool: &'d [u8]) -> Option<&'d [u8]> {
        match usize::from(self.0[12] & !IN_STEP) {
            1 => Some(&self.0[4..8]),
            count => {
                let at = 4 * self.u32_at(4) as usize;
                pool.get(at..at + 4 * count)
            }
        }
    }

    /// Whether the words of its text, by space, are its ids one by one.
    #[inline]
    pub(super) fn is_in_step(self) -> bool {
        self.0[12] & IN_STEP != 0
    }

    /// How often the pair was observed.
    #[inline]
    pub(super) fn observed(self) -> u32 {
        self.u32_at(8)
    }

    /// Number of the spinner.
    #[inline]
    pub(super) fn spinner(self) -> u8 {
        self.0[13]
    }

    /// Code of P(spun | original was replaced).
    #[inline]
    pub(super) fn share_code(self) -> u8 {
        self.0[14]
    }

    /// P(original is replaced), in 255ths.
    #[inline]
    pub(super) fn rate_code(self) -> u8 {
        self.0[15]
    }

    /// What it costs without its neighbours, in steps of a code: its log channel, and how much commoner the
    /// original is than the spun phrase.
    #[inline]
    pub fn cost(self) -> u8 {
        self.0[16]
    }

    /// Line of the entry, counted over all files.
    pub(super) fn line(self) -> u32 {
        self.u32_at(16) >> 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let fields = Fields {
            text_at: 0x0102_0304,
            ids: Ids::One(0xff_0001),
            in_step: true,
            observed: 70_000,
            spinner: 254,
            share: 0.5,
            rate: 0.25,
            worth: -1.0,
            line: LAST_LINE,
        };
        for fields in [fields, Fields { ids: Ids::Many { at: 1, count: 2 }, in_step: false, line: 1, ..fields }] {
            let bytes = fields.to_bytes();
            let record = Record::new(&bytes);
            assert_eq!(record.text_at(), fields.text_at as usize);
            assert_eq!(record.is_in_step(), fields.in_step);
            assert_eq!((record.observed(), record.spinner()), (fields.observed, fields.spinner));
            assert_eq!((record.rate_code(), record.line()), (64, fields.line));
            assert!((quantize::decode(record.share_code()) - 0.5f32.ln()).abs() < 0.1);
            let pool = [9, 9, 9, 9, 1, 0, 0, 0, 2, 0, 0, 0];
            match fields.ids {
                Ids::One(id) => assert_eq!(record.ids(&[]), Some(&id.to_le_bytes()[..])),
                Ids::Many { .. } => {
                    assert_eq!(record.ids(&pool), Some(&pool[4..]));
                    assert_eq!(record.ids(&pool[..8]), None);
                }
            }
        }
    }
}
