//! Damage below the words: what code points, and words torn by a layout, make certain.
//!
//! [`Mender::mend`] gives a repaired view of a text, the repairs that lead to it as spans of the source, and a map
//! back: edits that are found on the view become edits of the source, one where both touch a word. Text that needs
//! nothing costs one pass over its bytes and gives `None`.
//!
//! | module | owns |
//! | --- | --- |
//! | `marks` | the first look: which layers have to read a text at all |
//! | `layers` | a text under repair, and its map to the source, by runs |
//! | `mended` | the result: view, repairs, edits of the view as edits of the source |
//! | `characters` | classes of characters that several layers ask about |
//! | `entities`, `mojibake` | text encoded once or twice too often |
//! | `invisible`, `letters`, `styled`, `homoglyphs` | disguised letters |
//! | `odd` | the second look: whether any word is none |
//! | `lexicon`, `words`, `decode`, `segment` | known words, a text as words, its likeliest reading |
//! | `evidence` | whether a text has a kind of damage, and how much of it |
//! | `spaced`, `lines`, `long_s`, `leet`, `lost`, `spaces` | words torn by a layout, an old font or a wag |
//! | `joined` | a word without spaces as words |
//! | `torn` | which of these kinds a text has, where they look alike |
//! | `stage` | mending as a stage of a restoration |

mod characters;
mod decode;
mod entities;
mod evidence;
mod homoglyphs;
mod invisible;
mod joined;
mod layers;
mod leet;
mod letters;
mod lexicon;
mod lines;
mod long_s;
mod lost;
mod marks;
mod mended;
mod mojibake;
mod odd;
mod pipeline;
mod segment;
mod spaced;
mod spaces;
mod stage;
mod styled;
#[cfg(test)]
mod tests;
mod torn;
mod words;

pub use lexicon::Lexicon;
pub use mended::{Composed, Mended, Repair};
pub use pipeline::Mender;

/// A kind of damage that is repaired here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Damage {
    /// UTF-8 that was read in another encoding, once or more often: `â€™`, `√©`, `Ã¢â‚¬â„¢`.
    Mojibake,
    /// References of HTML in plain text, once or more often escaped: `AT&amp;amp;T`.
    Entity,
    /// Characters without a width: zero-width spaces and joiners, marks of direction, tags.
    Invisible,
    /// Places where a word may be broken, U+00AD.
    SoftHyphen,
    /// Letters of mathematical alphabets, full width, circles, small capitals.
    Styled,
    /// Ligatures that are characters: `ﬁ`.
    Ligature,
    /// Other characters that stand for others: decomposed accents, full-width digits, the Kelvin sign.
    Compatibility,
    /// Letters of other scripts that look like Latin ones.
    Homoglyph,
    /// Words written l i k e  t h i s.
    LetterSpaced,
    /// Words cut by a hyphen at a line end.
    LineHyphen,
    /// The long s of old print, `ſ`, or an f in its place.
    LongS,
    /// Digits and signs in the place of letters: `l33t`.
    Leet,
    /// Ligatures that a font lost: `o cial`, `of?ce`.
    LostLigature,
    /// Words without the space between them.
    Joined,
    /// Words with a space inside.
    Split,
    /// Lines cut inside of paragraphs: the view reads on, the text keeps them.
    HardWrap,
}

impl Damage {
    /// All kinds, in their order.
    pub const ALL: [Damage; 16] = [
        Damage::Mojibake,
        Damage::Entity,
        Damage::Invisible,
        Damage::SoftHyphen,
        Damage::Styled,
        Damage::Ligature,
        Damage::Compatibility,
        Damage::Homoglyph,
        Damage::LetterSpaced,
        Damage::LineHyphen,
        Damage::LongS,
        Damage::Leet,
        Damage::LostLigature,
        Damage::Joined,
        Damage::Split,
        Damage::HardWrap,
    ];

    /// The name in results and options.
    pub fn name(self) -> &'static str {
        match self {
            Damage::Mojibake => "mojibake",
            Damage::Entity => "entity",
            Damage::Invisible => "invisible",
            Damage::SoftHyphen => "soft-hyphen",
            Damage::Styled => "styled",
            Damage::Ligature => "ligature",
            Damage::Compatibility => "compatibility",
            Damage::Homoglyph => "homoglyph",
            Damage::LetterSpaced => "letter-spaced",
            Damage::LineHyphen => "line-hyphen",
            Damage::LongS => "long-s",
            Damage::Leet => "leet",
            Damage::LostLigature => "lost-ligature",
            Damage::Joined => "joined",
            Damage::Split => "split",
            Damage::HardWrap => "hard-wrap",
        }
    }

    /// Whether code points alone decide it, without a lexicon.
    pub fn is_of_characters(self) -> bool {
        self <= Damage::Homoglyph
    }
}
