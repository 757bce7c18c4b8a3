"""An irregular stretch of an event file: records grouped by length and shape where there are many, read singly else."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from .fields import MalformedError
from .known import Known
from .numbers import Bytes, number_of, tensor_number
from .pieces import BadEvent, Item, Misfit, Piece, Points, Restart
from .record import FOOTER, HEADER, data_intact
from .scalars import layout_of
from .shapes import LONGEST, Shape
from .summary import Event, Value, parsed, read_event, simple_value
from .tensor import number_in

_FEW = 8  # records of one length: fewer are read singly
_PATIENCE = 4  # records without a shape that are met in a group before all the rest of it is read singly

_FACTORS = np.random.default_rng().integers(1 << 63, size=LONGEST // 8, dtype=np.uint64) * np.uint64(2) + np.uint64(1)

Offsets = npt.NDArray[np.int64]


def read_stretch(block: bytes, at: int, base: int, known: Known, pieces: list[Piece], most: int) -> int:
    """Add the pieces of at most `most` records from `at` on; returns where it stopped, at damage or a torn record."""
    spans = list(known.records(block, at, most))
    if not spans:
        return at
    stretch = _Stretch(block, base, known)
    stretch.read(spans)
    pieces += stretch.pieces()
    return min(spans[-1][1], stretch.damage)


class _Stretch:
    """Gathers what the groups and the single records give, and puts it in the file's order."""

    def __init__(self, block: bytes, base: int, known: Known) -> None:
        self.damage = len(block)  # where the first record stands whose data don't match their checksum
        self._block = block
        self._base = base
        self._known = known
        self._points: dict[str, list[tuple[Offsets, Points]]] = defaultdict(list)
        self._others: list[tuple[int, Piece]] = []

    def read(self, spans: list[tuple[int, int]]) -> None:
        if len(spans) < _FEW:
            for start, end in spans:
                self._single(start, end)
        else:
            self._read_many(spans)

    def _read_many(self, spans: list[tuple[int, int]]) -> None:
        """Groups of one length at once, and in its turn what there are few of: a tag's first value decides its kind."""
        starts = np.array([start for start, _ in spans])
        lengths = np.diff(starts, append=spans[-1][1])
        different, firsts, counts = np.unique(lengths, return_index=True, return_counts=True)
        many = (counts >= _FEW) & (different <= LONGEST)
        singles = deque(starts[~np.isin(lengths, different[many])].tolist())
        ends = dict(spans)
        for first in np.sort(firsts[many]).tolist():
            while singles and singles[0] < starts[first]:
                self._single(singles[0], ends[singles.popleft()])
            self._group(starts[lengths == lengths[first]], int(lengths[first]))
        for start in singles:
            self._single(start, ends[start])

    def _group(self, starts: Offsets, length: int) -> None:
        """Read records of one length, shape by shape."""
        rows = np.frombuffer(self._block, np.uint8)[starts[:, None] + np.arange(length)]
        shapeless = 0
        while len(starts):
            shape = self._known.shape(rows[0].tobytes()) if shapeless < _PATIENCE else None
            if shape is None:
                shapeless += 1
                self._single(int(starts[0]), int(starts[0]) + length)
                starts, rows = starts[1:], rows[1:]
                continue
            left = self._take_form(starts, rows, shape)
            starts, rows = starts[left], rows[left]

    def _take_form(self, starts: Offsets, rows: Bytes, shape: Shape) -> npt.NDArray[np.bool_]:
        """Read the records of the same form as the first one's `shape`, whatever their tags; which ones are left."""
        masked = rows & np.frombuffer(shape.mask.to_bytes(shape.length, "little"), np.uint8)
        _, firsts, which = np.unique(_fingerprints(masked), return_index=True, return_inverse=True)
        shapes = [self._known.shape(rows[first].tobytes()) for first in firsts]
        alike = np.array([one is not None and one.form == shape.form for one in shapes])
        fits = alike[which] & (masked == masked[firsts][which]).all(axis=1)
        good, points = layout_of((shape,)).decode(rows[fits])
        if good < fits.sum():
            self.damage = min(self.damage, int(starts[fits][good]))
        order = np.argsort(which[fits][:good], kind="stable")
        edges = np.searchsorted(which[fits][:good][order], np.arange(len(shapes) + 1))
        for one, (low, high) in zip(shapes, pairwise(edges.tolist()), strict=True):
            if one is not None and low < high:
                self._take(one, starts[fits], points, order[low:high])
        return np.asarray(~fits, np.bool_)

    def _take(self, shape: Shape, starts: Offsets, points: list[Points], rows: Offsets) -> None:
        """Some rows of the points are those of this shape."""
        self._known.confirm([shape])
        for scalar, (_, _, step, wall_time, value) in zip(shape.scalars, points, strict=True):
            mine = Points(scalar.tag, scalar.metadata, step[rows], wall_time[rows], value[rows])
            self._points[scalar.tag].append((starts[rows], mine))

    def _single(self, start: int, end: int) -> None:
        if start >= self.damage:
            return
        data_start, data_end = start + HEADER, end - FOOTER
        if not data_intact(self._block[data_start:data_end], self._block[data_end:end]):
            self.damage = start
            return
        try:
            event = read_event(self._block, data_start, data_end)
        except MalformedError as error:
            self._others.append((start, BadEvent(self._base + start, str(error))))
            return
        if event.restart:
            self._others.append((start, Restart(event.step, event.wall_time)))
        for value in event.values:
            self._value(event, value, start, end)

    def _value(self, event: Event, value: Value, start: int, end: int) -> None:
        plugin = self._known.plugin_of(value)
        scalar = self._scalar(value) if plugin == "scalars" else None
        if scalar is None and plugin == "scalars":
            self._misfit(value, start)
        elif scalar is None:
            place = (self._base + start, end - start, value.place)
            item = Item(value.tag, value.metadata, value.form, event.step, event.wall_time, *place)
            self._others.append((start, item))
        else:
            columns = np.array([event.step]), np.array([event.wall_time]), np.array([scalar])
            self._points[value.tag].append((np.array([start]), Points(value.tag, value.metadata, *columns)))

    def _scalar(self, value: Value) -> float | None:
        try:
            if value.form == "simple_value":
                return simple_value(self._block, value)
            return self._tensor(value) if value.form == "tensor" else None
        except MalformedError:
            return None

    def _tensor(self, value: Value) -> float | None:
        number = tensor_number(self._block, value.start, value.end)
        if number is not None:
            return number_of(self._block, number)
        # In none of the usual encodings: protobuf and NumPy may make a number of it all the same.
        return number_in(parsed("TensorProto", self._block[value.start : value.end]))

    def _misfit(self, value: Value, start: int) -> None:
        if value.tag not in self._known.misfits:
            self._known.misfits.add(value.tag)
            self._others.append((start, Misfit(self._base + start, value.tag, value.form)))

    def pieces(self) -> Iterator[Piece]:
        """All pieces before the damage, in the file's order as far as that matters: tag by tag, cut at restarts."""
        self._others.sort(key=itemgetter(0))
        restarts = [start for start, piece in self._others if isinstance(piece, Restart) and start < self.damage]
        edges = [-1, *restarts, self.damage]
        joined = [_joined(parts) for parts in self._points.values()]
        for low, high in pairwise(edges):
            yield from (piece for start, piece in self._others if low <= start < high)
            for starts, points in joined:
                a, b = np.searchsorted(starts, [low, high])
                if a < b:
                    yield points._replace(
                        step=points.step[a:b], wall_time=points.wall_time[a:b], value=points.value[a:b]
                    )


def _fingerprints(rows: Bytes) -> npt.NDArray[np.uint64]:
    """A number for each row: the same for equal ones, and hardly ever for others, whoever made them."""
    padded = np.zeros((len(rows), -(-rows.shape[1] // 8) * 8), np.uint8)
    padded[:, : rows.shape[1]] = rows
    words = padded.view(np.uint64)
    return np.asarray((words * _FACTORS[: words.shape[1]]).sum(axis=1, dtype=np.uint64), np.uint64)


def _joined(parts: list[tuple[Offsets, Points]]) -> tuple[Offsets, Points]:
    """One tag's points in the order of the file, with the metadata of the first that has any."""
    if len(parts) == 1:
        return parts[0]
    starts = np.concatenate([starts for starts, _ in parts])
    order = np.argsort(starts, kind="stable")
    several = [points for _, points in parts]
    metadata = next((points.metadata for points in several if points.metadata), None)
    step = np.concatenate([points.step for points in several])[order]
    wall_time = np.concatenate([points.wall_time for points in several])[order]
    value = np.concatenate([points.value for points in several])[order]
    return starts[order], Points(several[0].tag, metadata, step, wall_time, value)
