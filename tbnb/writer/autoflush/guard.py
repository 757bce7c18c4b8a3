"""A stand-in for a library's file object, so that its thread's writes and our flushes never meet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from .live import nothing


class Guard:
    """Passes the named calls on, one at a time, and tells of each write and of the end; all else goes through.

    `bring` is the flush that our own thread does.
    """

    def __init__(self, inner: Any, *, write: str, flush: str, close: str, bring: Callable[[], Any]) -> None:
        self.inner = inner
        self.touched: Callable[[], None] = nothing
        self.ended: Callable[[], None] = nothing
        self.unlock()
        self.bring = self._guarded(bring, nothing)
        setattr(self, write, self._guarded(getattr(inner, write), self._wrote))
        setattr(self, flush, self._guarded(getattr(inner, flush), nothing))
        setattr(self, close, self._guarded(getattr(inner, close), self._closed))

    def _wrote(self) -> None:
        self.touched()

    def _closed(self) -> None:
        self.ended()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def _guarded(self, call: Callable[..., Any], then: Callable[[], None]) -> Callable[..., Any]:
        def guarded(*args: Any) -> Any:
            with self._lock:
                outcome = call(*args)
            then()
            return outcome

        return guarded

    def unlock(self) -> None:
        """In a forked child, where a thread that isn't there any more may have held the lock."""
        self._lock = threading.Lock()
