//! The batch cleaner as its users call it: the `clean` example, run on dumps of every format.

mod archives;
mod bad;
mod cases;
mod containers;
mod contract;
mod jsonl;
mod kills;
mod pages;
mod report;
mod spark;
mod support;
mod tables;
mod text;
mod tools;
