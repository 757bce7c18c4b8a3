"""Columns that grow: what was handed out never changes under its reader."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_MANY = 16  # parts, besides one for each so many points: they're then joined though nobody looks
_PART = 64
_lock = threading.Lock()  # one for all: ten thousand series are made at once, and a lock of its own costs more than one


class Columns:
    """Several arrays of one length. One thread appends; views handed out before stay as they are.

    What is appended waits as it came until somebody looks: most of a log is looked at once, and then joined at once.
    Joining writes only behind the end that readers know.
    """

    __slots__ = ("_arrays", "_dtypes", "_joined", "_length", "_waiting")

    def __init__(self, dtypes: Sequence[str], arrays: Sequence[Array] = ()) -> None:
        self._dtypes = dtypes
        self._arrays = arrays
        self._length = self._joined = len(arrays[0]) if arrays else 0
        self._waiting: list[Sequence[Array]] = []

    def __len__(self) -> int:
        return self._length

    def append(self, parts: Sequence[Array]) -> None:
        with _lock:
            self._waiting.append(parts)
            self._length += len(parts[0])
            if len(self._waiting) > _MANY + (self._length - self._joined) // _PART:
                self._join()

    def views(self) -> list[Array]:
        """The arrays as they are now, read-only."""
        with _lock:
            if self._waiting or not self._arrays:
                self._join()
            views = [array[: self._length] for array in self._arrays]
        for view in views:
            view.setflags(write=False)
        return views

    def since(self, start: int) -> Sequence[Array]:
        """The arrays from an index on. What came last is handed out as it came: joining it costs more than sending."""
        with _lock:
            if self._waiting and self._length - len(self._waiting[-1][0]) == start:
                return self._waiting[-1]
        return [view[start:] for view in self.views()]

    def _join(self) -> None:
        """Bring what waits behind the rest, into new arrays where the old ones are full."""
        if not self._arrays or self._length > len(self._arrays[0]):
            room = max(self._joined + self._joined // 2, self._length)
            self._arrays = [self._grown(number, dtype, room) for number, dtype in enumerate(self._dtypes)]
        for number, array in enumerate(self._arrays):
            new = array[self._joined : self._length]
            if len(self._waiting) == 1:
                new[:] = self._waiting[0][number]
            elif self._waiting:
                np.concatenate([part[number] for part in self._waiting], out=new)
        self._waiting = []
        self._joined = self._length

    def _grown(self, number: int, dtype: str, room: int) -> Array:
        grown = np.empty(room, dtype)
        if self._joined:
            grown[: self._joined] = self._arrays[number][: self._joined]
        return grown
