"""Lines of JSON, of which every byte outside the text stays."""

from __future__ import annotations

import json

import pytest

from unspin._jsonl import Line, Unread

NEW = 'so "new" – ü\n'

#: The column, a line, and the line with another text.
LINES = [
    ("text", '{"text":"old"}', '{"text":%s}'),
    ("text", ' { "id" : 1.50e3 , "text" : "old" , "a":[1, {"text":"x"}] } ', ' { "id" : 1.50e3 , "text" : %s , "a":[1, {"text":"x"}] } '),
    ("text", '{"n":' + "9" * 5000 + ',"text":"old"}\r', '{"n":' + "9" * 5000 + ',"text":%s}\r'),
    ("text", '{"text":"first","text":"old"}', '{"text":"first","text":%s}'),
    ("text", '{"t\\u0065xt":"old"}', '{"t\\u0065xt":%s}'),
    ("a.b", '{"b":"x","a":{"c":[],"b":"old"},"z":{}}', '{"b":"x","a":{"c":[],"b":%s},"z":{}}'),
    ("text", '{"e":{},"text":"","z":NaN}', '{"e":{},"text":%s,"z":NaN}'),
    ("text", '{"text":"öld"}', '{"text":%s}'),
]


@pytest.mark.parametrize(("column", "line", "expected"), LINES)
def test_all_else_stays(column: str, line: str, expected: str) -> None:
    found = Line(line.encode(), column)
    assert found.replaced(NEW) == (expected % json.dumps(NEW, ensure_ascii=False)).encode()


def test_what_was_escaped_is_escaped() -> None:
    assert Line(b'{"text":"\\u00f6ld"}', "text").replaced("ü") == b'{"text":"\\u00fc"}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text":"a"', "not JSON"),
        (b'{"text":"a"} {}', "not JSON"),
        (b'{"text" "a"}', "not JSON"),
        (b'{"text":"a";}', "not JSON"),
        (b"{text:1}", "not JSON"),
        (b'{"text":"a\x01"}', "not JSON"),
        (b'{"x":' + b"[" * 100_000 + b',"text":"a"}', "not JSON"),
        (b'["text"]', "not an object"),
        (b'"text"', "not an object"),
        (b'{"text":"\xff"}', "not UTF-8"),
        (b'{"text":"\\ud800"}', "a lone surrogate"),
        (b"{}", "no text in 'text'"),
        (b'{"text":null}', "no text in 'text'"),
        (b'{"text":"a","text":5}', "no text in 'text'"),
        (b'{"body":"a"}', "no text in 'text'"),
        (b"", "not JSON"),
    ],
)
def test_what_cannot_be_read_is_named(line: bytes, reason: str) -> None:
    with pytest.raises(Unread, match=reason):
        Line(line, "text")
