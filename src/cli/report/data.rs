//! What the page knows of each edit, as JSON in a script element: what its tip says, and what a decision is about.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::Edit;
use crate::cli::say::is_harmful;
use crate::dump::{Article, Doubt, Stats};

/// The data of the articles and of the least sure edits, as it may stand in a script element.
pub(super) fn island(stats: &Stats) -> String {
    let articles: Vec<Value> = stats.articles.iter().map(article).collect();
    let doubts: Vec<Value> = stats.doubts.all().iter().map(doubt).collect();
    let json = json!({ "articles": articles, "doubts": doubts }).to_string();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // In JSON these stand inside strings alone, and may be spelt so. No text can end the element, or begin a comment.
        if matches!(c, '<' | '>' | '&') || is_harmful(c) {
            // Writing to a string does not fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

fn article(article: &Article) -> Value {
    let mut places = vec![json!([article.file, article.record])];
    places.extend(article.copies.iter().map(|(file, record)| json!([file, record])));
    let edits = article.edits.iter().map(|edit| as_json(edit, article.text.get(edit.span.clone())));
    json!({ "places": places, "field": article.field, "edits": edits.collect::<Vec<_>>() })
}

fn doubt(doubt: &Doubt) -> Value {
    let place = |(file, record, edit): &(String, u64, Edit)| {
        json!([file, record, edit.span.start, edit.span.end, edit.group, edit.group_size])
    };
    let places: Vec<Value> = doubt.places.iter().map(place).collect();
    json!({ "places": places, "field": doubt.field, "edits": [as_json(&doubt.edit, Some(&doubt.found))] })
}

/// An edit as `docs/json.md` describes it, with the words that it replaces.
fn as_json(edit: &Edit, from: Option<&str>) -> Value {
    // An edit is strings and numbers.
    let mut json = serde_json::to_value(edit).unwrap_or_default();
    json["from"] = from.into();
    json
}
