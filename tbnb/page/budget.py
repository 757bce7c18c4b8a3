"""How many points of each curve the page holds: all, until these are too many for it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

PAGE_POINTS = 3_000_000  # 72 MB in the page, and as much again while it makes room


def share(lengths: Iterable[int], most: int) -> int | None:
    """The longest stretch that each curve may have, to be no more than `most` together; None where all fit."""
    ordered = np.sort(np.fromiter(lengths, np.int64))
    if ordered.sum() <= most:
        return None
    shorter = np.concatenate([[0], np.cumsum(ordered)[:-1]])  # points of all shorter curves
    shares = (most - shorter) // np.arange(len(ordered), 0, -1)  # if these are whole, and the others alike
    return max(1, int(shares[np.argmax(shares < ordered)]))
