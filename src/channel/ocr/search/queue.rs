//! A queue of numbers by what they cost: buckets of sixteenths of a nat, the last that came first.

/// Buckets of a nat.
const FINE: f32 = 16.0;
/// No number.
const NONE: u32 = u32::MAX;

/// Numbers, each in the queue once at most.
#[derive(Default)]
pub(super) struct Queue {
    /// The first number of each bucket.
    heads: Vec<u32>,
    /// What comes after each number.
    next: Vec<u32>,
    /// No bucket before this has a number.
    first: usize,
}

impl Queue {
    /// Empties it, for costs up to a limit.
    pub(super) fn clear(&mut self, limit: f32) {
        self.heads.clear();
        self.heads.resize((limit * FINE) as usize + 1, NONE);
        self.next.clear();
        self.first = 0;
    }

    /// Puts a number in; what costs more than the limit stays out.
    pub(super) fn push(&mut self, number: u32, cost: f32) {
        let bucket = (cost * FINE) as usize;
        let Some(head) = self.heads.get_mut(bucket) else { return };
        if self.next.len() <= number as usize {
            self.next.resize(number as usize + 1, NONE);
        }
        self.next[number as usize] = std::mem::replace(head, number);
        self.first = self.first.min(bucket);
    }

    /// The number of the least cost.
    pub(super) fn pop(&mut self) -> Option<u32> {
        while let Some(head) = self.heads.get_mut(self.first) {
            if *head != NONE {
                let number = *head;
                *head = self.next[number as usize];
                return Some(number);
            }
            self.first += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_come_first() {
        let mut queue = Queue::default();
        queue.clear(10.0);
        for (number, cost) in [(0, 5.0), (1, 2.0), (2, 9.5), (3, 2.0), (4, 11.0)] {
            queue.push(number, cost);
        }
        assert_eq!((queue.pop(), queue.pop()), (Some(3), Some(1)));
        queue.push(1, 1.0);
        let left: Vec<u32> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(left, [1, 0, 2]);
    }
}
