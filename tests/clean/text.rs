//! Plain text: a file is a record.

use super::support::{CLEAN, Folder, SPUN, restored};

#[test]
fn a_file_is_a_record() {
    let folder = Folder::new();
    let article = SPUN.join("\n\n");
    folder.write("news.txt", &article);
    let run = folder.clean(&["news.txt"]).expect(0);
    assert_eq!(run.out_text(), restored(&article));
    assert!(run.err().contains("1 record in 1 file"), "{}", run.err());
    let from_pipe = folder.clean_from(&[], article.as_bytes()).expect(0);
    assert_eq!(from_pipe.out(), run.out());
}

#[test]
fn what_is_no_text_passes() {
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(CLEAN[0].encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let binary: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (input, reason) in [(&utf16, "UTF-16"), (&binary, "no text")] {
        let folder = Folder::new();
        folder.write("a.txt", input);
        let run = folder.clean(&["a.txt"]).expect(1);
        assert_eq!(run.out(), input.as_slice());
        assert!(run.err().contains("a.txt: record 1: ") && run.err().contains(reason), "{}", run.err());
    }
}

#[test]
fn invalid_bytes_stay_between_restored_words() {
    let folder = Folder::new();
    let mut input = b"\xe9\xff ".to_vec();
    input.extend_from_slice(SPUN[0].as_bytes());
    input.extend_from_slice(b" caf\xe9");
    folder.write("a.txt", &input);
    let run = folder.clean(&["a.txt"]).expect(1);
    let mut expected = b"\xe9\xff ".to_vec();
    expected.extend_from_slice(restored(SPUN[0]).as_bytes());
    expected.extend_from_slice(b" caf\xe9");
    assert_eq!(run.out(), expected);
}

#[test]
fn a_text_of_megabytes_is_cut_and_put_together() {
    let folder = Folder::new();
    let paragraph = format!("{}\n\n{}\n\n", SPUN[0], CLEAN[0]);
    let text = paragraph.repeat(3_500_000 / paragraph.len());
    folder.write("a.txt", &text);
    let run = folder.clean(&["a.txt"]).expect(0);
    // Pieces are judged one by one: the same words, but for a few at the cuts.
    let expected = restored(&text);
    let alike = run.out_text().lines().zip(expected.lines()).filter(|(a, b)| a == b).count();
    let lines = expected.lines().count();
    assert_eq!(run.out_text().lines().count(), lines);
    assert!(alike * 100 >= lines * 99, "{alike} of {lines}");
}
