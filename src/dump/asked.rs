//! What is asked of a record: which of its fields hold texts, and what is added to it.

use super::{ANNOTATION, Format};

/// Fields that can be asked for at once: a set of them is a number.
const MAX_FIELDS: usize = 64;

/// What is asked of the records of a dump.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The fields that hold texts; at least one.
    pub(crate) fields: Vec<String>,
    /// Where the text as it was goes.
    pub(crate) keep: Option<String>,
    /// Whether records gain an annotation.
    pub(crate) annotate: bool,
    /// Whether texts are judged only.
    pub(crate) detect: bool,
}

impl Default for Asked {
    fn default() -> Self {
        Asked { fields: vec!["text".into()], keep: None, annotate: false, detect: false }
    }
}

impl Asked {
    /// Whether there are verdicts in place of the records.
    pub(crate) fn is_judged(&self) -> bool {
        self.detect && !self.annotate
    }

    /// Whether what is said of a text names its field.
    pub(crate) fn has_several(&self) -> bool {
        self.fields.len() > 1
    }

    /// The names under which the texts are kept as they were, one for each field, or none: of several fields each has
    /// its own, `original_title`.
    pub(crate) fn kept(&self) -> Vec<String> {
        match (&self.keep, self.fields.as_slice()) {
            (None, _) => Vec::new(),
            (Some(name), [_]) => vec![name.clone()],
            (Some(name), fields) => fields.iter().map(|field| format!("{name}_{}", field.replace('.', "_"))).collect(),
        }
    }

    /// Says that none of the fields is there; `what` is a field or a column.
    pub(super) fn lacking(&self, what: &str) -> String {
        let names: Vec<String> = self.fields.iter().map(|field| format!("`{field}`")).collect();
        match names.split_last() {
            Some((last, [])) => format!("no {what} {last}"),
            Some((last, others)) => format!("no {what} {} or {last}", others.join(", ")),
            None => format!("no {what}"),
        }
    }

    /// Why files of a format cannot be cleaned so, if they cannot.
    pub(crate) fn refusal(&self, format: Format) -> Option<String> {
        let has_fields = matches!(format, Format::Jsonl | Format::Csv | Format::Tsv | Format::Parquet);
        let is_archive = matches!(format, Format::Wet | Format::Warc);
        if self.annotate && !has_fields && !is_archive {
            return Some(format!("{format} has no records that could be annotated"));
        }
        if let Some(name) = self.keep.as_ref().filter(|_| !has_fields) {
            return Some(format!("{format} has no fields: the text as it was cannot be kept in `{name}`"));
        }
        self.contradiction()
    }

    /// What contradicts itself, whatever the format.
    fn contradiction(&self) -> Option<String> {
        let fields = &self.fields;
        if fields.len() > MAX_FIELDS {
            return Some(format!("{} fields; at most {MAX_FIELDS} can be read at once", fields.len()));
        }
        if let Some(field) = twice(fields) {
            return Some(format!("the field `{field}` is named twice"));
        }
        if self.annotate && fields.iter().any(|field| field == ANNOTATION) {
            return Some(format!(
                "an annotation is written to the field `{ANNOTATION}`, which cannot be the one of a text, too"
            ));
        }
        let name = self.keep.as_ref()?;
        if name.is_empty() {
            return Some("the text as it was is to be kept in a field without a name".into());
        }
        if name.contains('.') {
            return Some(format!("`{name}` is no name of a field in which a text could be kept: a dot leads into one"));
        }
        if self.is_judged() {
            return Some(format!("verdicts stand in place of the records: no text is kept in `{name}`"));
        }
        let kept = self.kept();
        let is_taken = |name: &&String| {
            fields.contains(name)
                || self.annotate && (*name == ANNOTATION || name.starts_with(&format!("{ANNOTATION}_")))
        };
        if let Some(name) = kept.iter().find(is_taken) {
            return Some(format!("the text as it was cannot be kept in `{name}`, which holds something else"));
        }
        twice(&kept).map(|name| format!("the texts of two fields would be kept in `{name}`"))
    }
}

/// A name that is there twice.
fn twice(names: &[String]) -> Option<&String> {
    names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(fields: &[&str], keep: Option<&str>, annotate: bool, detect: bool) -> Asked {
        let fields = fields.iter().map(|field| (*field).to_string()).collect();
        Asked { fields, keep: keep.map(String::from), annotate, detect }
    }

    #[test]
    fn what_cannot_be_is_refused_before_anything_is_read() {
        for (asked, format, reason) in [
            (asked(&["text"], None, true, false), Format::Html, "html has no records"),
            (asked(&["text"], Some("old"), false, false), Format::Wet, "wet has no fields"),
            (asked(&["a", "b", "a"], None, false, false), Format::Jsonl, "`a` is named twice"),
            (asked(&["a", "unspin"], None, true, false), Format::Csv, "written to the field `unspin`"),
            (asked(&["a"], Some(""), false, false), Format::Csv, "without a name"),
            (asked(&["a"], Some("b.c"), false, false), Format::Jsonl, "`b.c` is no name"),
            (asked(&["a"], Some("a"), false, false), Format::Csv, "`a`, which holds something else"),
            (asked(&["a"], Some("unspin_edits"), true, false), Format::Csv, "holds something else"),
            (asked(&["a", "o_a"], Some("o"), false, false), Format::Jsonl, "`o_a`, which holds something else"),
            (asked(&["a.b", "a_b"], Some("o"), false, false), Format::Jsonl, "two fields would be kept in `o_a_b`"),
            (asked(&["a"], Some("b"), false, true), Format::Jsonl, "no text is kept in `b`"),
        ] {
            let found = asked.refusal(format).unwrap_or_default();
            assert!(found.contains(reason), "{asked:?}: {found}");
        }
        for format in [Format::Jsonl, Format::Csv, Format::Tsv, Format::Parquet] {
            assert_eq!(asked(&["a", "b.c"], Some("old"), true, true).refusal(format), None);
        }
        assert_eq!(asked(&["a"], None, true, false).refusal(Format::Warc), None);
    }

    #[test]
    fn names_are_made_of_names() {
        assert_eq!(asked(&["a.b"], Some("old"), false, false).kept(), ["old"]);
        assert_eq!(asked(&["a.b", "c"], Some("old"), false, false).kept(), ["old_a_b", "old_c"]);
        assert_eq!(asked(&["a"], None, false, false).lacking("field"), "no field `a`");
        assert_eq!(asked(&["a", "b", "c"], None, false, false).lacking("column"), "no column `a`, `b` or `c`");
    }
}
