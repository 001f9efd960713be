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
    // Uses the page as a person would, and writes down what is seen.
    let probe = "<script>
const seen = (name, value) => document.body.setAttribute('data-' + name, value);
const shown = () => [...document.querySelectorAll('details')].filter((d) => d.offsetParent).length;
const set = (id, value) => { const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event('input')); };
document.querySelectorAll('details').forEach((d) => { d.open = true; });
seen('fits', document.documentElement.scrollWidth <= innerWidth);
seen('all', shown());
set('find', 'alert(1)'); seen('found', shown());
set('find', 'no such word'); seen('none', shown()); seen('count', document.getElementById('count').textContent);
set('find', ''); set('show', 'after'); seen('dels', [...document.querySelectorAll('.text del')].filter((e) => e.offsetParent).length);
set('show', 'both'); set('below', '0.5'); seen('unsure', shown());
seen('ground', getComputedStyle(document.body).backgroundColor);
</script></body>";
    let page = report(&folder).replace("</body>", probe);
    let page = folder.write("probe.html", page);
    for (width, dark) in [(1280, false), (500, true)] {
        let mut command = Command::new(browser);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--dump-dom",
            &format!("--window-size={width},900"),
        ]);
        if dark {
            command.arg("--blink-settings=preferredColorScheme=0");
        }
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let output = command.arg(profile).arg(format!("file://{}", page.display())).output().unwrap();
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        let seen = |name: &str| {
            dom.split(&format!(" data-{name}=\""))
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .unwrap_or("")
                .to_string()
        };
        assert_eq!(seen("fits"), "true", "at {width}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!((seen("all"), seen("found"), seen("none")), ("60".into(), "1".into(), "0".into()));
        assert_eq!((seen("count"), seen("dels"), seen("unsure")), ("0 of 60 shown".into(), "0".into(), "0".into()));
        assert_eq!(seen("ground"), if dark { "rgb(21, 23, 26)" } else { "rgb(251, 250, 248)" });
    }
}
