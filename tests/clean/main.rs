//! The batch cleaner as its users call it: the `clean` example, run on dumps of every format.

mod contract;
mod jsonl;
mod support;
mod text;
