//! A real model, where there is one: `UNSPIN_READER_MODEL` names its file.

use unspin_core::second_reader::{Place, SecondReader};
use unspin_reader::GgufReader;

/// Sentences of our own.
const SENTENCES: [&str; 3] = [
    "The ferry company said on Tuesday that it would cancel all sailings until the storm had passed, and that passengers could \
     ask for their money back.",
    "Two people were taken to hospital after a car left the road near the old mill, the police said in a statement.",
    "She had worked at the library for almost thirty years, and she knew most of the children by name.",
];

fn reader() -> Option<GgufReader> {
    let Some(path) = std::env::var_os("UNSPIN_READER_MODEL") else {
        eprintln!("skipped: UNSPIN_READER_MODEL names no model file");
        return None;
    };
    Some(GgufReader::open(path).unwrap())
}

/// A network that computes anything else than what was trained is worse by nats.
#[test]
fn sentences_are_likely() {
    let Some(reader) = reader() else { return };
    let places: Vec<Place> = SENTENCES.iter().map(|s| Place::new("", vec![s.to_string()], "")).collect();
    let log_p: f32 = reader.read(&places).iter().map(|answer| answer[0]).sum();
    let words: usize = SENTENCES.iter().map(|s| s.split(' ').count()).sum();
    let nats = -log_p / words as f32;
    assert!((2.0..3.9).contains(&nats), "{nats} nats a word");
}

#[test]
fn what_was_written_is_likelier_than_what_was_spun() {
    let Some(reader) = reader() else { return };
    let places = [
        ("The White ", ["Home", "House"], " said on Tuesday that"),
        ("Two people were ", ["brought", "taken"], " to hospital after a"),
        ("in line with the newest figures of the Ministry of ", ["Protection", "Defence"], ", which were published"),
        ("She was born within the United ", ["Nations", "States"], " in 1962 and"),
    ];
    let places = places.map(|(left, wordings, right)| Place::new(left, wordings.map(String::from).to_vec(), right));
    for (place, answer) in places.iter().zip(reader.read(&places)) {
        assert!(answer[1] > answer[0], "{place:?}: {answer:?}");
    }
}
