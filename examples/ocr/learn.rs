//! What aligned articles teach the OCR channel: confusions by counting, weights by fitting, both cross-validated.

use std::collections::HashMap;

use unspin::channel::ocr::{Confusions, Features, Lexicon, OcrChannel, OcrEdit, Weights, apply};
use unspin_core::language_model::{TrigramModel, lay_out, storage};
use unspin_core::text::vocabulary::{self, Vocabulary};
use unspin_learn::align::words;
use unspin_learn::{confusions, logistic};

use super::Record;

/// Parts into which articles are cut.
const FOLDS: usize = 4;
/// Precision of the prior on a weight.
const RIDGE: f64 = 3.0;
/// Weights before any are fitted.
const START: &str = "posterior\t1.0\n";

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

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

/// The text of each record after what the articles of other folds taught.
pub fn cross(records: &[Record], more: &[Record], min: f32) -> Result<Vec<String>> {
    let model = Model::read()?;
    let mut channels = Vec::new();
    let mut rows: Vec<(usize, Features, bool)> = Vec::new();
    for fold in 0..FOLDS {
        let train: Vec<&Record> =
            records.iter().enumerate().filter(|(n, _)| n % FOLDS != fold).map(|(_, r)| r).collect();
        channels.push(channel(&count(&train), START)?);
        let test = records.iter().enumerate().filter(|(n, _)| n % FOLDS == fold);
        for (_, record) in test {
            let judged = judge(&channels[fold], &model, record, false)?;
            rows.extend(judged.into_iter().map(|(features, right)| (fold, features, right)));
        }
    }
    let everything = channel(&count(&records.iter().collect::<Vec<_>>()), START)?;
    let mut others = Vec::new();
    for record in more {
        others.extend(judge(&everything, &model, record, true)?);
    }
    let (words, layout) = model.views()?;
    for (fold, channel) in channels.iter_mut().enumerate() {
        let own = rows.iter().filter(|row| row.0 != fold).map(|&(_, features, right)| (features, right));
        channel.weights = fit(own.chain(others.iter().copied()));
    }
    let restored = records.iter().enumerate().map(|(n, record)| {
        let repair = channels[n % FOLDS].repair(&record.spun, &words, &layout, min);
        apply(&record.spun, &repair.edits)
    });
    Ok(restored.collect())
}

/// The tables of confusions and of weights. The weights are fitted on edits that were proposed without the article's
/// own confusions.
pub fn learn(records: &[Record], more: &[Record]) -> Result<(String, String)> {
    let model = Model::read()?;
    let mut rows = Vec::new();
    for fold in 0..FOLDS {
        let train: Vec<&Record> =
            records.iter().enumerate().filter(|(n, _)| n % FOLDS != fold).map(|(_, r)| r).collect();
        let channel = channel(&count(&train), START)?;
        for (_, record) in records.iter().enumerate().filter(|(n, _)| n % FOLDS == fold) {
            rows.extend(judge(&channel, &model, record, false)?);
        }
    }
    let counted = count(&records.iter().collect::<Vec<_>>());
    let channel = channel(&counted, START)?;
    for record in more {
        rows.extend(judge(&channel, &model, record, true)?);
    }
    let right = rows.iter().filter(|row| row.1).count();
    let head = "# Confusions of the OCR channel: read, printed, how often, of how many printed; `∅` is nothing.\n\
        # Counted by `examples/ocr` on overproof2 (Sydney Morning Herald 1842-1954, OCR of Trove, out of copyright by age).\n";
    let weights =
        format!("# Weights of the OCR channel's confidence, fitted on {} edits, {right} of them right.\n", rows.len());
    Ok((format!("{head}{counted}"), weights + &fit(rows.into_iter()).to_text()))
}

fn channel(counted: &str, weights: &str) -> Result<OcrChannel> {
    let read = |name: &str| std::fs::read_to_string(format!("dictionaries/ocr/{name}"));
    Ok(OcrChannel {
        lexicon: Lexicon::from_text(&read("lexicon.tsv")?)?,
        confusions: Confusions::from_text(counted, &read("print.tsv")?)?,
        weights: Weights::from_text(weights)?,
    })
}

fn count(records: &[&Record]) -> String {
    let mut counts = confusions::Confusions::default();
    records.iter().for_each(|record| counts.add(&record.spun, &record.orig));
    counts.to_text()
}

fn fit(rows: impl Iterator<Item = (Features, bool)>) -> Weights {
    let (features, right): (Vec<Features>, Vec<bool>) = rows.unzip();
    Weights::new(logistic::fit(&features, &right, RIDGE))
}

/// The features of what is proposed for a text, and whether it is right; of text that is not damaged nothing, if so asked.
fn judge(channel: &OcrChannel, model: &Model, record: &Record, if_damaged: bool) -> Result<Vec<(Features, bool)>> {
    let (words, layout) = model.views()?;
    let reading = channel.read(&record.spun, &words, &layout);
    if if_damaged && !OcrChannel::is_damaged(&reading.damage) {
        return Ok(Vec::new());
    }
    let right = labels(&record.spun, &record.orig, &reading.edits);
    Ok(reading.edits.iter().map(|edit| edit.features).zip(right).collect())
}

/// Whether each edit reads as the gold does at its place, by an alignment of characters.
fn labels(spun: &str, orig: &str, edits: &[OcrEdit]) -> Vec<bool> {
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
