"""What a mirror merged while it was followed: a larger file begins behind what was read of the small ones."""

from __future__ import annotations

from collections.abc import Iterable

from ..events.merged import Edge, Part, part_of, read_already
from .cursor import Cursor


class Merged:
    """The files of mirrors that are followed."""

    def __init__(self) -> None:
        self._cursors: dict[tuple[str, str, str], dict[Part, Cursor]] = {}

    def begin(self, cursor: Cursor) -> None:
        """Have a new file's reading begin where that of its parts ended; they go, and what was read of them stays."""
        whole = part_of(cursor.path)
        if whole is None:
            return
        cursors = self._cursors.setdefault(whole.origin, {})
        if whole.level:
            parts = [part for part in cursors if part.within(whole)]
            cursor.offset = read_already(whole, _by_start(part for part in parts if cursors[part].offset >= part.size))
            for part in parts:
                del cursors[part]
        cursors[whole] = cursor

    def has(self, path: str) -> bool:
        """Whether a file that's gone is in another one."""
        part = part_of(path)
        return part is not None and any(part.within(whole) for whole in self._cursors.get(part.origin, ()))


def _by_start(parts: Iterable[Part]) -> dict[Edge, list[Part]]:
    found: dict[Edge, list[Part]] = {}
    for part in parts:
        found.setdefault(part.start, []).append(part)
    return found
