//! CSV and TSV: one column changes, all other bytes stay.

use super::support::{CLEAN, Folder, SPUN, restored};

#[test]
fn only_the_column_changes() {
    let plain = SPUN[0].to_string();
    let quoting = format!("He said \"no\". {plain}");
    let cases = [
        ("a.csv", "id,text\n1,\"CELL\"\n2,x\n", &plain),
        ("a.csv", "\u{feff}\"id\",\"text\",z\r\n1,\"CELL\",\"a\nb\"\r\n\r\n2,,\r\n", &quoting),
        ("a.csv", "text;id\n\"CELL\";1\n", &plain),
        ("a.tsv", "id\ttext\tz\n1\tCELL\t\"q\"\n", &plain),
        ("a.csv", "id,text\n1,\"CELL\"", &plain),
        ("a.csv", "text\n\"CELL\"\n", &plain),
    ];
    for (name, table, cell) in cases {
        let with = |cell: &str| table.replace("CELL", &cell.replace('"', "\"\""));
        let folder = Folder::new();
        folder.write(name, with(cell));
        let run = folder.clean(&[name, "--quiet"]).expect(0);
        assert_eq!(run.out_text(), with(&restored(cell)));
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
        let status = if reason.starts_with("no column") { 2 } else { 1 };
        let run = folder.clean(&["a.csv"]).expect(status);
        assert_eq!(run.out(), table);
        assert!(run.err().contains(reason), "{}", run.err());
    }
}

#[test]
fn an_archive_that_breaks_off_gives_all_rows_before_the_break() {
    let folder = Folder::new();
    for is_open in [false, true] {
        let mut table = String::from("id,text\n");
        for n in 0..20_000 {
            // A quote that never closes must not take the rows after it along.
            let text = if is_open && n == 10 { "\"open" } else { CLEAN[n % 2] };
            table += &format!("{n},{}\n", text.replace(',', ""));
        }
        folder.write("a.csv", &table);
        folder.clean(&["a.csv", "-o", "a.csv.gz", "--quiet"]).expect(i32::from(is_open));
        let packed = folder.read("a.csv.gz");
        folder.write("torn.csv.gz", &packed[..packed.len() / 2]);
        let run = folder.clean(&["torn.csv.gz"]).expect(1);
        let out = run.out_text();
        assert!(table.starts_with(out) && out.ends_with('\n') && out.len() > table.len() / 4, "{} bytes", out.len());
        assert!(run.err().contains("breaks off"), "{}", run.err());
        assert_eq!(run.err().contains("record 11: a quote that does not close"), is_open, "{}", run.err());
    }
}
