//! The encodings in which UTF-8 is misread, and single characters read back through them.

use std::sync::LazyLock;

use super::tables;

/// An encoding in which UTF-8 was misread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Windows1252,
    MacRoman,
    Windows1250,
    Windows1251,
    Cp437,
    Iso8859_2,
    Windows1257,
}

impl Encoding {
    /// All of them, the likelier first.
    pub(super) const ALL: [Encoding; 7] = [
        Encoding::Windows1252,
        Encoding::MacRoman,
        Encoding::Windows1250,
        Encoding::Windows1251,
        Encoding::Cp437,
        Encoding::Iso8859_2,
        Encoding::Windows1257,
    ];

    fn table(self) -> &'static [(char, u8)] {
        static TABLES: LazyLock<[Vec<(char, u8)>; 7]> = LazyLock::new(|| {
            Encoding::ALL.map(|encoding| {
                let upper = match encoding {
                    Encoding::Windows1252 => tables::WINDOWS_1252,
                    Encoding::MacRoman => tables::MAC_ROMAN,
                    Encoding::Windows1250 => tables::WINDOWS_1250,
                    Encoding::Windows1251 => tables::WINDOWS_1251,
                    Encoding::Cp437 => tables::CP437,
                    Encoding::Iso8859_2 => tables::ISO_8859_2,
                    Encoding::Windows1257 => tables::WINDOWS_1257,
                };
                let mut table: Vec<(char, u8)> = upper.chars().zip(0x80u8..=0xFF).collect();
                table.sort_unstable();
                table
            })
        });
        &TABLES[self as usize]
    }

    /// The byte that this encoding reads as `c`; a control character stands for its own number.
    pub(super) fn byte(self, c: char) -> Option<u8> {
        let table = self.table();
        match table.binary_search_by_key(&c, |&(c, _)| c) {
            Ok(n) => Some(table[n].1),
            // ISO 8859-1 has the control characters, and is else like Windows-1252.
            Err(_) if self == Encoding::Windows1252 && matches!(c, '\u{80}'..='\u{9F}') => Some(c as u32 as u8),
            Err(_) => None,
        }
    }

    /// The character whose UTF-8 bytes were read as the first of `chars`, and how many of them it took.
    ///
    /// Halves of a surrogate pair that were encoded one by one (CESU-8) are put together.
    pub(super) fn decode(self, chars: &[(usize, char)]) -> Option<(char, usize)> {
        let (code, count) = self.code(chars)?;
        if (0xD800..0xDC00).contains(&code) {
            let (low, more) = self.code(&chars[count..])?;
            if !(0xDC00..0xE000).contains(&low) {
                return None;
            }
            let code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            return Some((char::from_u32(code)?, count + more));
        }
        Some((char::from_u32(code)?, count))
    }

    /// One code of UTF-8 in its shortest form; surrogates pass.
    fn code(self, chars: &[(usize, char)]) -> Option<(u32, usize)> {
        let lead = self.byte(chars.first()?.1)?;
        let (count, bits, least) = match lead {
            0xC2..=0xDF => (2, lead & 0x1F, 0x80),
            0xE0..=0xEF => (3, lead & 0x0F, 0x800),
            0xF0..=0xF4 => (4, lead & 0x07, 0x1_0000),
            _ => return None,
        };
        let mut code = u32::from(bits);
        let rest = chars.get(1..count)?;
        let lost = rest.iter().filter(|&&(_, c)| c == char::REPLACEMENT_CHARACTER).count();
        if lost > 0 {
            let is_rest = |&(_, c): &(usize, char)| {
                c == char::REPLACEMENT_CHARACTER || self.byte(c).is_some_and(|byte| (0x80..0xC0).contains(&byte))
            };
            return rest.iter().all(is_rest).then_some((char::REPLACEMENT_CHARACTER as u32, count));
        }
        for &(_, c) in rest {
            let byte = self.byte(c).filter(|byte| (0x80..0xC0).contains(byte))?;
            code = code << 6 | u32::from(byte & 0x3F);
        }
        (code >= least).then_some((code, count))
    }
}
