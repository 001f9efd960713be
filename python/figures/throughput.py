"""Prints the table of docs/python.md: `restore_many` beside the batch of Rust and beside ftfy, over the same texts.

    pip install ftfy
    cargo build --release -p unspin-python --example batch
    python python/figures/throughput.py | docs/fill docs/python.md throughput

The texts are the clean articles beside the repository (`../shared/clean`), or those of the tests, and the spun pages of
the tests among them. Speeds are megabytes a second of CPU, all threads together, since others may use the machine: the
median of some turns, in each of which everyone has one.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import ftfy

import unspin

ROOT = Path(__file__).resolve().parents[2]
BYTES = 8_000_000


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


def cpu(who: int) -> float:
    """Seconds of CPU of this process, or of its children."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def here(work: Callable[[list[str]], object], texts: list[str], runs: int) -> float:
    """Seconds of CPU that a run takes here, on all threads."""
    work(texts)
    before = cpu(resource.RUSAGE_SELF)
    for _ in range(runs):
        work(texts)
    return (cpu(resource.RUSAGE_SELF) - before) / runs


def rust(texts: list[str], threads: int, runs: int) -> float:
    """Seconds of CPU that a run of the batch of Rust takes: so many runs and one, less a process of one run."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(text) + "\n" for text in texts)
        file.flush()
        used = []
        for count in (1, runs + 1):
            command = [str(ROOT / "target/release/examples/batch"), str(threads), str(count), file.name]
            before = cpu(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            used.append(cpu(resource.RUSAGE_CHILDREN) - before)
    return (used[1] - used[0]) / runs


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    clean, spun = articles()
    restorer = unspin.Unspin()
    print("| texts | MB | Rust batch | `restore_many` | of Rust | `ftfy.fix_text` |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, texts, size in (
        ("clean", clean, BYTES),
        ("one in 20 spun", mixed(clean, spun, 19), BYTES),
        ("all spun", spun, BYTES // 8),
    ):
        texts = of_size(texts, size)
        megabytes = sum(len(text.encode()) for text in texts) / 1e6
        few = texts[: max(1, len(texts) // 20)]
        share = sum(len(text.encode()) for text in few) / megabytes / 1e6
        turns = [
            [
                rust(texts, options.threads, options.runs),
                here(lambda t: restorer.restore_many(t, threads=options.threads), texts, options.runs),
                here(lambda t: [ftfy.fix_text(text) for text in t], few, 1) / share,
            ]
            for _ in range(options.turns)
        ]
        native, many, fixed = (megabytes / median(column) for column in zip(*turns))
        print(f"| {name} | {megabytes:.0f} | {native:.1f} | {many:.1f} | {many / native:.2f} | {fixed:.1f} |")


if __name__ == "__main__":
    main()
