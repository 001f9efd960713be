//! The least sure edits of a dump, each with the words around it, for a person to decide.

use super::Seen;
use crate::Edit;

/// Bytes of text around an edit that are kept on each side.
const AROUND: usize = 160;
/// Places of one doubt that are named; it may stand in every record of a dump.
const PLACES: usize = 1_000;

/// An edit that is less sure than others.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// Where it stands: files and records, the first one first; at most 1,000.
    pub places: Vec<(String, u64, Edit)>,
    /// The field that holds it, where several were asked for.
    pub field: Option<String>,
    /// In how many places it stands.
    pub count: u64,
    /// The text before, within its line.
    pub before: String,
    /// What is replaced.
    pub found: String,
    /// The text after, within its line.
    pub after: String,
    /// The edit, as it stands at the first place.
    pub edit: Edit,
}

/// The least sure edits that were met, the least sure first.
#[derive(Clone, Debug, Default)]
pub struct Doubts {
    all: Vec<Doubt>,
}

impl Doubts {
    /// The least sure edits, the least sure first. The same edit between the same words is there once.
    pub fn all(&self) -> &[Doubt] {
        &self.all
    }

    /// Keeps the edits of a text that are among the `most` least sure.
    pub(super) fn keep(&mut self, most: usize, seen: Seen<'_>, edits: &[Edit]) {
        for edit in edits.iter().filter(|_| most > 0) {
            if self.is_beyond(most, edit.confidence) {
                continue;
            }
            let Some(found) = seen.text.get(edit.span.clone()) else { continue };
            let (before, after) = around(seen.text, edit);
            let place = (seen.file.to_string(), seen.record, edit.clone());
            let (before, found, after) = (before.to_string(), found.to_string(), after.to_string());
            let field = seen.field.map(String::from);
            self.add(most, Doubt { places: vec![place], field, count: 1, before, found, after, edit: edit.clone() });
        }
    }

    /// Adds those of another part.
    pub(super) fn merge(&mut self, other: Doubts, most: usize) {
        other.all.into_iter().for_each(|doubt| self.add(most, doubt));
    }

    fn is_beyond(&self, most: usize, confidence: f32) -> bool {
        self.all.len() >= most && self.all.last().is_none_or(|last| last.edit.confidence < confidence)
    }

    fn add(&mut self, most: usize, doubt: Doubt) {
        let is_same = |other: &&mut Doubt| {
            other.field == doubt.field
                && other.before == doubt.before
                && other.found == doubt.found
                && other.after == doubt.after
                && other.edit.replacement == doubt.edit.replacement
        };
        if let Some(other) = self.all.iter_mut().find(is_same) {
            other.count += doubt.count;
            let room = PLACES.saturating_sub(other.places.len());
            other.places.extend(doubt.places.into_iter().take(room));
            return;
        }
        if self.is_beyond(most, doubt.edit.confidence) {
            return;
        }
        // Of those that are as sure, the first stays first.
        let at = self.all.partition_point(|other| other.edit.confidence <= doubt.edit.confidence);
        self.all.insert(at, doubt);
        self.all.truncate(most);
    }
}

/// The text around an edit, within its line.
fn around<'t>(text: &'t str, edit: &Edit) -> (&'t str, &'t str) {
    let (before, after) = (&text[..edit.span.start], &text[edit.span.end..]);
    let before = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let after = &after[..after.find('\n').unwrap_or(after.len())];
    let from = (before.len().saturating_sub(AROUND)..=before.len()).find(|&at| before.is_char_boundary(at));
    let to = (0..=after.len().min(AROUND)).rev().find(|&at| after.is_char_boundary(at));
    (&before[from.unwrap_or(0)..], &after[..to.unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, confidence: f32) -> Edit {
        let json = format!(
            r#"{{"start":{start},"end":{},"to":"house","confidence":{confidence},"channel":"x","entry":null}}"#,
            start + 4
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn the_least_sure_stay_and_the_same_is_there_once() {
        let mut doubts = Doubts::default();
        let line = format!("{} the home here", "\u{e9}".repeat(200));
        let text = format!("first\n{line}\nlast");
        let at = text.find("home").unwrap();
        for record in 1..=3 {
            doubts.keep(2, Seen { file: "a", record, field: None, text: &text }, &[edit(at, 0.7)]);
        }
        let mut others = Doubts::default();
        others.keep(2, Seen { file: "b", record: 1, field: None, text: "home" }, &[edit(0, 0.9)]);
        others.keep(2, Seen { file: "b", record: 2, field: None, text: "home." }, &[edit(0, 0.6)]);
        doubts.merge(others, 2);
        let [first, second] = doubts.all() else { panic!("{doubts:?}") };
        assert_eq!((first.after.as_str(), first.count), (".", 1));
        assert_eq!((second.count, second.places.len(), second.after.as_str()), (3, 3, " here"));
        assert!(second.before.ends_with("\u{e9} the ") && second.before.len() <= AROUND);
    }
}
