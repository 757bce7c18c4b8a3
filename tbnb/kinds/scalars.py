"""scalars: one number a step, a Python float."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..events.tensor import number_in
from ._kind import Kind

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata


def scalar_of(value: Summary.Value) -> float | None:
    """The number that a value holds, in the old form or as a tensor of one element; None where it's none."""
    form = value.WhichOneof("value")
    if form == "simple_value":
        return float(value.simple_value)
    return number_in(value.tensor) if form == "tensor" else None


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> float:
    number = scalar_of(value)
    if number is None:
        raise ValueError("it isn't a single number")
    return number


KIND = Kind("scalars", _parse, plugins=("scalars",), form="simple_value")
