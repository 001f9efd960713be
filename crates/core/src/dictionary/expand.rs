//! From a group to its rewrites: every form of every member for the same form of every other.

use std::collections::HashSet;

use super::source::{Family, Item, check_size};
use crate::text::inflect::{comparison, plural, verb_forms};

/// The rewrites of a group, `(spun, original)`, without identities and without repeats; none of other items.
/// Time and room grow with their number.
///
/// # Errors
///
/// A group that makes more than [`MAX_REWRITES`](super::source::MAX_REWRITES).
///
/// ```
/// use unspin_core::dictionary::{expand::rewrites, source::{Family, Item}};
/// let group = Item::Group {
///     family: Family::Noun,
///     originals: vec!["company".into()],
///     spun: vec!["firm".into()],
/// };
/// let pairs = [("firm".into(), "company".into()), ("firms".into(), "companies".into())];
/// assert_eq!(rewrites(&group)?, pairs);
/// # Ok::<(), String>(())
/// ```
pub fn rewrites(item: &Item) -> Result<Vec<(String, String)>, String> {
    let Item::Group { family, originals, spun } = item else { return Ok(Vec::new()) };
    check_size(*family, originals.len(), spun.len())?;
    let original_forms: Vec<_> = originals.iter().map(|m| forms(*family, m)).collect();
    let spun_forms: Vec<_> = spun.iter().map(|m| forms(*family, m)).collect();
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let mut out = Vec::new();
    for original in &original_forms {
        for spun in &spun_forms {
            for (o, s) in original.iter().zip(spun) {
                if let (Some(o), Some(s)) = (o, s)
                    && !o.eq_ignore_ascii_case(s)
                    && seen.insert((s, o))
                {
                    out.push((s.clone(), o.clone()));
                }
            }
        }
    }
    Ok(out)
}

/// The forms of a member, always in the same places.
fn forms(family: Family, member: &str) -> Vec<Option<String>> {
    match family {
        Family::Word => vec![Some(member.to_string())],
        Family::Noun => vec![Some(member.to_string()), Some(plural(member))],
        Family::Verb => {
            let forms = verb_forms(member);
            vec![
                Some(forms.base),
                Some(forms.third_person),
                Some(forms.past),
                Some(forms.participle),
                Some(forms.gerund),
            ]
        }
        Family::Adjective => {
            let (comparative, superlative) = comparison(member).unzip();
            vec![Some(member.to_string()), comparative, superlative]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_keep_their_tense() {
        let group = Item::Group { family: Family::Verb, originals: vec!["give".into()], spun: vec!["present".into()] };
        let pairs = rewrites(&group).unwrap();
        for pair in [("presented", "gave"), ("presented", "given"), ("presenting", "giving"), ("presents", "gives")] {
            assert!(pairs.contains(&(pair.0.to_string(), pair.1.to_string())), "{pair:?}");
        }
    }

    #[test]
    fn symmetric_groups_go_both_ways() {
        let members = vec!["people".to_string(), "folks".to_string(), "individuals".to_string()];
        let group = Item::Group { family: Family::Word, originals: members.clone(), spun: members };
        assert_eq!(rewrites(&group).unwrap().len(), 6);
    }

    /// Four times the members make sixteen times the rewrites, in about as many times the time.
    #[test]
    fn time_grows_with_the_rewrites() {
        let group = |members: usize| {
            let members: Vec<String> = (0..members).map(|n| format!("word{n}")).collect();
            Item::Group { family: Family::Word, originals: members.clone(), spun: members }
        };
        let seconds = |members: usize| {
            let group = group(members);
            let run = || {
                let start = std::time::Instant::now();
                assert_eq!(rewrites(&group).unwrap().len(), members * (members - 1));
                start.elapsed().as_secs_f64()
            };
            (0..3).map(|_| run()).fold(f64::MAX, f64::min)
        };
        let (small, large) = (seconds(200), seconds(800));
        // By pairs of rewrites it would be 256 times as long.
        assert!(large < 64.0 * small.max(1e-2), "{small} s, {large} s");
        let error = rewrites(&group(1001)).unwrap_err();
        assert_eq!(error, "a group that makes up to 1002001 rewrites; the limit is 1000000");
    }
}
