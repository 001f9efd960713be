//! The second reader of a measurement: a model, whose answers are kept in a file so that they are computed once.

use std::path::PathBuf;

use clap::Args;
use unspin::Builder;

use super::Failure;

/// Who reads again.
#[derive(Args)]
pub struct SecondReading {
    /// A causal language model (GGUF) that reads the places in doubt again; asks for `cargo run --features reader`
    #[arg(long, value_name = "FILE")]
    reader: Option<PathBuf>,
    /// With --reader: keep its answers in this file, and take them from there
    #[arg(long, value_name = "FILE", requires = "reader")]
    answers: Option<PathBuf>,
    #[cfg(feature = "reader")]
    #[arg(skip)]
    opened: std::sync::OnceLock<std::sync::Arc<kept::Kept>>,
}

impl SecondReading {
    pub fn is_asked(&self) -> bool {
        self.reader.is_some()
    }

    /// A builder with the reader, if one is asked for.
    #[cfg(feature = "reader")]
    pub fn on(&self, builder: Builder) -> Result<Builder, Failure> {
        let Some(path) = &self.reader else { return Ok(builder) };
        if self.opened.get().is_none() {
            let reader = kept::Kept::new(unspin_reader::GgufReader::open(path)?, self.answers.clone())?;
            let _ = self.opened.set(std::sync::Arc::new(reader));
        }
        Ok(match self.opened.get() {
            Some(reader) => builder.second_reader(reader.clone()),
            None => builder,
        })
    }

    /// A builder, if no reader is asked for.
    #[cfg(not(feature = "reader"))]
    pub fn on(&self, builder: Builder) -> Result<Builder, Failure> {
        match (&self.reader, &self.answers) {
            (None, None) => Ok(builder),
            _ => Err("--reader asks for a program that was built with `--features reader`".into()),
        }
    }
}

#[cfg(feature = "reader")]
mod kept {
    //! Answers that were given before.

    use std::collections::HashMap;
    use std::io::Write;
    use std::path::PathBuf;
    use std::sync::Mutex;

    use unspin::{Place, SecondReader};
    use unspin_reader::GgufReader;

    /// A reader that is asked once about each place.
    pub struct Kept {
        reader: GgufReader,
        path: Option<PathBuf>,
        known: Mutex<HashMap<String, Vec<f32>>>,
    }

    fn key(reader: &str, place: &Place) -> String {
        serde_json::json!([reader, place.left, place.wordings, place.right]).to_string()
    }

    impl Kept {
        pub fn new(reader: GgufReader, path: Option<PathBuf>) -> std::io::Result<Kept> {
            let known = match &path {
                Some(path) if path.exists() => std::fs::read_to_string(path)?,
                _ => String::new(),
            };
            let line = |line: &str| {
                let (key, answer) = line.split_once('\t')?;
                Some((key.to_string(), serde_json::from_str(answer).ok()?))
            };
            Ok(Kept { reader, path, known: Mutex::new(known.lines().filter_map(line).collect()) })
        }
    }

    impl SecondReader for Kept {
        fn version(&self) -> String {
            self.reader.version()
        }

        fn read(&self, places: &[Place]) -> Vec<Vec<f32>> {
            let mut known = self.known.lock().unwrap_or_else(|e| e.into_inner());
            let version = self.reader.version();
            let keys: Vec<String> = places.iter().map(|place| key(&version, place)).collect();
            let new: Vec<usize> = (0..places.len()).filter(|&n| !known.contains_key(&keys[n])).collect();
            let asked: Vec<Place> = new.iter().map(|&n| places[n].clone()).collect();
            let answers = self.reader.read(&asked);
            if let Some(path) = &self.path {
                let lines = new.iter().zip(&answers).map(|(&n, a)| format!("{}\t{}\n", keys[n], serde_json::json!(a)));
                let lines: String = lines.collect();
                let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
                if let Err(error) = file.and_then(|mut file| file.write_all(lines.as_bytes())) {
                    eprintln!("quality: {}: {error}", path.display());
                }
            }
            known.extend(new.into_iter().map(|n| keys[n].clone()).zip(answers));
            keys.iter().map(|key| known[key].clone()).collect()
        }
    }
}
