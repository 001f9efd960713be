//! How sure it is that characters are a misread one: from what they would mean, and from what stands around them.

use super::encodings::Encoding;
use crate::mend::characters::is_latin;

/// How sure one misread character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// It reads well as it is.
    No,
    /// It may be one in a text that has others.
    Doubtful,
    Certain,
}

/// A sequence that may be one misread character.
pub(super) struct Sequence<'r> {
    pub(super) encoding: Encoding,
    pub(super) raw: &'r [(usize, char)],
    pub(super) decoded: char,
    /// The characters around it.
    pub(super) before: Option<char>,
    pub(super) after: Option<char>,
    /// How many sequences of the same script stand in a row with it.
    pub(super) row: usize,
    /// Whether its run is nothing but such sequences, two at least.
    pub(super) whole: bool,
    /// The characters around that row.
    pub(super) around: [Option<char>; 2],
}

/// Marks that stand after a letter in any text.
fn is_typographic(c: char) -> bool {
    matches!(
        c,
        '‘' | '’'
            | '‚'
            | '“'
            | '”'
            | '„'
            | '…'
            | '–'
            | '—'
            | '™'
            | '®'
            | '©'
            | '»'
            | '«'
            | '›'
            | '‹'
            | '•'
            | '\u{A0}'
            | '°'
            | '´'
            | '¿'
            | '¡'
    )
}

fn is_cyrillic(c: Option<char>) -> bool {
    c.is_some_and(|c| matches!(c, '\u{400}'..='\u{52F}'))
}

fn is_box(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{259F}')
}

/// Blocks whose characters stand in rows: the script of a decoded character.
pub(super) fn block(c: char) -> u32 {
    match c as u32 {
        0x80..=0x24F => 1,
        0x370..=0x3FF | 0x1F00..=0x1FFF => 2,
        0x400..=0x52F => 3,
        0x590..=0x5FF => 4,
        0x600..=0x7FF => 5,
        0x2E80..=0xD7FF => 6,
        code => 0x100 + (code >> 7),
    }
}

impl Sequence<'_> {
    pub(super) fn sure(&self) -> Sure {
        match self.raw.len() {
            _ if self.raw.iter().any(|&(_, c)| c == char::REPLACEMENT_CHARACTER) => Sure::Doubtful,
            _ if self.whole && self.encoding != Encoding::Windows1251 && self.is_usual() => Sure::Certain,
            2 => self.sure_of_two(),
            3 => self.sure_of_three(),
            _ if matches!(self.decoded, '\u{1F000}'..='\u{1FAFF}') => Sure::Certain,
            _ => Sure::Doubtful,
        }
    }

    /// Whether it means a character that English text has, or half of one that was misread twice.
    fn is_usual(&self) -> bool {
        matches!(self.decoded as u32, 0x80..=0x17F | 0x2C6 | 0x2DC | 0x2000..=0x27BF | 0xFB00..=0xFB06)
            && !self.raw.iter().any(|&(_, c)| is_box(c))
    }

    fn sure_of_three(&self) -> Sure {
        match self.decoded as u32 {
            // Quotation marks, dashes, currencies, arrows, signs of mathematics, dingbats.
            0x2010..=0x2027
            | 0x2030..=0x203A
            | 0x20A0..=0x20BF
            | 0x2116
            | 0x2122
            | 0x2190..=0x23FF
            | 0x2500..=0x27BF
            | 0x2B00..=0x2BFF => Sure::Certain,
            0x2000..=0x200F | 0x2028..=0x202F | 0x2060 => Sure::Certain,
            // Vietnamese, ligatures, the mark of byte order, full width, the sign for what was lost.
            0x1E00..=0x1EFF | 0xFB00..=0xFB06 | 0xFEFF | 0xFF00..=0xFFEF | 0xFFFD => Sure::Certain,
            0xE000..=0xF8FF => Sure::No,
            _ if self.row >= 2 => Sure::Certain,
            _ => Sure::No,
        }
    }

    fn sure_of_two(&self) -> Sure {
        let second = self.raw[1].1;
        let Some(lead) = self.encoding.byte(self.raw[0].1) else { return Sure::No };
        match self.encoding {
            Encoding::Windows1251 => self.sure_in_cyrillic(lead, second),
            Encoding::Cp437 => self.sure_in_cp437(lead, second),
            Encoding::MacRoman => self.sure_in_mac_roman(lead, second),
            _ => self.sure_in_latin(lead, second),
        }
    }

    /// Whether letters stand before and after.
    fn neighbours(&self) -> (bool, bool) {
        let is_letter = |c: Option<char>| c.is_some_and(|c| is_latin(c) || c == '\'' || c == '’');
        (is_letter(self.before), is_letter(self.after))
    }

    /// Both characters may be letters of a Cyrillic word.
    fn sure_in_cyrillic(&self, lead: u8, second: char) -> Sure {
        let (before, after) = self.neighbours();
        let beside = before || after;
        let in_word = self.around.into_iter().any(is_cyrillic);
        match lead {
            0xC2 | 0xC3 if in_word && self.row < 3 => Sure::No,
            0xC2 | 0xC3 if self.row >= 2 => Sure::Certain,
            0xC2 if second == '\u{A0}' => Sure::Doubtful,
            0xC2 | 0xC3 if !second.is_alphabetic() => Sure::Certain,
            0xC2 | 0xC3 if beside => Sure::Doubtful,
            _ if self.row >= 3 => Sure::Certain,
            0xD0 | 0xD1 => Sure::Doubtful,
            _ => Sure::No,
        }
    }

    fn sure_in_cp437(&self, lead: u8, second: char) -> Sure {
        let (before, after) = self.neighbours();
        let beside = before || after;
        match lead {
            0xD0 | 0xD1 if self.row >= 2 => Sure::Certain,
            _ if is_box(second) => {
                if beside {
                    Sure::Doubtful
                } else {
                    Sure::No
                }
            }
            0xC2..=0xC5 if beside || self.row >= 2 || self.decoded == '£' => Sure::Certain,
            0xCE..=0xDB if self.row >= 2 => Sure::Certain,
            _ => Sure::Doubtful,
        }
    }

    fn sure_in_mac_roman(&self, lead: u8, second: char) -> Sure {
        let (before, after) = self.neighbours();
        let beside = before || after;
        match lead {
            0xC3 if second == 'π' && !before => Sure::Doubtful,
            0xC3 if beside => Sure::Certain,
            0xC2 if matches!(second, '£' | '†' | '©') => Sure::Certain,
            0xC4 | 0xC5 if beside && !is_typographic(second) => Sure::Certain,
            0xCE..=0xDB if self.row >= 2 => Sure::Certain,
            0xC2..=0xC5 | 0xCB | 0xCE | 0xCF => Sure::Doubtful,
            _ => Sure::No,
        }
    }

    fn sure_in_latin(&self, lead: u8, second: char) -> Sure {
        let (before, after) = self.neighbours();
        let inside = before && after;
        match lead {
            0xC2 if second.is_control() => Sure::Doubtful,
            0xC2 if second == '\u{A0}' || second == '®' => {
                if self.before.is_some_and(char::is_uppercase) {
                    Sure::Doubtful
                } else {
                    Sure::Certain
                }
            }
            0xC2 if second.is_alphabetic() && !matches!(second, 'ª' | 'º' | 'µ') => {
                if second == 'Ł' && self.after.is_some_and(|c| c.is_ascii_digit()) {
                    Sure::Certain
                } else {
                    Sure::Doubtful
                }
            }
            0xC2 if matches!(second, '‘' | '’' | '“' | '”' | '…' | '–' | '—' | '™') => Sure::Doubtful,
            0xC2 => Sure::Certain,
            0xC3 if matches!(second, '‘' | '’' | '“' | '”' | '…' | '–' | '—' | '™' | '»') => {
                if inside { Sure::Certain } else { Sure::Doubtful }
            }
            0xC3 if second == '\u{A0}' && self.before.is_some_and(char::is_uppercase) => Sure::Doubtful,
            0xC3 => Sure::Certain,
            0xC4 | 0xC5 => {
                let near_lower = [self.before, self.after].into_iter().flatten().any(char::is_lowercase);
                let is_mark = is_typographic(second) && !matches!(second, '°' | '¡' | '¿' | '´' | '«' | '\u{A0}');
                if near_lower && (!is_mark || inside) { Sure::Certain } else { Sure::Doubtful }
            }
            0xCE | 0xCF if self.row >= 2 || !is_typographic(second) => Sure::Certain,
            0xCE..=0xDB if self.row >= 2 => Sure::Certain,
            // Combining marks and those that stand for themselves.
            0xCA..=0xCD if !before => Sure::Doubtful,
            0xCE..=0xD1 => Sure::Doubtful,
            _ => Sure::No,
        }
    }
}
