"""Hugging Face datasets: a function for `map`.

    dataset = dataset.map(unspin.datasets.Restore("text"), batched=True)
    dataset = dataset.map(unspin.datasets.Restore("text", annotate=True), batched=True)     # and a column `unspin`
    dataset = dataset.map(unspin.datasets.Restore("text", threads=1), batched=True, num_proc=8)

The cache of a dataset knows the options and the version of the dictionaries and the model: what they change is computed
anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from unspin import Unspin, _columns, default


class Restore:
    """Restores the texts of a batch; `None` stays `None`."""

    def __init__(
        self,
        column: str = "text",
        *,
        unspin: Unspin | None = None,
        annotate: bool = False,
        threads: int | None = None,
    ) -> None:
        """With `annotate`, a column `unspin` holds what was found, as the documented JSON in a string."""
        self.column = column
        self.unspin = unspin or default()
        self.annotate = annotate
        self.threads = threads
        # So that a newer model is another function to the cache.
        self.version = self.unspin.version

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """The columns that change.

        Raises `KeyError` where there is no such column, `TypeError` where it is no batch of texts.
        """
        _columns.place(list(batch), self.column)
        texts = batch[self.column]
        if isinstance(texts, str):
            raise TypeError("give `batched=True` to `map`: a batch has lists of texts")
        answers = _columns.restored(texts, self.unspin, self.threads)
        columns: dict[str, list[Any]] = {self.column: _columns.texts_of(answers)}
        if self.annotate:
            notes = (None if answer is None else answer.annotation() for answer in answers)
            columns["unspin"] = [None if note is None else json.dumps(note, ensure_ascii=False) for note in notes]
        return columns
