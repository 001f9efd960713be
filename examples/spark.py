"""Cleans a partitioned dump on Apache Spark, as many cleaners at once as there are tasks.

    pip install pyspark pyarrow pandas
    cargo build --release --example clean
    spark-submit --files target/release/examples/clean examples/spark.py INPUT OUTPUT [OPTION...]

INPUT is a folder or glob of JSON lines (plain or .gz) or of Parquet; OUTPUT a folder that does not exist.
JSON lines go through `pipe`: a cleaner a partition, lines in, lines out, in order, every other field byte
for byte. Parquet goes through `mapInArrow`: of each batch the text column alone is sent through a cleaner,
all others stay in Spark.
OPTIONs go to the cleaner, e.g. --annotate (JSON lines only) or --field body.
"""

import json
import os
import shlex
import subprocess
import sys
import threading

from pyspark import SparkFiles
from pyspark.sql import SparkSession


def cleaner(options):
    """The command of the cleaner, on the machine that asks. One thread: Spark counts cores itself."""
    path = os.environ.get("UNSPIN_CLEAN") or SparkFiles.get("clean")
    return [path, "--format", "jsonl", "--quiet", "--threads", "1", *options]


def piped(options):
    """The command for `pipe`, which takes any status but 0 for a failure of the task.

    1 is none: some records passed through unread, each named in the log of the executor. The command is
    made by the driver; on the machines of a cluster, what `--files` ships is in the folder of the task.
    """
    path, *rest = cleaner(options)
    choose = f"cleaner={shlex.quote(path)}; test -f ./clean && cleaner=./clean"
    script = f'{choose}; "$cleaner" {shlex.join(rest)} || test $? -eq 1'
    return shlex.join(["sh", "-c", script])


def through(command, lines):
    """Sends lines through a process and answers what comes out, reading while it writes.

    Status 1 says that some lines passed through unread; any other but 0 is a failure, whatever came out.
    """
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    failures = []

    def feed():
        try:
            with process.stdin as pipe:
                for line in lines:
                    pipe.write(line.encode("utf-8") + b"\n")
        except Exception as failure:
            failures.append(failure)

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    out = process.stdout.read().decode("utf-8").split("\n")[:-1]
    feeder.join()
    if process.wait() not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with status {process.returncode}")
    if failures:
        raise failures[0]
    return out


def restore_column(field, options):
    def batches(iterator):
        import pyarrow as pa

        for batch in iterator:
            place = batch.schema.get_field_index(field)
            texts = batch.column(place).to_pylist()
            lines = [json.dumps({"text": text}) for text in texts if text is not None]
            out = through(cleaner(options), lines)
            if len(out) != len(lines):
                raise RuntimeError(f"{len(lines)} texts went in, {len(out)} came out")
            new = (json.loads(line)["text"] for line in out)
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
        lines.pipe(piped(options), checkCode=True).saveAsTextFile(target)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
