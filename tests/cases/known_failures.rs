//! What is answered wrongly today, with the right answer. A case that passes belongs among the others.

use crate::runner::{cases, wrong};

#[test]
fn every_known_failure_still_fails() {
    let cases = cases("known_failures");
    let failing = wrong(&cases);
    let name = |failure: &String| failure.lines().next().map(str::to_string);
    let failing: Vec<String> = failing.iter().filter_map(name).collect();
    let mended: Vec<&String> = cases.iter().map(|case| &case.name).filter(|name| !failing.contains(name)).collect();
    assert!(mended.is_empty(), "answered rightly now, so move them to `engine` or `meaning`: {mended:?}");
    assert!(!cases.is_empty());
}
