"""TFRecord framing, both ways: a writer, and a reader that tells a torn tail from damage.

    offset  0       8           12              12 + length
            length  masked CRC  data            masked CRC
            u64     of length   length bytes    of data          all little-endian

What stands at an offset is *intact*, *truncated* (normal: the rest isn't written yet, look again later) or *damaged*
(no waiting will help: `next_intact` says where to go on).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple, Protocol

import google_crc32c

from .crc import contribution, mask, mask_all, masked_crc

HEADER = 12
FOOTER = 4
OVERHEAD = HEADER + FOOTER
LONGEST = (1 << 31) - 1  # protobuf's own bound for a message: a length above it lies

_HEADER = struct.Struct("<QI")
_LENGTH = struct.Struct("<Q")
_CRC = struct.Struct("<I")
_WINDOW = 1 << 20


def frame(data: bytes) -> bytes:
    """`data` as one record."""
    length = _LENGTH.pack(len(data))
    return b"%b%b%b%b" % (length, _CRC.pack(masked_crc(length)), data, _CRC.pack(masked_crc(data)))


def unframe(record: bytes) -> bytes:
    """The data of one whole record; raises ValueError where that's not what the bytes are."""
    data = record[HEADER:-FOOTER]
    if len(record) < OVERHEAD or record_length(record[:HEADER]) != len(data) or not data_intact(data, record[-FOOTER:]):
        raise ValueError("its record isn't in the file any more")
    return data


class Source(Protocol):
    """Bytes at a place: an open file, or a test's bytes. `read` gives fewer bytes only at the end."""

    @property
    def size(self) -> int: ...

    def read(self, offset: int, length: int) -> bytes: ...


class State(Enum):
    INTACT = auto()
    TRUNCATED = auto()
    DAMAGED = auto()


class Look(NamedTuple):
    """The record at an offset: its state, where it ends by its own word, and what is wrong with it."""

    state: State
    end: int
    why: str = ""


class Resumption(NamedTuple):
    """Where to go on after damage (None: nowhere yet), and from where to search when the file has grown."""

    offset: int | None
    searched: int


def record_length(header: bytes) -> int | None:
    """The length of the data behind an intact 12-byte header; None for a header that is damaged or lies."""
    length, crc = _HEADER.unpack(header)
    return length if masked_crc(header[:8]) == crc and length <= LONGEST else None


def data_intact(data: bytes, footer: bytes) -> bool:
    return bool(masked_crc(data) == _CRC.unpack(footer)[0])


def look(source: Source, offset: int) -> Look:
    """Judge the record that should begin at `offset`, holding no more than a window of it in memory."""
    header = source.read(offset, HEADER)
    if len(header) < HEADER:
        return Look(State.TRUNCATED, offset + HEADER)
    length = record_length(header)
    if length is None:
        return _damaged_unless_zeros(source, offset, offset + HEADER, "a record's length is damaged")
    end = offset + OVERHEAD + length
    if end > source.size:
        return Look(State.TRUNCATED, end)
    if _data_crc(source, offset + HEADER, length) != _stored_crc(source, end):
        return _damaged_unless_zeros(source, offset, end, "a record's data don't match their checksum")
    return Look(State.INTACT, end)


def _stored_crc(source: Source, end: int) -> int | None:
    footer = source.read(end - FOOTER, FOOTER)
    return int(_CRC.unpack(footer)[0]) if len(footer) == FOOTER else None


def _data_crc(source: Source, offset: int, length: int) -> int:
    crc = 0
    for start in range(offset, offset + length, _WINDOW):
        crc = google_crc32c.extend(crc, source.read(start, min(_WINDOW, offset + length - start)))
    return mask(crc)


def _damaged_unless_zeros(source: Source, offset: int, end: int, why: str) -> Look:
    """A file that ends in zeros isn't damaged there: NFS shows blocks still on their way as zeros."""
    if end <= source.size and _zeros_to_the_end(source, end - 1):
        return Look(State.TRUNCATED, end)
    return Look(State.DAMAGED, end, why)


def _zeros_to_the_end(source: Source, offset: int) -> bool:
    windows = (source.read(start, _WINDOW) for start in range(offset, source.size, _WINDOW))
    return not any(window.strip(b"\0") for window in windows)


def next_intact(source: Source, offset: int, searched: int) -> Resumption:
    """Where reading can go on after the damage at `offset`; `searched` is where an earlier search got to.

    A record's payload may itself hold records (a text about event files, say), and they must never be taken for
    data. So a candidate inside what the damaged event's own fields cover counts only if whole records follow one
    another from it to beyond that cover: an embedded record can't do that, the next appended one does. Where the
    length is damaged and the fields claim more than the file has, they're garbage, and the file's end will do.
    """
    cover = max(offset, _covered(source, offset))
    garbage = cover > source.size and record_length(source.read(offset, HEADER).ljust(HEADER, b"\0")) is None
    written = _end_of_written(source)
    unsure = None
    passed = 0
    for candidate in _intact_headers(source, searched, written):
        if candidate < passed:
            continue
        passed, state = _chain(source, candidate, beyond=cover)
        if passed > candidate and (passed > cover or (garbage and state is State.TRUNCATED)):
            return Resumption(candidate, candidate)
        if unsure is None and (state is State.TRUNCATED or passed > candidate):
            unsure = candidate
    return Resumption(None, max(searched, written - HEADER + 1) if unsure is None else unsure)


def _end_of_written(source: Source) -> int:
    """Where the zeros begin that the file ends in, if any: what will stand there is still to be searched."""
    end = source.size
    while end > 0:
        start = max(0, end - _WINDOW)
        written = source.read(start, end - start).rstrip(b"\0")
        if written:
            return start + len(written)
        end = start
    return 0


def _chain(source: Source, offset: int, beyond: int) -> tuple[int, State]:
    """How far intact records follow one another from `offset`, as far as matters, and what ended them."""
    while True:
        state, end, _ = look(source, offset)
        if state is not State.INTACT:
            return offset, state
        offset = end
        if offset > beyond:
            return offset, state


def _covered(source: Source, offset: int) -> int:
    """Where the last length-delimited field of the event in the damaged record at `offset` ends, its checksum included.

    Only what an event can hold is followed: wall_time, step, one of the fields 3 to 9, source_metadata.
    """
    claimed = record_length(source.read(offset, HEADER).ljust(HEADER, b"\0"))
    end = None if claimed is None else offset + HEADER + claimed
    at, cover, highest = offset + HEADER, offset, 0
    while True:
        key = source.read(at, 11)
        number, wire_type = (key[0] >> 3, key[0] & 7) if key else (0, 0)
        number = 3 if 3 <= number <= 9 else number
        if number <= highest or number not in (1, 2, 3, 10):
            return cover
        highest = number
        value, size = _varint(key, 1)
        if (number, wire_type) == (1, 1):
            at += 9
        elif (number, wire_type) == (2, 0) and size:
            at += 1 + size
        elif number in (3, 10) and wire_type == 2 and size and (end is None or at + 1 + size + value <= end):
            at += 1 + size + value
            cover = at + FOOTER
        else:
            return cover


def _varint(data: bytes, start: int) -> tuple[int, int]:
    """The varint at `start` and its size; size 0 where there is none."""
    value = 0
    for size, byte in enumerate(data[start : start + 10], start=1):
        value |= (byte & 0x7F) << 7 * (size - 1)
        if byte < 0x80:
            return value, size
    return 0, 0


def _intact_headers(source: Source, start: int, end: int) -> Iterator[int]:
    """Every offset from `start` on and before `end` at which a length stands in front of its own checksum."""
    import numpy as np

    base = np.uint32(google_crc32c.value(bytes(8)))
    for at in range(start, min(end, source.size - HEADER + 1), _WINDOW):
        window = np.frombuffer(source.read(at, _WINDOW + HEADER - 1), np.uint8)
        count = len(window) - HEADER + 1
        if count <= 0:
            return
        crc = np.full(count, base, np.uint32)
        for place in range(8):
            crc ^= contribution(7 - place)[window[place : place + count]]
        stored = np.lib.stride_tricks.sliding_window_view(window[8:], 4)[:count]
        hits = np.flatnonzero((mask_all(crc)[:, None].view(np.uint8) == stored).all(axis=1))
        yield from (at + int(hit) for hit in hits)
