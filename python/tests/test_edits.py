"""Edits as values: reviewed, sent about as dicts, applied again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import SHORT

import unspin
from unspin import Edit, EditError


def test_edits_make_the_text(texts: list[str]) -> None:
    for text in texts:
        restored = unspin.restore(text)
        assert unspin.apply(text, restored.edits) == restored.text
        dicts = json.loads(json.dumps([edit.to_dict() for edit in restored.edits]))
        assert unspin.apply(text, dicts) == restored.text
        assert unspin.apply(text, []) == text


def test_a_group_goes_as_one(texts: list[str]) -> None:
    seen = 0
    for text in texts:
        edits = unspin.restore(text).edits
        for number, edit in enumerate(edits):
            if edit.group is not None:
                seen += 1
                rest = [other for other in edits if other.group != edit.group]
                assert unspin.apply(text, edits[:number] + edits[number + 1 :]) == unspin.apply(text, rest)
    assert seen > 0


def test_an_edit_goes_through_a_dict() -> None:
    for edit in unspin.restore(SHORT).edits:
        assert Edit.from_dict(edit.to_dict(), SHORT) == edit
        assert edit.entry is None or (edit.entry.file and edit.entry.line > 0 and edit.entry.observed >= 0)
        assert repr(edit.replaced)[1:-1] in repr(edit)


def test_an_edit_names_its_alternatives(texts: list[str]) -> None:
    seen = 0
    for text in texts:
        for edit in unspin.restore(text).edits:
            chances = [alternative.probability for alternative in edit.alternatives]
            assert chances == sorted(chances, reverse=True) and len(chances) <= 4
            plain = edit.to_dict().get("alternatives", [])
            assert plain == [{"to": a.replacement, "probability": a.probability} for a in edit.alternatives]
            assert edit.replacement not in (a.replacement for a in edit.alternatives)
            seen += len(chances)
    assert seen > 0


PLAIN = {"start": 10, "end": 14, "to": "House", "confidence": 0.9, "channel": "folks", "entry": None}


def test_a_null_is_a_key_that_is_not_there() -> None:
    null = {"group": None, "group_size": None, "alternatives": None, "from": None}
    assert unspin.apply(SHORT, [PLAIN | null]) == SHORT.replace("Home", "House")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 500, "end": 504}, "does not fit the text"),
        ({"start": 14, "end": 10}, "does not fit the text"),
        ({"from": "Hose"}, 'replaces "Hose"; the text has "Home"'),
    ],
)
def test_edits_of_another_text_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(EditError, match=message) as caught:
        unspin.apply(SHORT, [PLAIN | change])
    assert caught.value.index == 0


def test_edits_out_of_order_are_refused() -> None:
    first, second, *_ = unspin.restore(SHORT).edits
    with pytest.raises(EditError) as caught:
        unspin.apply(SHORT, [second, first])
    assert caught.value.index == 1


def test_a_split_character_is_refused() -> None:
    with pytest.raises(EditError):
        unspin.apply("é" * 20, [PLAIN | {"start": 1, "end": 2}])


@pytest.mark.parametrize("wrong", [{"start": 1}, {**PLAIN, "start": -1}, {**PLAIN, "to": 5}, 7, "abc", None])
def test_what_is_no_edit_is_refused(wrong: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        unspin.apply(SHORT, [wrong])
