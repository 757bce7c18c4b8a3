"""The shape of a scalar's record: which of its bytes are the same in every record of its tag, and what the others mean.

A log repeats itself: records of one tag and one length differ only in wall time, step, value and checksum. A shape is
learned from one record and then recognises, and decodes, all others of the kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .fields import BYTES, FIXED32, FIXED64, VARINT, Field, MalformedError, fields
from .numbers import Number, tensor_number
from .record import FOOTER, HEADER
from .summary import Metadata, read_metadata, text

if TYPE_CHECKING:
    from .scalars import Layout

LONGEST = 4096  # bytes: a record with more descriptions than that goes the slow way
_MOST = 30_000
_CONTINUED = 0x80  # the bit of a varint's byte that tells whether another follows: it's part of the shape

# What stands at the top of an event: field and wire type.
_WALL, _STEP, _VERSION, _SUMMARY, _WRITER = (1, FIXED64), (2, VARINT), (3, BYTES), (5, BYTES), (10, BYTES)


class Scalar(NamedTuple):
    """One scalar of a record: its tag, its place, and whose dashboard the tag belongs to if this is its first value."""

    tag: str
    metadata: Metadata | None
    plugin: str
    number: Number


class Form(NamedTuple):
    """Where the bytes that vary stand, counted from the record's first one, and how the numbers are encoded."""

    length: int
    wall: int
    step: tuple[int, int]
    numbers: tuple[Number, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """A record of scalars; without any, it says nothing, as the one that every file begins with.

    `mask` has ones for the bits that stay the same.
    """

    form: Form
    scalars: tuple[Scalar, ...]
    mask: int  # a record's bytes as one little-endian number, and so is the template: a record under the mask
    template: int

    @property
    def length(self) -> int:
        return self.form.length


class Shapes:
    """The shapes seen so far and their order, shared by all files: a thousand runs of one script have the same."""

    def __init__(self) -> None:
        self._by_length: dict[int, dict[int, dict[int, Shape]]] = {}  # and by mask, and by template
        self._count = 0
        self._successors: dict[Shape | None, Shape] = {}
        self._last: Shape | None = None
        self.followers: dict[Layout | None, Layout] = {}  # which rows came after which, and which ones first

    def of(self, record: bytes) -> Shape | None:
        """The shape of a whole record, header and footer included; None where it holds more than plain scalars."""
        bits = int.from_bytes(record, "little")
        shape = self._successors.get(self._last)
        if shape is None or shape.length != len(record) or bits & shape.mask != shape.template:
            shape = self._find(record, bits)
        if shape is not None:
            self._successors[self._last] = shape
            self._last = shape
        return shape

    def _find(self, record: bytes, bits: int) -> Shape | None:
        for mask, by_template in self._by_length.get(len(record), {}).items():
            shape = by_template.get(bits & mask)
            if shape is not None:
                return shape
        return self._learn(record) if len(record) <= LONGEST else None

    def _learn(self, record: bytes) -> Shape | None:
        try:
            shape = _shape(record)
        except MalformedError:
            return None
        if shape is not None:
            if self._count >= _MOST:
                self.__init__()  # type: ignore[misc] # a log with so many shapes gains nothing from remembering them
            self._by_length.setdefault(len(record), {}).setdefault(shape.mask, {})[shape.template] = shape
            self._count += 1
        return shape


def _shape(record: bytes) -> Shape | None:
    """Only the plain order that every writer has is taken: wall_time, step, a summary with values of different tags."""
    top = list(fields(record, HEADER, len(record) - FOOTER))
    layout = [(field.number, field.wire) for field in top]
    if layout in ([_WALL, _VERSION], [_WALL, _VERSION, _WRITER]):
        return _shaped(record, top[0], (0, 0), [])
    if layout not in ([_WALL, _STEP, _SUMMARY], [_WALL, _SUMMARY]):
        return None
    scalars = [_scalar(record, span) for span in fields(record, top[-1].start, top[-1].end)]
    found = [scalar for scalar in scalars if scalar is not None]
    if not found or len({scalar.tag for scalar in found}) < len(scalars):
        return None
    return _shaped(record, top[0], (top[1].start, top[1].end) if len(top) == 3 else (0, 0), found)


def _scalar(record: bytes, span: Field) -> Scalar | None:
    """The value in `span` of a summary, if it's a number."""
    tag, metadata, number = "", None, None
    seen = set()
    for field in fields(record, span.start, span.end) if (span.number, span.wire) == (1, BYTES) else ():
        if field.number in seen:
            return None
        seen.add(field.number)
        if (field.number, field.wire) == (1, BYTES):
            tag = text(record, field)
        elif (field.number, field.wire) == (9, BYTES):
            metadata = read_metadata(record, field)
        elif (field.number, field.wire) == (2, FIXED32):
            number = Number(field.start, field.end, "f4")
        elif (field.number, field.wire) == (8, BYTES):
            number = tensor_number(record, field.start, field.end)
        else:
            return None
    if number is None or not tag or {2, 8} <= seen:
        return None
    return Scalar(tag, metadata, "scalars" if 2 in seen else metadata.plugin if metadata else "", number)


def _shaped(record: bytes, wall: Field, step: tuple[int, int], scalars: list[Scalar]) -> Shape:
    form = Form(len(record), wall.start, step, tuple(scalar.number for scalar in scalars))
    mask = _mask(form)
    return Shape(form, tuple(scalars), mask, int.from_bytes(record, "little") & mask)


def _mask(form: Form) -> int:
    mask = bytearray(b"\xff" * form.length)
    mask[form.wall : form.wall + 8] = bytes(8)
    mask[slice(*form.step)] = bytes([_CONTINUED]) * (form.step[1] - form.step[0])
    for number in form.numbers:
        mask[number.start : number.end] = _kept(number.encoding, number.end - number.start)
    mask[form.length - FOOTER :] = bytes(FOOTER)
    return int.from_bytes(mask, "little")


def _kept(encoding: str, size: int) -> bytes:
    """The bits of a number that stay the same: a varint's length, and that one for sixteen bits has no more."""
    if not encoding.startswith("varint"):
        return bytes(size)
    kept = bytearray([_CONTINUED]) * size
    if encoding.endswith("16") and size == 3:
        kept[-1] = 0xFC
    return bytes(kept)
