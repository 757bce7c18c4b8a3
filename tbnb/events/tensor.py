"""TensorProto ► NumPy, with the quirks of every writer, and no memory taken on a claim alone.

    tensor_content   raw little-endian bytes               TensorFlow's C++ writers
    float_val, ...   a typed list; one value stands for    TensorBoard's Python writers, torch, tensorboardX
                     the whole shape

Two quirks of torch's `add_tensor`: half and bfloat16 come as *float32* bit patterns in `half_val`, and uint8
comes in `uint32_val`. bfloat16, which NumPy lacks, is given as float32, which holds it exactly. Strings are
an object array of bytes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tensorboard.compat.proto.tensor_pb2 import TensorProto

Array = npt.NDArray[Any]

# One value may stand for at most so many: a claim of terabytes in twenty bytes is refused.
MAX_REPEATED = 1 << 20


class _Layout(NamedTuple):
    dtype: str
    fields: tuple[str, ...]  # the first that has values counts


_INTS = ("int_val", "uint32_val")
_STRING, _BFLOAT16, _HALF = 7, 14, 19
_LAYOUTS = {
    1: _Layout("<f4", ("float_val",)),
    2: _Layout("<f8", ("double_val",)),
    3: _Layout("<i4", _INTS),
    4: _Layout("u1", _INTS),
    5: _Layout("<i2", _INTS),
    6: _Layout("i1", _INTS),
    _STRING: _Layout("O", ("string_val",)),
    8: _Layout("<c8", ("scomplex_val",)),
    9: _Layout("<i8", ("int64_val",)),
    10: _Layout("?", ("bool_val",)),
    11: _Layout("i1", _INTS),
    12: _Layout("u1", _INTS),
    13: _Layout("<i4", _INTS),
    _BFLOAT16: _Layout("<u2", ("half_val",)),
    15: _Layout("<i2", _INTS),
    16: _Layout("<u2", _INTS),
    17: _Layout("<u2", _INTS),
    18: _Layout("<c16", ("dcomplex_val",)),
    _HALF: _Layout("<f2", ("half_val",)),
    22: _Layout("<u4", ("uint32_val",)),
    23: _Layout("<u8", ("uint64_val",)),
}


def to_numpy(tensor: TensorProto) -> Array:
    """The tensor as a read-only array; ValueError where it isn't what it claims."""
    layout = _LAYOUTS.get(tensor.dtype)
    if layout is None:
        raise ValueError(f"tensors of data type number {tensor.dtype} can't be read")
    shape = _shape(tensor)
    flat = _from_content(tensor, layout) if tensor.tensor_content else _from_list(tensor, layout)
    array = _shaped(flat, shape)
    array.setflags(write=False)
    return array


def number_in(tensor: TensorProto) -> float | None:
    """The one real number that the tensor holds; None where it's no such tensor."""
    if any(dim.size != 1 for dim in tensor.tensor_shape.dim):
        return None
    try:
        array = to_numpy(tensor)
    except ValueError:
        return None
    return float(array.item()) if array.dtype.kind in "fiub" else None


def _shape(tensor: TensorProto) -> tuple[int, ...]:
    shape = tuple(int(dim.size) for dim in tensor.tensor_shape.dim)
    if any(size < 0 for size in shape):
        raise ValueError(f"its shape {shape} has a negative size")
    return shape


def _shaped(flat: Array, shape: tuple[int, ...]) -> Array:
    count = math.prod(shape)
    if len(flat) == count:
        return flat.reshape(shape)
    if len(flat) == 1 and count <= MAX_REPEATED:
        return np.broadcast_to(flat, shape)
    raise ValueError(f"its shape {shape} claims {count} elements but {len(flat)} are there")


def _from_content(tensor: TensorProto, layout: _Layout) -> Array:
    content = tensor.tensor_content
    if tensor.dtype == _STRING:
        raise ValueError("its strings are in tensor_content, which holds numbers only")
    size = np.dtype(layout.dtype).itemsize
    if len(content) % size:
        raise ValueError(f"its {len(content)} bytes aren't a whole number of {size}-byte elements")
    if layout.dtype == "?":
        return np.asarray(np.frombuffer(content, np.uint8) != 0)
    flat = np.frombuffer(content, layout.dtype)
    return _widened(flat) if tensor.dtype == _BFLOAT16 else flat


def _from_list(tensor: TensorProto, layout: _Layout) -> Array:
    values = next((field for name in layout.fields if (field := getattr(tensor, name))), ())
    if tensor.dtype == _STRING:
        return _strings(values)
    if tensor.dtype in (_HALF, _BFLOAT16):
        return _halves(tensor, values)
    if layout.dtype.startswith("<c"):
        return _complex(values, layout.dtype)
    return _checked(np.array(values, _LIST_DTYPES.get(layout.dtype, layout.dtype)), layout.dtype)


# Narrow integers travel as wider ones, so a list may hold what its type can't.
_LIST_DTYPES = {dtype: np.dtype(np.int64) for dtype in ("<i4", "u1", "<i2", "i1", "<u2")}


def _checked(values: Array, dtype: str) -> Array:
    narrow = values.astype(dtype, copy=False)
    if narrow is not values and np.any(narrow != values):
        raise ValueError(f"it holds integers that {np.dtype(dtype)} can't")
    return narrow


def _strings(values: Any) -> Array:
    strings = np.empty(len(values), object)
    strings[:] = list(values)
    return strings


def _halves(tensor: TensorProto, values: Any) -> Array:
    bits = np.array(values, np.int32)
    if np.any((bits < 0) | (bits > 0xFFFF)):  # torch's: every number but zero has bits up there
        wide: Array = bits.view(np.float32)
        with np.errstate(over="ignore"):
            return wide.astype(np.float16) if tensor.dtype == _HALF else wide
    short = bits.astype("<u2")
    return short.view("<f2") if tensor.dtype == _HALF else _widened(short)


def _widened(bfloat16: Array) -> Array:
    bits: Array = bfloat16.astype(np.uint32) << np.uint32(16)
    return bits.view(np.float32)


def _complex(values: Any, dtype: str) -> Array:
    if len(values) % 2:
        raise ValueError(f"its {len(values)} numbers aren't pairs of real and imaginary parts")
    part = "<f4" if dtype == "<c8" else "<f8"
    return np.array(values, part).view(dtype)
