"""The whole records of a local event file: how far they reach, what their beginning's checksum is, what they say."""

from __future__ import annotations

import os
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import google_crc32c

from ..events.fields import MalformedError
from ..events.record import HEADER, Source, State, frame, look, next_intact, record_length
from ..events.summary import Event, read_event
from ..events.walk import Walk

WINDOW = 1 << 20
_VERSION = b"\x1a\x0dbrain.Event:2"


class LocalFile:
    """A file on this machine's own disk, open for reading."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))

    def __enter__(self) -> LocalFile:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    @property
    def size(self) -> int:
        return os.fstat(self._fd).st_size

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._fd, length, offset) if length > 0 else b""


class Bytes(NamedTuple):
    """Bytes in memory, as a source."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


def version(event: Event | None) -> bytes:
    """The record that makes an event file of any records behind it; as old as the first of them."""
    wall_time = b"\x09" + struct.pack("<d", event.wall_time if event else 0.0)
    return frame(wall_time + _VERSION)


class Reach:
    """How far the whole records of a growing file reach."""

    def __init__(self) -> None:
        self._records = Walk().records
        self._searched = 0
        self.last = 0  # where the last record of what was reached begins

    def after(self, file: Source, start: int, most: int) -> int:
        """Where the whole records from `start` on end, about `most` bytes behind it at the latest.

        What is damaged belongs to them if whole records follow it; a torn end doesn't.
        """
        at = start
        while at - start < most:
            block = file.read(at, WINDOW)
            end = at + self._walk(block, start + most - at, at)
            if end == at:
                end = self._odd(file, at)
            if end == at:
                break
            at = end
        return at

    def _walk(self, block: bytes, most: int, base: int) -> int:
        place = 0
        for start, end in self._records(block, 0, len(block)):
            if start >= most:
                break
            self.last, place = base + start, end
        return place

    def _odd(self, file: Source, at: int) -> int:
        """The end of a record that's longer than a window, or damaged; `at` where it's torn."""
        if file.size - at < HEADER:
            return at
        state, end, _ = look(file, at)
        if state is State.INTACT:
            self.last = at
            return end
        found, self._searched = next_intact(file, at, max(self._searched, at + 1))
        return at if found is None else found


class Sums:
    """The CRC-32C of a file's bytes up to any offset, from a known one on; each byte is read once where offsets grow.

    `shift` is where the file's first byte stands in the bytes that are read.
    """

    def __init__(self, start: int = 0, crc: int = 0, shift: int = 0) -> None:
        self._offsets, self._sums, self._shift = [start], [crc], shift

    @property
    def end(self) -> int:
        """The furthest offset of which the sum is known."""
        return self._offsets[-1]

    def at(self, file: Source, offset: int) -> int:
        index = bisect_right(self._offsets, offset) - 1
        place, crc = self._offsets[index], self._sums[index]
        if place < offset:
            crc = extend(crc, chunks(file, place + self._shift, offset + self._shift))
            self.note(offset, crc)
        return crc

    def note(self, offset: int, crc: int) -> None:
        index = bisect_right(self._offsets, offset)
        self._offsets.insert(index, offset)
        self._sums.insert(index, crc)


def extend(crc: int, data: Iterable[bytes]) -> int:
    """The checksum of what has the checksum `crc`, and then `data`."""
    for chunk in data:
        crc = google_crc32c.extend(crc, chunk)
    return crc


def chunks(file: Source, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` to `end`; EOFError where the file doesn't have them any more."""
    while start < end:
        chunk = file.read(start, min(WINDOW, end - start))
        if not chunk:
            raise EOFError(f"there is nothing at byte {start}")
        yield chunk
        start += len(chunk)


def event_at(file: Source, start: int) -> Event | None:
    """What the record at `start` says; None where it's no event, or a huge one."""
    length = record_length(file.read(start, HEADER).ljust(HEADER, b"\0"))
    data = file.read(start + HEADER, length) if length is not None and length <= WINDOW else b""
    try:
        return read_event(data, 0, len(data)) if data else None
    except MalformedError:
        return None


def intact(file: Source, start: int, end: int) -> int:
    """Where the first record from `start` on stands that isn't whole to its last checksum."""
    while start < end:
        state, stop, _ = look(file, start)
        if state is not State.INTACT or stop > end:
            break
        start = stop
    return start
