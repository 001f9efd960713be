//! The rules of the structure: imports point one way, files and functions are short.

use std::collections::BTreeMap;

use crate::shown;
use crate::source::File;

/// Lines of a file at most.
const MOST_LINES: usize = 400;
/// Lines of a function's body at most.
const MOST_OF_FUNCTION: usize = 60;

/// The layers of the engine's crate, each of which may name only those before it.
#[rustfmt::skip]
const LAYERS: [&str; 22] = [
    "embedded", "version", "channel", "mend", "lattice", "protect", "prefilter", "document", "confidence", "edits", "json", "restoration", "offsets", "reading", "second_reading", "engine", "stages", "facade", "builder", "batch", "dump", "cli",
];

/// What breaks a rule in a crate, a line each.
pub fn faults(files: &[File]) -> Vec<String> {
    let mut out = Vec::new();
    for file in files {
        if file.lines > MOST_LINES {
            out.push(format!("{}: {} lines, {MOST_LINES} at most", shown(&file.path), file.lines));
        }
        for (name, line, lines) in &file.functions {
            if *lines > MOST_OF_FUNCTION {
                let path = shown(&file.path);
                out.push(format!("{path}:{line}: `{name}` has {lines} lines, {MOST_OF_FUNCTION} at most"));
            }
        }
        for import in &file.imports {
            if let (Some(from), Some(to)) = (layer(&file.module), layer(import))
                && from < to
            {
                out.push(format!("{}: names `{}`, which stands above it", shown(&file.path), import.join("::")));
            }
        }
    }
    out.extend(circles(files));
    out
}

fn layer(module: &[String]) -> Option<usize> {
    let first = module.first()?;
    LAYERS.iter().position(|layer| layer == first)
}

/// Files that name each other, by way of others or at once.
fn circles(files: &[File]) -> Vec<String> {
    let number: BTreeMap<&[String], usize> = files.iter().enumerate().map(|(n, f)| (f.module.as_slice(), n)).collect();
    let next: Vec<Vec<usize>> =
        files.iter().map(|f| f.imports.iter().filter_map(|i| number.get(i.as_slice()).copied()).collect()).collect();
    let reaches = |from: usize| {
        let (mut seen, mut open) = (vec![false; files.len()], next[from].clone());
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                open.extend(&next[at]);
            }
        }
        seen
    };
    let reach: Vec<Vec<bool>> = (0..files.len()).map(reaches).collect();
    let mut out = Vec::new();
    let mut told = vec![false; files.len()];
    for a in 0..files.len() {
        if !reach[a][a] || told[a] {
            continue;
        }
        let circle: Vec<usize> = (a..files.len()).filter(|&b| reach[a][b] && reach[b][a]).collect();
        circle.iter().for_each(|&b| told[b] = true);
        let names: Vec<String> = circle.iter().map(|&b| shown(&files[b].path)).collect();
        out.push(format!("a circle of imports: {}", names.join(", ")));
    }
    out
}
