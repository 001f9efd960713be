//! Degree: "more likely" is not "likely", and "younger" is not "young".

/// Whether one of two wordings, either, compares what the other only names.
pub(super) fn changes_degree(spun: &str, original: &str) -> bool {
    let (spun, original) = (spun.to_lowercase(), original.to_lowercase());
    compares(&spun, &original) || compares(&original, &spun)
}

/// Whether the first is a comparative or superlative of the second. `inflect::comparison` writes one form of each
/// word; whatever a text may have counts here, "narrower" as "more narrow".
fn compares(compared: &str, plain: &str) -> bool {
    let by_word = ["more ", "most ", "less ", "least "].iter().find_map(|degree| compared.strip_prefix(degree));
    let stem = compared.strip_suffix("er").or_else(|| compared.strip_suffix("est"));
    let by_ending = stem.is_some_and(|stem| {
        // "young-er", "larg-er", "happi-er", "bigg-er"
        let is_long = plain.len() > 2;
        let of_e = plain.strip_suffix('e') == Some(stem);
        let of_y = plain.strip_suffix('y').is_some_and(|plain| stem.strip_suffix('i') == Some(plain));
        let of_double = stem.strip_prefix(plain).is_some_and(|last| last.len() == 1 && plain.ends_with(last));
        is_long && (plain == stem || of_e || of_y || of_double)
    });
    by_word == Some(plain) || by_ending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparatives_are_told_from_what_they_compare() {
        for (spun, original) in [
            ("more likely", "likely"),
            ("Younger", "young"),
            ("large", "largest"),
            ("happier", "happy"),
            ("bigger", "big"),
            ("least", "less"),
        ] {
            assert_eq!(changes_degree(spun, original), spun != "least", "{spun}");
        }
        for (spun, original) in
            [("more", "extra"), ("greater", "more"), ("most", "more"), ("younger", "junior"), ("", "")]
        {
            assert!(!changes_degree(spun, original), "{spun}");
        }
    }
}
