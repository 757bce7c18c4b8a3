"""Protobuf's wire format, walked without a schema and without copying: which field stands where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class MalformedError(ValueError):
    """The bytes are no protobuf message."""


class Field(NamedTuple):
    """One field: its number, its wire type, where its value stands, and the value itself of a varint."""

    number: int
    wire: int
    start: int
    end: int
    varint: int = 0


def fields(data: bytes, start: int, end: int) -> Iterator[Field]:
    """The fields of the message that stands in `data[start:end]`, in the order in which they're written."""
    at = start
    while at < end:
        key, at = _varint(data, at, end)
        number, wire = key >> 3, key & 7
        value = 0
        begin = at
        if wire == VARINT:
            value, at = _varint(data, at, end)
        elif wire == BYTES:
            size, begin = _varint(data, at, end)
            at = begin + size
        elif wire in (FIXED32, FIXED64):
            at += 4 if wire == FIXED32 else 8
        else:
            raise MalformedError(f"field {number} has the wire type {wire}, which no event uses")
        if at > end or not number:
            raise MalformedError(f"field {number} reaches beyond its message")
        yield Field(number, wire, begin, at, value)


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    raise MalformedError("a varint doesn't end")


def signed(varint: int) -> int:
    """A varint as the int64 that it stands for."""
    return varint - (1 << 64) if varint >= 1 << 63 else varint
