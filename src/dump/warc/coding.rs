//! The codings of HTTP bodies: gzip, deflate, zstd, Brotli, alone or one around the other.

use std::io::{self, Read, Write};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::super::html::MAX_PAGE;
use super::super::text::is_binary;

/// Codings around each other; more than that is an attack.
const MAX_CODINGS: usize = 4;
const LEVEL: flate2::Compression = flate2::Compression::new(6);
/// Of Brotli: what servers use for pages that are made on the fly.
#[cfg(feature = "codecs")]
const BROTLI_QUALITY: u32 = 5;
/// Log of the window of Brotli, in bytes.
#[cfg(feature = "codecs")]
const BROTLI_WINDOW: u32 = 22;
/// Bytes that Brotli reads or writes at once.
#[cfg(feature = "codecs")]
const BUFFER: usize = 16 << 10;
#[cfg(not(feature = "codecs"))]
const WITHOUT_CODECS: &str = "encoded by Brotli or Zstandard, which are read with the feature `codecs`";

/// A coding that can be undone and done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    /// `deflate` as the standard has it.
    Zlib,
    /// `deflate` as some servers have it, without a head.
    Deflate,
    Zstd,
    Brotli,
}

/// The names of the codings in fields such as `Content-Encoding`, in the order in which they were done.
///
/// # Errors
///
/// If they are too many.
pub(super) fn names<S: AsRef<str>>(fields: impl Iterator<Item = S>) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    for field in fields {
        for name in field.as_ref().split(',').map(|name| name.trim().to_ascii_lowercase()) {
            if !matches!(name.as_str(), "" | "identity" | "none" | "chunked" | "utf-8") {
                out.push(name);
            }
        }
        if out.len() > MAX_CODINGS {
            return Err(format!("its page is encoded more than {MAX_CODINGS} times; passed through unread"));
        }
    }
    Ok(out)
}

impl Coding {
    /// The coding that a body says it has, if it is so coded: crawlers often store bodies decoded, and leave
    /// the header as it was. What is coded without being said to be is found by its first bytes.
    pub(super) fn of(name: &str, body: &[u8]) -> Result<Option<Coding>, String> {
        Ok(match (name, body) {
            (_, [0x1f, 0x8b, ..]) => Some(Coding::Gzip),
            (_, [0x28, 0xb5, 0x2f, 0xfd, ..]) => Some(Coding::Zstd),
            ("gzip" | "x-gzip" | "zstd" | "", _) => None,
            _ if !is_binary(body) && std::str::from_utf8(body).is_ok() => None,
            ("deflate", [head, check, ..])
                if head & 15 == 8 && (u16::from(*head) << 8 | u16::from(*check)) % 31 == 0 =>
            {
                Some(Coding::Zlib)
            }
            ("deflate", _) => Some(Coding::Deflate),
            ("br", _) => Some(Coding::Brotli),
            _ => return Err(format!("its page is encoded as `{name}`, which cannot be read; passed through")),
        })
    }

    /// Undoes the coding.
    ///
    /// # Errors
    ///
    /// If the body is not so coded, or what it holds is longer than a page may be.
    pub(super) fn decode(self, body: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Coding::Gzip => decoded(MultiGzDecoder::new(body)),
            Coding::Zlib => decoded(ZlibDecoder::new(body)),
            Coding::Deflate => decoded(DeflateDecoder::new(body)),
            #[cfg(feature = "codecs")]
            Coding::Zstd => decoded(unzstd(body).map_err(|e| e.to_string())?),
            #[cfg(feature = "codecs")]
            Coding::Brotli => decoded(brotli::Decompressor::new(body, BUFFER)),
            #[cfg(not(feature = "codecs"))]
            Coding::Zstd | Coding::Brotli => Err(WITHOUT_CODECS.into()),
        }
    }

    /// Does the coding.
    pub(super) fn encode(self, page: &[u8]) -> Result<Vec<u8>, String> {
        let coded = || -> io::Result<Vec<u8>> {
            match self {
                Coding::Gzip => written(GzEncoder::new(Vec::new(), LEVEL), page)?.finish(),
                Coding::Zlib => written(ZlibEncoder::new(Vec::new(), LEVEL), page)?.finish(),
                Coding::Deflate => written(DeflateEncoder::new(Vec::new(), LEVEL), page)?.finish(),
                #[cfg(not(feature = "codecs"))]
                Coding::Zstd | Coding::Brotli => Err(io::Error::new(io::ErrorKind::Unsupported, WITHOUT_CODECS)),
                #[cfg(feature = "codecs")]
                Coding::Zstd => zstd::bulk::compress(page, 0),
                #[cfg(feature = "codecs")]
                Coding::Brotli => {
                    let writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
                    Ok(written(writer, page)?.into_inner())
                }
            }
        };
        coded().map_err(|e| format!("its page cannot be compressed: {e}"))
    }
}

fn written<W: Write>(mut encoder: W, page: &[u8]) -> io::Result<W> {
    encoder.write_all(page)?;
    Ok(encoder)
}

/// A decoder that does not hold more than a page may have, whatever window the frame wants.
#[cfg(feature = "codecs")]
fn unzstd(body: &[u8]) -> io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
    decoder.window_log_max(MAX_PAGE.ilog2())?;
    Ok(decoder)
}

/// Reads a compressed page, one byte more than the limit at most.
fn decoded(input: impl Read) -> Result<Vec<u8>, String> {
    let mut page = Vec::new();
    input.take(MAX_PAGE as u64 + 1).read_to_end(&mut page).map_err(|e| format!("cannot be decompressed: {e}"))?;
    if page.len() > MAX_PAGE {
        return Err(format!("is larger than {} MiB; passed through unread", MAX_PAGE >> 20));
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_coded_is_decoded() {
        let page = "<p>It rained all day in the valley.</p>".repeat(20).into_bytes();
        for (name, coding) in [
            ("gzip", Coding::Gzip),
            ("x-gzip", Coding::Gzip),
            ("", Coding::Gzip),
            ("deflate", Coding::Zlib),
            ("deflate", Coding::Deflate),
            ("zstd", Coding::Zstd),
            ("br", Coding::Brotli),
        ] {
            let coded = coding.encode(&page).unwrap();
            assert_eq!(Coding::of(name, &coded), Ok(Some(coding)), "{name}");
            assert_eq!(coding.decode(&coded).unwrap(), page);
            assert!(coding.decode(&coded[..coded.len() / 2]).is_err(), "{name}");
            // A crawler has decoded it.
            assert_eq!(Coding::of(name, &page), Ok(None), "{name}");
        }
        assert!(Coding::of("compress", b"\x1f\x9d\x90\x01\x02").is_err());
    }

    #[test]
    fn bombs_and_windows_are_refused() {
        let page = vec![b' '; MAX_PAGE + 1];
        for coding in [Coding::Gzip, Coding::Zlib, Coding::Deflate, Coding::Zstd, Coding::Brotli] {
            assert!(coding.decode(&coding.encode(&page).unwrap()).is_err_and(|e| e.contains("larger")), "{coding:?}");
        }
        // A window of 128 MiB: twice what the dump around it may cost.
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(b"<p>hello</p>").unwrap();
        assert!(Coding::Zstd.decode(&encoder.finish().unwrap()).is_err());
    }

    #[test]
    fn names_are_a_list_of_bounded_length() {
        assert_eq!(names(["gzip, Identity", "BR"].iter()).unwrap(), ["gzip", "br"]);
        assert!(names(["gzip,gzip,gzip,gzip,gzip"].iter()).is_err());
    }
}
