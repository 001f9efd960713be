"""DuckDB: two functions of a connection.

    unspin.duckdb.register(connection)
    connection.sql("SELECT id, unspin_restore(text) AS text FROM 'crawl.parquet' WHERE unspin_spun(text) > 0.5")

NULL stays NULL.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from unspin import Unspin, _columns, default


def register(
    connection: duckdb.DuckDBPyConnection, unspin: Unspin | None = None, *, threads: int | None = None
) -> None:
    """Makes `unspin_restore(VARCHAR) -> VARCHAR` and `unspin_spun(VARCHAR) -> DOUBLE` functions of the connection."""

    def restore(texts: pa.ChunkedArray) -> pa.Array:
        answers = _columns.restored(texts.to_pylist(), unspin or default(), threads)
        return pa.array(_columns.texts_of(answers), pa.string())

    def spun(texts: pa.ChunkedArray) -> pa.Array:
        return pa.array(_columns.chances(_columns.judged(texts.to_pylist(), unspin or default(), threads)), pa.float64())

    connection.create_function("unspin_restore", restore, ["VARCHAR"], "VARCHAR", type="arrow")
    connection.create_function("unspin_spun", spun, ["VARCHAR"], "DOUBLE", type="arrow")
