//! `unspin clean`: restores dumps of articles, text, JSONL, CSV, HTML, WET, WARC and Parquet.
//!
//! ```text
//! unspin clean dump/*.jsonl.gz -o restored/
//! zcat news.jsonl.gz | unspin clean --format jsonl > restored.jsonl
//! ```
//!
//! Standard output carries data only.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use rayon::ThreadPoolBuilder;

use crate::Unspin;
use crate::cli::faults::Faults;
use crate::cli::inputs::{self, Found, Input, Results, Source};
use crate::cli::job::Job;
use crate::cli::journal::{self, Journal};
use crate::cli::marked::Extent;
use crate::cli::options::Options;
use crate::cli::outputs::{self, Outputs, Request};
use crate::cli::paint::Paint;
use crate::cli::places::{self, Identity, Reads};
use crate::cli::progress::{BUDGET, Messages, Reporter};
use crate::cli::report::Report;
use crate::cli::reviewed::{Mode, Reviewed};
use crate::cli::say::say;
use crate::cli::selection::Selection;
use crate::cli::show::{self, Show};
use crate::cli::status::{Refusal, Status, Worst};
use crate::cli::{find, stop, streams, workers};
use crate::dump::{Asked, Cleaner, Fault, Format, Stats};

/// Articles that a report shows.
const ARTICLES: usize = 60;
/// Threads that can be asked for. Each holds some 20 MB while it works.
const MAX_THREADS: i64 = 1024;

/// Restores the wording of spun articles in dumps.
#[derive(Args, Debug, Default)]
#[command(after_help = HELP)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// A file for one input, a folder for several, a folder or a glob; standard output if left out or `-`
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Add the verdict and the edits: a field of JSON, columns of a table or of Parquet, a record of metadata in an archive
    #[arg(long)]
    annotate: bool,
    /// Rewrite nothing: print the verdict on each text
    #[arg(long)]
    detect: bool,
    /// Print the texts that are edited with their changes marked, in place of the records
    #[arg(long, conflicts_with_all = ["output", "annotate", "detect", "resume", "keep_original"])]
    diff: bool,
    /// Leave the edits that a reviewer has rejected in this file, which a report exports
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Whether the edits of `decisions` are made and no others: `unspin apply`.
    #[arg(skip)]
    is_apply: bool,
    /// How many threads restore, 1 to 1024; all cores if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MAX_THREADS))]
    threads: Option<u16>,
    /// Write a page with totals, charts and the most edited articles; `-` is standard output
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// List all that could not be read or written, a JSON object a line: file, record, reason, status
    #[arg(long, value_name = "FILE")]
    fault_file: Option<PathBuf>,
    /// Go on where a run into the same folder was ended: files that are finished stay
    #[arg(long)]
    resume: bool,
    /// Say everything on standard error in JSON, an object a line, the summary last
    #[arg(long)]
    json: bool,
    /// No progress and no summary; what cannot be read or written is still named
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    options: Options,
}

const HELP: &str = "\
Examples:
  unspin clean news.txt
      the text restored; on a terminal, its changes marked
  unspin clean crawl/ -o restored/ --resume
      every file of a folder; run it again after a crash
  zcat a.jsonl.gz | unspin clean --field body
      a pipe; its format shows in its first bytes
  unspin clean --diff a.jsonl
      what would change
  unspin clean a.csv --field title --field body --keep-original old
      two columns, and the texts as they were in two more
  git ls-files -z '*.md' | unspin clean --files-from - -0 -o restored/
      files by their names
  unspin clean a.csv -o b.csv --report r.html
      a page to accept and reject edits in

What is not restored stays byte for byte. A record that cannot be read passes
through unchanged and is named on standard error: the first ten of a kind, all
of them with --fault-file. Files are written beside their final names and
renamed when they are whole.

Exit status:
  0  all is done
  1  some records passed through unread, each named
  2  the call is wrong, or no record has the field
  3  something could not be opened, read to its end, or written: the result
     is not whole";

/// Cleans what the arguments name, and answers with the exit status of the program.
pub(super) fn main(arguments: &Arguments) -> ExitCode {
    let status = run(arguments).unwrap_or_else(|refusal| {
        say(format_args!("clean: {}", refusal.reason));
        refusal.status
    });
    status.into()
}

/// What the run came to; an error ends it before anything is done.
fn run(arguments: &Arguments) -> Result<Status, Refusal> {
    let unspin = arguments.options.restorer()?;
    let mode = if arguments.is_apply { Mode::Apply } else { Mode::LeaveRejected };
    let first = arguments.selection.field.first().map_or("", String::as_str);
    let reviewed = arguments.decisions.as_deref().map(|path| Reviewed::read(path, mode, first, &unspin)).transpose()?;
    let found = find::find(&arguments.selection.call(results(arguments))?)?;
    if !found.left.is_empty() {
        say(format_args!("clean: {}", found.left));
    }
    check(arguments, &found)?;
    let inputs = &found.inputs;
    let reads = reads(arguments, inputs);
    // A folder or glob may hold another number of files tomorrow: it needs a folder even for one.
    let is_many = inputs.len() != 1 || arguments.selection.is_many();
    let show = shown(arguments, inputs);
    let others = show.is_some() || verdicts(arguments);
    let request = Request { output: arguments.output.as_deref(), is_many, verdicts: others, reads: &reads };
    let mut outputs = Outputs::plan(&request, inputs)?;
    check_others(arguments, &outputs, &reads)?;
    stop::watch();
    let journal = outputs.folder().map(|folder| Journal::open(folder, arguments.resume, options(arguments, &unspin)));
    let journal = journal.transpose()?;
    outputs.take(self::others(arguments))?;
    let reporter = Reporter::new(inputs, messages(arguments), show.is_some());
    let faults = Faults::new(&reporter, arguments.fault_file.as_deref());
    let faults = faults.map_err(|error| Refusal::failed(format!("the list of faults: {error}")))?;
    let worst = Worst::new();
    for (name, reason) in &found.failures {
        faults.failed(name, reason);
        worst.meet(Status::Failed);
    }
    let (reviewed, show) = (reviewed.as_ref(), show.as_ref());
    let run = Run { unspin: &unspin, reporter: &reporter, faults: &faults, worst: &worst, reviewed, show };
    let sum = run.clean(arguments, inputs, &outputs, journal.as_ref())?;
    run.finish(arguments, inputs.len(), &sum);
    Ok(worst.get())
}

/// What all of a run is done with.
struct Run<'h> {
    unspin: &'h Unspin,
    reporter: &'h Reporter,
    faults: &'h Faults<'h>,
    worst: &'h Worst,
    reviewed: Option<&'h Reviewed>,
    show: Option<&'h Show>,
}

impl Run<'_> {
    /// Cleans the inputs, and answers what was counted.
    fn clean(
        &self,
        arguments: &Arguments,
        inputs: &[Input],
        outputs: &Outputs,
        journal: Option<&Journal>,
    ) -> Result<Stats, Refusal> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = arguments.threads.map_or_else(cores, usize::from);
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| Refusal::failed(format!("{threads} threads: {error}")))?;
        let workers = if outputs.folder().is_some() { threads.min(inputs.len()).max(1) } else { 1 };
        let articles = if arguments.report.is_some() { ARTICLES } else { 0 };
        let mut cleaner =
            Cleaner::new(self.unspin).pool(&pool).asked(arguments.asked()).articles(articles).budget(BUDGET / workers);
        if let Some(reviewed) = self.reviewed {
            cleaner = cleaner.reviewer(reviewed);
        }
        if let Some(show) = self.show {
            cleaner = cleaner.presenter(show);
        }
        let verdicts = self.show.is_some() || verdicts(arguments);
        let Run { reporter, faults, worst, .. } = *self;
        let job = Job { cleaner, outputs, reporter, faults, journal, worst, verdicts };
        let sum = workers::clean(&job, inputs, workers, articles);
        // The names first: what the journal lists is there.
        if let Err(error) = outputs.sync().and_then(|()| journal.map_or(Ok(()), Journal::finish)) {
            self.faults.failed(outputs.name(), &error.to_string());
            self.worst.meet(Status::Failed);
        }
        Ok(sum)
    }

    /// Says what the run came to, and writes the report.
    fn finish(&self, arguments: &Arguments, files: usize, sum: &Stats) {
        self.name_unmet(arguments);
        let none_has_it = self.faults.finish().unwrap_or_else(|reason| {
            self.reporter.say(reason);
            self.worst.meet(Status::Failed);
            false
        });
        self.reporter.finish(sum, files);
        if self.show.is_some_and(|show| show.extent == Extent::Whole) && messages(arguments) == Messages::Full {
            show::say_next(arguments.selection.inputs.first().map(PathBuf::as_path));
        }
        let fields = &arguments.selection.field;
        if none_has_it {
            let (what, names) = (if fields.len() == 1 { "field" } else { "fields" }, fields.join("`, `"));
            self.reporter.say(format_args!("clean: no record has the {what} `{names}`; name the one with --field"));
            self.worst.meet(Status::Wrong);
        }
        // That a record lacks some is no fault; that all of them do may be a slip of the pen.
        let is_unmet = |at: &usize| sum.texts > 0 && fields.len() > 1 && !sum.has_met(*at);
        for field in (0..fields.len()).filter(is_unmet) {
            self.reporter.say(format_args!("clean: no record has a text in the field `{}`", fields[field]));
        }
        let Some(path) = &arguments.report else { return };
        let (skipped, faults) = (self.reporter.skipped(), self.faults.first());
        let page = Report { stats: sum, files: files as u64, skipped, faults }.page();
        if let Err(error) = outputs::write(path, page.as_bytes()) {
            self.reporter.say(format_args!("{}: the report cannot be written: {error}", path.display()));
            self.worst.meet(Status::Failed);
        }
    }
}

impl Run<'_> {
    /// Names the edits that were to be made and were not.
    fn name_unmet(&self, arguments: &Arguments) {
        let (Some(reviewed), Some(path), true) = (self.reviewed, &arguments.decisions, arguments.is_apply) else {
            return;
        };
        for reason in reviewed.unmet() {
            self.faults.add(&Fault { file: path.display().to_string(), record: 0, reason });
            self.worst.meet(Status::Unread);
        }
    }
}

impl Arguments {
    /// What is asked of a record.
    fn asked(&self) -> Asked {
        Asked {
            fields: self.selection.field.clone(),
            keep: self.selection.keep_original.clone(),
            annotate: self.annotate,
            detect: self.detect,
        }
    }

    /// Those of `unspin apply`: the edits of a file are made in the inputs, and no others.
    pub(super) fn to_apply(
        selection: Selection,
        output: Option<PathBuf>,
        edits: PathBuf,
        (fault_file, json, quiet): (Option<PathBuf>, bool, bool),
    ) -> Arguments {
        let decisions = Some(edits);
        Arguments { selection, output, decisions, is_apply: true, fault_file, json, quiet, ..Self::default() }
    }
}

fn messages(arguments: &Arguments) -> Messages {
    match (arguments.quiet, arguments.json) {
        (false, false) => Messages::Full,
        (false, true) => Messages::Json,
        (true, false) => Messages::Quiet,
        (true, true) => Messages::QuietJson,
    }
}

/// How texts are shown in place of the records, if they are: on request, and plain text on a terminal.
fn shown(arguments: &Arguments, inputs: &[Input]) -> Option<Show> {
    let is_data = arguments.output.is_some() || arguments.annotate || arguments.detect || arguments.is_apply;
    let is_text = || inputs.iter().all(|input| input.format == Format::Text);
    let extent = match arguments.diff {
        true => Extent::Changed,
        false if !is_data && std::io::stdout().is_terminal() && is_text() => Extent::Whole,
        false => return None,
    };
    let is_headed = extent == Extent::Changed || inputs.len() > 1;
    Some(Show { paint: Paint::of_stdout(), extent, is_headed })
}

/// What is written besides the outputs.
fn others(arguments: &Arguments) -> impl Iterator<Item = &Path> {
    [&arguments.report, &arguments.fault_file].into_iter().filter_map(|path| path.as_deref())
}

/// Whether verdicts are written instead of records.
fn verdicts(arguments: &Arguments) -> bool {
    arguments.detect && !arguments.annotate
}

/// What the call writes: of folders and globs that is left out.
fn results(arguments: &Arguments) -> Results {
    let output = arguments.output.as_deref().filter(|path| !inputs::is_stdout(path));
    Results {
        folder: output.and_then(|path| path.canonicalize().ok()).filter(|path| path.is_dir()),
        stdout: if output.is_none() { streams::stdout_identity() } else { None },
        files: others(arguments).filter_map(Identity::of_path).collect(),
    }
}

/// What cannot go together.
fn check(arguments: &Arguments, found: &Found) -> Result<(), Refusal> {
    if found.inputs.is_empty() && found.failures.is_empty() {
        return Err(match found.excluded {
            0 => "no files to clean: a folder is searched for endings of known formats".into(),
            _ => "no files to clean: --exclude leaves out all that there are".into(),
        });
    }
    #[cfg(not(feature = "parquet"))]
    if let Some(input) = found.inputs.iter().find(|input| input.format == Format::Parquet) {
        return Err(format!("{}: {}", input.name, inputs::WITHOUT_PARQUET).into());
    }
    let asked = arguments.asked();
    let refused = found.inputs.iter().find_map(|input| Some((input, asked.refusal(input.format)?)));
    if let Some((input, reason)) = refused {
        return Err(format!("{}: {reason}", input.name).into());
    }
    Ok(())
}

/// Whether the other results have their places.
fn check_others(arguments: &Arguments, outputs: &Outputs, reads: &Reads) -> Result<(), Refusal> {
    if arguments.resume && outputs.folder().is_none() {
        return Err("--resume needs a folder to go on with: -o FOLDER".into());
    }
    let others = [("report", &arguments.report), ("list of faults", &arguments.fault_file)];
    for (what, path) in others {
        if let Some(path) = path {
            outputs.has_room_for(what, path, reads)?;
        }
    }
    if let (Some(report), Some(list)) = (&arguments.report, &arguments.fault_file)
        && places::true_path(report) == places::true_path(list)
        && !places::is_device(report)
    {
        return Err(format!("{}: is the report; the list of faults needs a file of its own", list.display()).into());
    }
    Ok(())
}

/// All files that the run reads.
fn reads(arguments: &Arguments, inputs: &[Input]) -> Reads {
    let mut reads = Reads::default();
    for input in inputs {
        if let Source::File(path) = &input.source {
            reads.add(path, input.name.as_str());
        }
    }
    if let Some(identity) = streams::stdin_identity() {
        reads.add_stdin(identity);
    }
    let list = arguments.selection.list().map(PathBuf::from);
    for path in arguments.options.files().chain(arguments.decisions.clone()).chain(list) {
        reads.add(&path, path.display().to_string());
    }
    reads
}

/// All that decides over the result, besides the input: a finished file of other options or other knowledge is not
/// finished.
fn options(arguments: &Arguments, unspin: &Unspin) -> String {
    let Asked { fields, keep, annotate, detect } = arguments.asked();
    let decisions = arguments.decisions.iter().flat_map(|path| journal::states(path)).collect::<Vec<_>>();
    let asked = format!("{fields:?} {keep:?} {annotate} {detect}");
    format!("{} {asked} {} {decisions:?}", unspin.version(), arguments.options.state())
}
