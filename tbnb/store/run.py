"""One run: its series by tag, and what a restart does to them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .. import kinds
from ..events.pieces import Item, Points, Restart
from . import display
from .history import Mark
from .series import Fetch, Series


class Span(NamedTuple):
    """The wall times of a file's first and last point."""

    first: float
    last: float


class Run(Mapping[str, Series]):
    """One run. One thread adds to it; any thread may read."""

    def __init__(self, name: str, fetch: Fetch, *, unmarked: bool) -> None:
        self.name = name
        self._fetch = fetch
        self._unmarked = unmarked  # whether a sequel supersedes also without a mark
        self._series: dict[str, Series] = {}
        self._marks: list[Mark] = []
        self._spans: dict[int, Span] = {}
        self._reorder = False  # whether a file appeared, or outlived another, so that sequels must be told anew
        self._met: set[tuple[str, int]] = set()  # tags, and files that had points of them
        self._unsettled = False

    def __getitem__(self, tag: str) -> Series:
        try:
            return self._series[tag]
        except KeyError:
            raise KeyError(f"run {self.name!r} has no tag {tag!r}; it has {some(list(self._series))}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._series))

    def __len__(self) -> int:
        return len(self._series)

    def add(self, file: int, piece: Points | Item) -> Series:
        """Take in points or an item of `file`; returns the series that they went to."""
        series = self._series.get(piece.tag)
        if series is None:
            series = self._begin(piece)
        if self._unmarked:
            self._meet(piece.tag, file)
            self._extend(file, piece)
        if isinstance(piece, Item):
            series.add_item(file, piece)
        elif series.kind == "scalars":
            series.history.append(file, piece[2:])
        return series

    def _meet(self, tag: str, file: int) -> None:
        if (tag, file) not in self._met:
            self._met.add((tag, file))
            self._reorder = True

    def _begin(self, piece: Points | Item) -> Series:
        kind = "scalars"
        if isinstance(piece, Item):
            kind = kinds.kind_of(piece.metadata.plugin if piece.metadata else "", piece.form)
        series = Series(self.name, piece.tag, kind, piece.metadata, self._fetch)
        for mark in self._marks:
            series.history.mark(mark)
        self._series[piece.tag] = series
        return series

    def _extend(self, file: int, piece: Points | Item) -> None:
        """The file has points of these times; one that outlives the beginning of another is no forerunner."""
        wall_time = piece.wall_time
        first, last = (wall_time,) * 2 if isinstance(wall_time, float) else (float(wall_time[0]), float(wall_time[-1]))
        span = self._spans.get(file)
        if span is None:
            self._spans[file] = Span(first, last)
        elif last > span.last:
            self._reorder |= any(span.last < other.first <= last for other in self._spans.values() if other is not span)
            self._spans[file] = Span(span.first, last)

    def restart(self, file: int, restart: Restart) -> None:
        """A marked restart: what was logged before it, with its step or a later one, is void."""
        self._unsettled = True
        mark = Mark(restart.step, restart.wall_time, file, 0)
        self._marks.append(mark)
        for series in self._series.values():
            series.history.mark(mark)

    @property
    def restarts(self) -> list[Restart]:
        """The marked restarts of the files that there are."""
        return [Restart(mark.step, mark.wall_time) for mark in self._marks]

    def withdraw(self, file: int) -> None:
        """A file was replaced: its points give way."""
        self._marks = [mark for mark in self._marks if mark.file != file]
        self._spans.pop(file, None)
        self._met = {(tag, other) for tag, other in self._met if other != file}
        self._unsettled, self._reorder = True, self._unmarked
        for series in self._series.values():
            series.history.withdraw(file)

    def settle(self) -> list[Series]:
        """After some additions: let restarts have their effect; returns the series of which points were withdrawn."""
        if not (self._unsettled or self._reorder):
            return []
        if self._reorder:
            for series in self._series.values():
                series.history.cut(self._cutoffs(series.history.first_steps))
        self._reorder = self._unsettled = False
        return [series for series in self._series.values() if series.history.settle()]

    def _cutoffs(self, first_steps: dict[int, int]) -> dict[int, int]:
        """By file: the lowest step that a later file of the series began with; contemporaries don't count."""
        began = sorted((self._spans[file].first, step) for file, step in first_steps.items() if file in self._spans)
        lowest = [step for _, step in began]
        for index in range(len(lowest) - 2, -1, -1):
            lowest[index] = min(lowest[index], lowest[index + 1])
        times = [time for time, _ in began]
        cutoffs = {}
        for file in first_steps:
            later = bisect_right(times, self._spans[file].last) if file in self._spans else len(times)
            if later < len(times):
                cutoffs[file] = lowest[later]
        return cutoffs

    def __repr__(self) -> str:
        points = sum(map(len, self.values()))
        return f"<Run {self.name!r}: {len(self)} tags, {points:,} points>"

    def _repr_html_(self) -> str:
        return display.series_table(repr(self), list(self.values()))


def some(names: list[str], most: int = 8) -> str:
    listed = ", ".join(map(repr, names[:most])) or "none yet"
    return listed + (f" and {len(names) - most} more" if len(names) > most else "")
