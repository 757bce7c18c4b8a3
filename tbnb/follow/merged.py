"""What a mirror merged while it was followed: a larger file begins behind what was read of the small ones."""

from __future__ import annotations

from ..events.merged import Part, beginning, ending, part_of
from .cursor import Cursor


class Merged:
    """The files of mirrors that are followed."""

    def __init__(self) -> None:
        self._cursors: dict[tuple[str, str, str], dict[Part, Cursor]] = {}

    def begin(self, cursor: Cursor) -> list[str]:
        """Have a new file's reading begin where that of its parts ended; they go, and what was read of them stays.

        Returns the paths of those of which that isn't so: the new file tells again what they told.
        """
        whole = part_of(cursor.path)
        if whole is None:
            return []
        cursors = self._cursors.setdefault(whole.origin, {})
        again: list[str] = []
        if whole.level:
            parts = [part for part in cursors if part.within(whole)]
            row = beginning(whole, (part for part in parts if cursors[part].offset >= part.size))
            cursor.offset = whole.place(row[0].end.offset) if row else 0
            again = [cursors.pop(part).path for part in ending(whole, parts).difference(row)]
            for part in row:
                del cursors[part]
        cursors[whole] = cursor
        return again

    def has(self, path: str) -> bool:
        """Whether a file that's gone is in another one."""
        part = part_of(path)
        return part is not None and any(part.within(whole) for whole in self._cursors.get(part.origin, ()))
