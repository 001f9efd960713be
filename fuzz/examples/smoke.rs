//! Runs every target for a few seconds on mutations of small valid inputs, with a fixed seed.
//!
//! It finds what any fuzzer finds in its first seconds, on any toolchain, and is part of `.ci/run`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use unspin_fuzz::TARGETS;

/// Bytes of an input at most.
const MOST_BYTES: usize = 4096;

const SPUN: &str = "The White Home stated on Tuesday that Chinese language officers had been behind the assault. \
    The Folks's Liberation Military denied it, in keeping with a report.";

/// Small inputs to begin with, and pieces to be put in.
fn seeds() -> Vec<Vec<u8>> {
    let page = format!("<html><head><title>a</title></head><body><p>{SPUN}</p><script>x</script></body></html>");
    let http = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{page}\r\n0\r\n\r\n",
        page.len()
    );
    let record = |kind: &str, media: &str, content: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n{content}\r\n\r\n",
            content.len()
        )
    };
    let texts = [
        SPUN.to_string(),
        format!("{{\"id\": 7, \"text\": \"{SPUN} \\u00e9\\n\"}}\n{{\"text\": 1}}\n"),
        format!("id,text\n1,\"{SPUN} \"\"x\"\"\"\n2,b\n"),
        format!("id\ttext\n1\t{SPUN}\n2\tb\n"),
        page,
        record("conversion", "text/plain", SPUN) + &record("response", "application/http", &http),
        "# source: none\nfolks\tpeople\t5\nnoun: company | firm\nkeep: Home Depot\n".to_string(),
        "[{\"span\":{\"start\":4,\"end\":9},\"replacement\":\"x\",\"confidence\":0.5,\"spinner\":\"x\",\"entry\":null}]".to_string(),
        "\u{200B} \u{ad}ﬁ é “”’ 🏠 &amp; \\ \" < > { } ] ) \u{0} \r\n\t".to_string(),
    ];
    texts.into_iter().map(String::into_bytes).collect()
}

/// xorshift64*: small, fast, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % below.max(1)
    }
}

fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.next(seeds.len())].clone();
    for _ in 0..1 + random.next(6) {
        let at = random.next(bytes.len());
        match random.next(5) {
            0 if !bytes.is_empty() => bytes[at] = random.next(256) as u8,
            1 => bytes.truncate(at),
            2 => {
                let other = &seeds[random.next(seeds.len())];
                let from = random.next(other.len());
                let to = from + random.next(other.len() - from + 1);
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            3 => {
                let piece = bytes[at..bytes.len().min(at + 40)].to_vec();
                bytes.splice(at..at, piece.repeat(1 + random.next(8)));
            }
            _ => bytes.insert(at, random.next(256) as u8),
        }
    }
    bytes.truncate(MOST_BYTES);
    bytes
}

fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(5);
    let only = std::env::args().nth(2);
    let seeds = seeds();
    let mut is_clean = true;
    for (name, target) in TARGETS.into_iter().filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name)) {
        let (mut random, mut runs, start) = (Random(0x9E37_79B9_7F4A_7C15), 0u64, Instant::now());
        while start.elapsed() < Duration::from_secs(seconds) {
            let bytes = mutate(&seeds, &mut random);
            runs += 1;
            if catch_unwind(AssertUnwindSafe(|| target(&bytes))).is_err() {
                eprintln!("{name}: run {runs} fails on {:?}", String::from_utf8_lossy(&bytes));
                is_clean = false;
                break;
            }
        }
        println!("{name}: {runs} runs");
    }
    if is_clean { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
