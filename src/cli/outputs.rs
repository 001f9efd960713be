//! Where results go: standard output, a file, a folder. Files are written beside their final name and
//! renamed when they are complete.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use crate::dump::Codec;

use super::inputs::{Input, Source};

/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;
/// The longest file name, in bytes, that is part of the hidden one.
const MAX_NAME: usize = 240;

/// The plan: a place for each input.
pub(super) struct Outputs {
    places: Vec<Place>,
    folder: Option<PathBuf>,
}

enum Place {
    Stdout,
    File(PathBuf),
}

/// An output that is being written.
pub(super) enum Output {
    Stdout(Stdout),
    File { file: BufWriter<File>, part: Option<PathBuf>, path: PathBuf },
}

impl Outputs {
    /// Gives each input its place. Nothing is written yet.
    pub(super) fn plan(output: Option<&Path>, inputs: &[Input], is_many: bool, verdicts: bool) -> Result<Self, String> {
        let Some(output) = output.filter(|path| path.as_os_str() != "-") else {
            return Ok(Outputs { places: inputs.iter().map(|_| Place::Stdout).collect(), folder: None });
        };
        let ends_with_slash = output.to_string_lossy().ends_with(std::path::is_separator);
        let is_folder = is_many || output.is_dir() || ends_with_slash;
        if is_folder && output.exists() && !output.is_dir() {
            return Err(format!("{}: several inputs need a folder", output.display()));
        }
        let sources = sources(inputs);
        let mut taken: HashMap<PathBuf, &str> = HashMap::new();
        let mut places = Vec::with_capacity(inputs.len());
        for input in inputs {
            let mut path = if is_folder { output.join(&input.below) } else { output.to_path_buf() };
            if is_folder && verdicts {
                path.as_mut_os_string().push(".verdicts.jsonl");
            }
            if let Some(lost) = path.canonicalize().ok().and_then(|path| sources.get(&path)) {
                let lost = if *lost == input.name { "itself" } else { lost };
                return Err(format!("{}: would be written over {lost}", input.name));
            }
            if let Some(other) = taken.insert(path.clone(), &input.name) {
                return Err(format!("{other} and {} would both be written to {}", input.name, path.display()));
            }
            places.push(Place::File(path));
        }
        Ok(Outputs { places, folder: is_folder.then(|| output.to_path_buf()) })
    }

    /// Whether the report of the run can be written where it is wanted.
    pub(super) fn has_room_for(&self, report: &Path, inputs: &[Input]) -> Result<(), String> {
        let path = report.canonicalize().unwrap_or_else(|_| report.to_path_buf());
        if let Some(lost) = sources(inputs).get(&path) {
            return Err(format!("{}: the report would be written over {lost}", report.display()));
        }
        if self.places.iter().any(|place| matches!(place, Place::File(file) if file == report || *file == path)) {
            return Err(format!("{}: is the output; the report needs a file of its own", report.display()));
        }
        // A night's work should not end with a report that has no place.
        let part = part_of(report);
        let tried = File::create(&part).and_then(|_| fs::remove_file(part));
        tried.map_err(|error| format!("{}: the report cannot be written: {error}", report.display()))
    }

    /// The folder that all outputs are in, if it is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    pub(super) fn is_stdout(&self) -> bool {
        self.places.iter().any(|place| matches!(place, Place::Stdout))
    }

    /// The file that an input is written to, if it is one.
    pub(super) fn path(&self, number: usize) -> Option<&Path> {
        match self.places.get(number) {
            Some(Place::File(path)) => Some(path),
            _ => None,
        }
    }

    /// How the output of an input is compressed.
    pub(super) fn codec(&self, number: usize) -> Codec {
        self.path(number).map_or(Codec::Plain, |path| Codec::of_name(&path.to_string_lossy()))
    }

    pub(super) fn open(&self, number: usize) -> io::Result<Output> {
        let Some(path) = self.path(number) else { return Ok(Output::Stdout(io::stdout())) };
        // A link stays a link; what is no regular file, such as /dev/null, is written to, not replaced.
        let path = &path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        if path.exists() && !path.is_file() {
            let file = BufWriter::with_capacity(BUFFER, File::options().write(true).open(path)?);
            return Ok(Output::File { file, part: None, path: path.clone() });
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let part = part_of(path);
        let file = BufWriter::with_capacity(BUFFER, File::create(&part)?);
        Ok(Output::File { file, part: Some(part), path: path.to_path_buf() })
    }
}

/// The files that are read, by their true paths.
fn sources(inputs: &[Input]) -> HashMap<PathBuf, &str> {
    let source = |input: &'_ Input| match &input.source {
        Source::File(path) => path.canonicalize().ok(),
        Source::Stdin => None,
    };
    inputs.iter().filter_map(|input| Some((source(input)?, input.name.as_str()))).collect()
}

/// Writes a file beside its final name and renames it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = part_of(path);
    let file = BufWriter::new(File::create(&part)?);
    let mut output = Output::File { file, part: Some(part), path: path.to_path_buf() };
    output.write_all(bytes)?;
    output.finish()
}

/// The hidden name beside the final one.
fn part_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    let mut part = OsString::from(".");
    if name.len() <= MAX_NAME {
        part.push(name);
    } else {
        // File systems know no longer names than 255 bytes, and crawlers like to name files by their URL.
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        part.push(format!("{:016x}", hasher.finish()));
    }
    part.push(".part");
    path.with_file_name(part)
}

impl Output {
    /// Gives the file its final name.
    pub(super) fn finish(mut self) -> io::Result<()> {
        match &mut self {
            Output::Stdout(out) => out.flush(),
            Output::File { file, part, path } => {
                file.flush()?;
                if let Some(part) = part.take() {
                    file.get_ref().sync_all()?;
                    fs::rename(&part, path)?;
                }
                Ok(())
            }
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Output::File { part: Some(part), .. } = self {
            // Best effort: what is left over is overwritten by the next run.
            let _ = fs::remove_file(part);
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Stdout(out) => out.write(bytes),
            Output::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Stdout(out) => out.flush(),
            Output::File { file, .. } => file.flush(),
        }
    }
}
