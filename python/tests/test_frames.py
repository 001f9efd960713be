"""Columns: Arrow, pandas, Polars, DuckDB; on files that they read and write themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import CLEAN, RESTORED, SHORT, need

from unspin import Unspin

QUIET = Unspin(channels=["characters"])


def table_of(texts: list[str]) -> Any:
    """A table with other columns around, nulls among the texts."""
    pa = need("pyarrow")
    column = [*texts, None, SHORT]
    return pa.table({"id": range(len(column)), "text": column, "rate": [0.5] * len(column)})


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "dictionary"])
def test_a_column_of_arrow(tmp_path: Path, texts: list[str], restored: list[str], kind: str) -> None:
    pa = need("pyarrow")
    import pyarrow.parquet

    import unspin.arrow

    table = table_of(texts)
    type_ = pa.dictionary(pa.int32(), pa.string()) if kind == "dictionary" else getattr(pa, kind)()
    text = table["text"].cast(pa.string()).combine_chunks()
    text = text.dictionary_encode() if kind == "dictionary" else text.cast(type_)
    table = table.set_column(1, pa.field("text", type_, metadata={"a": "b"}), text)
    if kind != "string_view":
        pa.parquet.write_table(table, tmp_path / "in.parquet", row_group_size=4)
        table = pa.parquet.read_table(tmp_path / "in.parquet")
    answer = unspin.arrow.restore(table)
    assert answer.schema.equals(table.schema, check_metadata=True)
    assert answer["text"].to_pylist() == [*restored, None, RESTORED]
    assert answer.drop(["text"]).equals(table.drop(["text"]))
    assert unspin.arrow.restore(table, unspin=QUIET).equals(table)
    batch = table.to_batches()[0]
    assert unspin.arrow.restore(batch).equals(answer.to_batches()[0])
    assert unspin.arrow.restore(batch.slice(1, 2)).equals(answer.to_batches()[0].slice(1, 2))
    assert unspin.arrow.restore(table.slice(0, 0)).num_rows == 0


def test_what_arrow_found(tmp_path: Path, texts: list[str]) -> None:
    pa = need("pyarrow")
    import pyarrow.parquet

    import unspin.arrow

    table = table_of([*texts, "The port of Mar\u00adlow."])
    answer = unspin.arrow.restore(table, annotate=True)
    pa.parquet.write_table(answer, tmp_path / "out.parquet")
    for row, source in zip(pa.parquet.read_table(tmp_path / "out.parquet").to_pylist(), table["text"].to_pylist()):
        if source is None:
            assert row["unspin"] is None
            continue
        note = unspin.restore(source).annotation()
        assert row["unspin"]["spinner"] == note["spinner"] and row["unspin"]["version"] == note["version"]
        assert dict(row["unspin"]["damage"]) == note.get("damage", {})
        assert [edit["from"] for edit in row["unspin"]["edits"]] == [edit["from"] for edit in note["edits"]]
        assert unspin.apply(source, row["unspin"]["edits"]) == row["text"]
    with pytest.raises(KeyError, match="already"):
        unspin.arrow.restore(answer, annotate=True)


def test_a_chunk_without_edits_is_the_one_that_was_given() -> None:
    pa = need("pyarrow")
    import unspin.arrow

    chunks = [pa.array([CLEAN, None]), pa.array([SHORT])]
    answer = unspin.arrow.restore(pa.table({"text": pa.chunked_array(chunks)}))
    assert answer["text"].chunk(0).buffers()[2].address == chunks[0].buffers()[2].address
    assert answer["text"].to_pylist() == [CLEAN, None, RESTORED]


def test_columns_that_are_not_there() -> None:
    pa = need("pyarrow")
    import unspin.arrow

    table = pa.table([[1], ["a"], ["b"]], names=["id", "twice", "twice"])
    with pytest.raises(KeyError, match="no column is called 'text'; there are 'id', 'twice'"):
        unspin.arrow.restore(table)
    with pytest.raises(KeyError, match="2 columns are called 'twice'"):
        unspin.arrow.restore(table, "twice")
    with pytest.raises(TypeError, match="column 'id' is int64, not text"):
        unspin.arrow.restore(table, "id")


@pytest.mark.parametrize("kind", ["object", "string", "str", "string[pyarrow]"])
def test_a_series_of_pandas(tmp_path: Path, texts: list[str], restored: list[str], kind: str) -> None:
    pd = need("pandas")
    import unspin.pandas

    frame = table_of(texts).to_pandas()
    try:
        frame["text"] = frame["text"].astype(kind)
    except (ImportError, TypeError):
        pytest.skip(f"no type {kind}")
    if kind == "object":
        frame.loc[frame["text"].isna(), "text"] = None
    frame.index = [f"row {number}" for number in range(len(frame))]
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    before = frame.copy()
    answer = frame["text"].unspin.restore()
    assert answer.dtype == frame["text"].dtype and answer.index.equals(frame.index) and answer.name == "text"
    assert [None if pd.isna(text) else text for text in answer] == [*restored, None, RESTORED]
    assert frame.equals(before)
    chances = frame["text"].unspin.spun()
    assert pd.isna(chances.iloc[-2]) and chances.iloc[-1] > 0.5 and chances.index.equals(frame.index)
    assert frame["text"].unspin.restore(QUIET).equals(frame["text"])
    read = pd.read_json(tmp_path / "a.jsonl", lines=True)
    assert read["text"].unspin.restore().iloc[: len(texts)].tolist() == restored
    with pytest.raises(TypeError, match="text 0 must be a str, not int"):
        frame["id"].unspin.restore()
    assert isinstance(unspin.pandas.UnspinAccessor, type)


def test_an_expression_of_polars(tmp_path: Path, texts: list[str], restored: list[str]) -> None:
    pl = need("polars")
    import unspin.polars  # noqa: F401

    column = [*texts, None, SHORT]
    frame = pl.DataFrame({"id": range(len(column)), "text": column})
    frame.write_parquet(tmp_path / "in.parquet")
    lazy = pl.scan_parquet(tmp_path / "in.parquet")
    text = pl.col("text").unspin
    answer = lazy.with_columns(text.restore(), text.spun().alias("spun"))
    assert answer.collect_schema() == {"id": pl.Int64, "text": pl.String, "spun": pl.Float64}
    for engine in ("in-memory", "streaming"):
        done = answer.collect(engine=engine)
        assert done["text"].to_list() == [*restored, None, RESTORED]
        assert done["spun"][-2] is None and done["spun"][-1] > 0.5
    assert lazy.with_columns(text.restore(QUIET, threads=1)).collect().equals(frame)
    assert lazy.filter(text.spun() > 0.5).collect().height == sum(b > 0.5 for b in done["spun"].drop_nulls())
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        lazy.with_columns(pl.col("body").unspin.restore()).collect()
    with pytest.raises((TypeError, pl.exceptions.PolarsError), match="column 'id' is Int64, not text"):
        lazy.with_columns(pl.col("id").unspin.restore()).collect()


def test_functions_of_duckdb(tmp_path: Path, texts: list[str], restored: list[str]) -> None:
    duckdb = need("duckdb")
    import pyarrow.parquet

    import unspin.duckdb

    pyarrow.parquet.write_table(table_of(texts), tmp_path / "in.parquet")
    connection = duckdb.connect()
    unspin.duckdb.register(connection)
    out = tmp_path / "out.parquet"
    connection.sql(
        f"""COPY (SELECT id, unspin_restore(text) AS text, unspin_spun(text) AS spun
            FROM '{tmp_path}/in.parquet' ORDER BY id) TO '{out}'"""
    )
    answer = pyarrow.parquet.read_table(out)
    assert answer["text"].to_pylist() == [*restored, None, RESTORED]
    assert answer["spun"].to_pylist()[-2] is None and answer["spun"].to_pylist()[-1] > 0.5
    # More rows than one vector of DuckDB has.
    many = connection.sql(
        f"SELECT count(*) FROM (SELECT unspin_restore(text) AS text FROM '{tmp_path}/in.parquet', range(1000)) "
        f"WHERE text = '{RESTORED}'"
    )
    assert many.fetchall() == [(2000,)]
    quiet = duckdb.connect()
    unspin.duckdb.register(quiet, QUIET, threads=1)
    assert quiet.execute("SELECT unspin_restore(?)", [SHORT]).fetchall() == [(SHORT,)]
    with pytest.raises(duckdb.BinderException, match="body"):
        connection.sql(f"SELECT unspin_restore(body) FROM '{tmp_path}/in.parquet'")
