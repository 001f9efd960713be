//! The picture of the modules and their arrows, as a Mermaid graph that pages of code hosts draw.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::source::File;

const START: &str = "<!-- structure: cargo run -p xtask -- structure --write -->";
const END: &str = "<!-- /structure -->";

/// The layers of a crate and the arrows between them.
pub fn of(name: &str, files: &[File]) -> String {
    let layer = |module: &[String]| module.first().cloned();
    let mut arrows: BTreeSet<(String, String)> = BTreeSet::new();
    let mut layers: BTreeSet<String> = BTreeSet::new();
    for file in files {
        let Some(from) = layer(&file.module) else { continue };
        layers.insert(from.clone());
        let others = file.imports.iter().filter_map(|import| layer(import)).filter(|to| *to != from);
        arrows.extend(others.map(|to| (from.clone(), to)));
    }
    let mut out = format!("\n`{name}`\n\n```mermaid\ngraph TD\n");
    for layer in layers {
        let _ = writeln!(out, "    {layer}");
    }
    for (from, to) in arrows {
        let _ = writeln!(out, "    {from} --> {to}");
    }
    out + "```\n"
}

/// The page with another picture between its marks; `None` if it has none.
pub fn replace(page: &str, picture: &str) -> Option<String> {
    let start = page.find(START)? + START.len();
    let end = start + page[start..].find(END)?;
    Some(format!("{}\n{picture}\n{}", &page[..start], &page[end..]))
}
