"""Finds synonym-substituted ("spun") and damaged English text and restores its wording.

>>> import unspin
>>> restored = unspin.restore("The White Home stated that Chinese language officers had been there.")
>>> restored.text
'The White House said that Chinese officials were there.'
>>> unspin.detect("It rained in Oslo.").is_spun
False

Make one `Unspin` and share it; the functions here use one with default options. Offsets are code points, as Python
counts; the dicts of the documented JSON have bytes of UTF-8 unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from unspin._native import (
    VERSION,
    Alternative,
    DictionaryError,
    Edit,
    EditError,
    Entry,
    Evidence,
    OptionError,
    Restoration,
    Unspin,
    Verdict,
    apply,
)

__all__ = [
    "VERSION",
    "Alternative",
    "DictionaryError",
    "Edit",
    "EditError",
    "Entry",
    "Evidence",
    "OptionError",
    "Restoration",
    "Unspin",
    "Verdict",
    "apply",
    "default",
    "detect",
    "restore",
    "restore_many",
]


@cache
def default() -> Unspin:
    """The restorer with default options, made once."""
    return Unspin()


def restore(text: str, /) -> Restoration:
    """Restores a text: finds what was spun or damaged, and what it was made from."""
    return default().restore(text)


def detect(text: str, /) -> Verdict:
    """The verdict alone: whether a text was spun, by what, and the strongest evidence."""
    return default().detect(text)


def restore_many(texts: Iterable[str], /, *, threads: int | None = None) -> list[Restoration]:
    """Restores many texts on all cores, or on so many threads; the answers stand in the same order."""
    return default().restore_many(texts, threads=threads)
