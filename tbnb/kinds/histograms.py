"""histograms: buckets as rows of left edge, right edge and count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ._kind import Kind
from .tensor import numbers_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.histogram_pb2 import HistogramProto
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Histogram:
    """k buckets, [k, 3]: left edge, right edge, count; every bucket is half open but the last. k may be 0."""

    buckets: Floats

    @property
    def left(self) -> Floats:
        return self.buckets[:, 0]

    @property
    def right(self) -> Floats:
        return self.buckets[:, 1]

    @property
    def count(self) -> Floats:
        return self.buckets[:, 2]


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Histogram:
    if value.HasField("histo"):
        return Histogram(_from_legacy(value.histo))
    return Histogram(numbers_of(value, None, 3).astype(np.float64))


def _from_legacy(histo: HistogramProto) -> Floats:
    """The rows from the first to the last bucket that holds something, bounded by the least and greatest.

    Writers put the largest finite float, or an empty bucket, at the ends, which can't be drawn.
    """
    limits, counts = np.array(histo.bucket_limit, np.float64), np.array(histo.bucket, np.float64)
    if len(limits) != len(counts):
        raise ValueError(f"it has {len(counts)} buckets but {len(limits)} edges")
    filled = np.flatnonzero(counts > 0)
    if not len(filled):
        return np.zeros((0, 3))
    inside = slice(filled[0], filled[-1])
    left = np.concatenate([[histo.min], limits[inside]])
    right = np.concatenate([limits[inside], [histo.max]])
    return np.stack([left, right, counts[filled[0] : filled[-1] + 1]], axis=1)


KIND = Kind("histograms", _parse, plugins=("histograms",), form="histo")
