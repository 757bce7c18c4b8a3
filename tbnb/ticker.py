"""The one way to run something every so often on a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress


class Ticker:
    """Calls `tick()` every `interval` seconds, sooner after `wake()`, until `stop()`.

    `tick` may return a number: the seconds until the next call, in place of `interval`. An exception in `tick`
    doesn't end the thread: it is kept in `error` until a tick succeeds, and handed to `on_error` once.
    """

    def __init__(
        self,
        tick: Callable[[], float | None],
        interval: float,
        *,
        name: str = "tbnb",
        on_error: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.interval = interval
        self.error: BaseException | None = None
        self._tick = tick
        self._on_error = on_error
        self._asleep = threading.Lock()  # held while nobody wakes us: a third of what an Event costs, and no lock in it
        self._asleep.acquire()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> Ticker:
        self._thread.start()
        return self

    def wake(self) -> None:
        """Let the next tick come now; cheap, and safe from any thread."""
        with suppress(RuntimeError):  # it is awake already
            self._asleep.release()

    def stop(self, timeout: float | None = 5.0) -> bool:
        """End the thread after the tick that runs now; False when it is still running after `timeout` seconds."""
        self._stopping.set()
        self.wake()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)
        return not self.alive

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        pause = self.interval
        while not self._stopping.is_set():
            self._asleep.acquire(timeout=min(max(0.0, pause), threading.TIMEOUT_MAX))
            if self._stopping.is_set():
                return
            pause = self._tick_once()

    def _tick_once(self) -> float:
        try:
            pause = self._tick()
        except Exception as error:
            self._keep(error)
            return self.interval
        self.error = None
        return self.interval if pause is None else pause

    def _keep(self, error: Exception) -> None:
        is_news = repr(error) != repr(self.error)
        self.error = error
        if is_news and self._on_error is not None:
            self._on_error(error)
