//! WET and WARC: text and pages are restored, lengths and digests are true, all other records stay.

use sha1::{Digest, Sha1};

use super::support::{CLEAN, Folder, SPUN, restored};

fn sha1(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn record(kind: &str, media: &str, content: &str) -> String {
    let digest = sha1(content.as_bytes());
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://example.org/{kind}\r\nWARC-Block-Digest: sha1:{digest}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n{content}\r\n\r\n",
        content.len()
    )
}

fn wet(texts: &[&str]) -> String {
    let info = record("warcinfo", "application/warc-fields", "software: test\r\n");
    texts.iter().fold(info, |all, text| all + &record("conversion", "text/plain", text))
}

fn response(body: &str) -> String {
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n", body.len());
    let content = head + body;
    let payload = format!("WARC-Payload-Digest: sha1:{}\r\nContent-Type:", sha1(body.as_bytes()));
    record("response", "application/http; msgtype=response", &content)
        .replace("Content-Type: application", &format!("{payload} application"))
}

#[test]
fn text_of_wet_is_restored_with_true_lengths_and_digests() {
    let texts: Vec<&str> = (0..3_000).map(|n| [SPUN[0], CLEAN[0], SPUN[2]][n % 3]).collect();
    let expected: Vec<String> = texts.iter().map(|text| restored(text)).collect();
    let expected = wet(&expected.iter().map(String::as_str).collect::<Vec<_>>());
    let folder = Folder::new();
    folder.write("a.wet", wet(&texts));
    for output in ["b.wet", "b.warc.wet.gz", "b.warc.wet.zst"] {
        folder.clean(&["a.wet", "-o", output]).expect(0);
        let run = folder.clean(&[output]).expect(0);
        assert!(run.out_text() == expected, "{output}");
    }
    // A member of gzip a record, as readers that seek want it.
    let members = folder.read("b.warc.wet.gz").windows(4).filter(|w| w == b"\x1f\x8b\x08\x00").count();
    assert!(members >= 3_001, "{members}");
}

#[test]
fn pages_of_warc_are_restored_and_all_else_stays() {
    let page =
        |text: &str| format!("<html><body><p class=\"White Home\">{text}</p><script>stated</script></body></html>");
    let rest = record("request", "application/http; msgtype=request", "GET /White-Home-stated HTTP/1.1\r\n\r\n")
        + &record(
            "response",
            "application/http",
            "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nThe White Home stated",
        )
        + &record("metadata", "application/warc-fields", "note: The White Home stated\r\n")
        + &record("resource", "text/html", &page(CLEAN[0]));
    let input = response(&page(SPUN[0])) + &rest + &response(&page(SPUN[1]));
    let expected = response(&page(&restored(SPUN[0]))) + &rest + &response(&page(&restored(SPUN[1])));
    let folder = Folder::new();
    folder.write("a.warc", &input);
    let run = folder.clean(&["a.warc"]).expect(0);
    assert_eq!(run.out_text(), expected);
}

#[test]
fn archives_that_break_off_give_their_whole_records() {
    let input = wet(&[SPUN[0], SPUN[1], CLEAN[0]]);
    let folder = Folder::new();
    let whole = folder.clean_from(&["--format", "wet"], input.as_bytes()).expect(0);
    for cut in (1..40).map(|n| input.len() * n / 40) {
        let run = folder.clean_from(&["--format", "wet"], &input.as_bytes()[..cut]);
        let out = run.out_text();
        // A record that lacks nothing but the line ends after it is whole.
        let lacks_ends = "\r\n\r\nWARC/".contains(&input[cut..input.len().min(cut + 9)]);
        assert!(whole.out_text().starts_with(out) && (out.is_empty() || out.ends_with("\r\n") || lacks_ends), "{cut}");
        // Restored records differ in length: those of the input tell where the whole ones end.
        let is_torn = !(input[..cut].ends_with("\r\n\r\n") || lacks_ends)
            || input[..cut].matches("WARC/").count() > out.matches("WARC/").count();
        assert_eq!(run.status(), i32::from(is_torn), "{cut}: {}", run.err());
    }
}

#[test]
fn digests_that_cannot_be_made_leave_the_record() {
    let input =
        wet(&[SPUN[0], SPUN[1]]).replacen("conversion\r\n", "conversion\r\nWARC-Payload-Digest: md5:abc\r\n", 1);
    let run = Folder::new().clean_from(&["--format", "wet"], input.as_bytes()).expect(1);
    assert!(run.err().contains("record 2: its digest `md5:abc`"), "{}", run.err());
    assert!(run.out_text().contains(SPUN[0]) && run.out_text().contains(&restored(SPUN[1])));
}
