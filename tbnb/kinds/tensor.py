"""tensor: any array, as NumPy's (read-only; strings are bytes objects, bfloat16 is float32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..events.tensor import Array, to_numpy
from ._kind import Kind

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata


def tensor_of(value: Summary.Value) -> Array:
    """The array that a value holds; ValueError where it holds none."""
    if value.WhichOneof("value") != "tensor":
        raise ValueError(f"it holds {value.WhichOneof('value') or 'nothing'} where a tensor is due")
    return to_numpy(value.tensor)


def numbers_of(value: Summary.Value, *shape: int | None) -> Array:
    """The array of real numbers that a value holds, of this shape (None: any size); ValueError else."""
    array = tensor_of(value)
    sizes = tuple(None if due is None else size for due, size in zip(shape, array.shape, strict=False))
    if array.ndim != len(shape) or sizes != shape or array.dtype.kind not in "fiu":
        due = str(shape).replace("None", "any")
        raise ValueError(f"it is {array.dtype} of shape {array.shape}, not numbers of shape {due}")
    return array


def strings_of(value: Summary.Value) -> Array:
    """The array of byte strings that a value holds; ValueError where it holds none."""
    array = tensor_of(value)
    if array.dtype != object:
        raise ValueError(f"it holds {array.dtype} where strings are due")
    return array


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Array:
    return tensor_of(value)


KIND = Kind("tensor", _parse, plugins=("tensor",), form="tensor")
