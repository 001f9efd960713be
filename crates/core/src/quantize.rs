//! Quantised log probabilities: a byte holds a natural logarithm in 12.5 steps a nat, from 0 down to −20.4.

use std::sync::LazyLock;

/// Steps of a code in a nat.
pub const STEPS_PER_NAT: f32 = 12.5;

/// The code nearest to a natural logarithm of a probability.
pub fn encode(log: f32) -> u8 {
    (-log * STEPS_PER_NAT).round().clamp(0.0, 255.0) as u8
}

/// The natural logarithm that a code stands for.
#[inline]
pub fn decode(code: u8) -> f32 {
    decode_sum(u32::from(code))
}

/// The natural logarithm that a sum of codes stands for: of a product of probabilities.
#[inline]
pub fn decode_sum(codes: u32) -> f32 {
    -(codes as f32) / STEPS_PER_NAT
}

/// The probabilities that the codes stand for, so that reading one takes no exponential.
static PROBABILITIES: LazyLock<[f32; 256]> = LazyLock::new(|| std::array::from_fn(|code| decode(code as u8).exp()));

/// The probabilities that all codes stand for.
#[inline]
pub fn probabilities() -> &'static [f32; 256] {
    &PROBABILITIES
}
