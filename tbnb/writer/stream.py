"""One event file and what waits for it: values go in from any thread, records come out on the flush thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from time import monotonic, sleep, time
from typing import Any, NamedTuple

from .. import growth
from ..errors import UnusablePathError
from ..events.record import frame
from . import marks
from .encode import Making, encode
from .event_file import EventFile, Outcome
from .flusher import CHECK, Flusher
from .lane import Batch, Lane
from .notice import warn
from .resume import Resumed

MOST_WAITING = 1 << 20  # entries, some 100 bytes each
MOST_WEIGHT = 1 << 28  # bytes of arrays
MOST_IN_A_WRITE = 1 << 17  # entries
STALL = 5.0  # seconds of a system call after which a disk counts as hanging
NOT_NOW = float("inf")


class Drained(NamedTuple):
    ok: bool
    entries: int


class Stream:
    """`put` values from any thread; the flusher calls `drain`.

    What waits is bounded in entries and in bytes: a caller waits while the disk works, however slowly; where it refuses
    or hangs, the newest values are lost, and that is said.
    """

    def __init__(
        self,
        directory: str,
        flusher: Flusher,
        suffix: str = "",
        *,
        resumed: Resumed | None = None,
        lazily: bool = False,
        write: Callable[[int, bytes], int] = os.write,
    ) -> None:
        self.directory = directory
        self.lane = Lane()
        self.closed = False
        self.problem: str | None = None  # why nothing reaches the disk just now
        self.file = EventFile(directory, suffix, after=resumed.newest_file if resumed else "", write=write)
        self._flusher = flusher
        self._complained: set[str] = set()
        self._has_waited = False
        self.begin_anew()
        self._resumed = resumed
        if not lazily:
            self._open()
        flusher.add(self)

    def _open(self) -> None:
        try:
            self.file.open()
        except UnusablePathError:
            raise
        except OSError as error:
            self._report(error)

    def begin_anew(self) -> None:
        """In a forked child: what waits belongs to the parent, and so does the file."""
        self.lane.clear()
        self.lane.look_now()
        self.file.close()
        self._draining = threading.RLock()  # a signal's handler may log or close in the middle of anything
        self._weighing = threading.RLock()
        self._weight = 0  # bytes of arrays that wait
        self._unwritten = b""  # records that the disk didn't take
        self._lost = 0  # entries, since the disk took anything
        self._asked_at = NOT_NOW
        self._resumed = None

    def put(self, tag: Any, value: Any, step: int | None, wall: float) -> None:
        if isinstance(value, Making) and not self._admit(value.weight):
            return
        self.lane.put((tag, value, step, wall))
        if time() >= self.lane.due:
            self.attend()

    def attend(self) -> None:
        """What a caller does when its lane is due: wake the sleeping thread, wait where it can't keep up."""
        if self._flusher.flush_secs <= 0:
            self._flusher.flush()
            return
        self.lane.due = time() + CHECK
        if self.closed:  # meanwhile: what comes now belongs into a new file
            self.lane.look_now()
        if self._is_full():
            self._wait_for_room()
        if self._flusher.asleep and not self._flusher.wake():
            self.lane.look_now()
            self.drain()
            if self.closed:
                self.close()

    def _is_full(self) -> bool:
        return len(self.lane) > MOST_WAITING or self._weight > MOST_WEIGHT

    def _wait_for_room(self) -> None:
        if not self._has_waited and self.problem is None:
            self._has_waited = True
            warn(f"Values are logged faster than {self.directory!r} takes them: waiting for the disk.")
        while self._is_full() and not self._is_stuck():
            if not self._flusher.wake():
                self.drain()
            sleep(0.01)
        lost = self.lane.drop_newest(MOST_WAITING)
        self._weigh(-sum(map(_weight_of, lost)))
        self._lose(len(lost))

    def _is_stuck(self) -> bool:
        """Whether waiting is in vain: the disk refuses, or hasn't answered for long."""
        return self.problem is not None or self.silence > STALL

    @property
    def silence(self) -> float:
        """Seconds since the disk was asked for something that it hasn't done yet; below zero if there's nothing."""
        return monotonic() - self._asked_at

    def _ask(self, call: Callable[..., Outcome], *arguments: Any) -> Outcome:
        self._asked_at = monotonic()
        try:
            return call(*arguments)
        finally:
            self._asked_at = NOT_NOW

    def _admit(self, weight: int) -> bool:
        """Whether there is room for a value of that size, maybe after waiting for it."""
        if self._weight > MOST_WEIGHT:
            self._wait_for_room()
        if self._weight > MOST_WEIGHT:
            self._lose(1)
            return False
        self._weigh(weight)
        return True

    def _lose(self, count: int) -> None:
        if count and not self._lost:
            warn(f"The disk of {self.directory!r} takes nothing, and memory is full: new values are lost from now on.")
        self._lost += count

    def drain(self, *, settle: bool = False) -> Drained:
        """Bring all that waits to the file; `settle` makes sure that the file still has a name."""
        with self._draining:
            count = left = len(self.lane)
            ok = self._write(b"")
            while ok and left > 0:
                ok = self._write(self._encode(self.lane.take(MOST_IN_A_WRITE)))
                left -= MOST_IN_A_WRITE
            if ok and (settle or not count):
                ok = self._settle()
            if ok:
                self.problem, self._lost = None, 0
            return Drained(ok, count)

    def _encode(self, batch: Batch) -> bytes:
        records = encode(batch, self._complain)
        self._weigh(-sum(map(_weight_of, batch.values)))
        if self._resumed is not None:
            purge = self._resumed.purge(batch)
            if purge is not None:
                self._resumed = None
                records = purge + records
        return records

    def _write(self, records: bytes) -> bool:
        self._unwritten += records
        while self._unwritten:
            outcome = self._ask(self.file.append, self._unwritten)
            self._unwritten = self._unwritten[outcome.written :]
            if outcome.written:
                growth.grew(self.file.path)
            elif outcome.error is not None:
                return self._report(outcome.error)
        return True

    def _settle(self) -> bool:
        outcome = self._ask(self.file.settle)
        return outcome.error is None or self._report(outcome.error)

    def _report(self, error: OSError) -> bool:
        """Say it once, until the disk is well again; False, because that is how writing went."""
        if self.problem is None:
            warn(
                f"Can't write to {self.directory!r}: {error.strerror or error}. Training goes on; what is logged "
                f"stays in memory (up to {MOST_WAITING} values) until the disk takes it."
            )
        self.problem = str(error)
        return False

    def _complain(self, tag: str, error: Exception) -> None:
        if tag not in self._complained:
            self._complained.add(tag)
            warn(f"{tag!r} could not be logged: {error}")

    def _weigh(self, weight: int) -> None:
        if weight:
            with self._weighing:
                self._weight += weight

    def purge(self, step: int) -> None:
        """What torch writes for `purge_step`."""
        wall = time()
        mark = frame(marks.file_version(wall, step)) + frame(marks.session_start(wall, step))
        self.put("", Making(lambda: mark), step, wall)

    def close(self) -> None:
        self.file.close()


def _weight_of(value: object) -> int:
    return value.weight if type(value) is Making else 0
