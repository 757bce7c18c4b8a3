"""One writer of another library, flushed by a thread of its own: at once after a quiet moment, then by the beat."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from ... import growth
from ...ticker import Ticker

if TYPE_CHECKING:
    from .hub import Hub

IDLE = 60.0
RETRY = 1.0
SLOW = 0.5  # seconds of a flush that a busy interpreter doesn't explain: the disk is slow
SPARING = 4.0  # times as long as a slow flush took a polled writer is left alone: its lock may be its callers', too
HANGING = 2.0  # seconds after which a flush counts as hanging


def nothing() -> None:
    pass


def wait_while(holds: Callable[[], Any], patience: float = 1.0) -> None:
    """Wait until another thread holds nothing more, but not for ever."""
    deadline = monotonic() + patience
    while holds() and monotonic() < deadline:
        sleep(0.002)


class Live:
    """`touch()` when the writer was given something; where nothing tells that, it's `polled`.

    A thread of its own for each writer: a disk that hangs holds up the writer it belongs to and no other.
    """

    def __init__(
        self,
        hub: Hub,
        name: str,
        flush: Callable[[], None],
        *,
        path: str = "",
        polled: bool = False,
        drain: Callable[[], Any] = nothing,
        release: Callable[[], None] = nothing,
        unlock: Callable[[], None] = nothing,
    ) -> None:
        self.name = name
        self._hub = hub
        self._flush = flush
        self._drain = drain  # waits until the library's own thread holds nothing more
        self._put_back = release
        self._unlock = unlock
        self._path = os.path.abspath(path) if path else ""  # noqa: PTH100 - as the follower names it
        self._polled = polled
        self._dirty = False
        self._asleep = True
        self._asked: list[threading.Event] = []
        self._began: float | None = None
        self._took = 0.0
        self._error: BaseException | None = None
        self._ticker: Ticker | None = None
        self._released = False
        self._starting = threading.Lock()

    def touch(self) -> None:
        """It has something to flush; also what a writer is held with, since it may have had before."""
        self._dirty = True
        if self._asleep:
            self._wake()

    def ask(self) -> threading.Event:
        """Bring to the file all that was given before this call; the answer is set when it's there, or can't be."""
        answer = threading.Event()
        with self._starting:
            if self._ticker is None:  # closed meanwhile, so that nothing is held back
                answer.set()
            else:
                self._asked.append(answer)
                self._ticker.wake()
        return answer

    def _wake(self) -> None:
        with self._starting:
            if self._released:
                return
            ticker = self._ticker  # which another thread may end as soon as we go on
            if ticker is None:
                self._hub.hold(self)
                ticker = Ticker(self._tick, RETRY, name="tbnb-autoflush")
                try:
                    self._ticker = ticker.start()
                except RuntimeError:  # the interpreter is going down
                    return
        ticker.wake()

    def _tick(self) -> float:
        self._asleep = False
        asked, self._asked = self._asked, []
        if not (self._dirty or self._polled or asked):
            self._asleep = True
            return 0.0 if self._dirty else IDLE  # touched between the two looks
        self._dirty = False
        try:
            self._bring(bool(asked))
        finally:
            for answer in asked:
                answer.set()
        if self._error:
            return RETRY
        return SPARING * self._took if self._polled and self._took > SLOW else self._hub.beat()

    def _bring(self, whole: bool) -> None:
        self._began = began = monotonic()
        try:
            if whole:
                self._drain()
            self._flush()
        except Exception as error:
            self._error, self._dirty = error, True
            return
        finally:
            self._began = None
        self._error, self._took = None, monotonic() - began
        if self._path:
            growth.grew(self._path)

    def end(self) -> None:
        """The writer is closed; if it's used again, so is this."""
        with self._starting:
            self._hub.forget(self)
            ticker, self._ticker, self._asleep = self._ticker, None, True
            asked, self._asked = self._asked, []
        if ticker is not None:
            ticker.stop(0.0)
        for answer in asked:
            answer.set()

    def release(self) -> None:
        """Leave the writer as it was before, for good."""
        with self._starting:
            was_released, self._released = self._released, True
        if not was_released:
            self._put_back()
            self.end()

    def unlock(self) -> None:
        """In a forked child, where a thread that isn't there any more may have held a lock."""
        self._starting = threading.Lock()
        self._unlock()

    @property
    def hangs(self) -> float:
        """For how many seconds its disk has been busy with one flush; 0.0 while that is normal."""
        began = self._began
        busy = 0.0 if began is None else monotonic() - began
        return busy if busy > HANGING else 0.0

    def notes(self) -> list[str]:
        if self.hangs:
            return [f"{self.name}: its disk has been busy with a flush for {self.hangs:.0f} s."]
        if self._error is not None:
            return [f"{self.name} could not be flushed ({self._error}); it's tried again."]
        return []
