//! The parallel engine: records in, records out, in order, in bounded memory.

mod pipe;

pub use pipe::pipe;

use std::collections::VecDeque;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::{Restoration, Unspin};

/// Bytes of text that may be read but not yet handed out, by default.
const BUDGET: usize = 8 << 20;
/// Short texts are handed to a worker together until they have this many bytes.
const GROUP: usize = 64 << 10;

/// Restores many texts on all cores.
///
/// Work is split by bytes, so that one giant text does not hold up the small ones around it. Results
/// are those of [`Unspin::restore`], whatever the number of threads.
///
/// ```
/// use unspin::{Unspin, batch::Batch};
///
/// let unspin = Unspin::new();
/// let texts = ["The White Home stated that Chinese language officers had been there.", "It rained."];
/// let restored = Batch::new(&unspin).restore_slice(&texts);
/// assert_eq!(restored.len(), 2);
/// assert_eq!(restored[1].text(), texts[1]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Batch<'u> {
    unspin: &'u Unspin,
    pool: Option<&'u ThreadPool>,
    budget: usize,
}

impl<'u> Batch<'u> {
    /// A batch on rayon's global pool, with up to 8 MiB of text in flight.
    pub fn new(unspin: &'u Unspin) -> Self {
        Batch { unspin, pool: None, budget: BUDGET }
    }

    /// Works on the caller's pool instead of the global one.
    ///
    /// ```
    /// # let unspin = unspin::Unspin::new();
    /// let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    /// let restored = unspin::batch::Batch::new(&unspin).pool(&pool).restore_slice(&["It rained."]);
    /// assert_eq!(restored[0].text(), "It rained.");
    /// # Ok::<(), rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn pool(mut self, pool: &'u ThreadPool) -> Self {
        self.pool = Some(pool);
        self
    }

    /// How many bytes of text may be read but not yet handed out. A text that is longer goes alone.
    pub fn budget(mut self, bytes: usize) -> Self {
        self.budget = bytes.max(1);
        self
    }

    /// Restores the texts of a slice; the answers stand in the same order.
    pub fn restore_slice<'t, T: AsRef<str> + Sync>(&self, texts: &'t [T]) -> Vec<Restoration<&'t str>> {
        let restore = || texts.par_iter().map(|text| self.unspin.restore(text.as_ref())).collect();
        match self.pool {
            Some(pool) => pool.install(restore),
            None => restore(),
        }
    }

    /// Restores what an iterator gives, lazily and in order: pulls texts until the budget is full,
    /// restores them in parallel, hands them out, pulls the next.
    ///
    /// To read, restore and write at once, use [`Batch::restore_each`].
    ///
    /// ```
    /// # let unspin = unspin::Unspin::new();
    /// let lines = "It rained.\nIt snowed.".lines();
    /// let restored: Vec<String> =
    ///     unspin::batch::Batch::new(&unspin).restore_iter(lines).map(|r| r.text().to_string()).collect();
    /// assert_eq!(restored, ["It rained.", "It snowed."]);
    /// ```
    pub fn restore_iter<I>(self, texts: I) -> impl Iterator<Item = Restoration<I::Item>>
    where
        I: IntoIterator,
        I::Item: AsRef<str> + Send,
    {
        let mut texts = texts.into_iter();
        let mut ready = VecDeque::new();
        std::iter::from_fn(move || {
            if ready.is_empty() {
                let group = take(&mut texts, self.budget)?;
                let restore = || group.into_par_iter().map(|text| self.restored(text)).collect::<Vec<_>>();
                ready.extend(match self.pool {
                    Some(pool) => pool.install(restore),
                    None => restore(),
                });
            }
            ready.pop_front()
        })
    }

    /// Restores what an iterator gives and hands each text to `sink`, in order; reading, restoring and
    /// writing go on at once.
    ///
    /// # Errors
    ///
    /// The first error of `sink`, which ends the run.
    ///
    /// ```
    /// # let unspin = unspin::Unspin::new();
    /// let texts = ["It rained.", "It snowed."];
    /// let mut out = Vec::new();
    /// unspin::batch::Batch::new(&unspin).restore_each(texts, |restored| {
    ///     out.push(restored.text().len());
    ///     Ok::<(), std::io::Error>(())
    /// })?;
    /// assert_eq!(out, [10, 10]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn restore_each<I, E>(
        &self,
        texts: I,
        mut sink: impl FnMut(Restoration<I::Item>) -> Result<(), E>,
    ) -> Result<(), E>
    where
        I: IntoIterator,
        I::IntoIter: Send,
        I::Item: AsRef<str> + Send,
    {
        let mut texts = texts.into_iter();
        let group = GROUP.min(self.budget);
        pipe(
            self.pool,
            self.budget,
            || take(&mut texts, group),
            |group| group.iter().map(|text| text.as_ref().len()).sum(),
            |group| group.into_iter().map(|text| self.restored(text)).collect::<Vec<_>>(),
            |restored| restored.into_iter().try_for_each(&mut sink),
        )
    }
}

impl Batch<'_> {
    /// Restores a text that goes along with what was found in it.
    fn restored<T: AsRef<str>>(&self, source: T) -> Restoration<T> {
        let restoration = self.unspin.restore(source.as_ref());
        // Made here, where many threads are at work.
        restoration.text();
        let found = restoration.into_found();
        found.of(source)
    }
}

/// Texts up to `bytes` together, at least one; `None` at the end.
fn take<I: Iterator<Item: AsRef<str>>>(texts: &mut I, bytes: usize) -> Option<Vec<I::Item>> {
    let (mut group, mut size) = (Vec::new(), 0usize);
    while size < bytes {
        let Some(text) = texts.next() else { break };
        // Empty texts cost something too.
        size = size.saturating_add(text.as_ref().len().max(16));
        group.push(text);
    }
    (!group.is_empty()).then_some(group)
}
