//! What a lesson is worth: measured on pages that were held out, by how many pages were learned from.

use std::fmt::Write as _;

use rayon::prelude::*;
use unspin_learn::coverage::Known;
use unspin_learn::lesson::Background;
use unspin_learn::score::Tally;
use unspin_learn::texts::Aligned;

use super::Arguments;
use crate::cli::status::Refusal;
use crate::{Builder, Unspin};

/// Parts of the pages, of which each is held out once.
const FOLDS: usize = 5;
/// Pages of the curve.
const CURVE: [usize; 4] = [5, 10, 20, 40];
/// Draws of pages for each point of the curve.
const DRAWS: usize = 3;
/// Pages and stretches of a page that a lesson is measured on, at most: more say the same.
const MOST_PAGES: usize = 40;
const MOST_STRETCHES: usize = 60;

/// What was measured on pages that were held out.
#[derive(Clone, Copy, Default)]
struct Measure {
    stats: Tally,
    pages: usize,
    found: usize,
    named: usize,
    substitutions: usize,
    covered: usize,
}

/// Expected figures and their curve, for a person.
pub(super) fn report(pages: &[Aligned], background: &Background, arguments: &Arguments) -> Result<String, Refusal> {
    if pages.len() < 2 {
        return Ok("expected        unknown: a page must be held out to measure, and there is one\n".to_string());
    }
    let folds = FOLDS.min(pages.len());
    let whole: Vec<(Vec<usize>, Vec<usize>)> =
        (0..folds).map(|fold| (0..pages.len()).partition(|n| n % folds != fold)).collect();
    let measure = |draws: &[(Vec<usize>, Vec<usize>)]| -> Result<Measure, Refusal> {
        let parts: Result<Vec<Measure>, Refusal> =
            draws.par_iter().map(|(learned, held)| measure(pages, learned, held, background, arguments)).collect();
        Ok(parts?.into_iter().fold(Measure::default(), Measure::and))
    };
    let all = measure(&whole)?;
    let figures = all.stats.figures();
    let mut out = format!(
        "coverage        {:.3} of {} substitutions of pages held out\n\
         expected        error reduction {:.3}, precision {:.3}, found {} of {} pages, {} by this name ({folds} folds)\n",
        all.coverage(),
        all.substitutions,
        figures.error_reduction,
        figures.precision,
        all.found,
        all.pages,
        all.named
    );
    out += "\npages  coverage  error reduction  precision  found\n";
    for count in CURVE.into_iter().filter(|&count| count < pages.len()) {
        let draws: Vec<_> = (0..DRAWS).map(|draw| drawn(pages.len(), count, draw)).collect();
        let point = measure(&draws)?;
        let figures = point.stats.figures();
        let (found, of) = (point.found as f64, point.pages.max(1) as f64);
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "{count:5}  {:8.3}  {:15.3}  {:9.3}  {:5.3}",
            point.coverage(),
            figures.error_reduction,
            figures.precision,
            found / of
        );
    }
    Ok(out)
}

/// So many of the pages from all over, and others to measure on.
fn drawn(pages: usize, count: usize, draw: usize) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..pages).collect();
    // A fixed shuffle: the same pages give the same figures.
    order.sort_by_key(|&n| (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17 * draw as u32 + 11));
    let held = order.split_off(count);
    (order, held.into_iter().take(MOST_PAGES).collect())
}

/// Learns from some pages, and measures on others.
fn measure(
    pages: &[Aligned],
    learned: &[usize],
    held: &[usize],
    background: &Background,
    arguments: &Arguments,
) -> Result<Measure, Refusal> {
    let lesson = background.learn(learned.iter().map(|&n| &pages[n]));
    let sources = lesson.sources(background, &arguments.name).map_err(|e| e.to_string())?;
    let known = Known::new(&sources, &arguments.name);
    let builder = arguments.without.iter().fold(Unspin::builder(), Builder::without);
    let unspin = builder.sources(sources).build().map_err(|e| e.to_string())?;
    let mut out = Measure::default();
    for page in held.iter().take(MOST_PAGES).map(|&n| &pages[n]) {
        let stretches = &page.stretches[..page.stretches.len().min(MOST_STRETCHES)];
        let side = |side: fn(&(String, String)) -> &str| stretches.iter().map(side).collect::<Vec<_>>().join("\n");
        let (spun, original) = (side(|s| &s.0), side(|s| &s.1));
        let restored = unspin.restore(&spun);
        out.stats.add(&spun, &original, restored.text());
        let steps = known.cover(&spun, &original);
        out.pages += 1;
        out.found += usize::from(restored.verdict().is_spun());
        out.named += usize::from(restored.verdict().spinner() == Some(&arguments.name));
        out.substitutions += steps.len();
        out.covered += steps.iter().filter(|step| step.known).count();
    }
    Ok(out)
}

impl Measure {
    fn and(self, other: Measure) -> Measure {
        Measure {
            stats: self.stats.and(other.stats),
            pages: self.pages + other.pages,
            found: self.found + other.found,
            named: self.named + other.named,
            substitutions: self.substitutions + other.substitutions,
            covered: self.covered + other.covered,
        }
    }

    fn coverage(&self) -> f64 {
        self.covered as f64 / self.substitutions.max(1) as f64
    }
}
