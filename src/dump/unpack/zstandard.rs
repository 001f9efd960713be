//! Zstandard: frames one after the other, and the dictionary that a web archive may bring along.

use std::io::{self, BufRead, Read};

use zstd::stream::raw::{self, DParameter, InBuffer, Operation, OutBuffer};

use super::super::members::Decode;
use super::bytes;

/// zstd refuses frames that want a larger window than 2^27 bytes; their decoder would hold it all.
const MAX_WINDOW_LOG: u32 = 27;
/// What a decoder wants before it has seen a frame.
const START: usize = 9;
/// The largest dictionary that an archive may bring along, in bytes.
const MAX_DICTIONARY: usize = 8 << 20;

/// Zstandard, one of its frames.
pub(super) struct Zstd {
    decoder: raw::Decoder<'static>,
    /// How many bytes make the next step: with more, a step could fail after several good blocks.
    wanted: usize,
}

impl Zstd {
    /// # Errors
    ///
    /// If the input cannot be read, or what it brings along is no dictionary.
    pub(super) fn new(input: &mut impl BufRead) -> io::Result<Zstd> {
        Ok(Zstd { decoder: decoder(input)?, wanted: START })
    }
}

impl Decode for Zstd {
    fn begin(&mut self, _: &mut dyn BufRead) -> io::Result<()> {
        self.wanted = START;
        Ok(())
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize, io::Result<bool>) {
        let mut from = InBuffer::around(&input[..input.len().min(self.wanted)]);
        let mut to = OutBuffer::around(output);
        let result = self.decoder.run(&mut from, &mut to);
        let (taken, made) = (from.pos(), to.pos());
        let result = result.map(|wanted| {
            self.wanted = wanted.max(1);
            wanted == 0
        });
        (taken, made, result)
    }

    fn end(&mut self, _: &mut dyn BufRead) -> io::Result<()> {
        Ok(())
    }
}

/// A decoder of zstd. Web archives may bring their dictionary along, in a skippable frame before all others.
fn decoder(input: &mut impl BufRead) -> io::Result<raw::Decoder<'static>> {
    const SKIPPABLE: [u8; 4] = [0x5d, 0x2a, 0x4d, 0x18];
    const DICTIONARY: [u8; 4] = [0x37, 0xa4, 0x30, 0xec];
    const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    let mut decoder = raw::Decoder::new()?;
    if input.fill_buf()?.starts_with(&SKIPPABLE) {
        input.consume(SKIPPABLE.len());
        let length = u64::from(u32::from_le_bytes(bytes(input)?));
        let mut dictionary = Vec::new();
        input.take(length.min(MAX_DICTIONARY as u64)).read_to_end(&mut dictionary)?;
        io::copy(&mut input.take(length - dictionary.len() as u64), &mut io::sink())?;
        if dictionary.starts_with(&FRAME) {
            let mut packed = zstd::stream::read::Decoder::with_buffer(dictionary.as_slice())?;
            packed.window_log_max(MAX_DICTIONARY.ilog2())?;
            let mut plain = Vec::new();
            packed.take(MAX_DICTIONARY as u64).read_to_end(&mut plain)?;
            dictionary = plain;
        }
        if dictionary.starts_with(&DICTIONARY) {
            decoder = raw::Decoder::with_dictionary(&dictionary)?;
        }
    }
    decoder.set_parameter(DParameter::WindowLogMax(MAX_WINDOW_LOG))?;
    Ok(decoder)
}
