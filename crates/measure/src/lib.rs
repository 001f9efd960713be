//! What benches and the report on performance share: text to measure on, made from what ships in the repository, peers to
//! measure against, and plots.

mod peers;
mod plot;
mod press;
mod random;
mod tables;
mod writer;

pub use peers::{Peers, count_bytes};
pub use plot::{Axis, Line, lines};
pub use press::Press;
pub use tables::{Embedded, SPINNER, Tables};
