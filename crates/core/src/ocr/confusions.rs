//! What letters are misread as: strings that were read, what was printed, and how probable that is.

use std::collections::HashMap;

/// The longest string that a confusion reads or prints.
pub const LONGEST: usize = 3;

/// What kind of fault an operation is; each kind has a rate of its own in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// Letters that look alike.
    Confused,
    /// A letter for any other.
    Replaced,
    /// A letter is missing.
    Dropped,
    /// A letter or mark too many.
    Added,
    /// Two neighbours changed places.
    Swapped,
    /// The space between two words is missing.
    Joined,
    /// A space within a word.
    Split,
    /// A line end within a word, and no hyphen before it.
    Cut,
}

/// How many kinds of faults there are.
pub const FAULTS: usize = 8;

/// How often each fault is in an operation or candidate, four bits a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults(u32);

impl Faults {
    /// One fault.
    #[inline]
    pub fn one(fault: Fault) -> Faults {
        Faults(1 << (4 * fault as u32))
    }

    /// How many of a kind, by number.
    #[inline]
    pub fn count(self, kind: usize) -> u32 {
        self.0 >> (4 * kind) & 15
    }

    /// How many in all.
    #[inline]
    pub fn total(self) -> u32 {
        (0..FAULTS).map(|kind| self.count(kind)).sum()
    }

    /// How many of them are letters that no table lists.
    #[inline]
    pub fn unlisted(self) -> u32 {
        [Fault::Replaced, Fault::Dropped, Fault::Added, Fault::Swapped].iter().map(|&f| self.count(f as usize)).sum()
    }

    /// Both together.
    #[inline]
    pub fn and(self, other: Faults) -> Faults {
        Faults(self.0 + other.0)
    }
}

/// One way in which printed letters were read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confusion {
    /// How many symbols of the read word it takes.
    pub taken: u8,
    /// What was printed, padded.
    pub printed: [u8; LONGEST],
    /// How many letters were printed.
    pub length: u8,
    /// −log P(read | printed), natural.
    pub cost: f32,
    /// What kind of fault it is.
    pub fault: Fault,
    /// Its place among all, from 1; 0 is none.
    pub number: u16,
}

/// Symbols for characters beyond ASCII that recognised text is full of.
const BEYOND: &str = "»«•■¡£§©®°éèêàâáçñöüäëïîíóôûúùœæ—–ſﬁﬂ¬†‡¶½¼¾€¥×·¦";
/// Any other character.
const OTHER: u8 = 255;

/// The symbol of a character; apostrophes are all one.
pub fn symbol(c: char) -> u8 {
    match c {
        '’' | '‘' | 'ʼ' => b'\'',
        c if c.is_ascii() => c as u8,
        c => BEYOND.chars().position(|other| other == c).map_or(OTHER, |at| 128 + at as u8),
    }
}

/// How many occurrences a belief about print counts for.
const BELIEF: f32 = 400.0;
/// What is believed of a confusion that is in no list.
const UNLISTED: f32 = 4e-6;
/// Taken from each count: what was seen once may be chance.
const DISCOUNT: f32 = 0.6;
/// Confusions less probable than this are not looked for.
const LEAST: f32 = 1.2e-5;

/// Confusions by what was read.
#[derive(Clone, Debug, Default)]
pub struct Confusions {
    all: Vec<Confusion>,
    /// What each reads.
    read: Vec<Vec<u8>>,
    /// Where the confusions of a read string stand.
    places: HashMap<u32, (u32, u32)>,
}

impl Confusions {
    /// Reads counted confusions (read, printed, count, how often printed) and believed ones (read, printed,
    /// probability); `∅` stands for nothing, lines that begin with `#` are skipped.
    ///
    /// # Errors
    ///
    /// The line that is not that.
    pub fn from_text(counted: &str, believed: &str) -> Result<Confusions, String> {
        let mut rates: HashMap<(&str, &str), (f32, f32, f32)> = HashMap::new();
        for (read, printed, numbers) in rows(believed) {
            let [belief] = parsed(&numbers).ok_or_else(|| format!("{read} for {printed}: one probability"))?;
            rates.insert((read, printed), (0.0, 0.0, belief));
        }
        for (read, printed, numbers) in rows(counted) {
            let [count, of] = parsed(&numbers).ok_or_else(|| format!("{read} for {printed}: two counts"))?;
            let rate = rates.entry((read, printed)).or_insert((0.0, 0.0, UNLISTED));
            (rate.0, rate.1) = (count, of);
        }
        let mut found: Vec<(Vec<u8>, Confusion)> = Vec::new();
        for ((read, printed), (count, of, belief)) in rates {
            let probability = ((count - DISCOUNT).max(0.0) + BELIEF * belief) / (of + BELIEF);
            let (Some(read), Some(printed)) = (symbols(read), symbols(printed)) else { continue };
            // The long s is a matter of spelling and type, and of its own.
            let is_long_s = matches!(&read[..], b"f") && matches!(&printed[..], b"s");
            if is_long_s || probability < LEAST || printed.iter().any(|b| !b.is_ascii_alphabetic() && *b != b'\'') {
                continue;
            }
            let fault = if read.is_empty() { Fault::Dropped } else { Fault::Confused };
            let mut padded = [0; LONGEST];
            padded[..printed.len()].copy_from_slice(&printed);
            let confusion = Confusion {
                taken: read.len() as u8,
                printed: padded,
                length: printed.len() as u8,
                cost: -probability.ln(),
                fault: if printed.is_empty() { Fault::Added } else { fault },
                number: 0,
            };
            found.push((read, confusion));
        }
        found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cost.total_cmp(&b.1.cost)).then(a.1.printed.cmp(&b.1.printed)));
        let mut places = HashMap::new();
        for (at, (read, _)) in found.iter().enumerate() {
            places.entry(key(read)).or_insert((at as u32, at as u32)).1 = at as u32 + 1;
        }
        for (at, (_, confusion)) in found.iter_mut().enumerate() {
            confusion.number = u16::try_from(at + 1).unwrap_or(0);
        }
        let (read, all) = found.into_iter().unzip();
        Ok(Confusions { all, read, places })
    }

    /// The confusions that read exactly these symbols, the likeliest first.
    pub fn of(&self, read: &[u8]) -> &[Confusion] {
        match self.places.get(&key(read)) {
            Some(&(from, to)) => &self.all[from as usize..to as usize],
            None => &[],
        }
    }

    /// That of a number; `None` for 0.
    #[inline]
    pub fn numbered(&self, number: u16) -> Option<&Confusion> {
        self.all.get(usize::from(number).checked_sub(1)?)
    }

    /// All of them, each with what it reads.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Confusion)> {
        self.read.iter().map(Vec::as_slice).zip(&self.all)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// The rows of a table: read, printed, and the rest.
fn rows(text: &str) -> impl Iterator<Item = (&str, &str, Vec<&str>)> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
        let mut parts = line.split('\t');
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.collect())
    })
}

fn parsed<const N: usize>(numbers: &[&str]) -> Option<[f32; N]> {
    let values: Vec<f32> = numbers.iter().map_while(|n| n.parse().ok().filter(|x: &f32| x.is_finite())).collect();
    <[f32; N]>::try_from(values).ok()
}

/// The symbols of a string of a table; `None` if it is too long.
fn symbols(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = if text == "∅" { Vec::new() } else { text.chars().map(symbol).collect() };
    (symbols.len() <= LONGEST).then_some(symbols)
}

fn key(read: &[u8]) -> u32 {
    read.iter().fold(1, |key, &byte| key << 8 | u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighs_counts_and_beliefs() {
        let confusions =
            Confusions::from_text("li\th\t90\t600\nq\tg\t1\t100000\n", "li\th\t0.01\nrn\tm\t0.004\n").unwrap();
        assert_eq!(confusions.len(), 2, "a single chance is no confusion");
        let read = confusions.of(b"li");
        assert_eq!((read.len(), read[0].taken, read[0].length, read[0].printed[0]), (1, 2, 1, b'h'));
        assert!((read[0].cost + ((90.0 - DISCOUNT + 4.0) / 1000.0).ln()).abs() < 1e-5);
        assert!(confusions.of(b"l").is_empty());
        assert!(Confusions::from_text("li\th\tmany\t3", "").is_err());
        assert!(Confusions::from_text("", "li\th").is_err());
    }

    #[test]
    fn counts_faults_by_kind() {
        let faults = Faults::one(Fault::Confused).and(Faults::one(Fault::Confused)).and(Faults::one(Fault::Split));
        assert_eq!((faults.count(0), faults.count(6), faults.total()), (2, 1, 3));
    }
}
