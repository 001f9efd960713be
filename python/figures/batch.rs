//! Runs the batch engine over a file of JSON lines, for `throughput.py` to measure: seconds a run, a line each.
//!
//!     cargo run --release -p unspin-python --example batch -- THREADS RUNS FILE

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use unspin::{Unspin, batch::Batch};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [threads, runs, file] = &arguments[..] else { return Err("batch THREADS RUNS FILE".into()) };
    let texts: Vec<String> =
        std::fs::read_to_string(file)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.parse()?).build()?;
    let unspin = Unspin::new();
    for _ in 0..runs.parse()? {
        let start = Instant::now();
        let restored = Batch::new(&unspin).pool(&pool).restore_slice(&texts);
        // As Python does: the text of each, not the edits alone.
        black_box(restored.iter().map(|restored| restored.text().len()).sum::<usize>());
        println!("{}", start.elapsed().as_secs_f64());
    }
    Ok(())
}
