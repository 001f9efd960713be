//! Which files a call is about: paths, folders and globs become a list, each with its format.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;

use super::exclude::Exclude;
use super::places::Identity;
use super::status::Refusal;
use super::{sniff, streams};
use crate::dump::{Codec, Format};

/// Files that are named when they are left out.
const SHOWN: usize = 8;

/// What is said of a Parquet file where the program cannot read it.
#[cfg_attr(feature = "parquet", allow(dead_code))]
pub(super) const WITHOUT_PARQUET: &str =
    "is Parquet, which this program was built without: `cargo install --path . --features full` builds it in";

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
    /// Standard input or another pipe, which can be read once.
    Stream(Mutex<Option<Box<dyn Read + Send>>>),
    File(PathBuf),
}

/// What a call asks for.
pub(super) struct Call<'c> {
    pub paths: &'c [PathBuf],
    /// The names of a list, if there is one; each keeps its path below an output folder.
    pub listed: Option<Vec<PathBuf>>,
    pub exclude: Exclude,
    pub format: Option<Format>,
    pub fields: &'c [String],
    /// What the run writes and must not read.
    pub results: Results,
}

/// What a run writes, as far as it is there before.
#[derive(Default)]
pub(super) struct Results {
    /// The folder of outputs.
    pub folder: Option<PathBuf>,
    /// Standard output.
    pub stdout: Option<Identity>,
    /// The report and the list of faults.
    pub files: Vec<Identity>,
}

impl Results {
    fn has(&self, found: &Metadata) -> bool {
        let identity = Identity::of(found);
        identity.is_some() && (identity == self.stdout || self.files.iter().any(|file| Some(*file) == identity))
    }
}

/// What a call is about.
#[derive(Default)]
pub(super) struct Found {
    pub inputs: Vec<Input>,
    pub left: Left,
    /// What could not be opened, and why.
    pub failures: Vec<(String, String)>,
    /// How many files and folders the call excludes.
    pub excluded: usize,
}

impl Found {
    /// Whether a path is excluded, by its name and its place below `base`; if so, it is counted.
    pub(super) fn excludes(&mut self, path: &Path, base: &Path, is_folder: bool, call: &Call<'_>) -> bool {
        let is_excluded = call.exclude.has(path.strip_prefix(base).unwrap_or(path), is_folder);
        self.excluded += usize::from(is_excluded);
        is_excluded
    }
}

/// Files that were found and are not cleaned.
#[derive(Default)]
pub(super) struct Left {
    count: usize,
    shown: Vec<String>,
}

impl Left {
    pub(super) fn add(&mut self, path: &Path, why: &str) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(format!("{} ({why})", path.display()));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "left out: {}", self.shown.join(", "))?;
        match self.count - self.shown.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// Whether an argument is standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path.as_os_str() == *name)
}

/// Whether a name is standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path.as_os_str() == *name)
}

pub(super) fn standard_input(call: &Call<'_>) -> Result<Input, Refusal> {
    if streams::stdin_identity().is_some_and(|identity| Some(identity) == call.results.stdout) {
        return Err("standard input and standard output are one file".into());
    }
    let stream = streams::stdin().map_err(|error| Refusal::failed(format!("standard input: {error}")))?;
    pipe("-", "stdin".into(), stream, call)
}

/// A pipe by its name, as shells make them for `<(command)`.
pub(super) fn device(path: &Path, call: &Call<'_>) -> Result<Input, Refusal> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| Refusal::failed(format!("{name}: cannot be opened: {error}")))?;
    let below = path.file_name().unwrap_or(path.as_os_str()).into();
    pipe(&name, below, Box::new(file), call)
}

/// A stream, of the format that was said or that it shows itself.
fn pipe(name: &str, below: PathBuf, mut stream: Box<dyn Read + Send>, call: &Call<'_>) -> Result<Input, Refusal> {
    let format = match call.format {
        Some(format) => format,
        None => {
            let head = sniff::head(&mut stream, call.fields)
                .map_err(|error| Refusal::failed(format!("{name}: cannot be read: {error}")))?;
            let format = sniff::format(&head, call.fields).map_err(|what| {
                format!("{name}: looks like {what}; say what it is with --format, or unpack it before")
            })?;
            stream = Box::new(Cursor::new(head).chain(stream));
            format
        }
    };
    if format == Format::Parquet {
        return Err(format!("{name}: Parquet is read from files only").into());
    }
    Ok(Input { source: Source::Stream(Mutex::new(Some(stream))), name: name.into(), below, format, size: 0 })
}

/// A file that the call names; below an output folder its path starts behind `base`.
pub(super) fn named(
    path: &Path,
    base: &Path,
    metadata: &Metadata,
    call: &Call<'_>,
    found: &mut Found,
    unknown: &mut Vec<(PathBuf, String)>,
) -> Result<(), Refusal> {
    if call.results.stdout.is_some() && Identity::of(metadata) == call.results.stdout {
        return Err(format!("{}: is standard output, too", path.display()).into());
    }
    let is_alone = call.paths.len() == 1 && call.listed.is_none();
    match format(path, call, is_alone) {
        Ok(format) => found.inputs.push(input(path, base, format, metadata)),
        Err(why) => unknown.push((path.to_path_buf(), why)),
    }
    Ok(())
}

/// A file that a folder or glob holds.
pub(super) fn add(path: &Path, base: &Path, call: &Call<'_>, found: &mut Found) {
    if found.excludes(path, base, false, call) {
        return;
    }
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(_) if path.is_symlink() => return found.left.add(path, "a link to nothing"),
        Err(error) => return found.failures.push((path.display().to_string(), error.to_string())),
    };
    if metadata.is_dir() {
        return found.left.add(path, "a link to a folder");
    }
    if !metadata.is_file() {
        return found.left.add(path, "no regular file");
    }
    if call.results.has(&metadata) {
        return found.left.add(path, "written by this run");
    }
    match format(path, call, false) {
        Ok(format) => found.inputs.push(input(path, base, format, &metadata)),
        Err(why) => found.left.add(path, &why),
    }
}

/// The format of a file by its name, or why it has none.
fn format(path: &Path, call: &Call<'_>, is_alone: bool) -> Result<Format, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lower = name.to_ascii_lowercase();
    // A file of this name may be one document, too.
    let is_json = Codec::bare_name(&lower).ends_with(".json");
    let known = Format::of_name(&name).filter(|_| !is_json);
    // Spark, Hive and others put markers and lists beside the data.
    if known.is_none() && name.starts_with(['_', '.']) && !is_alone {
        return Err("a marker".into());
    }
    if let Some(format) = call.format.or(known) {
        return Ok(format);
    }
    if is_json {
        return match File::open(path).and_then(|mut file| sniff::is_json_lines(&mut file, call.fields)) {
            Ok(true) => Ok(Format::Jsonl),
            Ok(false) => Err(format!("no JSON lines with `{}`", call.fields.join("` or `"))),
            // That it cannot be read is found when it is to be cleaned.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(Format::Jsonl),
            Err(error) => Err(error.to_string()),
        };
    }
    Err("the ending names no format".into())
}

fn input(file: &Path, base: &Path, format: Format, metadata: &Metadata) -> Input {
    let below = file.strip_prefix(base).unwrap_or(file);
    let below: PathBuf = below.components().filter(|c| matches!(c, Component::Normal(_))).collect();
    // What is only read, such as bzip2, is written without that ending.
    let name = below.file_name().and_then(|name| name.to_str()).map(|name| Codec::written_name(name).to_string());
    let below = name.map_or_else(|| below.clone(), |name| below.with_file_name(name));
    Input { source: Source::File(file.into()), name: file.display().to_string(), below, format, size: metadata.len() }
}
