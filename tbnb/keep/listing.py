"""What the persistent place has, as it was when last listed: segments, and files of other names, by folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..events.merged import PREFIX
from .names import LAST, Segment, parse
from .place import Place


class Listed(NamedTuple):
    segment: Segment
    size: int

    @property
    def whole(self) -> bool:
        return self.size == size_of(self.segment)


def size_of(segment: Segment) -> int:
    """How long its file is when it's whole."""
    return segment.length + (PREFIX if segment.start else 0)


class Folder:
    """One folder: its segments by the file that they're of, and the other files' sizes."""

    def __init__(self, entries: dict[str, int]) -> None:
        self.segments: dict[str, list[Listed]] = {}
        self.others: dict[str, int] = {}
        self.last = 0
        for name, size in sorted(entries.items()):
            segment = parse(name)
            if segment is None:
                self.others[name] = size
            else:
                self.segments.setdefault(segment.source, []).append(Listed(segment, size))
                self.last = max(self.last, segment.order)

    def next_order(self, now: float) -> int:
        """A place behind all others here, whatever the clock says; the last there is where somebody took that."""
        self.last = min(max(int(now * 1000), self.last + 1), LAST)
        return self.last


class Listing:
    """The place's folders, each listed when first asked for."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._folders: dict[str, Folder] = {}

    def __getitem__(self, folder: str) -> Folder:
        if folder not in self._folders:
            self._folders[folder] = Folder(self._place.list(folder))
        return self._folders[folder]

    def forget(self) -> None:
        """List anew: the place was away, or much time has passed."""
        self._folders.clear()

    def forget_one(self, folder: str) -> None:
        """List this one anew: what was written since it was listed is to be seen, too."""
        self._folders.pop(folder, None)


def object_bytes(place: Place, folder: str, name: str, start: int, end: int, window: int = 1 << 20) -> Iterator[bytes]:
    """An object's bytes from `start` to `end`, or to where it ends."""
    while start < end:
        chunk = place.read(folder, name, start, min(window, end - start))
        if not chunk:
            return
        yield chunk
        start += len(chunk)
