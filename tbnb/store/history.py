"""All that was ever read of one series, and which of it still holds after restarts.

A run that resumes from a checkpoint logs some steps a second time. What the first try had logged of them is void, but
kept: whether a later file is a sequel of an earlier one, or its contemporary, can turn out differently as both grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .columns import Array, Columns

_NOTHING: dict[int, int] = {}


class Mark(NamedTuple):
    """A session's logged start: voids steps from `step` on that were logged before it.

    In its own file that's what stands before it, the first `position` points of the series; in others, what is older.
    """

    step: int
    wall_time: float
    file: int
    position: int


class Piece(NamedTuple):
    """A series' points of one file that follow each other: the first one's index and its step."""

    file: int
    start: int
    first_step: int


class History:
    """Points of one series with the files that they come from: the first two columns are step and wall time."""

    __slots__ = ("_all", "_cutoffs", "_dirty", "_dtypes", "_marks", "_pieces", "shown")

    def __init__(self, dtypes: Sequence[str]) -> None:
        self._dtypes = dtypes
        self._all = Columns(dtypes)
        self._pieces: list[Piece] = []  # in the order of reading
        self._marks: tuple[Mark, ...] = ()
        self._cutoffs = _NOTHING  # by file: the step from which a sequel took over
        self._dirty = False
        self.shown = (0, self._all)  # epoch, and what holds; replaced as one

    def __len__(self) -> int:
        return len(self._all)

    @property
    def first_steps(self) -> dict[int, int]:
        """By file: the step of its first point."""
        return {file: step for file, _, step in reversed(self._pieces)}

    def append(self, file: int, parts: Sequence[Array]) -> None:
        start = len(self._all)
        if not self._pieces or self._pieces[-1].file != file:
            self._pieces.append(Piece(file, start, int(parts[0][0])))
        if self._marks or self._cutoffs:
            self._show_what_holds(file, start, parts)
        self._all.append(parts)

    def _show_what_holds(self, file: int, start: int, parts: Sequence[Array]) -> None:
        """Of the points that will be added: what's shown parts from what there is before a reader sees a void point."""
        epoch, shown = self.shown
        holds = self._holds(file, start, parts[0], parts[1])
        if shown is self._all:
            if holds.all():
                return
            shown = Columns(self._dtypes, [view.copy() for view in self._all.views()])
            self.shown = (epoch, shown)
        shown.append([part[holds] for part in parts])

    def mark(self, mark: Mark) -> None:
        self._marks = (*self._marks, mark._replace(position=len(self._all)))
        self._dirty = self._dirty or bool(len(self._all))

    def cut(self, cutoffs: dict[int, int]) -> None:
        """From which step on each file's points are void because a sequel logged them again."""
        if cutoffs != self._cutoffs:
            self._cutoffs = cutoffs
            self._dirty = True

    def withdraw(self, file: int) -> None:
        """Forget all that came from `file`: it isn't what it was."""
        self._dirty = True
        spans = [(piece, len(step)) for piece, step, _ in self._spans()]
        self._pieces, kept = [], 0
        for piece, length in spans:
            if piece.file != file:
                self._pieces.append(piece._replace(start=kept))
                kept += length
        parts = [np.full(length, piece.file != file) for piece, length in spans]
        stays = np.concatenate([np.ones(0, np.bool_), *parts])
        marks = [mark for mark in self._marks if mark.file != file]
        self._marks = tuple(mark._replace(position=int(stays[: mark.position].sum())) for mark in marks)
        self._all = Columns(self._dtypes, [view[stays] for view in self._all.views()])

    def settle(self) -> bool:
        """Work out anew what holds, if that changed; tells whether points were withdrawn or came back."""
        if not self._dirty:
            return False
        self._dirty = False
        holds = [self._holds(piece.file, piece.start, step, time) for piece, step, time in self._spans()]
        mask = np.concatenate([np.ones(0, np.bool_), *holds])
        columns = self._all if mask.all() else Columns(self._dtypes, [view[mask] for view in self._all.views()])
        epoch, before = self.shown
        if columns is not before:
            self.shown = (epoch + 1, columns)
        return columns is not before

    def _spans(self) -> list[tuple[Piece, Array, Array]]:
        """The pieces, each with its steps and its wall times."""
        step, wall_time = self._all.views()[:2]
        starts = [piece.start for piece in self._pieces]
        spans = map(slice, starts, [*starts[1:], len(step)])
        return [(piece, step[span], wall_time[span]) for piece, span in zip(self._pieces, spans, strict=True)]

    def _holds(self, file: int, start: int, step: Array, wall_time: Array) -> npt.NDArray[np.bool_]:
        """Which points of `file`, the first of them at index `start`, are not void."""
        void = step >= self._cutoffs[file] if file in self._cutoffs else np.zeros(len(step), np.bool_)
        for mark in self._marks:
            if mark.file == file:
                before = np.arange(start, start + len(step)) < mark.position
            else:
                before = wall_time <= mark.wall_time
            void |= before & (step >= mark.step)
        return ~void
