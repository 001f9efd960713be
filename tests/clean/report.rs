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
        // The same text is there once.
        "a.jsonl, record 1, and 39 of the same text",
        "<h2>Not read or not written</h2>",
        "<td>invalid JSON",
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
            "all": 4, "found": 1, "none": 0, "count": "0 of 4 shown", "marks": ["1 of 1", true],
            "both": [true, true], "side": [true, true], "after": [false, true], "before": [true, false],
            "unsure": 0, "clicked": [true, true], "unclicked": 4, "rows": true, "closed": 0,
            "least": true, "tip": [false, true, true, true], "fits_tip": true, "hushed": true,
            "decided": "1 accepted, 1 rejected", "undone": "1 accepted, 0 rejected",
            "ground": if is_dark { "rgb(21, 23, 26)" } else { "rgb(251, 250, 248)" },
            "contrast": true,
        });
        let mut seen = seen;
        let lines = seen.as_object_mut().unwrap().remove("lines").unwrap();
        assert_eq!(seen, expected, "at {width}, dark: {is_dark}");
        applied(&folder, lines.as_str().unwrap());
    }
}

/// What the page exports is what `unspin apply` takes: the accepted edit is made wherever the text stands.
fn applied(folder: &Folder, lines: &str) {
    folder.write("decisions.jsonl", lines);
    let decisions: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let accepted = decisions.iter().find(|line| line["decision"] == "accept").unwrap();
    let (from, to) = (accepted["from"].as_str().unwrap(), accepted["to"].as_str().unwrap());
    let places = decisions.iter().filter(|line| line["decision"] == "accept").count();
    assert!(places >= 40 && decisions.len() > places, "{lines}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspin"));
    command.args(["apply", "--edits", "decisions.jsonl", "a.jsonl", "b.jsonl", "-o", "applied", "--quiet"]);
    let output = command.current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let text = |name: &str| String::from_utf8(folder.read(name)).unwrap();
    let (before, after) = (text("a.jsonl"), text("applied/a.jsonl"));
    let changed = before.lines().zip(after.lines()).filter(|(before, after)| before != after).count();
    assert_eq!(changed, places, "{from} -> {to}");
}

/// Shows the page and writes down what it says of itself.
const FRAME: &str = "<!doctype html><body><script>addEventListener('message', (e) => document.body.append('SE' + 'EN' + e.data + 'SE' + 'EN'))</script>
<iframe src=\"probe.html\" style=\"width: WIDTHpx; height: 800px; border: 0\"></iframe></body>";

/// Uses the page as a person would, and tells what is seen.
const PROBE: &str = "<script>
{
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
document.getElementById('next').click();
seen.marks = [document.getElementById('place').textContent, CSS.highlights.get('found').size === 1];
set('find', 'no such word'); seen.none = shown(); seen.count = document.getElementById('count').textContent;
set('find', '');
for (const way of ['both', 'side', 'after', 'before']) { set('show', way); seen[way] = [some('del'), some('ins')]; }
set('show', 'both'); set('below', '0.5'); seen.unsure = shown(); set('below', '1');
document.querySelector('.rewrites button').click();
seen.clicked = [shown() > 0 && shown() <= 4, some('.wanted')];
document.getElementById('only').click(); seen.unclicked = shown();
set('rewrite', 'stated'); seen.rows = [...document.querySelectorAll('.rewrites tr')].filter(is_seen).every((row) => row.textContent.includes('stated')); set('rewrite', '');
set('order', 'least');
const least = [...document.querySelectorAll('#articles details')].map((e) => Number(e.dataset.least));
seen.least = least.every((c, n) => n === 0 || least[n - 1] <= c) && document.getElementById('doubts').compareDocumentPosition(document.getElementById('articles')) === 4;
set('order', 'most');
// An edit is reached by the keyboard, explained, accepted; another is pressed and rejected.
const key = (name) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
const tip = document.getElementById('tip');
const edits = [...document.querySelectorAll('#articles details .text .edit')].filter((e) => e.closest('details').querySelector('b').textContent.startsWith('a.jsonl') && !entry(e.dataset.k).edits[Number(e.dataset.k.split('.')[1])].group);
seen.tip = [!tip.hidden];
edits[0].focus();
seen.tip.push(!tip.hidden, tip.textContent.includes('dictionaries/'), tip.textContent.includes('% sure'));
seen.fits_tip = fits() && tip.getBoundingClientRect().left >= 0 && tip.getBoundingClientRect().right <= innerWidth;
key('a');
edits[1].click(); document.getElementById('reject').click();
seen.decided = document.getElementById('decided').textContent;
seen.lines = lines();
key('Escape'); seen.hushed = tip.hidden;
edits[1].click(); document.getElementById('undo').click(); seen.undone = document.getElementById('decided').textContent;
document.body.click();
document.getElementById('all').click(); seen.closed = [...document.querySelectorAll('details[open]')].length;
decisions.clear(); remember();
seen.ground = getComputedStyle(document.body).backgroundColor;
seen.contrast = ['h1', '.note', '.totals span', '.text del', '.text ins', 'summary span', 'form label', '#all', '#export', '#doubts .note', '.faults th'].every((name) => contrast(name) >= 4.5);
parent.postMessage(JSON.stringify(seen), '*');
}
</script></body>";
