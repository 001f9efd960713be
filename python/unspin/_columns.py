"""Columns of texts, as data frames hold them: what is missing stays missing."""

from __future__ import annotations

from collections.abc import Sequence

from unspin import Restoration, Unspin, Verdict


def restored(
    texts: Sequence[str | None], unspin: Unspin, threads: int | None = None
) -> list[Restoration | None]:
    """The restorations of a column."""
    answers = iter(unspin.restore_many([text for text in texts if text is not None], threads=threads))
    return [None if text is None else next(answers) for text in texts]


def texts_of(restorations: Sequence[Restoration | None]) -> list[str | None]:
    """The restored texts."""
    return [None if answer is None else answer.text for answer in restorations]


def judged(texts: Sequence[str | None], unspin: Unspin, threads: int | None = None) -> list[Verdict | None]:
    """The verdicts on a column."""
    answers = iter(unspin.detect_many([text for text in texts if text is not None], threads=threads))
    return [None if text is None else next(answers) for text in texts]


def chances(verdicts: Sequence[Verdict | None]) -> list[float | None]:
    """P(spun) of each."""
    return [None if verdict is None else verdict.spun for verdict in verdicts]


def place(names: Sequence[str], column: str) -> int:
    """Where the column stands.

    Raises `KeyError` where there is none of that name, or more than one.
    """
    found = [number for number, name in enumerate(names) if name == column]
    if len(found) != 1:
        what = "no column is called" if not found else f"{len(found)} columns are called"
        raise KeyError(f"{what} {column!r}; there are {', '.join(map(repr, names))}")
    return found[0]
