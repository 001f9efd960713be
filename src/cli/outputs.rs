//! Where results go: standard output, a file, a folder.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::inputs::{self, Input};
use super::join::{Joint, Next};
use super::part::{self, Claim, Part};
use super::places::{self, Reads, true_path};
use super::status::Refusal;
use super::{promise, streams};
use crate::dump::Codec;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;

/// The plan: a place for each input.
pub(super) struct Outputs {
    places: Vec<Place>,
    folder: Option<PathBuf>,
    joint: Option<Joint>,
    /// How the call names it.
    name: String,
    /// Held while a single file is written.
    claim: Option<Claim>,
}

enum Place {
    Stdout,
    File(PathBuf),
}

/// What a plan depends on, besides the inputs.
pub(super) struct Request<'w> {
    pub output: Option<&'w Path>,
    /// Whether tomorrow the same call may have several inputs.
    pub is_many: bool,
    /// Whether verdicts are written instead of records.
    pub verdicts: bool,
    /// All that the run reads.
    pub reads: &'w Reads,
}

impl Outputs {
    /// Gives each input its place. Nothing is written yet.
    pub(super) fn plan(request: &Request<'_>, inputs: &[Input]) -> Result<Self, Refusal> {
        let Some(output) = request.output.filter(|path| !inputs::is_stdout(path)) else {
            promise::one_stream(inputs, request.verdicts)?;
            if let Some(name) = streams::stdout_identity().and_then(|identity| request.reads.with(identity)) {
                return Err(format!("{name}: is standard output, too").into());
            }
            let out = streams::stdout().map_err(|e| Refusal::failed(format!("standard output: {e}")))?;
            let places = inputs.iter().map(|_| Place::Stdout).collect();
            return Ok(Outputs { places, folder: None, joint: Some(Joint::new(out)), name: "-".into(), claim: None });
        };
        let ends_with_slash = output.to_string_lossy().ends_with(std::path::is_separator);
        let is_folder = request.is_many || output.is_dir() || ends_with_slash;
        if is_folder && output.exists() && !output.is_dir() {
            return Err(format!("{}: several inputs need a folder", output.display()).into());
        }
        let mut taken: HashMap<PathBuf, &str> = HashMap::new();
        let mut places = Vec::with_capacity(inputs.len());
        for input in inputs {
            let mut path = if is_folder { output.join(&input.below) } else { output.to_path_buf() };
            if is_folder && request.verdicts {
                path.as_mut_os_string().push(".verdicts.jsonl");
            }
            let end = true_path(&path);
            if let Some(lost) = request.reads.lost(&end) {
                let lost = if *lost == input.name { "itself" } else { lost };
                return Err(format!("{}: would be written over {lost}", input.name).into());
            }
            if !is_folder {
                promise::kept(&path, input, request.verdicts)?;
            }
            if let Some(other) = taken.insert(end.clone(), &input.name).filter(|_| !places::is_device(&end)) {
                return Err(format!("{other} and {} would both be written to {}", input.name, path.display()).into());
            }
            places.push(Place::File(end));
        }
        let folder = is_folder.then(|| output.to_path_buf());
        Ok(Outputs { places, folder, joint: None, name: output.display().to_string(), claim: None })
    }

    /// Whether another result of the run, such as its report, can be written where it is wanted.
    pub(super) fn has_room_for(&self, what: &str, path: &Path, reads: &Reads) -> Result<(), Refusal> {
        let shown = path.display();
        if inputs::is_stdout(path) {
            return if self.is_stdout() {
                Err(format!("the {what} and the results would both be written to standard output").into())
            } else {
                streams::stdout().map(drop).map_err(|e| Refusal::failed(format!("standard output: {e}")))
            };
        }
        if path.is_dir() {
            return Err(format!("{shown}: is a folder; the {what} needs a file").into());
        }
        if places::is_device(path) {
            return Ok(());
        }
        let end = true_path(path);
        if let Some(lost) = reads.lost(&end) {
            return Err(format!("{shown}: the {what} would be written over {lost}").into());
        }
        let identity = places::Identity::of_path(&end);
        let is_stdout = self.is_stdout() && identity.is_some() && identity == streams::stdout_identity();
        if is_stdout || self.places.iter().any(|place| matches!(place, Place::File(file) if *file == end)) {
            return Err(format!("{shown}: is the output; the {what} needs a file of its own").into());
        }
        if let Some(folder) = self.folder().filter(|folder| end.starts_with(true_path(folder))) {
            let made = fs::create_dir_all(folder);
            made.map_err(|error| Refusal::failed(format!("{}: {error}", folder.display())))?;
        }
        // A night's work should not end with a report that has no place.
        Part::create(&end, None).map(drop).map_err(|error| {
            let reason = format!("{shown}: the {what} cannot be written: {error}");
            match error.kind() {
                ErrorKind::NotFound | ErrorKind::NotADirectory => Refusal::from(reason),
                _ => Refusal::failed(reason),
            }
        })
    }

    /// Takes the places: what killed runs left there goes, and who else writes there is found out.
    pub(super) fn take<'p>(&mut self, others: impl Iterator<Item = &'p Path>) -> Result<(), Refusal> {
        self.folders().into_iter().for_each(part::sweep);
        others.map(part::folder_of).for_each(part::sweep);
        if let (None, [Place::File(path)]) = (&self.folder, self.places.as_slice()) {
            if places::is_device(path) {
                return Ok(());
            }
            let failed = |error: io::Error| Refusal::failed(format!("{}: cannot be written: {error}", self.name));
            fs::create_dir_all(part::folder_of(path)).map_err(failed)?;
            let claim = Claim::new(path).map_err(failed)?;
            let taken = || Refusal::failed(format!("{}: another cleaner is writing it", self.name));
            self.claim = Some(claim.ok_or_else(taken)?);
        }
        Ok(())
    }

    /// Brings the names of what was written onto the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.folders().into_iter().filter(|folder| folder.is_dir()).try_for_each(part::sync_folder)
    }

    /// The folders that are written into.
    fn folders(&self) -> BTreeSet<&Path> {
        let files = self.places.iter().filter_map(Place::file).filter(|path| !places::is_device(path));
        files.map(part::folder_of).collect()
    }

    /// The folder that all outputs are in, if it is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// How the call names the output.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_stdout(&self) -> bool {
        self.joint.is_some()
    }

    /// The file that an input is written to, if it is one.
    pub(super) fn path(&self, number: usize) -> Option<&Path> {
        self.places.get(number).and_then(Place::file)
    }

    /// How the output of an input is compressed.
    pub(super) fn codec(&self, number: usize) -> Codec {
        self.path(number).map_or(Codec::Plain, |path| Codec::of_name(&path.to_string_lossy()))
    }

    /// Begins the output of an input; the file gets the given mode, or that of any new one.
    pub(super) fn open(&self, number: usize, input: &Input, mode: Option<Permissions>) -> io::Result<Output<'_>> {
        match (self.path(number), &self.joint) {
            (Some(path), _) => {
                // A folder that somebody removes is not made again: what was in it would be missing.
                if self.folder().is_some_and(|folder| !folder.is_dir()) {
                    return Err(io::Error::new(ErrorKind::NotFound, "the folder of outputs is gone"));
                }
                fs::create_dir_all(part::folder_of(path))?;
                Output::to(path, mode)
            }
            (None, Some(joint)) => Ok(Output::Joint(joint.next(input.format))),
            (None, None) => Err(io::Error::other("no place for the output")),
        }
    }

    /// Whether anything stands in a stream of several results.
    pub(super) fn written(&self) -> u64 {
        self.joint.as_ref().map_or(0, Joint::written)
    }
}

impl Place {
    fn file(&self) -> Option<&Path> {
        match self {
            Place::File(path) => Some(path),
            Place::Stdout => None,
        }
    }
}

/// A result that is being written.
pub(super) enum Output<'o> {
    Joint(Next<'o>),
    /// A stream, or what is there and is no regular file.
    Through(Box<dyn Write + Send>),
    Part(BufWriter<Part>),
}

impl Output<'_> {
    /// A result in a file. A link stays a link; a device is written to, not replaced.
    pub(super) fn to(path: &Path, mode: Option<Permissions>) -> io::Result<Output<'static>> {
        if inputs::is_stdout(path) {
            return streams::stdout().map(Output::Through);
        }
        if places::is_device(path) {
            let file = File::options().write(true).open(path)?;
            return Ok(Output::Through(Box::new(BufWriter::with_capacity(BUFFER, file))));
        }
        Ok(Output::Part(BufWriter::with_capacity(BUFFER, Part::create(&true_path(path), mode)?)))
    }

    /// Gives a file its final name, and answers its size.
    pub(super) fn finish(self) -> io::Result<u64> {
        match self {
            Output::Joint(mut next) => next.finish(),
            Output::Through(mut out) => out.flush().map(|()| 0),
            Output::Part(out) => out.into_inner().map_err(io::IntoInnerError::into_error)?.finish(),
        }
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Joint(out) => out.write(bytes),
            Output::Through(out) => out.write(bytes),
            Output::Part(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Joint(out) => out.flush(),
            Output::Through(out) => out.flush(),
            Output::Part(out) => out.flush(),
        }
    }
}

/// Writes a small result, such as the report.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut output = Output::to(path, None)?;
    output.write_all(bytes)?;
    output.finish().map(drop)
}
