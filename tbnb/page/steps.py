"""What the steps of the runs tell: where they start again, drawing a curve over itself."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from ..store.series import Series

MOST_NOTES = 5

Array = npt.NDArray[np.int64]
_NONE: Array = np.empty(0, np.int64)


class Steps:
    """`see` the series that have news; cheap: each time it looks at one of each run, in turn."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._seen: dict[Series, tuple[int, int, Array]] = {}  # the history's epoch, its points, the last one's step
        self._due: dict[str, dict[Series, None]] = {}  # by run: those with news since they were looked at
        self._complained: set[str] = set()

    def see(self, touched: Iterable[Series]) -> None:
        for series in touched:
            if series.kind == "scalars" and series.run not in self._complained:
                self._due.setdefault(series.run, {})[series] = None
        for run in list(self._due):
            series = next(iter(self._due[run]))
            del self._due[run][series]
            self._see_steps(series)
            if not self._due[run] or run in self._complained:
                del self._due[run]

    def _see_steps(self, series: Series) -> None:
        steps = self._new(series)
        back = steps[1:] < steps[:-1]
        if back.any() and len(self.notes) < MOST_NOTES:
            first = int(back.argmax())
            self._complain(series, int(steps[first]), int(steps[first + 1]))

    def _new(self, series: Series) -> Array:
        """The steps of points that weren't seen yet, behind the last one that was."""
        epoch, count, last = self._seen.get(series, (series.epoch, 0, _NONE))
        if epoch != series.epoch:
            epoch, count, last = series.epoch, 0, _NONE
        _, columns = series.since(count)
        step: Array = columns[0]
        steps = np.concatenate((last, step))
        self._seen[series] = (epoch, count + len(step), steps[-1:])
        return steps

    def _complain(self, series: Series, before: int, after: int) -> None:
        self._complained.add(series.run)
        self.notes.append(
            f"The steps of {series.tag!r} in run {series.run!r} go back from {before} to {after}: its curve is "
            "drawn over itself. Let the step go on over epochs."
        )
