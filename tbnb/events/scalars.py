"""The fast way: rows of records that share their shapes ► columns, every checksum verified, vectorised with NumPy.

A row is one period of a log that repeats itself (the ten tags that a loop logs each step), or one record of many of
the same shape. One masked comparison verifies all framing, tags and structure of all rows; what varies are columns.

One checksum verifies all rows. Data with their own CRC behind them leave the register in a state that doesn't depend
on the data; so once each footer holds its CRC unmasked, the CRC of all rows together is a constant of the layout and
their number. A wrong record always changes it, as CRCs are linear and each step of the register can be undone;
several wrong ones cancel each other out by chance only, as rarely as one passes by chance: once in 2^32.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from struct import Struct

import google_crc32c
import numpy as np
import numpy.typing as npt

from .crc import unmask_all
from .numbers import DECODERS, Bytes, Doubles, Number, doubles, number_of, varint, varints
from .pieces import Points
from .record import FOOTER, HEADER, data_intact
from .shapes import Scalar, Shape

_WIDE = 512  # bytes: narrower rows are compared several at a time, which NumPy does faster
_FEW = 4  # rows: fewer calls cost less than faster ones
_DOUBLE, _FLOAT = Struct("<d"), Struct("<f")
_LENGTH = 8  # bytes of a record's length


class Layout:
    """What a row of records of these shapes looks like, prepared once for all rows."""

    def __init__(self, shapes: tuple[Shape, ...]) -> None:
        self.shapes = shapes
        self.starts = np.cumsum([0, *(shape.length for shape in shapes)])
        self.stride = int(self.starts[-1])
        self._begins = self.starts[:-1].tolist()
        self._mask = _joined(shapes, [shape.mask for shape in shapes])
        self._template = _joined(shapes, [shape.template for shape in shapes])
        self._number = int.from_bytes(self._mask, "little"), int.from_bytes(self._template, "little")
        together = 8 * max(1, _WIDE // (8 * self.stride))
        self._wide_mask = np.frombuffer(self._mask * together, np.uint64)
        self._wide_template = np.frombuffer(self._template * together, np.uint64)
        self._settled = b"".join(map(_settled, shapes))
        self._checksums: dict[int, int] = {}  # of so many rows, once their footers are unmasked
        self.usual = 0  # rows, and one more: how many came after one another last time; 0 where that's not known
        self._places: dict[str, list[tuple[int, Scalar]]] = {}  # by tag: records, and the scalar in each
        for record, shape in enumerate(shapes):
            for scalar in shape.scalars:
                self._places.setdefault(scalar.tag, []).append((record, scalar))

    def begins(self, data: bytes, at: int) -> bool:
        """Whether a row seems to stand at `at`: all of it agrees with the template in every bit that doesn't vary."""
        mask, template = self._number
        end = at + self.stride
        return end <= len(data) and int.from_bytes(data[at:end], "little") & mask == template

    def run_length(self, data: bytes, at: int, most: int) -> int:
        """How many rows, at most, follow each other at `at`, as far as the lengths of their first records tell."""
        count = min(most, (len(data) - at) // self.stride)
        if count < 2:
            return count
        lengths = np.ndarray((count,), np.uint64, data, at, (self.stride,))
        other = lengths != lengths[0]
        return int(other.argmax()) or count

    def alike(self, rows: Bytes) -> npt.NDArray[np.bool_]:
        """Which rows agree with the template in every bit that doesn't vary."""
        flat = rows.reshape(-1)
        wide = len(self._wide_mask) * 8
        edge = len(flat) // wide * wide
        broad = flat[:edge].view(np.uint64).reshape(-1, len(self._wide_mask))
        rest = (len(flat) - edge) // self.stride
        if ((broad & self._wide_mask) == self._wide_template).all() and self._alike_singly(
            rows[len(rows) - rest :]
        ).all():
            return np.ones(len(rows), np.bool_)
        return self._alike_singly(rows)

    def _alike_singly(self, rows: Bytes) -> npt.NDArray[np.bool_]:
        masked = rows & np.frombuffer(self._mask, np.uint8)
        return np.asarray((masked == np.frombuffer(self._template, np.uint8)).all(axis=1))

    def decode(self, rows: Bytes) -> tuple[int, list[Points]]:
        """Each tag's points in `rows`, which are alike, up to the first that's damaged; spoils the rows' checksums."""
        if len(rows) <= _FEW:
            return self._decode_few(rows.tobytes(), len(rows))
        good = self._intact(rows)
        rows = rows[:good]
        with np.errstate(invalid="ignore"):  # NumPy warns of signalling NaNs
            return good, list(self._points(rows)) if good else []

    def _decode_few(self, data: bytes, count: int) -> tuple[int, list[Points]]:
        """The same without NumPy, whose calls cost more than a handful of numbers: what a loop logs in a moment."""
        found: dict[str, list[tuple[int, float, float]]] = {tag: [] for tag in self._places}
        good = 0
        while good < count:
            row = self._row(data, good * self.stride)
            if row is None:
                break
            for tag, step, wall_time, value in row:
                found[tag].append((step, wall_time, value))
            good += 1
        return good, [self._gathered(tag, rows) for tag, rows in found.items()] if good else []

    def _row(self, data: bytes, at: int) -> list[tuple[str, int, float, float]] | None:
        """The row at `at`, as tag, step, wall time and value; None where a record doesn't match its checksum."""
        points = []
        for shape, start in zip(self.shapes, self._begins, strict=True):
            first = at + start
            end = first + shape.length - FOOTER
            if not data_intact(data[first + HEADER : end], data[end : end + FOOTER]):
                return None
            form = shape.form
            step = _signed(varint(data[first + form.step[0] : first + form.step[1]]))
            wall = _DOUBLE.unpack_from(data, first + form.wall)[0]
            points += [(scalar.tag, step, wall, _value(data, first, scalar.number)) for scalar in shape.scalars]
        return points

    def _gathered(self, tag: str, points: list[tuple[int, float, float]]) -> Points:
        step, wall_time, value = zip(*points, strict=True)
        metadata = self._places[tag][0][1].metadata
        return Points(tag, metadata, np.array(step, np.int64), np.array(wall_time), np.array(value, np.float64))

    def _intact(self, rows: Bytes) -> int:
        """How many rows, from the first on, hold only records whose data match their checksums."""
        for end in self.starts[1:].tolist():
            footer = rows[:, end - FOOTER : end].view("<u4")
            footer[:] = unmask_all(footer)
        if self._match(rows, len(rows)):
            return len(rows)
        return bisect_left(range(1, len(rows) + 1), True, key=lambda count: not self._match(rows, count))

    def _match(self, rows: Bytes, count: int) -> bool:
        if count not in self._checksums:
            if len(self._checksums) >= 256:
                self._checksums.clear()
            self._checksums[count] = google_crc32c.value(self._settled * count)
        return bool(google_crc32c.value(rows[:count].tobytes()) == self._checksums[count])

    def _points(self, rows: Bytes) -> Iterator[Points]:
        """The points of each tag, of which a row may hold several records."""
        times = [self._times(rows, record) if shape.scalars else () for record, shape in enumerate(self.shapes)]
        for tag, places in self._places.items():
            columns = zip(*((*times[record], self._values(rows, record, each)) for record, each in places), strict=True)
            joined = [parts[0] if len(parts) == 1 else np.stack(parts, axis=1).ravel() for parts in columns]
            yield Points(tag, places[0][1].metadata, *joined)

    def _times(self, rows: Bytes, record: int) -> tuple[npt.NDArray[np.int64], Doubles]:
        form, start = self.shapes[record].form, int(self.starts[record])
        step = varints(rows[:, start + form.step[0] : start + form.step[1]]).view(np.int64)
        return step, doubles(rows[:, start + form.wall : start + form.wall + 8].view("<f8")[:, 0])

    def _values(self, rows: Bytes, record: int, scalar: Scalar) -> Doubles:
        start, number = int(self.starts[record]), scalar.number
        return DECODERS[number.encoding](rows[:, start + number.start : start + number.end])


def _value(data: bytes, start: int, number: Number) -> float:
    if number.encoding == "f4":
        return float(_FLOAT.unpack_from(data, start + number.start)[0])
    return number_of(data, number._replace(start=start + number.start, end=start + number.end))


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


layout_of = lru_cache(maxsize=512)(Layout)


def _joined(shapes: tuple[Shape, ...], numbers: list[int]) -> bytes:
    lengths = [shape.length for shape in shapes]
    return b"".join(n.to_bytes(length, "little") for n, length in zip(numbers, lengths, strict=True))


def _settled(shape: Shape) -> bytes:
    """Some record of the shape, its footer the CRC itself."""
    record = shape.template.to_bytes(shape.length, "little")[:-FOOTER]
    return record + int(google_crc32c.value(record[HEADER:])).to_bytes(FOOTER, "little")
