"""Which segments to merge: few files and few bytes uploaded at once, as each byte is merged at most twice.

Sixteen segments of ten seconds become one, and sixteen of those again: a day's 8,640 become some dozens, and every
byte is uploaded three times. Where segments are so small that their own headers weigh, the budget says wait.

A machine merges its own segments only. What a lost one leaves unmerged, thirty small files a run at most, stays: that
it's lost, and not merging the same ones at this moment, no other machine can know.
"""

from __future__ import annotations

from collections.abc import Sequence

from .names import Segment

TOGETHER = 16
LEVELS = 2
LARGEST = 32 << 20  # bytes; larger files reach Drive late, or never
BUDGET = 3.7  # bytes uploaded for each byte logged, at most


def plan(segments: Sequence[Segment], *, idle: bool) -> list[Segment]:
    """The neighbours that should become one segment now, of those given in order; empty for none.

    What has come to rest is merged as far as it goes: a short run shall not stay behind as fifteen files.
    """
    for level in range(LEVELS):
        for row in _rows(segments, range(LEVELS) if idle else range(level, level + 1)):
            if len(row) >= (2 if idle else TOGETHER) or _is_large(row):
                return row
    return []


def merged(row: Sequence[Segment]) -> Segment:
    """What these neighbours become: hidden until they're gone, and then in the first one's place."""
    first, last = row[0], row[-1]
    return first._replace(end=last.end, after=last.after, level=max(each.level for each in row) + 1, hidden=True)


def _rows(segments: Sequence[Segment], levels: range) -> list[list[Segment]]:
    """Neighbours of those levels, in rows no larger than a segment may be."""
    rows: list[list[Segment]] = [[]]
    for segment in segments:
        row = rows[-1]
        fits = sum(each.length for each in row) + segment.length <= LARGEST
        joins = segment.level in levels and (not row or row[-1].end == segment.start)
        if not (fits and joins and len(row) < TOGETHER):
            row = []
            rows.append(row)
        if segment.level in levels:
            row.append(segment)
    return rows


def _is_large(row: Sequence[Segment]) -> bool:
    return len(row) > 1 and sum(each.length for each in row) > LARGEST // 2
