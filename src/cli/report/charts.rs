//! The charts: totals, the confidence of the edits, the spinners, the commonest rewrites.

use std::fmt::{self, Write};

use super::html::{Text, grouped, plural};
use crate::dump::{CONFIDENCE_BINS, Stats};

/// Rewrites that the page lists.
const TOP: usize = 100;

/// What was counted, a tile each.
pub(super) fn totals(out: &mut String, stats: &Stats) -> fmt::Result {
    let share = |part: u64| format!("{:.1} % of records", 100.0 * part as f64 / stats.records.max(1) as f64);
    let mean = if stats.restored == 0 {
        String::new()
    } else {
        format!("{:.1} a restored record", stats.edits as f64 / stats.restored as f64)
    };
    let tiles = [
        ("records", stats.records, format!("{:.1} MB of them", stats.bytes as f64 / 1e6)),
        ("spun", stats.spun, share(stats.spun)),
        ("restored", stats.restored, share(stats.restored)),
        ("edits", stats.edits, mean),
        ("not read", stats.faults, "passed through unchanged".into()),
    ];
    out.push_str("<dl class=\"totals\">\n");
    for (name, value, note) in tiles {
        writeln!(out, "<div><dt>{name}</dt><dd><b>{}</b><span>{note}</span></dd></div>", grouped(value))?;
    }
    out.push_str("</dl>\n");
    Ok(())
}

/// How sure the edits are, in bars.
pub(super) fn confidence(out: &mut String, stats: &Stats) -> fmt::Result {
    let most = stats.confidence.iter().copied().max().unwrap_or(0).max(1);
    // Edits that are likelier wrong than right are hardly ever made: their half is shown if there are any.
    let half = CONFIDENCE_BINS / 2;
    let first = if stats.confidence[..half].iter().any(|&count| count > 0) { 0 } else { half };
    out.push_str("<section><h2>Confidence of the edits</h2>\n<div class=\"columns\" role=\"img\" aria-label=\"Edits by confidence\">\n");
    for (bin, &count) in stats.confidence.iter().enumerate().skip(first) {
        let (from, to) = (bin as f64 / CONFIDENCE_BINS as f64, (bin + 1) as f64 / CONFIDENCE_BINS as f64);
        // A bar that stands for something is never invisible.
        let height = if count == 0 { 0.0 } else { (100.0 * count as f64 / most as f64).max(1.5) };
        writeln!(
            out,
            "<i style=\"height:{height:.1}%\" title=\"{from:.2} to {to:.2}: {}\"></i>",
            plural(count, "edit")
        )?;
    }
    let scale = if first == 0 { ["0", "0.5", "1"] } else { ["0.5", "0.75", "1"] };
    let sure = stats.confidence[CONFIDENCE_BINS - 1];
    writeln!(
        out,
        "</div><div class=\"scale\"><span>{}</span><span>{}</span><span>{}</span></div><p class=\"note\">{} of {} are at least 0.95 sure.</p></section>",
        scale[0],
        scale[1],
        scale[2],
        grouped(sure),
        plural(stats.edits, "edit")
    )
}

/// Spun records by spinner.
pub(super) fn spinners(out: &mut String, stats: &Stats) -> fmt::Result {
    out.push_str("<section><h2>Spinners</h2>\n");
    let mut all: Vec<(&String, &u64)> = stats.spinners.iter().collect();
    all.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let most = all.first().map_or(1, |(_, count)| **count).max(1);
    out.push_str("<table class=\"bars\">\n");
    for (name, count) in all.iter().map(|(name, count)| (*name, **count)) {
        let width = 100.0 * count as f64 / most as f64;
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td><i style=\"width:{width:.1}%\"></i></td><td class=\"number\">{}</td></tr>",
            Text(name),
            grouped(count)
        )?;
    }
    out.push_str("</table>\n");
    if all.is_empty() {
        out.push_str("<p class=\"note\">No record looks spun.</p>\n");
    }
    out.push_str("</section>\n");
    Ok(())
}

/// The rewrites that were made most; each filters the articles.
pub(super) fn rewrites(out: &mut String, stats: &Stats) -> fmt::Result {
    out.push_str(
        "<section><h2>Commonest rewrites</h2>\n<label>Only with <input id=\"rewrite\" type=\"search\" placeholder=\"a word\"></label>\
        <div class=\"scroll\"><table class=\"rewrites\">\n",
    );
    for (from, to, count) in stats.top_rewrites(TOP) {
        let (from, shown) = (Text(from), Text(if to.is_empty() { "(nothing)" } else { to }));
        writeln!(
            out,
            "<tr><td><button type=\"button\" aria-pressed=\"false\" data-from=\"{from}\" data-to=\"{}\" title=\"Show the articles with it\">\
            <del>{from}</del> <ins>{shown}</ins></button></td><td class=\"number\">{}</td></tr>",
            Text(to),
            grouped(count)
        )?;
    }
    out.push_str("</table></div></section>\n");
    Ok(())
}
