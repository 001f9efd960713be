"""Prints the paragraph of docs/python.md on Spark: the job over a partitioned dump, on two cores.

    pip install pyspark zstandard
    python python/figures/spark.py [--gigabytes 2] [--folder target/spark] | docs/fill docs/python.md spark

The dump is made of the documents of `../shared/text`, one in 20 of them a spun article of the tests.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import unspin
import zstandard
from pyspark.sql import SparkSession
from unspin import spark_job

ROOT = Path(__file__).resolve().parents[2]
PARTS = 16


def documents() -> Iterator[str]:
    """The documents of the corpus, again and again, with spun articles among them."""
    files = sorted(ROOT.glob("../shared/text/*.txt.zst"))
    if not files:
        sys.exit("no ../shared/text")
    pages = [ROOT / "tests/articles" / name for name in ("pages.jsonl", "newsroom.jsonl")]
    articles = [json.loads(line) for page in pages for line in open(page, encoding="utf-8")]
    spun = cycle([article["spun"] for article in articles if article["spun"] != article["orig"]])
    number = 0
    for file in cycle(files):
        with open(file, "rb") as packed:
            lines: list[str] = []
            for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), "utf-8"):
                if line.strip():
                    lines.append(line)
                elif lines:
                    number += 1
                    yield next(spun) if number % 20 == 0 else "".join(lines)
                    lines = []


def write(folder: Path, size: int) -> int:
    """Writes a dump of so many bytes, unless it is there; the number of its records."""
    note = folder / "_count"
    if note.exists():
        return int(note.read_text())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    source, count = documents(), 0
    for part in range(PARTS):
        with open(folder / f"part-{part:05}.jsonl", "w", encoding="utf-8") as out:
            while out.tell() < size // PARTS:
                count += 1
                record = {"id": count, "url": f"https://example.org/{count}", "text": next(source)}
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
    note.write_text(str(count))
    return count


def cpu(process: int) -> float:
    """Seconds of CPU that a process of Linux has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / "target/spark")
    options = parser.parse_args()
    count = write(options.folder / "in", int(options.gigabytes * 1e9))
    print(f"{count} records in {options.folder / 'in'}", file=sys.stderr)
    shutil.rmtree(options.folder / "out", ignore_errors=True)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.config("spark.master", "local[2]").config("spark.ui.enabled", "false")
    spark = builder.getOrCreate()
    source, target = str(options.folder / "in"), str(options.folder / "out")
    summary = spark_job.run(spark, source, target, "text", False, unspin.default())
    java = cpu(spark.sparkContext._gateway.proc.pid)
    spark.stop()
    if (summary["read"], summary["unread"]) != (count, 0):
        sys.exit(f"{count} records were written, the job says {summary}")
    gigabytes, python = summary["input_bytes"] / 1e9, summary["cpu_seconds"]
    print(
        f"Over {gigabytes:.2f} GB of JSON lines in {summary['input_files']} files, {summary['read']} records, one in 20 a "
        f"spun article, `local[2]` took {python + java:.0f} s of CPU: {python:.0f} in the workers of Python and {java:.0f} in "
        f"Spark, its start included, {gigabytes * 1000 / (python + java):.0f} MB a second and core. {summary['changed']} records "
        f"were changed, {summary['unread']} unread; {summary['output_bytes'] / 1e9:.2f} GB were written in "
        f"{summary['output_files']} files (`python python/figures/spark.py --gigabytes {options.gigabytes:g}`)."
    )


if __name__ == "__main__":
    main()
