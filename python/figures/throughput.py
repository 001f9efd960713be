"""Prints the table of docs/python.md: `restore_many` beside the batch of Rust and beside ftfy, over the same texts.

    pip install ftfy
    cargo build --release -p unspin-python --example batch
    python python/figures/throughput.py [--runs 7] | docs/fill docs/python.md throughput

The texts are the clean articles beside the repository (`../shared/clean`), or those of the tests, and the spun pages of
the tests among them. The machine may be busy: each takes its turn in every run, and the quickest run counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import ftfy

import unspin

ROOT = Path(__file__).resolve().parents[2]
BYTES = 20_000_000


def articles() -> tuple[list[str], list[str]]:
    """Clean articles and spun ones."""
    files = [ROOT / "tests/articles" / name for name in ("pages.jsonl", "newsroom.jsonl")]
    pages = [json.loads(line) for file in files for line in open(file, encoding="utf-8")]
    clean = [page["orig"] for page in pages]
    for file in sorted(ROOT.glob("../shared/clean/*.jsonl")):
        clean += [json.loads(line)["orig"] for line in open(file, encoding="utf-8")]
    return clean, [page["spun"] for page in pages if page["spun"] != page["orig"]]


def of_size(texts: list[str], size: int) -> list[str]:
    """Texts again and again, each an object of its own, until they have so many bytes."""
    out: list[str] = []
    total = 0
    for number, text in enumerate(cycle(texts)):
        if total > size:
            return out
        out.append(f"{text}\n{number}")
        total += len(out[-1].encode())
    raise AssertionError("no texts")


def mixed(clean: list[str], spun: list[str], each: int) -> list[str]:
    """Clean texts, and after `each` of them a spun one."""
    out: list[str] = []
    others = iter(clean)
    for text in cycle(spun):
        part = list(islice(others, each))
        if not part:
            return out
        out += [*part, text]
    raise AssertionError("no texts")


def timed(work: Callable[[list[str]], object], texts: list[str]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    work(texts)
    return time.perf_counter() - start


def rust(texts: list[str], threads: int) -> float:
    """Seconds of one run of the batch of Rust, after one that warms it."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(text) + "\n" for text in texts)
        file.flush()
        command = [str(ROOT / "target/release/examples/batch"), str(threads), "2", file.name]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    clean, spun = articles()
    restorer = unspin.Unspin()
    print("| texts | MB | Rust batch, MB/s | `restore_many`, MB/s | of Rust | one thread, MB/s | `ftfy.fix_text`, MB/s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, texts, size in (
        ("clean", clean, BYTES),
        ("one in 20 spun", mixed(clean, spun, 19), BYTES),
        ("all spun", spun, BYTES // 10),
    ):
        texts = of_size(texts, size)
        megabytes = sum(len(text.encode()) for text in texts) / 1e6
        few = texts[: max(1, len(texts) // 20)]
        share = sum(len(text.encode()) for text in few) / 1e6
        seconds: list[list[float]] = []
        for _ in range(options.runs):
            seconds.append(
                [
                    rust(texts, options.threads) / megabytes,
                    timed(lambda t: restorer.restore_many(t, threads=options.threads), texts) / megabytes,
                    timed(lambda t: restorer.restore_many(t, threads=1), texts) / megabytes,
                    timed(lambda t: [ftfy.fix_text(text) for text in t], few) / share,
                ]
            )
        native, many, one, fixed = (1 / min(column) for column in zip(*seconds))
        ratio = f"{many / native:.2f}"
        print(f"| {name} | {megabytes:.1f} | {native:.1f} | {many:.1f} | {ratio} | {one:.1f} | {fixed:.2f} |")


if __name__ == "__main__":
    main()
