"""Hugging Face datasets: `map`, with its cache and its processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import need

import unspin
from unspin import Unspin

datasets = need("datasets")
datasets.disable_progress_bars()


@pytest.fixture()
def dataset(jsonl: Path, tmp_path: Path) -> Any:
    """A data set of files."""
    files = sorted(str(path) for path in jsonl.glob("*.jsonl"))
    return datasets.load_dataset("json", data_files=files, split="train", cache_dir=str(tmp_path / "cache"))


@pytest.mark.parametrize("processes", [None, 2])
def test_map(dataset: Any, restored: list[str], processes: int | None, tmp_path: Path) -> None:
    import unspin.datasets

    # Threads of this process, which the processes of `map` do not have.
    unspin.restore_many(restored)
    answer = dataset.map(unspin.datasets.Restore(annotate=True), batched=True, batch_size=7, num_proc=processes)
    assert answer["text"] == restored * 3
    assert answer["id"] == dataset["id"] and answer["metadata"] == dataset["metadata"]
    for row, source in zip(answer, dataset):
        assert unspin.apply(source["text"], json.loads(row["unspin"])["edits"]) == row["text"]
    answer.to_parquet(tmp_path / "out.parquet")
    assert datasets.Dataset.from_parquet(str(tmp_path / "out.parquet"), cache_dir=str(tmp_path))["text"] == restored * 3


def test_the_cache_knows_the_options(dataset: Any) -> None:
    import unspin.datasets

    def run(restorer: Unspin | None) -> Any:
        return dataset.map(unspin.datasets.Restore(unspin=restorer), batched=True)

    assert run(None)._fingerprint == run(Unspin())._fingerprint
    assert run(None)._fingerprint != run(Unspin(protect=["White Home"]))._fingerprint


def test_what_is_wrong_is_said(dataset: Any) -> None:
    import unspin.datasets

    with pytest.raises(KeyError, match="no column is called 'body'"):
        dataset.map(unspin.datasets.Restore("body"), batched=True)
    with pytest.raises(TypeError, match="batched=True"):
        dataset.map(unspin.datasets.Restore())


def test_a_stream(dataset: Any, restored: list[str]) -> None:
    import unspin.datasets

    stream = dataset.to_iterable_dataset().map(unspin.datasets.Restore(), batched=True)
    assert [row["text"] for row in stream] == restored * 3
