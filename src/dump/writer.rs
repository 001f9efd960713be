//! The writing end: what depends on the order of the records, and how it all reaches the output.

use std::io::{self, Write};

use super::Codec;
use super::codec::Member;
use super::stream::Part;
use super::warc::Links;
use super::worker::{Done, Held};

/// Writes the blocks of a file, in their order.
pub(super) struct Writer<'o> {
    output: &'o mut dyn Write,
    codec: Codec,
    /// The record that is passing in parts. It gets one member, as every other.
    member: Option<Member>,
    links: Links,
    is_empty: bool,
}

impl<'o> Writer<'o> {
    pub(super) fn new(codec: Codec, output: &'o mut dyn Write) -> Self {
        Writer { output, codec, member: None, links: Links::default(), is_empty: true }
    }

    /// Writes a block; answers what there is to say about it.
    pub(super) fn put(&mut self, done: &mut Done) -> io::Result<Option<String>> {
        if let Some(part) = done.part {
            self.part(part, &done.bytes)?;
            return Ok(None);
        }
        let note = self.links.note(std::mem::take(&mut done.links));
        let mut from = 0;
        for Held { at, record } in std::mem::take(&mut done.held) {
            self.write(&done.bytes[from..at])?;
            from = at;
            let mut packed = Vec::new();
            self.codec.add(&self.links.point(record), &mut packed)?;
            self.write(&packed)?;
        }
        self.write(&done.bytes[from..])?;
        Ok(note)
    }

    /// Ends the file. An empty archive is still an archive.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.member.is_some() {
            self.part(Part::Last, b"")?;
        }
        if self.is_empty {
            let mut empty = Vec::new();
            self.codec.add(b"", &mut empty)?;
            self.write(&empty)?;
        }
        self.output.flush()
    }

    fn part(&mut self, part: Part, bytes: &[u8]) -> io::Result<()> {
        if self.member.is_none() && bytes.is_empty() {
            return Ok(());
        }
        let mut member = match self.member.take() {
            Some(member) => member,
            None => self.codec.member()?,
        };
        self.is_empty = false;
        member.add(bytes, self.output)?;
        match part {
            Part::Inner => self.member = Some(member),
            Part::Last => member.finish(self.output)?,
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.is_empty &= bytes.is_empty();
        self.output.write_all(bytes)
    }
}
