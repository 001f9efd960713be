//! What becomes of inputs, as data: of the engine's corners, of what no edit may change, and of what is still wrong.

mod engine;
mod known_failures;
mod meaning;
mod runner;
