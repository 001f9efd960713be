//! A binary range coder with adaptive probabilities, and numbers written by it.
//!
//! Each decision is coded under a probability that is learned on the way, from the decisions made before in the same
//! context, so that writer and reader need no tables (Mahoney, "Adaptive weighing of context models for lossless data
//! compression", 2005). One walk over the figures serves both directions: it hands each decision to a [`Coder`], which
//! writes it or answers what was written.

use std::sync::LazyLock;

/// Sightings beyond which a probability moves no slower.
const MOST_SEEN: u16 = 255;
/// How far the nth sighting moves a probability, in 65,536ths.
static RATES: LazyLock<[i32; MOST_SEEN as usize + 1]> =
    LazyLock::new(|| std::array::from_fn(|seen| (65_536.0 / (seen as f64 + 1.6)) as i32));

/// What was learned of a decision: the probability of yes, in 65,536ths, and how often it was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Odds {
    yes: u16,
    seen: u16,
}

impl Odds {
    const NEW: Odds = Odds { yes: 1 << 15, seen: 0 };

    #[inline]
    fn learn(&mut self, yes: bool) {
        /// Neither is ever certain.
        const LEAST: i32 = 24;
        let p = i32::from(self.yes);
        let aim = if yes { 65_535 } else { 0 };
        // Both factors are below 2^16.
        let step = ((i64::from(aim - p) * i64::from(RATES[usize::from(self.seen)])) >> 16) as i32;
        self.yes = (p + step).clamp(LEAST, 65_535 - LEAST) as u16;
        self.seen = (self.seen + 1).min(MOST_SEEN);
    }
}

/// Writes decisions, or reads them.
pub(super) trait Coder {
    /// Codes a decision under a probability; the one given if it writes, the one that was written if it reads.
    fn code(&mut self, yes_probability: u16, yes: bool) -> bool;

    /// Codes a decision, and learns from it.
    #[inline]
    fn decide(&mut self, odds: &mut Odds, yes: bool) -> bool {
        let yes = self.code(odds.yes, yes);
        odds.learn(yes);
        yes
    }
}

/// Where an interval is cut.
#[inline]
fn cut(low: u32, high: u32, yes: u16) -> u32 {
    low + ((u64::from(high - low) * u64::from(yes)) >> 16) as u32
}

/// Writes decisions to bytes.
#[derive(Debug)]
pub(super) struct Encoder {
    low: u32,
    high: u32,
    out: Vec<u8>,
}

impl Encoder {
    pub(super) fn new() -> Encoder {
        Encoder { low: 0, high: u32::MAX, out: Vec::new() }
    }

    /// All that was written.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.extend(self.high.to_be_bytes());
        self.out
    }
}

impl Coder for Encoder {
    #[inline]
    fn code(&mut self, yes_probability: u16, yes: bool) -> bool {
        let cut = cut(self.low, self.high, yes_probability);
        if yes {
            self.high = cut
        } else {
            self.low = cut + 1
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.out.push((self.high >> 24) as u8);
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
        }
        yes
    }
}

/// Reads decisions from bytes; beyond their end it reads zeros.
#[derive(Debug)]
pub(super) struct Decoder<'b> {
    low: u32,
    high: u32,
    code: u32,
    rest: &'b [u8],
}

impl<'b> Decoder<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Decoder<'b> {
        let mut decoder = Decoder { low: 0, high: u32::MAX, code: 0, rest: bytes };
        (0..4).for_each(|_| decoder.shift());
        decoder
    }

    #[inline]
    fn shift(&mut self) {
        let next = match self.rest {
            [next, rest @ ..] => {
                self.rest = rest;
                *next
            }
            [] => 0,
        };
        self.code = self.code << 8 | u32::from(next);
    }
}

impl Coder for Decoder<'_> {
    #[inline]
    fn code(&mut self, yes_probability: u16, _: bool) -> bool {
        let cut = cut(self.low, self.high, yes_probability);
        let yes = self.code <= cut;
        if yes {
            self.high = cut
        } else {
            self.low = cut + 1
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
            self.shift();
        }
        yes
    }
}

/// What is learned of numbers in so many contexts.
///
/// A number is the count of its binary digits, digit by digit of a unary code, and then the digits behind the first:
/// the two highest of them as they were learned for that count, the others for their place alone.
#[derive(Debug)]
pub(super) struct Numbers {
    odds: Vec<Odds>,
}

/// The most binary digits of a number and one.
const DIGITS: usize = 18;
/// Decisions of a context: how many digits, then the first behind the leading one, the second, the others.
const DECISIONS: usize = DIGITS + DIGITS + 2 * DIGITS + DIGITS;

impl Numbers {
    pub(super) fn new(contexts: usize) -> Numbers {
        Numbers { odds: vec![Odds::NEW; contexts * DECISIONS] }
    }

    /// Codes a number below 2^18 − 1 in a context.
    #[inline]
    pub(super) fn code(&mut self, coder: &mut impl Coder, context: usize, number: u32) -> u32 {
        let odds = &mut self.odds[context * DECISIONS..][..DECISIONS];
        // What is about to be read may be given as anything.
        let number = number.min((1 << DIGITS) - 2) + 1;
        let own_digits = number.ilog2() as usize;
        let mut digits = 0;
        while digits + 1 < DIGITS && coder.decide(&mut odds[digits], digits < own_digits) {
            digits += 1;
        }
        let mut value = 1u32;
        for place in (0..digits).rev() {
            let decision = match digits - place {
                1 => DIGITS + digits,
                2 => 2 * DIGITS + 2 * digits + (value & 1) as usize,
                _ => 4 * DIGITS + place,
            };
            let digit = coder.decide(&mut odds[decision], number >> place & 1 == 1);
            value = value << 1 | u32::from(digit);
        }
        value - 1
    }
}

/// What is learned of the letters of words, behind the two before each.
#[derive(Debug)]
pub(super) struct Letters {
    odds: Vec<Odds>,
}

impl Letters {
    /// Pairs of letters are told apart by so many bits of their hash.
    const BITS: u32 = 13;

    pub(super) fn new() -> Letters {
        Letters { odds: vec![Odds::NEW; 256 << Self::BITS] }
    }

    /// Codes a byte behind two others.
    pub(super) fn code(&mut self, coder: &mut impl Coder, before: [u8; 2], letter: u8) -> u8 {
        let context = u32::from(u16::from_le_bytes(before)).wrapping_mul(0x9E37_79B1) >> (32 - Self::BITS);
        let odds = &mut self.odds[(context as usize) << 8..][..256];
        let mut node = 1usize;
        for place in (0..8).rev() {
            let digit = coder.decide(&mut odds[node], letter >> place & 1 == 1);
            node = 2 * node + usize::from(digit);
        }
        node as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of all sizes come back, and seldom ones cost more.
    #[test]
    fn what_is_written_is_read() {
        let numbers: Vec<u32> =
            (0..40_000u32).map(|n| if n % 7 == 0 { n.wrapping_mul(0x9E37_79B1) >> 15 } else { n % 5 }).collect();
        let (mut encoder, mut model) = (Encoder::new(), Numbers::new(2));
        for &number in &numbers {
            assert_eq!(model.code(&mut encoder, (number % 2) as usize, number), number);
        }
        let bytes = encoder.finish();
        let (mut decoder, mut model) = (Decoder::new(&bytes), Numbers::new(2));
        for &number in &numbers {
            assert_eq!(model.code(&mut decoder, (number % 2) as usize, 0), number);
        }
        let (mut encoder, mut model) = (Encoder::new(), Numbers::new(1));
        (0..10_000).for_each(|_| assert_eq!(model.code(&mut encoder, 0, 3), 3));
        assert!(encoder.finish().len() < 60);
    }

    #[test]
    fn letters_come_back() {
        let text = "wherever whenever however, ça et là".repeat(3);
        let (mut encoder, mut model, mut before) = (Encoder::new(), Letters::new(), [0; 2]);
        for &letter in text.as_bytes() {
            before = [before[1], model.code(&mut encoder, before, letter)];
        }
        let bytes = encoder.finish();
        let (mut decoder, mut model, mut before) = (Decoder::new(&bytes), Letters::new(), [0; 2]);
        for &letter in text.as_bytes() {
            let read = model.code(&mut decoder, before, 0);
            assert_eq!(read, letter);
            before = [before[1], read];
        }
    }
}
