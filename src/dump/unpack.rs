//! The reading of compressed streams: member after member, and everything that decodes before damage.
//!
//! A decoder that fails in the middle of a call has often made good bytes in that call. They are handed out
//! before the failure is, so that what is kept of a damaged archive depends on its bytes alone, not on how
//! they arrive.

#[cfg(feature = "codecs")]
mod rare;
#[cfg(feature = "codecs")]
mod zstandard;

use std::io::{self, BufRead, ErrorKind, Read};

use flate2::{Crc, Decompress, FlushDecompress};

use super::Codec;
use super::members::{Decode, IsStart, Members, ends_inside, invalid};

/// Bytes that are read at once.
const BUFFER: usize = 128 << 10;

/// A buffer that is full but for the last one, however little a read gives: so decoders take the same steps,
/// and fail at the same one.
pub(super) struct Full<R> {
    input: R,
    buffer: Vec<u8>,
    taken: usize,
    /// The end, or what failed after the bytes that are in the buffer.
    end: Option<io::Result<()>>,
}

impl<R: Read> Full<R> {
    pub(super) fn new(input: R) -> Self {
        Full { input, buffer: Vec::new(), taken: 0, end: None }
    }

    /// Reads until `buffer` is full or the input ends.
    fn fill(&mut self, buffer: &mut [u8]) -> usize {
        let mut count = 0;
        while count < buffer.len() && self.end.is_none() {
            match self.input.read(&mut buffer[count..]) {
                Ok(0) => self.end = Some(Ok(())),
                Ok(read) => count += read,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => self.end = Some(Err(e)),
            }
        }
        count
    }
}

impl<R: Read> Read for Full<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.buffer.len() && self.end.is_none() && buffer.len() >= BUFFER {
            // What is as large as the buffer need not go through it.
            let read = self.fill(buffer);
            if read > 0 {
                return Ok(read);
            }
        }
        let mut seen = self.fill_buf()?;
        let read = seen.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Full<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.buffer.len() {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.resize(BUFFER, 0);
            let count = self.fill(&mut buffer);
            buffer.truncate(count);
            (self.buffer, self.taken) = (buffer, 0);
            if count == 0 {
                return self.end.replace(Ok(())).unwrap_or(Ok(())).map(|()| &[][..]);
            }
        }
        Ok(&self.buffer[self.taken..])
    }

    fn consume(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.buffer.len());
    }
}

/// Decodes a stream. Where members begin with a record, by `is_start`, reading goes on behind a damaged one.
///
/// # Errors
///
/// If the decoder cannot be made.
pub(super) fn open<'r>(
    codec: Codec,
    input: impl BufRead + Send + 'r,
    is_start: Option<IsStart>,
) -> io::Result<Box<dyn Read + Send + 'r>> {
    Ok(match codec {
        Codec::Plain => Box::new(input),
        Codec::Gzip => Members::boxed(input, Gzip::new(), is_start.map(|is_start| (Gzip::new(), is_start))),
        #[cfg(feature = "codecs")]
        Codec::Bzip2 => Members::boxed(input, rare::Bzip2::new(), None),
        #[cfg(feature = "codecs")]
        Codec::Xz => Members::boxed(input, rare::Xz::new(), None),
        #[cfg(feature = "codecs")]
        Codec::Zstd => {
            let mut input = input;
            let decoder = zstandard::Zstd::new(&mut input)?;
            Members::boxed(input, decoder, None)
        }
        #[cfg(not(feature = "codecs"))]
        Codec::Bzip2 | Codec::Xz | Codec::Zstd => return Err(codec.wants_feature()),
    })
}

fn byte(input: &mut dyn BufRead) -> io::Result<u8> {
    let mut byte = [0];
    input.read_exact(&mut byte).map_err(|e| if e.kind() == ErrorKind::UnexpectedEof { ends_inside() } else { e })?;
    Ok(byte[0])
}

fn bytes<const N: usize>(input: &mut dyn BufRead) -> io::Result<[u8; N]> {
    let mut out = [0; N];
    for place in &mut out {
        *place = byte(input)?;
    }
    Ok(out)
}

/// gzip (RFC 1952).
struct Gzip {
    inflate: Decompress,
    crc: Crc,
}

impl Gzip {
    fn new() -> Gzip {
        Gzip { inflate: Decompress::new(false), crc: Crc::new() }
    }
}

impl Decode for Gzip {
    const MAGIC: &'static [u8] = b"\x1f\x8b\x08";

    fn begin(&mut self, input: &mut dyn BufRead) -> io::Result<()> {
        const CHECK: u8 = 2;
        const EXTRA: u8 = 4;
        const NAME: u8 = 8;
        const COMMENT: u8 = 16;
        const RESERVED: u8 = 0xe0;
        let [first, second] = bytes(input)?;
        if [first, second] != [0x1f, 0x8b] {
            return Err(invalid("what follows is no gzip"));
        }
        let [method, flags, ..] = bytes::<8>(input)?;
        if method != 8 || flags & RESERVED != 0 {
            return Err(invalid("gzip of a kind that is not known"));
        }
        if flags & EXTRA != 0 {
            for _ in 0..u16::from_le_bytes(bytes(input)?) {
                byte(input)?;
            }
        }
        for _ in 0..(flags & NAME).count_ones() + (flags & COMMENT).count_ones() {
            while byte(input)? != 0 {}
        }
        if flags & CHECK != 0 {
            bytes::<2>(input)?;
        }
        self.inflate.reset(false);
        self.crc.reset();
        Ok(())
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize, io::Result<bool>) {
        let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
        let result = self.inflate.decompress(input, output, FlushDecompress::None);
        let taken = (self.inflate.total_in() - before_in) as usize;
        let made = (self.inflate.total_out() - before_out) as usize;
        self.crc.update(&output[..made]);
        let result = match result {
            Ok(status) => Ok(status == flate2::Status::StreamEnd),
            Err(_) => Err(invalid("corrupt deflate stream")),
        };
        (taken, made, result)
    }

    fn end(&mut self, input: &mut dyn BufRead) -> io::Result<()> {
        let sum = u32::from_le_bytes(bytes(input)?);
        let length = u32::from_le_bytes(bytes(input)?);
        if (sum, length) == (self.crc.sum(), self.crc.amount()) {
            Ok(())
        } else {
            Err(invalid("corrupt gzip stream: its checksum does not match"))
        }
    }
}
