"""What the page was told of one series, and sections of it."""

from __future__ import annotations

from collections.abc import Iterator

from ..store.series import Series
from .pick import pick
from .tried import Tried, tried
from .wire import Section

MOST_IN_A_SECTION = 2048  # points
Name = tuple[int, str, str, str] | tuple[int, str, str, str, Tried]


class Told:
    """One series as the page knows it, as far as it got what was sent."""

    def __init__(self, number: int, series: Series) -> None:
        self.number = number
        self.series = series
        self.is_curve = series.kind == "scalars"
        self.epoch = series.epoch
        self.sent = 0  # points, from the first on
        self.named = False
        self.pictured = 0  # points that the last picture stood for
        self.tried: Tried = {}

    @property
    def name(self) -> Name:
        """What the page is to know of the series besides its points; hyperparameters stand beside the name."""
        name = (self.number, self.series.run, self.series.tag, self.series.kind)
        return (*name, self.tried) if self.tried else name

    def look(self) -> None:
        """Begin anew where points were withdrawn, or where another session tries something else."""
        if self.series.kind == "hparams":
            self.tried = tried(self.series)
            self.named = False
        epoch = self.series.epoch
        if epoch != self.epoch:
            self.epoch, self.sent, self.pictured = epoch, 0, 0

    def section(self, start: int, end: int) -> Section:
        """The points of a range: all of it, unless it's long; of other kinds than scalars only how many there are."""
        if not self.is_curve:
            total, nothing = len(self.series), self.series.step[:0]
            return Section(self.number, self.epoch, total, 0, total, nothing, nothing, nothing)
        epoch, columns = self.series.since(start)
        there = len(columns[0])
        count = min(end - start, MOST_IN_A_SECTION, there)
        step, wall_time, value = columns if count == there else [column[:count] for column in columns]
        return Section(self.number, epoch, start, count, start + there, step, wall_time, value)

    def picture(self, most: int) -> Section:
        """The whole curve, in about `most` points."""
        epoch, step, wall_time, value = self.series.snapshot()
        places = pick(value, most)
        total = len(step)
        return Section(self.number, epoch, 0, total, total, step[places], wall_time[places], value[places], places)


class Range:
    """Points of one series that are still to be sent."""

    def __init__(self, told: Told, start: int, end: int) -> None:
        self.told = told
        self.epoch = told.epoch
        self.start = start
        self.end = end

    def sections(self) -> Iterator[Section]:
        """The range in sections; none of what was withdrawn since. That nothing is left of a series is one, too."""
        if self.end == 0 or (not self.told.is_curve and self.start < self.end):
            self.start = self.end
            yield self.told.section(0, 0)
        while self.start < self.end and self.epoch == self.told.series.epoch:
            section = self.told.section(self.start, self.end)
            if not section.span:
                return
            self.start += section.span
            yield section
