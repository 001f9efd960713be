"""One text: what is found, and how Python sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import CLEAN, RESTORED, ROOT, SHORT, need

import unspin
from unspin import Unspin


def test_a_spun_text_is_restored() -> None:
    restored = unspin.restore(SHORT)
    assert (restored.text, str(restored), restored.changed) == (RESTORED, RESTORED, True)
    assert restored.verdict.is_spun and restored.verdict.spinner == "folks"
    assert restored.verdict == unspin.detect(SHORT)
    weights = [evidence.weight for evidence in restored.verdict.evidence]
    assert weights == sorted(weights, reverse=True) and weights[0] > 0


def test_clean_text_is_the_very_object_that_was_given() -> None:
    clean = "".join([CLEAN, " It snowed — später."])
    restored = unspin.restore(clean)
    assert restored.text is clean and restored.source is clean
    assert not restored.changed and restored.edits == () and restored.verdict.spinner is None


@pytest.mark.parametrize("before", ["", "“", "Ünïcödé 🛳 ", "e\u0301 漢字 "])
def test_offsets_are_code_points(before: str) -> None:
    source = before + SHORT
    restored = unspin.restore(source)
    assert restored.edits
    encoded = source.encode()
    for edit in restored.edits:
        start, end = edit.byte_span
        assert source[edit.start : edit.end] == encoded[start:end].decode() == edit.replaced
    for evidence in restored.verdict.evidence:
        assert source[evidence.start : evidence.end] == evidence.found
    text = source
    for edit in reversed(restored.edits):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    assert text == restored.text


def test_dicts_are_the_documented_json() -> None:
    schema = json.loads((ROOT / "docs" / "schema.json").read_text())
    jsonschema = need("jsonschema")
    source = "“Ünïcödé” " + SHORT
    restored = unspin.restore(source)

    def check(kind: str, value: dict[str, Any]) -> None:
        jsonschema.validate(value, {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})

    check("restoration", restored.to_dict())
    check("annotation", restored.annotation())
    check("verdict", restored.verdict.to_dict())
    for edit, plain in zip(restored.edits, restored.annotation()["edits"]):
        check("edit", edit.to_dict())
        assert plain == edit.to_dict()
        assert (plain["start"], plain["end"]) == edit.byte_span
        assert (plain["from"], plain["to"]) == (edit.replaced, edit.replacement)
        # The shortest decimal of a number of 32 bits, as in every file that `unspin clean` writes.
        assert plain["confidence"] == edit.confidence and len(repr(edit.confidence)) < 12
    in_chars = restored.to_dict(offsets="chars")
    assert [(edit["start"], edit["end"]) for edit in in_chars["edits"]] == [(e.start, e.end) for e in restored.edits]
    starts = [evidence["start"] for evidence in in_chars["evidence"]]
    assert starts == [evidence.start for evidence in restored.verdict.evidence]
    assert unspin.Restoration.from_dict(restored.to_dict()) == restored
    with pytest.raises(ValueError, match="bytes.*chars"):
        restored.to_dict(offsets="utf16")  # type: ignore[arg-type]


def test_damage_is_counted() -> None:
    restored = Unspin(channels=["characters"]).restore("The White Home saidâ€¦ noth\u00ading.")
    assert restored.text == "The White Home said… nothing."
    assert restored.verdict.damage["soft-hyphen"] == 1


@pytest.mark.parametrize("value", [None, b"bytes", 5, ["a list"]])
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="a text must be a str, not "):
        unspin.restore(value)
    with pytest.raises(TypeError, match="a text must be a str, not "):
        unspin.detect(value)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError, match="position 3: surrogates not allowed"):
        unspin.restore("abc\ud800")


def test_a_subclass_of_str_is_a_text() -> None:
    class Text(str):
        pass

    assert unspin.restore(Text(SHORT)).text == RESTORED


def test_a_nul_and_odd_characters_are_text() -> None:
    for text in ("\x00", "\ufeffa", "\u2028", "🛳" * 1000, "a\x00b " + SHORT):
        restored = unspin.restore(text)
        assert unspin.apply(text, restored.edits) == restored.text
