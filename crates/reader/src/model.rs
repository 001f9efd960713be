//! The network: embeddings, layers of attention and gates, and the probabilities of next tokens.
//!
//! It reads trees of tokens, all positions at once: a node looks at what stands before it in its texts. Weights stay
//! quantised in memory, and are numbers only while a batch passes through their layer.

use candle_core::quantized::QTensor;
use candle_core::{D, Device, Result, Tensor, bail};

use crate::architecture::{Architecture, Pairs};
use crate::file::{ModelFile, Rows};
use crate::trie::Trie;

/// Tokens whose probabilities are computed together: so many rows of the largest table fit into a cache with what is
/// multiplied with them.
const TOKENS_TOGETHER: usize = 4096;
/// Of a sum of probabilities, what is this much less likely than the likeliest, in nats, is left out: a quarter of a million
/// such tokens are together a ten thousandth.
const NEGLIGIBLE: f32 = 22.0;

/// A causal language model.
pub(crate) struct Model {
    architecture: Architecture,
    heads: usize,
    kv_heads: usize,
    head_length: usize,
    epsilon: f64,
    /// Of the tokens that are read, and of those that may follow if these have none of their own.
    embeddings: Rows,
    /// Of the tokens that may follow.
    following: Option<Rows>,
    norm: Tensor,
    layers: Vec<Layer>,
}

struct Layer {
    query: QTensor,
    key: QTensor,
    value: QTensor,
    out: QTensor,
    gate: QTensor,
    up: QTensor,
    down: QTensor,
    attention_norm: Tensor,
    feed_norm: Tensor,
    /// What is added to queries, keys and values.
    biases: Option<[Tensor; 3]>,
    /// Of queries, and of keys.
    head_norms: Option<[Tensor; 2]>,
    /// Of what attention adds, and of what the gates do.
    added_norms: Option<[Tensor; 2]>,
    /// The angle by which a pair of numbers turns from one token to the next.
    angles: Vec<f32>,
}

impl Model {
    pub(crate) fn read(file: &mut ModelFile) -> Result<Model> {
        let architecture = Architecture::of(file)?;
        let width = file.count("embedding_length")?;
        let heads = file.count("attention.head_count")?;
        let kv_heads = file.count_if_any("attention.head_count_kv")?.unwrap_or(heads);
        let head_length = file.count_if_any("attention.key_length")?.unwrap_or(width / heads);
        if kv_heads == 0 || heads % kv_heads != 0 || head_length == 0 || head_length % 2 != 0 {
            bail!("{heads} heads of {head_length} numbers do not share {kv_heads}");
        }
        let epsilon = f64::from(file.fraction("attention.layer_norm_rms_epsilon")?.unwrap_or(1e-6));
        let vocabulary = match file.shape("token_embd.weight") {
            Some(&[vocabulary, _]) => vocabulary,
            _ => bail!("has no token_embd.weight"),
        };
        let embeddings = Rows::new(&file.tensor("token_embd.weight", &[vocabulary, width])?)?;
        let following = match file.shape("output.weight") {
            Some(_) => Some(Rows::new(&file.tensor("output.weight", &[vocabulary, width])?)?),
            None => None,
        };
        let norm = file.numbers("output_norm.weight", &[width])?;
        let layers = Vec::new();
        let mut model =
            Model { architecture, heads, kv_heads, head_length, epsilon, embeddings, following, norm, layers };
        let feed = file.count("feed_forward_length")?;
        for number in 0..file.count("block_count")? {
            let layer = model.layer(file, number, width, feed)?;
            model.layers.push(layer);
        }
        Ok(model)
    }

    fn layer(&self, file: &mut ModelFile, number: usize, width: usize, feed: usize) -> Result<Layer> {
        let name = |part: &str| format!("blk.{number}.{part}");
        let (queries, keys) = (self.heads * self.head_length, self.kv_heads * self.head_length);
        let all = |file: &mut ModelFile, parts: [&str; 2], length: usize| -> Result<[Tensor; 2]> {
            let [one, other] = parts.map(|part| file.numbers(&name(part), &[length]));
            Ok([one?, other?])
        };
        let has = self.architecture;
        let biases = if has.has_biases {
            let [query, key, value] = [("q", queries), ("k", keys), ("v", keys)]
                .map(|(part, length)| file.numbers(&name(&format!("attn_{part}.bias")), &[length]));
            Some([query?, key?, value?])
        } else {
            None
        };
        let head_norms =
            has.norms_heads.then(|| all(file, ["attn_q_norm.weight", "attn_k_norm.weight"], self.head_length));
        let added = ["post_attention_norm.weight", "post_ffw_norm.weight"];
        let added_norms = has.norms_added.then(|| all(file, added, width));
        Ok(Layer {
            query: file.tensor(&name("attn_q.weight"), &[queries, width])?,
            key: file.tensor(&name("attn_k.weight"), &[keys, width])?,
            value: file.tensor(&name("attn_v.weight"), &[keys, width])?,
            out: file.tensor(&name("attn_output.weight"), &[width, queries])?,
            gate: file.tensor(&name("ffn_gate.weight"), &[feed, width])?,
            up: file.tensor(&name("ffn_up.weight"), &[feed, width])?,
            down: file.tensor(&name("ffn_down.weight"), &[width, feed])?,
            attention_norm: file.numbers(&name("attn_norm.weight"), &[width])?,
            feed_norm: file.numbers(&name("ffn_norm.weight"), &[width])?,
            biases,
            head_norms: head_norms.transpose()?,
            added_norms: added_norms.transpose()?,
            angles: has.angles(file, number, self.head_length)?,
        })
    }

    /// How many tokens there are.
    pub(crate) fn vocabulary(&self) -> usize {
        self.embeddings.count
    }

    /// log P of tokens, natural: for each tree, pairs of a node and a token that may follow it.
    pub(crate) fn log_probabilities(&self, tries: &[(Trie, Vec<(usize, u32)>)]) -> Result<Vec<Vec<f32>>> {
        let mut rows: Vec<u32> = Vec::new();
        let mut wanted: Vec<(usize, u32)> = Vec::new();
        let mut first = 0;
        for (trie, pairs) in tries {
            for &(node, token) in pairs {
                let row = (first + node) as u32;
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
                wanted.push((rows.len() - 1, token));
            }
            first += trie.len();
        }
        if wanted.is_empty() {
            return Ok(tries.iter().map(|_| Vec::new()).collect());
        }
        let hidden = self.hidden(tries)?.index_select(&Tensor::new(rows.as_slice(), &Device::Cpu)?, 0)?;
        let mut found = self.next(&self.normed(&hidden, &self.norm)?, &wanted)?.into_iter();
        Ok(tries.iter().map(|(_, pairs)| found.by_ref().take(pairs.len()).collect()).collect())
    }

    /// What the layers make of each node.
    fn hidden(&self, tries: &[(Trie, Vec<(usize, u32)>)]) -> Result<Tensor> {
        let tokens: Vec<u32> = tries.iter().flat_map(|(trie, _)| trie.tokens.iter().copied()).collect();
        let depths: Vec<usize> = tries.iter().flat_map(|(trie, _)| trie.depths.iter().copied()).collect();
        let masks: Vec<Tensor> = tries
            .iter()
            .map(|(trie, _)| Tensor::from_vec(trie.mask(), (trie.len(), trie.len()), &Device::Cpu))
            .collect::<Result<_>>()?;
        let mut x = self.embeddings.of(&tokens)?;
        if self.architecture.scales_embeddings {
            x = (x * (self.norm.elem_count() as f64).sqrt())?;
        }
        for layer in &self.layers {
            let added = |of: Tensor, number: usize| match &layer.added_norms {
                Some(norms) => self.normed(&of, &norms[number]),
                None => Ok(of),
            };
            let read = self.attention(layer, &self.normed(&x, &layer.attention_norm)?, &depths, &masks)?;
            x = (x + added(read, 0)?)?;
            let fed = self.feed(layer, &self.normed(&x, &layer.feed_norm)?)?;
            x = (x + added(fed, 1)?)?;
        }
        Ok(x)
    }

    fn attention(&self, layer: &Layer, x: &Tensor, depths: &[usize], masks: &[Tensor]) -> Result<Tensor> {
        let (nodes, _) = x.dims2()?;
        let of = |weight: &QTensor, number: usize| {
            let mut out = times(x, weight)?;
            if let Some(biases) = &layer.biases {
                out = out.broadcast_add(&biases[number])?;
            }
            let heads = out.dims2()?.1 / self.head_length;
            out.reshape((nodes, heads, self.head_length))
        };
        let turns = Turns::new(self.architecture.pairs, &layer.angles, depths)?;
        let turned = |heads: Tensor, number: usize| match &layer.head_norms {
            Some(norms) => turns.turn(&self.normed(&heads, &norms[number])?),
            None => turns.turn(&heads),
        };
        let (query, key) = (turned(of(&layer.query, 0)?, 0)?, turned(of(&layer.key, 1)?, 1)?);
        let (value, scale) = (of(&layer.value, 2)?, 1.0 / (self.head_length as f64).sqrt());
        let shared = self.heads / self.kv_heads;
        let (mut first, mut read) = (0, Vec::with_capacity(masks.len()));
        for mask in masks {
            let len = mask.dims2()?.0;
            let own = |of: &Tensor| of.narrow(0, first, len)?.transpose(0, 1)?.contiguous();
            // Heads that share keys and values stand together.
            let query = own(&query)?.reshape((self.kv_heads, shared * len, self.head_length))?;
            let scores = (query.matmul(&own(&key)?.transpose(1, 2)?)? * scale)?;
            let scores = scores.reshape((self.heads, len, len))?.broadcast_add(mask)?;
            let shares = softmax(&scores)?.reshape((self.kv_heads, shared * len, len))?;
            let seen = shares.matmul(&own(&value)?)?.reshape((self.heads, len, self.head_length))?;
            read.push(seen.transpose(0, 1)?.reshape((len, self.heads * self.head_length))?);
            first += len;
        }
        times(&Tensor::cat(&read, 0)?, &layer.out)
    }

    fn feed(&self, layer: &Layer, x: &Tensor) -> Result<Tensor> {
        let gate = self.architecture.gate.of(&times(x, &layer.gate)?)?;
        times(&(gate * times(x, &layer.up)?)?, &layer.down)
    }

    fn normed(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor> {
        let mean = x.sqr()?.mean_keepdim(D::Minus1)?;
        x.broadcast_div(&(mean + self.epsilon)?.sqrt()?)?.broadcast_mul(weight)
    }

    /// log P of the tokens that are wanted, each by the number of its row of `hidden`.
    fn next(&self, hidden: &Tensor, wanted: &[(usize, u32)]) -> Result<Vec<f32>> {
        let table = self.following.as_ref().unwrap_or(&self.embeddings);
        let rows = hidden.dims2()?.0;
        let mut sums = vec![(f32::NEG_INFINITY, 0.0f32); rows];
        let mut found = vec![0.0; wanted.len()];
        for from in (0..table.count).step_by(TOKENS_TOGETHER) {
            let to = table.count.min(from + TOKENS_TOGETHER);
            let scores = hidden.matmul(&table.between(from, to)?.t()?)?.flatten_all()?.to_vec1::<f32>()?;
            for ((greatest, sum), scores) in sums.iter_mut().zip(scores.chunks(to - from)) {
                let own = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                if own > *greatest {
                    *sum *= (*greatest - own).exp();
                    *greatest = own;
                }
                let least = *greatest - NEGLIGIBLE;
                *sum +=
                    scores.iter().filter(|score| **score > least).map(|score| (score - *greatest).exp()).sum::<f32>();
            }
            for (&(row, token), found) in wanted.iter().zip(&mut found) {
                if (from..to).contains(&(token as usize)) {
                    *found = scores[row * (to - from) + token as usize - from];
                }
            }
        }
        let log_p = wanted.iter().zip(found).map(|(&(row, _), score)| score - sums[row].0 - sums[row].1.ln());
        Ok(log_p.collect())
    }
}

/// Rows times a matrix that is stored by its columns.
fn times(x: &Tensor, weight: &QTensor) -> Result<Tensor> {
    x.matmul(&weight.dequantize(&Device::Cpu)?.t()?)
}

/// Shares of the last dimension.
fn softmax(scores: &Tensor) -> Result<Tensor> {
    let weights = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
    weights.broadcast_div(&weights.sum_keepdim(D::Minus1)?)
}

/// Rotations that say how far apart tokens stand.
struct Turns {
    pairs: Pairs,
    cosines: Tensor,
    sines: Tensor,
}

impl Turns {
    fn new(pairs: Pairs, angles: &[f32], depths: &[usize]) -> Result<Turns> {
        let of = |function: fn(f32) -> f32| {
            let values =
                depths.iter().flat_map(|&depth| angles.iter().map(move |angle| function(depth as f32 * angle)));
            Tensor::from_vec(values.collect::<Vec<f32>>(), (depths.len(), 1, angles.len()), &Device::Cpu)
        };
        Ok(Turns { pairs, cosines: of(f32::cos)?, sines: of(f32::sin)? })
    }

    /// Turns each pair of numbers of each head.
    fn turn(&self, x: &Tensor) -> Result<Tensor> {
        let (nodes, heads, length) = x.dims3()?;
        // Pairs stand in the last dimension but one, or in the last.
        let (shape, side) = match self.pairs {
            Pairs::Halves => ((nodes, heads, 2, length / 2), 2),
            Pairs::Neighbours => ((nodes, heads, length / 2, 2), 3),
        };
        let x = x.reshape(shape)?;
        let [first, second] = [0, 1].map(|n| x.narrow(side, n, 1)?.squeeze(side));
        let (first, second) = (first?, second?);
        let (a, b) = (first.broadcast_mul(&self.cosines)?, second.broadcast_mul(&self.sines)?);
        let (c, d) = (second.broadcast_mul(&self.cosines)?, first.broadcast_mul(&self.sines)?);
        Tensor::stack(&[(a - b)?, (c + d)?], side)?.reshape((nodes, heads, length))
    }
}
