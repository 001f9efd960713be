//! Gradient boosting of small trees: deterministic, for a few thousand examples.
//!
//! Each tree is grown by Newton steps on the logistic loss of what stands so far (Friedman 2001,
//! "Greedy function approximation"; the gain and the shrunken leaves are those of Chen and Guestrin 2016).

use crate::decode::trees::{LEAVES, QUESTIONS, Tree};

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// How many trees.
    pub trees: usize,
    /// The share of each Newton step that is taken.
    pub step: f64,
    /// Examples that a leaf must have.
    pub least: usize,
    /// Added to the curvature of a leaf: few examples move it less.
    pub ridge: f64,
}

impl Default for Growth {
    fn default() -> Self {
        Growth { trees: 30, step: 0.16, least: 15, ridge: 2.0 }
    }
}

/// Sums over the examples of a node.
#[derive(Clone, Copy, Default)]
struct Sums {
    count: usize,
    slope: f64,
    curvature: f64,
}

impl Sums {
    fn add(&mut self, slope: f64, curvature: f64) {
        self.count += 1;
        self.slope += slope;
        self.curvature += curvature;
    }

    fn without(self, other: Sums) -> Sums {
        Sums {
            count: self.count - other.count,
            slope: self.slope - other.slope,
            curvature: self.curvature - other.curvature,
        }
    }

    fn gain(self, ridge: f64) -> f64 {
        self.slope * self.slope / (self.curvature + ridge)
    }
}

/// Trees that add to the log odds `base` of each row what makes `labels` likelier.
///
/// ```
/// use unspin::learn::boost::{Growth, fit};
/// // Right where both features agree: no weighted sum tells that.
/// let rows: Vec<[f32; 2]> = (0..400).map(|n| [f32::from(n % 3 == 0), f32::from(n % 5 < 2)]).collect();
/// let labels: Vec<bool> = rows.iter().map(|r| r[0] == r[1]).collect();
/// let trees = fit(&rows, &labels, &[0.0; 400], Growth::default());
/// let odds = |row: [f32; 2]| trees.iter().map(|t| t.value[t.leaf(&row)]).sum::<f32>();
/// assert!(odds([1.0, 1.0]) > 1.0 && odds([1.0, 0.0]) < -1.0);
/// ```
pub fn fit<const N: usize>(rows: &[[f32; N]], labels: &[bool], base: &[f32], growth: Growth) -> Vec<Tree> {
    let mut log_odds: Vec<f64> = base.iter().map(|&b| f64::from(b)).collect();
    let orders: Vec<Vec<usize>> = (0..N)
        .map(|feature| {
            let mut order: Vec<usize> = (0..rows.len()).collect();
            order.sort_by(|&a, &b| rows[a][feature].total_cmp(&rows[b][feature]).then(a.cmp(&b)));
            order
        })
        .collect();
    let mut trees = Vec::with_capacity(growth.trees);
    for _ in 0..growth.trees {
        let steps: Vec<(f64, f64)> = log_odds
            .iter()
            .zip(labels)
            .map(|(&odds, &label)| {
                let p = 1.0 / (1.0 + (-odds).exp());
                (f64::from(u8::from(label)) - p, p * (1.0 - p))
            })
            .collect();
        let tree = grow(rows, &steps, &orders, growth);
        rows.iter().zip(&mut log_odds).for_each(|(row, odds)| *odds += f64::from(tree.value[tree.leaf(row)]));
        trees.push(tree);
    }
    trees
}

fn grow<const N: usize>(rows: &[[f32; N]], steps: &[(f64, f64)], orders: &[Vec<usize>], growth: Growth) -> Tree {
    let mut tree = Tree { feature: [0; QUESTIONS], threshold: [f32::INFINITY; QUESTIONS], value: [0.0; LEAVES] };
    let mut node_of = vec![0usize; rows.len()];
    let mut first = 0;
    // The questions of a level are asked together, so that each feature is walked once.
    while first < QUESTIONS {
        let width = first + 1;
        let mut totals = [Sums::default(); LEAVES];
        node_of.iter().zip(steps).for_each(|(&node, step)| totals[node - first].add(step.0, step.1));
        let mut best = [0f64; LEAVES];
        for (feature, order) in orders.iter().enumerate() {
            let mut below = [Sums::default(); LEAVES];
            let mut last = [f32::NEG_INFINITY; LEAVES];
            for &at in order {
                let node = node_of[at] - first;
                let (value, here, total) = (rows[at][feature], below[node], totals[node]);
                let above = total.without(here);
                if value > last[node] && here.count >= growth.least && above.count >= growth.least {
                    let gain = here.gain(growth.ridge) + above.gain(growth.ridge) - total.gain(growth.ridge);
                    if gain > best[node] + 1e-9 {
                        best[node] = gain;
                        tree.feature[first + node] = feature as u8;
                        tree.threshold[first + node] = last[node] + (value - last[node]) / 2.0;
                    }
                }
                last[node] = value;
                below[node].add(steps[at].0, steps[at].1);
            }
        }
        for (node, row) in node_of.iter_mut().zip(rows) {
            let exceeds = row[usize::from(tree.feature[*node])] > tree.threshold[*node];
            *node = 2 * *node + 1 + usize::from(exceeds);
        }
        first += width;
    }
    let mut leaves = [Sums::default(); LEAVES];
    node_of.iter().zip(steps).for_each(|(&node, step)| leaves[node - QUESTIONS].add(step.0, step.1));
    tree.value = leaves.map(|leaf| (growth.step * leaf.slope / (leaf.curvature + growth.ridge)) as f32);
    tree
}
