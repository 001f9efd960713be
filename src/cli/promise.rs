//! What the name of an output promises, and what can stand in one stream.

use std::path::Path;

use super::inputs::Input;
use crate::dump::{Codec, Format};

/// Endings of what is not written, and what is instead.
#[rustfmt::skip]
const UNWRITTEN: [&str; 30] = [
    "7z", "arrow", "avro", "br", "bz2", "bzip2", "docx", "feather", "gzip", "lz4", "lzma", "lzo", "odt", "orc", "pdf", "rar", "rtf",
    "snappy", "sqlite", "sz", "tar", "tbz2", "tgz", "txz", "xlsx", "xml", "xz", "z", "zip", "zstd",
];

/// Whether a file of this name may hold the result. A name that is no known one promises nothing.
pub(super) fn kept(output: &Path, input: &Input, verdicts: bool) -> Result<(), String> {
    let shown = output.display();
    let name = output.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let bare = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    let ending = bare.rsplit_once('.').map_or("", |(_, ending)| ending);
    let old = input.name.to_ascii_lowercase();
    let is_same = !ending.is_empty() && old.ends_with(&name[bare.len() - ending.len() - 1..]) && !verdicts;
    if UNWRITTEN.contains(&ending) && !is_same {
        return Err(format!(
            "{shown}: the name promises .{ending}, which is not written (compressed are .gz and .zst)"
        ));
    }
    if !Codec::of_name(&name).is_written() && !UNWRITTEN.contains(&ending) {
        return Err(format!("{shown}: .zst is written by a build with the feature `codecs`; compressed is .gz"));
    }
    let result = if verdicts { Format::Jsonl } else { input.format };
    if result == Format::Parquet && Codec::of_name(&name) != Codec::Plain && !is_same {
        return Err(format!("{shown}: Parquet is compressed inside, not as a whole"));
    }
    match Format::of_name(&name) {
        // Whoever says with --format that a name lies may let it lie on.
        Some(promised) if !is_alike(promised, result) && (verdicts || Some(promised) != Format::of_name(&old)) => {
            Err(format!("{shown}: the name promises {promised}, but the result is {result}"))
        }
        _ => Ok(()),
    }
}

/// Whether the inputs can follow each other in one stream.
pub(super) fn one_stream(inputs: &[Input], verdicts: bool) -> Result<(), String> {
    // Verdicts are lines of JSON, whatever they are about.
    let (Some((first, others)), false) = (inputs.split_first(), verdicts) else { return Ok(()) };
    for other in others {
        if first.format == Format::Parquet || other.format == Format::Parquet {
            let name = if first.format == Format::Parquet { &first.name } else { &other.name };
            return Err(format!("{name}: Parquet can share its stream with nothing else; use -o FOLDER"));
        }
        let is_prose = |format| matches!(format, Format::Text | Format::Html);
        let go_together = is_alike(first.format, other.format) || is_prose(first.format) && is_prose(other.format);
        if !go_together {
            return Err(format!(
                "{} is {}, but {} is {}: one stream has one format; use -o FOLDER",
                first.name, first.format, other.name, other.format
            ));
        }
    }
    Ok(())
}

fn is_alike(one: Format, other: Format) -> bool {
    let is_archive = |format| matches!(format, Format::Wet | Format::Warc);
    one == other || is_archive(one) && is_archive(other)
}
