"""Room in a queue of ten places, so that a slow disk doesn't hold up who logs: until it holds too many bytes."""

from __future__ import annotations

import queue
from typing import Any

MOST_EVENTS = 1 << 16
MOST_BYTES = 1 << 26


class Room:
    """Lets a queue of byte strings take more, until `undo()`."""

    def __init__(self, waiting: queue.Queue[Any]) -> None:
        self._queue = waiting
        self._before = waiting.maxsize
        with waiting.mutex:
            self._put, self._get = waiting._put, waiting._get
            self._bytes = sum(map(_weight, waiting.queue))
            waiting._put, waiting._get = self._put_weighed, self._get_weighed  # type: ignore[method-assign]
            self._make_room()
            waiting.not_full.notify_all()

    def _put_weighed(self, item: Any) -> None:
        self._put(item)
        self._bytes += _weight(item)
        self._make_room()

    def _get_weighed(self) -> Any:
        item = self._get()
        self._bytes -= _weight(item)
        self._make_room()
        return item

    def _make_room(self) -> None:
        self._queue.maxsize = roomy(self._before, MOST_EVENTS) if self._bytes < MOST_BYTES else self._before

    def undo(self) -> None:
        with self._queue.mutex:
            del self._queue._put, self._queue._get
            self._queue.maxsize = self._before


def roomy(asked: int, most: int) -> int:
    """How many may wait: never fewer than were asked for, which may be without end."""
    return max(asked, most) if asked > 0 else asked


def _weight(item: Any) -> int:
    return len(item) if isinstance(item, bytes) else 0
