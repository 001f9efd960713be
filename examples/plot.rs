//! Draws a table as lines: SVG from tab-separated figures.
//!
//!     printf 'size\tspeed\n1\t5\n10\t4\n' | cargo run --release --example plot -- --title 'Speed by size' --log-x
//!
//! The first line names the columns; the first column goes along, each other one is a line.

#![allow(clippy::print_stdout, missing_docs)]

use clap::Parser;
use unspin_measure::{Axis, Line, lines};

/// Draws a tab-separated table on standard input as SVG
#[derive(Parser)]
struct Arguments {
    /// What stands above the plot
    #[arg(long)]
    title: String,
    /// The first column in powers of ten
    #[arg(long)]
    log_x: bool,
    /// The other columns in powers of ten
    #[arg(long)]
    log_y: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let table = std::io::read_to_string(std::io::stdin())?;
    let mut rows = table.lines();
    let names = rows.next().ok_or("line 1: no column names")?.split('\t').skip(1);
    let mut drawn: Vec<Line> = names.map(|name| Line { name: name.to_string(), points: Vec::new() }).collect();
    for (number, row) in rows.enumerate() {
        let wrong = |e: &dyn std::fmt::Display| format!("line {}: {e}: {row}", number + 2);
        let figures: Vec<f64> = row.split('\t').map(str::parse).collect::<Result<_, _>>().map_err(|e| wrong(&e))?;
        if figures.len() != drawn.len() + 1 {
            return Err(wrong(&format!("{} columns for {} names", figures.len(), drawn.len() + 1)).into());
        }
        drawn.iter_mut().zip(&figures[1..]).for_each(|(line, &y)| line.points.push((figures[0], y)));
    }
    let axis = |is_log: bool| if is_log { Axis::Logarithmic } else { Axis::Linear };
    print!("{}", lines(&arguments.title, axis(arguments.log_x), axis(arguments.log_y), &drawn));
    Ok(())
}
