"""Blocks of event files ► their pieces, in order: regular stretches by whole periods, irregular ones by groups.

Blocks of several files are decoded side by side. A log is periodic, and runs of one script have the same periods: rows
of one layout are decoded together, whichever file they stand in, so that a thousand small files cost few NumPy calls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .known import Known
from .numbers import Bytes
from .pieces import Piece, Points
from .scalars import Layout, layout_of
from .shapes import Shape
from .stretch import read_stretch

_LONGEST_PERIOD = 256  # records; a longer period is read as an irregular stretch, at several times the cost
_MOMENT = 32  # records that come between two looks
_SHORT = 1 << 13  # bytes: a regular stretch that is shorter wasn't worth the look; the irregular one then grows longer
_FIRST_TRY = 1 << 14  # bytes of rows that are tried where it isn't known how many will come; then ever more
_LONGEST_STRETCH = 8192  # records
_TOGETHER = 1 << 19  # bytes of rows that are decoded at once: about what the processor's cache holds
_FEW_ROWS = 64  # are decoded at once, however long they are
_SEVERAL = 4  # files that go on alike: fewer have what doesn't repeat itself read singly


class Ahead(NamedTuple):
    """The shapes of the records that come next, and whether they then come again; none for an irregular stretch."""

    shapes: tuple[Shape, ...]
    again: bool


class Block:
    """Bytes of one file, which stand at offset `base` of it, on their way to pieces; `at` is how far they've got."""

    def __init__(self, data: bytes, base: int, known: Known, last: Layout | None = None) -> None:
        self.data = data
        self.base = base
        self.known = known
        self.last = last  # the layout of the last rows, here or in the block before
        self.at = 0
        self.pieces: list[Piece] = []
        self.stuck = False  # whether the record at `at` is torn, damaged or not all there: it's the caller's to look
        self._run = 0  # rows of that layout so far
        self._reach = 0  # bytes to try next, as all of the last ones were of that layout
        self._stretch = 1

    @property
    def goes_on(self) -> bool:
        return not self.stuck and self.at < len(self.data)

    def ahead(self) -> Ahead:
        layout = self.known.expected(self.last, self.data, self.at)
        return Ahead(layout.shapes, True) if layout else self._period()

    def _period(self) -> Ahead:
        """The shapes of the records up to the first one's return, or else up to the first that returns.

        Once another shape has returned, the first one is given about twice as long: a log may begin with what's rare.
        A few records that are all there is are what a loop logged since the last look; the same will come again.
        """
        shapes: list[Shape] = []
        once = patience = _LONGEST_PERIOD  # records that are there once, before the first that returns
        for start, end in self.known.records(self.data, self.at, _LONGEST_PERIOD + 1):
            shape = self.known.shape(self.data[start:end])
            if shape is None or len(shapes) > patience:
                break
            if shapes and shape is shapes[0]:
                return Ahead(tuple(shapes), True)
            if patience == _LONGEST_PERIOD and shape in shapes:
                once, patience = shapes.index(shape), 2 * len(shapes) + 8
            shapes.append(shape)
        else:
            if len(shapes) <= _MOMENT:
                return Ahead(tuple(shapes), True)
        return Ahead(tuple(shapes[:once]), False)

    def likely(self, layout: Layout) -> int:
        """How many rows of the layout are worth a try."""
        usual = layout.usual or _FIRST_TRY // layout.stride
        reach = self._reach if layout is self.last else 0
        most = max(1, usual, reach // layout.stride)
        return layout.run_length(self.data, self.at, min(most, max(_TOGETHER // layout.stride, _FEW_ROWS)))

    def regular(self, layout: Layout, count: int, points: list[Points], *, tried: int, shared: bool) -> None:
        """Take in the points of so many rows, of those that were tried."""
        self.pieces += points
        self.at += count * layout.stride
        if count:
            self._run = count + (self._run if layout is self.last else 0)
            self.known.confirm(layout.shapes)
            self.known.follows(self.last, layout)
            self.last = layout
        self._reach = 8 * tried * layout.stride if count == tried else 0
        if count:
            layout.usual = max(layout.usual if count == tried else 0, self._run + 1)
        if count * layout.stride >= _SHORT:
            self._stretch = 1
        elif not (count and shared):
            self.irregular()

    def irregular(self) -> None:
        """Read a stretch of records that don't repeat themselves: the longer, the longer they don't."""
        start = self.at
        self.at = read_stretch(self.data, self.at, self.base, self.known, self.pieces, self._stretch)
        self._stretch = min(2 * self._stretch, _LONGEST_STRETCH)
        self.stuck = self.at == start


def decode(data: bytes, base: int, known: Known) -> tuple[list[Piece], int]:
    """The pieces of `data`, which stands at offset `base` of its file, and how many of its bytes they come from."""
    block = Block(data, base, known)
    decode_all([block])
    return block.pieces, block.at


def decode_all(blocks: list[Block]) -> None:
    """Decode blocks of different runs, as far as they're whole."""
    while going := [block for block in blocks if block.goes_on]:
        alike: dict[Ahead, list[Block]] = defaultdict(list)
        for block in going:
            alike[block.ahead()].append(block)
        for ahead, some in alike.items():
            if ahead.shapes and (ahead.again or len(some) >= _SEVERAL):
                layout = layout_of(ahead.shapes)
                for portion in _portions(layout, some):
                    _decode_together(layout, portion)
            else:
                for block in some:
                    block.irregular()


def _portions(layout: Layout, blocks: list[Block]) -> Iterator[dict[Block, int]]:
    """How many rows to try in each block, so many of them at once as are worth it."""
    most = max(_FEW_ROWS, _TOGETHER // layout.stride)
    portion: dict[Block, int] = {}
    total = 0
    for block in blocks:
        count = block.likely(layout)
        if total + count > most and portion:
            yield portion
            portion, total = {}, 0
        portion[block] = count
        total += count
    yield portion


def _decode_together(layout: Layout, portion: dict[Block, int]) -> None:
    """Decode the first rows of several blocks; those behind a damaged row keep their place for now."""
    parts = (memoryview(block.data)[block.at : block.at + count * layout.stride] for block, count in portion.items())
    rows = np.frombuffer(bytearray().join(parts), np.uint8).reshape(-1, layout.stride)
    counts = list(portion.values())
    alike = layout.alike(rows)
    if not alike.all():
        counts, rows = _first_alike(rows, counts, alike)
    good, points = layout.decode(rows)
    start = 0
    for (block, tried), count in zip(portion.items(), counts, strict=True):
        if start <= good:
            some = min(count, good - start)
            mine = _rows_of(points, good, start, some)
            block.regular(layout, some, mine, tried=tried, shared=len(portion) >= _SEVERAL)
        start += count


def _first_alike(
    rows: Bytes, counts: list[int], alike: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[list[int], Bytes]:
    """Of each block's rows those before the first that's different."""
    starts = np.cumsum([0, *counts[:-1]]).tolist()
    for number, (start, count) in enumerate(zip(starts, counts, strict=True)):
        if not alike[start : start + count].all():
            counts[number] = int(alike[start : start + count].argmin())
    kept = [rows[start : start + count] for start, count in zip(starts, counts, strict=True)]
    return counts, np.concatenate(kept)


def _rows_of(points: list[Points], rows: int, start: int, count: int) -> list[Points]:
    """The points of some of the rows."""
    if count == rows or not count:
        return points if count else []
    some = []
    for tag, metadata, step, wall_time, value in points:
        each = len(step) // rows
        part = slice(start * each, (start + count) * each)
        some.append(Points(tag, metadata, step[part], wall_time[part], value[part]))
    return some
