"""Polars: a namespace of expressions, there once this module is imported.

    import unspin.polars
    frame = frame.with_columns(pl.col("text").unspin.restore())
    frame = frame.filter(pl.col("text").unspin.spun() < 0.5)

It works in lazy frames and streams, on all cores, since the interpreter is let go while texts are restored. A plug-in of
Polars would save the way of a text through a Python string, which `python/figures/frames.py` measures, and compile the whole
of Polars for it.
"""

from __future__ import annotations

import polars as pl

from unspin import Unspin, _columns, default


@pl.api.register_expr_namespace("unspin")
class UnspinNamespace:
    """What `expression.unspin` offers."""

    def __init__(self, expression: pl.Expr) -> None:
        self._expression = expression

    def restore(self, unspin: Unspin | None = None, *, threads: int | None = None) -> pl.Expr:
        """The texts restored; nulls stay null."""

        def work(texts: pl.Series) -> pl.Series:
            answers = _columns.restored(_texts(texts), unspin or default(), threads)
            return pl.Series(texts.name, _columns.texts_of(answers), pl.String)

        return self._expression.map_batches(work, return_dtype=pl.String, is_elementwise=True)

    def spun(self, unspin: Unspin | None = None, *, threads: int | None = None) -> pl.Expr:
        """P(spun) of each text; nulls stay null."""

        def work(texts: pl.Series) -> pl.Series:
            verdicts = _columns.judged(_texts(texts), unspin or default(), threads)
            return pl.Series(texts.name, _columns.chances(verdicts), pl.Float64)

        return self._expression.map_batches(work, return_dtype=pl.Float64, is_elementwise=True)


def _texts(texts: pl.Series) -> list[str | None]:
    if texts.dtype != pl.String:
        raise TypeError(f"column {texts.name!r} is {texts.dtype}, not text")
    values: list[str | None] = texts.to_list()
    return values
