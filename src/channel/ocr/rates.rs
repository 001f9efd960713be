//! How damaged a document is: the rate of each fault, by expectation and maximisation.

use unspin_core::ocr::confusions::{FAULTS, Fault, Faults};

/// Faults of each kind in a unit of the collection that the costs were counted in.
const COLLECTION: [f64; FAULTS] = [0.12, 0.008, 0.01, 0.008, 0.003, 0.008, 0.008, 0.008];
/// What is believed of a document before it is read counts for so many faults.
const BELIEF: f64 = 0.6;
/// Rates are never more than this many times those of the collection.
const MOST: f64 = 12.0;

/// How many times as often as in the collection each fault is made, as logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    factors: [f64; FAULTS],
}

impl Default for Rates {
    /// Before anything is known.
    fn default() -> Rates {
        Rates { factors: [(0.3f64).ln(); FAULTS] }
    }
}

impl Rates {
    /// The likeliest rates, given how many faults of each kind are expected in so many units.
    pub fn fitted(expected: &[f64; FAULTS], units: usize) -> Rates {
        let factor = |kind: usize| {
            let usual = COLLECTION[kind] * units as f64;
            ((BELIEF * 0.1 + expected[kind]) / (BELIEF + usual)).min(MOST).ln()
        };
        Rates { factors: std::array::from_fn(factor) }
    }

    /// What the rates add to the log probability of faults.
    #[inline]
    pub fn log(&self, faults: Faults) -> f64 {
        if faults == Faults::default() {
            return 0.0;
        }
        (0..FAULTS).map(|kind| f64::from(faults.count(kind)) * self.factors[kind]).sum()
    }

    /// How many times as often as in the collection a fault is made.
    pub fn factor(&self, fault: Fault) -> f64 {
        self.factors[fault as usize].exp()
    }

    /// Faults a unit, of all kinds.
    pub fn total(&self) -> f64 {
        (0..FAULTS).map(|kind| self.of(kind)).sum()
    }

    /// Faults of a kind a unit.
    pub fn of(&self, kind: usize) -> f64 {
        self.factors[kind].exp() * COLLECTION[kind]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_faults_cost_less_each() {
        let fault = Faults::one(Fault::Confused);
        let clean = Rates::fitted(&[0.1; FAULTS], 500);
        let damaged = Rates::fitted(&[60.0; FAULTS], 500);
        assert!(clean.log(fault) < Rates::default().log(fault) && Rates::default().log(fault) < damaged.log(fault));
        assert_eq!(damaged.log(Faults::default()), 0.0);
        assert!(clean.total() < 0.01 && damaged.total() > 0.1);
    }
}
