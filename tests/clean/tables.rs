//! CSV and TSV: one column changes, all other bytes stay.

use super::support::{CLEAN, Folder, SPUN, restored};

#[test]
fn only_the_column_changes() {
    let text = SPUN[0];
    let new = restored(text);
    let cases = [
        ("a.csv", "id,text\n1,\"TEXT\"\n2,x\n"),
        ("a.csv", "\u{feff}\"id\",\"text\",z\r\n1,\"He said \"\"no\"\". TEXT\",\"a\nb\"\r\n\r\n2,,\r\n"),
        ("a.csv", "text;id\n\"TEXT\";1\n"),
        ("a.tsv", "id\ttext\tz\n1\tTEXT\t\"q\"\n"),
        ("a.csv", "id,text\n1,\"TEXT\""),
        ("a.csv", "text\n\"TEXT\"\n"),
    ];
    for (name, table) in cases {
        let folder = Folder::new();
        folder.write(name, table.replace("TEXT", text));
        let run = folder.clean(&[name, "--quiet"]).expect(0);
        assert_eq!(run.out_text(), table.replace("TEXT", &new));
        assert_eq!(run.err(), "");
    }
}

#[test]
fn many_blocks_and_another_column() {
    let mut table = String::from("id,body,note\n");
    for n in 0..4_000 {
        let text = [SPUN[1], CLEAN[1]][n % 2];
        table += &format!("{n},\"{text}\",\"note {n}, \"\"quoted\"\"\"\n");
    }
    let folder = Folder::new();
    folder.write("a.csv", &table);
    let run = folder.clean(&["a.csv", "--field", "body"]).expect(0);
    assert!(run.out_text() == table.replace(SPUN[1], &restored(SPUN[1])));
}

#[test]
fn rows_that_cannot_be_read_pass_and_are_named() {
    let cases: [(&[u8], &str); 5] = [
        (b"id,text\n1\n2,a\n", "record 1: 1 fields"),
        (b"id,body\n1,a\n", "no column `text` (there are: id, body)"),
        (b"id,text\n1,\"never closed\n2,a\n", "record 1: a quote that does not close"),
        (b"id,text\n1,\xff\xfe\n", "record 1: invalid UTF-8"),
        (b"id,text\n1,\"a\"b\n2,c\n", "record 1: a quote that does not close, or text after it"),
    ];
    for (table, reason) in cases {
        let folder = Folder::new();
        folder.write("a.csv", table);
        let run = folder.clean(&["a.csv"]).expect(1);
        assert_eq!(run.out(), table);
        assert!(run.err().contains(reason), "{}", run.err());
    }
}
