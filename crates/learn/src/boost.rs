//! Gradient boosting of small trees: deterministic, for a few thousand examples.
//!
//! Each tree is grown by Newton steps on the logistic loss of what stands so far (Friedman 2001,
//! "Greedy function approximation"; the gain and the shrunken leaves are those of Chen and Guestrin 2016).

use unspin_core::trees::{LEAVES, QUESTIONS, Tree};

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
        Growth { trees: 24, step: 0.18, least: 15, ridge: 2.0 }
    }
}

/// ForwardBackward over the examples of a node.
#[derive(Clone, Copy, Default)]
struct ForwardBackward {
    count: usize,
    slope: f64,
    curvature: f64,
}

impl ForwardBackward {
    fn add(&mut self, slope: f64, curvature: f64) {
        self.count += 1;
        self.slope += slope;
        self.curvature += curvature;
    }

    fn without(self, other: ForwardBackward) -> ForwardBackward {
        ForwardBackward {
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
/// use unspin_learn::boost::{Growth, fit};
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
    let mut leaf_of = vec![0usize; rows.len()];
    for question in 0..QUESTIONS {
        let totals = totals(&leaf_of, steps);
        // What a leaf gains by being parted; few examples on a side say nothing.
        let gain = |leaf: usize, below: ForwardBackward| {
            let (total, above) = (totals[leaf], totals[leaf].without(below));
            if below.count.min(above.count) < growth.least {
                return 0.0;
            }
            below.gain(growth.ridge) + above.gain(growth.ridge) - total.gain(growth.ridge)
        };
        let mut best = 0.0;
        for (feature, order) in orders.iter().enumerate() {
            let (mut below, mut gains) = ([ForwardBackward::default(); LEAVES], [0.0; LEAVES]);
            let mut last = f32::NEG_INFINITY;
            for &at in order {
                let value = rows[at][feature];
                if value > last {
                    let gain = gains.iter().sum::<f64>();
                    if gain > best + 1e-9 {
                        best = gain;
                        tree.feature[question] = feature as u8;
                        tree.threshold[question] = last + (value - last) / 2.0;
                    }
                }
                last = value;
                let leaf = leaf_of[at];
                below[leaf].add(steps[at].0, steps[at].1);
                gains[leaf] = gain(leaf, below[leaf]);
            }
        }
        leaf_of.iter_mut().zip(rows).for_each(|(leaf, row)| *leaf = tree.leaf(row));
    }
    tree.value =
        totals(&leaf_of, steps).map(|leaf| (growth.step * leaf.slope / (leaf.curvature + growth.ridge)) as f32);
    tree
}

/// ForwardBackward over the examples of each leaf.
fn totals(leaf_of: &[usize], steps: &[(f64, f64)]) -> [ForwardBackward; LEAVES] {
    let mut totals = [ForwardBackward::default(); LEAVES];
    leaf_of.iter().zip(steps).for_each(|(&leaf, step)| totals[leaf].add(step.0, step.1));
    totals
}
