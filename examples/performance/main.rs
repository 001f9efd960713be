//! Measures the engine beside its peers and prints `docs/performance.md`; writes its plots under `docs/`.
//!
//!     cargo run --release --example performance > docs/performance.md
//!
//! Takes some three minutes, and 3 GB for the document of 100 MB; `--quick` leaves that one out.

#![allow(clippy::print_stdout, missing_docs)]

mod measure;

use std::fmt::Write as _;
use std::hint::black_box;

use measure::{child, instructions, memory, seconds};
use unspin::Unspin;
use unspin::batch::Batch;
use unspin::prefilter::Prefilter;
use unspin_core::dictionary::compile::MAX_PHRASE;
use unspin_core::text::tokens;
use unspin_measure::{Axis, Line, Peers, Press, SPINNER, Tables, count_bytes, embedded, lines};

const SIZE: usize = 200 << 10;
const SHARES: [u32; 4] = [0, 5, 20, 35];

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, share, times] = &arguments[..]
        && mode == "--child"
    {
        return child(share.parse()?, times.parse()?);
    }
    let is_quick = arguments.iter().any(|a| a == "--quick");
    let tables = Tables::new(&embedded!());
    let press = Press::new(&tables);
    let peers = Peers::new(&tables);
    let unspin = Unspin::new();
    let mut page = String::new();
    introduction(&mut page, &tables, &peers)?;
    let ratios = throughput(&mut page, &shelves(&press, &Press::of_few(&tables))?, &peers, &unspin)?;
    stages(&mut page, &tables, &press, &unspin)?;
    let growth = growth(&mut page, &press, &unspin, is_quick)?;
    dictionaries(&mut page, &press)?;
    let scaling = threads(&mut page, &press, &unspin)?;
    let load = load(&mut page)?;
    targets(&mut page, &ratios, &[scaling, growth], load)?;
    page += include_str!("decisions.md");
    print!("{page}");
    Ok(())
}

fn introduction(page: &mut String, tables: &Tables, peers: &Peers) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism()?;
    writeln!(
        page,
        "# Speed, load time and memory\n\n\
         Printed by `cargo run --release --example performance`, on {cores} cores that others may have used too: \
         read the ratios, which were measured side by side, before the speeds.\n\n\
         Articles of 3 kB are made of sentences drawn from the context model, as varied as news, the same each time; \
         beside them stand articles made of the few sentences of the repository's own, which every table of the peers \
         has in the cache, and real news where it is at hand. Spun text has that share of its words replaced by what \
         `{SPINNER}` was seen to write. The peers search the {} phrases of the dictionary that can be spelt (it has {}, \
         with {} rewrites). One core unless said.\n",
        peers.originals.len(),
        tables.dictionary.phrases(),
        tables.dictionary.len()
    )?;
    Ok(())
}

fn rate(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / seconds / 1e6
}

/// Articles to restore: what they are, the share of spun words, and whether the plot shows them.
struct Shelf {
    name: String,
    share: u32,
    articles: Vec<String>,
    is_drawn: bool,
}

fn shelves(press: &Press, few: &Press) -> Result<Vec<Shelf>, Failure> {
    let mut shelves = Vec::new();
    if let Some(real) = real_articles()? {
        let spun = real.iter().zip(0..).map(|(article, n)| press.spun(article, n, 0.35)).collect();
        for (name, share, articles) in [("real news", 0, real), ("real news", 35, spun)] {
            shelves.push(Shelf { name: name.into(), share, articles, is_drawn: false });
        }
    }
    for share in SHARES {
        let articles = press.articles(SIZE, f64::from(share) / 100.0);
        shelves.push(Shelf { name: "made".into(), share, articles, is_drawn: true });
    }
    for share in [0, 35] {
        let articles = few.articles(SIZE, f64::from(share) / 100.0);
        shelves.push(Shelf { name: "made of few sentences".into(), share, articles, is_drawn: false });
    }
    Ok(shelves)
}

/// A ratio to a peer, and whether it is what was asked for.
struct Target {
    what: String,
    ratio: f64,
    is_met: bool,
}

/// Speed by share of spun text, beside the peers; returns the ratios that targets name.
fn throughput(page: &mut String, shelves: &[Shelf], peers: &Peers, unspin: &Unspin) -> Result<Vec<Target>, Failure> {
    writeln!(page, "## Speed beside the peers, MB/s\n")?;
    writeln!(
        page,
        "| text | spun | restore | detect | DFA | NFA | daachorse | replace, DFA | replace, NFA | count bytes | restore : DFA | replace, DFA : restore | replace, NFA : restore | instructions a byte |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )?;
    let (mut ratios, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for Shelf { name, share, articles, is_drawn } in shelves {
        let folded: Vec<String> = articles.iter().map(|a| a.to_ascii_lowercase()).collect();
        let bytes = articles.iter().map(String::len).sum();
        // Each tool takes the articles one by one, as a scraper would.
        let speed = |texts: &[String], act: &dyn Fn(&str) -> usize| {
            rate(bytes, seconds(|| texts.iter().map(|text| act(black_box(text))).sum::<usize>()))
        };
        let restore = speed(articles, &|text| unspin.restore(text).text().len());
        let detect = speed(articles, &|text| usize::from(unspin.detect(text).is_spun()));
        let dfa = speed(articles, &|text| black_box(peers.find_dfa(text)) as usize);
        let nfa = speed(articles, &|text| black_box(peers.find_nfa(text)) as usize);
        let double_array = speed(&folded, &|text| black_box(peers.find_double_array(text)) as usize);
        let [replace_dfa, replace_nfa] =
            [&peers.dfa, &peers.nfa].map(|automaton| speed(articles, &|text| peers.replace(automaton, text).len()));
        let count = speed(articles, &|text| black_box(count_bytes(text)) as usize);
        let counted = is_drawn.then(|| instructions(*share)).flatten();
        let counted = counted.map_or("not counted".to_string(), |n| format!("{n:.1}"));
        writeln!(
            page,
            "| {name} | {share} % | {restore:.1} | {detect:.1} | {dfa:.0} | {nfa:.0} | {double_array:.0} | \
             {replace_dfa:.0} | {replace_nfa:.0} | {count:.0} | {:.2} | {:.1} | {:.1} | {counted} |",
            restore / dfa,
            replace_dfa / restore,
            replace_nfa / restore
        )?;
        match share {
            0 => ratios.push(Target {
                what: format!("{name}, clean: at least as fast as the DFA"),
                ratio: restore / dfa,
                is_met: restore >= dfa,
            }),
            35 => ratios.extend([("DFA", replace_dfa), ("NFA", replace_nfa)].map(|(kind, replace)| Target {
                what: format!("{name}, 35 % spun: at most 4 times replace_all_with by the {kind}"),
                ratio: replace / restore,
                is_met: replace <= 4.0 * restore,
            })),
            _ => {}
        }
        if *is_drawn {
            ours.push((f64::from(*share), restore));
            theirs.push((f64::from(*share), dfa));
        }
    }
    let drawn =
        [Line { name: "restore".into(), points: ours }, Line { name: "aho-corasick DFA".into(), points: theirs }];
    std::fs::write(
        "docs/speed.svg",
        lines("MB/s by share of spun words (%)", Axis::Linear, Axis::Logarithmic, &drawn),
    )?;
    writeln!(page, "\n![Speed by share of spun words](speed.svg)\n")?;
    Ok(ratios)
}

/// A sample of the news collected beside the repository, where it is at hand.
fn real_articles() -> Result<Option<Vec<String>>, Failure> {
    let Ok(folder) = std::fs::read_dir("../shared/clean") else { return Ok(None) };
    let mut paths = folder.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    let mut articles = Vec::new();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "jsonl")) {
        for line in std::fs::read_to_string(path)?.lines().take(100) {
            let record: serde_json::Value = serde_json::from_str(line)?;
            articles.extend(record["spun"].as_str().map(str::to_string));
        }
    }
    Ok((!articles.is_empty()).then_some(articles))
}

fn stages(page: &mut String, tables: &Tables, press: &Press, unspin: &Unspin) -> Result<(), Failure> {
    writeln!(page, "## Cost by stage, nanoseconds a byte\n\n| stage | clean | 35 % spun |\n| --- | --- | --- |")?;
    let texts = [press.document(SIZE, 0.0), press.document(SIZE, 0.35)];
    let ids = [tables.ids(&texts[0]), tables.ids(&texts[1])];
    let mut row = |name: &str, measure: &mut dyn FnMut(usize) -> f64| {
        let [clean, spun] = [0, 1].map(|n| measure(n) * 1e9 / texts[n].len() as f64);
        writeln!(page, "| {name} | {clean:.2} | {spun:.2} |")
    };
    let prefilter = Prefilter::new(&tables.telltales)?;
    row("prefilter", &mut |n| seconds(|| prefilter.scores(black_box(&texts[n]))))?;
    let mut found = Vec::new();
    row("words", &mut |n| {
        seconds(|| {
            found.clear();
            tokens(black_box(&texts[n]), &mut found);
        })
    })?;
    row("words and their ids", &mut |n| seconds(|| tables.ids(black_box(&texts[n]))))?;
    row("dictionary, every word", &mut |n| {
        let ids = &ids[n];
        let at = |from: usize, count: &mut usize| {
            let end = ids.len().min(from + MAX_PHRASE);
            tables.dictionary.matches(&ids[from..end], |found| *count += found.words);
        };
        seconds(|| (0..ids.len()).fold(0, |mut count, from| (at(from, &mut count), count).1))
    })?;
    row("context, as it stands", &mut |n| {
        let start = (0.0, tables.context.after(unspin_core::text::vocabulary::EDGE));
        seconds(|| {
            ids[n].iter().fold(start, |(log, state), &id| {
                let (score, next) = tables.context.score(state, id);
                (log + score, next)
            })
        })
    })?;
    row("detect, all stages", &mut |n| seconds(|| unspin.detect(black_box(&texts[n]))))?;
    row("restore, all stages and rounds", &mut |n| seconds(|| unspin.restore(black_box(&texts[n]))))?;
    writeln!(page, "\nClean text stops after the prefilter; the stages below it are measured by themselves.\n")?;
    Ok(())
}

/// Cost by text length; returns the time a byte of the longest over that of 100 kB.
fn growth(page: &mut String, press: &Press, unspin: &Unspin, is_quick: bool) -> Result<f64, Failure> {
    writeln!(
        page,
        "## One document, by its length\n\nArticles one after the other as one text.\n\n| bytes | clean, MB/s | 35 % spun, MB/s |\n| --- | --- | --- |"
    )?;
    let (mut clean_line, mut spun_line) = (Vec::new(), Vec::new());
    for size in [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000] {
        if is_quick && size > 10_000_000 {
            continue;
        }
        let speed = |share: f64| {
            let text = press.document(size, share);
            rate(text.len(), seconds(|| unspin.restore(black_box(&text)).text().len()))
        };
        let (clean, spun) = (speed(0.0), speed(0.35));
        writeln!(page, "| {size} | {clean:.1} | {spun:.2} |")?;
        clean_line.push((size as f64, clean));
        spun_line.push((size as f64, spun));
    }
    let ratio = spun_line[1].1 / spun_line[spun_line.len() - 1].1;
    let drawn =
        [Line { name: "clean".into(), points: clean_line }, Line { name: "35 % spun".into(), points: spun_line }];
    std::fs::write(
        "docs/growth.svg",
        lines("MB/s by length of one document (bytes)", Axis::Logarithmic, Axis::Logarithmic, &drawn),
    )?;
    writeln!(page, "\n![Speed by length](growth.svg)\n")?;
    Ok(ratio)
}

fn dictionaries(page: &mut String, press: &Press) -> Result<(), Failure> {
    writeln!(
        page,
        "## By size of a user's dictionary, read beside the embedded one\n\n| phrases added | load, ms | clean, MB/s | 35 % spun, MB/s |\n| --- | --- | --- | --- |"
    )?;
    let texts = [press.document(SIZE, 0.0), press.document(SIZE, 0.35)];
    let path = std::env::temp_dir().join(format!("unspin-performance-{}.tsv", std::process::id()));
    for count in [0u64, 1000, 10_000, 100_000] {
        let letters = |mut n: u64| -> String {
            let mut word = String::from("q");
            while n > 0 {
                word.push((b'a' + (n % 26) as u8) as char);
                n /= 26;
            }
            word
        };
        let entry = |n: u64| format!("{} {}\t{}x\t1\n", letters(n % 3000), letters(n), letters(n));
        std::fs::write(&path, (1..=count).map(entry).collect::<String>())?;
        let build = || -> Result<Unspin, Failure> {
            let builder = Unspin::builder();
            Ok(if count == 0 { builder.build()? } else { builder.dictionary(&path)?.build()? })
        };
        let load = seconds(|| build().is_ok());
        let unspin = build()?;
        let [clean, spun] = [0, 1].map(|n| rate(texts[n].len(), seconds(|| unspin.restore(black_box(&texts[n])))));
        writeln!(page, "| {count} | {:.2} | {clean:.1} | {spun:.2} |", load * 1e3)?;
    }
    std::fs::remove_file(&path)?;
    writeln!(page)?;
    Ok(())
}

/// Returns how much faster two threads are than one.
fn threads(page: &mut String, press: &Press, unspin: &Unspin) -> Result<f64, Failure> {
    writeln!(page, "## Threads, a batch of articles, 35 % spun\n\n| threads | MB/s |\n| --- | --- |")?;
    let articles = press.articles(4 * SIZE, 0.35);
    let bytes = articles.iter().map(String::len).sum();
    let mut speeds = Vec::new();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let batch = Batch::new(unspin).pool(&pool);
        speeds.push(rate(bytes, seconds(|| batch.restore_slice(black_box(&articles)).len())));
        writeln!(page, "| {threads} | {:.2} |", speeds[speeds.len() - 1])?;
    }
    writeln!(page)?;
    Ok(speeds[1] / speeds[0])
}

/// Returns the load time in milliseconds, and heap and resident memory in MB.
fn load(page: &mut String) -> Result<[f64; 3], Failure> {
    let time = 1e3 * seconds(Unspin::new);
    let [heap, resident] = memory(35)?;
    writeln!(
        page,
        "## Load and memory\n\n| | |\n| --- | --- |\n| `Unspin::new()` | {time:.2} ms |\n| anonymous memory it adds | {heap:.2} MB |\n\
         | resident after restoring an article, the program's own pages counted | {resident:.1} MB |\n"
    )?;
    Ok([time, heap, resident])
}

fn targets(page: &mut String, ratios: &[Target], more: &[f64; 2], load: [f64; 3]) -> Result<(), Failure> {
    writeln!(page, "## Targets\n\n| target | measured | |\n| --- | --- | --- |")?;
    let mut row = |target: &str, measured: String, is_met: bool| {
        writeln!(page, "| {target} | {measured} | {} |", if is_met { "met" } else { "**missed**" })
    };
    for Target { what, ratio, is_met } in ratios {
        row(what, format!("{ratio:.1} times"), *is_met)?;
    }
    row("load in 10 ms", format!("{:.2} ms", load[0]), load[0] <= 10.0)?;
    row("load in 1 MB of heap", format!("{:.2} MB", load[1]), load[1] <= 1.0)?;
    row("resident under 40 MB", format!("{:.1} MB", load[2]), load[2] < 40.0)?;
    row("two threads 1.9 times one", format!("{:.2} times", more[0]), more[0] >= 1.9)?;
    row("time linear in length", format!("{:.2} times a byte, longest to 100 kB", more[1]), more[1] < 1.3)?;
    writeln!(page)?;
    Ok(())
}
