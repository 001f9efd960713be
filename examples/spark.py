"""Cleans a partitioned dump on Apache Spark, a cleaner a partition.

    pip install pyspark pyarrow pandas
    cargo build --release --example clean
    spark-submit --files target/release/examples/clean examples/spark.py INPUT OUTPUT [OPTION...]

INPUT is a folder or glob of JSON lines (plain or .gz) or of Parquet; OUTPUT a folder that does not exist.
JSON lines go through `pipe`: lines in, lines out, in order, every other field byte for byte. Parquet goes
through `mapInArrow`: the text column alone is sent through the cleaner, all others stay in Spark.
OPTIONs go to the cleaner, e.g. --annotate (JSON lines only) or --field body.
"""

import json
import os
import subprocess
import sys
import threading

from pyspark import SparkFiles
from pyspark.sql import SparkSession


def cleaner(options):
    """The command of the cleaner, wherever the task runs. One thread: Spark counts cores itself."""
    path = os.environ.get("UNSPIN_CLEAN") or SparkFiles.get("clean")
    return [path, "--format", "jsonl", "--quiet", "--threads", "1", *options]


def through(command, lines):
    """Sends lines through a process and yields what comes out, reading while it writes."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        with process.stdin as pipe:
            for line in lines:
                pipe.write(line.encode("utf-8") + b"\n")

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    for line in process.stdout:
        yield line.decode("utf-8").rstrip("\n")
    feeder.join()
    # 1: some records passed through unread, each named in the log of the executor.
    if process.wait() not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with status {process.returncode}")


def restore_column(field, options):
    def batches(iterator):
        import pyarrow as pa

        for batch in iterator:
            place = batch.schema.get_field_index(field)
            texts = batch.column(place).to_pylist()
            lines = (json.dumps({"text": text}) for text in texts if text is not None)
            new = (json.loads(line)["text"] for line in through(cleaner(options), lines))
            restored = [None if text is None else next(new) for text in texts]
            yield batch.set_column(place, batch.schema.field(place), pa.array(restored, batch.schema.field(place).type))

    return batches


def main(source, target, *options):
    options = list(options)
    spark = SparkSession.builder.appName("unspin").getOrCreate()
    if ".parquet" in source:
        field = options.pop(options.index("--field") + 1) if "--field" in options else "text"
        options = [option for option in options if option != "--field"]
        table = spark.read.parquet(source)
        table.mapInArrow(restore_column(field, options), table.schema).write.parquet(target)
    else:
        lines = spark.read.text(source).rdd.map(lambda row: row.value)
        lines.mapPartitions(lambda part: through(cleaner(options), part)).saveAsTextFile(target)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
