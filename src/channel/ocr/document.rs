//! A text on its way through the channel: its units and arcs, and what their lattices say.

use std::ops::Range;

use super::arcs::Arc;
use super::habits::Habits;
use super::rates::Rates;
use super::units::{Standing, Unit};

/// A text on its way.
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) units: Vec<Unit>,
    pub(super) standings: Vec<Standing>,
    pub(super) arcs: Vec<Arc>,
    /// The first arc that begins at each unit.
    pub(super) starts: Vec<u32>,
}

/// What the lattices of a text say, at the rates and habits that are likeliest.
pub(super) struct Estimate {
    pub(super) rates: Rates,
    pub(super) habits: Habits,
    /// Of each arc.
    pub(super) posteriors: Vec<f64>,
    /// log P(text | damaged) − log P(text | clean); a unit, once the estimate is done.
    pub(super) evidence: f64,
}

impl Text<'_> {
    /// The share of units that nobody knows.
    pub(super) fn unknown_share(&self) -> f32 {
        let unknown = self.standings.iter().filter(|s| s.known.is_none() && !s.is_frozen).count();
        unknown as f32 / self.standings.len().max(1) as f32
    }

    /// The span and replacement of an arc. A line end within it stands after the word, and what is written directly
    /// after the word stays with it.
    pub(super) fn realize(&self, arc: &Arc) -> (Range<usize>, String) {
        let (first, last) = (arc.from as usize, arc.to as usize - 1);
        let mut span = self.units[first].start..self.units[last].end;
        let mut replacement = arc.text.clone().unwrap_or_default();
        if self.text[span.clone()].contains('\n') {
            let rest = &self.text[span.end..];
            let marks = rest.find(char::is_whitespace).unwrap_or(rest.len());
            // A word may be written directly after it ("com-\nmon-sense"): then the line end goes for good.
            let next = self.units.get(last + 1).map_or(usize::MAX, |unit| unit.start);
            if span.end + marks <= next {
                replacement.push_str(&rest[..marks]);
                span.end += marks;
                if rest[marks..].starts_with([' ', '\t']) {
                    span.end += 1;
                    replacement.push('\n');
                }
            }
        }
        (span, replacement)
    }
}
