"""An open event file as a source of bytes: its end may move, and it may stop being the file of its name."""

from __future__ import annotations

import os
from typing import NamedTuple


class Identity(NamedTuple):
    """What tells a file from another one of the same name."""

    device: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Identity:
        return cls(status.st_dev, status.st_ino)


# A pipe or a terminal with an event file's name must not be waited for.
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class OpenFile:
    """Reads at any place, by as few system calls as can be: each may wait for a busy kernel's interpreter lock."""

    def __init__(self, path: str) -> None:
        self._fd = -1
        self._fd = os.open(path, _FLAGS)

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    __del__ = close  # a log that nobody has any more keeps no files open

    @property
    def status(self) -> os.stat_result:
        return os.fstat(self._fd)

    @property
    def size(self) -> int:
        return self.status.st_size

    def read(self, offset: int, length: int) -> bytes:
        """Bytes from `offset` on; fewer than `length` only at the file's end, and no more memory than they need."""
        return os.pread(self._fd, length, offset) if length > 0 else b""
