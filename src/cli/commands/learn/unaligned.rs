//! Learning without originals: what known spinners have in common reads the pages, and what it is sure of is counted.
//!
//! Two rounds: the first reads under the general channel alone, the second under what the first counted.

use unspin_learn::align::words;
use unspin_learn::lesson::{Background, Lesson};
use unspin_learn::pairs::Observations;

use crate::Unspin;
use crate::cli::status::Refusal;

/// Rounds of reading and counting.
const ROUNDS: usize = 2;
/// What is counted is at least this sure.
const LEAST_CONFIDENCE: f32 = 0.7;
/// The pages are said to be spun, so that whatever speaks for it will do.
const LEAST_SPUN: f32 = 0.01;

/// What spun texts teach.
pub(super) fn learn(spun: &[String], background: &Background, name: &str) -> Result<Lesson, Refusal> {
    let mut lesson = Lesson { pages: spun.len(), ..Lesson::default() };
    for _ in 0..ROUNDS {
        let sources = lesson.sources(background, name).map_err(|e| e.to_string())?;
        let builder = Unspin::builder().builtin(false).sources(sources).min_spun(LEAST_SPUN);
        let unspin = builder.min_confidence(LEAST_CONFIDENCE).build().map_err(|e| e.to_string())?;
        let mut seen = Observations::default();
        spun.iter().for_each(|text| count(&unspin, text, &mut seen));
        lesson.observations = seen;
    }
    Ok(lesson)
}

/// Counts what is sure to have been changed in a text, and what was left alone.
fn count(unspin: &Unspin, text: &str, seen: &mut Observations) {
    let restored = unspin.restore(text);
    if restored.edits().is_empty() {
        return;
    }
    let mut at = 0;
    for edit in restored.edits() {
        seen.keep(text.get(at..edit.span.start).unwrap_or_default());
        at = edit.span.end;
        let phrase = |text: &str| words(text).join(" ").to_lowercase();
        seen.replace(&phrase(text.get(edit.span.clone()).unwrap_or_default()), &phrase(&edit.replacement));
    }
    seen.keep(text.get(at..).unwrap_or_default());
}
