//! HTML: what a reader sees is restored, every other byte stays.

use super::support::{Folder, SPUN, restored};

/// A page around two paragraphs; `A` and `B` stand for them.
const PAGE: &str = "<!doctype html>\n<html><head><title>News</title><meta name=\"description\" content=\"The White Home stated\">
<script>var a = \"The White Home stated <p>\"; // stated</script><style>p::before { content: 'White Home' }</style></head>
<body class='White Home'><!-- The White Home stated -->
<p title=\"the corporate stated\">A</p>
<pre>The White Home stated</pre><code>White Home</code>
<ul><li>B<li>bread</ul>
<a href=\"https://example.org/white-home-stated\"><img alt=\"White Home\" src=x></a>
</body></html>\n";

fn page(a: &str, b: &str) -> String {
    PAGE.replace("A</p>", &format!("{a}</p>")).replace("<li>B", &format!("<li>{b}"))
}

#[test]
fn markup_stays_byte_for_byte() {
    let folder = Folder::new();
    // Texts of which no word hangs on what stands beside them: a page is read as one.
    folder.write("a.html", page(SPUN[0], SPUN[2]));
    let run = folder.clean(&["a.html"]).expect(0);
    assert_eq!(run.out_text(), page(&restored(SPUN[0]), &restored(SPUN[2])));
}

#[test]
fn phrases_across_tags_and_lines_are_found() {
    let spun = "The White <b>Home</b> stated on Tuesday that Chinese language <i>officers</i> had been behind the\n  assault &amp; the raid. The <em>Folks&#8217;s Liberation</em>\n<strong>Military</strong> denied it, in <u>keeping</u> with a spokesperson.";
    let folder = Folder::new();
    folder.write("a.html", page(spun, SPUN[1]));
    let run = folder.clean(&["a.html"]).expect(0);
    let out = run.out_text();
    for part in [
        "The White <b>House</b> said",
        "&amp; the raid",
        "<em>People&#8217;s Liberation</em>\n<strong>Army</strong> denied",
        "<pre>The White Home stated</pre>",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    let tags =
        |page: &str| page.split('<').skip(1).map(|t| t.split('>').next().unwrap().to_string()).collect::<Vec<_>>();
    assert_eq!(tags(out), tags(&page(spun, SPUN[1])));
}

#[test]
fn pages_of_other_encodings_keep_their_bytes() {
    let mut raw = page(SPUN[0], SPUN[1]).into_bytes();
    raw.extend_from_slice(b"<p>caf\xe9 \x93quoted\x94</p>");
    let folder = Folder::new();
    folder.write("a.html", &raw);
    let run = folder.clean(&["a.html"]).expect(0);
    assert!(run.out().ends_with(b"<p>caf\xe9 \x93quoted\x94</p>"));
    assert!(String::from_utf8_lossy(run.out()).contains("The White House said"));
}
