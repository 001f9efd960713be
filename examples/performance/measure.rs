//! Time, instructions and memory.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use unspin::Unspin;
use unspin_measure::{Press, Tables, embedded};

use crate::Failure;

/// The shortest time of one call, among those of half a second, three at least.
pub fn seconds<T>(mut act: impl FnMut() -> T) -> f64 {
    let begin = Instant::now();
    let (mut best, mut calls) = (f64::INFINITY, 0);
    while calls < 3 || begin.elapsed() < Duration::from_millis(500) {
        let start = Instant::now();
        black_box(act());
        best = best.min(start.elapsed().as_secs_f64());
        calls += 1;
        if begin.elapsed() > Duration::from_secs(20) {
            break;
        }
    }
    best
}

/// What a process of its own does: restores articles, and says how much memory that took.
pub fn child(share: u32, times: u32) -> Result<(), Failure> {
    let articles = if times == 0 {
        // Made beforehand, so that no table was touched yet.
        vec![include_str!("../../tests/articles/harbour.spun.txt").to_string()]
    } else {
        Press::new(&Tables::new(&embedded!())).articles(50_000, f64::from(share) / 100.0)
    };
    let before = status("RssAnon")?;
    let unspin = Unspin::new();
    let heap = status("RssAnon")? - before;
    for _ in 0..times.max(1) {
        for text in &articles {
            black_box(unspin.restore(black_box(text)).text().len());
        }
    }
    println!("{heap} {} {}", status("VmRSS")?, articles.iter().map(String::len).sum::<usize>());
    Ok(())
}

/// A line of the kernel's account of this process, in MB.
fn status(name: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|l| l.starts_with(name)).ok_or("no such line")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse::<f64>()? / 1e3)
}

/// Memory that loading adds, and all that is resident after the first restore.
pub fn memory(share: u32) -> Result<[f64; 2], Failure> {
    let out =
        Command::new(std::env::current_exe()?).args(["--child".to_string(), share.to_string(), "0".into()]).output()?;
    let out = String::from_utf8(out.stdout)?;
    let mut figures = out.split_whitespace().map(str::parse::<f64>);
    Ok([figures.next().ok_or("no figure")??, figures.next().ok_or("no figure")??])
}

/// Instructions a byte of one more restore; `None` without valgrind.
pub fn instructions(share: u32) -> Option<f64> {
    let run = |times: u32| -> Option<(f64, f64)> {
        let out = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().ok()?)
            .args(["--child".to_string(), share.to_string(), times.to_string()])
            .output()
            .ok()?;
        let said = String::from_utf8(out.stderr).ok()?;
        let count = said.split("Collected :").nth(1)?.split_whitespace().next()?.parse().ok()?;
        let bytes = String::from_utf8(out.stdout).ok()?.split_whitespace().last()?.parse().ok()?;
        Some((count, bytes))
    };
    let ((one, _), (two, bytes)) = (run(1)?, run(2)?);
    Some((two - one) / bytes)
}
