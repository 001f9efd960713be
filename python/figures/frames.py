"""Prints the sentence of docs/python.md on Polars: what the way into a data frame costs beside restoring.

    python python/figures/frames.py | docs/fill docs/python.md polars

The texts are those of `throughput.py` where one article in 20 is spun. Times are of CPU, all threads together: the median of
some turns, in each of which everyone has one. What Polars does to hand out the texts and to take them back is measured alone,
with an expression that leaves them as they are, and within a frame.
"""

from __future__ import annotations

import argparse
from statistics import median

import polars as pl
import throughput

import unspin
import unspin.polars  # registers the namespace


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    clean, spun = throughput.articles()
    texts = throughput.of_size(throughput.mixed(clean, spun, 19), throughput.BYTES)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    frame = pl.DataFrame({"text": texts})
    restorer = unspin.Unspin()
    column = pl.col("text")
    restored = column.unspin.restore(restorer, threads=options.threads)
    there_and_back = column.map_batches(lambda s: pl.Series(s.name, s.to_list(), pl.String), return_dtype=pl.String)
    assert frame.select(restored)["text"].to_list() == [r.text for r in restorer.restore_many(texts)]
    turns = [
        [
            throughput.here(lambda t: [r.text for r in restorer.restore_many(t, threads=options.threads)], texts, options.runs),
            throughput.here(lambda _: frame.select(restored), texts, options.runs),
            throughput.here(lambda _: frame.select(there_and_back), texts, options.runs),
        ]
        for _ in range(options.turns)
    ]
    many, framed, way = (1000 * median(column) / megabytes for column in zip(*turns))
    print(
        f"Over {megabytes:.0f} MB of articles, one in 20 spun, `restore_many` takes {many:.1f} ms of CPU a megabyte, and the expression "
        f"{framed:.1f}; the way through Python's strings and back takes {way:.1f} alone (`python python/figures/frames.py`)."
    )


if __name__ == "__main__":
    main()
