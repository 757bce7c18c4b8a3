"""What a restore found: in numbers, in a sentence, and where the machine changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite
from typing import Any, NamedTuple

from ..events.blocks import decode
from ..events.known import Known
from ..events.pieces import Item, Points
from .records import LocalFile

_BLOCK = 1 << 22


class MachineMark(NamedTuple):
    """Where a run went over to another machine: its last step on the old one, when that was, and how long it rested.

    `away` is None while nothing was logged since.
    """

    run: str
    step: int
    wall_time: float
    away: float | None = None

    @property
    def text(self) -> str:
        return "another machine from here" + (f", {duration(self.away)} later" if self.away is not None else "")


@dataclass
class FileFound:
    """What one event file says, in numbers."""

    run: str
    name: str
    machine: str
    points: int = 0
    last_step: int = 0
    first: float = 0.0
    last: float = 0.0

    @property
    def is_dated(self) -> bool:
        return self.points > 0 and isfinite(self.last)


@dataclass
class Restored:
    """What a persistent place had, and what of it was missing in the log directory and is there now."""

    source: str
    logdir: str
    runs: list[str] = field(default_factory=list)
    points: int = 0
    last_step: int | None = None
    wall_time: float | None = None  # of the newest point
    files: list[str] = field(default_factory=list)  # written by this restore
    marks: list[MachineMark] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def sentence(self, now: float) -> str:
        if not self.runs:
            return f"Nothing to restore in {self.source} yet"
        runs = "1 run" if len(self.runs) == 1 else f"{len(self.runs)} runs"
        ago = f", up to step {self.last_step:,} of {duration(now - self.wall_time)} ago" if self.wall_time else ""
        done = f"{count_of_files(len(self.files))} restored" if self.files else "all of it is here already"
        points = "1 point" if self.points == 1 else f"{self.points:,} points"
        return f"Found {runs} with {points} in {self.source}{ago}: {done}"

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "marks": [tuple(mark) for mark in self.marks]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Restored:
        return cls(**{**data, "marks": [MachineMark(*mark) for mark in data["marks"]]})


def count_of_files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"


def duration(seconds: float) -> str:
    """A length of time as a person says it: two of its units at most."""
    left = max(0, round(seconds))
    if left < 60:
        return f"{left} s"
    if left < 3600:
        return f"{left // 60} min"
    if left < 48 * 3600:
        return f"{left // 3600} h {left % 3600 // 60} min"
    return f"{left // 86400} days"


def count(path: str, found: FileFound) -> FileFound:
    """Fill in what the event file at `path` says."""
    known, at = Known(), 0
    found.first, found.last = float("inf"), float("-inf")
    with LocalFile(path) as file:
        size = _BLOCK
        while block := file.read(at, size):
            pieces, used = decode(block, at, known)
            for piece in pieces:
                if isinstance(piece, Points | Item):
                    _count(piece, found)
            at += used
            if not used and len(block) < size:
                break
            size = _BLOCK if used else 2 * size  # a record longer than the block
    return found


def _count(piece: Points | Item, found: FileFound) -> None:
    if isinstance(piece, Points):
        found.points += len(piece.step)
        found.last_step = max(found.last_step, int(piece.step[-1]))
        times = (float(piece.wall_time[0]), float(piece.wall_time[-1]))
    else:
        times = (piece.wall_time, piece.wall_time)
    known = [time for time in times if isfinite(time)]  # nobody can say how long ago the others were
    found.first, found.last = min([found.first, *known]), max([found.last, *known])


def add_up(restored: Restored, files: Iterable[FileFound], machine: str) -> None:
    """The restore's numbers and marks from those of its files, which come in the order of their names."""
    by_run: dict[str, list[FileFound]] = {}
    for found in files:
        by_run.setdefault(found.run, []).append(found)
    restored.runs = list(by_run)
    restored.points = sum(found.points for several in by_run.values() for found in several)
    told = [found for several in by_run.values() for found in several if found.is_dated]
    newest = max(told, key=lambda found: found.last, default=None)
    if newest is not None:
        restored.last_step, restored.wall_time = newest.last_step, newest.last
    for several in by_run.values():
        restored.marks += _marks(sorted((f for f in several if f.is_dated), key=lambda f: f.first), machine)


def _marks(files: list[FileFound], machine: str) -> list[MachineMark]:
    marks = []
    for one, other in pairwise(files):
        if one.machine and other.machine and one.machine != other.machine:
            marks.append(MachineMark(one.run, one.last_step, one.last, max(0.0, other.first - one.last)))
    if files and files[-1].machine not in ("", machine):
        marks.append(MachineMark(files[-1].run, files[-1].last_step, files[-1].last))
    return marks
