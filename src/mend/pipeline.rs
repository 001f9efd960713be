//! The order of the layers, and when each has to read a text.

use std::ops::Range;

use crate::embedded;

use super::layers::{Layers, Patch};
use super::lexicon::Lexicon;
use super::marks::{Calls, Marks};
use super::mended::Mended;
use super::{
    Damage, entities, homoglyphs, invisible, leet, letters, lines, lost, mojibake, spaced, spaces, styled, torn,
};

/// Layers of misreading and escaping that are undone one after the other.
const MAX_ENCODINGS: usize = 6;

/// Bytes of prose for each sign of code in it, at the least.
const SIGN: usize = 130;
/// How often a text is read anew; two are enough for all but what was made to need more.
const MAX_ROUNDS: usize = 12;
/// Bytes for each line end inside of a paragraph, in text that may have been wrapped.
const COLUMN: usize = 500;

/// What mends texts: the lexicon, and which kinds of damage are looked for.
///
/// ```
/// use unspin::mend::Mender;
/// let mender = Mender::default();
/// let mended = mender.mend("The hаrbourâ€™s o\u{ad}ld crane, AT&amp;T says.").unwrap();
/// assert_eq!(mended.text(), "The harbour’s old crane, AT&T says.");
/// let kinds: Vec<&str> = mended.damage().map(|(damage, _)| damage.name()).collect();
/// assert_eq!(kinds, ["mojibake", "entity", "soft-hyphen", "homoglyph"]);
/// assert!(mender.mend("Clean text – “as it is”.").is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Mender<'k> {
    lexicon: Option<Lexicon<'k>>,
    characters: bool,
    words: bool,
    thorough: bool,
}

impl Default for Mender<'static> {
    /// A mender with the embedded lexicon.
    fn default() -> Self {
        let lexicon = embedded::vocabulary().zip(embedded::context());
        Mender::new(lexicon.map(|(vocabulary, model)| Lexicon::new(vocabulary, model)))
    }
}

impl<'k> Mender<'k> {
    /// A mender of all kinds of damage. Without a lexicon, only of what characters make certain.
    pub fn new(lexicon: Option<Lexicon<'k>>) -> Self {
        Mender { lexicon, characters: true, words: lexicon.is_some(), thorough: false }
    }

    /// Whether disguised characters are mended: on at first.
    #[must_use]
    pub fn characters(mut self, on: bool) -> Self {
        self.characters = on;
        self
    }

    /// Whether torn words are mended: on at first if there is a lexicon.
    #[must_use]
    pub fn words(mut self, on: bool) -> Self {
        self.words = on && self.lexicon.is_some();
        self
    }

    /// Whether words are read even in a text whose bytes show no sign of damage to them: off at first, for it costs
    /// what reading costs. For texts that something else makes suspect.
    #[must_use]
    pub fn thorough(mut self, on: bool) -> Self {
        self.thorough = on;
        self
    }

    /// Mends a text; `None` if there is nothing to mend. Time grows with the length of the text.
    pub fn mend(&self, text: &str) -> Option<Mended> {
        if self.may_need(text) { self.mend_layers(text) } else { None }
    }

    /// Whether a text may need mending: of characters alone, ASCII can have no damage but entities.
    pub(super) fn may_need(&self, text: &str) -> bool {
        self.words || !text.is_ascii() || text.contains('&')
    }

    /// Lets the layers read a text until nothing changes.
    pub(super) fn mend_layers(&self, text: &str) -> Option<Mended> {
        let mut layers = Layers::new(text);
        let mut soft = Vec::new();
        // What a later layer uncovers, an earlier one may have to read: the text is read until nothing changes.
        for _ in 0..MAX_ROUNDS {
            let changes = layers.changes;
            soft = self.round(&mut layers);
            if layers.changes == changes {
                break;
            }
        }
        if layers.is_untouched() && soft.is_empty() {
            return None;
        }
        let (text, runs, mut counts) = layers.into_text();
        counts[Damage::HardWrap as usize] = soft.len() as u32;
        let view = (!soft.is_empty()).then(|| with_spaces(&text, &soft));
        Some(Mended { text, view, runs, counts })
    }

    /// Lets every layer read the text once; gives the line ends inside of paragraphs.
    fn round(&self, layers: &mut Layers) -> Vec<Range<usize>> {
        let marks = Marks::of(layers.text());
        let mut calls = if marks.non_ascii > 0 { Calls::of(layers.text()) } else { Calls::default() };
        if self.characters && (marks.entities > 0 || calls.of_characters()) {
            calls = self.mend_characters(layers, calls, marks.entities > 0);
        }
        match self.lexicon.as_ref().filter(|_| self.words) {
            Some(lexicon) => self.mend_words(layers, &marks, calls, lexicon),
            None => Vec::new(),
        }
    }

    /// Mends torn words; gives the line ends inside of paragraphs.
    fn mend_words(&self, layers: &mut Layers, marks: &Marks, calls: Calls, lexicon: &Lexicon) -> Vec<Range<usize>> {
        let mut patches = Vec::new();
        if marks.lone_letters > 2 {
            run(layers, &mut patches, |text, out| spaced::repair(text, lexicon, out));
        }
        if marks.hyphens > 0 || calls.hyphens {
            run(layers, &mut patches, |text, out| lines::join(text, lexicon, out));
        }
        let kinds = torn::Kinds {
            long_s: marks.long_s > 0 || self.thorough,
            lost: self.thorough,
            spaces: spaces::Kinds {
                split: marks.lone_letters > 0 || self.thorough,
                joined: marks.tight_commas > 0 || marks.long_runs > 3 || self.thorough,
            },
        };
        let is_torn = kinds.long_s || kinds.spaces.split || kinds.spaces.joined;
        let suspect = marks.leet + marks.questions > 0 || calls.lost || is_torn;
        if suspect && !is_technical(layers.text()) {
            self.mend_torn(layers, marks, calls, kinds, lexicon);
        }
        // A column has a line end for every so many bytes.
        if marks.open_lines > 1 && layers.text().len() / marks.open_lines < COLUMN {
            lines::soft_line_ends(layers.text())
        } else {
            Vec::new()
        }
    }

    /// Mends what only prose can be judged by.
    fn mend_torn(&self, layers: &mut Layers, marks: &Marks, calls: Calls, kinds: torn::Kinds, lexicon: &Lexicon) {
        let mut patches = Vec::new();
        if marks.leet > 0 {
            run(layers, &mut patches, |text, out| leet::repair(text, lexicon, out));
        }
        if marks.questions > 0 || calls.lost {
            run(layers, &mut patches, |text, out| lost::repair_marked(text, lexicon, out));
        }
        torn::mend(layers, kinds, lexicon);
    }

    /// Mends disguised characters; gives what those that are left call for.
    fn mend_characters(&self, layers: &mut Layers, mut calls: Calls, has_entities: bool) -> Calls {
        let mut patches = Vec::new();
        // What one layer uncovers another may have to read: text that was misread, escaped and misread again.
        for round in 0..MAX_ENCODINGS {
            let mut changed = (has_entities || round > 0) && run(layers, &mut patches, entities::repair);
            changed |= (calls.mojibake || changed) && run(layers, &mut patches, mojibake::repair);
            if !changed {
                break;
            }
            calls = Calls::ALL;
        }
        let lexicon = self.lexicon.as_ref();
        if calls.invisible {
            run(layers, &mut patches, invisible::repair);
        }
        if calls.letters {
            run(layers, &mut patches, letters::repair);
        }
        if calls.styled {
            run(layers, &mut patches, |text, out| styled::repair(text, lexicon, out));
        }
        if calls.homoglyphs {
            run(layers, &mut patches, |text, out| homoglyphs::repair(text, lexicon, out));
        }
        calls
    }
}

/// Whether a text is code, a listing or a manual rather than prose: by its signs and by lines that are set in.
fn is_technical(text: &str) -> bool {
    let is_sign = |b: &u8| {
        matches!(
            b,
            b'{' | b'}' | b'[' | b']' | b'<' | b'>' | b'=' | b'_' | b'/' | b'#' | b'*' | b'~' | b'^' | b'\\' | b'`'
        )
    };
    let signs = text.bytes().filter(|b| is_sign(b)).count();
    let (lines, set_in) = text
        .split('\n')
        .fold((0usize, 0usize), |(lines, set_in), line| (lines + 1, set_in + usize::from(line.starts_with("   "))));
    SIGN * signs > text.len() || 4 * set_in > lines
}

/// The text with a space for every byte of the spans.
fn with_spaces(text: &str, spans: &[Range<usize>]) -> String {
    let (mut view, mut at) = (String::with_capacity(text.len()), 0);
    for span in spans {
        view.push_str(&text[at..span.start]);
        view.extend(std::iter::repeat_n(' ', span.len()));
        at = span.end;
    }
    view.push_str(&text[at..]);
    view
}

/// Runs one layer over the text; says whether it changed anything.
fn run(layers: &mut Layers, patches: &mut Vec<Patch>, repair: impl FnOnce(&str, &mut Vec<Patch>)) -> bool {
    patches.clear();
    repair(layers.text(), patches);
    layers.apply(patches)
}

/// Kinds are numbered in their order: counts are kept by number.
const _: () = {
    let mut n = 0;
    while n < Damage::ALL.len() {
        assert!(Damage::ALL[n] as usize == n);
        n += 1;
    }
};
