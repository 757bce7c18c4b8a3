"""One event file of the log directory, and which of its bytes stand in the persistent place."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .names import Segment
from .records import LocalFile, Reach, Sums, chunks, event_at, version

_FINGERPRINT = 64


class Look(NamedTuple):
    """A file as it was at a look."""

    inode: int
    size: int
    changed: int


class Source:
    """What is saved of one file. `segments` are those whose bytes are this file's, by their checksums."""

    def __init__(self, folder: str, name: str, path: str) -> None:
        self.folder, self.name, self.path = folder, name, path
        self.reach, self.sums = Reach(), Sums()
        self.segments: list[Segment] = []
        self.elsewhere: list[tuple[int, int]] = []  # spans of it that stand in files which are no whole segments
        self.adopted = self.counted = False
        self.looked: Look | None = None  # when all of it was saved
        self._marks: dict[int, bytes] = {}

    def look(self) -> Look:
        status = Path(self.path).stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
            raise OSError(errno.EINVAL, "it's no plain file")
        return Look(status.st_ino, status.st_size, status.st_mtime_ns)

    def is_same(self, file: LocalFile) -> bool:
        """Whether what was read of it is still what the file begins with, as far as two short looks tell."""
        return all(file.read(place, _FINGERPRINT)[: len(seen)] == seen for place, seen in self._marks.items())

    def remember(self, file: LocalFile) -> None:
        end = max(self.saved, self.sums.end)
        tail = max(0, end - _FINGERPRINT)
        self._marks = {place: file.read(place, min(_FINGERPRINT, end - place)) for place in (0, tail)}

    @property
    def saved(self) -> int:
        """Up to which byte the place has all."""
        return self.gap()[0]

    def gap(self) -> tuple[int, int | None]:
        """The first bytes that the place doesn't have: from where, and up to where (None: the file's end)."""
        end = 0
        for start, stop in sorted([*((each.start, each.end) for each in self.segments), *self.elsewhere]):
            if start > end:
                return end, start
            end = max(end, stop)
        return end, None

    def segment(self, file: LocalFile, start: int, end: int, order: int, machine: str) -> Segment:
        before, after = self.sums.at(file, start), self.sums.at(file, end)
        return Segment(order, machine, start, before, end, after, 0, self.name)

    def agrees(self, file: LocalFile, segment: Segment) -> bool:
        """Whether the segment's name says that its bytes are this file's."""
        return (
            segment.end <= file.size
            and self.sums.at(file, segment.start) == segment.before
            and self.sums.at(file, segment.end) == segment.after
        )

    def content(self, segment: Segment) -> Iterator[bytes]:
        """The segment's bytes: an event file by itself."""
        with LocalFile(self.path) as file:
            if segment.start:
                yield version(event_at(file, segment.start))
            yield from chunks(file, segment.start, segment.end)

    def visible(self, machine: str) -> list[Segment]:
        """The machine's own segments that readers see, in order."""
        mine = (each for each in self.segments if each.machine == machine and not each.hidden)
        return sorted(mine, key=lambda each: each.start)

    def hidden(self, machine: str) -> list[Segment]:
        return [each for each in self.segments if each.machine == machine and each.hidden]
