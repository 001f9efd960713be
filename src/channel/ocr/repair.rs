//! Repairs that last: a text is read again after it was repaired, until nothing more is found.
//!
//! Repaired words are better context than damaged ones. The edits of all rounds are composed into edits of the source,
//! so that repairing what was repaired changes nothing.

use unspin_core::language_model::TrigramModel;
use unspin_core::text::vocabulary::Vocabulary;

use super::arcs::Cache;
use super::reading::{Damage, OcrChannel, OcrEdit, Reading};
use super::units::Unit;

/// Rounds after which a text that still changes is left as it was.
const ROUNDS: usize = 6;

/// What was done to a text.
#[derive(Clone, Debug, Default)]
pub struct Repair {
    /// How damaged the source is.
    pub damage: Damage,
    /// Edits of the source in order, without overlap; empty if the text shows too little damage.
    pub edits: Vec<OcrEdit>,
}

impl OcrChannel {
    /// The edits of at least `min_confidence` that a text needs until it needs no more.
    pub fn repair(&self, text: &str, vocabulary: &Vocabulary, model: &TrigramModel, min_confidence: f32) -> Repair {
        match self.prefilter(text, vocabulary, model) {
            Some(units) => self.repair_units(text, units, vocabulary, model, min_confidence),
            None => Repair::default(),
        }
    }

    /// The same for a text that the prefilter did not let go.
    pub(super) fn repair_units(
        &self,
        text: &str,
        units: Vec<Unit>,
        vocabulary: &Vocabulary,
        model: &TrigramModel,
        min_confidence: f32,
    ) -> Repair {
        let edits_of = |reading: Reading| {
            let is_damaged = OcrChannel::is_damaged(&reading.damage);
            let edits: Vec<OcrEdit> =
                reading.edits.into_iter().filter(|e| is_damaged && e.confidence >= min_confidence).collect();
            (reading.damage, edits)
        };
        let mut cache = Cache::default();
        let (damage, mut edits) = edits_of(self.read_units(text, units, vocabulary, model, &mut cache));
        let mut current = apply(text, &edits);
        for _ in 0..ROUNDS {
            if edits.is_empty() {
                return Repair { damage, edits };
            }
            let Some(units) = self.prefilter(&current, vocabulary, model) else {
                return Repair { damage, edits };
            };
            let more = edits_of(self.read_units(&current, units, vocabulary, model, &mut cache)).1;
            if more.is_empty() {
                return Repair { damage, edits };
            }
            let next = apply(&current, &more);
            edits = compose(text, &edits, &more);
            current = next;
        }
        Repair { damage, edits: Vec::new() }
    }
}

/// A text after edits of it in order.
pub fn apply(text: &str, edits: &[OcrEdit]) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        out.push_str(&text[at..edit.span.start]);
        out.push_str(&edit.replacement);
        at = edit.span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Edits of `text` that do what `first` and then, to the result, `second` do.
///
/// Edits that touch become one: its replacement is what stands there in the end. Edits that come to nothing are left out.
fn compose(text: &str, first: &[OcrEdit], second: &[OcrEdit]) -> Vec<OcrEdit> {
    let mut out: Vec<OcrEdit> = Vec::new();
    // How far the middle text has grown before the edit of `first` at hand.
    let (mut n, mut shift) = (0, 0isize);
    let source = |at: usize, shift: isize| at.saturating_add_signed(-shift);
    let grown = |edit: &OcrEdit| edit.replacement.len() as isize - edit.span.len() as isize;
    for edit in second {
        // Those of the first that end before it stand as they are.
        while let Some(earlier) = first.get(n) {
            let end = (earlier.span.start as isize + shift) as usize + earlier.replacement.len();
            if end > edit.span.start {
                break;
            }
            shift += grown(earlier);
            out.push(earlier.clone());
            n += 1;
        }
        let mut joined = edit.clone();
        joined.span.start = source(edit.span.start, shift);
        let (mut before, mut after) = (String::new(), String::new());
        let mut end_shift = shift;
        while let Some(earlier) = first.get(n) {
            let start = (earlier.span.start as isize + end_shift) as usize;
            let end = start + earlier.replacement.len();
            if start >= edit.span.end {
                break;
            }
            if start < edit.span.start {
                joined.span.start = earlier.span.start;
                before.push_str(&earlier.replacement[..edit.span.start - start]);
            }
            if end > edit.span.end {
                after.push_str(&earlier.replacement[edit.span.end - start..]);
            }
            end_shift += grown(earlier);
            joined.confidence = joined.confidence.min(earlier.confidence);
            // What follows the edit in the middle text is the source again, or the rest of this replacement.
            joined.span.end = earlier.span.end;
            n += 1;
        }
        if after.is_empty() {
            joined.span.end = source(edit.span.end, end_shift);
        }
        joined.replacement = before + &edit.replacement + &after;
        shift = end_shift;
        out.push(joined);
    }
    out.extend(first[n..].iter().cloned());
    out.retain(|edit| text[edit.span.clone()] != edit.replacement);
    out
}

#[cfg(test)]
mod tests {
    use super::super::feature::Features;
    use super::*;

    fn edit(start: usize, end: usize, replacement: &str) -> OcrEdit {
        OcrEdit {
            span: start..end,
            replacement: replacement.to_string(),
            confidence: 0.9,
            alternatives: Vec::new(),
            features: Features::default(),
        }
    }

    #[test]
    fn composed_edits_do_what_both_did() {
        let text = "aa bb cc dd ee";
        let first = [edit(0, 2, "AAA"), edit(6, 8, "C"), edit(9, 11, "DDDD")];
        let middle = apply(text, &first);
        assert_eq!(middle, "AAA bb C DDDD ee");
        let starts: Vec<usize> = (0..=middle.len()).collect();
        for &from in &starts {
            for &to in starts.iter().filter(|&&to| to >= from) {
                let second = [edit(from, to, "x")];
                let composed = compose(text, &first, &second);
                assert_eq!(apply(text, &composed), apply(&middle, &second), "{from}..{to} {composed:?}");
                assert!(composed.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
            }
        }
    }

    #[test]
    fn an_edit_that_is_undone_is_none() {
        let text = "aa bb";
        assert!(compose(text, &[edit(0, 2, "b")], &[edit(0, 1, "aa")]).is_empty());
    }
}
