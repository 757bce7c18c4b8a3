"""What becomes of open writers when the process ends or forks."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from time import monotonic
from types import TracebackType
from typing import Protocol
from weakref import WeakSet

PATIENCE = 10.0  # seconds that the end of a process waits for the first disk that hangs,
SHORT = 0.5  # and for each one after it
_BEFORE_QUEUES = 11  # multiprocessing's close at 10, and tensorboardX hands its events over through one


class Lasting(Protocol):
    def close(self, patience: float = ...) -> bool | None: ...

    def begin_anew(self) -> None: ...

    def settle(self, patience: float) -> object: ...


class Lock:
    """A reentrant lock that is free in a forked child, whoever held it in the parent."""

    def __init__(self) -> None:
        self.begin_anew()
        _locks.add(self)

    def begin_anew(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()


_open: dict[int, Lasting] = {}
_is_over = False
_locks: WeakSet[Lock] = WeakSet()


def keep(one: Lasting) -> None:
    """Close it at the end of the process, and begin it anew in a forked child."""
    _open[id(one)] = one


def release(one: Lasting) -> None:
    _open.pop(id(one), None)


def before_multiprocessing_exit(one: Lasting) -> None:
    """A child of multiprocessing ends without atexit; it has its own list, which it empties as it starts."""
    util = sys.modules.get("multiprocessing.util")
    process = sys.modules.get("multiprocessing.process")
    if util is not None and process is not None and process.parent_process() is not None:
        util.Finalize(one, one.close, exitpriority=_BEFORE_QUEUES)


def is_over() -> bool:
    """Whether the process ends: what is logged now must be written at once."""
    return _is_over


def settle(patience: float) -> None:
    """Bring to the files what all writers hold, as far as their disks take it in time."""
    deadline = monotonic() + patience
    for one in list(_open.values()):
        one.settle(max(0.0, deadline - monotonic()))


def close_all() -> None:
    global _is_over  # noqa: PLW0603 - there is one process
    _is_over = True
    patience = PATIENCE
    for one in list(_open.values()):
        if one.close(patience) is False:
            patience = SHORT


def _begin_all_anew() -> None:
    for lock in list(_locks):
        lock.begin_anew()
    for one in list(_open.values()):
        one.begin_anew()


atexit.register(close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_all_anew)
