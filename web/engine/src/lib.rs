//! The engine of unspin as the worker of the page calls it.

#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::io::Read;

use brotli_decompressor::Decompressor;
use js_sys::Function;
use unspin::{Channel, Unspin};
use wasm_bindgen::prelude::*;

/// The most that packed tables may be, in bytes: no download makes the page ask for more memory.
const MAX_TABLES: u64 = 256 << 20;
const BUFFER: usize = 1 << 16;

/// The engine, and the restorer that was asked last.
#[wasm_bindgen]
pub struct Engine {
    restorer: RefCell<(Options, Unspin)>,
}

/// What a person can set.
#[derive(Clone, Copy, PartialEq)]
struct Options {
    /// P(right) of an edit at least, from 0 to 1; that of the library where there is none.
    min_confidence: Option<f32>,
    words: bool,
}

impl Options {
    fn build(self) -> Result<Unspin, JsError> {
        let mut channels = Channel::DEFAULT.to_vec();
        channels.extend(self.words.then_some(Channel::Words));
        let mut builder = Unspin::builder().channels(channels);
        if let Some(confidence) = self.min_confidence {
            builder = builder.min_confidence(confidence);
        }
        Ok(builder.build()?)
    }
}

#[wasm_bindgen]
impl Engine {
    /// Unpacks the tables, lays them out and builds the first restorer; `tell(stage, share)` hears how far it is.
    pub fn load(compressed: &[u8], tell: &Function) -> Result<Engine, JsError> {
        let say = |stage: &str, share: f64| {
            // Whether anybody listens changes nothing.
            let _ = tell.call2(&JsValue::NULL, &stage.into(), &share.into());
        };
        say("Unpacking the tables", 0.0);
        let mut packed = Vec::new();
        Decompressor::new(compressed, BUFFER).take(MAX_TABLES).read_to_end(&mut packed)?;
        say("Laying out the tables", 0.4);
        unspin::install(&packed)?;
        say("Making ready", 0.9);
        let options = Options { min_confidence: None, words: false };
        Ok(Engine { restorer: RefCell::new((options, options.build()?)) })
    }

    /// What was found in a text, as the JSON of a `Restoration`: source, text, verdict, edits.
    pub fn restore(&self, text: &str, min_confidence: Option<f32>, words: bool) -> Result<String, JsError> {
        let options = Options { min_confidence, words };
        let mut restorer = self.restorer.borrow_mut();
        if restorer.0 != options {
            *restorer = (options, options.build()?);
        }
        Ok(serde_json::to_string(&restorer.1.restore(text).into_owned())?)
    }

    /// The version of program and tables.
    pub fn version(&self) -> String {
        self.restorer.borrow().1.version().to_string()
    }

    /// The names of the spinners that are known.
    pub fn spinners(&self) -> Vec<String> {
        self.restorer.borrow().1.spinners().map(String::from).collect()
    }

    /// The least confidence of an edit that is made when nobody says another.
    pub fn min_confidence(&self) -> f32 {
        self.restorer.borrow().1.min_confidence()
    }
}
