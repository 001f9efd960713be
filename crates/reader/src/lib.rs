//! A second reader for `unspin`: a causal language model in a GGUF file.
//!
//! ```no_run
//! use unspin_reader::GgufReader;
//!
//! let reader = GgufReader::open("gemma-3-270m-q4_k_m.gguf")?;
//! # Ok::<(), unspin_reader::ReaderError>(())
//! ```
//!
//! `unspin::Builder::second_reader` takes it. It computes on the cores of the machine, through `candle`; weights stay quantised in
//! memory, so that it needs little more than the size of the file. Texts that begin alike are read together, what they have in
//! common once.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod architecture;
mod error;
mod file;
mod model;
mod trie;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use shimmytok::Tokenizer;
use unspin_core::second_reader::{Place, SecondReader};

pub use error::ReaderError;
use file::ModelFile;
use model::Model;
use trie::Trie;

/// Nodes of a tree after which texts go to the next: each node is compared with all of its tree.
const MOST_NODES: usize = 384;
/// Nodes that are read together, so that making numbers of the weights is a small part of the work.
const NODES_TOGETHER: usize = 1536;
/// Tokens of a text that are read at most; what stands before them is left out.
const MOST_TOKENS: usize = 320;
/// Texts go into one tree if they have at least this many tokens in common.
const LEAST_COMMON: usize = 3;

/// The mark between two texts of models that learned from them end to end.
const PARTING: &str = "<|endoftext|>";

/// A causal language model that reads places of a text.
pub struct GgufReader {
    model: Model,
    tokenizer: Tokenizer,
    /// The token that stands before every text.
    beginning: u32,
    /// Names the file.
    hash: u64,
}

impl std::fmt::Debug for GgufReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GgufReader").field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// A batch of trees, and where the answers for texts stand.
#[derive(Default)]
struct Batch {
    tries: Vec<(Trie, Vec<(usize, u32)>)>,
    /// For each place: the tree, and for each wording the pairs of it.
    places: Vec<(usize, Vec<std::ops::Range<usize>>)>,
}

impl GgufReader {
    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is no GGUF, is damaged, or has an architecture or a tokenizer that is not known.
    pub fn open(path: impl AsRef<Path>) -> Result<GgufReader, ReaderError> {
        let path = path.as_ref();
        let mut file = ModelFile::open(path).map_err(|e| ReaderError::new(path, root(&e)))?;
        let model = Model::read(&mut file).map_err(|e| ReaderError::new(path, root(&e)))?;
        let tokenizer = Tokenizer::from_gguf_file(path).map_err(|e| ReaderError::new(path, e))?;
        if tokenizer.vocab_size() > model.vocabulary() {
            return Err(ReaderError::new(path, "has more tokens than embeddings"));
        }
        let hash = hash(path).map_err(|e| ReaderError::new(path, e))?;
        // Where texts have no mark of their own, the one that parts them stands before them.
        let parting = tokenizer.get_token(PARTING).filter(|_| file.has_no_beginning());
        let beginning = parting.unwrap_or_else(|| tokenizer.bos_token());
        let reader = GgufReader { model, tokenizer, beginning, hash };
        // Whatever is wrong with the numbers shows here, and not in the middle of a text.
        let place = Place::new("The rain", vec![" fell".to_string(), " sang".to_string()], " all day.");
        let answer = reader.answers(&[place]).map_err(|e| ReaderError::new(path, root(&e)))?;
        if !answer.iter().flatten().all(|log_p| log_p.is_finite()) {
            return Err(ReaderError::new(path, "makes no numbers"));
        }
        Ok(reader)
    }

    /// The tokens of a text, the mark of a beginning before them.
    fn tokens(&self, text: &str) -> candle_core::Result<Vec<u32>> {
        let own = self.tokenizer.encode(text, false).map_err(candle_core::Error::wrap)?;
        let first = own.len().saturating_sub(MOST_TOKENS);
        Ok(std::iter::once(self.beginning).chain(own[first..].iter().copied()).collect())
    }

    fn answers(&self, places: &[Place]) -> candle_core::Result<Vec<Vec<f32>>> {
        let mut out = Vec::with_capacity(places.len());
        let mut batch = Batch::default();
        for place in places {
            let text = |wording: &String| self.tokens(&format!("{}{wording}{}", place.left, place.right));
            let texts: Vec<Vec<u32>> = place.wordings.iter().map(text).collect::<candle_core::Result<_>>()?;
            if batch.nodes() > NODES_TOGETHER && !batch.is_beside(&texts) {
                out.extend(std::mem::take(&mut batch).answers(&self.model)?);
            }
            batch.add(&texts);
        }
        out.extend(batch.answers(&self.model)?);
        Ok(out)
    }
}

impl SecondReader for GgufReader {
    fn version(&self) -> String {
        format!("{:016x}", self.hash)
    }

    fn read(&self, places: &[Place]) -> Vec<Vec<f32>> {
        // The file was tried when it was opened. Whoever gets no answer goes by what he knew before.
        self.answers(places).unwrap_or_else(|_| places.iter().map(|_| Vec::new()).collect())
    }
}

impl Batch {
    fn nodes(&self) -> usize {
        self.tries.iter().map(|(trie, _)| trie.len()).sum()
    }

    /// Whether these texts belong into the last tree.
    fn is_beside(&self, texts: &[Vec<u32>]) -> bool {
        let Some(((trie, _), text)) = self.tries.last().zip(texts.first()) else { return false };
        trie.common(text) >= LEAST_COMMON.min(text.len()) && trie.len() < MOST_NODES
    }

    /// Adds the texts of a place.
    fn add(&mut self, texts: &[Vec<u32>]) {
        if !self.is_beside(texts) {
            self.tries.push(Default::default());
        }
        let number = self.tries.len() - 1;
        let Some((trie, pairs)) = self.tries.last_mut() else { return };
        let common = common(texts).max(1);
        let wordings = texts.iter().map(|tokens| {
            // What nothing follows is never looked at.
            let path = trie.insert(&tokens[..tokens.len().saturating_sub(1)]);
            let first = pairs.len();
            pairs.extend((common..tokens.len()).map(|at| (path[at - 1], tokens[at])));
            first..pairs.len()
        });
        let wordings = wordings.collect();
        self.places.push((number, wordings));
    }

    fn answers(self, model: &Model) -> candle_core::Result<Vec<Vec<f32>>> {
        let log_p = model.log_probabilities(&self.tries)?;
        let sum = |trie: usize, pairs: &std::ops::Range<usize>| log_p[trie][pairs.clone()].iter().sum();
        let places = self.places.iter();
        Ok(places.map(|(trie, wordings)| wordings.iter().map(|pairs| sum(*trie, pairs)).collect()).collect())
    }
}

/// How many tokens all texts begin with alike.
fn common(texts: &[Vec<u32>]) -> usize {
    let Some((first, others)) = texts.split_first() else { return 0 };
    let alike = |text: &Vec<u32>| first.iter().zip(text).take_while(|(a, b)| a == b).count();
    others.iter().map(alike).min().unwrap_or(0)
}

/// The hash of a file, read in pieces: FNV-1a over words of eight bytes.
fn hash(path: &Path) -> std::io::Result<u64> {
    let mut file = File::open(path)?;
    let mut hash = 0xCBF2_9CE4_8422_2325u64;
    let mut piece = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(hash);
        }
        for byte in &piece[..length] {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
}

/// What is at the bottom of an error, without the trace that stands above it.
fn root(error: &candle_core::Error) -> String {
    use candle_core::Error;
    match error {
        Error::Context { inner, .. } | Error::WithPath { inner, .. } | Error::WithBacktrace { inner, .. } => {
            root(inner)
        }
        other => other.to_string(),
    }
}
