"""The way from the training loop to the flush thread: one flat list, to which a call appends without a lock.

Of each entry four slots stand in the list: tag, value, step, wall time. `list.extend`, a slice and the deletion of a
slice are each atomic, so callers and the one taker never wait for each other, and a flat list of plain numbers gives
the garbage collector nothing to do.
"""

from __future__ import annotations

from typing import Any, NamedTuple

SLOTS = 4
NOW = float("-inf")


class Batch(NamedTuple):
    """Entries, as columns: `tags` (str or Key), `values` (float, Held or Making), `steps`, `walls`."""

    tags: list[Any]
    values: list[Any]
    steps: list[Any]
    walls: list[float]


class Lane:
    """A queue whose callers look after it: from `due` (a time.time()) on, the next one must call its keeper."""

    __slots__ = ("_slots", "due", "put")

    def __init__(self) -> None:
        self._slots: list[Any] = []
        self.put = self._slots.extend  # put((tag, value, step, wall))
        self.due = NOW

    def __len__(self) -> int:
        return len(self._slots) // SLOTS

    def look_now(self) -> None:
        """Let the next call look after the lane."""
        self.due = NOW

    def take(self, most: int) -> Batch:
        """Up to `most` of the oldest entries, which are then no longer in the lane."""
        slots = self._slots[: most * SLOTS]
        del self._slots[: len(slots)]
        return Batch(slots[0::SLOTS], slots[1::SLOTS], slots[2::SLOTS], slots[3::SLOTS])

    def drop_newest(self, keep: int) -> list[Any]:
        """Keep only the oldest `keep` entries; returns the values of those that went."""
        extra = self._slots[keep * SLOTS :]
        del self._slots[keep * SLOTS :]
        return extra[1::SLOTS]

    def move_to(self, other: Lane) -> None:
        slots = self._slots[:]
        del self._slots[: len(slots)]
        other.put(slots)

    def clear(self) -> None:
        self._slots.clear()
