"""The colour and dash of a run on the still picture: those of the live page in its light theme (js/src/colors.js)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

PALETTE = ("#1f2899", "#e9622e", "#399b95", "#a473ee", "#700048", "#91450d", "#5c6099")
DASHES: tuple[tuple[int, ...], ...] = ((), (8, 4), (2, 3), (10, 3, 2, 3), (14, 6), (6, 2, 2, 2, 2, 2))


class Look(NamedTuple):
    """`dash` is in points, on and off in turn; empty for a solid line."""

    color: str
    dash: tuple[int, ...]


def looks(runs: Iterable[str]) -> dict[str, Look]:
    """Of each run: the colour that its letters give; where that is taken, the next that is free."""
    taken: set[int] = set()
    found = {}
    for run in runs:
        place = _free(_hash(run) % len(PALETTE), taken)
        taken.add(place)
        dash = DASHES[place // len(PALETTE) % len(DASHES)]
        found[run] = Look(PALETTE[place % len(PALETTE)], dash)
    return found


def _free(wanted: int, taken: set[int]) -> int:
    level = len(taken) // len(PALETTE)  # all lower ones are full
    row = (level * len(PALETTE) + (wanted + further) % len(PALETTE) for further in range(len(PALETTE)))
    return next(place for place in row if place not in taken)


def _hash(text: str) -> int:
    """FNV-1a over UTF-16 units, as JavaScript has them."""
    value = 0x811C9DC5
    units = text.encode("utf-16-le", "surrogatepass")
    for unit in memoryview(units).cast("H"):
        value = ((value ^ unit) * 0x01000193) & 0xFFFFFFFF
    return value
