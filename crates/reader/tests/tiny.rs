//! A model with random weights: what holds for every model, and files that are none.

mod made;

use made::{LETTERS, file, model, place};
use unspin_core::second_reader::SecondReader;
use unspin_reader::GgufReader;

/// Differences within a place, which is all that counts.
fn against_first(answer: &[f32]) -> Vec<f32> {
    answer.iter().map(|log_p| log_p - answer[0]).collect()
}

#[test]
fn next_tokens_share_one() {
    let reader = GgufReader::open(file("shares.gguf", &model("gemma3"))).unwrap();
    for left in ["the house of ", "a", ""] {
        let all: Vec<String> = LETTERS.chars().map(String::from).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).chain([" "]).collect();
        let sum: f32 = reader.read(&[place(left, &all, "")])[0].iter().map(|log_p| log_p.exp()).sum();
        // The three marks, which no text has, take the rest.
        assert!((0.6..1.0).contains(&sum), "{left}: {sum}");
    }
}

#[test]
fn places_together_say_what_they_say_alone() {
    let reader = GgufReader::open(file("together.gguf", &model("gemma3"))).unwrap();
    let long = "it was a long way to the house of the people and back. ".repeat(4);
    let mut places = Vec::new();
    for n in 0..60 {
        let left = &long[..3 * n + 1];
        places.push(place(left, &["house", "home", "a", "the white house"], " of the people"));
        places.push(place(&"z".repeat(n % 7), &["x", "yy"], " after"));
    }
    let together = reader.read(&places);
    for (place, answer) in places.iter().zip(&together) {
        let alone = reader.read(std::slice::from_ref(place)).remove(0);
        let pairs = against_first(answer).into_iter().zip(against_first(&alone));
        assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 1e-3), "{place:?}: {answer:?} {alone:?}");
    }
    assert_eq!(together, reader.read(&places));
}

/// P(a b) = P(a) P(b | a), whatever is read together.
#[test]
fn probabilities_are_a_chain() {
    let reader = GgufReader::open(file("chain.gguf", &model("gemma3"))).unwrap();
    let of = |left: &str, wording: &str, other: &str| reader.read(&[place(left, &[wording, other], "")])[0][0];
    let (whole, first, second) = (of("so ", "ab", "xy"), of("so ", "a", "x"), of("so a", "b", "c"));
    assert!((whole - first - second).abs() < 1e-3, "{whole} {first} {second}");
    // What stands before counts, also far before.
    assert!((of("xo a", "b", "c") - second).abs() > 1e-3);
}

#[test]
fn files_that_are_no_model_are_named() {
    let whole = model("gemma3");
    let unknown = model("mamba");
    for (name, bytes, reason) in [
        ("empty.gguf", &[][..], "failed to fill whole buffer"),
        ("text.gguf", b"The White House said so.", "unknown magic 0x20656854"),
        ("short.gguf", &whole[..whole.len() - 9], "only"),
        ("head.gguf", &whole[..300], "gguf"),
        ("unknown.gguf", &unknown[..], "the architecture mamba is not known; these are: gemma3, llama, qwen2, qwen3"),
    ] {
        let path = file(name, bytes);
        let error = GgufReader::open(&path).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{}: ", path.display())) && error.contains(reason), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
    assert!(GgufReader::open("no/such.gguf").unwrap_err().to_string().starts_with("no/such.gguf: "));
}

/// Whatever bytes are damaged, the file is refused or reads; nothing panics.
#[test]
fn damaged_files_do_not_panic() {
    let whole = model("gemma3");
    let head = whole.len() - whole.len() / 3;
    for n in 0..60 {
        let mut damaged = whole.clone();
        let at = n * 74 % head.min(4000);
        damaged[at] = damaged[at].wrapping_add(1 + 2 * n as u8);
        if let Ok(reader) = GgufReader::open(file("damaged.gguf", &damaged)) {
            assert_eq!(reader.read(&[place("a ", &["b", "c"], " d")]).len(), 1);
        }
    }
}
