//! Compression: recognised when reading, made block by block when writing.
//!
//! Each block becomes a gzip member or a zstd frame of its own. Workers can so compress in parallel,
//! WARC files keep one member a record, and the bytes do not depend on the number of threads.

use std::io::{self, BufRead, Read, Write};

use flate2::write::GzEncoder;

use super::members::IsStart;
use super::unpack;

#[cfg(feature = "codecs")]
const ZSTD_LEVEL: i32 = 3;
/// The endings of compressed files.
const ENDINGS: [(&str, Codec); 4] =
    [(".gz", Codec::Gzip), (".zst", Codec::Zstd), (".bz2", Codec::Bzip2), (".xz", Codec::Xz)];

/// How a dump is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Codec {
    /// Not at all.
    #[default]
    Plain,
    /// gzip, one or many members (`.gz`).
    Gzip,
    /// Zstandard, one or many frames (`.zst`); read and written with the feature `codecs`.
    Zstd,
    /// bzip2, one or many streams (`.bz2`); read with the feature `codecs`, never written.
    Bzip2,
    /// xz, one or many streams (`.xz`); read with the feature `codecs`, never written.
    Xz,
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
        ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map_or(Codec::Plain, |(_, codec)| *codec)
    }

    /// A name in lower case without the ending of its compression.
    pub(crate) fn bare_name(name: &str) -> &str {
        ENDINGS.iter().find_map(|(ending, _)| name.strip_suffix(ending)).unwrap_or(name)
    }

    /// Whether the cleaner can write it.
    pub fn is_written(self) -> bool {
        matches!(self, Codec::Plain | Codec::Gzip) || self == Codec::Zstd && cfg!(feature = "codecs")
    }

    /// The name under which the result of a file is written: without the ending of a codec that is only read.
    ///
    /// ```
    /// use unspin::dump::Codec;
    /// assert_eq!(Codec::written_name("news.jsonl.bz2"), "news.jsonl");
    /// assert_eq!(Codec::written_name("news.jsonl.gz"), "news.jsonl.gz");
    /// ```
    pub fn written_name(name: &str) -> &str {
        match Codec::of_name(name) {
            codec if codec.is_written() => name,
            _ => name.rfind('.').map_or(name, |dot| &name[..dot]),
        }
    }

    /// The compression that the first bytes of a stream show.
    pub(crate) fn of_bytes(start: &[u8]) -> Codec {
        match start {
            [0x1f, 0x8b, ..] => Codec::Gzip,
            // A frame, or a skippable frame before one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Codec::Zstd,
            // The head of a block, or of a stream without blocks: a text may start with `BZh9`.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Codec::Bzip2,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Codec::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Codec::Xz,
            _ => Codec::Plain,
        }
    }

    /// Opens a stream for reading, whatever its compression; says which it was.
    ///
    /// # Errors
    ///
    /// If the first bytes cannot be read.
    #[cfg(feature = "cli")]
    pub(crate) fn open<'r>(input: impl Read + Send + 'r) -> io::Result<(Codec, Box<dyn Read + Send + 'r>)> {
        Codec::open_records(input, None)
    }

    /// The same, of an archive whose members may begin with a record: damage in one does not lose those after it.
    pub(super) fn open_records<'r>(
        input: impl Read + Send + 'r,
        is_start: Option<IsStart>,
    ) -> io::Result<(Codec, Box<dyn Read + Send + 'r>)> {
        let mut input = unpack::Full::new(input);
        let codec = Codec::of_bytes(input.fill_buf()?);
        Ok((codec, unpack::open(codec, input, is_start)?))
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
            #[cfg(feature = "codecs")]
            Codec::Zstd => out.extend_from_slice(&zstd::bulk::compress(block, ZSTD_LEVEL)?),
            #[cfg(not(feature = "codecs"))]
            Codec::Zstd => return Err(self.wants_feature()),
            Codec::Bzip2 | Codec::Xz => return Err(self.is_only_read()),
        }
        Ok(())
    }

    /// Starts a member or frame that is made bit by bit.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn member(self) -> io::Result<Member> {
        Ok(match self {
            Codec::Plain => Member::Plain,
            Codec::Gzip => Member::Gzip(GzEncoder::new(Vec::new(), flate2::Compression::default())),
            #[cfg(feature = "codecs")]
            Codec::Zstd => Member::Zstd(zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)?),
            #[cfg(not(feature = "codecs"))]
            Codec::Zstd => return Err(self.wants_feature()),
            Codec::Bzip2 | Codec::Xz => return Err(self.is_only_read()),
        })
    }

    /// The error of a build that cannot read it.
    #[cfg(not(feature = "codecs"))]
    pub(super) fn wants_feature(self) -> io::Error {
        let reason =
            format!("{self:?} is read by a build with the feature `codecs`, which `full` brings along").to_lowercase();
        io::Error::new(io::ErrorKind::Unsupported, reason)
    }

    fn is_only_read(self) -> io::Error {
        let reason = format!("{self:?} is read, not written; use .gz or .zst").to_lowercase();
        io::Error::new(io::ErrorKind::Unsupported, reason)
    }
}

/// A member or frame that is made bit by bit, for a record that is too long to be held.
pub(crate) enum Member {
    Plain,
    Gzip(GzEncoder<Vec<u8>>),
    #[cfg(feature = "codecs")]
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Member {
    /// Compresses a part and writes what is ready of it.
    pub(crate) fn add(&mut self, part: &[u8], output: &mut dyn Write) -> io::Result<()> {
        let ready = match self {
            Member::Plain => return output.write_all(part),
            Member::Gzip(encoder) => {
                encoder.write_all(part)?;
                encoder.get_mut()
            }
            #[cfg(feature = "codecs")]
            Member::Zstd(encoder) => {
                encoder.write_all(part)?;
                encoder.get_mut()
            }
        };
        output.write_all(ready)?;
        ready.clear();
        Ok(())
    }

    /// Writes what is left.
    pub(crate) fn finish(self, output: &mut dyn Write) -> io::Result<()> {
        match self {
            Member::Plain => Ok(()),
            Member::Gzip(encoder) => output.write_all(&encoder.finish()?),
            #[cfg(feature = "codecs")]
            Member::Zstd(encoder) => output.write_all(&encoder.finish()?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_parts_members_and_ends_an_archive_and_nothing_else_does() {
        let mut packed = Vec::new();
        Codec::Gzip.add(b"one", &mut packed).unwrap();
        let read = |more: &[u8]| {
            let packed = [&packed[..], more].concat();
            let mut text = String::new();
            let result = Codec::open_records(&packed[..], None).unwrap().1.read_to_string(&mut text);
            (text, result.is_ok())
        };
        assert_eq!(read(&[0; 1 << 20]), ("one".into(), true));
        assert_eq!(read(&[&[0; 8], &packed[..], &[0; 3]].concat()), ("oneone".into(), true));
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
            let (found, mut input) = Codec::open_records(&packed[..], None).unwrap();
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
