"""pandas: an accessor of series, there once this module is imported.

    import unspin.pandas
    frame["text"] = frame["text"].unspin.restore()
    frame["spun"] = frame["text"].unspin.spun()

What is missing (`None`, `NaN`, `NA`) stays missing.
"""

from __future__ import annotations

import pandas as pd

from unspin import Unspin, _columns, default


@pd.api.extensions.register_series_accessor("unspin")
class UnspinAccessor:
    """What `series.unspin` offers."""

    def __init__(self, series: pd.Series[str]) -> None:
        self._series = series

    def restore(self, unspin: Unspin | None = None, *, threads: int | None = None) -> pd.Series[str]:
        """The series restored: same index, name and type."""
        answers = _columns.restored(self._texts(), unspin or default(), threads)
        series = self._series.copy()
        changed = [number for number, answer in enumerate(answers) if answer is not None and answer.changed]
        texts = _columns.texts_of([answers[number] for number in changed])
        if changed:
            series.iloc[changed] = texts
        return series

    def spun(self, unspin: Unspin | None = None, *, threads: int | None = None) -> pd.Series[float]:
        """P(spun) of each text."""
        chances = _columns.chances(_columns.judged(self._texts(), unspin or default(), threads))
        return pd.Series(chances, index=self._series.index, name=self._series.name, dtype="float64")

    def _texts(self) -> list[str | None]:
        return [None if missing else text for text, missing in zip(self._series, self._series.isna())]
