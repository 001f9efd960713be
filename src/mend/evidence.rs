//! How likely it is that a text has a kind of damage: all places where it may be, at the rate that they show.

/// What the places of a text say together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence {
    /// The share of the places that are damaged, at which the text is likeliest.
    pub(crate) rate: f32,
    /// log P(text | some are damaged at that rate) − log P(text | none is), natural.
    pub(crate) nats: f32,
}

/// The rate at the start, and how often it is estimated anew; more rounds move it by less than a hundredth.
const FIRST_RATE: f32 = 0.05;
const ROUNDS: usize = 12;
/// The bounds of a rate: none is certain.
const RATES: (f32, f32) = (1e-4, 0.95);

/// Nats from which a text is believed to have a kind of damage. Clean news shows less, whatever the kind: 2,300 articles,
/// `quality --channels words`.
pub(crate) const BELIEVED: f32 = 9.0;
/// Nats that one word may say: "zig zag" and "fends" are words that the lexicon lacks, and look split or old.
pub(crate) const ONE_WORD: f32 = 12.0;

/// Weighs a kind of damage. `gains` has log P(place | damaged) − log P(place | as it stands) of each place that may be
/// damaged; `places` is how many could have been, those included.
pub(crate) fn weigh(gains: &[f32], places: usize) -> Evidence {
    let places = places.max(gains.len()).max(1) as f32;
    let mut rate = FIRST_RATE;
    // Expectation and maximisation: what each place says at this rate is the next rate.
    for _ in 0..ROUNDS {
        let damaged: f32 = gains.iter().map(|gain| 1.0 / (1.0 + (1.0 - rate) / rate * (-gain).exp())).sum();
        rate = (damaged / places).clamp(RATES.0, RATES.1);
    }
    let left = (1.0 - rate).ln();
    let of_gain = |gain: &f32| {
        let (damaged, whole) = (rate.ln() + gain, left);
        let high = damaged.max(whole);
        high + ((damaged - high).exp() + (whole - high).exp()).ln()
    };
    Evidence { rate, nats: gains.iter().map(of_gain).sum::<f32>() + (places - gains.len() as f32) * left }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_share_of_places_that_are_surely_damaged() {
        let evidence = weigh(&[12.0; 5], 100);
        assert!((evidence.rate - 0.05).abs() < 0.005, "{evidence:?}");
        assert!(evidence.nats > 30.0, "{evidence:?}");
    }

    #[test]
    fn nothing_speaks_for_damage_that_explains_nothing() {
        assert!(weigh(&[], 300).nats <= 0.0);
        assert!(weigh(&[-9.0; 20], 300).nats < 0.1);
    }

    #[test]
    fn one_place_weighs_less_the_longer_the_text_is() {
        assert!(weigh(&[12.0], 30).nats > weigh(&[12.0], 3000).nats + 3.0);
    }
}
