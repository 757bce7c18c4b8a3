"""One tag of one run: its points, as arrays, or its items, each read from the file when it's asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import kinds
from ..events.pieces import Item
from ..events.summary import Metadata
from .history import History

_SCALAR_COLUMNS = ("i8", "f8", "f8")  # step, wall time, value
_ITEM_COLUMNS = ("i8", "f8", "i4", "i8", "i8", "i4")  # step, wall time, file, offset, length, index in the event

Fetch = Callable[[int, int, int], bytes]  # (file, offset, length) -> the bytes that stand there now


class Point(NamedTuple):
    """One scalar."""

    step: int
    wall_time: float
    value: float

    @property
    def data(self) -> float:
        return self.value


class Entry:
    """One item of another kind than scalars: it stays in its file until `data` is asked for."""

    def __init__(self, series: Series, step: int, wall_time: float, place: tuple[int, int, int, int]) -> None:
        self.step = step
        self.wall_time = wall_time
        self._series = series
        self._place = place

    @property
    def data(self) -> Any:
        """The decoded item, typed as its kind's module says; raises DecodeError, or OSError if the file is gone."""
        return self._series.decode(*self._place, (self.step, self.wall_time))

    def __repr__(self) -> str:
        return f"<{self._series.kind} item of {self._series.tag!r} at step {self.step}>"


class Series:
    """One tag of one run. One thread adds to it; any thread may read: arrays handed out never change."""

    __slots__ = ("__weakref__", "_fetch", "history", "kind", "metadata", "run", "tag")

    def __init__(self, run: str, tag: str, kind: str, metadata: Metadata | None, fetch: Fetch) -> None:
        self.run = run
        self.tag = tag
        self.kind = kind
        self.metadata = metadata
        self._fetch = fetch
        self.history = History(_SCALAR_COLUMNS if kind == "scalars" else _ITEM_COLUMNS)

    @property
    def labels(self) -> kinds.Labels:
        """The display name and the description (Markdown) that the tag's first metadata gives."""
        return kinds.labels(self.tag, self.metadata and self.metadata.raw)

    @property
    def epoch(self) -> int:
        """Changes whenever points that were handed out are withdrawn; while it stays, the arrays only grow."""
        return self.history.shown[0]

    def __len__(self) -> int:
        return len(self.history.shown[1])

    @property
    def step(self) -> npt.NDArray[np.int64]:
        return self.history.shown[1].views()[0]

    @property
    def wall_time(self) -> npt.NDArray[np.float64]:
        return self.history.shown[1].views()[1]

    @property
    def value(self) -> npt.NDArray[np.float64]:
        return self.snapshot()[3]

    def snapshot(self) -> tuple[int, npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(epoch, step, wall_time, value) of one moment."""
        if self.kind != "scalars":
            raise TypeError(f"{self.tag!r} holds {self.kind}, which have no value column: ask series[i].data")
        epoch, columns = self.history.shown
        step, wall_time, value = columns.views()
        return epoch, step, wall_time, value

    def since(self, start: int) -> tuple[int, Sequence[npt.NDArray[Any]]]:
        """The epoch, and the columns from an index on: cheap where that's what came last."""
        epoch, columns = self.history.shown
        return epoch, columns.since(start)

    def __getitem__(self, index: int) -> Point | Entry:
        return self._at(index, self.history.shown[1].views())

    def __iter__(self) -> Iterator[Point | Entry]:
        """All that there is now: what is withdrawn meanwhile is in the loop still, and what comes isn't."""
        views = self.history.shown[1].views()
        return (self._at(index, views) for index in range(len(views[0])))

    def _at(self, index: int, views: Sequence[npt.NDArray[Any]]) -> Point | Entry:
        step, wall_time = int(views[0][index]), float(views[1][index])
        if self.kind == "scalars":
            return Point(step, wall_time, float(views[2][index]))
        file, offset, length, number = (int(view[index]) for view in views[2:])
        return Entry(self, step, wall_time, (file, offset, length, number))

    def add_item(self, file: int, item: Item) -> None:
        row = (item.step, item.wall_time, file, item.offset, item.length, item.place)
        self.history.append(file, [np.array([number]) for number in row])

    def decode(self, file: int, offset: int, length: int, index: int, moment: tuple[int, float]) -> Any:
        record = self._fetch(file, offset, length)
        return kinds.decode_record(self.kind, self.tag, record, index, self.metadata and self.metadata.raw, moment)

    def __repr__(self) -> str:
        step = self.step
        extent = f", steps {step[0]} to {step[-1]}" if len(step) else ""
        return f"<Series {self.tag!r} of run {self.run!r}: {len(step):,} {self.kind}{extent}>"
