//! Texts that begin alike, as a tree of tokens: what they have in common is read once.

use std::collections::HashMap;

/// Tokens, each after the one before it in its texts.
#[derive(Debug, Default)]
pub(crate) struct Trie {
    /// The token of each node; a node comes after its parent.
    pub(crate) tokens: Vec<u32>,
    /// The node before each; the first of a text has none.
    pub(crate) parents: Vec<Option<usize>>,
    /// How many nodes stand before each.
    pub(crate) depths: Vec<usize>,
    children: HashMap<(Option<usize>, u32), usize>,
}

impl Trie {
    /// Adds a text; returns its nodes.
    pub(crate) fn insert(&mut self, tokens: &[u32]) -> Vec<usize> {
        let mut parent = None;
        let path = tokens.iter().enumerate().map(|(depth, &token)| {
            let node = *self.children.entry((parent, token)).or_insert_with(|| {
                self.tokens.push(token);
                self.parents.push(parent);
                self.depths.push(depth);
                self.tokens.len() - 1
            });
            parent = Some(node);
            node
        });
        path.collect()
    }

    /// How many of these tokens, from the first on, are nodes already.
    pub(crate) fn common(&self, tokens: &[u32]) -> usize {
        let mut parent = None;
        let known = tokens.iter().take_while(|&&token| {
            let node = self.children.get(&(parent, token)).copied();
            parent = node.or(parent);
            node.is_some()
        });
        known.count()
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// For each node, 0 for those that it may look at, itself and what stands before it in its texts, and −∞ for the
    /// others.
    pub(crate) fn mask(&self) -> Vec<f32> {
        let len = self.len();
        let mut mask = vec![f32::NEG_INFINITY; len * len];
        for node in 0..len {
            let mut at = Some(node);
            while let Some(seen) = at {
                mask[node * len + seen] = 0.0;
                at = self.parents[seen];
            }
        }
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_texts_have_in_common_stands_once() {
        let mut trie = Trie::default();
        assert_eq!(trie.insert(&[1, 5, 6, 7]), [0, 1, 2, 3]);
        assert_eq!((trie.common(&[1, 5, 8]), trie.common(&[1, 5, 6, 7, 9]), trie.common(&[2, 5])), (2, 4, 0));
        assert_eq!(trie.insert(&[1, 5, 8]), [0, 1, 4]);
        assert_eq!(trie.insert(&[2]), [5]);
        assert_eq!(trie.depths, [0, 1, 2, 3, 2, 0]);
        let seen: Vec<Vec<usize>> =
            trie.mask().chunks(6).map(|row| (0..6).filter(|&n| row[n] == 0.0).collect()).collect();
        assert_eq!(seen, [vec![0], vec![0, 1], vec![0, 1, 2], vec![0, 1, 2, 3], vec![0, 1, 4], vec![5]]);
    }
}
