//! Codecs that few dumps are packed with: bzip2 and xz.

use std::io::{self, BufRead};

use super::super::members::{Decode, invalid};

/// KiB that the decoder of xz may hold; `xz -9` needs 65 MiB.
const MAX_XZ_MEMORY: u32 = 130 << 10;
/// Bytes that xz decodes at once: a step that fails is lost, so steps are short.
const XZ_STEP: usize = 1 << 10;

/// bzip2, one of its streams.
pub(super) struct Bzip2(bzip2::Decompress);

impl Bzip2 {
    pub(super) fn new() -> Bzip2 {
        Bzip2(bzip2::Decompress::new(false))
    }
}

impl Decode for Bzip2 {
    fn begin(&mut self, _: &mut dyn BufRead) -> io::Result<()> {
        *self = Bzip2::new();
        Ok(())
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize, io::Result<bool>) {
        let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
        let result = self.0.decompress(input, output);
        let made = (self.0.total_out() - before_out) as usize;
        let taken = (self.0.total_in() - before_in) as usize;
        let result = match result {
            Ok(bzip2::Status::MemNeeded) => Err(invalid("bzip2: out of memory")),
            Ok(status) => Ok(status == bzip2::Status::StreamEnd),
            Err(_) => Err(invalid("corrupt bzip2 stream")),
        };
        (taken, made, result)
    }

    fn end(&mut self, _: &mut dyn BufRead) -> io::Result<()> {
        Ok(())
    }
}

/// xz, one of its streams.
pub(super) struct Xz(lzma_rust2::XzStream);

impl Xz {
    pub(super) fn new() -> Xz {
        Xz(lzma_rust2::XzStream::new_mem_limit(false, MAX_XZ_MEMORY))
    }
}

impl Decode for Xz {
    fn begin(&mut self, _: &mut dyn BufRead) -> io::Result<()> {
        *self = Xz::new();
        Ok(())
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize, io::Result<bool>) {
        let length = output.len().min(XZ_STEP);
        let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
        // That the input ends is seen by who calls: it gives nothing and gets nothing.
        match self.0.process(input, &mut output[..length], lzma_rust2::Action::Run) {
            Ok(done) => (done.bytes_consumed, done.bytes_produced, Ok(done.status == lzma_rust2::Status::StreamEnd)),
            Err(error) => {
                let taken = (self.0.total_in() - before_in) as usize;
                let made = (self.0.total_out() - before_out) as usize;
                (taken.min(input.len()), made.min(length), Err(invalid(&format!("corrupt xz stream: {error}"))))
            }
        }
    }

    fn end(&mut self, _: &mut dyn BufRead) -> io::Result<()> {
        Ok(())
    }
}
