//! SWAR (SIMD within a register): classifies eight bytes of a text in one `u64`.
//!
//! The scheme is that of Lamport, "Multiple byte processing with full-word instructions", CACM 18(8), 1975: the low seven
//! bits of each byte are compared, and the answer stands in its high bit.

/// Bytes in a register.
pub const LANES: usize = 8;
/// One in each byte.
const ONES: u64 = u64::MAX / 0xff;
/// The highest bit of each byte.
const HIGH: u64 = 0x80 * ONES;

/// The bit of each byte by which lower case of ASCII differs from upper.
const LOWER: u64 = 0x20 * ONES;

/// Eight bytes of a text, the first in the lowest bits.
#[derive(Clone, Copy, Debug)]
pub struct Lanes(u64);

impl Lanes {
    /// The bits that no byte of ASCII has.
    pub const NO_ASCII: u64 = HIGH;

    /// The bytes of a text from `at` on; after its end come zeros.
    #[inline]
    pub fn at(bytes: &[u8], at: usize) -> Lanes {
        let rest = bytes.get(at..).unwrap_or_default();
        Lanes(match rest.first_chunk() {
            Some(eight) => u64::from_le_bytes(*eight),
            None => rest.iter().rev().fold(0, |lanes, &byte| lanes << 8 | u64::from(byte)),
        })
    }

    /// Marks, by its high bit, each byte of `seven` within `first..=last`. No byte of `seven` has its high bit set.
    #[inline]
    fn within(seven: u64, first: u8, last: u8) -> u64 {
        let from = seven + u64::from(0x80 - first) * ONES;
        let beyond = seven + u64::from(0x7f - last) * ONES;
        from & !beyond
    }

    /// The length of the leading run of ASCII letters and digits, and that run as a number, equal for upper and lower case.
    #[inline]
    pub fn alphanumeric(self) -> (usize, u64) {
        let seven = self.0 & !HIGH;
        let is_one = Lanes::within(seven | LOWER, b'a', b'z') | Lanes::within(seven, b'0', b'9');
        let others = !(is_one & !self.0) & HIGH;
        // A mask of the bytes before the first other one; all bits if there is none.
        let before = ((others & others.wrapping_neg()) >> 7).wrapping_sub(1);
        (Lanes::first_marked(others), (self.0 | LOWER) & before)
    }

    /// The length of the leading run of ASCII lower-case letters.
    #[inline]
    pub fn lowercase(self) -> usize {
        Lanes::first_marked(!(Lanes::within(self.0 & !HIGH, b'a', b'z') & !self.0) & HIGH)
    }

    /// With the bit set by which lower case of ASCII differs from upper; digits and most marks have it anyway.
    #[inline]
    pub fn lowered(self) -> Lanes {
        Lanes(self.0 | LOWER)
    }

    /// The first bytes as a number; those after them count as zeros.
    #[inline]
    pub fn first(self, length: usize) -> u64 {
        if length < LANES { self.0 & !(u64::MAX << (8 * length)) } else { self.0 }
    }

    /// The number of the first byte whose highest bit is set.
    #[inline]
    fn first_marked(marks: u64) -> usize {
        marks.trailing_zeros() as usize / 8
    }
}

/// Mixes eight more bytes into a hash. Both halves of the product are folded: the low half alone carries differences
/// upwards only, where the next bytes can cancel them ("programme", "programer").
#[inline]
pub fn mix(hash: u64, eight: u64) -> u64 {
    let product = u128::from(hash.rotate_left(5) ^ eight) * 0x517c_c1b7_2722_0a95;
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_what_it_is() {
        for byte in 0..=u8::MAX {
            for at in 0..LANES {
                let mut bytes = [b'a'; LANES];
                bytes[at] = byte;
                let lanes = Lanes::at(&bytes, 0);
                let count = |is: fn(&u8) -> bool| if is(&byte) { LANES } else { at };
                assert_eq!(lanes.alphanumeric().0, count(u8::is_ascii_alphanumeric), "{byte} at {at}");
                assert_eq!(lanes.lowercase(), count(u8::is_ascii_lowercase), "{byte} at {at}");
            }
        }
    }

    #[test]
    fn case_and_what_follows_make_no_difference() {
        let folded = |text: &str| Lanes::at(text.as_bytes(), 0).alphanumeric().1;
        assert_eq!(folded("White Home"), folded("WHITE"));
        assert_eq!(folded("12months, or"), folded("12MONTHS"));
        assert_ne!(folded("white"), folded("whit"));
        assert_eq!(folded(" white"), 0);
        assert_eq!(Lanes::at(b"white", 9).alphanumeric(), (0, 0));
    }
}
