//! From a group to its rewrites: every form of every member for the same form of every other.

use super::source::{Family, Item};
use crate::text::inflect::{comparison, plural, verb_forms};

/// The rewrites of a group, `(spun, original)`, without identities and without repeats.
///
/// ```
/// use unspin_core::dictionary::{expand::rewrites, source::{Family, Item}};
/// let group = Item::Group {
///     family: Family::Noun,
///     originals: vec!["company".into()],
///     spun: vec!["firm".into()],
/// };
/// assert_eq!(rewrites(&group), [("firm".into(), "company".into()), ("firms".into(), "companies".into())]);
/// ```
pub fn rewrites(item: &Item) -> Vec<(String, String)> {
    let Item::Group { family, originals, spun } = item else {
        return Vec::new();
    };
    let original_forms: Vec<_> = originals.iter().map(|m| forms(*family, m)).collect();
    let spun_forms: Vec<_> = spun.iter().map(|m| forms(*family, m)).collect();
    let mut out: Vec<(String, String)> = Vec::new();
    for original in &original_forms {
        for spun in &spun_forms {
            for (o, s) in original.iter().zip(spun) {
                if let (Some(o), Some(s)) = (o, s)
                    && !o.eq_ignore_ascii_case(s)
                {
                    let pair = (s.clone(), o.clone());
                    if !out.contains(&pair) {
                        out.push(pair);
                    }
                }
            }
        }
    }
    out
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
        let pairs = rewrites(&group);
        for pair in [("presented", "gave"), ("presented", "given"), ("presenting", "giving"), ("presents", "gives")] {
            assert!(pairs.contains(&(pair.0.to_string(), pair.1.to_string())), "{pair:?}");
        }
    }

    #[test]
    fn symmetric_groups_go_both_ways() {
        let members = vec!["people".to_string(), "folks".to_string(), "individuals".to_string()];
        let group = Item::Group { family: Family::Word, originals: members.clone(), spun: members };
        assert_eq!(rewrites(&group).len(), 6);
    }
}
