"""Which points to show where there are more than can be seen: indices only, never a new value."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]

_OF_A_BUCKET = 4  # its first, last, least and greatest


def pick(value: npt.NDArray[Any], most: int) -> Indices:
    """At most `most` indices, in order: of each of equally long stretches the first, last, least and greatest.

    So no spike is lost, and neither are the ends. What isn't finite counts for least and greatest only where a whole
    stretch is so; the first such of a stretch is picked besides, at the cost of its least.
    """
    count = len(value)
    if count <= most:
        return np.arange(count)
    buckets = max(most // _OF_A_BUCKET, 1)
    edges = np.linspace(0, count, buckets + 1).astype(np.int64)
    starts, ends = edges[:-1], edges[1:]
    finite = np.isfinite(value)
    least = _extreme(np.where(finite, value, np.inf), starts, ends, np.minimum)
    greatest = _extreme(np.where(finite, value, -np.inf), starts, ends, np.maximum)
    least = np.where(np.add.reduceat(~finite, starts) > 0, _first_true(~finite, starts, ends), least)
    return np.unique(np.concatenate([starts, ends - 1, least, greatest]))


def _extreme(value: npt.NDArray[Any], starts: Indices, ends: Indices, reduce: np.ufunc) -> Indices:
    """The index of each stretch's extreme."""
    extremes = reduce.reduceat(value, starts)
    return _first_true(value == np.repeat(extremes, ends - starts), starts, ends)


def _first_true(flags: npt.NDArray[np.bool_], starts: Indices, ends: Indices) -> Indices:
    """The index of each stretch's first True; its start where there is none."""
    true = np.flatnonzero(flags)
    if not len(true):
        return starts
    first = true[np.minimum(np.searchsorted(true, starts), len(true) - 1)]
    return np.where((first >= starts) & (first < ends), first, starts)
