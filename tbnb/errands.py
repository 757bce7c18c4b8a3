"""What other threads ask a loop's thread to do, since only that may be held up by a disk that hangs."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

PATIENCE = 1.0  # seconds that one waits for the loop's thread
LITTLE_PATIENCE = 0.05  # once it was in vain, until an errand is done in time


class Errands:
    """The loop's thread calls `run` at each turn; `wake` lets the next turn come now."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._waiting: deque[tuple[Callable[[], None], threading.Event, float]] = deque()
        self._in_vain = False

    def run(self) -> None:
        while self._waiting:
            errand, done, asked_at = self._waiting.popleft()
            try:
                errand()
            finally:
                done.set()
                self._in_vain = time.monotonic() - asked_at > PATIENCE

    def ask(self, errand: Callable[[], None]) -> bool:
        """Have it done now, and wait a moment; False where the loop's thread is held up."""
        done = threading.Event()
        self._waiting.append((errand, done, time.monotonic()))
        self._wake()
        is_done = done.wait(LITTLE_PATIENCE if self._in_vain else PATIENCE)
        self._in_vain = not is_done
        return is_done
