//! Letters of mathematical alphabets, full width, circles and small capitals, where they write words.
//!
//! Source of the values: Unicode Character Database, compatibility decompositions; small capitals by their names.

use super::Damage;
use super::characters::{Code, after, before, is_east_asian, is_latin, non_ascii};
use super::layers::Patch;
use super::lexicon::Lexicon;

/// How far a style may be trusted to write words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Mathematical alphabets: words, or variables.
    Mathematical,
    /// Letters for sets: variables even in text that has other styled words.
    DoubleStruck,
    /// Full width: at home in East Asian text.
    FullWidth,
    /// In circles, brackets or squares.
    Enclosed,
    /// Small capitals, raised and lowered letters: words only if the whole of a word is written so.
    Small,
}

/// The letters that the mathematical alphabets borrow from the block of letter-like symbols.
const BORROWED: [(char, char); 24] = [
    ('ℂ', 'C'),
    ('ℊ', 'g'),
    ('ℋ', 'H'),
    ('ℌ', 'H'),
    ('ℍ', 'H'),
    ('ℎ', 'h'),
    ('ℐ', 'I'),
    ('ℑ', 'I'),
    ('ℒ', 'L'),
    ('ℕ', 'N'),
    ('ℙ', 'P'),
    ('ℚ', 'Q'),
    ('ℛ', 'R'),
    ('ℜ', 'R'),
    ('ℝ', 'R'),
    ('ℤ', 'Z'),
    ('ℨ', 'Z'),
    ('ℬ', 'B'),
    ('ℭ', 'C'),
    ('ℯ', 'e'),
    ('ℰ', 'E'),
    ('ℱ', 'F'),
    ('ℳ', 'M'),
    ('ℴ', 'o'),
];

/// Small capitals, then raised and lowered letters.
const SMALL: &str = "ɢgɪiɴnʀrʏyʙbʜhʟlᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜰfꜱsǫqʰhʲjʳrʷwʸyˡlˢsˣxᴬAᴮBᴰDᴱEᴳGᴴHᴵIᴶJᴷKᴸLᴹMᴺNᴼOᴾP\
    ᴿRᵀTᵁUᵂWⱽVᵃaᵇbᵈdᵉeᵍgᵏkᵐmᵒoᵖpᵗtᵘuᵛvᶜcᶠfᶻzⁱiⁿnₐaₑeₒoₓxₕhₖkₗlₘmₙnₚpₛsₜtᵢiᵣrᵤuᵥvⱼj";

fn from(base: char, first: char, c: char) -> Option<char> {
    char::from_u32(first as u32 + (c as u32 - base as u32))
}

/// The plain letter or digit of a styled one, and its style.
fn styled(c: char) -> Option<(char, Style)> {
    let plain = match c {
        '\u{1D400}'..='\u{1D6A3}' => {
            let n = (c as u32 - 0x1D400) % 52;
            let letter =
                if n < 26 { from('\0', 'A', char::from_u32(n)?) } else { from('\u{1a}', 'a', char::from_u32(n)?) };
            let style = if matches!(c, '\u{1D538}'..='\u{1D56B}') { Style::DoubleStruck } else { Style::Mathematical };
            return Some((letter?, style));
        }
        '\u{1D6A4}' => return Some(('i', Style::Mathematical)),
        '\u{1D6A5}' => return Some(('j', Style::Mathematical)),
        '\u{1D7CE}'..='\u{1D7FF}' => {
            let digit = char::from_digit((c as u32 - 0x1D7CE) % 10, 10)?;
            return Some((digit, Style::Mathematical));
        }
        '\u{FF21}'..='\u{FF3A}' => return Some((from('\u{FF21}', 'A', c)?, Style::FullWidth)),
        '\u{FF41}'..='\u{FF5A}' => return Some((from('\u{FF41}', 'a', c)?, Style::FullWidth)),
        '\u{24B6}'..='\u{24CF}' => from('\u{24B6}', 'A', c)?,
        '\u{24D0}'..='\u{24E9}' => from('\u{24D0}', 'a', c)?,
        '\u{249C}'..='\u{24B5}' => from('\u{249C}', 'a', c)?,
        '\u{1F110}'..='\u{1F129}' => from('\u{1F110}', 'A', c)?,
        '\u{1F130}'..='\u{1F149}' => from('\u{1F130}', 'A', c)?,
        '\u{1F150}'..='\u{1F169}' => from('\u{1F150}', 'A', c)?,
        '\u{1F170}'..='\u{1F189}' => from('\u{1F170}', 'A', c)?,
        '\u{2100}'..='\u{214F}' => {
            let plain = BORROWED.iter().find(|(styled, _)| *styled == c)?.1;
            let style = if matches!(c, 'ℂ' | 'ℍ' | 'ℕ' | 'ℙ' | 'ℚ' | 'ℝ' | 'ℤ') {
                Style::DoubleStruck
            } else {
                Style::Mathematical
            };
            return Some((plain, style));
        }
        '\u{1EB}'..='\u{2E3}'
        | '\u{1D00}'..='\u{1DBB}'
        | '\u{2071}'..='\u{209C}'
        | '\u{2C7C}'
        | '\u{2C7D}'
        | '\u{A730}'
        | '\u{A731}' => {
            let (at, _) = SMALL.char_indices().step_by(2).find(|(_, small)| *small == c)?;
            return Some((SMALL[at + c.len_utf8()..].chars().next()?, Style::Small));
        }
        _ => return None,
    };
    Some((plain, Style::Enclosed))
}

/// The plain letter of a styled one.
pub(crate) fn plain(c: char) -> Option<char> {
    styled(c).map(|(plain, _)| plain)
}

/// A run of letters and digits with styled ones among them.
struct Word {
    span: std::ops::Range<usize>,
    plain: String,
    /// How many characters are styled, and how many stand plain.
    styled: usize,
    others: usize,
    style: Style,
    certain: bool,
}

/// Functions and operators that formulas write in letters: no evidence that a text has styled words.
const OF_FORMULAS: [&str; 24] = [
    "sin", "cos", "tan", "log", "exp", "max", "min", "lim", "sup", "inf", "det", "dim", "ker", "deg", "arg", "mod",
    "gcd", "var", "cov", "for", "and", "sign", "rank", "diag",
];

/// Writes styled words in plain letters; a variable in a formula stays.
pub(crate) fn repair(text: &str, lexicon: Option<&Lexicon>, out: &mut Vec<Patch>) {
    let (mut words, mut east) = (Vec::<Word>::new(), 0);
    non_ascii(text, |at, c| {
        east += usize::from(is_east_asian(c));
        if words.last().is_none_or(|word| at >= word.span.end) && styled(c).is_some() {
            words.extend(word_around(text, at));
        }
    });
    if words.is_empty() {
        return;
    }
    let code = Code::of(text);
    // Full width is at home in text that is East Asian for more than a name or two.
    let is_east = |word: &Word| {
        let beside = [before(text, word.span.start), after(text, word.span.end)];
        word.style == Style::FullWidth && (east > text.len() / 16 || beside.into_iter().flatten().any(is_east_asian))
    };
    words.retain(|word| !code.contains(word.span.start) && !is_east(word));
    for word in &mut words {
        let letters = word.plain.chars().filter(char::is_ascii_alphabetic).count();
        let is_word = match lexicon {
            Some(lexicon) => lexicon.knows(&word.plain),
            None => letters >= 4 && word.plain.contains(['a', 'e', 'i', 'o', 'u', 'y']),
        };
        let is_word = is_word || word.style == Style::Enclosed;
        let is_of_formula = OF_FORMULAS.contains(&word.plain.as_str());
        word.certain = letters >= 3 && is_word && !is_of_formula && (word.style != Style::Small || word.others <= 1);
    }
    let several = |word: &&Word| word.styled + word.others > 1 && word.style != Style::Small;
    let certain = words.iter().filter(|word| word.certain && word.style != Style::Small).count();
    let writes_words = certain > 0 && 3 * certain >= words.iter().filter(several).count();
    for word in &words {
        let goes = match word.style {
            Style::FullWidth => true,
            Style::Small => word.certain,
            Style::DoubleStruck if word.styled == 1 => false,
            _ if word.styled + word.others == 1 => writes_words && certain > 1,
            _ => writes_words,
        };
        if goes {
            out.push(Patch::new(word.span.clone(), word.plain.clone(), Damage::Styled));
        }
    }
}

/// The word that the first styled letter of a run belongs to.
fn word_around(text: &str, at: usize) -> Option<Word> {
    let belongs = |c: char| styled(c).is_some() || is_latin(c) || c.is_ascii_digit();
    let start = text[..at].char_indices().rev().take_while(|(_, c)| belongs(*c)).last().map_or(at, |(at, _)| at);
    let mut word = Word {
        span: start..start,
        plain: String::new(),
        styled: 0,
        others: 0,
        style: styled(text[at..].chars().next()?)?.1,
        certain: false,
    };
    for c in text[start..].chars().take_while(|c| belongs(*c)) {
        word.span.end += c.len_utf8();
        match styled(c) {
            Some((plain, style)) => {
                word.plain.push(plain);
                word.styled += 1;
                // The style that may be trusted least decides.
                if style == Style::Small || style == Style::DoubleStruck && word.style == Style::Mathematical {
                    word.style = style;
                }
            }
            None => {
                word.plain.push(c);
                word.others += 1;
            }
        }
    }
    Some(word)
}
