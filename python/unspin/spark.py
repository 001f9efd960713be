"""Apache Spark: a column of a data frame, by `mapInArrow`.

    frame = unspin.spark.restore(spark.read.parquet("crawl/"), "text")
    frame = unspin.spark.restore(frame, "text", annotate=True)      # and a column `unspin`

A task restores with one thread, since Spark counts cores itself; of each batch the column of texts alone is read. The
machines of a cluster need this package, by `spark.archives` or in their image. A whole dump: `unspin.spark_job`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_type
from pyspark.sql.types import StringType, StructField, StructType

from unspin import Unspin, _columns, arrow, default


def restore(
    frame: DataFrame, column: str = "text", *, unspin: Unspin | None = None, annotate: bool = False
) -> DataFrame:
    """The frame with its column restored; with `annotate`, and a column `unspin` of what was found.

    Raises `KeyError` where there is no such column, `TypeError` where it holds no text: at once, before any task.
    """
    fields = frame.schema.fields
    number = _columns.place(frame.columns, column)
    if not isinstance(fields[number].dataType, StringType):
        raise TypeError(f"column {column!r} is {fields[number].dataType.simpleString()}, not text")
    if annotate and "unspin" in frame.columns:
        raise KeyError("there is a column 'unspin' already")
    restorer = unspin or default()

    def batches(iterator: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in iterator:
            yield arrow.restore(batch, column, unspin=restorer, annotate=annotate, threads=1)

    notes = [StructField("unspin", from_arrow_type(arrow.ANNOTATION))] if annotate else []
    return frame.mapInArrow(batches, StructType(fields + notes))
