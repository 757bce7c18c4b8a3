"""Histograms, in torch's bins: fine near zero, from -1e20 to 1e20."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto.summary_pb2 import HistogramProto

from ..values import fetch
from .pieces import one_value


@lru_cache(maxsize=1)
def default_bins() -> list[float]:
    """Edges that grow by a tenth each, from 1e-12 to 1e20, on both sides of zero."""
    edges, edge = [], 1e-12
    while edge < 1e20:
        edges.append(edge)
        edge *= 1.1
    return [-edge for edge in reversed(edges)] + [0.0, *edges]


def summary(tag: str, held: Any, bins: Any, max_bins: int | None) -> Any:
    values = fetch(held).astype(float).reshape(-1)
    counts, limits = np.histogram(
        values, bins=default_bins() if isinstance(bins, str) and bins == "tensorflow" else fetch(bins)
    )
    if max_bins is not None and len(counts) > max_bins:
        counts, limits = _fewer(counts, limits, max_bins)
    counts, limits = _support(counts, limits)
    return raw(tag, values.min(), values.max(), len(values), values.sum(), values.dot(values), limits, counts)


def _fewer(counts: npt.NDArray[Any], limits: npt.NDArray[Any], most: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Neighbouring bins taken together; as in torch, sometimes a few more than `most`."""
    together = len(counts) // most
    if len(counts) % together:
        counts = np.pad(counts, (0, together - len(counts) % together))
    merged = counts.reshape(-1, together).sum(axis=-1)
    return merged, np.append(limits[:-1:together], limits[-1])


def _support(counts: npt.NDArray[Any], limits: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The bins from the first to the last that hold anything, and an empty one before them for the leftmost limit."""
    filled = np.flatnonzero(counts)
    if not len(filled):
        raise ValueError("none of the values falls into a bin (are they all NaN?)")
    start, end = int(filled[0]), int(filled[-1]) + 1
    return np.concatenate([[0], counts[start:end]]), limits[start : end + 1]


def raw(tag: str, low: Any, high: Any, count: Any, total: Any, squares: Any, limits: Any, counts: Any) -> Any:
    histo = HistogramProto(
        min=float(low),
        max=float(high),
        num=float(count),
        sum=float(total),
        sum_squares=float(squares),
        bucket_limit=fetch(limits).tolist(),
        bucket=fetch(counts).tolist(),
    )
    return one_value(tag, histo=histo)
