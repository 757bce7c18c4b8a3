"""The thread that brings what was logged to disk: asleep, at once after a quiet moment, then by a beat.

A flush a few tens of milliseconds after the last one while somebody in this process follows the files; else as seldom
as `flush_secs` allows. The calls never wait for the thread, except when it can't keep up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic, time
from typing import TYPE_CHECKING

from .. import growth
from ..ticker import Ticker
from . import lifetime
from .notice import warn

if TYPE_CHECKING:
    from .stream import Stream

LISTENED_BEAT = 0.04  # 60 ms would spare a look in three, and cost 28 ms of lag at 20 values a second
SHARE = 0.5  # of flush_secs, between two flushes: encoding and the disk have the rest
CHECK = 0.1  # seconds after which a call looks at its lane again
RETRY = 0.5
IDLE = 60.0
PATIENCE = 10.0  # seconds that flush() and close() wait for a disk that hangs,
LATE = 1.0  # and for one that has hung before, until all that waited is in the file


class Flusher:
    """Drains its streams on one thread, which starts with the first value."""

    def __init__(self, flush_secs: float) -> None:
        self.flush_secs = flush_secs
        self.streams: tuple[Stream, ...] = ()
        self._closed = self._unused = False
        self.begin_anew()

    def begin_anew(self) -> None:
        """No thread, no locks held, nothing pending: at first, and in a forked child."""
        self.asleep = True
        self._ticker: Ticker | None = None
        self._starting = threading.RLock()
        self._answers = threading.Condition()
        self._asked = self._answered = 0
        self._is_late = False  # somebody has waited in vain
        self._thread: int | None = None
        for stream in self.streams:
            stream.begin_anew()

    def add(self, stream: Stream) -> None:
        self.streams = (*self.streams, stream)
        lifetime.keep(self)

    def wake(self) -> bool:
        """Let the thread drain now; False where none can be started any more."""
        ticker = self._ticker or self._start()
        if ticker is not None:
            ticker.wake()
        return ticker is not None

    def _start(self) -> Ticker | None:
        with self._starting:
            if self._ticker is None and not self._closed and not lifetime.is_over():
                lifetime.keep(self)
                lifetime.before_multiprocessing_exit(self)
                ticker = Ticker(self._tick, RETRY, name="tbnb-writer", on_error=_say)
                try:
                    self._ticker = ticker.start()
                except RuntimeError:  # the interpreter is going down: nothing can be started any more
                    return None
            return self._ticker

    def _tick(self) -> float:
        self._thread = threading.get_ident()
        asked = self._asked
        self.asleep = False
        try:
            outcomes = [stream.drain(settle=asked != self._answered) for stream in self.streams]
        finally:
            if asked != self._answered:
                self._answer(asked)
        if not all(outcome.ok for outcome in outcomes):
            return RETRY
        if any(outcome.entries for outcome in outcomes):
            self._put_off_checks()
            return self.beat()
        if not self._fell_asleep():
            return self.beat()
        if self._unused:
            self._rest()
        return IDLE

    def beat(self) -> float:
        return min(self.flush_secs, LISTENED_BEAT) if growth.listened() else SHARE * self.flush_secs

    def _put_off_checks(self) -> None:
        if self.flush_secs > 0:
            for stream in self.streams:
                stream.lane.due = time() + CHECK

    def _fell_asleep(self) -> bool:
        """Sleep, unless something was logged by a call that still saw us awake."""
        self.asleep = True
        for stream in self.streams:
            stream.lane.look_now()
        return not self._has_work()

    def rest_unless_used(self) -> None:
        """Nobody holds the writer any more: what waits is written, then thread and file go until they're needed again.

        The garbage collector calls this, maybe in the middle of anything: it takes no lock.
        """
        self._unused = True

    def _rest(self) -> None:
        ticker, self._ticker = self._ticker, None
        if ticker is not None:
            ticker.stop()
        for stream in self.streams:
            stream.close()
        lifetime.release(self)
        if self._has_work():
            self.wake()

    def _has_work(self) -> bool:
        return any(len(stream.lane) for stream in self.streams)

    def _answer(self, asked: int) -> None:
        with self._answers:
            self._answered, self._is_late = asked, False
            self._answers.notify_all()

    def flush(self, patience: float = PATIENCE) -> bool:
        """Wait until everything logged before is in the files, or could not be written; False if the disk hangs.

        However long encoding takes; but a disk may keep silent only for `patience` seconds.
        """
        done = self._wait(lambda waited: self._hangs(patience))
        if not done and not self._is_late:
            self._is_late = True
            warn(f"The disk hasn't answered for {patience:g} s: what is logged stays in memory, and training goes on.")
        return done

    def settle(self, patience: float) -> bool:
        """The same in `patience` seconds, without a word about a disk that hangs."""
        return self._wait(lambda waited: waited > patience or self._hangs(patience))

    def _hangs(self, patience: float) -> bool:
        return max(stream.silence for stream in self.streams) > (min(LATE, patience) if self._is_late else patience)

    def _wait(self, is_enough: Callable[[float], bool]) -> bool:
        if threading.get_ident() == self._thread:
            return True
        with self._answers:
            self._asked += 1
            mine, since = self._asked, monotonic()
        if not self.wake():
            return all(stream.drain(settle=True).ok for stream in self.streams)
        with self._answers:
            while self._answered < mine and self._is_running():
                if is_enough(monotonic() - since):
                    return False
                self._answers.wait(0.02)
        return True

    def _is_running(self) -> bool:
        return self._ticker is not None and self._ticker.alive

    def close(self, patience: float = PATIENCE) -> bool:
        """Write what is left, end the thread and close the files; False if the disk hangs."""
        if self._closed:
            return True
        for stream in self.streams:
            stream.closed = True
            stream.lane.look_now()
        reached = self.flush(patience) if self._ticker is not None or self._has_work() else True
        with self._starting:  # from here on no thread starts
            self._closed = True
        if self._ticker is not None and self._ticker.stop(patience if reached else 0.0):
            self._ticker, self.asleep = None, True  # a call that was overtaken writes by itself
        for stream in self.streams:
            stream.lane.look_now()  # once more: the thread may have put it off
            if reached:
                stream.drain(settle=True)
                stream.close()
        lifetime.release(self)
        return reached


def _say(error: BaseException) -> None:
    warn(f"Logging failed and will be tried again: {error!r}")
