//! Containers under attack: time that grows with the input and no faster, memory that does not grow, and everything
//! that decodes before damage.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::support::{CLEAN, Folder, SPUN, jsonl, jsonl_restored, restored};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(1));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// With a checksum: without one, most flipped bits go unseen.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn record(kind: &str, media: &str, content: &[u8]) -> Vec<u8> {
    let head =
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n", content.len());
    [head.as_bytes(), content, b"\r\n\r\n"].concat()
}

fn response(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n");
    record("response", "application/http", &[head.as_bytes(), body].concat())
}

fn wet(text: &[u8]) -> Vec<u8> {
    record("conversion", "text/plain", text)
}

fn repeated(part: &[u8], size: usize) -> Vec<u8> {
    part.iter().copied().cycle().take(size / part.len() * part.len()).collect()
}

/// Inputs of some megabytes that are made to take long, each by its name.
fn hostile(megabytes: usize) -> Vec<(&'static str, Vec<u8>)> {
    let size = megabytes << 20;
    let chunks = |chunk: &[u8]| [&repeated(chunk, size)[..], b"0\r\n\r\n"].concat();
    let chunked = |body: &[u8]| response("Transfer-Encoding: chunked\r\n", body);
    let lie = b"WARC/1.0\r\nContent-Length: 30000000\r\n\r\n\r\n\r\n";
    vec![
        ("marks.warc", repeated(b"WARC/1.0\n", size)),
        ("marks-of-fields.warc", repeated(b"WARC/1.0: x\r\n", size)),
        ("marks-and-blanks.warc", repeated(b"WARC/1.0\r\n\r\n", size)),
        ("strays.warc", repeated(&[b"stray\r\n", &wet(b"x")[..]].concat(), size)),
        ("stray.warc", repeated(b"stray", size)),
        ("endless-header.warc", [b"WARC/1.0\r\n", &repeated(b"A: b\r\n", size)[..]].concat()),
        ("folded.warc", [b"WARC/1.0\r\nA:\r\n", &repeated(b" \r\n", size)[..]].concat()),
        ("lies.warc", repeated(lie, size)),
        ("line-ends.warc", [&wet(b"x")[..], &repeated(b"\r\n", size), &wet(b"x")].concat()),
        ("empty-records.warc", repeated(&wet(b""), size)),
        (
            "endless-message.warc",
            record("response", "application/http", &[b"HTTP/1.1 200\r\n", &repeated(b"A: b\r\n", size)[..]].concat()),
        ),
        (
            "types.warc",
            response(std::str::from_utf8(&repeated(b"Content-Type: text/html\r\n", size)).unwrap(), b"<p>x"),
        ),
        (
            "codings.warc",
            response(std::str::from_utf8(&repeated(b"Content-Encoding: identity\r\n", size)).unwrap(), b"<p>x"),
        ),
        ("chunk-lines.warc", chunked(&repeated(b"1;x\r\n", size))),
        ("chunks.warc", chunked(&chunks(b"1\r\na\r\n"))),
        ("chunks-with-extensions.warc", chunked(&chunks(b"1;a\r\na\r\n"))),
        ("long-extension.warc", chunked(&[b"1;", &repeated(b"x", size)[..], b"\r\na\r\n0\r\n\r\n"].concat())),
        ("trailers.warc", chunked(&[b"0\r\n", &repeated(b"A: b\r\n", size)[..], b"\r\n"].concat())),
        ("members.jsonl.gz", repeated(&gzip(b"x"), size)),
        ("empty-members.jsonl.gz", repeated(&gzip(b""), size)),
        ("long-name.jsonl.gz", [b"\x1f\x8b\x08\x08\0\0\0\0\0\x03", &repeated(b"name", size)[..]].concat()),
        ("padding.jsonl.gz", [&gzip(b"{}\n")[..], &vec![0; size]].concat()),
        ("frames.jsonl.zst", repeated(&zstd::bulk::compress(b"x", 1).unwrap(), size)),
        ("skipped-frames.jsonl.zst", repeated(b"\x50\x2a\x4d\x18\x01\0\0\0x", size)),
        ("streams.jsonl.bz2", repeated(&bzip2(b"x"), size)),
        ("streams.jsonl.xz", repeated(&xz(b"x"), size)),
        ("lines.jsonl", repeated(b"x\n", size)),
        ("invalid.wet", wet(&repeated(b"a\xff", size))),
        ("damaged-members.wet.gz", repeated(&[&gzip(&wet(b"x"))[..30], &gzip(&wet(b"x"))].concat(), size)),
        ("lures.wet.gz", [&gzip(&wet(b"x"))[..30], &repeated(b"\x1f\x8b\x08\0\0\0\0\0\0\x03", size)].concat()),
        ("digests.warc", record("resource", "text/html", &repeated(b"\nWARC/1.0\nWARC: x", size))),
    ]
}

#[test]
fn time_grows_with_the_input() {
    let folder = Folder::new();
    let (small, large) = (hostile(1), hostile(4));
    let best = |name: &str, bytes: &[u8]| {
        folder.write(name, bytes);
        let time = |_| {
            let start = Instant::now();
            let run = folder.clean(&[name, "--quiet", "--threads", "2"]);
            assert!(matches!(run.status(), 0..=2), "{name}: {}", run.err());
            start.elapsed()
        };
        (0..2).map(time).min().unwrap()
    };
    for ((name, small), (_, large)) in small.iter().zip(&large) {
        let (one, four) = (best(name, small), best(name, large));
        // Four times the input is four times the work; what is quadratic takes sixteen times as long.
        assert!(four < one * 8 + Duration::from_millis(400), "{name}: 1 MB in {one:?}, 4 MB in {four:?}");
        assert!(four < Duration::from_secs(20), "{name}: 4 MB in {four:?}");
    }
}

/// A record that is spun from end to end, and escaped.
fn spun_line(size: usize) -> Vec<u8> {
    let text = repeated(format!("{}\\n", SPUN[0]).as_bytes(), size);
    [b"{\"text\": \"", &text[..], b"\"}\n"].concat()
}

#[cfg(target_os = "linux")]
#[test]
fn small_inputs_take_little_memory() {
    const MOST: u64 = 300 << 20;
    let folder = Folder::new();
    let html = |part: &[u8]| gzip(&response("Content-Encoding: gzip\r\n", &gzip(&repeated(part, 16 << 20))));
    let inputs = [
        ("spaces.warc.gz", html(b" ")),
        ("lines.warc.gz", html(b"\n")),
        ("letters.warc.gz", html(b"a")),
        ("entities.warc.gz", html(b"&lt;")),
        ("paragraphs.warc.gz", html(b"<p>")),
        ("bold.warc.gz", html(b"<b>a</b>\n")),
        ("elements.warc.gz", html(b"<x>")),
        ("blocks.warc.gz", html(b"<div>")),
        ("invalid.warc.gz", html(b"a\xff")),
        ("letters-of-no-encoding.warc.gz", html(b"\xe9")),
        ("spun-and-entities.warc.gz", html(format!("{} &amp; ", SPUN[0]).as_bytes())),
        ("spun-and-escapes.jsonl.gz", gzip(&spun_line(24 << 20))),
        ("spun.warc.gz", html(format!("<p>{}</p>", SPUN[0]).as_bytes())),
        ("zeros.warc.gz", gzip(&response("Content-Encoding: gzip\r\n", &gzip(&vec![0; 1 << 30])))),
        ("invalid.wet.gz", gzip(&wet(&repeated(b"a\xff", 31 << 20)))),
        ("spun.wet.gz", gzip(&wet(&repeated(format!("{} ", SPUN[0]).as_bytes(), 31 << 20)))),
        ("lines.wet.gz", gzip(&wet(&repeated(b"\n", 31 << 20)))),
        ("spun.txt.gz", gzip(&repeated(format!("{} ", SPUN[0]).as_bytes(), 24 << 20))),
        ("long-record.warc.gz", gzip(&wet(&repeated(b"It rained. ", 80 << 20)))),
        ("faults.jsonl.gz", gzip(&repeated(b"x\n", 10 << 20))),
        ("chunks.warc.gz", gzip(&response("Transfer-Encoding: chunked\r\n", &repeated(b"1;a\r\na\r\n", 31 << 20)))),
        ("header.warc.gz", gzip(&[b"WARC/1.0\r\n", &repeated(b"A: b\r\n", 32 << 20)[..]].concat())),
        ("lies.warc.gz", gzip(&repeated(b"WARC/1.0\r\nContent-Length: 30000000\r\n\r\n\r\n\r\n", 48 << 20))),
        ("large.jsonl.bz2", bzip2(&repeated(b"{\"text\": \"It rained.\"}\n", 32 << 20))),
        ("large.jsonl.xz", xz(&repeated(b"{\"text\": \"It rained.\"}\n", 32 << 20))),
    ];
    let mut wrong = Vec::new();
    for (name, bytes) in inputs {
        assert!(bytes.len() < 2 << 20, "{name}: {} bytes", bytes.len());
        folder.write(name, &bytes);
        let (run, peak) = folder.peak(&[name, "--quiet", "--threads", "2"]);
        assert!(matches!(run.status(), 0 | 1), "{name}: {}", run.err());
        if peak >= MOST {
            wrong.push(format!("{name} of {} bytes: {} MB", bytes.len(), peak >> 20));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bzip2_and_xz_are_read_to_the_last_stream() {
    let folder = Folder::new();
    let input = jsonl(3_000);
    let (first, second) = input.as_bytes().split_at(input.len() / 3);
    for (ending, pack) in [("bz2", bzip2 as fn(&[u8]) -> Vec<u8>), ("xz", xz)] {
        let name = format!("a.jsonl.{ending}");
        folder.write(&name, [pack(first), pack(b""), pack(second)].concat());
        assert!(folder.clean(&[&name]).expect(0).out_text() == jsonl_restored(3_000), "{ending}");
        // Zeros may stand between streams and after them, four at a time as xz has them.
        folder.write(&name, [&pack(first)[..], &[0; 8], &pack(second), &[0; 4]].concat());
        assert!(folder.clean(&[&name]).expect(0).out_text() == jsonl_restored(3_000), "{ending}, padded");
        // In a folder the result has the name of what is in it.
        folder.clean(&[&name, "-o", "out/"]).expect(0);
        assert!(folder.read("out/a.jsonl") == jsonl_restored(3_000).as_bytes(), "{ending}");
        folder.write("b.jsonl", pack(input.as_bytes()));
        assert!(folder.clean(&["b.jsonl"]).expect(0).out_text() == jsonl_restored(3_000), "{ending}");
    }
    // A text that begins as bzip2 does.
    folder.write("c.txt", "BZh9 is how it begins.\n");
    assert_eq!(folder.clean(&["c.txt"]).expect(0).out_text(), "BZh9 is how it begins.\n");
}

/// Records of one line, of which no two are alike, so that compression does not see through them.
fn lines(records: usize) -> Vec<u8> {
    let mut state = 9u64;
    let mut line = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{{\"id\": \"{n}-{state:x}\", \"text\": \"{}\"}}\n", CLEAN[n % 2]).into_bytes()
    };
    (0..records).flat_map(&mut line).collect()
}

#[test]
fn damage_keeps_what_decodes_before_it() {
    let folder = Folder::new();
    let input = lines(12_000);
    type Pack = fn(&[u8]) -> Vec<u8>;
    let packs: [(&str, Pack); 4] = [("gz", gzip), ("bz2", bzip2), ("xz", xz), ("zst", zstd)];
    for (ending, pack) in packs {
        let packed = pack(&input);
        // A member after the damaged one: what a decoder reads ahead must not matter.
        let packed = [&packed[..], &packed].concat();
        let name = format!("a.jsonl.{ending}");
        for (at, is_cut) in [(packed.len() / 3, true), (packed.len() / 4, false), (packed.len() / 2 - 3, false)] {
            let mut bytes = packed.clone();
            if is_cut {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 0x10;
            }
            folder.write(&name, &bytes);
            let run = folder.clean(&[&name, "--quiet"]);
            // Behind a damaged gzip member reading goes on; the others end there.
            let is_named = run.err().contains("breaks off") || ending == "gz" && run.err().contains("is damaged");
            assert!(run.status() == 1 && is_named, "{name}: {}", run.err());
            let out = run.out();
            assert!(out.is_empty() || out.ends_with(b"\n"), "{name} {at}");
            // The record in which a flipped bit stands may come out otherwise than it went in.
            let same = out.iter().zip(&input).take_while(|(a, b)| a == b).count();
            let share = at as f64 / (packed.len() / 2) as f64;
            let block = if ending == "gz" { 40 << 10 } else { 160 << 10 };
            assert!(
                same as f64 + block as f64 > input.len() as f64 * share.min(1.0),
                "{name} {at}: {same} of {}",
                input.len()
            );
            // However the bytes arrive, the same comes out.
            let piped = folder.clean_slowly(&["--format", "jsonl", "--quiet"], &bytes);
            assert!(piped == out, "{name} {at}: {} and {}", piped.len(), out.len());
        }
    }
}

/// An archive of members of which the third is damaged in some way: all others come out, and the damage is named.
#[test]
fn damage_in_a_member_costs_that_member() {
    let text = |n: usize| format!("{n} {}", SPUN[0]);
    let members: Vec<Vec<u8>> = (0..6).map(|n| gzip(&wet(text(n).as_bytes()))).collect();
    let out = |kept: &[usize]| kept.iter().flat_map(|&n| wet(restored(&text(n)).as_bytes())).collect::<Vec<u8>>();
    let changed = |at: usize| {
        let mut bytes = members[2].clone();
        bytes[at] ^= 0x55;
        bytes
    };
    let last = members[2].len() - 6;
    // A place of what is looked for in what is skipped: no record begins there.
    let lure = [&b"\x1f\x8b\x08"[..], &members[2][3..20], &gzip(b"stray")].concat();
    let damaged: [(&str, Vec<u8>, &[usize]); 7] = [
        ("a byte", changed(60), &[0, 1, 3, 4, 5]),
        ("the head", changed(2), &[0, 1, 3, 4, 5]),
        ("the first byte", changed(0), &[0, 1, 3, 4, 5]),
        ("the checksum", changed(last), &[0, 1, 2, 3, 4, 5]),
        ("the end", members[2][..50].to_vec(), &[0, 1, 3, 4, 5]),
        ("all", b"junk".repeat(100), &[0, 1, 3, 4, 5]),
        ("lures", lure.repeat(20), &[0, 1, 3, 4, 5]),
    ];
    let folder = Folder::new();
    for (what, member, kept) in damaged {
        let offset = members[0].len() + members[1].len();
        let archive = [&members[..2].concat()[..], &member, &members[3..].concat()].concat();
        folder.write("a.wet.gz", &archive);
        let run = folder.clean(&["a.wet.gz", "--quiet"]).expect(1);
        // Where a byte is read as another one, only the checksum tells: the record comes out, and is named.
        let is_right = match what {
            "a byte" => run.out().starts_with(&out(&[0, 1])) && run.out().ends_with(&out(&[3, 4, 5])),
            _ => run.out() == out(kept),
        };
        assert!(is_right, "{what}: {} and {}", String::from_utf8_lossy(run.out()), run.err());
        let place = format!("in the member at byte {offset}; reading goes on with the one at byte ");
        assert!(run.err().contains(&place), "{what}: {}", run.err());
        let piped = folder.clean_slowly(&["--format", "wet", "--quiet"], &archive);
        assert!(piped == run.out(), "{what}");
    }
    // JSON lines in blocks, as the cleaner itself packs them; the rest of a line is no record.
    let blocks: Vec<Vec<u8>> = (0..3).map(|_| gzip(jsonl(2).as_bytes())).collect();
    folder.write("a.jsonl.gz", [&blocks[0][..], &blocks[1][..90], &blocks[2]].concat());
    let run = folder.clean(&["a.jsonl.gz", "--quiet"]).expect(1);
    assert_eq!(run.out_text(), jsonl_restored(2).repeat(2), "{}", run.err());
}

#[test]
fn a_record_is_a_member_whatever_its_length() {
    let folder = Folder::new();
    let long = record("resource", "video/mp4", &lines(300_000));
    assert!(long.len() > 33 << 20);
    let parts = [wet(SPUN[0].as_bytes()), long, wet(b"\xe2\x80\xa6"), wet(SPUN[1].as_bytes())];
    folder.write("a.warc", parts.concat());
    folder.clean(&["a.warc", "--quiet", "-o", "b.warc.gz"]).expect(1);
    let expected =
        [wet(restored(SPUN[0]).as_bytes()), parts[1].clone(), parts[2].clone(), wet(restored(SPUN[1]).as_bytes())];
    let packed = folder.read("b.warc.gz");
    let mut rest = packed.as_slice();
    for part in &expected {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut plain).unwrap();
        assert!(plain == *part, "a member of {} bytes, a record of {}", plain.len(), part.len());
        rest = member.into_inner();
    }
    assert!(rest.is_empty());
}

#[test]
fn archives_of_zstd_may_bring_their_dictionary() {
    let samples: Vec<Vec<u8>> = lines(4_000).split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
    let dictionary = zstd::dict::from_samples(&samples, 4 << 10).unwrap();
    let mut compressor = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    let input = [wet(SPUN[0].as_bytes()), wet(CLEAN[0].as_bytes())];
    let frames: Vec<u8> = input.iter().flat_map(|record| compressor.compress(record).unwrap()).collect();
    let folder = Folder::new();
    for stored in [dictionary.clone(), zstd::bulk::compress(&dictionary, 3).unwrap()] {
        let head = [&b"\x5d\x2a\x4d\x18"[..], &(stored.len() as u32).to_le_bytes()].concat();
        folder.write("a.wet.zst", [&head[..], &stored, &frames].concat());
        let expected = [wet(restored(SPUN[0]).as_bytes()), input[1].clone()].concat();
        assert_eq!(folder.clean(&["a.wet.zst"]).expect(0).out(), expected);
    }
}

#[test]
fn records_that_cannot_be_read_are_counted_beyond_a_thousand_a_block() {
    let folder = Folder::new();
    folder.write("a.jsonl", "x\n".repeat(200_000));
    let run = folder.clean(&["a.jsonl", "--quiet", "--fault-file", "faults.jsonl"]).expect(1);
    assert!(run.out() == "x\n".repeat(200_000).as_bytes());
    let faults = String::from_utf8(folder.read("faults.jsonl")).unwrap();
    let count = faults.lines().count();
    assert!(faults.contains(" more up to record 200000") && (1_000..3_000).contains(&count), "{count}");
    assert!(run.err().lines().count() < 30, "{}", run.err());
}
