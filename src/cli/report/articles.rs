//! The review: the least sure edits, and the most edited articles with each edit where it stands.

use std::fmt::{self, Write};

use super::UNSURE;
use super::html::{Text, grouped, plural};
use crate::Edit;
use crate::dump::{Article, Doubt, Stats};

/// The controls, the least sure edits, the articles.
pub(super) fn review(out: &mut String, stats: &Stats) -> fmt::Result {
    out.push_str("<section class=\"review\" id=\"review\"><h2>Review</h2>\n");
    controls(out, stats)?;
    writeln!(
        out,
        "<p class=\"note\"><del>before</del> <ins>after</ins>, <span class=\"low\"><ins>dotted</ins></span> where less than {UNSURE} sure. \
        Press or tap an edit for its reason; <kbd>a</kbd> accepts, <kbd>r</kbd> rejects, <kbd>u</kbd> undoes, <kbd>n</kbd> and <kbd>p</kbd> go on and back.</p>"
    )?;
    doubts(out, stats)?;
    out.push_str("<div id=\"articles\"><h3>Most edited articles</h3>\n");
    for (number, article) in stats.articles.iter().enumerate() {
        self::article(out, article, number)?;
    }
    if stats.articles.is_empty() {
        out.push_str("<p class=\"note\">No article was edited.</p>\n");
    }
    out.push_str("</div></section>\n");
    Ok(())
}

fn controls(out: &mut String, stats: &Stats) -> fmt::Result {
    out.push_str(
        "<form><span class=\"find\"><label>Find <input id=\"find\" type=\"search\" placeholder=\"words, a file\"></label>\
        <button type=\"button\" id=\"back\" aria-label=\"previous place\">\u{2191}</button><button type=\"button\" id=\"next\" aria-label=\"next place\">\u{2193}</button>\
        <span id=\"place\" role=\"status\"></span></span>\n<label>Spinner <select id=\"spinner\"><option value=\"\">all</option>",
    );
    for name in stats.spinners.keys() {
        write!(out, "<option>{}</option>", Text(name))?;
    }
    out.push_str(
        "</select></label>\n<label>First <select id=\"order\"><option value=\"most\">the most edited articles</option>\
        <option value=\"least\">the least sure edits</option></select></label>\n<label>Show <select id=\"show\"><option value=\"both\">edits in the text</option>\
        <option value=\"side\">side by side</option><option value=\"before\">before</option><option value=\"after\">after</option></select></label>\n\
        <label>Less sure than <input id=\"below\" type=\"range\" min=\"0.5\" max=\"1\" step=\"0.01\" value=\"1\"> <output id=\"limit\"></output></label>\n\
        <button type=\"button\" id=\"only\" hidden></button><button type=\"button\" id=\"all\">open all</button><span id=\"count\" role=\"status\"></span>\n\
        <span class=\"decisions\"><span id=\"decided\" role=\"status\"></span><button type=\"button\" id=\"accept-shown\">accept the others shown</button>\
        <button type=\"button\" id=\"export\">export decisions</button></span></form>\n\
        <p class=\"note\" id=\"exported\" hidden>Give the file to the program: <code>unspin apply --edits decisions.jsonl INPUT -o OUT</code> makes what was \
        accepted and nothing else, <code>unspin clean --decisions decisions.jsonl INPUT -o OUT</code> makes all but what was rejected.</p>\n",
    );
    Ok(())
}

fn doubts(out: &mut String, stats: &Stats) -> fmt::Result {
    let doubts = stats.doubts.all();
    if doubts.is_empty() {
        return Ok(());
    }
    out.push_str("<div id=\"doubts\"><h3>Least sure edits</h3>\n<ol>\n");
    for (number, doubt) in doubts.iter().enumerate() {
        let Doubt { edit, before, found, after, places, count, .. } = doubt;
        let key = format!("d{number}.0");
        write!(out, "<li class=\"text\"><span class=\"before\">{}</span>", Text(before))?;
        self::edit(out, edit, found, &key)?;
        let (file, record, _) = places.first().map_or(("", 0, ()), |(file, record, _)| (file.as_str(), *record, ()));
        let field = told(doubt.field.as_deref());
        let more = match count {
            1 => String::new(),
            count => format!(" and {} more", plural(count - 1, "place")),
        };
        writeln!(
            out,
            "<span class=\"after\">{}</span> <span class=\"note\">{}, record {record}{}{more}, {:.0} % sure</span></li>",
            Text(after),
            Text(file),
            Text(&field),
            100.0 * edit.confidence
        )?;
    }
    out.push_str("</ol></div>\n");
    Ok(())
}

fn article(out: &mut String, article: &Article, number: usize) -> fmt::Result {
    let spinner = article.spinner.as_deref().unwrap_or("unknown");
    let least = article.edits.iter().map(|edit| edit.confidence).fold(1.0, f32::min);
    let copies = match article.copied {
        0 => String::new(),
        copied => format!(", and {} of the same text", grouped(copied)),
    };
    write!(
        out,
        "<details{} data-spinner=\"{}\" data-least=\"{least:.4}\"><summary><b>{}, record {}{}{copies}</b> <span>{}, {}, P(spun) {:.2}, least sure {:.2}</span></summary><div class=\"text\">",
        if number == 0 { " open" } else { "" },
        Text(spinner),
        Text(&article.file),
        article.record,
        Text(&told(article.field.as_deref())),
        plural(article.total as u64, "edit"),
        Text(spinner),
        article.spun,
        least
    )?;
    let mut at = 0;
    for (place, edit) in article.edits.iter().enumerate() {
        let found = article.text.get(edit.span.clone()).unwrap_or_default();
        write!(out, "{}", Text(article.text.get(at..edit.span.start).unwrap_or_default()))?;
        self::edit(out, edit, found, &format!("a{number}.{place}"))?;
        at = edit.span.end;
    }
    write!(out, "{}", Text(article.text.get(at..).unwrap_or_default()))?;
    if article.edits.len() < article.total {
        out.push_str(" <em>(cut here)</em>");
    }
    out.push_str("</div></details>\n");
    Ok(())
}

/// How a field is named behind its record.
fn told(field: Option<&str>) -> String {
    field.map_or(String::new(), |field| format!(", {field}"))
}

/// An edit that keyboard and touch reach: `key` names it in the data of the page.
fn edit(out: &mut String, edit: &Edit, found: &str, key: &str) -> fmt::Result {
    write!(
        out,
        "<span class=\"edit{}\" role=\"button\" tabindex=\"0\" aria-haspopup=\"dialog\" data-k=\"{key}\" data-c=\"{:.3}\"><del>{}</del><ins>{}</ins></span>",
        if edit.confidence < UNSURE { " low" } else { "" },
        edit.confidence,
        Text(found),
        Text(&edit.replacement)
    )
}

/// Where an edit is explained and decided.
pub(super) fn tip(out: &mut String) {
    out.push_str(
        "<div id=\"tip\" role=\"dialog\" aria-labelledby=\"tip-what\" hidden><p id=\"tip-what\"></p><p id=\"tip-why\" class=\"note\"></p>\
        <p id=\"tip-else\" class=\"note\"></p><p class=\"buttons\"><button type=\"button\" id=\"accept\">accept</button>\
        <button type=\"button\" id=\"reject\">reject</button><button type=\"button\" id=\"undo\">undo</button>\
        <button type=\"button\" id=\"close\" aria-label=\"close\">\u{d7}</button></p></div>\n",
    );
}
