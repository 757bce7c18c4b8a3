"""text: an array of Python strings, each Markdown; rank 0 is one text, rank 1 a column, rank 2 a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..events.tensor import Array
from ._kind import Kind
from .tensor import strings_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Array:
    encoded = strings_of(value)
    texts = np.empty(encoded.size, object)
    texts[:] = [string.decode(errors="replace") for string in encoded.ravel()]
    return texts.reshape(encoded.shape)


KIND = Kind("text", _parse, plugins=("text",))
