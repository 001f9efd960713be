//! The report: one page that holds all it needs, and works in a browser at the width of a desk and a phone.

use std::process::Command;

use super::support::{Folder, SPUN, jsonl};

/// Names of Chromium, as systems call it.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

fn report(folder: &Folder) -> String {
    folder.write("a.jsonl", jsonl(200));
    folder.write("b.jsonl", format!("{{\"text\": \"<script>alert(1)</script> {}\"}}\nbroken\n", SPUN[1].repeat(5)));
    folder.clean(&["a.jsonl", "b.jsonl", "-o", "out", "--report", "report.html"]).expect(1);
    String::from_utf8(folder.read("report.html")).unwrap()
}

#[test]
fn it_tells_the_totals_and_shows_the_articles() {
    let folder = Folder::new();
    let page = report(&folder);
    for part in [
        "202 records in 2 files",
        "<dt>spun</dt><dd><b>121</b>",
        "<dt>not read</dt><dd><b>1</b>",
        "<del>stated</del>",
        "b.jsonl, record 1",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert"));
    // It holds all it needs: nothing is fetched.
    for part in ["http://", "https://", "src=", "url(", "@import", "<link"] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn no_articles_make_a_page_too() {
    let folder = Folder::new();
    folder.write("a.txt", "");
    folder.clean(&["a.txt", "--report", "report.html", "--detect"]).expect(0);
    assert!(String::from_utf8(folder.read("report.html")).unwrap().contains("No article was edited."));
}

#[test]
fn it_works_in_a_browser() {
    let Some(browser) = BROWSERS.iter().find(|name| Command::new(name).arg("--version").output().is_ok()) else {
        super::tools::skip("no Chromium");
        return;
    };
    let folder = Folder::new();
    let page = report(&folder).replace("</body>", PROBE);
    folder.write("probe.html", page);
    for (width, is_dark) in [(1280, false), (1280, true), (390, false), (390, true)] {
        // A window cannot be as narrow as a phone, but a frame can.
        let frame = FRAME.replace("WIDTH", &width.to_string());
        let frame = folder.write("frame.html", frame);
        let mut command = Command::new(browser);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--window-size=1280,900"]);
        command.arg("--virtual-time-budget=5000");
        if is_dark {
            command.arg("--blink-settings=preferredColorScheme=0");
        }
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let output = command.arg(profile).arg(format!("file://{}", frame.display())).output().unwrap();
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        let seen = dom.split("SEEN").nth(1).unwrap_or_else(|| panic!("{dom} {output:?}"));
        let seen: serde_json::Value = serde_json::from_str(seen).unwrap();
        let expected = serde_json::json!({
            "show": if width > 1000 { "side" } else { "both" },
            "fits": [true, true, true],
            "all": 60, "found": 1, "none": 0, "count": "0 of 60 shown",
            "both": [true, true], "side": [true, true], "after": [false, true], "before": [true, false],
            "unsure": 0, "clicked": true, "closed": 0,
            "ground": if is_dark { "rgb(21, 23, 26)" } else { "rgb(251, 250, 248)" },
            "contrast": true,
        });
        assert_eq!(seen, expected, "at {width}, dark: {is_dark}");
    }
}

/// Shows the page and writes down what it says of itself.
const FRAME: &str = "<!doctype html><body><script>addEventListener('message', (e) => document.body.append('SE' + 'EN' + e.data + 'SE' + 'EN'))</script>
<iframe src=\"probe.html\" style=\"width: WIDTHpx; height: 800px; border: 0\"></iframe></body>";

/// Uses the page as a person would, and tells what is seen.
const PROBE: &str = "<script>
const seen = {};
const is_seen = (e) => e.offsetParent !== null;
const shown = () => [...document.querySelectorAll('details')].filter(is_seen).length;
const some = (name) => [...document.querySelectorAll(`details ${name}`)].some(is_seen);
const fits = () => document.documentElement.scrollWidth <= innerWidth;
const set = (id, value) => { const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event('input')); };
// How much lighter one colour is than another, as the guidelines for accessibility count it.
const light = (colour) => {
  const [r, g, b] = colour.match(/[0-9.]+/g).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
};
const contrast = (name) => {
  const e = document.querySelector(name);
  let under = e;
  while (getComputedStyle(under).backgroundColor === 'rgba(0, 0, 0, 0)') under = under.parentElement;
  const [one, other] = [light(getComputedStyle(e).color), light(getComputedStyle(under).backgroundColor)];
  return Math.max(one, other) / Math.min(one, other);
};
seen.show = document.getElementById('show').value;
document.getElementById('all').click();
seen.all = shown();
seen.fits = ['both', 'side', 'after'].map((way) => { set('show', way); return fits(); });
set('find', 'alert(1)'); seen.found = shown();
set('find', 'no such word'); seen.none = shown(); seen.count = document.getElementById('count').textContent;
set('find', '');
for (const way of ['both', 'side', 'after', 'before']) { set('show', way); seen[way] = [some('del'), some('ins')]; }
set('show', 'both'); set('below', '0.5'); seen.unsure = shown(); set('below', '1');
document.querySelector('.rewrites button').click(); seen.clicked = shown() > 0 && document.getElementById('find').value !== '';
document.getElementById('all').click(); seen.closed = [...document.querySelectorAll('details[open]')].length;
seen.ground = getComputedStyle(document.body).backgroundColor;
seen.contrast = ['h1', '.note', '.totals span', '.text del', '.text ins', 'summary span', 'form label', '#all'].every((name) => contrast(name) >= 4.5);
parent.postMessage(JSON.stringify(seen), '*');
</script></body>";
