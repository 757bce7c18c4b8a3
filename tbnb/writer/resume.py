"""Where a run stopped: the last step in a directory's event files, and the mark that lets a resumed run replace it."""

from __future__ import annotations

from collections.abc import Iterator
from os import fstat
from pathlib import Path
from time import time
from typing import IO

from ..events.record import HEADER, OVERHEAD, State, frame, look, next_intact, record_length
from . import marks
from .encode import Making
from .lane import Batch

_WALL, _STEP, _SUMMARY = 0x09, 0x10, 0x2A  # the keys of an Event's fields
_STARTED = b"\x3a\x02\x08\x01"
_ENOUGH = 32  # bytes of an event in which all that stands


class Resumed:
    """A directory's past: `last_step` (None when nothing was logged), and the mark that takes back part of it."""

    def __init__(self, directory: str) -> None:
        files = _event_files(directory)
        self.newest_file = files[-1].name if files else ""
        self._has_start = False
        steps: set[int] = set()
        for path in files:
            self._replay(path, steps)
        self.last_step = max(steps, default=None)

    def _replay(self, path: Path, steps: set[int]) -> None:
        with path.open("rb") as file:
            for field, step in _scan(_Bytes(file), steps):
                if field == _SUMMARY:
                    steps.add(step)
                else:
                    self._has_start = True
                    steps -= {other for other in steps if other >= step}

    def purge(self, batch: Batch) -> bytes | None:
        """The records to put before the first step that tells where the run goes on; None as long as there is none.

        TensorBoard takes a run's first start of a session as its beginning, whatever its step; only from the
        second on do they take back what they repeat.
        """
        told = (step for value, step in zip(batch.values, batch.steps, strict=True) if _tells(value, step))
        step = next(told, None)
        if step is None:
            return None
        if self.last_step is None or step > self.last_step:
            return b""
        mark = frame(marks.session_start(time(), step))
        return mark if self._has_start else mark * 2


def _tells(value: object, step: int | None) -> bool:
    """Not what every run logs at its beginning: a configuration, a graph."""
    return step is not None and (step > 0 or not isinstance(value, Making))


def _event_files(directory: str) -> list[Path]:
    """In the order of their names, which is the order in which readers take them."""
    try:
        return sorted(path for path in Path(directory).iterdir() if "tfevents" in path.name and path.is_file())
    except (FileNotFoundError, NotADirectoryError):
        return []


class _Bytes:
    """An open file as a source of records, as long as it is now."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = fstat(file.fileno()).st_size

    def read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)


def _scan(source: _Bytes, known: set[int]) -> Iterator[tuple[int, int]]:
    """(field, step) of each event that is a summary or the start of a session; what is torn or damaged is skipped.

    Only what says something new is checked in full: checking a long log takes longer than walking through it.
    """
    place: int | None = 0
    while place is not None and place + OVERHEAD <= source.size:
        head = source.read(place, HEADER + _ENOUGH)
        length = record_length(head[:HEADER])
        told = None if length is None else _look(head[HEADER : HEADER + length] + bytes(_ENOUGH))
        is_news = told is not None and (told[0] != _SUMMARY or told[1] not in known)
        if length is None or place + OVERHEAD + length > source.size or (is_news and not _is_intact(source, place)):
            place = next_intact(source, place, place + 1).offset
            continue
        if told is not None:
            yield told
        place += OVERHEAD + length


def _is_intact(source: _Bytes, place: int) -> bool:
    return look(source, place).state is State.INTACT


def _look(event: bytes) -> tuple[int, int] | None:
    start, step = 9 if event[0] == _WALL else 0, 0
    if event[start] == _STEP:
        step, start = _varint(event, start + 1)
    return (event[start], step) if event[start] == _SUMMARY or event[start : start + 4] == _STARTED else None


def _varint(data: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while data[place] > 0x7F and shift < 63:
        number |= (data[place] & 0x7F) << shift
        shift += 7
        place += 1
    number |= (data[place] & 0x7F) << shift
    return number - (number >> 63 << 64), place + 1
