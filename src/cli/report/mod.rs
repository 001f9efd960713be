//! The report: one page that holds all it needs, with totals, charts, the least sure edits and the most edited articles, in
//! which a person accepts and rejects edits and takes the decisions along.

mod articles;
mod charts;
mod data;
mod html;

use std::fmt::{self, Write};

use html::Text;
pub(super) use html::plural;

use crate::dump::{Fault, Stats};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Edits that are less sure than this are marked.
const UNSURE: f32 = super::marked::SURE;

/// What a page is made of.
pub(super) struct Report<'r> {
    pub(super) stats: &'r Stats,
    /// Files of the call.
    pub(super) files: u64,
    /// Files that an earlier run had finished.
    pub(super) skipped: u64,
    /// The first faults, and how many there are.
    pub(super) faults: (Vec<Fault>, u64),
}

impl Report<'_> {
    /// Writes the page.
    pub(super) fn page(&self) -> String {
        let mut out = String::with_capacity(256 << 10);
        // Writing to a string cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        let Report { stats, .. } = *self;
        let before = match self.skipped {
            0 => String::new(),
            skipped => format!(" {} of an earlier run are not counted.", plural(skipped, "file")),
        };
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
            <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
            <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\
            <title>unspin: what was restored</title>\n<style>\n{STYLE}</style></head>\n<body>\n<header><h1>What was restored</h1>\
            <p class=\"note\">{} in {}, by {}.{before} An edit undoes what was likely reworded; it is no claim about who wrote a text.</p></header>\n<main>\n",
            plural(stats.records, "record"),
            plural(self.files - self.skipped.min(self.files), "file"),
            Text(crate::VERSION)
        )?;
        charts::totals(out, stats)?;
        out.push_str("<div class=\"charts\">\n");
        charts::confidence(out, stats)?;
        charts::spinners(out, stats)?;
        charts::rewrites(out, stats)?;
        out.push_str("</div>\n");
        articles::review(out, stats)?;
        self.list_faults(out)?;
        out.push_str("</main>\n");
        articles::tip(out);
        writeln!(out, "<script type=\"application/json\" id=\"data\">{}</script>", data::island(stats))?;
        write!(out, "<script>\n{SCRIPT}</script>\n</body></html>\n")
    }

    /// What could not be read or written.
    fn list_faults(&self, out: &mut String) -> fmt::Result {
        let (first, count) = &self.faults;
        if *count == 0 {
            return Ok(());
        }
        writeln!(
            out,
            "<section class=\"faults\" id=\"faults\"><h2>Not read or not written</h2><div class=\"scroll\"><table>\
            <tr><th scope=\"col\">file</th><th scope=\"col\">record</th><th scope=\"col\">why</th></tr>"
        )?;
        for Fault { file, record, reason } in first {
            let record = if *record == 0 { "the file".to_string() } else { record.to_string() };
            let (file, reason) = (Text(file), Text(reason));
            writeln!(out, "<tr><td>{file}</td><td class=\"number\">{record}</td><td>{reason}</td></tr>")?;
        }
        out.push_str("</table></div>\n");
        match count - first.len() as u64 {
            0 => {}
            more => writeln!(out, "<p class=\"note\">{} more: --fault-file lists all.</p>", html::grouped(more))?,
        }
        out.push_str("</section>\n");
        Ok(())
    }
}
