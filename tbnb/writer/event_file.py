"""One event file on disk: a name of its own, only whole records, and what to do when the disk says no."""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import monotonic, time
from typing import NamedTuple

from ..errors import UnusablePathError
from ..events.record import OVERHEAD, frame
from .marks import file_version
from .notice import warn

LOOK = 1.0  # seconds between two looks whether the file still has a name: each makes the thread wait for the GIL again
MOST_UNSEEN = 1 << 20  # bytes written between two of them
MOST_AT_ONCE = 1 << 23  # bytes in one system call, so that a slow disk can be told from one that hangs

_numbers = count()
_NEVER = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.EEXIST,
    errno.ENAMETOOLONG,
    errno.EISDIR,
)
_PASSING = (errno.ENOSPC, errno.EDQUOT)  # the same file will do, once there is room
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Outcome(NamedTuple):
    """How many bytes of a block are in the file, always whole records, and what kept out the rest."""

    written: int
    error: OSError | None


class EventFile:
    """Appends whole records to a new file in `directory`; begins another one when the file is lost.

    Whether somebody deleted it is looked up now and then. What was written since the last look is kept, and goes into
    the next file if it turns out to have gone into a deleted one.
    """

    def __init__(
        self,
        directory: str,
        suffix: str = "",
        *,
        after: str = "",
        write: Callable[[int, bytes], int] = os.write,
    ) -> None:
        self.directory = directory
        self.path = ""
        self._suffix = suffix
        self._after = after
        self._write = write
        self._fd = -1
        self._size = 0  # bytes of whole records
        self._empty = 0  # bytes of a file without values
        self._looked = 0.0  # when it was last seen to have a name
        self._unseen = b""  # what was written since then
        self._again = b""  # what went into a deleted file

    def open(self) -> None:
        """Begin a file; UnusablePathError where no waiting will help."""
        try:
            self._begin()
        except ValueError as error:  # a zero byte in the path
            raise UnusablePathError(f"Can't log to {self.directory!r}: {error}. Give another log_dir.") from error
        except OSError as error:
            if error.errno in _NEVER:
                raise UnusablePathError(
                    error.errno, f"Can't log to {self.directory!r}: {error.strerror}. Give another log_dir."
                ) from error
            raise

    def _begin(self) -> None:
        Path(self.directory).mkdir(parents=True, exist_ok=True)
        self._fd, self.path = self._create()
        self._size, self._looked, self._unseen = 0, monotonic(), b""
        first = frame(file_version(time(), writer="tbnb.writer"))
        self._empty = len(first)
        outcome = self._put(first)
        if outcome.error is not None:
            self._give_up()
            raise outcome.error

    def _create(self) -> tuple[int, str]:
        """A file that nobody else has: not another thread, process, or machine on the same disk."""
        second = max(int(time()), _second(self._after))
        while True:
            origin = f"{socket.gethostname()}.{os.getpid()}.{next(_numbers):03}"
            name = f"events.out.tfevents.{second:010}.{origin}{self._suffix}"
            # Readers go by name: ours comes after it, but no later than it must, or the next writer's came before ours.
            if second == _second(self._after) and name <= self._after:
                second += 1
                continue
            path = os.path.join(self.directory, name)  # noqa: PTH118 - a URL-like prefix must stay as it is
            try:
                return os.open(path, _FLAGS, 0o666), path
            except FileExistsError:
                continue

    def append(self, block: bytes) -> Outcome:
        """Write records; what the outcome doesn't count is not in the file, and may be given again later."""
        try:
            if len(self._unseen) > MOST_UNSEEN or monotonic() - self._looked > LOOK:
                self._look()
            if self._fd < 0:
                self._begin()
        except OSError as error:
            return Outcome(0, error)
        if self._again:
            return self._put_again(block)
        outcome = self._put(block)
        self._unseen += block[: outcome.written]
        return outcome

    def _put_again(self, block: bytes) -> Outcome:
        outcome = self._put(self._again + block)
        redone, self._again = self._again[: outcome.written], self._again[outcome.written :]
        self._unseen += redone + block[: outcome.written - len(redone)]
        return outcome._replace(written=outcome.written - len(redone))

    def settle(self) -> Outcome:
        """Make sure that what was written is in a file with a name."""
        if not self._unseen and not self._again:
            return Outcome(0, None)
        self._looked = float("-inf")
        return self.append(b"")

    def _look(self) -> None:
        if self._fd >= 0 and self._is_deleted():
            warn(f"{self.path!r} was deleted: logging goes on in a new file.")
            self._again += self._unseen
            self._abandon()
        self._looked, self._unseen = monotonic(), b""

    def _is_deleted(self) -> bool:
        try:
            return os.fstat(self._fd).st_nlink == 0
        except OSError as error:
            if error.errno == errno.ESTALE:  # another machine deleted it
                return True
            self._give_up()
            raise

    def _put(self, block: bytes) -> Outcome:
        done = 0
        try:
            while done < len(block):
                done += self._write(self._fd, block[done : done + MOST_AT_ONCE])
        except OSError as error:
            whole = _whole_records(block, done)
            self._size += whole
            if whole != done:
                self._cut_torn_record()
            if error.errno not in _PASSING:
                self._give_up()
            return Outcome(whole, error)
        self._size += done
        return Outcome(done, None)

    def _cut_torn_record(self) -> None:
        try:
            os.ftruncate(self._fd, self._size)
        except OSError:
            self._abandon()  # it must stay the last thing in its file

    def _give_up(self) -> None:
        """Go on in another file: a disk that was gone doesn't know the old one any more, one that is full to it."""
        self._abandon()
        if self._size <= self._empty:
            with suppress(OSError):
                Path(self.path).unlink(missing_ok=True)

    def _abandon(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            with suppress(OSError):  # a disk that reports its failure at last; what it took can't be had back
                os.close(fd)

    def close(self) -> None:
        self._abandon()
        self._unseen = self._again = b""


def _second(name: str) -> int:
    """When the file of that name was begun."""
    found = re.search(r"tfevents\.(\d+)", name)
    return int(found[1]) if found else 0


def _whole_records(block: bytes, limit: int) -> int:
    """The length of the longest run of whole records in the first `limit` bytes."""
    end = 0
    while end + OVERHEAD <= limit:
        length = OVERHEAD + int.from_bytes(block[end : end + 8], "little")
        if end + length > limit:
            break
        end += length
    return end
