//! What is to be known of HTML's elements: which hide their text, which stay in a line, which end which.

use super::markup::Tag;

/// Elements whose text is not read as prose, or not read at all.
#[rustfmt::skip]
const HIDDEN: [&str; 25] = [
    "audio", "canvas", "code", "embed", "iframe", "kbd", "math", "noembed", "noframes", "noscript", "object", "output", "pre",
    "rp", "rt", "samp", "script", "style", "svg", "template", "textarea", "tt", "var", "video", "xmp",
];
/// Elements that stay in their line; every other one starts and ends a paragraph.
#[rustfmt::skip]
pub(super) const INLINE: [&str; 44] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "g", "i", "img", "ins",
    "kbd", "label", "link", "mark", "meta", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "source", "span",
    "strike", "strong", "sub", "sup", "time", "track", "tt", "u", "var", "wbr",
];
/// Elements that have no content, and no end.
#[rustfmt::skip]
pub(super) const VOID: [&str; 15] = [
    "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
];
/// Elements whose content is text, whatever it looks like.
pub(super) const RAW: [&str; 8] = ["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"];

/// Elements that an end tag does not reach through, nor the end that another start implies.
const WALLS: [&str; 9] = ["applet", "button", "caption", "marquee", "object", "table", "td", "template", "th"];
/// Elements of tables: their ends reach through cells.
const TABLE: [&str; 9] = ["caption", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"];
/// Elements that end a paragraph where they start.
#[rustfmt::skip]
const AFTER_P: [&str; 40] = [
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "li", "listing",
    "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "ul", "xmp",
];

/// What elements end, if they are not behind one of these walls.
type Ends = (&'static [&'static str], &'static [&'static str]);

/// What the start of an element ends.
pub(super) fn ended_by(name: &str) -> impl Iterator<Item = Ends> {
    let ended: Option<Ends> = match name {
        "li" => Some((&["li"], &["ul", "ol", "menu", "dir", "table", "td", "th", "template", "button"])),
        "dt" | "dd" => Some((&["dt", "dd"], &["dl", "table", "td", "th", "template", "button", "ul", "ol"])),
        "option" => Some((&["option"], &["select", "datalist", "optgroup"])),
        "optgroup" => Some((&["optgroup", "option"], &["select"])),
        "td" | "th" => Some((&["td", "th"], &["table", "template"])),
        "tr" => Some((&["tr"], &["table", "template"])),
        "tbody" | "thead" | "tfoot" => {
            Some((&["tbody", "thead", "tfoot", "caption", "colgroup"], &["table", "template"]))
        }
        "rt" | "rp" => Some((&["rt", "rp"], &["ruby"])),
        "body" => Some((&["head"], &["template"])),
        _ => None,
    };
    let paragraph: Option<Ends> = AFTER_P.contains(&name).then_some((&["p"], &WALLS));
    ended.into_iter().chain(paragraph)
}

/// What the end tag of an element does not reach through.
pub(super) fn walls_of_end(name: &str) -> &'static [&'static str] {
    match name {
        name if TABLE.contains(&name) => &["template"],
        "body" | "html" | "svg" | "math" | "template" | "button" | "object" => &[],
        _ => &WALLS,
    }
}

/// Whether an element's text is none that a reader sees, or none that may be changed.
pub(super) fn is_hidden(tag: &Tag<'_>) -> bool {
    let is_marked = |(name, value): (&[u8], &[u8])| match name.to_ascii_lowercase().as_slice() {
        b"hidden" => true,
        b"translate" => value.trim_ascii().eq_ignore_ascii_case(b"no"),
        b"class" => value.split(u8::is_ascii_whitespace).any(|class| class.eq_ignore_ascii_case(b"notranslate")),
        _ => false,
    };
    HIDDEN.contains(&tag.name.as_str()) || tag.attributes().any(is_marked)
}
