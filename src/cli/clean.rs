//! `unspin clean`: restores dumps of articles, text, JSONL, CSV, HTML, WET, WARC and Parquet.
//!
//! ```sh
//! unspin clean dump/*.jsonl.gz -o restored/
//! zcat news.jsonl.gz | unspin clean --format jsonl > restored.jsonl
//! ```
//!
//! Standard output carries data only. Exit status: 0 done; 1 some records could not be read (each is
//! named on standard error, the rest is done); 2 the call itself is wrong.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::Args;
use rayon::ThreadPoolBuilder;

use super::inputs::{self, Input, Source};
use super::outputs::{self, Outputs};
use super::{journal, progress, report};
use crate::Unspin;
use crate::dump::{ANNOTATION, Cleaner, Codec, DumpError, Format, Progress, Tally};

/// Articles that a report shows.
const ARTICLES: usize = 60;
/// Bytes in flight over all files that are cleaned at once.
const BUDGET: usize = 8 << 20;

/// Restores the wording of spun articles in dumps.
#[derive(Args, Debug)]
#[command(
    after_help = "Exit status: 0 done; 1 some records could not be read (each named on standard error); 2 the call is wrong."
)]
pub(super) struct Arguments {
    /// Files, folders or globs; none or `-` is standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Format of the inputs; by their endings if left out, text for standard input
    #[arg(long, value_parser = format_of)]
    format: Option<Format>,
    /// The field or column that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    field: String,
    /// A file for one input, a folder for several, a folder or a glob; standard output if left out or `-`
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Add the verdict and the edits to each record (JSONL)
    #[arg(long)]
    annotate: bool,
    /// Rewrite nothing: print the verdict on each record
    #[arg(long)]
    detect: bool,
    /// Make only edits that are at least this probable, 0 to 1
    #[arg(long, value_name = "X")]
    min_confidence: Option<f32>,
    /// A file or folder of further dictionary entries; may be repeated
    #[arg(long, value_name = "PATH")]
    dictionary: Vec<PathBuf>,
    /// A file of phrases that are never touched, one a line, `#` for comments; may be repeated
    #[arg(long, value_name = "FILE")]
    protect: Vec<PathBuf>,
    /// How many threads restore; all cores if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Write a page with totals, charts and the most edited articles
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Go on where a run into the same folder was ended: files that are finished stay
    #[arg(long)]
    resume: bool,
    /// No progress and no summary; records that cannot be read are still named
    #[arg(long)]
    quiet: bool,
}

fn format_of(name: &str) -> Result<Format, String> {
    Format::ALL
        .into_iter()
        .find(|format| format.name() == name)
        .ok_or_else(|| format!("one of {}", Format::ALL.map(Format::name).join(", ")))
}

/// Cleans what the arguments name, and answers with the exit status of the program.
pub(super) fn main(arguments: &Arguments) -> ExitCode {
    match run(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(reason) => {
            progress::say(format_args!("clean: {reason}"));
            ExitCode::from(2)
        }
    }
}

/// Whether all records could be read; an error is a call that is wrong.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let unspin = restorer(arguments)?;
    let inputs = inputs::find(&arguments.inputs, arguments.format, arguments.output.as_deref())?;
    if arguments.annotate && arguments.field == ANNOTATION {
        return Err(format!("--annotate writes the field `{ANNOTATION}`, which cannot be the one of the text, too"));
    }
    if let Some(input) = inputs.iter().find(|input| arguments.annotate && input.format != Format::Jsonl) {
        return Err(format!("--annotate needs JSONL, but {} is {}", input.name, input.format));
    }
    if let Some(input) =
        inputs.iter().find(|input| input.format == Format::Parquet && matches!(input.source, Source::Stdin))
    {
        return Err(format!("{}: Parquet is read from files only", input.name));
    }
    // A folder or glob may hold another number of files tomorrow: it needs a folder even for one.
    let is_many = inputs.len() != 1 || arguments.inputs.len() > 1 || arguments.inputs.iter().any(|path| !is_one(path));
    let verdicts = arguments.detect && !arguments.annotate;
    let outputs = Outputs::plan(arguments.output.as_deref(), &inputs, is_many, verdicts)?;
    if let Some(report) = &arguments.report {
        outputs.has_room_for(report, &inputs)?;
    }
    let journal = outputs.folder().map(|folder| {
        let journal = journal::Journal::open(folder, arguments.resume, options(arguments));
        journal.map_err(|e| format!("{}: {e}", folder.display()))
    });
    let journal = journal.transpose()?;
    if arguments.resume && journal.is_none() {
        return Err("--resume needs a folder to go on with: -o FOLDER".into());
    }
    let threads =
        arguments.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().map_err(|e| format!("{threads} threads: {e}"))?;
    let workers = if outputs.folder().is_some() { threads.min(inputs.len()).max(1) } else { 1 };
    let cleaner = Cleaner::new(&unspin)
        .pool(&pool)
        .field(&arguments.field)
        .annotate(arguments.annotate)
        .detect(arguments.detect)
        .articles(if arguments.report.is_some() { ARTICLES } else { 0 })
        .budget(BUDGET / workers);
    let screen = progress::Screen::new(&inputs, arguments.quiet);
    let sum = Mutex::new(Tally::default());
    let is_whole = AtomicBool::new(true);
    let queue = Mutex::new(inputs.iter().enumerate().collect::<VecDeque<_>>());
    let job = Job { cleaner, outputs: &outputs, screen: &screen, journal: journal.as_ref() };
    let work = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((number, input)) = next else { break };
            match job.clean(number, input) {
                Ok(tally) => {
                    is_whole.fetch_and(tally.faults == 0, Ordering::Relaxed);
                    sum.lock().unwrap_or_else(PoisonError::into_inner).merge(tally, ARTICLES);
                }
                Err(error) if error.is_closed_pipe() && outputs.is_stdout() => {
                    // Who reads us has seen enough; a reader of our own may still wait for input.
                    std::process::exit(0);
                }
                Err(error) => {
                    screen.say(&error);
                    is_whole.store(false, Ordering::Relaxed);
                }
            }
        }
    };
    std::thread::scope(|threads| {
        for _ in 1..workers {
            threads.spawn(work);
        }
        work();
    });
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    screen.finish(&sum, inputs.len());
    if let Some(path) = &arguments.report {
        // The dump is done by now: that its report cannot be written is no wrong call.
        if let Err(error) = outputs::write(path, report::page(&sum, inputs.len(), screen.skipped()).as_bytes()) {
            screen.say(format_args!("{}: the report cannot be written: {error}", path.display()));
            is_whole.store(false, Ordering::Relaxed);
        }
    }
    Ok(is_whole.into_inner())
}

/// Whether an argument names a single input, not a folder or glob.
fn is_one(path: &Path) -> bool {
    path.as_os_str() == "-" || path.exists() && !path.is_dir()
}

/// All that decides over the result, besides the input: a finished file of other options is not finished.
fn options(arguments: &Arguments) -> String {
    let state = |paths: &[PathBuf]| paths.iter().flat_map(|path| journal::states(path)).collect::<Vec<_>>();
    format!(
        "{} {} {} {} {:?} {:?} {:?}",
        crate::VERSION,
        arguments.field,
        arguments.annotate,
        arguments.detect,
        arguments.min_confidence,
        state(&arguments.dictionary),
        state(&arguments.protect)
    )
}

/// The restorer that the options ask for.
fn restorer(arguments: &Arguments) -> Result<Unspin, String> {
    let mut builder = Unspin::builder();
    for path in &arguments.dictionary {
        builder = builder.dictionary(path).map_err(|e| e.to_string())?;
    }
    for path in &arguments.protect {
        let phrases = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        builder =
            builder.protect(phrases.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')));
    }
    if let Some(confidence) = arguments.min_confidence {
        builder = builder.min_confidence(confidence);
    }
    builder.build().map_err(|e| e.to_string())
}

/// What is the same for all files.
struct Job<'j> {
    cleaner: Cleaner<'j>,
    outputs: &'j Outputs,
    screen: &'j progress::Screen,
    journal: Option<&'j journal::Journal>,
}

impl Job<'_> {
    /// Cleans a file, unless that is done.
    fn clean(&self, number: usize, input: &Input) -> Result<Tally, DumpError> {
        let Some(journal) = self.journal else { return self.rewrite(number, input) };
        if self.outputs.path(number).is_some_and(|path| journal.is_done(input, path)) {
            self.screen.skip(input.size);
            return Ok(Tally::default());
        }
        let tally = self.rewrite(number, input)?;
        // A file with faults is done as well as it can be, but its faults are to be named again.
        if tally.faults == 0 {
            journal.note(input).map_err(|error| DumpError::Write {
                file: input.name.clone(),
                record: tally.records,
                error,
            })?;
        }
        Ok(tally)
    }

    fn rewrite(&self, number: usize, input: &Input) -> Result<Tally, DumpError> {
        let write_error = |error: io::Error| DumpError::Write { file: input.name.clone(), record: 0, error };
        if input.format == Format::Parquet {
            return self.parquet(number, input);
        }
        let source: Box<dyn io::Read + Send> = match &input.source {
            Source::Stdin => Box::new(io::stdin()),
            Source::File(path) => Box::new(open(path, &input.name)?),
        };
        let mut output = self.outputs.open(number).map_err(write_error)?;
        let codec = self.outputs.codec(number);
        let tally = self.stream(input, source, &mut output, codec)?;
        output.finish().map_err(write_error)?;
        Ok(tally)
    }

    fn parquet(&self, number: usize, input: &Input) -> Result<Tally, DumpError> {
        let write_error = |error: io::Error| DumpError::Write { file: input.name.clone(), record: 0, error };
        let Source::File(path) = &input.source else {
            return Err(DumpError::Format {
                file: input.name.clone(),
                reason: "Parquet is read from files only".into(),
            });
        };
        let source = open(path, &input.name)?;
        let mut output = self.outputs.open(number).map_err(write_error)?;
        let counted = self.screen.writing(&mut output, input.size);
        let tally = self.cleaner.clean_parquet(&input.name, source, counted, |news| self.news(&news))?;
        output.finish().map_err(write_error)?;
        Ok(tally)
    }

    fn news(&self, news: &Progress<'_>) {
        match news {
            Progress::Fault(fault) => self.screen.say(fault),
            Progress::Records(tally) => self.screen.count(tally),
        }
    }

    fn stream(
        &self,
        input: &Input,
        source: Box<dyn io::Read + Send>,
        output: &mut dyn Write,
        codec: Codec,
    ) -> Result<Tally, DumpError> {
        let source = self.screen.reading(source);
        self.cleaner.clean(&input.name, input.format, source, output, codec, |news| self.news(&news))
    }
}

fn open(path: &Path, name: &str) -> Result<File, DumpError> {
    File::open(path).map_err(|error| DumpError::Read { file: name.to_string(), error })
}
