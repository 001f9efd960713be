//! Which files a call is about: paths, folders and globs become a list, each with its format.

use std::path::{Component, Path, PathBuf};

use crate::dump::{Codec, Format};

/// A file to be cleaned.
pub(super) struct Input {
    /// Where its bytes come from.
    pub source: Source,
    /// How messages call it.
    pub name: String,
    /// Its path below an output folder.
    pub below: PathBuf,
    pub format: Format,
    /// Size in bytes, as it is stored; 0 if unknown.
    pub size: u64,
}

pub(super) enum Source {
    Stdin,
    File(PathBuf),
}

/// All inputs, in the order of the call, those of a folder or glob sorted.
///
/// Files below `output` are left out, so that a folder can be cleaned into one of its own.
pub(super) fn find(paths: &[PathBuf], format: Option<Format>, output: Option<&Path>) -> Result<Vec<Input>, String> {
    let stdin = [PathBuf::from("-")];
    let paths = if paths.is_empty() { &stdin[..] } else { paths };
    if paths.len() > 1 && paths.iter().filter(|p| p.as_os_str() == "-").count() > 1 {
        return Err("standard input can be read only once".into());
    }
    let output = output.and_then(|path| path.canonicalize().ok()).filter(|path| path.is_dir());
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let format = format.unwrap_or(Format::Text);
            inputs.push(Input { source: Source::Stdin, name: "-".into(), below: "stdin".into(), format, size: 0 });
        } else if path.is_dir() {
            let mut files = Vec::new();
            walk(path, output.as_deref(), &mut files)?;
            inputs.extend(files.into_iter().filter_map(|file| input(&file, path, format)));
        } else if path.exists() {
            let base = path.parent().unwrap_or(Path::new(""));
            let input = input(path, base, format);
            inputs.push(input.ok_or_else(|| format!("{}: the ending names no format; use --format", path.display()))?);
        } else {
            inputs.extend(glob(path, format)?);
        }
    }
    if inputs.is_empty() {
        Err("no files to clean: a folder is searched for endings of known formats".into())
    } else {
        Ok(inputs)
    }
}

fn input(file: &Path, base: &Path, format: Option<Format>) -> Option<Input> {
    let format = format.or_else(|| Format::of_name(&file.file_name()?.to_string_lossy()))?;
    let below = file.strip_prefix(base).unwrap_or(file);
    let below: PathBuf = below.components().filter(|c| matches!(c, Component::Normal(_))).collect();
    let written = below.file_name().and_then(|name| name.to_str()).map(Codec::written_name).map(str::to_string);
    let below = written.map_or_else(|| below.clone(), |name| below.with_file_name(name));
    let size = file.metadata().map_or(0, |m| m.len());
    Some(Input { source: Source::File(file.into()), name: file.display().to_string(), below, format, size })
}

/// Collects the files of a folder and those below it, sorted; hidden ones are left out.
fn walk(folder: &Path, output: Option<&Path>, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let error = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut entries = std::fs::read_dir(folder).map_err(error)?.collect::<Result<Vec<_>, _>>().map_err(error)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // Links to folders are not followed: they may lead back up.
        if entry.file_type().map_err(error)?.is_dir() {
            let is_output = output.is_some_and(|output| path.canonicalize().is_ok_and(|path| path == output));
            if !is_output {
                walk(&path, output, files)?;
            }
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// The files that a pattern names; their place below an output folder starts after its fixed part.
fn glob(pattern: &Path, format: Option<Format>) -> Result<Vec<Input>, String> {
    let text = pattern.to_string_lossy();
    let is_wild = |c: &Component<'_>| c.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    if !pattern.components().any(|c| is_wild(&c)) {
        return Err(format!("{text}: no such file or folder"));
    }
    let base: PathBuf = pattern.components().take_while(|c| !is_wild(c)).collect();
    let found = glob::glob(&text).map_err(|e| format!("{text}: {e}"))?;
    let files: Vec<PathBuf> = found.filter_map(Result::ok).filter(|path| path.is_file()).collect();
    if files.is_empty() {
        return Err(format!("{text}: matches no file"));
    }
    let named = files.iter().map(|file| {
        input(file, &base, format)
            .ok_or_else(|| format!("{}: the ending names no format; use --format", file.display()))
    });
    named.collect()
}
