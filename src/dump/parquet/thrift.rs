//! Thrift's compact protocol, as a tree of values: what we do not know stays as it is.

/// A value. What it means only its place says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Bool(bool),
    /// An integer, and the type it is stored as.
    Int(u8, i64),
    Double([u8; 8]),
    Binary(Vec<u8>),
    /// A list or set: its own type, that of its elements, and these.
    List(u8, u8, Vec<Value>),
    Map(u8, u8, Vec<(Value, Value)>),
    Struct(Vec<(i16, Value)>),
}

const BYTE: u8 = 3;
const I64: u8 = 6;
const LIST: u8 = 9;
/// How deep values may be nested; those of Parquet are eight deep.
const MAX_DEPTH: usize = 32;

impl Value {
    /// The field of a struct.
    pub(super) fn get(&self, field: i16) -> Option<&Value> {
        match self {
            Value::Struct(fields) => fields.iter().find(|(id, _)| *id == field).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn get_mut(&mut self, field: i16) -> Option<&mut Value> {
        match self {
            Value::Struct(fields) => fields.iter_mut().find(|(id, _)| *id == field).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn int(&self, field: i16) -> Option<i64> {
        match self.get(field) {
            Some(Value::Int(_, int)) => Some(*int),
            _ => None,
        }
    }

    /// The elements of a list in a field; none if there is no list.
    pub(super) fn list(&self, field: i16) -> &[Value] {
        match self.get(field) {
            Some(Value::List(_, _, values)) => values,
            _ => &[],
        }
    }

    pub(super) fn list_mut(&mut self, field: i16) -> &mut [Value] {
        match self.get_mut(field) {
            Some(Value::List(_, _, values)) => values,
            _ => &mut [],
        }
    }

    /// The list in a field, to be changed.
    pub(super) fn elements(&mut self, field: i16) -> Option<&mut Vec<Value>> {
        match self.get_mut(field) {
            Some(Value::List(_, _, values)) => Some(values),
            _ => None,
        }
    }

    /// Changes an integer that is there.
    pub(super) fn update(&mut self, field: i16, change: impl FnOnce(i64) -> i64) {
        if let Some(Value::Int(_, int)) = self.get_mut(field) {
            *int = change(*int);
        }
    }

    /// Puts a value into a field, or takes the field away.
    pub(super) fn set(&mut self, field: i16, value: Option<Value>) {
        let Value::Struct(fields) = self else { return };
        fields.retain(|(id, _)| *id != field);
        if let Some(value) = value {
            let at = fields.partition_point(|(id, _)| *id < field);
            fields.insert(at, (field, value));
        }
    }

    pub(super) fn set_int(&mut self, field: i16, int: i64) {
        let kind = match self.get(field) {
            Some(Value::Int(kind, _)) => *kind,
            _ => I64,
        };
        self.set(field, Some(Value::Int(kind, int)));
    }

    /// Reads a struct; says how many bytes it has.
    ///
    /// `None` if the bytes are no struct, or end within it.
    pub(super) fn read(bytes: &[u8]) -> Option<(Value, usize)> {
        let mut input = Input { bytes, at: 0 };
        let value = input.fields(0)?;
        Some((value, input.at))
    }

    /// Writes a struct.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Bool(yes) => out.push(if *yes { 1 } else { 2 }),
            Value::Int(BYTE, int) => out.push(*int as u8),
            Value::Int(_, int) => varint(((int << 1) ^ (int >> 63)) as u64, out),
            Value::Double(bytes) => out.extend_from_slice(bytes),
            Value::Binary(bytes) => {
                varint(bytes.len() as u64, out);
                out.extend_from_slice(bytes);
            }
            Value::List(_, kind, values) => {
                match values.len() {
                    len @ 0..15 => out.push((len as u8) << 4 | kind),
                    len => {
                        out.push(0xf0 | kind);
                        varint(len as u64, out);
                    }
                }
                values.iter().for_each(|value| value.write(out));
            }
            Value::Map(key, kind, pairs) => {
                varint(pairs.len() as u64, out);
                if !pairs.is_empty() {
                    out.push(key << 4 | kind);
                }
                for (key, value) in pairs {
                    key.write(out);
                    value.write(out);
                }
            }
            Value::Struct(fields) => write_fields(fields, out),
        }
    }
}

fn write_fields(fields: &[(i16, Value)], out: &mut Vec<u8>) {
    let mut last = 0i16;
    for (id, value) in fields {
        let kind = match value {
            Value::Bool(true) => 1,
            Value::Bool(false) => 2,
            Value::Int(kind, _) => *kind,
            Value::Double(_) => 7,
            Value::Binary(_) => 8,
            Value::List(kind, ..) => *kind,
            Value::Map(..) => 11,
            Value::Struct(_) => 12,
        };
        match id.checked_sub(last) {
            Some(step @ 1..16) => out.push((step as u8) << 4 | kind),
            _ => {
                out.push(kind);
                let id = i64::from(*id);
                varint(((id << 1) ^ (id >> 63)) as u64, out);
            }
        }
        last = *id;
        // The type of a field says which of the two it is.
        if !matches!(value, Value::Bool(_)) {
            value.write(out);
        }
    }
    out.push(0);
}

fn varint(mut int: u64, out: &mut Vec<u8>) {
    while int >= 0x80 {
        out.push(int as u8 | 0x80);
        int >>= 7;
    }
    out.push(int as u8);
}

struct Input<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Input<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut int = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            int |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(int);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let int = self.varint()?;
        Some((int >> 1) as i64 ^ -((int & 1) as i64))
    }

    fn take(&mut self, count: u64) -> Option<&[u8]> {
        let end = self.at.checked_add(usize::try_from(count).ok()?)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn fields(&mut self, depth: usize) -> Option<Value> {
        let (mut fields, mut last) = (Vec::new(), 0i16);
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(Value::Struct(fields));
            }
            let id = match head >> 4 {
                0 => i16::try_from(self.zigzag()?).ok()?,
                step => last.checked_add(i16::from(step))?,
            };
            last = id;
            let value = match head & 15 {
                1 => Value::Bool(true),
                2 => Value::Bool(false),
                kind => self.value(kind, depth + 1)?,
            };
            fields.push((id, value));
        }
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(match kind {
            1 | 2 => Value::Bool(self.byte()? == 1),
            BYTE => Value::Int(kind, i64::from(self.byte()? as i8)),
            4..=6 => Value::Int(kind, self.zigzag()?),
            7 => Value::Double(self.take(8)?.try_into().ok()?),
            8 => {
                let len = self.varint()?;
                Value::Binary(self.take(len)?.to_vec())
            }
            LIST | 10 => self.list(kind, depth)?,
            11 => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                // Each pair has at least two bytes; what claims more has not so many.
                let mut pairs = Vec::new();
                for _ in 0..count {
                    pairs.push((self.value(kinds >> 4, depth + 1)?, self.value(kinds & 15, depth + 1)?));
                }
                Value::Map(kinds >> 4, kinds & 15, pairs)
            }
            12 => self.fields(depth)?,
            _ => return None,
        })
    }

    fn list(&mut self, kind: u8, depth: usize) -> Option<Value> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        // Each element has at least a byte.
        if count > (self.bytes.len() - self.at) as u64 {
            return None;
        }
        let mut values = Vec::with_capacity(usize::try_from(count).ok()?);
        for _ in 0..count {
            values.push(self.value(head & 15, depth + 1)?);
        }
        Some(Value::List(kind, head & 15, values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        let value = Value::Struct(vec![
            (1, Value::Int(I64, -3)),
            (2, Value::Bool(true)),
            (3, Value::Bool(false)),
            (40, Value::Binary(b"name".to_vec())),
            (41, Value::List(LIST, I64, (0..40).map(|n| Value::Int(I64, n << n)).collect())),
            (42, Value::List(LIST, 1, vec![Value::Bool(true), Value::Bool(false)])),
            (43, Value::Struct(vec![(1, Value::Double([1; 8])), (2, Value::Int(BYTE, -1))])),
            (44, Value::Map(8, 5, vec![(Value::Binary(b"k".to_vec()), Value::Int(5, 7))])),
        ]);
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        assert_eq!(Value::read(&bytes), Some((value, bytes.len())));
        for end in 0..bytes.len() {
            assert_eq!(Value::read(&bytes[..end]), None, "{end}");
        }
    }

    #[test]
    fn claims_that_cannot_be_true_are_none() {
        // A list of 2^40 elements, structs in structs without end.
        assert_eq!(Value::read(&[0x19, 0xf6, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]), None);
        assert_eq!(Value::read(&[0x1c; 100_000]), None);
    }
}
