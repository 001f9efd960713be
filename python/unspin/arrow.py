"""Apache Arrow: a column of a table or a batch.

    table = unspin.arrow.restore(table, "text")
    table = unspin.arrow.restore(table, "text", annotate=True)      # and a column `unspin`

All other columns, the type of the column and its chunks stay as they are; a chunk in which nothing changes is the very
chunk that was given.
"""

from __future__ import annotations

from typing import TypeVar

import pyarrow as pa

from unspin import Restoration, Unspin, _columns, default

_Table = TypeVar("_Table", pa.Table, pa.RecordBatch)

#: The type of the column that `annotate` adds: the documented JSON, offsets in bytes. Numbers have signs, as Spark wants them.
ANNOTATION = pa.struct(
    [
        ("spun", pa.float32()),
        ("spinner", pa.string()),
        ("damage", pa.map_(pa.string(), pa.int32())),
        (
            "edits",
            pa.list_(
                pa.struct(
                    [
                        ("start", pa.int64()),
                        ("end", pa.int64()),
                        ("from", pa.string()),
                        ("to", pa.string()),
                        ("confidence", pa.float32()),
                        ("channel", pa.string()),
                        (
                            "entry",
                            pa.struct([("file", pa.string()), ("line", pa.int32()), ("observed", pa.int32())]),
                        ),
                        ("group", pa.int32()),
                        ("group_size", pa.int32()),
                        ("alternatives", pa.list_(pa.struct([("to", pa.string()), ("probability", pa.float32())]))),
                    ]
                )
            ),
        ),
        ("version", pa.string()),
    ]
)


def restore(
    table: _Table,
    column: str = "text",
    *,
    unspin: Unspin | None = None,
    annotate: bool = False,
    threads: int | None = None,
) -> _Table:
    """The table with its column restored; with `annotate`, and a column `unspin` of what was found.

    Raises `KeyError` where there is no such column, `TypeError` where it holds no text.
    """
    number = _columns.place(table.schema.names, column)
    field = table.schema.field(number)
    if annotate and "unspin" in table.schema.names:
        raise KeyError("there is a column 'unspin' already")
    chunked = isinstance(table, pa.Table)
    chunks = table.column(number).chunks if chunked else [table.column(number)]
    restored, notes = [], []
    for chunk in chunks:
        text, note = _restore_array(chunk, field.name, unspin or default(), annotate, threads)
        restored.append(text)
        notes.append(note)
    text = pa.chunked_array(restored, field.type) if chunked else restored[0]
    table = table.set_column(number, field, text)
    if annotate:
        note = pa.chunked_array(notes, ANNOTATION) if chunked else notes[0]
        table = table.append_column(pa.field("unspin", ANNOTATION), note)
    return table


def _restore_array(
    array: pa.Array, name: str, unspin: Unspin, annotate: bool, threads: int | None
) -> tuple[pa.Array, pa.Array | None]:
    """An array of texts restored, and what was found in each if asked."""
    if pa.types.is_dictionary(array.type) and not annotate:
        values, _ = _restore_array(array.dictionary, name, unspin, False, threads)
        return (array if values is array.dictionary else array.from_arrays(array.indices, values)), None
    if not _is_text(array.type):
        raise TypeError(f"column {name!r} is {array.type}, not text")
    answers = _columns.restored(array.to_pylist(), unspin, threads)
    notes = pa.array(map(_note, answers), ANNOTATION) if annotate else None
    if not any(answer is not None and answer.changed for answer in answers):
        return array, notes
    return pa.array(_columns.texts_of(answers), array.type), notes


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return any(test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def _note(answer: Restoration | None) -> dict[str, object] | None:
    if answer is None:
        return None
    note = answer.annotation()
    edits = [{"alternatives": [], **edit} for edit in note["edits"]]
    return note | {"damage": list(note.get("damage", {}).items()), "edits": edits}
