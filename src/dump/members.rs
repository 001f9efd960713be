//! The members of an archive, one after the other. Damage in one does not lose those after it.
//!
//! Where each record is a member of its own, the next one can be told by how it begins. A decoder may have gone far into
//! the members after a torn one before it fails: so the bytes of a member are kept until it ends, and searched again.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read};

use memchr::memmem;

use super::guard::guarded;

/// Compressed bytes of a member that are kept; of a longer one the search goes on where it failed.
const MAX_KEPT: usize = 8 << 20;
/// Bytes of what may be a member that are tried.
const TRIAL: usize = 1 << 10;
/// Places of an archive that are tried; each takes some ten microseconds.
const MAX_TRIALS: usize = 1 << 16;

/// Whether a record begins with these bytes.
pub(super) type IsStart = fn(&[u8]) -> bool;

/// A kind of compression, as steps from bytes to bytes.
pub(super) trait Decode {
    /// What members begin with, if they can be looked for.
    const MAGIC: &'static [u8] = b"";
    /// Starts a member: reads its head.
    fn begin(&mut self, input: &mut dyn BufRead) -> io::Result<()>;
    /// Takes bytes and makes bytes; says how many of each, and whether the member ends.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize, io::Result<bool>);
    /// Ends a member: reads its tail, and holds it against what was made.
    fn end(&mut self, input: &mut dyn BufRead) -> io::Result<()>;
}

/// Damage after which reading goes on: the next bytes are those of a later member.
#[derive(Debug)]
pub(super) struct Gap(String);

impl Gap {
    /// Whether an error is one.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Gap>())
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Gap {}

/// An input from which a member can be read again.
struct Source<R> {
    input: R,
    /// Bytes that were read ahead, and how many of them are taken.
    ahead: Vec<u8>,
    taken: usize,
    /// The bytes of this member so far, while there are not too many.
    kept: Option<Vec<u8>>,
    /// How many bytes are taken in all.
    offset: u64,
    /// How many were given back in all: never more than there are, so that time stays linear.
    given_back: u64,
}

impl<R: BufRead> Source<R> {
    /// Begins to keep bytes.
    fn mark(&mut self) {
        self.kept.get_or_insert_default().clear();
    }

    /// Gives the bytes back that were taken since the mark, if that is possible.
    fn go_back(&mut self) {
        let Some(kept) = self.kept.take().filter(|kept| self.given_back + kept.len() as u64 <= self.offset) else {
            return;
        };
        self.given_back += kept.len() as u64;
        self.offset -= kept.len() as u64;
        match self.taken.checked_sub(kept.len()) {
            Some(taken) => self.taken = taken,
            None => {
                self.ahead = [&kept[..], &self.ahead[self.taken..]].concat();
                self.taken = 0;
            }
        }
    }

    /// Reads ahead; `false` at the end, which an error is, too.
    fn more(&mut self) -> bool {
        if self.taken > self.ahead.len() / 2 {
            self.ahead.drain(..std::mem::take(&mut self.taken));
        }
        let read = self.input.fill_buf().map_or(0, |seen| {
            self.ahead.extend_from_slice(seen);
            seen.len()
        });
        self.input.consume(read);
        read > 0
    }

    /// Goes to the next place where `is_member` finds one; `false` if there is none.
    fn seek(&mut self, magic: &[u8], mut is_member: impl FnMut(&[u8]) -> Option<bool>) -> bool {
        loop {
            let found = memmem::find(&self.ahead[self.taken..], magic);
            // The start of what is looked for may stand at the end of what was read.
            let skipped = found.unwrap_or_else(|| (self.ahead.len() - self.taken).saturating_sub(magic.len() - 1));
            self.taken += skipped;
            self.offset += skipped as u64;
            if found.is_none() {
                if self.more() {
                    continue;
                }
                return false;
            }
            while self.ahead.len() - self.taken < TRIAL && self.more() {}
            let rest = &self.ahead[self.taken..];
            match is_member(&rest[..rest.len().min(TRIAL)]) {
                Some(true) => return true,
                Some(false) => (self.taken, self.offset) = (self.taken + 1, self.offset + 1),
                None => return false,
            }
        }
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken < self.ahead.len() { Ok(&self.ahead[self.taken..]) } else { self.input.fill_buf() }
    }

    fn consume(&mut self, count: usize) {
        let is_ahead = self.taken < self.ahead.len();
        if let Some(kept) = &mut self.kept {
            let seen = if is_ahead { Ok(&self.ahead[self.taken..]) } else { self.input.fill_buf() };
            match seen.ok().and_then(|seen| seen.get(..count)) {
                Some(seen) if kept.len() + count <= MAX_KEPT => kept.extend_from_slice(seen),
                _ => self.kept = None,
            }
        }
        self.offset += count as u64;
        if is_ahead {
            self.taken += count;
        } else {
            self.input.consume(count);
        }
    }
}

/// The members of an archive, one after the other, and the zeros that tapes and uploaders pad it with.
pub(super) struct Members<R, D> {
    source: Source<R>,
    decoder: D,
    /// A decoder of the same kind, to try places with, and how to tell by its text that a member begins there.
    trial: Option<(D, IsStart)>,
    trials: usize,
    /// Where the member begins that is being read.
    start: u64,
    is_inside: bool,
    is_padded: bool,
    /// What failed after the bytes that were handed out last.
    failure: Option<io::Error>,
}

impl<'r, R: BufRead + Send + 'r, D: Decode + Send + 'r> Members<R, D> {
    /// Reads members; with `trial`, reading goes on behind damage.
    pub(super) fn boxed(input: R, decoder: D, trial: Option<(D, IsStart)>) -> Box<dyn Read + Send + 'r> {
        let source = Source { input, ahead: Vec::new(), taken: 0, kept: None, offset: 0, given_back: 0 };
        Box::new(Members {
            source,
            decoder,
            trial,
            trials: 0,
            start: 0,
            is_inside: false,
            is_padded: false,
            failure: None,
        })
    }

    /// Goes to the next member; `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        loop {
            let seen = self.source.fill_buf()?;
            let zeros = seen.iter().take_while(|&&b| b == 0).count();
            if seen.is_empty() {
                return Ok(false);
            }
            if zeros == 0 {
                break;
            }
            self.source.consume(zeros);
            self.is_padded = true;
        }
        self.start = self.source.offset;
        if self.trial.is_some() {
            self.source.mark();
        }
        // Zeros may part members: xz says so, and tapes and readers of gzip do it.
        let is_begun = self.source.fill_buf()?.iter().zip(D::MAGIC).all(|(byte, magic)| byte == magic);
        if std::mem::take(&mut self.is_padded) && !is_begun {
            self.failure = Some(invalid("what follows the padding is no archive"));
        } else {
            self.failure = self.decoder.begin(&mut self.source).err();
        }
        Ok(true)
    }

    fn step(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(failure) = self.failure.take() {
                return Err(self.pass_over(failure));
            }
            if !self.is_inside {
                self.is_inside = self.next()?;
                if !self.is_inside {
                    return Ok(0);
                }
                continue;
            }
            let seen = self.source.fill_buf()?;
            let is_last = seen.is_empty();
            let (taken, made, result) = self.decoder.step(seen, buffer);
            self.source.consume(taken);
            match result {
                Ok(true) => {
                    self.is_inside = false;
                    self.failure = self.decoder.end(&mut self.source).err();
                }
                Ok(false) if is_last && made == 0 => self.failure = Some(ends_inside()),
                Ok(false) => {}
                Err(error) => self.failure = Some(error),
            }
            if made > 0 {
                return Ok(made);
            }
        }
    }

    /// Goes to the next member after damage, if there is one: the failure is then a [`Gap`].
    fn pass_over(&mut self, failure: io::Error) -> io::Error {
        self.is_inside = false;
        let Some((decoder, is_start)) = &mut self.trial else { return failure };
        self.source.go_back();
        if self.source.offset == self.start && self.source.fill_buf().is_ok_and(|seen| !seen.is_empty()) {
            self.source.kept = None;
            self.source.consume(1);
        }
        let trials = &mut self.trials;
        let is_member = |bytes: &[u8]| {
            *trials += 1;
            let mut rest = bytes;
            let mut text = [0; 16];
            let is_begun = decoder.begin(&mut rest).is_ok();
            let made = if is_begun { decoder.step(rest, &mut text).1 } else { 0 };
            (*trials <= MAX_TRIALS).then(|| is_start(&text[..made]))
        };
        if !self.source.seek(D::MAGIC, is_member) {
            return failure;
        }
        let (from, to) = (self.start, self.source.offset);
        let reason = format!("{failure}, in the member at byte {from}; reading goes on with the one at byte {to}");
        io::Error::new(ErrorKind::InvalidData, Gap(reason))
    }
}

impl<R: BufRead + Send, D: Decode + Send> Read for Members<R, D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // A decoder that gives up on hostile bytes costs its file, not the run.
        guarded(|| self.step(buffer)).unwrap_or_else(|| Err(invalid("its decoder failed")))
    }
}

pub(super) fn invalid(reason: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}

pub(super) fn ends_inside() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the archive ends inside of a member")
}
