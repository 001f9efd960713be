//! `unspin dictionary find`: the entries about a phrase, from both of their sides.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use unspin_core::dictionary::expand::rewrites;
use unspin_core::dictionary::source::{Item, Source};
use unspin_core::dictionary::{Dictionary, Rewrite};
use unspin_core::text::vocabulary::Vocabulary;
use unspin_core::text::{Token, fold_into, page_tokens};

use crate::cli::paint::{FAINT, HEAD, NEW, OLD, Paint};
use crate::cli::say::Harmless;
use crate::cli::status::Refusal;
use crate::cli::text::to_json;
use crate::embedded;

/// Shows the entries about phrases.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Words as they stand in a text
    #[arg(required = true, value_name = "PHRASE")]
    phrases: Vec<String>,
    /// A file or folder of further entries; may be repeated
    #[arg(long, value_name = "PATH")]
    dictionary: Vec<PathBuf>,
    /// Only those of this spinner
    #[arg(long, value_name = "NAME")]
    spinner: Option<String>,
    /// Print a JSON object a line: `spun`, `original`, `spinner`, `observed`, `file`, `line`, `share`
    #[arg(long)]
    json: bool,
}

/// One way to read a phrase.
#[derive(Serialize)]
struct Entry {
    spun: String,
    original: String,
    spinner: String,
    /// How often the pair was seen; 0 if only a group allows it.
    observed: u32,
    file: String,
    line: u32,
    /// P(spun | original was replaced); left out for a file that was not compiled.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f32>,
}

impl Entry {
    /// Whether the phrase is what the entry restores.
    fn restores(&self, phrase: &str) -> bool {
        folded(&self.original) == phrase
    }

    /// What it is sorted by: what reads the phrase as spun first, and what was seen most.
    fn rank(&self, phrase: &str) -> (bool, Reverse<u32>, &str, &str, &str) {
        (self.restores(phrase), Reverse(self.observed), &self.spinner, &self.spun, &self.original)
    }
}

/// The page about the phrases.
pub(super) fn page(arguments: &Arguments) -> Result<String, Refusal> {
    let paint = Paint::of_stdout();
    let mut out = String::new();
    for phrase in &arguments.phrases {
        let folded = folded(phrase);
        if folded.is_empty() {
            return Err(format!("`{phrase}` has no words").into());
        }
        let mut entries = embedded_entries(&folded)?;
        for path in &arguments.dictionary {
            entries.extend(own_entries(path, &folded)?);
        }
        entries.retain(|entry| arguments.spinner.as_ref().is_none_or(|name| *name == entry.spinner));
        entries.sort_by(|a, b| a.rank(&folded).cmp(&b.rank(&folded)));
        if arguments.json {
            for entry in &entries {
                out += &to_json(entry)?;
            }
        } else {
            shown(&mut out, &folded, &entries, paint);
        }
    }
    Ok(out)
}

/// The entries as lines, those that read the phrase as spun first.
fn shown(out: &mut String, phrase: &str, entries: &[Entry], paint: Paint) {
    // Writing to a string does not fail.
    let (spun, original): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| !entry.restores(phrase));
    let heads = [(spun, "may have been made from"), (original, "may have become")];
    for (entries, head) in heads {
        let count = entries.len();
        let head = format!("`{}` {head}{}", Harmless(phrase), if count == 0 { " nothing that is known" } else { "" });
        let _ = writeln!(out, "{}", paint.with(HEAD, head));
        for entry in entries {
            let is_spun = !entry.restores(phrase);
            let (word, style) = if is_spun { (&entry.original, NEW) } else { (&entry.spun, OLD) };
            let observed = match entry.observed {
                0 => "by a group".into(),
                observed => format!("seen {observed}"),
            };
            let place = format!("{observed:>10}  {}:{}", Harmless(&entry.file), entry.line);
            let spinner = format!("{:12}", Harmless(&entry.spinner).to_string());
            let word = format!("{:28}", Harmless(word).to_string());
            let _ = writeln!(out, "  {spinner}{}{}", paint.with(style, word), paint.with(FAINT, place));
        }
    }
}

/// The words of a phrase as the dictionaries have them.
fn folded(phrase: &str) -> String {
    let mut out = String::new();
    fold_into(phrase.split_whitespace().collect::<Vec<_>>().join(" ").as_str(), &mut out);
    out
}

/// The embedded entries about a phrase.
fn embedded_entries(phrase: &str) -> Result<Vec<Entry>, Refusal> {
    let damaged = || Refusal::failed("the embedded tables are damaged");
    let dictionary = embedded::dictionary().ok_or_else(damaged)?;
    let vocabulary = embedded::vocabulary().ok_or_else(damaged)?;
    let mut tokens: Vec<Token> = Vec::new();
    page_tokens(phrase, &mut tokens);
    let ids = vocabulary.page_ids(phrase, &tokens);
    let entry = |spun: String, rewrite: Rewrite<'_>, dictionary: &Dictionary| Entry {
        spun,
        original: rewrite.text.to_string(),
        spinner: dictionary.spinners().get(usize::from(rewrite.spinner)).cloned().unwrap_or_default(),
        observed: rewrite.observed,
        file: rewrite.file.to_string(),
        line: rewrite.line,
        share: Some(rewrite.log_share.exp()),
    };
    let mut out = Vec::new();
    dictionary.matches(&ids, |found| {
        if found.words == ids.len() {
            let rewrites = found.numbers().filter_map(|number| dictionary.rewrite(number));
            out.extend(rewrites.map(|rewrite| entry(phrase.to_string(), rewrite, &dictionary)));
        }
    });
    dictionary.for_each_phrase(|ids, found| {
        for rewrite in found.numbers().filter_map(|number| dictionary.rewrite(number)) {
            if is_alike(rewrite.text, phrase) {
                out.push(entry(spelt(&vocabulary, ids), rewrite, &dictionary));
            }
        }
    });
    Ok(out)
}

/// Whether a text folds to a phrase; most texts show at once that they do not.
fn is_alike(text: &str, phrase: &str) -> bool {
    text.eq_ignore_ascii_case(phrase) || !text.is_ascii() && folded(text) == phrase
}

fn spelt(vocabulary: &Vocabulary<'_>, ids: &[u32]) -> String {
    ids.iter().filter_map(|&id| vocabulary.word(id)).collect::<Vec<_>>().join(" ")
}

/// The entries of a file or folder about a phrase.
fn own_entries(path: &Path, phrase: &str) -> Result<Vec<Entry>, Refusal> {
    let sources = Source::read("own", path).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    for source in sources {
        for (line, item) in &source.items {
            let observed = if let Item::Pair { count, .. } = item { *count } else { 0 };
            let pairs = match item {
                Item::Pair { spun, original, .. } => vec![(spun.clone(), original.clone())],
                item => rewrites(item).unwrap_or_default(),
            };
            let about =
                pairs.into_iter().filter(|(spun, original)| folded(spun) == phrase || folded(original) == phrase);
            out.extend(about.map(|(spun, original)| Entry {
                spun: folded(&spun),
                original: folded(&original),
                spinner: source.spinner.clone(),
                observed,
                file: source.path.display().to_string(),
                line: *line as u32,
                share: None,
            }));
        }
    }
    Ok(out)
}
