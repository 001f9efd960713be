//! Two rounds of edits as one: the second was made on the text that the first produced.

use std::collections::BTreeMap;
use std::ops::Range;

use super::apply::{Edit, apply};

/// A range of the text between the rounds, and whose it is.
struct Unit {
    between: Range<usize>,
    first: Option<usize>,
    second: Option<usize>,
}

/// The edits that lead from `source` straight to the text of the second round.
///
/// `between` is `source` with `first` applied, and `second` fits it. An edit of the second round
/// that touches one of the first swallows it; what comes back to the source is no edit.
pub(crate) fn compose(source: &str, first: &[Edit], between: &str, second: &[Edit]) -> Vec<Edit> {
    let mut units = Vec::with_capacity(first.len() + second.len());
    let mut shift = 0isize;
    let mut starts = Vec::with_capacity(first.len());
    for (n, edit) in first.iter().enumerate() {
        let start = edit.span.start.saturating_add_signed(shift);
        units.push(Unit { between: start..start + edit.replacement.len(), first: Some(n), second: None });
        shift += edit.replacement.len() as isize - (edit.span.end - edit.span.start) as isize;
        starts.push(shift);
    }
    units.extend(second.iter().enumerate().map(|(n, edit)| Unit {
        between: edit.span.clone(),
        first: None,
        second: Some(n),
    }));
    units.sort_by_key(|u| (u.between.start, u.between.end));
    let mut out = Vec::new();
    // The groups that each edit holds members of, by round.
    let mut held: Vec<Vec<(bool, u32)>> = Vec::new();
    let mut rest = &units[..];
    while let Some(unit) = rest.first() {
        let mut range = unit.between.clone();
        let mut count = 1;
        while let Some(next) = rest
            .get(count)
            .filter(|n| n.between.start < range.end || (n.between.is_empty() && n.between.start == range.end))
        {
            range.end = range.end.max(next.between.end);
            count += 1;
        }
        let (cluster, after) = rest.split_at(count);
        rest = after;
        if let Some(edit) = merge(source, first, &starts, between, second, cluster, range) {
            let of = |is_second: bool, edit: &Edit| edit.group.map(|group| (is_second, group));
            let groups = cluster.iter().filter_map(|u| {
                u.first.and_then(|n| of(false, &first[n])).or_else(|| u.second.and_then(|n| of(true, &second[n])))
            });
            held.push(groups.collect());
            out.push(edit);
        }
    }
    regroup(&mut out, &held);
    out
}

/// Numbers the groups anew: edits that hold members of the same group, or of groups that another edit joins, are one.
fn regroup(edits: &mut [Edit], held: &[Vec<(bool, u32)>]) {
    let mut parents: BTreeMap<(bool, u32), (bool, u32)> = BTreeMap::new();
    fn root(parents: &BTreeMap<(bool, u32), (bool, u32)>, mut group: (bool, u32)) -> (bool, u32) {
        while let Some(&parent) = parents.get(&group).filter(|parent| **parent != group) {
            group = parent;
        }
        group
    }
    for groups in held {
        for &group in groups {
            let (one, other) = (root(&parents, groups[0]), root(&parents, group));
            parents.insert(other, one);
            parents.entry(one).or_insert(one);
        }
    }
    let mut sizes: BTreeMap<(bool, u32), (u32, f32)> = BTreeMap::new();
    for (edit, groups) in edits.iter().zip(held) {
        if let Some(&group) = groups.first() {
            let (size, confidence) = sizes.entry(root(&parents, group)).or_insert((0, 1.0));
            *size += 1;
            *confidence = edit.confidence.min(*confidence);
        }
    }
    let mut numbers: BTreeMap<(bool, u32), u32> = BTreeMap::new();
    for (edit, groups) in edits.iter_mut().zip(held) {
        let own = groups.first().map(|&group| root(&parents, group));
        let whole = own.and_then(|own| Some((own, sizes.get(&own).copied().filter(|(size, _)| *size > 1)?)));
        (edit.group, edit.group_size) = (None, 1);
        if let Some((own, (size, confidence))) = whole {
            let next = numbers.len() as u32;
            edit.group = Some(*numbers.entry(own).or_insert(next));
            (edit.group_size, edit.confidence) = (size, confidence);
        }
    }
}

fn merge(
    source: &str,
    first: &[Edit],
    shifts: &[isize],
    between: &str,
    second: &[Edit],
    cluster: &[Unit],
    range: Range<usize>,
) -> Option<Edit> {
    let members = || cluster.iter().filter_map(|u| u.first.map(|n| &first[n]).or(u.second.map(|n| &second[n])));
    // Up to the cluster, every first edit before it has moved the text; within, its own do.
    let firsts: Vec<usize> = cluster.iter().filter_map(|u| u.first).collect();
    let before = firsts.first().copied().unwrap_or_else(|| {
        // The ends of the first edits grow, and long texts have many.
        let (mut low, mut high) = (0, first.len());
        while low < high {
            let middle = low.midpoint(high);
            if first[middle].span.end.saturating_add_signed(shifts[middle]) > range.start {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    });
    let shift_before = before.checked_sub(1).map_or(0, |n| shifts[n]);
    let shift_after = firsts.last().map_or(shift_before, |&n| shifts[n]);
    let span = range.start.checked_add_signed(-shift_before)?..range.end.checked_add_signed(-shift_after)?;
    let own: Vec<Edit> = cluster
        .iter()
        .filter_map(|u| u.second)
        .map(|n| Edit {
            span: second[n].span.start - range.start..second[n].span.end - range.start,
            group: None,
            group_size: 1,
            ..second[n].clone()
        })
        .collect();
    // All of a cluster is made, whatever its groups reach beyond.
    let replacement = apply(between.get(range)?, &own).ok()?;
    let confidence = members().map(|e| e.confidence).fold(1.0, f32::min);
    let last = members().next_back()?;
    // Those of an edit that was merged with another stood at other words.
    let alternatives = if cluster.len() == 1 { last.alternatives.clone() } else { Vec::new() };
    (source.get(span.clone())? != replacement).then(|| Edit {
        entry: last.entry.clone(),
        alternatives,
        ..Edit::new(span, replacement, confidence, last.channel.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(span: Range<usize>, replacement: &str) -> Edit {
        Edit::new(span, replacement, 0.9, "x".into())
    }

    #[test]
    fn two_rounds_are_one() {
        let source = "one two three four five";
        let first = [edit(0..3, "1"), edit(8..13, "a third"), edit(19..23, "")];
        let between = apply(source, &first).unwrap();
        for second in [
            vec![],
            vec![edit(2..5, "2")],
            vec![edit(0..1, "one"), edit(14..18, "4th")],
            vec![edit(4..12, "x")],
            vec![edit(0..between.len(), "")],
            vec![edit(8..9, "b"), edit(12..13, "c")],
        ] {
            let want = apply(&between, &second).unwrap();
            let composed = compose(source, &first, &between, &second);
            assert_eq!(apply(source, &composed).unwrap(), want, "{second:?}");
        }
    }

    #[test]
    fn groups_of_both_rounds_are_kept_together() {
        let grouped = |span, replacement, group| Edit { group: Some(group), group_size: 2, ..edit(span, replacement) };
        let source = "an one two an three four";
        let first = [grouped(0..2, "a", 5), grouped(3..6, "1", 5)];
        let between = apply(source, &first).unwrap();
        assert_eq!(between, "a 1 two an three four");
        let second = [grouped(2..3, "uno", 5), grouped(8..10, "a", 5), edit(17..21, "4")];
        let composed = compose(source, &first, &between, &second);
        let groups: Vec<_> = composed.iter().map(|e| (e.span.start, e.group, e.group_size)).collect();
        assert_eq!(groups, [(0, Some(0), 3), (3, Some(0), 3), (11, Some(0), 3), (20, None, 1)]);
        assert_eq!(apply(source, &composed).unwrap(), apply(&between, &second).unwrap());
    }
}
