//! Whether confidences mean what they say: a reliability diagram and the expected calibration error.

use std::fmt::Write;

const BINS: usize = 10;
const SIZE: f32 = 360.0;

/// Prints a table and the expected calibration error of (confidence, right) pairs; returns the diagram as SVG.
pub fn report(sure: &[(f32, bool)]) -> String {
    let mut bins = [(0usize, 0f64, 0usize); BINS];
    for &(confidence, is_right) in sure {
        let bin = &mut bins[((confidence * BINS as f32) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1, bin.1 + f64::from(confidence), bin.2 + usize::from(is_right));
    }
    let mut error = 0.0;
    let mut marks = String::new();
    println!("confidence  edits  mean   right");
    for (n, (count, sum, right)) in bins.into_iter().enumerate().filter(|(_, bin)| bin.0 > 0) {
        let (mean, share) = (sum / count as f64, right as f64 / count as f64);
        error += (mean - share).abs() * count as f64 / sure.len() as f64;
        println!("{:.1} to {:.1}  {count:5}  {mean:.3}  {share:.3}", n as f32 / 10.0, (n + 1) as f32 / 10.0);
        let (x, y) = (mean as f32 * SIZE, SIZE - share as f32 * SIZE);
        let radius = 2.0 + (count as f32).sqrt() / 4.0;
        // Writing to a string does not fail.
        let _ = writeln!(
            marks,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="{radius:.1}" fill="#2b6cb0" fill-opacity="0.8"><title>{count} edits, confidence {mean:.3}, right {share:.3}</title></circle>"##
        );
    }
    println!("expected calibration error {error:.4} over {} candidate edits", sure.len());
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 -20 {w} {w}" font-family="sans-serif" font-size="13">
<title>Reliability: confidence against the share that is right; expected calibration error {error:.4}</title>
<rect x="-50" y="-20" width="{w}" height="{w}" fill="#fff"/>
<rect width="{SIZE}" height="{SIZE}" fill="none" stroke="#888"/>
<line x1="0" y1="{SIZE}" x2="{SIZE}" y2="0" stroke="#bbb" stroke-dasharray="4 4"/>
{marks}<text x="{half}" y="{below}" text-anchor="middle">confidence</text>
<text x="-28" y="{half}" text-anchor="middle" transform="rotate(-90 -28 {half})">share that is right</text>
<text x="0" y="{tick}" text-anchor="middle">0</text><text x="{SIZE}" y="{tick}" text-anchor="middle">1</text>
</svg>
"##,
        w = SIZE + 80.0,
        half = SIZE / 2.0,
        below = SIZE + 34.0,
        tick = SIZE + 16.0
    )
}

/// Prints the same of the edits that were made, page by page, and what a temperature that is fitted on the other pages
/// would do: log odds of the confidence divided by it.
pub fn of_made(pages: &[Vec<(f32, bool)>]) {
    let edits = || pages.iter().flatten().copied();
    println!("edits made: {}", edits().count());
    table(edits());
    let held_out = pages.iter().enumerate().flat_map(|(n, page)| {
        let others = pages.iter().enumerate().filter(|(other, _)| *other != n).flat_map(|(_, page)| page);
        let temperature = temperature(&others.copied().collect::<Vec<_>>());
        page.iter().map(move |&(confidence, is_right)| (cooled(confidence, temperature), is_right))
    });
    println!(
        "with a temperature fitted on the other pages; on all it is {:.2}",
        temperature(&edits().collect::<Vec<_>>())
    );
    table(held_out);
}

/// Prints how many of each confidence are right, and what both losses are.
fn table(edits: impl Iterator<Item = (f32, bool)>) {
    let mut bins = [(0usize, 0f64, 0usize); BINS];
    let (mut log_loss, mut count) = (0.0, 0.0f64);
    for (confidence, is_right) in edits {
        let bin = &mut bins[((confidence * BINS as f32) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1, bin.1 + f64::from(confidence), bin.2 + usize::from(is_right));
        let p = f64::from(if is_right { confidence } else { 1.0 - confidence }).max(1e-6);
        log_loss -= p.ln();
        count += 1.0;
    }
    for (n, (edits, sum, right)) in bins.into_iter().enumerate().filter(|(_, bin)| bin.0 > 0) {
        let (mean, share) = (sum / edits as f64, right as f64 / edits as f64);
        println!("{:.1} to {:.1}  {edits:5}  {mean:.3}  {share:.3}", n as f32 / 10.0, (n + 1) as f32 / 10.0);
    }
    println!("log loss {:.4}", log_loss / count.max(1.0));
}

/// A confidence at a temperature.
fn cooled(confidence: f32, temperature: f32) -> f32 {
    let p = confidence.clamp(1e-6, 1.0 - 1e-6);
    1.0 / (1.0 + (-((p / (1.0 - p)).ln() / temperature)).exp())
}

/// The temperature under which edits are likeliest, of those in steps of a fiftieth.
fn temperature(edits: &[(f32, bool)]) -> f32 {
    let loss = |temperature: f32| -> f64 {
        let of = |&(confidence, is_right): &(f32, bool)| {
            let p = cooled(confidence, temperature);
            -f64::from(if is_right { p } else { 1.0 - p }).max(1e-6).ln()
        };
        edits.iter().map(of).sum()
    };
    let steps = (25..=150).map(|step| step as f32 / 50.0);
    steps.min_by(|a, b| loss(*a).total_cmp(&loss(*b))).unwrap_or(1.0)
}
