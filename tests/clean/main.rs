//! The batch cleaner as its users call it: the `clean` example, run on dumps of every format.

mod annotations;
mod applied;
mod archives;
mod bad;
mod bounds;
mod cases;
mod commands;
mod containers;
mod contract;
mod crawl;
mod fields;
mod jsonl;
mod kills;
mod pages;
mod parquet;
mod records;
mod report;
mod support;
mod tables;
mod text;
mod tools;
