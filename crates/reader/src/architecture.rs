//! In what the known architectures differ: one network, told apart by a few choices.

use candle_core::{Result, Tensor, bail};

use crate::file::ModelFile;

/// What makes a gate of numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gate {
    Gelu,
    Silu,
}

/// Which numbers of a head turn together.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pairs {
    /// One of the first half with one of the second.
    Halves,
    /// One with the next.
    Neighbours,
}

/// Layers that see only what is near, which have a base of rotation of their own. They see 512 tokens or more, so that
/// none of ours is too far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Near {
    /// Every so many layers one sees far.
    far_every: usize,
    base: f32,
}

/// The choices of an architecture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Architecture {
    name: &'static str,
    pub(crate) gate: Gate,
    pub(crate) pairs: Pairs,
    /// Whether each head of queries and keys is brought to length.
    pub(crate) norms_heads: bool,
    /// Whether what a layer adds is brought to length before.
    pub(crate) norms_added: bool,
    /// Whether something is added to queries, keys and values.
    pub(crate) has_biases: bool,
    /// Whether embeddings grow with the root of their width.
    pub(crate) scales_embeddings: bool,
    near: Option<Near>,
    /// The base of rotation of a file that names none.
    base: f32,
}

const LLAMA: Architecture = Architecture {
    name: "llama",
    gate: Gate::Silu,
    pairs: Pairs::Neighbours,
    norms_heads: false,
    norms_added: false,
    has_biases: false,
    scales_embeddings: false,
    near: None,
    base: 10_000.0,
};

/// All that are known.
const KNOWN: [Architecture; 4] = [
    Architecture {
        name: "gemma3",
        gate: Gate::Gelu,
        pairs: Pairs::Halves,
        norms_heads: true,
        norms_added: true,
        has_biases: false,
        scales_embeddings: true,
        near: Some(Near { far_every: 6, base: 10_000.0 }),
        base: 1_000_000.0,
    },
    LLAMA,
    Architecture { name: "qwen2", pairs: Pairs::Halves, has_biases: true, ..LLAMA },
    Architecture { name: "qwen3", pairs: Pairs::Halves, norms_heads: true, ..LLAMA },
];

impl Architecture {
    /// The architecture that a file names.
    pub(crate) fn of(file: &ModelFile) -> Result<Architecture> {
        match KNOWN.into_iter().find(|known| known.name == file.architecture()) {
            Some(known) => Ok(known),
            None => {
                let known = KNOWN.map(|known| known.name).join(", ");
                bail!("the architecture {} is not known; these are: {known}", file.architecture())
            }
        }
    }

    /// The angle by which each pair of numbers of a head turns from one token to the next, in the layer of a number.
    pub(crate) fn angles(&self, file: &mut ModelFile, layer: usize, head_length: usize) -> Result<Vec<f32>> {
        let half = head_length / 2;
        let power = |base: f32| (0..half).map(move |pair| base.powf(-2.0 * pair as f32 / head_length as f32));
        if let Some(near) = self.near.filter(|near| !(layer + 1).is_multiple_of(near.far_every)) {
            return Ok(power(near.base).collect());
        }
        let slower = match file.word("rope.scaling.type")? {
            Some("linear") | None => file.fraction("rope.scaling.factor")?.unwrap_or(1.0),
            Some("none") => 1.0,
            Some(other) => bail!("its positions are scaled in a way that is not known: {other}"),
        };
        let base = file.fraction("rope.freq_base")?.unwrap_or(self.base);
        let own = match file.shape(FACTORS) {
            Some(_) => file.numbers(FACTORS, &[half])?.to_vec1()?,
            None => vec![1.0; half],
        };
        Ok(power(base).zip(own).map(|(angle, own)| angle / slower / own).collect())
    }
}

/// How much slower each pair turns, in files of models that were taught longer texts later.
const FACTORS: &str = "rope_freqs.weight";

impl Gate {
    pub(crate) fn of(self, x: &Tensor) -> Result<Tensor> {
        match self {
            Gate::Gelu => x.gelu(),
            Gate::Silu => x.silu(),
        }
    }
}
