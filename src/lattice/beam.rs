//! The beam: the states kept at a boundary between two words, those near enough to the best.

use super::pruning::Pruning;

/// Slots for the best score of each last word; more words share slots.
const ROWS: usize = 32;
/// Nodes at a boundary for which there is room from the start.
const USUAL_NODES: usize = 4;
/// Slots of the table from state ids to nodes; more states share slots.
const NAMES: usize = 32;

/// A state of the language model in which readings meet at a boundary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) number: u16,
    /// The row of its last word in the grid of its place.
    pub(crate) row: u32,
    /// The pair of its last two words, in the found ones; none at the start.
    pub(crate) pair: u32,
    /// The id of the state: equal ids predict the same distribution.
    pub(crate) name: u32,
    /// Best reading so far, as a log ratio; for pruning only.
    pub(crate) best: f32,
}

/// The nodes at a boundary, while arcs into it are added.
#[derive(Debug)]
pub(crate) struct Beam {
    pruning: Pruning,
    pub(crate) nodes: Vec<Node>,
    /// The best score of all nodes, and of those of each last word.
    best: f32,
    best_of_row: [f32; ROWS],
    /// By slot of the state id, the last node that has it.
    numbers: [u16; NAMES],
}

/// The slot of a state id.
#[inline]
fn slot_of(name: u32) -> usize {
    (name.wrapping_mul(0x9E37_79B1) >> (u32::BITS - NAMES.trailing_zeros())) as usize
}

impl Beam {
    pub(crate) fn new(pruning: Pruning) -> Beam {
        Beam {
            pruning,
            nodes: Vec::with_capacity(4 * pruning.nodes.min(USUAL_NODES)),
            best: f32::MIN,
            best_of_row: [f32::MIN; ROWS],
            numbers: [u16::MAX; NAMES],
        }
    }

    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.best = f32::MIN;
        self.best_of_row.fill(f32::MIN);
        self.numbers.fill(u16::MAX);
    }

    /// Whether a reading is near enough to the best so far.
    #[inline]
    pub(crate) fn admits(&mut self, row: u32, reading: f32) -> bool {
        let of_row = &mut self.best_of_row[row as usize % ROWS];
        if reading < self.best - self.pruning.nats || reading < *of_row - self.pruning.nats_of_word {
            return false;
        }
        *of_row = of_row.max(reading);
        self.best = self.best.max(reading);
        true
    }

    /// The node of a state, by its name.
    #[inline]
    pub(crate) fn find(&mut self, name: u32) -> Option<&mut Node> {
        let at = self.numbers[slot_of(name)];
        match self.nodes.get(usize::from(at)) {
            Some(node) if node.name == name => self.nodes.get_mut(usize::from(at)),
            // Another name has the same slot.
            Some(_) => self.nodes.iter_mut().find(|node| node.name == name),
            None => None,
        }
    }

    /// Adds a node of a state that has none.
    #[inline]
    pub(crate) fn push(&mut self, node: Node) {
        self.numbers[slot_of(node.name)] = self.nodes.len() as u16;
        self.nodes.push(node);
    }

    /// Moves the nodes out, pruned: to those within the beam, and to the best few.
    pub(crate) fn take(&mut self, nodes: &mut Vec<Node>) {
        nodes.clear();
        std::mem::swap(nodes, &mut self.nodes);
        if nodes.len() > 1 {
            let Beam { pruning, best, best_of_row, .. } = self;
            nodes.retain(|node| {
                node.best >= *best - pruning.nats
                    && node.best >= best_of_row[node.row as usize % ROWS] - pruning.nats_of_word
            });
        }
        if nodes.len() > self.pruning.nodes {
            nodes.sort_unstable_by(|a, b| b.best.total_cmp(&a.best).then(a.number.cmp(&b.number)));
            nodes.truncate(self.pruning.nodes);
        }
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_found_by_their_names() {
        let mut waiting = Beam::new(Pruning::ENGINE);
        // More names than slots.
        for name in 0..3 * NAMES as u32 {
            assert!(waiting.find(name).is_none(), "{name}");
            waiting.push(Node { number: name as u16, row: 0, pair: 0, name, best: 0.0 });
        }
        for name in 0..3 * NAMES as u32 {
            assert_eq!(waiting.find(name).map(|node| node.number), Some(name as u16));
        }
        waiting.clear();
        assert!((0..3 * NAMES as u32).all(|name| waiting.find(name).is_none()));
    }
}
