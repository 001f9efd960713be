//! A text with its edits marked, for a person: in colours, or as `[-old-]{+new+}` where there are none.

use std::fmt::{self, Display, Write};

use super::paint::{FAINT, NEW, OLD, Paint, UNSURE};
use super::say::is_harmful;
use crate::Edit;

/// Edits that are less sure than this are marked as such.
pub(super) const SURE: f32 = 0.8;

/// How much of a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// The lines with an edit; what was left out between them is an ellipsis.
    Changed,
}

/// Writes a text with its edits, which are in order and do not overlap.
pub(super) fn write(out: &mut String, text: &str, edits: &[Edit], paint: Paint, extent: Extent) {
    let mut from = 0;
    let mut edits = edits;
    let mut is_gap = false;
    // An edit over a line end joins two lines into one that is shown.
    while from < text.len() {
        let mut to = line_end(text, from);
        let mut count = 0;
        while let Some(edit) = edits.get(count).filter(|edit| edit.span.start < to || to == text.len()) {
            to = to.max(line_end(text, edit.span.end));
            count += 1;
        }
        let (own, rest) = edits.split_at(count);
        if extent == Extent::Whole || !own.is_empty() {
            line(out, text, from..to, own, paint);
            is_gap = false;
        } else if !is_gap && !text[from..to].trim().is_empty() {
            let _ = writeln!(out, "{}", paint.with(FAINT, "…"));
            is_gap = true;
        }
        (from, edits) = (to, rest);
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Where the line ends that a byte stands in.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}

fn line(out: &mut String, text: &str, span: std::ops::Range<usize>, edits: &[Edit], paint: Paint) {
    let mut at = span.start;
    // Writing to a string does not fail.
    for edit in edits {
        let _ = write!(out, "{}", Shown(&text[at..edit.span.start]));
        change(out, &text[edit.span.clone()], edit, paint);
        at = edit.span.end;
    }
    let _ = write!(out, "{}", Shown(&text[at..span.end.max(at)]));
}

/// What was there and what stands there now.
fn change(out: &mut String, old: &str, edit: &Edit, paint: Paint) {
    let new = Shown(&edit.replacement);
    let style = if edit.confidence < SURE { UNSURE } else { NEW };
    let (is_old, is_new) = (!old.is_empty(), !edit.replacement.is_empty());
    let old = Shown(old);
    if is_old {
        let _ = if paint.is_on() { write!(out, "{}", paint.with(OLD, old)) } else { write!(out, "[-{old}-]") };
    }
    if is_old && is_new && paint.is_on() {
        out.push(' ');
    }
    if is_new {
        let _ = if paint.is_on() { write!(out, "{}", paint.with(style, new)) } else { write!(out, "{{+{new}+}}") };
    }
}

/// What the marks mean, in a line.
pub(super) fn legend(paint: Paint) -> String {
    if paint.is_on() {
        let (old, new, unsure) = (paint.with(OLD, "before"), paint.with(NEW, "after"), paint.with(UNSURE, "after"));
        format!("{old} {new}, or {unsure} where that is less than {SURE} sure")
    } else {
        "[-before-]{+after+}".into()
    }
}

/// Text as a terminal may see it, its lines and tabs kept.
pub(super) struct Shown<'t>(pub(super) &'t str);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if is_harmful(c) && !matches!(c, '\n' | '\t') {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, edits: &[(&str, &str)], extent: Extent) -> String {
        let mut at = 0;
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(old, new)| {
                let start = at + text[at..].find(old).unwrap();
                at = start + old.len();
                let json = format!(
                    r#"{{"start":{start},"end":{at},"to":{},"confidence":0.9,"channel":"x","entry":null}}"#,
                    serde_json::Value::from(*new)
                );
                serde_json::from_str(&json).unwrap()
            })
            .collect();
        let mut out = String::new();
        write(&mut out, text, &edits, Paint::NONE, extent);
        out
    }

    #[test]
    fn changes_are_marked_where_they_stand() {
        use Extent::{Changed, Whole};
        let text = "one two\n\nthree\nfour\u{1b} five\n\nsix";
        for (edits, extent, expected) in [
            (&[][..], Whole, "one two\n\nthree\nfour\\u{1b} five\n\nsix\n"),
            (&[("two", "2")], Changed, "one [-two-]{+2+}\n…\n"),
            (&[("two", "2"), ("six", "")], Changed, "one [-two-]{+2+}\n…\n[-six-]\n"),
            (&[("three\nfour", "7")], Changed, "…\n[-three\nfour-]{+7+}\\u{1b} five\n…\n"),
            (&[("one", "1"), ("two\n", "2 ")], Changed, "[-one-]{+1+} [-two\n-]{+2 +}\n…\n"),
        ] {
            assert_eq!(shown(text, edits, extent), expected, "{edits:?}");
        }
        assert_eq!(shown("", &[], Whole), "\n");
    }
}
