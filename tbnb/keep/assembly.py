"""Segments put together again: the rows of bytes of one event file that all its segments give, and no byte twice.

Segments may overlap (a merge that was interrupted), be torn (an upload that was), be missing, or be of two files of one
name, of two machines. What stands between the right checksums belongs together; what doesn't is a row of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..events.merged import PREFIX
from ..events.record import next_intact
from .listing import Listed, object_bytes
from .names import Segment
from .place import Place
from .records import WINDOW, Bytes, LocalFile, Reach, Sums, chunks, event_at, extend, intact, version

_MOST_ROWS = 64  # that a segment is tried at: more come only from files that somebody made up


class Object:
    """An object of the place, as a source of bytes behind its first `skip`; read window by window."""

    def __init__(self, place: Place, folder: str, name: str, skip: int, size: int) -> None:
        self._where = (folder, name)
        self._place, self._skip, self.size = place, skip, max(0, size - skip)
        self._start, self._window = 0, b""

    def read(self, offset: int, length: int) -> bytes:
        length = max(0, min(length, self.size - offset))
        if not self._start <= offset <= offset + length <= self._start + len(self._window):
            most = self._skip + offset + max(length, WINDOW)
            self._window = b"".join(object_bytes(self._place, *self._where, self._skip + offset, most))
            self._start = offset
        return self._window[offset - self._start :][:length]


class Stretch(NamedTuple):
    """Bytes of an event file that an object has, and where in it, behind its prefix."""

    segment: Segment
    source: Object
    at: int = 0

    def after(self, row: Row) -> Stretch:
        """What it has beyond the row's end, which it begins with."""
        segment = self.segment._replace(start=row.end, before=row.sum_at(row.end) or 0)
        return Stretch(segment, self.source, self.at + row.end - self.segment.start)


def whole(place: Place, folder: str, listed: Listed) -> Stretch:
    """All of a segment, as its name says."""
    source = Object(place, folder, listed.segment.name, skip_of(listed.segment), listed.size)
    return Stretch(listed.segment, source)


def healthy(stretch: Stretch) -> Iterator[Stretch]:
    """What is intact of a segment that isn't what its name says: up to where it's torn, and behind each damage."""
    segment, source, at = stretch.segment, stretch.source, 0
    size = min(source.size, segment.length)
    crc = segment.before
    while at < size:
        end = intact(source, at, size)
        after = extend(crc, chunks(source, at, end))
        if end > at:
            part = segment._replace(start=segment.start + at, before=crc, end=segment.start + end, after=after)
            yield Stretch(part, source, at)
        found = next_intact(source, end, end + 1).offset if end < size else None
        if found is None:
            return
        crc, at = extend(after, chunks(source, end, found)), found


class Row:
    """Bytes of one event file from `start` to `end`, in a file on this machine: one that was there, or a new one."""

    def __init__(self, path: str, first: Segment, *, end: int, is_new: bool) -> None:
        self.path, self.first, self.is_new = path, first, is_new
        self.start, self.end = first.start, end
        self._skip = skip_of(first)
        self._end_sum = first.before  # of a new row
        self._sums = Sums(first.start, first.before, self._skip - first.start)

    def sum_at(self, offset: int) -> int | None:
        """The checksum of all the event file's bytes up to `offset`; None where the row doesn't reach."""
        if not self.start <= offset <= self.end:
            return None
        with LocalFile(self.path) as file:
            return self._sums.at(file, offset)

    def has(self, segment: Segment) -> bool:
        inside = self.start <= segment.start and segment.end <= self.end
        return inside and (self.sum_at(segment.start), self.sum_at(segment.end)) == (segment.before, segment.after)

    def extends(self, stretch: Stretch) -> bool:
        """Whether the stretch begins with what the row ends with, and goes on."""
        segment = stretch.segment
        if not segment.start <= self.end < segment.end or self.sum_at(segment.start) != segment.before:
            return False
        overlap = chunks(stretch.source, stretch.at, stretch.at + self.end - segment.start)
        try:
            return extend(segment.before, overlap) == self.sum_at(self.end)
        except EOFError:
            return False

    def append(self, stretch: Stretch) -> bool:
        """Take the stretch, which begins where the row ends; nothing, and False, where it isn't what it claims."""
        segment, start = stretch.segment, stretch.at
        with Path(self.path).open("ab") as file:
            size = file.tell()
            if self._skip and not size:
                file.write(version(event_at(Bytes(stretch.source.read(start, WINDOW)), 0)))
            crc: int | None = self._end_sum
            try:
                for chunk in chunks(stretch.source, start, stretch.at + segment.length):
                    crc = extend(crc or 0, [chunk])
                    file.write(chunk)
            except EOFError:
                crc = None
            if crc != segment.after:
                file.truncate(size)
                return False
        self.end, self._end_sum = segment.end, segment.after
        self._sums.note(self.end, segment.after)
        return True

    @property
    def segment(self) -> Segment:
        """The row as a segment."""
        return self.first._replace(end=self.end, after=self._end_sum, hidden=False)


class Rows:
    """All rows of one event file. Those that were there are never written to: what follows them is a row of its own."""

    def __init__(self, directory: str, held: list[Row]) -> None:
        self._directory = directory
        self.rows = held

    def take(self, stretch: Stretch, beyond: Row | None = None) -> bool:
        """Find a place for the stretch, the end of the row `beyond` at least; False where it isn't what it claims."""
        rows = self.rows[-_MOST_ROWS:]
        if any(row.has(stretch.segment) for row in rows):
            return True
        for row in rows:
            if (beyond is None or row.end > stretch.segment.start) and row.extends(stretch):
                return self.take(stretch.after(row), row)
        if beyond is not None and beyond.is_new:
            return beyond.append(stretch)
        return self._begin(stretch)

    def _begin(self, stretch: Stretch) -> bool:
        path = Path(self._directory, f"restored-{os.getpid()}-{len(self.rows)}.tbnb-part")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        row = Row(str(path), stretch.segment, end=stretch.segment.start, is_new=True)
        if not row.append(stretch):
            path.unlink()
            return False
        self.rows.append(row)
        return True

    def drop(self) -> None:
        """Leave nothing behind of what was begun."""
        for row in self.rows:
            if row.is_new:
                Path(row.path).unlink(missing_ok=True)


def skip_of(segment: Segment) -> int:
    """How many bytes a segment's file has before the bytes that it's of."""
    return PREFIX if segment.start else 0


def held_row(path: str, segment: Segment | None, source: str) -> Row:
    """An event file of this machine, or a part of one that was restored as a segment, as a row."""
    first = segment or Segment(0, "", 0, 0, 1, 0, 0, source)
    skip = skip_of(first)
    with LocalFile(path) as file:
        end = Reach().after(file, skip, file.size) - skip
    return Row(path, first, end=first.start + end, is_new=False)
