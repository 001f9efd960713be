//! The arithmetic: what is read of a model, many texts at once, against the same network written out word for word, one
//! token after the other, in twice the precision.

mod made;

use made::{
    ARCHITECTURES, BASE, EPSILON, FEED, HEAD, HEADS, KV_HEADS, LAYERS, SLOWER, WIDTH, file, model, numbers, place,
    tokens,
};
use unspin_core::second_reader::SecondReader;
use unspin_reader::GgufReader;

/// The base of rotation of the other layers.
const LOCAL_BASE: f64 = 10_000.0;

/// A network written out.
struct Network {
    architecture: &'static str,
    numbers: Vec<(String, Vec<f64>)>,
}

impl Network {
    fn is(&self, architectures: &[&str]) -> bool {
        architectures.contains(&self.architecture)
    }

    fn numbers(&self, name: &str) -> &[f64] {
        &self.numbers.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// A matrix times a vector.
    fn times(&self, name: &str, x: &[f64]) -> Vec<f64> {
        self.numbers(name).chunks(x.len()).map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
    }

    /// A vector brought to length, and weighed.
    fn normed(&self, name: &str, x: &[f64]) -> Vec<f64> {
        let mean = x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
        x.iter().zip(self.numbers(name)).map(|(x, weight)| x / (mean + f64::from(EPSILON)).sqrt() * weight).collect()
    }

    /// Queries, keys or values of a token.
    fn projected(&self, layer: usize, part: &str, x: &[f64]) -> Vec<f64> {
        let mut all = self.times(&format!("blk.{layer}.attn_{part}.weight"), x);
        if self.is(&["qwen2"]) {
            add(&mut all, self.numbers(&format!("blk.{layer}.attn_{part}.bias")));
        }
        all
    }

    /// By how much a pair of a head turns from token to token.
    fn angle(&self, layer: usize, pair: usize) -> f64 {
        let is_near = self.is(&["gemma3"]) && layer % 6 != 5;
        let base = if is_near { LOCAL_BASE } else { f64::from(BASE) };
        let angle = base.powf(-2.0 * pair as f64 / HEAD as f64);
        let own = if self.is(&["llama"]) { self.numbers("rope_freqs.weight")[pair] } else { 1.0 };
        angle / own / if is_near { 1.0 } else { f64::from(SLOWER) }
    }

    /// Heads of queries or keys, turned to where they stand.
    fn heads(&self, layer: usize, part: &str, x: &[f64], at: usize) -> Vec<Vec<f64>> {
        let all = self.projected(layer, part, x);
        let turned = all.chunks(HEAD).map(|head| {
            let head = match self.is(&["gemma3", "qwen3"]) {
                true => self.normed(&format!("blk.{layer}.attn_{part}_norm.weight"), head),
                false => head.to_vec(),
            };
            let mut out = head.clone();
            for pair in 0..HEAD / 2 {
                let (one, other) = if self.is(&["llama"]) { (2 * pair, 2 * pair + 1) } else { (pair, pair + HEAD / 2) };
                let angle = at as f64 * self.angle(layer, pair);
                out[one] = head[one] * angle.cos() - head[other] * angle.sin();
                out[other] = head[other] * angle.cos() + head[one] * angle.sin();
            }
            out
        });
        turned.collect()
    }

    /// What the last of some tokens sees of all.
    fn attention(&self, layer: usize, texts: &[Vec<f64>]) -> Vec<f64> {
        let last = texts.len() - 1;
        let queries = self.heads(layer, "q", &texts[last], last);
        let keys: Vec<_> = texts.iter().enumerate().map(|(at, x)| self.heads(layer, "k", x, at)).collect();
        let values: Vec<_> = texts.iter().map(|x| self.projected(layer, "v", x)).collect();
        let mut seen = Vec::new();
        for (head, query) in queries.iter().enumerate() {
            let shared = head / (HEADS / KV_HEADS);
            let dot = |key: &[f64]| query.iter().zip(key).map(|(a, b)| a * b).sum::<f64>();
            let weights: Vec<f64> = keys.iter().map(|key| (dot(&key[shared]) / (HEAD as f64).sqrt()).exp()).collect();
            let sum: f64 = weights.iter().sum();
            let value =
                |n: usize| weights.iter().zip(&values).map(|(w, v)| w * v[shared * HEAD + n]).sum::<f64>() / sum;
            seen.extend((0..HEAD).map(value));
        }
        self.times(&format!("blk.{layer}.attn_output.weight"), &seen)
    }

    fn feed(&self, layer: usize, x: &[f64]) -> Vec<f64> {
        let gelu = |x: f64| 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh());
        let silu = |x: f64| x / (1.0 + (-x).exp());
        let opened = |x: f64| if self.is(&["gemma3"]) { gelu(x) } else { silu(x) };
        let (gate, up) = ("ffn_gate", "ffn_up");
        let [gate, up] = [gate, up].map(|part| self.times(&format!("blk.{layer}.{part}.weight"), x));
        assert_eq!(gate.len(), FEED);
        let gated: Vec<f64> = gate.iter().zip(&up).map(|(gate, up)| opened(*gate) * up).collect();
        self.times(&format!("blk.{layer}.ffn_down.weight"), &gated)
    }

    /// log P of each token after the first.
    fn log_probabilities(&self, text: &[usize]) -> Vec<f64> {
        let embeddings = self.numbers("token_embd.weight");
        let scale = if self.is(&["gemma3"]) { (WIDTH as f64).sqrt() } else { 1.0 };
        let embedded =
            |&token: &usize| embeddings[token * WIDTH..(token + 1) * WIDTH].iter().map(|x| x * scale).collect();
        let mut states: Vec<Vec<f64>> = text.iter().map(embedded).collect();
        for layer in 0..LAYERS {
            let part = |name: &str| format!("blk.{layer}.{name}.weight");
            let normed: Vec<_> = states.iter().map(|x| self.normed(&part("attn_norm"), x)).collect();
            for (at, state) in states.iter_mut().enumerate() {
                let added =
                    |name: &str, x: Vec<f64>| if self.is(&["gemma3"]) { self.normed(&part(name), &x) } else { x };
                let seen = self.attention(layer, &normed[..=at]);
                add(state, &added("post_attention_norm", seen));
                let fed = self.feed(layer, &self.normed(&part("ffn_norm"), state));
                add(state, &added("post_ffw_norm", fed));
            }
        }
        let next = states.iter().zip(&text[1..]).map(|(state, &token)| {
            let table = if self.is(&["llama"]) { "output.weight" } else { "token_embd.weight" };
            let scores = self.times(table, &self.normed("output_norm.weight", state));
            scores[token] - scores.iter().map(|score| score.exp()).sum::<f64>().ln()
        });
        next.collect()
    }
}

fn add(to: &mut [f64], x: &[f64]) {
    to.iter_mut().zip(x).for_each(|(to, x)| *to += x);
}

#[test]
fn places_are_read_as_the_network_is_written() {
    ARCHITECTURES.into_iter().for_each(places_are_read);
}

fn places_are_read(architecture: &'static str) {
    let path = file(&format!("arithmetic-{architecture}.gguf"), &model(architecture));
    let reader = GgufReader::open(path).unwrap();
    let in_twice = |numbers: Vec<f32>| numbers.into_iter().map(f64::from).collect();
    let numbers = numbers(architecture).into_iter().map(|(name, _, numbers)| (name, in_twice(numbers)));
    let network = Network { architecture, numbers: numbers.collect() };
    let all = tokens();
    let places = [
        place("the white ", &["house", "home", "hut"], " said so."),
        place("the white house ", &["said", "stated"], " so."),
        place("", &["a", "an"], " end of it"),
        place("it was a long way to the ", &["people", "folks"], ""),
    ];
    for (place, answer) in places.iter().zip(reader.read(&places)) {
        let read = |wording: &String| {
            let text = format!("{}{wording}{}", place.left, place.right).replace(' ', "▁");
            let letters = text.chars().map(|c| all.iter().position(|known| *known == c.to_string()).unwrap());
            // The mark of a beginning stands before every text.
            let text: Vec<usize> = std::iter::once(2).chain(letters).collect();
            network.log_probabilities(&text).iter().sum::<f64>()
        };
        let expected: Vec<f64> = place.wordings.iter().map(read).collect();
        for (log_p, expected_log_p) in answer.iter().zip(&expected) {
            let (found, expected) = (f64::from(log_p - answer[0]), expected_log_p - expected[0]);
            assert!((found - expected).abs() < 1e-3, "{architecture}, {place:?}: {found} {expected}");
        }
        // There is something to tell apart.
        assert!((expected[1] - expected[0]).abs() > 0.1, "{expected:?}");
    }
}
