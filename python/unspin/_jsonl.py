"""Lines of JSON: where the text stands in a line, so that every other byte of it can stay."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]

# Numbers are passed over, not read: one of ten thousand digits is as good as any.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_SPACE = re.compile(r"[ \t\r\n]*")


class Unread(ValueError):
    """Why a line passes as it is."""


class Line:
    """A line of JSON and the place of its text."""

    def __init__(self, line: bytes, column: str) -> None:
        """Finds the text of a column; a dot leads into an object: `a.b`.

        Raises `Unread` for what is no object of JSON, and where no text stands in that column.
        """
        try:
            self._line = line.decode("utf-8")
        except UnicodeDecodeError:
            raise Unread("not UTF-8") from None
        try:
            start, end = self._find(column.split("."), self._skip(0))
            self.text: str = json.loads(self._line[start:end])
            self.text.encode()
        except UnicodeEncodeError:
            raise Unread("a lone surrogate") from None
        except (json.JSONDecodeError, IndexError, StopIteration, RecursionError):
            raise Unread("not JSON") from None
        self._start, self._end = start, end

    def replaced(self, text: str) -> bytes:
        """The line with another text; escaped as the text before was."""
        is_escaped = self._line[self._start : self._end].isascii() and not self.text.isascii()
        value = json.dumps(text, ensure_ascii=is_escaped)
        return (self._line[: self._start] + value + self._line[self._end :]).encode()

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._line, at)
        return match.end() if match else at

    def _find(self, path: list[str], at: int) -> tuple[int, int]:
        """Where the value of the path stands in the object that starts here; the object must end with the line."""
        found, end = self._object(path, at)
        if self._skip(end) != len(self._line):
            raise Unread("not JSON")
        if found is None:
            raise Unread(f"no text in {'.'.join(path)!r}")
        return found

    def _object(self, path: list[str], at: int) -> tuple[tuple[int, int] | None, int]:
        """The place of the path in the object that starts here, and where the object ends."""
        line, found = self._line, None
        if line[at] != "{":
            raise Unread("not an object")
        at = self._skip(at + 1)
        if line[at] == "}":
            return None, at + 1
        while True:
            if line[at] != '"':
                raise Unread("not JSON")
            key, at = scanstring(line, at + 1)
            at = self._skip(at)
            if line[at] != ":":
                raise Unread("not JSON")
            at = self._skip(at + 1)
            if key == path[0] and len(path) > 1 and line[at] == "{":
                found, at = self._object(path[1:], at)
            else:
                start = at
                value, at = _DECODER.raw_decode(line, at)
                if key == path[0]:
                    is_text = len(path) == 1 and line[start] == '"' and isinstance(value, str)
                    # Of keys that stand twice the last holds, as in every reader of JSON.
                    found = (start, at) if is_text else None
            at = self._skip(at)
            if line[at] == "}":
                return found, at + 1
            if line[at] != ",":
                raise Unread("not JSON")
            at = self._skip(at + 1)
