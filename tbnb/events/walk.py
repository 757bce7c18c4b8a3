"""Walking from record to record by their headers, each of which is checked but once."""

from __future__ import annotations

from collections.abc import Iterator

from .record import HEADER, OVERHEAD, record_length

_MOST_HEADERS = 4096


class Walk:
    """Knows the lengths that it met: records of one length have one header."""

    def __init__(self) -> None:
        self._lengths: dict[bytes, int] = {}  # a whole record's length, by its intact header

    def records(self, block: bytes, at: int, most: int) -> Iterator[tuple[int, int]]:
        """At most `most` records from `at` on that are all there and have intact headers, as (start, end)."""
        lengths = self._lengths
        for _ in range(most):
            header = block[at : at + HEADER]
            end = at + (lengths.get(header) or self._learn(header))
            if end == at or end > len(block):
                return
            yield at, end
            at = end

    def _learn(self, header: bytes) -> int:
        data = record_length(header) if len(header) == HEADER else None
        if data is None:
            return 0
        if len(self._lengths) >= _MOST_HEADERS:
            self._lengths.clear()
        self._lengths[header] = data + OVERHEAD
        return data + OVERHEAD
