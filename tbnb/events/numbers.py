"""A scalar inside an event: where its bytes stand and how they're encoded, for `simple_value` and for each tensor form.

One row of bytes or a million: the same decoding serves both, so that the fast way and the slow way can't differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .fields import BYTES, FIXED32, FIXED64, VARINT, Field, fields

Bytes = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]


class Number(NamedTuple):
    """Where a number's bytes stand and how they're encoded: a key of `DECODERS`."""

    start: int
    end: int
    encoding: str


def fixed(dtype: str) -> Callable[[Bytes], Doubles]:
    return lambda rows: doubles(rows.view(dtype)[:, 0])


def doubles(numbers: npt.NDArray[Any]) -> Doubles:
    return numbers.astype(np.float64)


def varints(rows: Bytes) -> npt.NDArray[np.uint64]:
    """Rows of equally long varints as numbers."""
    width = rows.shape[1]
    if width > 8:
        return np.asarray(varints(rows[:, :8]) | varints(rows[:, 8:]) << np.uint64(56), np.uint64)
    size = 4 if width <= 4 else 8
    padded = np.zeros((len(rows), size), np.uint8)
    padded[:, :width] = rows
    word = padded.view(f"<u{size}")[:, 0]
    word_of = word.dtype.type
    total = word & word_of(0x7F)
    for place in range(1, width):
        total |= (word >> word_of(place)) & word_of(0x7F << 7 * place)
    return np.asarray(total, np.uint64)


def varint(data: bytes) -> int:
    """One varint's number; no bytes are 0."""
    number = 0
    for place, byte in enumerate(data):
        number |= (byte & 0x7F) << 7 * place
    return number & 0xFFFF_FFFF_FFFF_FFFF


def _bfloat16(bits: npt.NDArray[np.uint16]) -> Doubles:
    singles: npt.NDArray[np.float32] = (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return doubles(singles)


DECODERS: dict[str, Callable[[Bytes], Doubles]] = {
    **{code: fixed("<" + code) for code in ("f4", "f8", "f2", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")},
    "bool": lambda rows: doubles(rows[:, 0] != 0),
    "bfloat16": lambda rows: _bfloat16(rows.view("<u2")[:, 0]),
    "varint signed": lambda rows: doubles(varints(rows).view(np.int64)),
    "varint unsigned": lambda rows: doubles(varints(rows)),
    "varint float16": lambda rows: doubles(varints(rows).astype(np.uint16).view(np.float16)),
    "varint bfloat16": lambda rows: _bfloat16(varints(rows).astype(np.uint16)),
}

# By TensorFlow's number of a data type: how `tensor_content` holds it, in which typed field it may stand instead, and
# that field's encoding.
_TYPES = {
    1: ("f4", 5, "f4"),
    2: ("f8", 6, "f8"),
    3: ("i4", 7, "varint signed"),
    4: ("u1", 7, "varint unsigned"),
    5: ("i2", 7, "varint signed"),
    6: ("i1", 7, "varint signed"),
    9: ("i8", 10, "varint signed"),
    10: ("bool", 11, "varint unsigned"),
    14: ("bfloat16", 13, "varint bfloat16"),
    17: ("u2", 7, "varint unsigned"),
    19: ("f2", 13, "varint float16"),
    22: ("u4", 16, "varint unsigned"),
    23: ("u8", 17, "varint unsigned"),
}
_SIZES = {"bool": 1, "bfloat16": 2} | {code: int(code[1]) for code in ("f4", "f8", "f2", "i1", "i2", "i4", "i8")}
_SIZES |= {code: int(code[1]) for code in ("u1", "u2", "u4", "u8")}


def tensor_number(data: bytes, start: int, end: int) -> Number | None:
    """The one number of the TensorProto in `data[start:end]`; None for whatever isn't plainly one number."""
    by_number: dict[int, Field] = {}
    for field in fields(data, start, end):
        if field.number in by_number:
            return None
        by_number[field.number] = field
    dtype, shape, content = by_number.pop(1, None), by_number.pop(2, None), by_number.pop(4, None)
    by_number.pop(3, None)  # the version of the encoding: there has been one
    if dtype is None or dtype.varint not in _TYPES or (shape is not None and not _holds_one(data, shape)):
        return None
    raw, typed, encoding = _TYPES[dtype.varint]
    if content is not None and content.end > content.start:
        whole = content.end - content.start == _SIZES[raw]
        return Number(content.start, content.end, raw) if whole and not by_number else None
    if set(by_number) != {typed}:
        return None
    return _typed_number(data, by_number[typed], encoding)


def _holds_one(data: bytes, shape: Field) -> bool:
    """Whether a TensorShapeProto is that of a scalar, or has one in each of its dimensions."""
    for dim in fields(data, shape.start, shape.end):
        if dim.number != 2 or dim.wire != BYTES:
            return False
        sizes = [field.varint for field in fields(data, dim.start, dim.end) if field.number == 1]
        if sizes != [1]:
            return False
    return True


def _typed_number(data: bytes, field: Field, encoding: str) -> Number | None:
    if encoding.startswith("varint"):
        whole = field.wire in (VARINT, BYTES) and _is_one_varint(data[field.start : field.end])
        whole = whole and (not encoding.endswith("16") or _fits_half(data[field.start : field.end]))
    else:
        whole = field.wire in (FIXED32, FIXED64, BYTES) and field.end - field.start == _SIZES[encoding]
    return Number(field.start, field.end, encoding) if whole else None


def _is_one_varint(data: bytes) -> bool:
    return 1 <= len(data) <= 10 and data[-1] < 0x80 and all(byte >= 0x80 for byte in data[:-1])


def _fits_half(varint: bytes) -> bool:
    """Torch puts the bits of a float32 where those of a half belong: such a number isn't plain."""
    return len(varint) < 3 or (len(varint) == 3 and varint[2] < 4)


def number_of(data: bytes, number: Number) -> float:
    row = np.frombuffer(data, np.uint8, number.end - number.start, number.start)
    with np.errstate(invalid="ignore"):  # NumPy warns of signalling NaNs
        return float(DECODERS[number.encoding](row[None, :])[0])
