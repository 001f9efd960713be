//! What aligned articles teach the OCR channel: confusions by counting, weights by fitting, both cross-validated.

use std::collections::HashMap;

use rayon::prelude::*;
use unspin::channel::ocr::{Confusions, Features, Fragments, Lexicon, OcrChannel, OcrEdit, Reading, Weights, apply};
use unspin_core::language_model::{TrigramModel, lay_out, storage};
use unspin_core::text::vocabulary::{self, Vocabulary};
use unspin_learn::align::words;
use unspin_learn::boost::{self, Growth};
use unspin_learn::{confusions, logistic};

use super::Record;

/// Parts into which articles are cut.
const FOLDS: usize = 4;
/// Precision of the prior on a weight.
const RIDGE: f64 = 3.0;
/// How the trees beside the weights are grown: there are some thousands of examples.
const GROWTH: Growth = Growth { trees: 60, step: 0.15, least: 40, ridge: 4.0 };
/// Weights before any are fitted.
const START: &str = "posterior\t1.0\n";

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
/// What was proposed, and whether it was right.
type Rows = Vec<(Features, bool)>;

/// The language model as the crate embeds it.
struct Model {
    words: Vec<u8>,
    layout: Vec<u8>,
}

impl Model {
    fn read() -> Result<Model> {
        let tables = storage::unpack(&std::fs::read("dictionaries/context/news.ngram")?)?;
        Ok(Model { words: vocabulary::build(&tables.words)?, layout: lay_out(&tables) })
    }

    fn views(&self) -> Result<(Vocabulary<'_>, TrigramModel<'_>)> {
        let words = Vocabulary::from_bytes(&self.words).ok_or("vocabulary")?;
        Ok((words, TrigramModel::from_bytes(&self.layout).ok_or("model")?))
    }
}

/// What the embedded tables propose for each record when it is read first.
pub fn readings(records: &[Record]) -> Result<Vec<Reading>> {
    let model = Model::read()?;
    let (words, layout) = model.views()?;
    let channel = unspin::channel::ocr::ocr_channel().ok_or("no tables are embedded")?;
    Ok(records.par_iter().map(|record| channel.read(&record.spun, &words, &layout)).collect())
}

/// The text of each record after what the articles of other folds taught, and what was proposed for it first.
pub fn cross(records: &[Record], more: &[Record], min: f32) -> Result<Vec<(String, Reading)>> {
    let model = Model::read()?;
    let folds = (0..FOLDS).map(|fold| Fold::new(&model, records, fold)).collect::<Result<Vec<_>>>()?;
    let others = judged(&everything(records)?, &model, more.iter(), true)?;
    let (words, layout) = model.views()?;
    let channels: Vec<OcrChannel> = (0..FOLDS)
        .map(|own| {
            let rows = folds.iter().enumerate().filter(|(fold, _)| *fold != own).flat_map(|(_, fold)| &fold.rows);
            let weights = fit(rows.chain(&others).copied());
            Ok(OcrChannel { weights, ..channel(&folds[own].counted, START)? })
        })
        .collect::<Result<_>>()?;
    let restored = records.par_iter().enumerate().map(|(n, record)| {
        let channel = &channels[n % FOLDS];
        let repair = channel.repair(&record.spun, &words, &layout, min);
        (apply(&record.spun, &repair.edits), channel.read(&record.spun, &words, &layout))
    });
    Ok(restored.collect())
}

/// The tables of confusions and of weights. The weights are fitted on edits that were proposed without the article's
/// own confusions.
pub fn learn(records: &[Record], more: &[Record]) -> Result<(String, String)> {
    let model = Model::read()?;
    let mut rows = Vec::new();
    for fold in 0..FOLDS {
        rows.extend(Fold::new(&model, records, fold)?.rows);
    }
    rows.extend(judged(&everything(records)?, &model, more.iter(), true)?);
    let right = rows.iter().filter(|row| row.1).count();
    let head = "# Confusions of the OCR channel: read, printed, how often, of how many printed; `∅` is nothing.\n\
        # Counted by `examples/ocr` on overproof2 (Sydney Morning Herald 1842-1954, OCR of Trove, out of copyright by age).\n";
    let weights =
        format!("# Weights of the OCR channel's confidence, fitted on {} edits, {right} of them right.\n", rows.len());
    let counted = count(records.iter());
    Ok((format!("{head}{counted}"), weights + &fit(rows.into_iter()).to_text()))
}

/// What the articles beside a fold teach, and how what they propose for its own is judged.
struct Fold {
    counted: String,
    rows: Rows,
}

impl Fold {
    fn new(model: &Model, records: &[Record], fold: usize) -> Result<Fold> {
        let part = |is_own: bool| {
            records.iter().enumerate().filter(move |(n, _)| (n % FOLDS == fold) == is_own).map(|(_, record)| record)
        };
        let counted = count(part(false));
        let rows = judged(&channel(&counted, START)?, model, part(true), false)?;
        Ok(Fold { counted, rows })
    }
}

/// The channel that all articles teach, but for its weights.
fn everything(records: &[Record]) -> Result<OcrChannel> {
    channel(&count(records.iter()), START)
}

fn channel(counted: &str, weights: &str) -> Result<OcrChannel> {
    let read = |name: &str| std::fs::read_to_string(format!("dictionaries/ocr/{name}"));
    let lexicon = Lexicon::from_text(&read("lexicon.tsv")?)?;
    Ok(OcrChannel {
        fragments: Fragments::of(&lexicon),
        lexicon,
        confusions: Confusions::from_text(counted, &read("print.tsv")?)?,
        weights: Weights::from_text(weights)?,
    })
}

fn count<'r>(records: impl Iterator<Item = &'r Record>) -> String {
    let mut counts = confusions::Confusions::default();
    records.for_each(|record| counts.add(&record.spun, &record.orig));
    counts.to_text()
}

fn fit(rows: impl Iterator<Item = (Features, bool)>) -> Weights {
    let (rows, right): (Vec<Features>, Vec<bool>) = rows.unzip();
    let features: Vec<_> = rows.iter().map(|row| *row.values()).collect();
    let linear = logistic::fit(&features, &right, RIDGE);
    let base: Vec<f32> = rows.iter().map(|row| Weights::new(linear, Vec::new()).linear(row)).collect();
    Weights::new(linear, boost::fit(&features, &right, &base, GROWTH))
}

/// The features of what is proposed for texts, and whether it is right; of text that is not damaged nothing, if so asked.
fn judged<'r>(
    channel: &OcrChannel,
    model: &Model,
    records: impl Iterator<Item = &'r Record>,
    if_damaged: bool,
) -> Result<Rows> {
    let (words, layout) = model.views()?;
    let records: Vec<&Record> = records.collect();
    let rows = records.par_iter().map(|record| {
        let reading = channel.read(&record.spun, &words, &layout);
        if if_damaged && !OcrChannel::is_damaged(&reading.damage) {
            return Vec::new();
        }
        let right = labels(&record.spun, &record.orig, &reading.edits);
        reading.edits.iter().map(|edit| edit.features).zip(right).collect()
    });
    Ok(rows.collect::<Vec<Rows>>().concat())
}

/// Whether each edit reads as the gold does at its place, by an alignment of characters.
pub fn labels(spun: &str, orig: &str, edits: &[OcrEdit]) -> Vec<bool> {
    let plain = |text: &str| text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect::<Vec<char>>();
    let (read, gold) = (plain(spun), plain(orig));
    // For each character that was read, the first of the gold that stands beside it or after it.
    let (mut beside, mut next) = (vec![gold.len(); read.len() + 1], 0);
    for (read, printed) in confusions::align(&read, &gold) {
        if let Some(read) = read {
            beside[read] = next;
        }
        next = printed.map_or(next, |printed| printed + 1);
    }
    let mut characters: HashMap<usize, usize> = spun.char_indices().enumerate().map(|(n, (at, _))| (at, n)).collect();
    characters.insert(spun.len(), read.len());
    let is_word = |at: usize| gold.get(at).is_some_and(|c| c.is_alphanumeric());
    let is_right = |edit: &OcrEdit| {
        let (mut from, mut to) = (beside[characters[&edit.span.start]], beside[characters[&edit.span.end]]);
        while from > 0 && is_word(from - 1) && is_word(from) {
            from -= 1;
        }
        while to > 0 && is_word(to) && is_word(to - 1) {
            to += 1;
        }
        let printed: String = gold[from..to.max(from)].iter().collect();
        words(&printed) == words(&edit.replacement)
    };
    edits.iter().map(is_right).collect()
}
