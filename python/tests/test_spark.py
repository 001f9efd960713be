"""Spark: data frames, and the job over a dump, run as its users run it."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import RESTORED, SHORT, need, records

need("pyspark")
import pyarrow as pa  # noqa: E402
import pyarrow.parquet  # noqa: E402
from pyspark.errors import PySparkException  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

import unspin  # noqa: E402
import unspin.spark  # noqa: E402
from unspin import spark_job  # noqa: E402

#: Of all sessions: on this machine alone, without a page in the browser.
SETTINGS = {"spark.master": "local[2]", "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"}


@pytest.fixture(scope="module")
def spark() -> Any:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_a_column_of_a_frame(spark: Any, tmp_path: Path, texts: list[str], restored: list[str]) -> None:
    column = [*texts, None, SHORT]
    table = pa.table({"id": range(len(column)), "text": column, "when": [None] * len(column), "n": [[1, 2]] * len(column)})
    table = table.set_column(2, "when", pa.array([1_700_000_000_000_000] * len(column), pa.timestamp("us", "UTC")))
    for part in range(2):
        pa.parquet.write_table(table, tmp_path / f"part-{part}.parquet")
    frame = spark.read.parquet(str(tmp_path / "part-*.parquet"))
    answer = unspin.spark.restore(frame, annotate=True)
    assert answer.drop("unspin").schema == frame.schema
    rows = answer.orderBy("id").collect()
    assert [row["text"] for row in rows[::2]] == [*restored, None, RESTORED]
    assert [row["when"] for row in rows] == [row["when"] for row in frame.collect()]
    for row in rows:
        if (source := column[row["id"]]) is not None:
            edits = [edit.asDict(recursive=True) for edit in row["unspin"]["edits"]]
            assert unspin.apply(source, edits) == row["text"]
    careful = unspin.Unspin(sources=[("mine", "mine.tsv", "zeppelins\tairships\t500\n")], min_confidence=1.0)
    first = unspin.spark.restore(frame, unspin=careful).where("id = 0").first()
    assert first["text"] == careful.restore(texts[0]).text != restored[0]


def test_a_column_that_is_not_there_is_an_error(spark: Any) -> None:
    frame = spark.createDataFrame([(1, "a")], "id int, body string")
    with pytest.raises(KeyError, match="no column is called 'text'; there are 'id', 'body'"):
        unspin.spark.restore(frame)
    with pytest.raises(TypeError, match="column 'id' is int, not text"):
        unspin.spark.restore(frame, "id")


def job(*arguments: str, limit: int | None = None) -> tuple[int, dict[str, Any], str]:
    """Runs the job; its status, its summary and what it says. `limit` is the largest file that it may write."""
    command = [sys.executable, "-m", "unspin.spark_job", *arguments]
    for key, value in (SETTINGS | {"spark.task.maxFailures": "1"}).items():
        command += ["--conf", f"{key}={value}"]
    environment = {name: value for name, value in os.environ.items() if name != "PYSPARK_PYTHON"}
    environment["SPARK_LOCAL_IP"] = "127.0.0.1"

    def limited() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(command, capture_output=True, text=True, env=environment, preexec_fn=limited)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def test_lines_of_json(tmp_path: Path, jsonl: Path, texts: list[str], restored: list[str]) -> None:
    # A name that says the opposite, a compressed part, lines that cannot be read, and what Spark leaves out.
    dump = jsonl.rename(tmp_path / "dump.parquet")
    part = dump / "part-0.jsonl"
    with gzip.open(dump / "part-0.jsonl.gz", "wb") as out:
        out.write(part.read_bytes())
    part.unlink()
    bad = [b'{"id": "x", "text": 5}', b"\xff\xfe", b"", b'{"text": "cut']
    with open(dump / "part-1.jsonl", "ab") as out:
        out.write(b"\n".join(bad) + b"\n")
    (dump / "_SUCCESS").touch()
    status, summary, said = job(str(dump), str(tmp_path / "out"))
    assert status == 1, said
    changed = sum(a != b for a, b in zip(texts, restored))
    assert (summary["format"], summary["read"], summary["changed"]) == ("jsonl", 3 * len(texts) + 4, 3 * changed)
    assert (summary["unread"], summary["input_files"]) == (3, 3)
    assert summary["output_bytes"] == sum(path.stat().st_size for path in (tmp_path / "out").glob("part-*"))
    assert any("part-1.jsonl: no text in 'text'" in line for line in said.splitlines())
    lines = [line for path in (tmp_path / "out").glob("part-*") for line in path.read_bytes().splitlines()]
    assert all(line in lines for line in bad)
    expected = [
        json.dumps({"id": f"{part}-{number}", "text": text, "metadata": {"rate": 1.50, "tags": ["a", None]}}).encode()
        for part in range(3)
        for number, text in enumerate(restored)
    ]
    assert sorted(line for line in lines if line not in bad) == sorted(expected)


def test_parquet(tmp_path: Path, texts: list[str], restored: list[str]) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.mkdir()
    for part in range(2):
        table = pa.table({"id": [f"{part}-{n}" for n in range(len(texts))], "body": texts})
        pa.parquet.write_table(table, dump / f"part-{part}")
    status, summary, said = job(str(dump), str(tmp_path / "out"), "--column", "body")
    assert status == 0, said
    answer = pa.parquet.read_table(tmp_path / "out").to_pylist()
    assert summary["read"] == len(answer) == 2 * len(texts) and summary["format"] == "parquet"
    assert {row["id"]: row["body"] for row in answer} == {f"{p}-{n}": t for p in range(2) for n, t in enumerate(restored)}
    assert summary["changed"] == 2 * sum(a != b for a, b in zip(texts, restored))


def test_what_could_not_be_written_is_a_failure(tmp_path: Path) -> None:
    with open(tmp_path / "a.jsonl", "w") as out:
        for number in range(4000):
            out.write(json.dumps({"id": number, "text": f"{SHORT} {number}"}) + "\n")
    size = (tmp_path / "a.jsonl").stat().st_size
    status, summary, said = job(str(tmp_path / "a.jsonl"), str(tmp_path / "out"), limit=size // 4)
    last = said.rstrip().splitlines()[-1]
    assert (status, summary) == (3, {}) and last.startswith("unspin: not done: ") and "File too large" in last
    assert not (tmp_path / "out" / "_SUCCESS").exists()
    # Once there is room it is done; what is there already is not written over.
    status, summary, said = job(str(tmp_path / "a.jsonl"), str(tmp_path / "done"))
    assert (status, summary.get("changed")) == (0, 4000), said
    assert len(records(tmp_path / "done", "part-*")) == 4000


def test_a_call_that_is_wrong(spark: Any, tmp_path: Path) -> None:
    def run(source: str, target: str, **options: Any) -> Any:
        given: dict[str, Any] = {"column": "text", "annotate": False, "unspin": unspin.default()} | options
        return spark_job.run(spark, str(tmp_path / source), str(tmp_path / target), **given)

    (tmp_path / "a.jsonl").write_text('{"text": "It rained."}\n')
    pa.parquet.write_table(pa.table({"id": [1], "body": ["a"]}), tmp_path / "a.parquet")
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("absent", {}, "no files"),
        ("*", {}, "some files are Parquet, others JSON lines"),
        ("a.parquet", {}, "no column is called 'text'; there are 'id', 'body'"),
        ("a.parquet", {"column": "id"}, "column 'id' is bigint, not text"),
        ("a.jsonl", {"annotate": True}, "--annotate is for Parquet"),
    ]
    for source, options, message in wrong:
        with pytest.raises(spark_job.Wrong, match=message):
            run(source, "out", **options)
        assert not (tmp_path / "out").exists()
    assert run("a.jsonl", "out")["read"] == 1
    with pytest.raises(PySparkException, match="(?i)exists"):
        run("a.jsonl", "out")
