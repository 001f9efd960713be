//! The tables of the engine, compiled and compressed for the way to the browser.

use std::path::Path;

use brotli::CompressorWriter;
use unspin_core::knowledge::Knowledge;
use unspin_core::language_model::storage::{checksum, pack, read};

use crate::Result;

/// The trigrams of the page's model: as many as a download of 8 MB has room for. The program has more.
const TRIGRAMS: usize = 2_450_000;
/// The best and slowest that brotli has.
const QUALITY: u32 = 11;
/// The whole window: words recur in all parts of the tables.
const WINDOW_BITS: u32 = 24;
const BUFFER: usize = 1 << 16;

/// Writes the tables into a folder; answers with the name of the file, which changes with its content. The model of the
/// page alone stands in `target/page.ngram`, for `unspin clean --model`.
pub(crate) fn tables(web: &Path, dist: &Path) -> Result<String> {
    // Entries name their files as the dictionary was given: from the root of the repository, as in the program.
    std::env::set_current_dir(web.join(".."))?;
    let (mut knowledge, _) =
        Knowledge::compile(Path::new("dictionaries"), Path::new("dictionaries/context/news.ngram"))?;
    knowledge.set_model(pack(&read(&knowledge.model)?.with_trigrams(TRIGRAMS)));
    std::fs::write(web.join("target/page.ngram"), &knowledge.model)?;
    let packed = knowledge.pack()?;
    let name = format!("tables-{:016x}.bin", checksum(&packed));
    // Compressing takes a minute; what was compressed before is the same.
    let kept = web.join("target").join(&name);
    if !kept.exists() {
        let written = kept.with_extension("part");
        let mut writer = CompressorWriter::new(std::fs::File::create(&written)?, BUFFER, QUALITY, WINDOW_BITS);
        std::io::Write::write_all(&mut writer, &packed)?;
        drop(writer.into_inner());
        std::fs::rename(&written, &kept)?;
    }
    std::fs::copy(&kept, dist.join(&name))?;
    Ok(name)
}
