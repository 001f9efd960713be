//! The files of the page beside each other, under names that a cache can trust; and what they weigh.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use unspin_core::language_model::storage::checksum;

use crate::Result;

/// The most that a first visit may download, compressed, in bytes.
const LIMIT: usize = 8_000_000;

/// Copies the page, and tells it the name of the tables and of the version.
pub(crate) fn assemble(web: &Path, dist: &Path, tables: &str) -> Result<()> {
    for entry in std::fs::read_dir(web.join("page"))? {
        let path = entry?.path();
        std::fs::copy(&path, dist.join(path.file_name().unwrap_or_default()))?;
    }
    let example = std::fs::read_to_string(web.join("../examples/article.txt"))?;
    let written =
        format!("// Written by the build.\nexport const TABLES = {tables:?};\nexport const EXAMPLE = {example:?};\n");
    std::fs::write(dist.join("files.js"), written)?;
    let files = files(dist)?;
    let mut all = Vec::new();
    for path in &files {
        all.extend(std::fs::read(path)?);
    }
    let listed: Vec<String> = files
        .iter()
        .filter_map(|path| path.strip_prefix(dist).ok()?.to_str().map(|name| name.replace('\\', "/")))
        .filter(|name| name != tables && name != "sw.js")
        .map(|name| format!("{:?}", if name == "index.html" { "./" } else { &name }))
        .collect();
    let worker = std::fs::read_to_string(dist.join("sw.js"))?
        .replace("{CACHE}", &format!("unspin-page-{:016x}", checksum(&all)))
        .replace("\"{FILES}\"", &format!("[{}]", listed.join(", ")));
    std::fs::write(dist.join("sw.js"), worker)?;
    Ok(())
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { out.extend(files(&path)?) } else { out.push(path) }
    }
    out.sort();
    Ok(out)
}

/// Prints what each file weighs, plain and compressed as a host sends it; fails where all are too much.
pub(crate) fn weigh(dist: &Path) -> Result<()> {
    let mut total = 0;
    println!("{:>12} {:>12}", "bytes", "compressed");
    for path in files(dist)? {
        let bytes = std::fs::read(&path)?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bytes)?;
        let compressed = encoder.finish()?.len().min(bytes.len());
        total += compressed;
        println!("{:>12} {compressed:>12}  {}", bytes.len(), path.strip_prefix(dist)?.display());
    }
    println!("{total:>25}  in all, of {LIMIT} at most");
    if total > LIMIT { Err("the page is too heavy".into()) } else { Ok(()) }
}
