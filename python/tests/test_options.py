"""Each option has its effect, survives a pickle, and is refused where it cannot be met."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from conftest import RESTORED, SHORT

import unspin
from unspin import DictionaryError, OptionError, Unspin

MINE = "zeppelins\tairships\t500\n"
LONG = SHORT + " The zeppelins had been there, the White Home stated."

#: Options, and what becomes of the long text by them; `None` where another test looks.
OPTIONS: list[tuple[dict[str, Any], str | None]] = [
    ({}, "The White House said that"),
    ({"builtin": False}, "The White Home stated that"),
    ({"protect": ["White Home"]}, "The White Home said that"),
    ({"only": ["arsenic"]}, "The White Home stated that"),
    ({"without": ["folks"]}, None),
    ({"min_confidence": 1.0}, "The White Home stated that"),
    ({"min_spun": 1.0}, "The White Home stated that"),
    ({"channels": ["characters"]}, "The White Home stated that"),
    ({"sources": [("mine", "mine.tsv", MINE)]}, None),
]


@pytest.mark.parametrize(("options", "start"), OPTIONS)
def test_each_option_has_its_effect(options: dict[str, Any], start: str | None) -> None:
    made = Unspin(**options)
    if start is not None:
        assert made.restore(LONG).text.startswith(start)
    for other in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert (other.version, repr(other), other.spinners) == (made.version, repr(made), made.spinners)
        assert other.restore(LONG) == made.restore(LONG)
    assert all(name in repr(made) for name in options if name != "sources")
    # The same options are the same bytes: caches of data sets go by them.
    assert pickle.dumps(made) == pickle.dumps(Unspin(**options))


def test_spinners_by_name() -> None:
    assert Unspin(only=["folks", "arsenic"]).spinners == ["folks", "arsenic"]
    assert "arsenic" not in Unspin(without=["arsenic"]).spinners
    assert Unspin().version == unspin.VERSION
    assert Unspin(min_confidence=0.8, min_spun=0.25).min_confidence == 0.8
    assert Unspin(min_confidence=0.8, min_spun=0.25).min_spun == 0.25


def test_a_dictionary_travels_with_a_pickle(tmp_path: Path) -> None:
    """A worker on another machine has no such file."""
    file = tmp_path / "mine.tsv"
    file.write_text(MINE)
    folder = tmp_path / "folder.v2"
    folder.mkdir()
    (folder / "pairs.tsv").write_text("dirigibles\tairships\t500\n")
    (folder / "groups.txt").write_text("noun: balloon | aerostat\n")
    made = Unspin(dictionaries=[file, str(folder)])
    assert {"mine", "folder.v2"} <= set(made.spinners)
    pickled = pickle.dumps(made)
    file.unlink()
    (folder / "pairs.tsv").unlink()
    other = pickle.loads(pickled)
    assert (other.version, other.spinners) == (made.version, made.spinners)
    assert other.version != unspin.VERSION
    assert other.restore(LONG) == made.restore(LONG)
    memory = Unspin(sources=[("mine", "mine.tsv", MINE)])
    assert "mine" in memory.spinners


def test_answers_go_through_a_pickle() -> None:
    restored = unspin.restore("“Ünïcödé” " + SHORT)
    for value in (restored, restored.verdict, restored.edits, restored.edits[0]):
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(restored)).text.endswith(RESTORED)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_confidence": 1.5}, "confidence 1.5 is not between 0 and 1"),
        ({"min_confidence": float("nan")}, "not between 0 and 1"),
        ({"min_spun": -1}, "-1, is not between 0 and 1"),
        ({"only": ["nobody"]}, "no spinner is called `nobody`; known are folks"),
        ({"without": ["nobody"]}, "no spinner is called `nobody`"),
        ({"protect": [""]}, "cannot protect ``"),
        ({"channels": ["telepathy"]}, "no channel is called `telepathy`; known are characters, words, ocr, spun"),
    ],
)
def test_options_that_cannot_be_met(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Unspin(**options)


def test_a_list_is_no_name() -> None:
    for name in ("protect", "only", "without", "channels", "dictionaries"):
        with pytest.raises(TypeError, match=name):
            Unspin(**{name: "folks"})  # type: ignore[arg-type]


def test_the_line_of_a_dictionary_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.tsv"
    file.write_text("zeppelins\tairships\t5\nfolks people\n")
    with pytest.raises(DictionaryError) as caught:
        Unspin(dictionaries=[file])
    assert (caught.value.path, caught.value.line) == (str(file), 2)
    assert "a pair is" in caught.value.reason and str(caught.value).startswith(f"{file}:2: ")
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), DictionaryError)
    with pytest.raises(DictionaryError, match="absent.tsv: No such file"):
        Unspin(dictionaries=[tmp_path / "absent.tsv"])
    with pytest.raises(DictionaryError, match="mine.tsv:1: "):
        Unspin(sources=[("mine", "mine.tsv", "one column\n")])
    with pytest.raises(FileNotFoundError):
        Unspin(weights=tmp_path / "absent")
    (tmp_path / "weights").write_text("0.5\tnothing\n")
    with pytest.raises(OptionError, match="weights"):
        Unspin(weights=tmp_path / "weights")
