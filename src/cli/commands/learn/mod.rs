//! `unspin learn`: from pages of one spinner to a folder that a restorer reads.

mod expected;
mod folder;
mod unaligned;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use unspin_core::dictionary::general::General;
use unspin_learn::lesson::{Background, Lesson};
use unspin_learn::pages::{Page, Relabelling};
use unspin_learn::texts::{Aligned, align_texts};

use crate::cli::say::say;
use crate::cli::status::{Refusal, Status, Worst};
use crate::embedded::{self, Words};

/// Learns a spinner from pages that it made, with their originals, and says what that is worth.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(super) struct Arguments {
    /// Pages, JSON lines {"spun", "orig"} of whole texts; `id` names a page, `spinner` says who made it
    #[arg(required = true, value_name = "PAGES")]
    pages: Vec<PathBuf>,
    /// What the spinner is called
    #[arg(long)]
    name: String,
    /// The folder that is written; files of it that others wrote count as known
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Only pages of this label
    #[arg(long, value_name = "SPINNER")]
    spinner: Option<String>,
    /// Learn from the spun texts alone
    #[arg(long)]
    unaligned: bool,
    /// Take for unknown what is known of this spinner; may be repeated
    #[arg(long, value_name = "SPINNER")]
    without: Vec<String>,
}

const HELP: &str = "\
What is learned: counted pairs in pages.tsv, how often words were replaced and
left alone in exposure.tsv, and what follows from those and from what known
spinners have in common, in inferred.txt and guesses-inferred.txt.
Use it: unspin clean --dictionary FOLDER, Builder::dictionary(FOLDER).

Exit status:
  0  learned
  1  some pages taught nothing, each named; or nothing was learned, and
     nothing written
  2  the call is wrong
  3  something could not be read or written";

/// Pages that belong together with their originals, and how many did not.
#[derive(Debug, Default)]
struct Matter {
    pages: Vec<Aligned>,
    /// The spun texts, where there are no originals.
    spun: Vec<String>,
}

/// Learns, and answers with the exit status of the program.
pub(super) fn main(arguments: &Arguments) -> ExitCode {
    let status = run(arguments).unwrap_or_else(|refusal| {
        say(format_args!("learn: {}", refusal.reason));
        refusal.status
    });
    status.into()
}

fn run(arguments: &Arguments) -> Result<Status, Refusal> {
    if arguments.name.trim().is_empty() || arguments.name.contains(char::is_control) {
        return Err(
            format!("{:?} is no name of a spinner: it is empty or has a control character", arguments.name).into()
        );
    }
    let background = background(arguments)?;
    let worst = Worst::new();
    let matter = read(arguments, &worst)?;
    let lesson = match arguments.unaligned {
        true => unaligned::learn(&matter.spun, &background, &arguments.name)?,
        false => background.learn(matter.pages.iter()),
    };
    if lesson.is_empty() {
        say(format_args!(
            "learn: nothing was learned from {} pages; nothing is written",
            matter.pages.len() + matter.spun.len()
        ));
        worst.meet(Status::Unread);
        return Ok(worst.get());
    }
    folder::write(&arguments.output, &lesson.files(&background))?;
    let learned = learned_lines(&matter, &lesson);
    let expected =
        if arguments.unaligned { String::new() } else { expected::report(&matter.pages, &background, arguments)? };
    folder::print(&format!("{learned}{expected}"))?;
    Ok(worst.get())
}

/// What is known beforehand: of all spinners, and of this one by the files of its folder.
fn background(arguments: &Arguments) -> Result<Background, Refusal> {
    let damaged = || Refusal::failed("the embedded tables are damaged");
    let dictionary = embedded::dictionary().ok_or_else(damaged)?;
    if let Some(name) = arguments.without.iter().find(|name| !dictionary.spinners().contains(name)) {
        return Err(format!("no spinner is called `{name}`; known are {}", dictionary.spinners().join(", ")).into());
    }
    let words = Words::new(embedded::vocabulary().ok_or_else(damaged)?);
    let general = General::of_dictionary(&dictionary, &arguments.without, |id| words.word(id));
    Ok(Background::new(general, folder::read(&arguments.output, &arguments.name)?))
}

/// Reads and aligns the pages. A record that is no page, or that has nothing in common with its original, is named.
fn read(arguments: &Arguments, worst: &Worst) -> Result<Matter, Refusal> {
    let mut matter = Matter::default();
    let tables = folder::parent(&arguments.output);
    let relabelling = Relabelling::of(&tables).map_err(|e| Refusal::failed(e.to_string()))?;
    for path in &arguments.pages {
        let failed = |e: std::io::Error| Refusal::failed(format!("{}: {e}", path.display()));
        let bytes = std::fs::read(path).map_err(failed)?;
        for (line, record) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
            if record.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let name = |what: String| {
                say(format_args!("learn: {}:{line}: {what}", path.display()));
                worst.meet(Status::Unread);
            };
            match page_of(record, arguments.unaligned) {
                Err(reason) => name(reason),
                Ok(mut page) => {
                    relabelling.apply(&mut page);
                    if arguments.spinner.as_ref().is_some_and(|only| *only != page.spinner) {
                        continue;
                    }
                    if let Err(reason) = matter.add(&page, arguments.unaligned) {
                        name(reason);
                    }
                }
            }
        }
    }
    Ok(matter)
}

/// The page of a record; without originals, `text` will do for `spun`.
fn page_of(record: &[u8], is_unaligned: bool) -> Result<Page, String> {
    if !is_unaligned {
        return serde_json::from_slice(record).map_err(|e| e.to_string());
    }
    let mut value: serde_json::Value = serde_json::from_slice(record).map_err(|e| e.to_string())?;
    let spun = value.get("spun").or_else(|| value.get("text")).cloned();
    let fields = value.as_object_mut().ok_or("no object")?;
    fields.insert("spun".into(), spun.ok_or("neither `spun` nor `text`")?);
    fields.insert("orig".into(), "".into());
    serde_json::from_value(value).map_err(|e| e.to_string())
}

impl Matter {
    fn add(&mut self, page: &Page, is_unaligned: bool) -> Result<(), String> {
        if is_unaligned {
            self.spun.push(page.spun.clone());
            return Ok(());
        }
        let aligned = align_texts(&page.spun, &page.orig);
        if aligned.stretches.is_empty() {
            return Err(format!("page {}: nothing of it stands in its original", page.name()));
        }
        self.pages.push(aligned);
        Ok(())
    }
}

/// What was learned, for a person.
fn learned_lines(matter: &Matter, lesson: &Lesson) -> String {
    let words: usize = matter.pages.iter().map(|page| page.words).sum();
    let aligned: usize = matter.pages.iter().map(|page| page.aligned).sum();
    let mut out = format!("pages           {}\n", matter.pages.len() + matter.spun.len());
    if words > 0 {
        out += &format!("words           {words}, {aligned} of them beside their originals\n");
    }
    out + &format!("substitutions   {}, {} different\n", lesson.substitutions(), lesson.observations.pairs.len())
}
