//! Texts on a terminal: each with its changes marked, under a line that says what it is.

use std::io::{self, Write};
use std::path::Path;

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
            let field = seen.field.map_or(String::new(), |field| format!(", field `{}`", Harmless(field)));
            let head = format!("{file}: record {record}{field}, P(spun) {:.2}{by}, {edits}", verdict.spun());
            page = format!("{}\n", self.paint.with(HEAD, head));
        }
        marked::write(&mut page, seen.text, edits, self.paint, self.extent);
        out.extend_from_slice(page.as_bytes());
    }
}

/// Says on standard error what the marks mean, and what a newcomer may try next with the text that was shown.
pub(super) fn say_next(input: Option<&Path>) {
    // Whoever runs it by Cargo has no program of that name.
    let program = if std::env::var_os("CARGO").is_some() { "cargo run --release --features cli --" } else { "unspin" };
    let input = input.map_or("FILE".into(), |path| path.display().to_string());
    let legend = marked::legend(Paint::of_stderr());
    let input = Harmless(input);
    // That nobody reads it is no reason to stop.
    let _ = writeln!(
        io::stderr(),
        "  marks     {legend}\nNext: `{program} explain {input}` says why; `-o FILE` or a pipe gives the restored text alone; `--help` has more."
    );
}
