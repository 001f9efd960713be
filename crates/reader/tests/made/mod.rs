//! A model with random weights, made here, as a file and as numbers.
//!
//! Each test program uses a part of it.
#![allow(dead_code)]

use std::io::Cursor;
use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use unspin_core::second_reader::Place;

pub const WIDTH: usize = 32;
pub const FEED: usize = 64;
pub const HEADS: usize = 4;
pub const KV_HEADS: usize = 2;
pub const HEAD: usize = 8;
pub const LAYERS: usize = 7;
/// The base of rotation of every sixth layer.
pub const BASE: f32 = 1_000_000.0;
/// How much slower these turn.
pub const SLOWER: f32 = 8.0;
pub const EPSILON: f32 = 1e-6;
pub const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz.";

/// The architectures that are known.
pub const ARCHITECTURES: [&str; 4] = ["gemma3", "llama", "qwen2", "qwen3"];

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    }

    fn numbers(&mut self, shape: &[usize], scale: f32) -> Vec<f32> {
        (0..shape.iter().product()).map(|_| self.next() * scale).collect()
    }
}

/// The numbers of a model, by the names of its tensors, with their shapes.
pub type Numbers = Vec<(String, Vec<usize>, Vec<f32>)>;

fn metadata(architecture: &str, tokens: &[String]) -> Vec<(String, Value)> {
    let own = |name: &str, value| (format!("{architecture}.{name}"), value);
    let count = |name: &str, count: usize| own(name, Value::U32(count as u32));
    let tokenizer = |name: &str, value| (format!("tokenizer.ggml.{name}"), value);
    let scores = (0..tokens.len()).map(|n| Value::F32(-(n as f32))).collect();
    let kinds = (0..tokens.len()).map(|n| Value::I32(if n < 3 { 3 } else { 1 })).collect();
    vec![
        ("general.architecture".into(), Value::String(architecture.into())),
        count("embedding_length", WIDTH),
        count("feed_forward_length", FEED),
        count("block_count", LAYERS),
        count("attention.head_count", HEADS),
        count("attention.head_count_kv", KV_HEADS),
        count("attention.key_length", HEAD),
        own("attention.layer_norm_rms_epsilon", Value::F32(EPSILON)),
        own("rope.freq_base", Value::F32(BASE)),
        own("rope.scaling.factor", Value::F32(SLOWER)),
        tokenizer("model", Value::String("llama".into())),
        tokenizer("tokens", Value::Array(tokens.iter().cloned().map(Value::String).collect())),
        tokenizer("scores", Value::Array(scores)),
        tokenizer("token_type", Value::Array(kinds)),
        tokenizer("bos_token_id", Value::U32(2)),
        tokenizer("eos_token_id", Value::U32(1)),
        tokenizer("unknown_token_id", Value::U32(0)),
        tokenizer("add_space_prefix", Value::Bool(false)),
    ]
}

/// The tokens of every model: three marks, the letters and the space.
pub fn tokens() -> Vec<String> {
    let letters = LETTERS.chars().chain(['▁']).map(String::from);
    ["<unk>", "<eos>", "<bos>"].map(String::from).into_iter().chain(letters).collect()
}

/// Random weights of seven layers: all that an architecture has.
pub fn numbers(architecture: &str) -> Numbers {
    let is = |known: &[&str]| known.contains(&architecture);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut numbers = Numbers::new();
    let mut add = |name: &str, shape: &[usize], scale| {
        numbers.push((name.to_string(), shape.to_vec(), random.numbers(shape, scale)));
    };
    add("token_embd.weight", &[tokens().len(), WIDTH], 1.0);
    add("output_norm.weight", &[WIDTH], 4.0);
    if is(&["llama"]) {
        add("output.weight", &[tokens().len(), WIDTH], 1.0);
        add("rope_freqs.weight", &[HEAD / 2], 4.0);
    }
    for layer in 0..LAYERS {
        let (queries, keys) = (HEADS * HEAD, KV_HEADS * HEAD);
        let mut parts: Vec<(&str, Vec<usize>)> = vec![
            ("attn_q.weight", vec![queries, WIDTH]),
            ("attn_k.weight", vec![keys, WIDTH]),
            ("attn_v.weight", vec![keys, WIDTH]),
            ("attn_output.weight", vec![WIDTH, queries]),
            ("ffn_gate.weight", vec![FEED, WIDTH]),
            ("ffn_up.weight", vec![FEED, WIDTH]),
            ("ffn_down.weight", vec![WIDTH, FEED]),
            ("attn_norm.weight", vec![WIDTH]),
            ("ffn_norm.weight", vec![WIDTH]),
        ];
        if is(&["gemma3", "qwen3"]) {
            parts.extend([("attn_q_norm.weight", vec![HEAD]), ("attn_k_norm.weight", vec![HEAD])]);
        }
        if is(&["gemma3"]) {
            parts.extend([("post_attention_norm.weight", vec![WIDTH]), ("post_ffw_norm.weight", vec![WIDTH])]);
        }
        if is(&["qwen2"]) {
            parts.extend([("attn_q.bias", vec![queries]), ("attn_k.bias", vec![keys]), ("attn_v.bias", vec![keys])]);
        }
        parts.iter().for_each(|(part, shape)| add(&format!("blk.{layer}.{part}"), shape, 2.0));
    }
    numbers
}

/// A model file of an architecture with these weights.
pub fn model(architecture: &str) -> Vec<u8> {
    let metadata = metadata(architecture, &tokens());
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let numbers = numbers(architecture);
    let tensors = numbers.iter().map(|(name, shape, numbers)| {
        let tensor = Tensor::from_vec(numbers.clone(), shape.as_slice(), &Device::Cpu).unwrap();
        (name.as_str(), QTensor::quantize(&tensor, GgmlDType::F32).unwrap())
    });
    let tensors: Vec<(&str, QTensor)> = tensors.collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
    let mut bytes = Cursor::new(Vec::new());
    gguf_file::write(&mut bytes, &metadata, &tensors).unwrap();
    bytes.into_inner()
}

/// Writes a file of this test.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

pub fn place(left: &str, wordings: &[&str], right: &str) -> Place {
    Place::new(left, wordings.iter().map(|w| w.to_string()).collect(), right)
}
