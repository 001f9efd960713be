//! Texts on a terminal: each with its changes marked, under a line that says what it is.

use super::marked::{self, Extent};
use super::paint::{HEAD, Paint};
use super::report::plural;
use super::say::Harmless;
use crate::dump::{Presenter, Seen};
use crate::{Edit, Verdict};

/// How texts are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Show {
    pub(super) paint: Paint,
    pub(super) extent: Extent,
    /// Whether each text has a line above it.
    pub(super) is_headed: bool,
}

impl Presenter for Show {
    fn present(&self, seen: Seen<'_>, verdict: &Verdict, edits: &[Edit], out: &mut Vec<u8>) {
        if edits.is_empty() && self.extent == Extent::Changed {
            return;
        }
        let mut page = String::new();
        if self.is_headed {
            let (file, record) = (Harmless(seen.file), seen.record);
            let by = verdict.spinner().map_or(String::new(), |spinner| format!(" by {}", Harmless(spinner)));
            let edits = plural(edits.len() as u64, "edit");
            let head = format!("{file}: record {record}, P(spun) {:.2}{by}, {edits}", verdict.spun());
            page = format!("{}\n", self.paint.with(HEAD, head));
        }
        marked::write(&mut page, seen.text, edits, self.paint, self.extent);
        out.extend_from_slice(page.as_bytes());
    }
}
