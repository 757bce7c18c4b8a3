"""Scalars as records, byte by byte: what varies between two points of one tag, and what doesn't.

Event    09 wall_time(8)  [10 step(varint)]  2a length  Summary
Summary  0a length  Value
Value    0a length tag                15 simple_value(4)                                 torch's default
         0a length tag  42 08 08 01 2a 04 float_val(4)   4a 0b 0a 09 0a 07 "scalars"     new_style=True
         0a length tag  42 0c 08 02 32 08 double_val(8)  4a 0b 0a 09 0a 07 "scalars"     ... and double_precision
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from google_crc32c import value as crc32c

from ..events.crc import mask
from ..events.record import HEADER, frame

_SCALARS_METADATA = b"\x4a\x0b\x0a\x09\x0a\x07scalars"
# Style: the bytes before the value, the value's struct format, the bytes after it.
_STYLE_BYTES = {
    "simple": (b"\x15", "f", b""),
    "float": (b"\x42\x08\x08\x01\x2a\x04", "f", _SCALARS_METADATA),
    "double": (b"\x42\x0c\x08\x02\x32\x08", "d", _SCALARS_METADATA),
}
STYLES = list(_STYLE_BYTES)
_CRC = struct.Struct("<I")
_SIGNED, _UNSIGNED = struct.Struct("<q"), struct.Struct("<Q")  # a step beyond 64 bits is an error
_LARGEST_FLOAT = (2 - 2**-24) * 2.0**127  # from here on a double rounds to infinity as a float


class Key(NamedTuple):
    """A tag that isn't written in torch's default style."""

    tag: str
    style: str


def tag_of(key: str | Key) -> str:
    return key.tag if isinstance(key, Key) else key


def style_of(key: str | Key) -> str:
    return key.style if isinstance(key, Key) else "simple"


class Template(NamedTuple):
    """The records of one tag whose step takes so many bytes."""

    header: bytes  # the record's length and its CRC
    middle: bytes  # between step and value
    number: str  # the value's struct format: "f" or "d"
    end: bytes  # between value and CRC
    packed: struct.Struct  # the record's data, as (09, wall, step with its key, middle, value, end)
    value: int  # where the value stands in the record

    def blank(self) -> bytes:
        """A record's header and data, with zeros where they vary."""
        step = bytes(self.value - HEADER - 9 - len(self.middle))
        return self.header + self.packed.pack(b"\x09", 0.0, step, self.middle, 0.0, self.end)


@lru_cache(maxsize=65536)
def template(key: str | Key, step_size: int) -> Template:
    """`step_size` counts the bytes of the step and its key: none when the step is zero."""
    before, number, end = _STYLE_BYTES[style_of(key)]
    name = tag_of(key).encode("utf-8", "replace")
    value_head = b"\x0a" + varint(len(name)) + name + before
    value_length = len(value_head) + struct.calcsize(number) + len(end)
    summary_head = b"\x0a" + varint(value_length)
    middle = b"\x2a" + varint(len(summary_head) + value_length) + summary_head + value_head
    packed = struct.Struct(f"<cd{step_size}s{len(middle)}s{number}{len(end)}s")
    value = HEADER + 9 + step_size + len(middle)
    return Template(frame(bytes(packed.size))[:HEADER], middle, number, end, packed, value)


def records(
    tags: Iterable[str | Key], values: Iterable[float], steps: Iterable[int | None], walls: Iterable[float]
) -> bytes:
    """Points as records, one by one: the plain way, and the fast one for a few."""
    pieces: list[bytes] = []
    last_step, stepped = None, b""
    for tag, value, step, wall in zip(tags, values, steps, walls, strict=False):
        if step != last_step:
            last_step, stepped = step, step_field(step)
        header, middle, number, end, packed, _ = template(tag, len(stepped))
        fits = number == "d" or -_LARGEST_FLOAT < value < _LARGEST_FLOAT
        data = packed.pack(b"\x09", wall, stepped, middle, value if fits else _as_float32(value), end)
        pieces += header, data, _CRC.pack(mask(crc32c(data)))
    return b"".join(pieces)


def step_field(step: int | None) -> bytes:
    return b"\x10" + varint(_UNSIGNED.unpack(_SIGNED.pack(step))[0]) if step else b""


def _as_float32(value: float) -> float:
    """A number too large for 32 bits becomes infinite; NaN stays what it is."""
    return value if value != value else float("inf") if value > 0 else float("-inf")


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
