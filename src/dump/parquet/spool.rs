//! What becomes of a row group, until its chunks are written one after the other: values that changed, and the leaves of
//! the columns that are added. Little of it stays in memory, the rest is in files without names.

use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};

use tempfile::{SpooledTempFile, spooled_tempfile};

/// Bytes of a spool that stay in memory.
const IN_MEMORY: usize = 256 << 10;
/// Entries that are read at once, and more up to the end of their row.
const BATCH: usize = 1 << 10;

/// A file that is written once and then read.
struct Spool(BufWriter<SpooledTempFile>);

impl Spool {
    fn new() -> Spool {
        Spool(BufWriter::new(spooled_tempfile(IN_MEMORY)))
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let len = u32::try_from(bytes.len()).map_err(|_| io::Error::from(ErrorKind::FileTooLarge))?;
        self.0.write_all(&len.to_le_bytes())?;
        self.0.write_all(bytes)
    }

    fn read(self) -> io::Result<BufReader<SpooledTempFile>> {
        let mut file = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(BufReader::new(file))
    }
}

fn bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut len = [0; 4];
    input.read_exact(&mut len)?;
    let mut bytes = vec![0; u32::from_le_bytes(len) as usize];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Reads a head of a fixed size; `None` at the end.
fn head<const N: usize>(input: &mut impl Read) -> io::Result<Option<[u8; N]>> {
    let mut head = [0; N];
    match input.read_exact(&mut head) {
        Ok(()) => Ok(Some(head)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// The values of a column that changed: each with its number among the values of the chunk.
#[derive(Default)]
pub(super) struct Changes(Option<Spool>);

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn add(&mut self, number: u64, value: &[u8]) -> io::Result<()> {
        let spool = self.0.get_or_insert_with(Spool::new);
        spool.0.write_all(&number.to_le_bytes())?;
        spool.put(value)
    }

    /// The changes, in order.
    pub(super) fn read(self) -> io::Result<impl Iterator<Item = io::Result<(u64, Vec<u8>)>>> {
        let mut input = self.0.unwrap_or_else(Spool::new).read()?;
        Ok(std::iter::from_fn(move || {
            let number = head(&mut input).transpose()?;
            Some(number.and_then(|number| Ok((u64::from_le_bytes(number), bytes(&mut input)?))))
        }))
    }
}

/// An entry of a leaf: its levels, and its value if it is there.
pub(super) struct Slot {
    pub(super) repetition: i16,
    pub(super) definition: i16,
    pub(super) value: Option<Vec<u8>>,
}

/// The entries of a leaf that is added.
pub(super) struct Leaf(Spool);

impl Leaf {
    pub(super) fn new() -> Leaf {
        Leaf(Spool::new())
    }

    /// Adds an entry. Levels of an annotation are below ten.
    pub(super) fn add(&mut self, repetition: i16, definition: i16, value: Option<&[u8]>) -> io::Result<()> {
        self.0.0.write_all(&[repetition as u8, definition as u8, u8::from(value.is_some())])?;
        value.map_or(Ok(()), |value| self.0.put(value))
    }

    /// The entries, in batches of whole rows.
    pub(super) fn read(self) -> io::Result<impl Iterator<Item = io::Result<Vec<Slot>>>> {
        let mut input = self.0.read()?;
        let mut next = slot(&mut input).transpose();
        Ok(std::iter::from_fn(move || {
            let mut batch = Vec::new();
            while let Some(entry) = next.take() {
                match entry {
                    Err(error) => return Some(Err(error)),
                    Ok(slot) if batch.len() >= BATCH && slot.repetition == 0 => {
                        next = Some(Ok(slot));
                        break;
                    }
                    Ok(slot) => batch.push(slot),
                }
                next = self::slot(&mut input).transpose();
            }
            (!batch.is_empty()).then_some(Ok(batch))
        }))
    }
}

fn slot(input: &mut impl Read) -> io::Result<Option<Slot>> {
    let Some([repetition, definition, is_there]) = head(input)? else { return Ok(None) };
    let value = if is_there == 1 { Some(bytes(input)?) } else { None };
    Ok(Some(Slot { repetition: repetition.into(), definition: definition.into(), value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_comes_back_in_whole_rows() {
        let mut changes = Changes::default();
        assert!(changes.is_empty());
        for number in [0, 7, 1 << 40] {
            changes.add(number, format!("value {number}").as_bytes()).unwrap();
        }
        let all: Vec<_> = changes.read().unwrap().map(Result::unwrap).collect();
        assert_eq!(all[2], (1 << 40, b"value 1099511627776".to_vec()));
        let mut leaf = Leaf::new();
        // The row that fills a batch is longer than what is read at once.
        for row in 0..3 {
            for at in 0..BATCH + 7 {
                let value = vec![row; 300];
                leaf.add((at > 0).into(), 2, (at % 3 > 0).then_some(value.as_slice())).unwrap();
            }
        }
        let batches: Vec<Vec<Slot>> = leaf.read().unwrap().map(Result::unwrap).collect();
        assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [BATCH + 7; 3]);
        assert!(batches.iter().zip(0..).all(|(batch, row)| batch[1].value == Some(vec![row; 300])));
        assert!(batches.iter().all(|batch| batch[0].value.is_none() && batch[0].repetition == 0));
    }
}
