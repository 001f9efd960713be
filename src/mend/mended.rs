//! The result: a repaired view, the repairs, and edits of the view as edits of the source.

use std::ops::Range;

use super::Damage;
use super::layers::Run;

/// A change of the source that mends damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What it replaces, in bytes of the source, on character boundaries.
    pub span: Range<usize>,
    /// What takes its place; may be empty.
    pub replacement: String,
    /// The kind of damage; the lowest, where several met.
    pub damage: Damage,
}

/// A text mended: what to read instead of it, and the way back.
///
/// Two strings of the same length stand behind it: the *text*, which is the source with its repairs, and the *view*,
/// in which the line ends inside of paragraphs are spaces besides. Whoever looks for phrases reads the view; whatever
/// he does not touch keeps its line ends.
#[derive(Clone, Debug)]
pub struct Mended {
    pub(super) text: String,
    /// The text with its soft line ends as spaces, if it has any.
    pub(super) view: Option<String>,
    pub(super) runs: Vec<Run>,
    pub(super) counts: [u32; Damage::ALL.len()],
}

impl Mended {
    /// What to read in place of the source.
    pub fn view(&self) -> &str {
        self.view.as_deref().unwrap_or(&self.text)
    }

    /// The source with all repairs applied.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether line ends inside of paragraphs are spaces in the view.
    pub fn is_unwrapped(&self) -> bool {
        self.view.is_some()
    }

    /// The repairs, in order, without overlap.
    pub fn repairs(&self) -> impl Iterator<Item = Repair> + '_ {
        self.runs.iter().map(|run| Repair {
            span: run.source.clone(),
            replacement: self.text[run.view.clone()].to_string(),
            damage: run.damage,
        })
    }

    /// The kinds of damage found, and in how many places each.
    pub fn damage(&self) -> impl Iterator<Item = (Damage, u32)> + '_ {
        Damage::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }

    /// The bytes of the source that a span of the view stands for. A span that cuts a repair gets the whole of it.
    pub fn to_source(&self, span: Range<usize>) -> Range<usize> {
        let (outer, first, last) = self.cover(&span);
        let shift = |runs: &[Run], at: usize| match runs.last() {
            Some(run) => run.source.end + (at - run.view.end),
            None => at,
        };
        shift(&self.runs[..first], outer.start)..shift(&self.runs[..last], outer.end)
    }

    /// The span widened to whole runs, and the numbers of the runs that it covers.
    ///
    /// What was deleted at its edges is not covered.
    fn cover(&self, span: &Range<usize>) -> (Range<usize>, usize, usize) {
        let first = self.runs.partition_point(|run| run.view.end <= span.start);
        let last = self.runs.partition_point(|run| run.view.start < span.end).max(first);
        let covered = &self.runs[first..last];
        let start = covered.first().map_or(span.start, |run| run.view.start.min(span.start));
        let end = covered.last().map_or(span.end, |run| run.view.end.max(span.end));
        (start..end, first, last)
    }

    /// Edits of the view, in order and without overlap, as edits of the source together with the repairs.
    ///
    /// An edit that touches a repair becomes one with it. A line end that an edit takes away comes back at the same
    /// word of the replacement, or after it.
    pub fn compose(&self, edits: &[(Range<usize>, &str)]) -> Vec<Composed> {
        let mut out: Vec<Composed> = Vec::with_capacity(self.runs.len() + edits.len());
        let (mut run, mut edit) = (0, 0);
        while let Some((span, _)) = edits.get(edit) {
            // Edits that share a repair are one.
            let (mut outer, first, mut last) = self.cover(span);
            let from = edit;
            edit += 1;
            while let Some((next, _)) = edits.get(edit) {
                let (wider, _, end) = self.cover(next);
                if wider.start >= outer.end {
                    break;
                }
                outer.end = outer.end.max(wider.end);
                last = last.max(end);
                edit += 1;
            }
            let first = first.max(run);
            out.extend(self.runs[run..first].iter().map(|run| self.repair(run)));
            run = last.max(first);
            let mut replacement = String::new();
            let mut at = outer.start;
            let mut ends_line = None;
            for (span, with) in &edits[from..edit] {
                replacement.push_str(&self.text[at..span.start]);
                ends_line = self.with_line_ends(span, with, &mut replacement);
                at = span.end;
            }
            replacement.push_str(&self.text[at..outer.end]);
            let mut source = self.to_source(outer.clone());
            if let Some(line_end) = ends_line {
                // After the word, and in the place of the space that parts it from the next one.
                let is_free = edits.get(edit).is_none_or(|(next, _)| next.start > outer.end);
                let mends = self.runs.get(run).is_some_and(|next| next.view.start <= outer.end);
                if is_free && !mends && self.text[outer.end..].starts_with(' ') {
                    source.end += 1;
                }
                replacement.push_str(line_end);
            }
            out.push(Composed { span: source, replacement, edits: from..edit, damage: None });
            if let (Some(last), true) = (out.last_mut(), first < run) {
                last.damage = Some(self.runs[first].damage);
            }
        }
        out.extend(self.runs[run..].iter().map(|run| self.repair(run)));
        out
    }

    fn repair(&self, run: &Run) -> Composed {
        Composed {
            span: run.source.clone(),
            replacement: self.text[run.view.clone()].to_string(),
            edits: 0..0,
            damage: Some(run.damage),
        }
    }

    /// Writes the replacement of a span with the line ends that the span has; one that finds no place is returned.
    fn with_line_ends(&self, span: &Range<usize>, with: &str, out: &mut String) -> Option<&str> {
        let Some(view) = &self.view else {
            out.push_str(with);
            return None;
        };
        let (text, view) = (&self.text[span.clone()], &view[span.clone()]);
        if text == view {
            out.push_str(with);
            return None;
        }
        // The first soft line end, and how many words stand before it.
        let at = text.bytes().zip(view.bytes()).position(|(a, b)| a != b)?;
        let line_end = if text[at..].starts_with("\r\n") { "\r\n" } else { &text[at..at + 1] };
        let words_before = view[..at].split_whitespace().count();
        let place = with.match_indices(' ').nth(words_before.saturating_sub(1)).map(|(place, _)| place);
        match place {
            Some(place) if words_before > 0 => {
                out.push_str(&with[..place]);
                out.push_str(line_end);
                out.push_str(&with[place + 1..]);
                None
            }
            _ => {
                out.push_str(with);
                Some(line_end)
            }
        }
    }
}

/// An edit of the source: a repair, edits of the view, or both in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// What it replaces, in bytes of the source.
    pub span: Range<usize>,
    /// What takes its place.
    pub replacement: String,
    /// The numbers of the edits of the view that are in it; empty for a repair alone.
    pub edits: Range<usize>,
    /// The damage of the repair in it.
    pub damage: Option<Damage>,
}
