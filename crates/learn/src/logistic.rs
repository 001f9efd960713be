//! Logistic regression by Newton's method: small, exact, the same on every run.

/// Fits weights that maximise the likelihood of `labels` given `rows`, with a Gaussian prior of
/// precision `ridge` on every weight but the first.
///
/// ```
/// use unspin_learn::logistic::fit;
/// let rows: Vec<[f32; 2]> = (0..100).map(|n| [1.0, n as f32 / 50.0 - 1.0]).collect();
/// let labels: Vec<bool> = rows.iter().map(|r| r[1] > 0.2).collect();
/// let weights = fit(&rows, &labels, 0.1);
/// assert!(weights[1] > 1.0 && weights[0] < 0.0);
/// ```
pub fn fit<const N: usize>(rows: &[[f32; N]], labels: &[bool], ridge: f64) -> [f32; N] {
    const ROUNDS: usize = 30;
    let mut weights = [0f64; N];
    for _ in 0..ROUNDS {
        let mut gradient = [0f64; N];
        let mut hessian = [[0f64; N]; N];
        for (row, &label) in rows.iter().zip(labels) {
            let sum: f64 = row.iter().zip(&weights).map(|(&x, w)| f64::from(x) * w).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            let error = f64::from(u8::from(label)) - p;
            for i in 0..N {
                gradient[i] += error * f64::from(row[i]);
                for j in 0..N {
                    hessian[i][j] += p * (1.0 - p) * f64::from(row[i]) * f64::from(row[j]);
                }
            }
        }
        for i in 0..N {
            let penalty = if i == 0 { 1e-6 } else { ridge };
            gradient[i] -= penalty * weights[i];
            hessian[i][i] += penalty;
        }
        let step = solve(hessian, gradient);
        weights.iter_mut().zip(step).for_each(|(w, s)| *w += s);
        if step.iter().all(|s| s.abs() < 1e-9) {
            break;
        }
    }
    weights.map(|w| w as f32)
}

/// Solves a positive definite system by elimination with pivots.
fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for column in 0..N {
        let pivot = (column..N).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs())).unwrap_or(column);
        a.swap(column, pivot);
        b.swap(column, pivot);
        if a[column][column].abs() < 1e-12 {
            continue;
        }
        let top = a[column];
        for row in column + 1..N {
            let factor = a[row][column] / top[column];
            a[row].iter_mut().zip(top).skip(column).for_each(|(value, above)| *value -= factor * above);
            b[row] -= factor * b[column];
        }
    }
    let mut x = [0f64; N];
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|k| a[row][k] * x[k]).sum();
        x[row] = if a[row][row].abs() < 1e-12 { 0.0 } else { (b[row] - known) / a[row][row] };
    }
    x
}
