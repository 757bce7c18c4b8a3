"""Many scalars as records at once: a row of bytes each in one NumPy array, their CRCs by the linearity of CRC-32C.

A row is its tag's template with wall time, step, value and CRC filled in. Its CRC is the template's (whose varying
bytes are zero) XOR what each varying byte contributes, which depends on the byte and its distance from the end: one
look-up in a table for each column that varies. No step here costs more calls when there are more tags.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from google_crc32c import value as crc32c
from numpy.lib.stride_tricks import sliding_window_view

from ..events.crc import contribution, mask_all
from ..events.record import FOOTER, HEADER
from .templates import STYLES, Key, records, style_of, tag_of, template

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

_LONGEST_TAG = 1024  # all rows are as wide as the longest: beyond, they'd take memory out of all proportion
_WALL = HEADER + 1
_STEP = _WALL + 8
_STEP_LIMITS = np.array([1, *(1 << 7 * size for size in range(1, 10))], np.uint64)
_STEP_SIZES = np.array([0, *range(2, 12)], np.int64)


class Templates(NamedTuple):
    """The templates of some tags for one size of the step: a row each."""

    blanks: Bytes  # (templates, width), header and data, filled up with zeros
    ends: Integers  # where the data ends
    values: Integers  # where the value stands
    crcs: npt.NDArray[np.uint32]
    numbers: list[str]  # NumPy's names of the values' types


class Points(NamedTuple):
    names: Integers  # into the list of keys
    walls: npt.NDArray[np.float64]
    steps: npt.NDArray[np.uint64]
    values: npt.NDArray[np.float64]

    def where(self, chosen: npt.NDArray[np.intp]) -> Points:
        return Points(self.names[chosen], self.walls[chosen], self.steps[chosen], self.values[chosen])


def encode(tags: list[str | Key], values: list[float], steps: list[int | None], walls: list[float]) -> bytes:
    """The points as records, in their order."""
    numbers: defaultdict[str | Key, int] = defaultdict(count().__next__)
    names = np.fromiter(map(numbers.__getitem__, tags), np.int64, len(tags))
    if max(len(tag_of(key)) for key in numbers) > _LONGEST_TAG:
        return records(tags, values, steps, walls)
    points = Points(names, np.array(walls, np.float64), _step_column(steps), np.array(values, np.float64))
    rows, ends = _all_rows(tuple(numbers), points)
    return _packed(rows, ends + FOOTER)


def _step_column(steps: list[int | None]) -> npt.NDArray[np.uint64]:
    try:
        column = np.array(steps, np.int64)
    except TypeError:  # some are None
        column = np.array([step or 0 for step in steps], np.int64)
    return column.view(np.uint64)


def _all_rows(keys: tuple[str | Key, ...], points: Points) -> tuple[Bytes, Integers]:
    """A row for each point, wide enough for the longest, and where each one's data ends."""
    styles = np.array([STYLES.index(style_of(key)) for key in keys])
    kinds = _STEP_SIZES[np.searchsorted(_STEP_LIMITS, points.steps, side="right")] + 16 * styles[points.names]
    present = np.flatnonzero(np.bincount(kinds)).tolist()
    if len(present) == 1:
        return _rows(keys, points, present[0] % 16)
    parts = []
    for kind in present:
        chosen = np.flatnonzero(kinds == kind)
        parts.append((chosen, *_rows(keys, points.where(chosen), kind % 16)))
    return _merged(len(kinds), parts)


def _merged(count: int, parts: list[tuple[npt.NDArray[np.intp], Bytes, Integers]]) -> tuple[Bytes, Integers]:
    merged = np.zeros((count, max(rows.shape[1] for _, rows, _ in parts)), np.uint8)
    ends = np.empty(count, np.int64)
    for chosen, rows, part_ends in parts:
        merged[chosen, : rows.shape[1]] = rows
        ends[chosen] = part_ends
    return merged, ends


def _rows(keys: tuple[str | Key, ...], points: Points, step_size: int) -> tuple[Bytes, Integers]:
    """The rows of points of one style, whose steps take `step_size` bytes."""
    known = _templates(keys, step_size)
    rows, ends = known.blanks[points.names], known.ends[points.names]
    rows[:, _WALL:_STEP] = _as_bytes(points.walls)
    _fill_steps(rows, points.steps, step_size)
    tail = int(ends[0] - known.values[points.names[0]])  # from value to CRC: the same in all templates of a style
    with np.errstate(over="ignore"):  # a value beyond float32 is written as infinity
        values = _as_bytes(points.values.astype(known.numbers[points.names[0]]))
    _scatter(rows, ends - tail, values)
    crcs = known.crcs[points.names]
    _mix_in_from_start(crcs, rows[:, _WALL : _STEP + step_size], ends - _WALL)
    _mix_in_from_end(crcs, values, tail)
    _scatter(rows, ends, _as_bytes(mask_all(crcs).astype("<u4", copy=False)))
    return rows, ends


@lru_cache(maxsize=64)
def _templates(keys: tuple[str | Key, ...], step_size: int) -> Templates:
    shapes = [template(key, step_size) for key in keys]
    blanks = [shape.blank() for shape in shapes]
    width = max(map(len, blanks)) + FOOTER
    table = np.frombuffer(b"".join(blank.ljust(width, b"\0") for blank in blanks), np.uint8)
    return Templates(
        table.reshape(-1, width),
        np.array([len(blank) for blank in blanks]),
        np.array([shape.value for shape in shapes]),
        np.array([crc32c(blank[HEADER:]) for blank in blanks], np.uint32),
        ["<f4" if shape.number == "f" else "<f8" for shape in shapes],
    )


def _fill_steps(rows: Bytes, steps: npt.NDArray[np.uint64], size: int) -> None:
    if not size:
        return
    rows[:, _STEP] = 0x10
    for place in range(size - 1):
        more = 0x80 if place < size - 2 else 0
        rows[:, _STEP + 1 + place] = (steps >> np.uint64(7 * place) & np.uint64(0x7F)).astype(np.uint8) | more


def _scatter(rows: Bytes, places: Integers, columns: Bytes) -> None:
    """Write the columns from each row's own place on."""
    flat = rows.reshape(-1)
    targets = np.arange(len(rows)) * rows.shape[1] + places
    for column in columns.T:
        flat[targets] = column
        targets += 1


def _mix_in_from_start(crcs: npt.NDArray[np.uint32], columns: Bytes, distances: Integers) -> None:
    """XOR into each row's CRC what its bytes contribute, of which the first is `distances` bytes before the end."""
    nearest = int(distances.min())
    offsets = (distances - nearest) * 256
    table = _contributions(-(-int(distances.max()) // 64) * 64)
    for place, column in enumerate(columns.T):
        crcs ^= table[(nearest - place - 1) * 256 :].take(offsets + column)


def _mix_in_from_end(crcs: npt.NDArray[np.uint32], columns: Bytes, distance: int) -> None:
    for place, column in enumerate(columns.T):
        crcs ^= contribution(distance - place - 1).take(column)


@lru_cache(maxsize=16)
def _contributions(distances: int) -> npt.NDArray[np.uint32]:
    return np.concatenate([contribution(distance) for distance in range(distances)])


def _as_bytes(column: npt.NDArray[Any]) -> Bytes:
    return column.view(np.uint8).reshape(len(column), -1)


def _packed(rows: Bytes, lengths: Integers) -> bytes:
    """The rows one after another, each only as long as it is.

    All are written in full width, in order, so that each one covers what stands too much after the one before.
    """
    width = rows.shape[1]
    ends = np.cumsum(lengths)
    packed = np.empty(int(ends[-1]) + width, np.uint8)
    sliding_window_view(packed, width, writeable=True)[ends - lengths] = rows
    return packed[: ends[-1]].tobytes()
