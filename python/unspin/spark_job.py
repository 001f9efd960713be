"""A job of Spark that restores a dump: a folder or a glob of JSON lines or of Parquet.

    python -m unspin.spark_job INPUT OUTPUT [--column text] [--annotate] [--conf KEY=VALUE]...

What the files are is told by the files: their endings, or their first bytes. OUTPUT must not exist. Of JSON lines every
byte outside the text stays; a line that cannot be read, or has no text, passes as it is and is counted and named. At the
end a line of JSON on standard output says what was read, changed and written, and the CPU of the workers. Status 0: done; 1: some lines passed
unread; 2: the call is wrong; 3: something could not be read or written, and Spark has failed the tasks that met it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
from pyspark.accumulators import AccumulatorParam
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col

from unspin import Unspin, arrow, default
from unspin._jsonl import Line, Unread

#: Faults that are named; all are counted.
NAMED = 20


class Wrong(Exception):
    """What is wrong with the call."""


class Counts(AccumulatorParam[dict[str, Any]]):
    """Counts of the tasks, and the first faults by name. A task that fails counts nothing."""

    def zero(self, value: dict[str, Any]) -> dict[str, Any]:
        """Nothing yet."""
        return {"read": 0, "changed": 0, "unread": 0, "cpu_seconds": 0.0, "faults": []}

    def addInPlace(self, value1: dict[str, Any], value2: dict[str, Any]) -> dict[str, Any]:
        """Both together."""
        faults = (value1["faults"] + value2["faults"])[:NAMED]
        sums = {name: value1[name] + value2[name] for name in ("read", "changed", "unread", "cpu_seconds")}
        return sums | {"faults": faults}


class Clock:
    """Seconds of CPU of a worker, between one batch and the next."""

    def __init__(self) -> None:
        self._last = time.process_time()

    def lap(self) -> float:
        """Since the last time."""
        last, self._last = self._last, time.process_time()
        return self._last - last


def run(spark: SparkSession, source: str, target: str, column: str, annotate: bool, unspin: Unspin) -> dict[str, Any]:
    """Restores a dump; the summary of what was done."""
    files = Files(spark)
    inputs = files.data(source)
    if not inputs:
        raise Wrong(f"{source}: no files")
    kind = files.kind(inputs)
    counts = spark.sparkContext.accumulator(Counts().zero({}), Counts())
    if kind == "parquet":
        frame = _columns_restored(spark.read.parquet(source), column, annotate, unspin, counts)
        frame.write.parquet(target)
    elif annotate:
        raise Wrong("--annotate is for Parquet; `unspin clean --annotate` does it for JSON lines")
    else:
        lines = spark.read.option("lineSep", "\n").text(source)
        lines = lines.select(col("value").cast("binary"), col("_metadata.file_path").alias("file"))
        frame = lines.mapInArrow(_lines_restored(column, unspin, counts), "value binary")
        compression = "gzip" if all(path.endswith(".gz") for path, _ in inputs) else "none"
        writer = frame.select(col("value").cast("string")).write.option("lineSep", "\n")
        writer.text(target, compression=compression)
    outputs = files.data(target)
    summary = {"input": source, "output": target, "format": kind, "version": unspin.version, **counts.value}
    summary["input_files"], summary["input_bytes"] = len(inputs), sum(size for _, size in inputs)
    summary["output_files"], summary["output_bytes"] = len(outputs), sum(size for _, size in outputs)
    return summary


def _columns_restored(frame: DataFrame, column: str, annotate: bool, unspin: Unspin, counts: Any) -> DataFrame:
    """A column of Parquet, counted."""
    from unspin import spark

    try:
        schema = spark.restore(frame, column, unspin=unspin, annotate=annotate).schema
    except (KeyError, TypeError) as fault:
        raise Wrong(fault.args[0]) from None

    def batches(iterator: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        clock = Clock()
        for batch in iterator:
            restored = arrow.restore(batch, column, unspin=unspin, annotate=annotate, threads=1)
            before, after = batch.column(column), restored.column(column)
            changed = 0 if after is before else sum(a != b for a, b in zip(before.to_pylist(), after.to_pylist()))
            found = {"read": batch.num_rows, "changed": changed, "unread": 0, "faults": []}
            counts.add(found | {"cpu_seconds": clock.lap()})
            yield restored

    return frame.mapInArrow(batches, schema)


def _lines_restored(
    column: str, unspin: Unspin, counts: Any
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Lines of JSON, counted; each with its file."""

    def batches(iterator: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        clock = Clock()
        for batch in iterator:
            out: list[bytes] = batch.column("value").to_pylist()
            lines: dict[int, Line] = {}
            faults = []
            for number, line in enumerate(out):
                if line.strip():
                    try:
                        lines[number] = Line(line, column)
                    except Unread as fault:
                        shown = line[:60].decode("utf-8", "replace")
                        faults.append(f"{batch.column('file')[number]}: {fault}: {shown}")
            answers = unspin.restore_many([line.text for line in lines.values()], threads=1)
            changed = 0
            for number, answer in zip(lines, answers):
                if answer.changed:
                    changed += 1
                    out[number] = lines[number].replaced(answer.text)
            found = {"read": len(out), "changed": changed, "unread": len(faults), "faults": faults[:NAMED]}
            counts.add(found | {"cpu_seconds": clock.lap()})
            yield pa.RecordBatch.from_arrays([pa.array(out, pa.binary())], ["value"])

    return batches


class Files:
    """The files of a dump, wherever Hadoop finds them."""

    def __init__(self, spark: SparkSession) -> None:
        self._jvm: Any = spark.sparkContext._jvm
        self._conf = spark.sparkContext._jsc.hadoopConfiguration()

    def data(self, place: str) -> list[tuple[str, int]]:
        """The files that Spark reads there, with their sizes: none whose name begins with `.` or `_`."""
        path = self._jvm.org.apache.hadoop.fs.Path(place)
        system = path.getFileSystem(self._conf)
        found = []
        for status in system.globStatus(path) or []:
            files = system.listFiles(status.getPath(), True)
            while files.hasNext():
                file = files.next()
                if not file.getPath().getName().startswith((".", "_")):
                    found.append((file.getPath().toString(), file.getLen()))
        return found

    def kind(self, files: list[tuple[str, int]]) -> str:
        """`parquet` or `jsonl`: by the endings, or by the first bytes of a file that has none of them."""
        kinds = {self._kind(path) for path, size in files if size > 0}
        if len(kinds) > 1:
            raise Wrong("some files are Parquet, others JSON lines: give them by a glob each")
        return kinds.pop() if kinds else "jsonl"

    def _kind(self, path: str) -> str:
        name = path.rsplit("/", 1)[-1]
        endings = name.split(".")[1:]
        if "parquet" in endings:
            return "parquet"
        if {"json", "jsonl", "ndjson"} & set(endings):
            return "jsonl"
        where = self._jvm.org.apache.hadoop.fs.Path(path)
        stream = where.getFileSystem(self._conf).open(where)
        first = bytes(byte % 256 for byte in (stream.read() for _ in range(4)) if byte >= 0)
        stream.close()
        return "parquet" if first == b"PAR1" else "jsonl"


def reason(fault: Exception) -> str:
    """What went wrong, of an error of Spark's, which goes on for pages: its first line, and the cause below all others."""
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()] or [type(fault).__name__]
    causes = [line for line in lines[1:] if re.match(r"(Caused by: )?[\w.$]*(Error|Exception)\b", line)]
    return " … ".join([lines[0], *causes[-1:]])


def main(arguments: list[str] | None = None) -> int:
    """The command; its status."""
    parser = argparse.ArgumentParser(prog="python -m unspin.spark_job", description="Restores a dump on Spark.")
    parser.add_argument("input", help="a folder or a glob of JSON lines or Parquet")
    parser.add_argument("output", help="a folder that does not exist")
    parser.add_argument("--column", default="text", help="the field or column of texts (default: text)")
    parser.add_argument("--annotate", action="store_true", help="add a column `unspin` (Parquet)")
    parser.add_argument("--conf", action="append", default=[], metavar="KEY=VALUE", help="of Spark; may be repeated")
    options = parser.parse_args(arguments)
    builder = SparkSession.builder.appName("unspin")
    for setting in options.conf:
        key, _, value = setting.partition("=")
        builder = builder.config(key, value)
        if key == "spark.master" and value.startswith("local"):
            # On this machine the tasks have what this process has; on others they have a Python of their own.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = builder.getOrCreate()
    try:
        summary = run(spark, options.input, options.output, options.column, options.annotate, default())
    except Wrong as fault:
        print(f"unspin: {fault}", file=sys.stderr)
        return 2
    except Exception as fault:
        print(f"unspin: not done: {reason(fault)}", file=sys.stderr)
        return 3
    finally:
        spark.stop()
    for named in summary["faults"]:
        print(f"unspin: {named}", file=sys.stderr)
    print(json.dumps(summary))
    return 1 if summary["unread"] else 0


if __name__ == "__main__":
    sys.exit(main())
