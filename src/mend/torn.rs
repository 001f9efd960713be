//! Which kinds of torn words a text has: the one that explains most is undone first, and the others are judged anew.
//!
//! Kinds look like each other: "ofher" is joined or has a long s, "wi ll" is split or has lost a ligature.

use super::evidence::BELIEVED;
use super::layers::{Layers, Patch};
use super::lexicon::Lexicon;
use super::odd::has_odd_word;
use super::words::{Word, plain_words};
use super::{long_s, lost, spaces};

/// The kinds that are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds {
    pub(crate) long_s: bool,
    pub(crate) lost: bool,
    pub(crate) spaces: spaces::Kinds,
}

/// What a text says of one of them.
enum Judged {
    LongS(long_s::Judged),
    Lost(lost::Judged),
    Spaces(spaces::Judged),
}

impl Judged {
    fn nats(&self) -> f32 {
        match self {
            Judged::LongS(judged) => judged.nats,
            Judged::Lost(judged) => judged.nats,
            Judged::Spaces(judged) => judged.nats(),
        }
    }

    fn repair(self, text: &str, words: &[Word], lexicon: &Lexicon, out: &mut Vec<Patch>) {
        match self {
            Judged::LongS(judged) => long_s::repair(judged, text, words, lexicon, out),
            Judged::Lost(judged) => lost::repair_unmarked(judged, text, words, lexicon, out),
            Judged::Spaces(judged) => spaces::repair(judged, text, words, lexicon, out),
        }
    }
}

/// Mends torn words of these kinds.
pub(crate) fn mend(layers: &mut Layers, mut kinds: Kinds, lexicon: &Lexicon) {
    if !has_odd_word(layers.text(), lexicon) {
        return;
    }
    let mut patches = Vec::new();
    let mut words = plain_words(layers.text(), lexicon);
    loop {
        let text = layers.text();
        let looks_spaced = kinds.spaces.split || kinds.spaces.joined;
        let all = [
            kinds.long_s.then(|| Judged::LongS(long_s::judge(text, &words, lexicon))),
            kinds.lost.then(|| Judged::Lost(lost::judge(text, &words, lexicon))),
            looks_spaced.then(|| Judged::Spaces(spaces::judge(text, &words, lexicon, kinds.spaces))),
        ];
        let believed = all.into_iter().flatten().filter(|judged| judged.nats() >= BELIEVED);
        let Some(best) = believed.max_by(|a, b| a.nats().total_cmp(&b.nats())) else { return };
        match &best {
            Judged::LongS(_) => kinds.long_s = false,
            Judged::Lost(_) => kinds.lost = false,
            Judged::Spaces(_) => kinds.spaces = spaces::Kinds { split: false, joined: false },
        }
        patches.clear();
        best.repair(text, &words, lexicon, &mut patches);
        if layers.apply(&patches) {
            words = plain_words(layers.text(), lexicon);
        }
    }
}
