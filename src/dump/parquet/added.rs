//! The columns that a file gains: texts as they were, and annotations as structs of the documented JSON, which are those of
//! `unspin.arrow` in Python. A value becomes the entries of its leaves, as Parquet stores nested values.

use std::io;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{SchemaDescriptor, Type};
use serde_json::Value as Json;

use super::layout::field::{ORDERS, SCHEMA};
use super::spool::Leaf;
use super::thrift::Value;
use crate::dump::ANNOTATION;
use crate::dump::asked::Asked;

/// What a value is.
#[derive(Clone, Debug)]
enum Kind {
    Text,
    Float,
    Int32,
    Int64,
    Struct(Vec<Node>),
    List(Box<Node>),
    /// From texts to the values of a node.
    Map(Box<Node>),
}

/// A value with its name; all may be missing.
#[derive(Clone, Debug)]
struct Node {
    name: String,
    kind: Kind,
}

fn node(name: &str, kind: Kind) -> Node {
    Node { name: name.into(), kind }
}

/// The columns that a file gains, behind its own.
pub(super) struct Added {
    /// The columns of texts as they were, one for each field.
    pub(super) kept: usize,
    nodes: Vec<Node>,
    /// Their leaves, in order.
    pub(super) leaves: SchemaDescriptor,
}

impl Added {
    pub(super) fn of(asked: &Asked) -> Result<Added> {
        let mut nodes: Vec<Node> = asked.kept().iter().map(|name| node(name, Kind::Text)).collect();
        let kept = nodes.len();
        if asked.annotate {
            nodes.push(annotation(asked.has_several()));
        }
        let fields = nodes.iter().map(schema).collect::<Result<_>>()?;
        let root = Type::group_type_builder("schema").with_fields(fields).build()?;
        Ok(Added { kept, nodes, leaves: SchemaDescriptor::new(Arc::new(root)) })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|node| node.name.as_str())
    }

    /// A spool for each leaf.
    pub(super) fn spools(&self) -> Vec<Leaf> {
        (0..self.leaves.num_columns()).map(|_| Leaf::new()).collect()
    }

    /// Adds a row: the texts as they were, and its annotation.
    pub(super) fn add(&self, kept: &[Option<&[u8]>], annotation: Option<&Json>, leaves: &mut [Leaf]) -> io::Result<()> {
        for (leaf, text) in leaves.iter_mut().zip(&kept[..self.kept]) {
            leaf.add(0, i16::from(text.is_some()), *text)?;
        }
        let Some(node) = self.nodes.get(self.kept) else { return Ok(()) };
        shred(node, annotation, At { repetition: 0, definition: 0, depth: 0 }, &mut leaves[self.kept..])
    }

    /// The elements of the footer that describe the columns: schema, and order of each leaf.
    pub(super) fn described(&self) -> Result<(Vec<Value>, Vec<Value>)> {
        // What the writer says of a file without rows.
        let properties = Arc::new(WriterProperties::builder().build());
        let writer = SerializedFileWriter::new(Vec::new(), self.leaves.root_schema_ptr(), properties)?;
        let file = writer.into_inner()?;
        let lacking = || ParquetError::General("the new columns have no description".into());
        let end = file.len().checked_sub(8).ok_or_else(lacking)?;
        let size = file[end..end + 4].iter().rev().fold(0, |size, &byte| size << 8 | usize::from(byte));
        let start = end.checked_sub(size).ok_or_else(lacking)?;
        let (footer, _) = Value::read(&file[start..end]).ok_or_else(lacking)?;
        Ok((footer.list(SCHEMA).iter().skip(1).cloned().collect(), footer.list(ORDERS).to_vec()))
    }
}

/// The struct of an annotation; edits name their fields where a row has several texts.
fn annotation(has_several: bool) -> Node {
    use Kind::{Float, Int32, Int64, List, Map, Struct, Text};
    let list = |name, fields| node(name, List(Box::new(node("element", Struct(fields)))));
    let entry = vec![node("file", Text), node("line", Int32), node("observed", Int32)];
    let mut edit = vec![
        node("start", Int64),
        node("end", Int64),
        node("from", Text),
        node("to", Text),
        node("confidence", Float),
        node("channel", Text),
        node("entry", Struct(entry)),
        node("group", Int32),
        node("group_size", Int32),
        list("alternatives", vec![node("to", Text), node("probability", Float)]),
    ];
    if has_several {
        edit.insert(0, node("field", Text));
    }
    let fields = vec![
        node("spun", Float),
        node("spinner", Text),
        node("damage", Map(Box::new(node("value", Int32)))),
        list("edits", edit),
        node("version", Text),
    ];
    node(ANNOTATION, Struct(fields))
}

/// A node as Parquet describes it.
fn schema(node: &Node) -> Result<Arc<Type>> {
    let leaf = |name: &str, physical, repetition, logical| {
        let leaf = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        leaf.with_logical_type(logical).build().map(Arc::new)
    };
    let group = |name: &str, repetition, logical, fields| {
        let group = Type::group_type_builder(name).with_repetition(repetition);
        group.with_logical_type(logical).with_fields(fields).build().map(Arc::new)
    };
    let text = Some(LogicalType::String);
    let (name, optional, repeated) = (node.name.as_str(), Repetition::OPTIONAL, Repetition::REPEATED);
    match &node.kind {
        Kind::Text => leaf(name, Physical::BYTE_ARRAY, optional, text),
        Kind::Float => leaf(name, Physical::FLOAT, optional, None),
        Kind::Int32 => leaf(name, Physical::INT32, optional, None),
        Kind::Int64 => leaf(name, Physical::INT64, optional, None),
        Kind::Struct(nodes) => group(name, optional, None, nodes.iter().map(schema).collect::<Result<_>>()?),
        Kind::List(element) => {
            let list = group("list", repeated, None, vec![schema(element)?])?;
            group(name, optional, Some(LogicalType::List), vec![list])
        }
        Kind::Map(value) => {
            let key = leaf("key", Physical::BYTE_ARRAY, Repetition::REQUIRED, text)?;
            let pair = group("key_value", repeated, None, vec![key, schema(value)?])?;
            group(name, optional, Some(LogicalType::Map), vec![pair])
        }
    }
}

/// Where a value stands: the levels of what is above it, and how many lists it is in.
#[derive(Clone, Copy)]
struct At {
    repetition: i16,
    definition: i16,
    depth: i16,
}

impl At {
    /// One step down, to what is there.
    fn below(self) -> At {
        At { definition: self.definition + 1, ..self }
    }

    /// An element of a list.
    fn element(self, number: usize) -> At {
        let depth = self.depth + 1;
        let repetition = if number == 0 { self.repetition } else { depth };
        At { repetition, definition: self.definition + 1, depth }
    }
}

impl Node {
    /// How many leaves it has.
    fn leaves(&self) -> usize {
        match &self.kind {
            Kind::Text | Kind::Float | Kind::Int32 | Kind::Int64 => 1,
            Kind::Struct(nodes) => nodes.iter().map(Node::leaves).sum(),
            Kind::List(element) => element.leaves(),
            Kind::Map(value) => 1 + value.leaves(),
        }
    }
}

/// Adds the entries of a value to its leaves.
fn shred(node: &Node, value: Option<&Json>, at: At, leaves: &mut [Leaf]) -> io::Result<()> {
    let nothing = |at: At, leaves: &mut [Leaf]| {
        leaves.iter_mut().try_for_each(|leaf| leaf.add(at.repetition, at.definition, None))
    };
    let value = value.filter(|value| !value.is_null());
    match &node.kind {
        // The documented JSON leaves out what is empty.
        Kind::List(element) => match value.and_then(Json::as_array).map_or(&[][..], Vec::as_slice) {
            [] => nothing(at.below(), leaves),
            all => all
                .iter()
                .enumerate()
                .try_for_each(|(number, value)| shred(element, Some(value), at.below().element(number), leaves)),
        },
        Kind::Map(inner) => match value.and_then(Json::as_object).filter(|pairs| !pairs.is_empty()) {
            None => nothing(at.below(), leaves),
            Some(pairs) => pairs.iter().enumerate().try_for_each(|(number, (key, value))| {
                let at = at.below().element(number);
                leaves[0].add(at.repetition, at.definition, Some(key.as_bytes()))?;
                shred(inner, Some(value), at, &mut leaves[1..])
            }),
        },
        Kind::Struct(nodes) => {
            let Some(value) = value else { return nothing(at, leaves) };
            let mut rest = leaves;
            for node in nodes {
                let (own, others) = rest.split_at_mut(node.leaves());
                shred(node, value.get(&node.name), at.below(), own)?;
                rest = others;
            }
            Ok(())
        }
        kind => match value.and_then(|value| stored(kind, value)) {
            Some(bytes) => leaves[0].add(at.repetition, at.definition + 1, Some(&bytes)),
            None => nothing(at, leaves),
        },
    }
}

/// A value of a leaf as Parquet stores it.
fn stored(kind: &Kind, value: &Json) -> Option<Vec<u8>> {
    match kind {
        Kind::Text => Some(value.as_str()?.as_bytes().to_vec()),
        Kind::Float => Some((value.as_f64()? as f32).to_le_bytes().to_vec()),
        Kind::Int32 => Some(i32::try_from(value.as_i64()?).ok()?.to_le_bytes().to_vec()),
        Kind::Int64 => Some(value.as_i64()?.to_le_bytes().to_vec()),
        Kind::Struct(_) | Kind::List(_) | Kind::Map(_) => None,
    }
}
