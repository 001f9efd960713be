//! Many texts at once: groups of texts are taken from a Python iterator, worked on by threads that know nothing of
//! Python, and handed out in order.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyIterator;
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::pool::pool;
use crate::restoration::Found;
use crate::text::text_of_many;
use crate::verdict::Verdict;

/// Groups that are worked on while the answers of another are handed out.
const AHEAD: usize = 2;
/// How long to wait for an answer before Python's signals are looked at: Ctrl-C ends a batch.
const NAP: Duration = Duration::from_millis(50);

/// What is asked of each text.
#[derive(Clone, Copy)]
pub enum Job {
    Restore,
    Detect,
}

/// The answer, as a thread without Python makes it.
pub enum Answer {
    Restored(Box<Found>),
    Verdict(Box<Verdict>),
}

impl Job {
    fn answer(self, unspin: &::unspin::Unspin, text: PyBackedStr) -> Answer {
        match self {
            Job::Restore => Answer::Restored(Box::new(Found::new(unspin, text))),
            Job::Detect => Answer::Verdict(Box::new(Verdict::of(&text, unspin.detect(&text)))),
        }
    }
}

impl Answer {
    fn into_python(self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        match self {
            Answer::Restored(found) => Ok(Py::new(py, found.into_python(py))?.into_any()),
            Answer::Verdict(verdict) => Ok(Py::new(py, *verdict)?.into_any()),
        }
    }
}

/// The answers of a group, or the panic of one.
type Done = std::thread::Result<Vec<Answer>>;

/// An iterator over the answers to many texts, in order.
#[pyclass(module = "unspin")]
pub struct Results {
    unspin: Arc<::unspin::Unspin>,
    job: Job,
    texts: Py<PyIterator>,
    /// `None` where the caller's own thread does the work.
    pool: Option<Arc<ThreadPool>>,
    process: u32,
    /// Bytes of a group.
    group: usize,
    /// Texts that were taken.
    taken: usize,
    /// Whether there are no more, or taking one failed.
    is_over: bool,
    /// Why taking one failed: raised once what was taken before is handed out.
    failure: Option<PyErr>,
    running: VecDeque<Mutex<Receiver<Done>>>,
    ready: std::vec::IntoIter<Answer>,
}

impl Results {
    pub fn new(
        py: Python<'_>,
        unspin: Arc<::unspin::Unspin>,
        job: Job,
        texts: Bound<'_, PyIterator>,
        threads: Option<usize>,
        budget: usize,
    ) -> PyResult<Results> {
        Ok(Results {
            unspin,
            job,
            texts: texts.unbind(),
            pool: pool(py, threads)?,
            process: std::process::id(),
            // Those ahead, and the one that is handed out.
            group: (budget / (AHEAD + 1)).max(1),
            taken: 0,
            is_over: false,
            failure: None,
            running: VecDeque::new(),
            ready: Vec::new().into_iter(),
        })
    }

    /// All answers.
    pub fn collect(mut self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        let mut answers = Vec::new();
        while let Some(answer) = self.next(py)? {
            answers.push(answer);
        }
        Ok(answers)
    }

    fn next(&mut self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        loop {
            if let Some(answer) = self.ready.next() {
                return answer.into_python(py).map(Some);
            }
            if std::process::id() != self.process {
                return Err(PyRuntimeError::new_err("results of a batch cannot be read on in a forked process"));
            }
            py.check_signals()?;
            match self.pool.clone() {
                Some(pool) => self.feed(py, &pool),
                None => self.work(py),
            }
            if let Some(group) = self.running.pop_front() {
                self.ready = wait(py, &group)?;
            } else if self.ready.len() == 0 {
                return self.failure.take().map_or(Ok(None), Err);
            }
        }
    }

    /// Gives groups to the pool until enough are under way.
    fn feed(&mut self, py: Python<'_>, pool: &ThreadPool) {
        while self.running.len() <= AHEAD {
            let Some(group) = self.take(py) else { break };
            let (sender, receiver) = channel();
            let (unspin, job) = (self.unspin.clone(), self.job);
            pool.spawn(move || {
                let answers = || group.into_par_iter().map(|text| job.answer(&unspin, text)).collect();
                // Nobody listens any more once the iterator is gone.
                let _ = sender.send(catch_unwind(AssertUnwindSafe(answers)));
            });
            self.running.push_back(Mutex::new(receiver));
        }
    }

    /// Works on a group here.
    fn work(&mut self, py: Python<'_>) {
        if let Some(group) = self.take(py) {
            let (unspin, job) = (&self.unspin, self.job);
            let answers: Vec<Answer> = py.detach(|| group.into_iter().map(|text| job.answer(unspin, text)).collect());
            self.ready = answers.into_iter();
        }
    }

    /// The next texts, at least one; `None` at the end.
    fn take(&mut self, py: Python<'_>) -> Option<Vec<PyBackedStr>> {
        let (mut group, mut size) = (Vec::new(), 0usize);
        while size < self.group && !self.is_over {
            let text = self.texts.bind(py).clone().next().map(|text| text_of_many(self.taken, &text?));
            match text {
                Some(Ok(text)) => {
                    // Empty texts cost something too.
                    size = size.saturating_add(text.len().max(16));
                    group.push(text);
                    self.taken += 1;
                }
                Some(Err(error)) => (self.is_over, self.failure) = (true, Some(error)),
                None => self.is_over = true,
            }
        }
        (!group.is_empty()).then_some(group)
    }
}

/// Waits for the answers of a group, and looks at Python's signals meanwhile.
fn wait(py: Python<'_>, group: &Mutex<Receiver<Done>>) -> PyResult<std::vec::IntoIter<Answer>> {
    let ended = || PyRuntimeError::new_err("the threads of a batch have ended");
    loop {
        let received = py.detach(|| group.lock().map_err(|_| RecvTimeoutError::Disconnected)?.recv_timeout(NAP));
        match received {
            Ok(Ok(answers)) => return Ok(answers.into_iter()),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            Err(RecvTimeoutError::Disconnected) => return Err(ended()),
        }
    }
}

#[pymethods]
impl Results {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        self.next(py)
    }
}
