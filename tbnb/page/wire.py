"""Frames: a small JSON header, and a buffer of sections; the twin of js/src/wire.js.

    header   {"tbnb": 1, "epoch": of this watch, "seq": number of the frame, "now": the kernel's clock,
              "series": [[id, run, tag, kind], ...], "status": {...}, "heard": number of the last hello,
              "keep": points of a curve that the page should hold at most}, the last four where there's something to say
    buffer   sections, one behind the other; little-endian, everything at a multiple of 8 bytes

    a section
     0  u32    id of the series
     4  u32    version: grows when points of the series were withdrawn; what has a lower one is void
     8  u32    start: the index of the first point that the section speaks of
    12  u32    span: how many points it speaks of
    16  u32    total: how many points the series has
    20  u32    count: how many points follow; fewer than `span` where they are picked
    24  u8 × 4 forms of the columns: index, step, wall time, value
    28  u32    how many bytes the columns are
    32         the columns, each filled up to a multiple of 8 bytes

    forms    0 none     the index of points that are all of the span
             1 f64      as they are
             2 f32      where nothing is lost by it
             3 offsets  an f64, then i32 that are added to it
             4 even     two f64: the first one, and the step from each to the next

A step beyond 2^53 is rounded: JavaScript's numbers end there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

VERSION = 1
HEAD = struct.Struct("<6I4BI")
FEW = 16  # points
NONE, F64, F32, OFFSETS, EVEN = range(5)

Array = npt.NDArray[Any]


class Section(NamedTuple):
    """Points of one series: all of `start` to `start + span`, or those at `places`."""

    series: int
    version: int
    start: int
    span: int
    total: int
    step: Array
    wall_time: Array
    value: Array
    places: Array | None = None


def encode(sections: Iterable[Section]) -> bytes:
    """The sections as one buffer."""
    return b"".join(map(_encode, sections))


def _encode(section: Section) -> bytes:
    if len(section.step) <= FEW and section.places is None:
        return _encode_few(section)
    columns = [_index(section.places), _whole(section.step), (F64, _f8(section.wall_time)), _real(section.value)]
    forms = [form for form, _ in columns]
    body = b"".join(data + bytes(-len(data) % 8) for _, data in columns)
    return HEAD.pack(*section[:5], len(section.step), *forms, len(body)) + body


def _encode_few(section: Section) -> bytes:
    """As they are: for the few points of a moment, it's the time that counts."""
    count = len(section.step)
    numbers = (*section.step.tolist(), *section.wall_time.tolist(), *section.value.tolist())
    head = HEAD.pack(*section[:5], count, NONE, F64, F64, F64, 24 * count)
    return head + struct.pack(f"<{3 * count}d", *numbers)


def _index(places: Array | None) -> tuple[int, bytes]:
    return (NONE, b"") if places is None else _whole(places)


def _whole(numbers: Array) -> tuple[int, bytes]:
    """Whole numbers: in even steps, as offsets, or as they are."""
    if not len(numbers):
        return F64, b""
    if int(numbers.max()) - int(numbers.min()) > np.iinfo(np.int64).max:  # no i8 has how far they are apart
        return F64, _f8(numbers)
    first = float(numbers[0])
    offsets = numbers - numbers[0]
    stride = int(offsets[1]) if len(offsets) > 1 else 0
    if np.array_equal(offsets, np.arange(len(offsets)) * stride):
        return EVEN, struct.pack("<dd", first, stride)
    if offsets.min() >= -(1 << 31) and offsets.max() < 1 << 31:
        return OFFSETS, struct.pack("<d", first) + offsets.astype("<i4").tobytes()
    return F64, _f8(numbers)


def _real(numbers: Array) -> tuple[int, bytes]:
    with np.errstate(over="ignore", under="ignore"):
        short = numbers.astype("<f4")
    return (F32, short.tobytes()) if np.array_equal(short, numbers, equal_nan=True) else (F64, _f8(numbers))


def _f8(numbers: Array) -> bytes:
    return numbers.astype("<f8", copy=False).tobytes()


def decode(buffer: bytes) -> list[Section]:
    """What `encode` made, with all columns in full."""
    sections, at = [], 0
    while at < len(buffer):
        series, version, start, span, total, count, *forms, length = HEAD.unpack_from(buffer, at)
        at += HEAD.size
        columns: list[Any] = []
        place = at
        for form in forms:
            size = _size(form, count)
            columns.append(_column(form, count, buffer[place : place + size]))
            place += size + -size % 8
        places, step, wall_time, value = columns
        places = None if forms[0] == NONE else places
        sections.append(Section(series, version, start, span, total, step, wall_time, value, places))
        at += length
    return sections


def _size(form: int, count: int) -> int:
    return {NONE: 0, EVEN: 16, F64: 8 * count, F32: 4 * count, OFFSETS: 8 + 4 * count}[form]


def _column(form: int, count: int, data: bytes) -> Array:
    if form == EVEN:
        first, stride = struct.unpack("<dd", data)
        return np.asarray(first + stride * np.arange(count))
    if form == OFFSETS:
        return np.asarray(np.frombuffer(data, "<f8", 1) + np.frombuffer(data, "<i4", offset=8))
    return np.frombuffer(data, "<f4" if form == F32 else "<f8").astype("f8")
