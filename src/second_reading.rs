//! The second reading: the places in doubt, as a [`SecondReader`] is asked about them, and what its answers say.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use unspin_core::second_reader::{Place, SecondReader};

use crate::confidence::{Feature, Features, Weights};
use crate::document::Finding;
use crate::edits::Edit;
use crate::edits::realize::Realizer;
use crate::embedded::READER_WEIGHTS;

/// Confidences of the first reading that leave a place in doubt. Fewer than one in a hundred edits below is right, and
/// hardly one above is wrong.
pub(crate) const DOUBT: RangeInclusive<f32> = 0.03..=0.98;
/// Findings of a text that are read again; of more, those that are most in doubt. A reader takes some hundredths of a second
/// for each.
const MOST_DOUBTS: usize = 4000;
/// Bytes of a line after which what stands before a place begins anew: it has one to two times as many, so that the
/// places of a stretch have what stands before them in common, and a reader reads that once.
const STRETCH: usize = 256;
/// Words after a place that are read with it.
const WORDS_AFTER: usize = 4;
/// A reader tells wordings apart by no more than this, in nats.
const MOST_RATIO: f32 = 30.0;

/// Who reads again, and the weights of the confidence that its answers ask for.
#[derive(Clone)]
pub(crate) struct Second {
    pub(crate) reader: Arc<dyn SecondReader>,
    pub(crate) weights: Weights,
}

impl fmt::Debug for Second {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Second").field("reader", &self.reader.version()).finish_non_exhaustive()
    }
}

/// A finding that is read again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doubt {
    /// Its number among all findings.
    pub(crate) at: usize,
    pub(crate) features: Features,
}

/// What was answered about the places of a text: most stand there again when it is read again.
pub(crate) type Answers = HashMap<Place, Vec<f32>>;

/// Where a finding stands among the places that are asked about.
struct Asked {
    place: usize,
    wording: usize,
}

impl Second {
    /// A reader with the embedded weights.
    pub(crate) fn new(reader: Arc<dyn SecondReader>) -> Second {
        // A test reads them.
        let weights = Weights::from_text(READER_WEIGHTS).unwrap_or_else(|| unreachable!("embedded weights"));
        Second { reader, weights }
    }

    /// Names the reader and the weights.
    pub(crate) fn version(&self) -> String {
        self.reader.version() + "\n" + &self.weights.to_text()
    }

    /// Puts what the reader says of findings in doubt into their features; those without an answer are dropped.
    /// `restored` are the edits of the first reading, in order.
    pub(crate) fn read(
        &self,
        realizer: &Realizer,
        weighed: &[Finding],
        restored: &[Edit],
        mut doubts: Vec<Doubt>,
        known: &mut Answers,
    ) -> Vec<Doubt> {
        if doubts.len() > MOST_DOUBTS {
            let sureness = |doubt: &Doubt| (weighed[doubt.at].posterior - 0.5).abs();
            doubts.sort_by(|a, b| sureness(a).total_cmp(&sureness(b)));
            doubts.truncate(MOST_DOUBTS);
            doubts.sort_by_key(|doubt| doubt.at);
        }
        let (places, asked) = places(realizer, weighed, restored, &doubts);
        let new: Vec<Place> = places.iter().filter(|place| !known.contains_key(*place)).cloned().collect();
        let answers = self.reader.read(&new);
        known.extend(new.into_iter().zip(answers));
        let mut read = Vec::with_capacity(doubts.len());
        for (mut doubt, asked) in doubts.into_iter().zip(asked) {
            let Some(Asked { place, wording }) = asked else { continue };
            let Some(answer) = known.get(&places[place]).filter(|a| is_answer(a, &places[place])) else { continue };
            let others = answer.iter().enumerate().filter(|(n, _)| *n != wording);
            let best_other = others.map(|(_, log_p)| *log_p).fold(f32::NEG_INFINITY, f32::max);
            let ratio = |other: f32| (answer[wording] - other).clamp(-MOST_RATIO, MOST_RATIO) / 10.0;
            doubt.features[Feature::SecondReading] = ratio(answer[0]);
            doubt.features[Feature::SecondBest] = ratio(best_other);
            read.push(doubt);
        }
        read
    }
}

/// Whether an answer says something of each wording.
fn is_answer(answer: &[f32], place: &Place) -> bool {
    answer.len() == place.wordings.len() && answer.iter().all(|log_p| log_p.is_finite())
}

/// The places of findings in doubt, those of the same words together, and where each finding stands among them.
fn places(
    realizer: &Realizer,
    weighed: &[Finding],
    restored: &[Edit],
    doubts: &[Doubt],
) -> (Vec<Place>, Vec<Option<Asked>>) {
    let text = realizer.text;
    let mut places: Vec<Place> = Vec::new();
    let mut numbers: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let asked = doubts.iter().map(|doubt| {
        let (span, wording) = realizer.wording(&weighed[doubt.at])?;
        let place = *numbers.entry((span.start, span.end)).or_insert_with(|| {
            let [before, after] = around(text, &span);
            let standing = vec![text[span.clone()].to_string()];
            places.push(Place::new(written(text, restored, before), standing, written(text, restored, after)));
            places.len() - 1
        });
        let wordings = &mut places[place].wordings;
        let known = wordings.iter().position(|known| *known == wording);
        let wording = known.unwrap_or_else(|| {
            wordings.push(wording);
            wordings.len() - 1
        });
        Some(Asked { place, wording })
    });
    let asked = asked.collect();
    (places, asked)
}

/// What is read before a place and after it, on its line.
fn around(text: &str, span: &Range<usize>) -> [Range<usize>; 2] {
    let line = text[..span.start].rfind('\n').map_or(0, |n| n + 1);
    let stretches = ((span.start - line) / STRETCH).saturating_sub(1);
    let mut start = line + stretches * STRETCH;
    if stretches > 0 {
        while !text.is_char_boundary(start) {
            start += 1;
        }
        start += text[start..span.start].find(' ').map_or(0, |space| space + 1);
    }
    let rest = &text[span.end..];
    let rest = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let mut spaces = rest.match_indices(' ').map(|(at, _)| at).filter(|&at| at > 0);
    let end = spaces.nth(WORDS_AFTER - 1).unwrap_or(rest.len());
    [start..span.start, span.end..span.end + end]
}

/// A stretch of a text with the edits that lie in it.
fn written(text: &str, edits: &[Edit], range: Range<usize>) -> String {
    let first = edits.partition_point(|edit| edit.span.start < range.start);
    let (mut out, mut at) = (String::with_capacity(range.len() + 16), range.start);
    for edit in edits[first..].iter().take_while(|edit| edit.span.end <= range.end) {
        out.push_str(&text[at..edit.span.start]);
        out.push_str(&edit.replacement);
        at = edit.span.end;
    }
    out.push_str(&text[at..range.end]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_its_line_and_no_more() {
        let text = "Before it.\nThe White Home stated on Tuesday that it had been raining.\nAfter it.";
        let span = text.find("stated").map(|at| at..at + 6).unwrap();
        let home = text.find("Home").map(|at| at..at + 4).unwrap();
        let edits = [Edit::new(home.clone(), "House", 0.9, "folks".into())];
        let [before, after] = around(text, &span);
        assert_eq!(written(text, &edits, before), "The White House ");
        assert_eq!(written(text, &edits, after), " on Tuesday that it");
        // What stands there itself is no neighbour.
        let [before, after] = around(text, &home);
        assert_eq!(
            (written(text, &edits, before), written(text, &edits, after)),
            ("The White ".into(), " stated on Tuesday that".into())
        );
    }

    #[test]
    fn places_of_a_long_line_begin_alike() {
        let text = "a word é ".repeat(400);
        let starts: Vec<usize> = (0..text.len()).step_by(10).map(|at| around(&text, &(at..at + 1))[0].start).collect();
        let mut different = starts.clone();
        different.dedup();
        assert_eq!(different.len(), text.len() / STRETCH);
        for (at, start) in (0..text.len()).step_by(10).zip(starts) {
            assert!(at - start < 2 * STRETCH && (start == 0 || text[..start].ends_with(' ')));
        }
    }
}
