"""Articles of the repository, spun and clean, and the packages that tests need."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT / "tests" / "articles"
SHORT = "The White Home stated that Chinese language officers had been there."
RESTORED = "The White House said that Chinese officials were there."
CLEAN = "It rained all day in the valley, and the ferry did not run."


def need(name: str) -> ModuleType:
    """A package that a test needs: skipped without it, unless `UNSPIN_NEEDS` names it or says `all`."""
    needed = os.environ.get("UNSPIN_NEEDS", "").split(",")
    if "all" in needed or name in needed:
        return importlib.import_module(name)
    module: ModuleType = pytest.importorskip(name)
    return module


@pytest.fixture(scope="session")
def pages() -> list[dict[str, Any]]:
    """Pages with their originals."""
    files = [ARTICLES / "pages.jsonl", ARTICLES / "newsroom.jsonl"]
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def texts(pages: list[dict[str, Any]]) -> list[str]:
    """Spun texts and clean ones by turns, two short ones among them."""
    return [text for page in pages for text in (page["spun"], page["orig"])] + [SHORT, CLEAN, ""]


@pytest.fixture(scope="session")
def restored(texts: list[str]) -> list[str]:
    """What becomes of them."""
    import unspin

    answers = [unspin.restore(text).text for text in texts]
    # So that no test of a column passes on a restorer that does nothing.
    assert sum(a != b for a, b in zip(texts, answers)) >= 4
    return answers


@pytest.fixture()
def jsonl(tmp_path: Path, texts: list[str]) -> Path:
    """A folder of three parts of JSON lines, each with all texts and other fields around them."""
    folder = tmp_path / "in"
    folder.mkdir()
    for part in range(3):
        with open(folder / f"part-{part}.jsonl", "w", encoding="utf-8") as out:
            for number, text in enumerate(texts):
                record = {"id": f"{part}-{number}", "text": text, "metadata": {"rate": 1.50, "tags": ["a", None]}}
                out.write(json.dumps(record) + "\n")
    return folder


def records(folder: Path, pattern: str = "**/*.jsonl") -> dict[str, dict[str, Any]]:
    """The records of a folder by their ids."""
    lines = [line for path in folder.glob(pattern) for line in path.read_text(encoding="utf-8").splitlines()]
    found = [json.loads(line) for line in lines]
    assert len({record["id"] for record in found}) == len(found)
    return {record["id"]: record for record in found}
