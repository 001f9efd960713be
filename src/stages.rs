//! The stages of a restoration: the list of channels, each of which reads what the one before it left. What they find
//! becomes edits of the source.

mod undone;

use crate::channel::ocr::Ocr;
use crate::channel::{Channel, TextChannel};
use crate::document::Verdict;
use crate::engine::{Engine, Restored};
use crate::mend::Mender;
use crate::restoration::Restoration;

use undone::{Undone, on_source, together};

/// The list of channels, in the order in which they read a text: those that are asked for.
///
/// Damage is undone first, place by place. A spinner explains the whole of a text, so its channel is the last.
#[derive(Clone, Debug)]
pub(crate) struct Stages {
    mender: Option<Mender<'static>>,
    ocr: Option<Ocr>,
    is_spun: bool,
}

impl Stages {
    /// Those of `channels`, which make edits of at least `min_confidence`.
    pub(crate) fn new(channels: &[Channel], min_confidence: f32) -> Stages {
        let has = |channel| channels.contains(&channel);
        let is_mended = has(Channel::Characters) || has(Channel::Words);
        // Torn words show in the bytes of a text only where they are many.
        let mender = || {
            let mender = Mender::default().characters(has(Channel::Characters)).words(has(Channel::Words));
            mender.thorough(has(Channel::Words))
        };
        Stages {
            mender: is_mended.then(mender),
            ocr: has(Channel::Ocr).then(|| Ocr::new(min_confidence)),
            is_spun: has(Channel::Spun),
        }
    }

    /// The channels as one reader: each stage is resolved at compile time.
    fn reader<'c>(&'c self, engine: &'c Engine) -> impl Reader + 'c {
        let spun = Last { channel: self.is_spun.then_some(engine), engine };
        Then { channel: self.mender.as_ref(), rest: Then { channel: self.ocr.as_ref(), rest: spun } }
    }

    /// Restores a text.
    pub(crate) fn restore<'t>(&self, engine: &Engine, text: &'t str) -> Restoration<&'t str> {
        let Restored { verdict, edits } = self.reader(engine).restore(text);
        Restoration::new(text, verdict, edits)
    }

    /// The verdict on a text.
    pub(crate) fn detect(&self, engine: &Engine, text: &str) -> Verdict {
        self.reader(engine).detect(text)
    }
}

/// The channels from one on: what they make of a text together.
trait Reader {
    fn restore(&self, text: &str) -> Restored;
    fn detect(&self, text: &str) -> Verdict;
}

/// A channel, if it is asked for, and those after it.
struct Then<'c, C, R> {
    channel: Option<&'c C>,
    rest: R,
}

impl<C: TextChannel<Found: Undone>, R: Reader> Reader for Then<'_, C, R> {
    fn restore(&self, text: &str) -> Restored {
        let found = self.channel.and_then(|channel| channel.undo(text, channel.prefilter(text)?));
        let Some(found) = found else { return self.rest.restore(text) };
        let Restored { verdict, edits } = self.rest.restore(found.view());
        Restored { verdict: on_source(&found, &verdict), edits: together(found.compose(text, &edits)) }
    }

    fn detect(&self, text: &str) -> Verdict {
        let found = self.channel.and_then(|channel| channel.judge(text, channel.prefilter(text)?));
        match found {
            Some(found) => on_source(&found, &self.rest.detect(found.view())),
            None => self.rest.detect(text),
        }
    }
}

/// The channel of spinners, if it is asked for.
struct Last<'c> {
    channel: Option<&'c Engine>,
    engine: &'c Engine,
}

impl Reader for Last<'_> {
    fn restore(&self, text: &str) -> Restored {
        let found = self.channel.and_then(|channel| channel.undo(text, channel.prefilter(text)?));
        found.unwrap_or_else(|| Restored { verdict: self.engine.clean(), edits: Vec::new() })
    }

    fn detect(&self, text: &str) -> Verdict {
        let found = self.channel.and_then(|channel| channel.judge(text, channel.prefilter(text)?));
        found.map_or_else(|| self.engine.clean(), |found| found.verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{Correction, Corrections};

    /// A channel of a few lines: whoever wrote "teh" meant "the".
    struct Typos;

    impl TextChannel for Typos {
        type Evidence = usize;
        type Found = Corrections;

        fn prefilter(&self, text: &str) -> Option<usize> {
            text.find("teh")
        }

        fn undo(&self, text: &str, at: usize) -> Option<Corrections> {
            let all = vec![Correction { span: at..at + 3, replacement: "the".to_string(), confidence: 0.9 }];
            Some(Corrections { channel: Channel::Ocr, all, corrected: text.replacen("teh", "the", 1) })
        }
    }

    #[test]
    fn channels_behind_read_what_one_left() {
        let unspin = crate::Unspin::new();
        let reader = |is_asked: bool| {
            let spun = Last { channel: Some(&unspin.engine), engine: &unspin.engine };
            Then { channel: is_asked.then_some(&Typos), rest: spun }
        };
        let text = "On teh day The White Home stated that Chinese language officers had been there.";
        let made = |is_asked| crate::apply(text, &reader(is_asked).restore(text).edits).unwrap();
        let want = "On the day The White House said that Chinese officials were there.";
        assert_eq!(made(true), want);
        assert_eq!(made(false), want.replacen("the", "teh", 1));
        let verdict = reader(true).detect(text);
        assert!(verdict.is_spun() && verdict.damage()["ocr"] == 1);
        // Evidence stands in the source.
        let home = verdict.evidence().iter().find(|evidence| evidence.found() == "Home").unwrap();
        assert_eq!(&text[home.span()], "Home");
        assert!(reader(true).restore("It rained in Oslo.").edits.is_empty());
    }
}
