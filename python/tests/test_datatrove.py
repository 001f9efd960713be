"""datatrove: its own executor, stats and resume."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import need, records

import unspin

need("datatrove")
from datatrove.executor import LocalPipelineExecutor  # noqa: E402
from datatrove.pipeline.base import PipelineStep  # noqa: E402
from datatrove.pipeline.readers import JsonlReader  # noqa: E402
from datatrove.pipeline.writers import JsonlWriter  # noqa: E402


def run(source: Path, out: Path, steps: list[Any], workers: int = 1) -> dict[str, Any]:
    """Runs steps over a folder; the stats of the first."""
    pipeline = [JsonlReader(str(source)), *steps, JsonlWriter(str(out / "done"), compression=None)]
    logs = out / "logs"
    LocalPipelineExecutor(pipeline, tasks=3, workers=workers, logging_dir=str(logs)).run()
    stats = json.loads((logs / "stats.json").read_text())
    return {name: value["total"] if isinstance(value, dict) else value for name, value in stats[1]["stats"].items()}


@pytest.mark.parametrize("workers", [1, 2])
def test_documents_are_restored(
    jsonl: Path, tmp_path: Path, texts: list[str], restored: list[str], workers: int
) -> None:
    from unspin.datatrove import Restorer

    stats = run(jsonl, tmp_path, [Restorer(annotate=True, batch_size=5)], workers)
    answer = records(tmp_path / "done")
    # The reader of datatrove drops documents without text.
    kept = [number for number, text in enumerate(texts) if text]
    assert len(answer) == 3 * len(kept)
    for part in range(3):
        for number in kept:
            document = answer[f"{part}-{number}"]
            assert document["text"] == restored[number]
            assert (document["metadata"]["rate"], document["metadata"]["tags"]) == (1.5, ["a", None])
            assert unspin.apply(texts[number], document["metadata"]["unspin"]["edits"]) == restored[number]
    changed = sum(a != b for a, b in zip(texts, restored))
    assert (stats["total"], stats["changed"]) == (3 * len(kept), 3 * changed)
    assert stats["edits"] == 3 * sum(len(unspin.restore(text).edits) for text in texts)
    assert sum(value for name, value in stats.items() if name.startswith("spun_")) > 0


def test_spun_documents_are_dropped(jsonl: Path, tmp_path: Path, texts: list[str]) -> None:
    from unspin.datatrove import SpunFilter

    dropped = JsonlWriter(str(tmp_path / "dropped"), compression=None)
    stats = run(jsonl, tmp_path, [SpunFilter(exclusion_writer=dropped, batch_size=5)])
    spun = {number for number, text in enumerate(texts) if unspin.detect(text).is_spun}
    out = records(tmp_path / "dropped")
    assert set(out) == {f"{part}-{number}" for part in range(3) for number in spun}
    assert all(document["metadata"]["filter_reason"] in unspin.default().spinners for document in out.values())
    assert set(records(tmp_path / "done")).isdisjoint(out)
    assert stats["dropped"] == len(out) and stats["forwarded"] == stats["total"] - len(out)


class Broken(PipelineStep):  # type: ignore[misc]
    """A step that breaks the second task, once."""

    type = "TEST"
    name = "broken"

    def __init__(self, marker: Path) -> None:
        super().__init__()
        self.marker = marker

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Any:
        for number, document in enumerate(data):
            if rank == 1 and number == 3 and not self.marker.exists():
                self.marker.touch()
                raise OSError("the network is gone")
            yield document


def test_a_run_that_broke_goes_on(jsonl: Path, tmp_path: Path, restored: list[str]) -> None:
    from unspin.datatrove import Restorer

    steps = [Restorer(batch_size=2), Broken(tmp_path / "marker")]
    with pytest.raises(OSError, match="the network is gone"):
        run(jsonl, tmp_path, steps)
    completed = tmp_path / "logs" / "completions"
    assert sorted(path.name for path in completed.iterdir()) == ["00000"]
    first = (tmp_path / "done" / "00000.jsonl").stat().st_mtime_ns
    run(jsonl, tmp_path, steps)
    assert (tmp_path / "done" / "00000.jsonl").stat().st_mtime_ns == first
    answer = records(tmp_path / "done")
    assert sorted(document["text"] for document in answer.values()) == sorted([text for text in restored if text] * 3)


def test_a_document_that_cannot_be_read_passes(tmp_path: Path, restored: list[str], texts: list[str]) -> None:
    from datatrove.data import Document
    from unspin.datatrove import Restorer, SpunFilter

    for step in (Restorer(batch_size=4), SpunFilter(batch_size=4)):
        documents = [Document(text, str(number)) for number, text in enumerate([texts[0], "\ud800 broken", texts[0]])]
        out = list(step.run(iter(documents)))
        assert step.stats.stats["unread"].total == 1
        assert step.stats.stats["total"].total == 3
        assert [document.text for document in out if "broken" in document.text] == ["\ud800 broken"]
        if isinstance(step, Restorer):
            assert [out[0].text, out[2].text] == [restored[0]] * 2
