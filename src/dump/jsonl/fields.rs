//! The fields of a line that matter, found without copying it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ANNOTATION;

/// Why a line is no record.
pub(super) fn reason(error: &serde_json::Error) -> String {
    // A record is one line: only the column tells something.
    format!("invalid JSON: {}", error.to_string().replace(" at line 1 column ", " at column "))
}

/// The fields that matter, where they stand in the line.
pub(super) struct Fields<'l> {
    /// What each of the names that are asked for names.
    texts: Vec<Option<&'l RawValue>>,
    /// What the first part of a path such as `article.body` names.
    parents: Vec<Option<&'l RawValue>>,
    /// The annotation that is there.
    pub(super) mark: Option<&'l RawValue>,
    /// A name that is to be added, and is there already.
    pub(super) clash: Option<usize>,
}

impl<'l> Fields<'l> {
    /// What a field that is asked for leads to: a path leads into objects, unless the record has a field whose name it is.
    pub(super) fn below(&self, field: usize, name: &str) -> Option<&'l RawValue> {
        if let Some(text) = self.texts[field] {
            return Some(text);
        }
        let (parent, (_, rest)) = (self.parents[field]?, name.split_once('.')?);
        Fields::read(parent.get(), &[rest], &[]).ok()?.below(0, rest)
    }

    /// Reads a line: it must be an object of JSON.
    pub(super) fn read<N: AsRef<str>>(line: &'l str, asked: &[N], kept: &[String]) -> Result<Self, String> {
        let mut input = serde_json::Deserializer::from_str(line);
        let fields = Wanted { asked, kept }.deserialize(&mut input).map_err(|e| reason(&e))?;
        input.end().map_err(|e| reason(&e))?;
        Ok(fields)
    }
}

struct Wanted<'n, N> {
    asked: &'n [N],
    kept: &'n [String],
}

impl<'l, N: AsRef<str>> DeserializeSeed<'l> for Wanted<'_, N> {
    type Value = Fields<'l>;

    fn deserialize<D: Deserializer<'l>>(self, input: D) -> Result<Fields<'l>, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'l, N: AsRef<str>> Visitor<'l> for Wanted<'_, N> {
    type Value = Fields<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Fields<'l>, A::Error> {
        let nothing = vec![None; self.asked.len()];
        let mut fields = Fields { texts: nothing.clone(), parents: nothing, mark: None, clash: None };
        // Of repeated keys the last one counts, as in most readers of JSON.
        while let Some(role) = map.next_key_seed(Key(&self))? {
            if role.is_none() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: &RawValue = map.next_value()?;
            for field in 0..self.asked.len() {
                if role.texts & 1 << field != 0 {
                    fields.texts[field] = Some(value);
                }
                if role.parents & 1 << field != 0 {
                    fields.parents[field] = Some(value);
                }
            }
            if role.is_mark {
                fields.mark = Some(value);
            }
            fields.clash = fields.clash.or(role.kept);
        }
        Ok(fields)
    }
}

/// What a key is to us; sets of fields have a bit for each.
#[derive(Default)]
struct Role {
    texts: u64,
    parents: u64,
    is_mark: bool,
    kept: Option<usize>,
}

impl Role {
    fn is_none(&self) -> bool {
        self.texts == 0 && self.parents == 0 && !self.is_mark && self.kept.is_none()
    }
}

/// Tells keys apart without copying them.
struct Key<'k, 'n, N>(&'k Wanted<'n, N>);

impl<'l, N: AsRef<str>> DeserializeSeed<'l> for Key<'_, '_, N> {
    type Value = Role;

    fn deserialize<D: Deserializer<'l>>(self, input: D) -> Result<Role, D::Error> {
        input.deserialize_str(self)
    }
}

impl<N: AsRef<str>> Visitor<'_> for Key<'_, '_, N> {
    type Value = Role;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Role, E> {
        let mut role = Role { is_mark: key == ANNOTATION, ..Role::default() };
        for (field, name) in self.0.asked.iter().map(AsRef::as_ref).enumerate() {
            if name == key {
                role.texts |= 1 << field;
            } else if name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')) && !key.contains('.') {
                role.parents |= 1 << field;
            }
        }
        role.kept = self.0.kept.iter().position(|name| name == key);
        Ok(role)
    }
}
