//! The report: one page that holds all it needs, with totals, charts, and the most edited articles word
//! by word.

use std::fmt::{self, Write};

use super::say::is_harmful;
use crate::dump::{Article, CONFIDENCE_BINS, Stats};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");
/// Rewrites that the page lists.
const TOP: usize = 40;

/// Edits that are less sure than this are marked.
const UNSURE: f32 = 0.8;

/// Writes the page; of `files`, so many were `skipped` since an earlier run had finished them.
pub(super) fn page(stats: &Stats, files: usize, skipped: u64) -> String {
    let mut out = String::with_capacity(256 << 10);
    // Writing to a string cannot fail.
    let _ = write(&mut out, stats, files as u64 - skipped, skipped);
    out
}

fn write(out: &mut String, stats: &Stats, files: u64, skipped: u64) -> fmt::Result {
    let before = match skipped {
        0 => String::new(),
        _ => format!(" {} of an earlier run are not counted.", plural(skipped, "file")),
    };
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
        <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\
        <title>unspin: what was restored</title>\n<style>\n{STYLE}</style></head>\n<body>\n<header><h1>What was restored</h1>\
        <p class=\"note\">{} in {}, by {}.{before} An edit undoes what was likely reworded; it is no claim about who wrote a text.</p></header>\n<main>\n",
        plural(stats.records, "record"),
        plural(files, "file"),
        Text(crate::VERSION)
    )?;
    totals(out, stats)?;
    out.push_str("<div class=\"charts\">\n");
    confidence(out, stats)?;
    spinners(out, stats)?;
    rewrites(out, stats)?;
    out.push_str("</div>\n");
    articles(out, stats)?;
    write!(out, "</main>\n<script>\n{SCRIPT}</script>\n</body></html>\n")
}

fn totals(out: &mut String, stats: &Stats) -> fmt::Result {
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

fn confidence(out: &mut String, stats: &Stats) -> fmt::Result {
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

fn spinners(out: &mut String, stats: &Stats) -> fmt::Result {
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

fn rewrites(out: &mut String, stats: &Stats) -> fmt::Result {
    out.push_str("<section><h2>Commonest rewrites</h2>\n<div class=\"scroll\"><table class=\"rewrites\">\n");
    for (from, to, count) in stats.top_rewrites(TOP) {
        let to = if to.is_empty() { "(nothing)" } else { to };
        writeln!(
            out,
            "<tr><td><button type=\"button\" title=\"Show articles with it\"><del>{}</del></button></td><td><ins>{}</ins></td><td class=\"number\">{}</td></tr>",
            Text(from),
            Text(to),
            grouped(count)
        )?;
    }
    out.push_str("</table></div></section>\n");
    Ok(())
}

fn articles(out: &mut String, stats: &Stats) -> fmt::Result {
    writeln!(
        out,
        "<section class=\"articles\"><h2>Most edited articles</h2>\n<form><label>Find <input id=\"find\" type=\"search\" \
        placeholder=\"a word, a file\"></label><label>Spinner <select id=\"spinner\"><option value=\"\">all</option>"
    )?;
    for name in stats.spinners.keys() {
        writeln!(out, "<option>{}</option>", Text(name))?;
    }
    out.push_str(
        "</select></label><label>Show <select id=\"show\"><option value=\"both\">edits in the text</option>\
        <option value=\"side\">side by side</option><option value=\"before\">before</option><option value=\"after\">after</option></select></label>\
        <label>Edits less sure than <input id=\"below\" type=\"range\" min=\"0.5\" max=\"1\" step=\"0.01\" value=\"1\"> \
        <output id=\"limit\"></output></label><button type=\"button\" id=\"all\">open all</button><span id=\"count\" role=\"status\"></span></form>\n",
    );
    writeln!(
        out,
        "<p class=\"note\"><del>before</del> <ins>after</ins>, <span class=\"low\"><ins>dotted</ins></span> where less than {UNSURE} sure.</p>"
    )?;
    for (number, article) in stats.articles.iter().enumerate() {
        self::article(out, article, number == 0)?;
    }
    if stats.articles.is_empty() {
        out.push_str("<p class=\"note\">No article was edited.</p>\n");
    }
    out.push_str("</section>\n");
    Ok(())
}

fn article(out: &mut String, article: &Article, is_open: bool) -> fmt::Result {
    let spinner = article.spinner.as_deref().unwrap_or("unknown");
    write!(
        out,
        "<details{} data-spinner=\"{}\"><summary><b>{}, record {}</b> <span>{}, {}, P(spun) {:.2}</span></summary><div class=\"text\">",
        if is_open { " open" } else { "" },
        Text(spinner),
        Text(&article.file),
        article.record,
        plural(article.total as u64, "edit"),
        Text(spinner),
        article.spun
    )?;
    let mut at = 0;
    for edit in &article.edits {
        let found = article.text.get(edit.span.clone()).unwrap_or_default();
        write!(
            out,
            "{}<span class=\"edit{}\" data-c=\"{:.3}\" title=\"{:.0} % sure\"><del>{}</del><ins>{}</ins></span>",
            Text(article.text.get(at..edit.span.start).unwrap_or_default()),
            if edit.confidence < UNSURE { " low" } else { "" },
            edit.confidence,
            100.0 * edit.confidence,
            Text(found),
            Text(&edit.replacement)
        )?;
        at = edit.span.end;
    }
    write!(out, "{}", Text(article.text.get(at..).unwrap_or_default()))?;
    if article.edits.len() < article.total {
        out.push_str(" <em>(cut here)</em>");
    }
    out.push_str("</div></details>\n");
    Ok(())
}

/// A number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things.
pub(super) fn plural(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Text in HTML.
struct Text<'t>(&'t str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // Control characters are not allowed in HTML, and would be lost on the way.
                // Those that turn the direction would turn the page around them.
                c if is_harmful(c) && c != '\n' && c != '\t' => f.write_char('\u{FFFD}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
