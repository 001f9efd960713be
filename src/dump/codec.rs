//! Compression: recognised when reading, made block by block when writing.
//!
//! Each block becomes a gzip member or a zstd frame of its own. Workers can so compress in parallel,
//! WARC files keep one member a record, and the bytes do not depend on the number of threads.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

const BUFFER: usize = 128 << 10;
/// zstd refuses frames that want a larger window than 2^27 bytes; their decoder would hold it all.
const MAX_WINDOW_LOG: u32 = 27;
const ZSTD_LEVEL: i32 = 3;

/// How a dump is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Codec {
    /// Not at all.
    #[default]
    Plain,
    /// gzip, one or many members (`.gz`).
    Gzip,
    /// Zstandard, one or many frames (`.zst`).
    Zstd,
}

impl Codec {
    /// The codec that the ending of a file name calls for.
    ///
    /// ```
    /// use unspin::dump::Codec;
    /// assert_eq!(Codec::of_name("news.jsonl.gz"), Codec::Gzip);
    /// assert_eq!(Codec::of_name("news.jsonl"), Codec::Plain);
    /// ```
    pub fn of_name(name: &str) -> Codec {
        let name = name.to_ascii_lowercase();
        match () {
            () if name.ends_with(".gz") => Codec::Gzip,
            () if name.ends_with(".zst") => Codec::Zstd,
            () => Codec::Plain,
        }
    }

    fn of_bytes(start: &[u8]) -> Codec {
        match start {
            [0x1f, 0x8b, ..] => Codec::Gzip,
            // A frame, or a skippable frame before one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Codec::Zstd,
            _ => Codec::Plain,
        }
    }

    /// Opens a stream for reading, whatever its compression; says which it was.
    ///
    /// # Errors
    ///
    /// If the first bytes cannot be read.
    pub(super) fn open<'r>(input: impl Read + Send + 'r) -> io::Result<(Codec, Box<dyn Read + Send + 'r>)> {
        let mut input = BufReader::with_capacity(BUFFER, input);
        // A pipe may give less than four bytes at once; what it gave is put in front again.
        let mut start = Vec::with_capacity(4);
        while start.len() < 4 {
            let seen = input.fill_buf()?;
            if seen.is_empty() {
                break;
            }
            let wanted = seen.len().min(4 - start.len());
            start.extend_from_slice(&seen[..wanted]);
            input.consume(wanted);
        }
        let codec = Codec::of_bytes(&start);
        let input = BufReader::with_capacity(BUFFER, io::Cursor::new(start).chain(input));
        Ok((
            codec,
            match codec {
                Codec::Plain => Box::new(input),
                Codec::Gzip => Box::new(Members { input: Some(input), member: None, is_padded: false }),
                Codec::Zstd => {
                    let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
                    decoder.window_log_max(MAX_WINDOW_LOG)?;
                    Box::new(decoder)
                }
            },
        ))
    }

    /// Compresses a block as a member or frame of its own and adds it to `out`.
    ///
    /// # Errors
    ///
    /// If the compressor fails, which in memory it should not.
    pub(super) fn add(self, block: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Codec::Plain => out.extend_from_slice(block),
            Codec::Gzip => {
                let mut encoder = GzEncoder::new(out, flate2::Compression::default());
                encoder.write_all(block)?;
                encoder.finish()?;
            }
            Codec::Zstd => out.extend_from_slice(&zstd::bulk::compress(block, ZSTD_LEVEL)?),
        }
        Ok(())
    }
}

/// The members of a gzip archive, one after the other, and the zeros that tapes and uploaders pad it with.
struct Members<R> {
    /// Between two members.
    input: Option<R>,
    /// Inside of one.
    member: Option<GzDecoder<R>>,
    is_padded: bool,
}

impl<R: BufRead> Members<R> {
    /// Goes to the next member; `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        let Some(mut input) = self.input.take() else { return Ok(false) };
        loop {
            let seen = input.fill_buf()?;
            let zeros = seen.iter().take_while(|&&b| b == 0).count();
            match seen.first() {
                None => return Ok(false),
                Some(0) => {
                    input.consume(zeros);
                    self.is_padded = true;
                }
                Some(0x1f) if !self.is_padded => {
                    self.member = Some(GzDecoder::new(input));
                    return Ok(true);
                }
                Some(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "what follows is no gzip")),
            }
        }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(member) = &mut self.member {
                let read = member.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
                self.input = self.member.take().map(GzDecoder::into_inner);
            }
            if !self.next()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_ends_an_archive_and_nothing_else_does() {
        let mut packed = Vec::new();
        Codec::Gzip.add(b"one", &mut packed).unwrap();
        let read = |more: &[u8]| {
            let packed = [&packed[..], more].concat();
            let mut text = String::new();
            let result = Codec::open(&packed[..]).unwrap().1.read_to_string(&mut text);
            (text, result.is_ok())
        };
        assert_eq!(read(&[0; 1 << 20]), ("one".into(), true));
        assert_eq!(read(b"junk"), ("one".into(), false));
        assert_eq!(read(b"\0\0junk"), ("one".into(), false));
    }

    #[test]
    fn members_and_frames_are_read_to_the_last() {
        for codec in [Codec::Plain, Codec::Gzip, Codec::Zstd] {
            let mut packed = Vec::new();
            for block in ["one ", "", "two ", "three"] {
                codec.add(block.as_bytes(), &mut packed).unwrap();
            }
            let (found, mut input) = Codec::open(&packed[..]).unwrap();
            let mut text = String::new();
            input.read_to_string(&mut text).unwrap();
            assert_eq!((found, text.as_str()), (codec, "one two three"));
        }
    }

    #[test]
    fn short_and_empty_streams_are_plain() {
        for bytes in [&b""[..], b"a", b"\x1f"] {
            let (codec, mut input) = Codec::open(bytes).unwrap();
            let mut read = Vec::new();
            input.read_to_end(&mut read).unwrap();
            assert_eq!((codec, read.as_slice()), (Codec::Plain, bytes));
        }
    }
}
