//! Mending as a stage of a restoration: the channels of characters and of words, which uncover each other's damage and
//! so are one.

use super::mended::Mended;
use super::pipeline::Mender;
use crate::channel::TextChannel;

impl TextChannel for Mender<'_> {
    type Evidence = ();
    type Found = Mended;

    fn prefilter(&self, text: &str) -> Option<()> {
        self.may_need(text).then_some(())
    }

    fn undo(&self, text: &str, (): ()) -> Option<Mended> {
        self.mend_layers(text)
    }
}
