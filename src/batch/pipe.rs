//! The ordered pipeline: one source, many workers, one sink, and a bound on the bytes in between.

use std::any::Any;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rayon::{Scope, ThreadPool, Yield};

/// How long a writer on a thread of the pool sleeps when there is neither work nor an answer.
const NAP: Duration = Duration::from_millis(1);

/// Runs `work` over everything that `source` gives, in parallel, and hands the answers to `sink` in
/// the order of the source. Reading, working and writing go on at once.
///
/// - `pool`: where `work` runs; `None` is rayon's global pool. `source` runs on a thread of its own,
///   `sink` on the caller's, which may itself be a thread of the pool.
/// - `budget`: how many bytes may be read but not yet written; `weigh` says how many an item has.
///   An item that weighs more than the budget goes through alone.
///
/// # Errors
///
/// The first error of `sink`. What was read by then is dropped and `source` is not called again;
/// a call of it that is under way is waited for.
///
/// # Panics
///
/// Only if `source`, `work` or `sink` does.
///
/// ```
/// let mut numbers = 0..10u64;
/// let mut squares = Vec::new();
/// unspin::batch::pipe(
///     None,
///     64,
///     || numbers.next(),
///     |_| 8,
///     |n| n * n,
///     |square| {
///         squares.push(square);
///         Ok::<(), std::io::Error>(())
///     },
/// )?;
/// assert_eq!(squares, [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn pipe<T, U, E>(
    pool: Option<&ThreadPool>,
    budget: usize,
    mut source: impl FnMut() -> Option<T> + Send,
    weigh: impl Fn(&T) -> usize + Send,
    work: impl Fn(T) -> U + Sync,
    mut sink: impl FnMut(U) -> Result<(), E>,
) -> Result<(), E>
where
    T: Send,
    U: Send,
{
    let depth = Depth::enter();
    if depth.is_too_deep() {
        while let Some(item) = source() {
            sink(work(item))?;
        }
        return Ok(());
    }
    let gate = Gate { limit: budget.max(1), state: Mutex::default(), changed: Condvar::new() };
    let (sender, receiver) = channel();
    let feed = Feed { source, weigh, work: &work, gate: &gate, sender };
    match pool {
        Some(pool) => pool.in_place_scope(|scope| drive(scope, feed, &receiver, sink)),
        None => rayon::in_place_scope(|scope| drive(scope, feed, &receiver, sink)),
    }
}

/// An item that was worked on: its place, its weight, and the answer or the panic.
type Done<U> = (u64, usize, Result<U, Box<dyn Any + Send>>);

/// The reading end.
struct Feed<'scope, S, G, W, U> {
    source: S,
    weigh: G,
    work: &'scope W,
    gate: &'scope Gate,
    sender: Sender<Done<U>>,
}

fn drive<'scope, T, U, E, S, G, W>(
    scope: &Scope<'scope>,
    feed: Feed<'scope, S, G, W, U>,
    receiver: &Receiver<Done<U>>,
    sink: impl FnMut(U) -> Result<(), E>,
) -> Result<(), E>
where
    T: Send + 'scope,
    U: Send + 'scope,
    S: FnMut() -> Option<T> + Send,
    G: Fn(&T) -> usize + Send,
    W: Fn(T) -> U + Sync,
{
    let gate = feed.gate;
    std::thread::scope(|threads| {
        threads.spawn(move || read(scope, feed));
        // Whatever ends the writing, the reader must not wait for it.
        let _closer = Closer(gate);
        write(gate, receiver, sink)
    })
}

fn read<'scope, T, U, S, G, W>(scope: &Scope<'scope>, mut feed: Feed<'scope, S, G, W, U>)
where
    T: Send + 'scope,
    U: Send + 'scope,
    S: FnMut() -> Option<T>,
    G: Fn(&T) -> usize,
    W: Fn(T) -> U + Sync,
{
    let mut number = 0;
    while !feed.gate.is_closed() {
        let Some(item) = (feed.source)() else { break };
        let weight = (feed.weigh)(&item).max(1);
        if !feed.gate.enter(weight) {
            break;
        }
        let (work, gate, sender) = (feed.work, feed.gate, feed.sender.clone());
        scope.spawn(move |_| {
            if !gate.is_closed() {
                let answer = catch_unwind(AssertUnwindSafe(|| work(item)));
                // Nobody listens any more once the sink has failed.
                let _ = sender.send((number, weight, answer));
            }
        });
        number += 1;
    }
}

fn write<U, E>(gate: &Gate, receiver: &Receiver<Done<U>>, mut sink: impl FnMut(U) -> Result<(), E>) -> Result<(), E> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    while let Some((number, weight, answer)) = receive(receiver) {
        early.insert(number, (weight, answer));
        while let Some((weight, answer)) = early.remove(&next) {
            match answer {
                Ok(answer) => sink(answer)?,
                Err(panic) => resume_unwind(panic),
            }
            gate.leave(weight);
            next += 1;
        }
    }
    Ok(())
}

/// The next answer; `None` when all senders are gone. On a thread of a pool it works while it waits:
/// the pool may have no other thread.
fn receive<U>(receiver: &Receiver<Done<U>>) -> Option<Done<U>> {
    if rayon::current_thread_index().is_none() {
        return receiver.recv().ok();
    }
    loop {
        match receiver.try_recv() {
            Ok(done) => return Some(done),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {
                if rayon::yield_now() != Some(Yield::Executed) {
                    std::thread::sleep(NAP);
                }
            }
        }
    }
}

/// How many runs this thread is in. A run on a thread of a pool takes up other runs while it waits, and those
/// others again: beyond a few the next one does its work itself, or the stack would not hold them.
struct Depth(usize);

impl Depth {
    const MOST: usize = 8;

    fn enter() -> Depth {
        RUNS.with(|runs| {
            runs.set(runs.get() + 1);
            Depth(runs.get())
        })
    }

    fn is_too_deep(&self) -> bool {
        self.0 > Depth::MOST
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        RUNS.with(|runs| runs.set(runs.get() - 1));
    }
}

thread_local! {
    static RUNS: Cell<usize> = const { Cell::new(0) };
}

/// Counts the bytes in flight and keeps them under the limit.
struct Gate {
    limit: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    used: usize,
    closed: bool,
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room; `false` when the gate is closed instead.
    fn enter(&self, weight: usize) -> bool {
        let mut state = self.lock();
        while !state.closed && state.used > 0 && state.used.saturating_add(weight) > self.limit {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.used = state.used.saturating_add(weight);
        !state.closed
    }

    fn leave(&self, weight: usize) {
        let mut state = self.lock();
        state.used = state.used.saturating_sub(weight);
        drop(state);
        self.changed.notify_one();
    }

    fn is_closed(&self) -> bool {
        self.lock().closed
    }
}

struct Closer<'g>(&'g Gate);

impl Drop for Closer<'_> {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn run(pool: Option<&ThreadPool>, items: usize) -> Vec<usize> {
        let (mut at, mut out) = (0, Vec::new());
        let source = || {
            at += 1;
            (at <= items).then_some(at)
        };
        let work = |n: usize| {
            // Uneven work, so that answers come out of order.
            std::thread::sleep(Duration::from_micros((n as u64 * 7919) % 300));
            n
        };
        let sink = |n| {
            out.push(n);
            Ok::<(), ()>(())
        };
        assert_eq!(pipe(pool, 10, source, |_| 1, work, sink), Ok(()));
        out
    }

    #[test]
    fn keeps_order_on_any_pool() {
        let expected: Vec<usize> = (1..=500).collect();
        assert_eq!(run(None, 500), expected);
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(run(Some(&pool), 500), expected);
            assert_eq!(pool.install(|| run(Some(&pool), 500)), expected, "from inside the pool");
        }
    }

    #[test]
    fn never_holds_more_than_the_budget() {
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut at = 0;
        let source = || {
            at += 1;
            let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            (at <= 200).then_some(at)
        };
        let sink = |_| {
            inside.fetch_sub(1, Ordering::SeqCst);
            Ok::<(), ()>(())
        };
        pipe(None, 4, source, |_| 1, |n: usize| n, sink).unwrap();
        // Four in flight, one waiting at the gate, one that the sink has counted off too late.
        assert!(most.into_inner() <= 6);
    }

    #[test]
    fn an_item_heavier_than_the_budget_passes() {
        let mut items = vec![1usize, 1000, 1].into_iter();
        let mut out = Vec::new();
        let sink = |n| {
            out.push(n);
            Ok::<(), ()>(())
        };
        pipe(None, 10, || items.next(), |n| *n, |n| n, sink).unwrap();
        assert_eq!(out, [1, 1000, 1]);
    }

    #[test]
    fn stops_at_the_first_error_of_the_sink() {
        let mut at = 0;
        let mut taken = 0;
        let source = || {
            at += 1;
            Some(at)
        };
        let sink = |n| {
            taken += 1;
            if n == 5 { Err("full") } else { Ok(()) }
        };
        assert_eq!(pipe(None, 8, source, |_| 1, |n: usize| n, sink), Err("full"));
        assert_eq!(taken, 5);
    }

    #[test]
    fn many_runs_share_a_pool() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        // Each waits on a thread of the pool, and takes up others while it waits.
        let sums: Vec<usize> =
            pool.install(|| (0..3_000).into_par_iter().map(|_| run(Some(&pool), 3).into_iter().sum()).collect());
        assert!(sums.iter().all(|&sum| sum == 6));
    }

    #[test]
    fn a_panic_of_the_work_reaches_the_caller() {
        let mut items = 0..20;
        let work = |n: i32| if n == 7 { panic!("seven") } else { n };
        let result =
            catch_unwind(AssertUnwindSafe(|| pipe(None, 4, || items.next(), |_| 1, work, |_| Ok::<(), ()>(()))));
        assert!(result.is_err());
    }
}
