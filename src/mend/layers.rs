//! A text under repair: what it reads now, and which of its runs stand for which bytes of the source.

use std::ops::Range;

use super::Damage;

/// A change that one layer makes to the text that lies before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Patch {
    pub(crate) span: Range<usize>,
    pub(crate) text: String,
    pub(crate) damage: Damage,
}

impl Patch {
    pub(crate) fn new(span: Range<usize>, text: impl Into<String>, damage: Damage) -> Patch {
        Patch { span, text: text.into(), damage }
    }
}

/// A run of the view that is not as in the source. Between runs both are byte for byte the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) source: Range<usize>,
    pub(crate) view: Range<usize>,
    pub(crate) damage: Damage,
}

/// The text as the layers so far left it.
#[derive(Debug)]
pub(crate) struct Layers<'s> {
    source: &'s str,
    text: Option<String>,
    pub(crate) runs: Vec<Run>,
    pub(crate) counts: [u32; Damage::ALL.len()],
    /// How many layers changed the text.
    pub(crate) changes: u32,
}

impl<'s> Layers<'s> {
    pub(crate) fn new(source: &'s str) -> Self {
        Layers { source, text: None, runs: Vec::new(), counts: [0; Damage::ALL.len()], changes: 0 }
    }

    /// What the text reads now.
    pub(crate) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or(self.source)
    }

    /// Whether no layer changed anything.
    pub(crate) fn is_untouched(&self) -> bool {
        self.text.is_none()
    }

    pub(crate) fn into_text(self) -> (String, Vec<Run>, [u32; Damage::ALL.len()]) {
        (self.text.unwrap_or_else(|| self.source.to_string()), self.runs, self.counts)
    }

    /// The runs and patches from these on that overlap: one past the last of each, and where all of them end.
    fn cluster(&self, patches: &[Patch], first_run: usize, first_patch: usize, start: usize) -> (usize, usize, usize) {
        let (mut run, mut patch, mut end) = (first_run, first_patch, start);
        loop {
            // The first member always belongs.
            let is_first = run == first_run && patch == first_patch;
            let r = self.runs.get(run).map(|r| &r.view).filter(|r| r.start < end || (is_first && r.start == start));
            let p = patches.get(patch).map(|p| &p.span).filter(|p| p.start < end || (is_first && p.start == start));
            match (r, p) {
                (Some(r), p) if p.is_none_or(|p| (r.start, r.end) <= (p.start, p.end)) => {
                    end = end.max(r.end);
                    run += 1;
                }
                (_, Some(p)) => {
                    end = end.max(p.end);
                    patch += 1;
                }
                _ => return (run, patch, end),
            }
        }
    }

    /// Applies the patches of one layer, in order and without overlap; says whether anything changed.
    ///
    /// A patch that touches what a layer before changed becomes one run with it.
    pub(crate) fn apply(&mut self, patches: &[Patch]) -> bool {
        if patches.is_empty() {
            return false;
        }
        let old = self.text();
        let mut new = String::with_capacity(old.len());
        let mut runs = Vec::with_capacity(self.runs.len() + patches.len());
        let (mut run, mut patch, mut at) = (0, 0, 0);
        // Up to `at` of the old text, its source lies this far ahead.
        let mut source_at = 0;
        loop {
            let next_run = self.runs.get(run).map(|r| (r.view.start, r.view.end));
            let next_patch = patches.get(patch).map(|p| (p.span.start, p.span.end));
            let Some(first) = next_run.into_iter().chain(next_patch).min() else { break };
            let start = first.0;
            let (first_run, first_patch) = (run, patch);
            let end;
            (run, patch, end) = self.cluster(patches, run, patch, start);
            let source_start = source_at + (start - at);
            new.push_str(&old[at..start]);
            let view_start = new.len();
            let mut inner = start;
            for p in &patches[first_patch..patch] {
                new.push_str(&old[inner..p.span.start]);
                new.push_str(&p.text);
                inner = p.span.end;
            }
            new.push_str(&old[inner..end]);
            let source_end = match self.runs[first_run..run].last() {
                Some(last) => last.source.end + (end - last.view.end),
                None => source_start + (end - start),
            };
            let damage = match self.runs[first_run..run].first() {
                Some(first) => first.damage,
                None => patches[first_patch].damage,
            };
            if self.source[source_start..source_end] != new[view_start..] {
                runs.push(Run { source: source_start..source_end, view: view_start..new.len(), damage });
            }
            at = end;
            source_at = source_end;
        }
        new.push_str(&old[at..]);
        for p in patches {
            self.counts[p.damage as usize] += 1;
        }
        self.changes += 1;
        self.runs = runs;
        self.text = Some(new);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rebuilt(layers: &Layers) -> String {
        let (mut out, mut at) = (String::new(), 0);
        for run in &layers.runs {
            out.push_str(&layers.source[at..run.source.start]);
            assert_eq!(out.len(), run.view.start);
            out.push_str(&layers.text()[run.view.clone()]);
            at = run.source.end;
        }
        out.push_str(&layers.source[at..]);
        out
    }

    /// Random patches over random layers: the runs always lead from the source to the text.
    #[test]
    fn runs_rebuild_the_text() {
        let mut seed = 7u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % below
        };
        for _ in 0..2000 {
            let source: String = (0..30).map(|n| char::from(b'a' + (n % 26) as u8)).collect();
            let mut layers = Layers::new(&source);
            for layer in 0..4u8 {
                let length = layers.text().len();
                let (mut at, mut patches) = (0, Vec::new());
                while at <= length && patches.len() < 6 {
                    let start = at + random(8);
                    let end = start + random(4);
                    if end > length {
                        break;
                    }
                    let text: String = (0..random(3)).map(|_| char::from(b'0' + layer)).collect();
                    patches.push(Patch::new(start..end, text, Damage::Invisible));
                    at = end + 1;
                }
                let mut want = layers.text().to_string();
                for p in patches.iter().rev() {
                    want.replace_range(p.span.clone(), &p.text);
                }
                layers.apply(&patches);
                assert_eq!(layers.text(), want);
                assert_eq!(rebuilt(&layers), want);
                assert!(layers.runs.is_sorted_by_key(|r| (r.view.start, r.source.start)));
            }
        }
    }
}
