"""What autoflush holds in this process: who asked for it, the writers it flushes, and what there is to say."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from time import monotonic
from typing import Protocol

from ... import growth
from .. import lifetime
from .imports import Imports
from .live import Live

SHARE = 0.5  # of `secs`, between two flushes: the disk and a busy interpreter have the rest
SHORTEST_BEAT = 0.01
LISTENED_BEAT = 0.1  # half of that would take another percent of a fast loop, and be 25 ms sooner
PATIENCE = 5.0  # seconds that the end of the process waits for all disks together

# Which module of ours looks after which module of theirs.
LIBRARIES = {
    "tensorboard.summary.writer.event_file_writer": "tensorboard",
    "tensorboardX.event_file_writer": "tensorboardx",
    "tensorflow.python.ops.summary_ops_v2": "tensorflow",
    "tensorflow.python.summary.writer.event_file_writer": "tensorflow_v1",
    "tensorflow.python.summary.writer.event_file_writer_v2": "tensorflow_session",
}


class Session(Protocol):
    secs: float


class Hub:
    """The one of this process."""

    def __init__(self) -> None:
        self._sessions: list[Session] = []
        self._undo: list[Callable[[], None]] = []
        self._notes: dict[str, str] = {}
        self._imports = Imports(self._take)
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.RLock()
        self._lives: dict[int, Live] = {}
        self._is_awaited = False  # by the end of a child of multiprocessing

    def start(self, session: Session) -> None:
        with self._lock:
            self._sessions.append(session)
            if len(self._sessions) == 1:
                lifetime.keep(self)
                self._imports.install(LIBRARIES)

    def stop(self, session: Session) -> None:
        """End one session; the last one puts back everything."""
        with self._lock:
            if session not in self._sessions:
                return
            self._sessions.remove(session)
            if not self._sessions:
                self._put_back()

    def _put_back(self) -> None:
        self._imports.remove()
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        self._release_all()
        self._notes.clear()
        lifetime.release(self)

    def _release_all(self) -> None:
        with suppress(KeyError):  # the last one was another thread's
            while self._lives:
                self._lives.popitem()[1].release()

    def release_if_over(self) -> None:
        """Let go of a writer again that was being made when the last session ended."""
        if not self.running:
            self._release_all()

    @property
    def running(self) -> bool:
        return bool(self._sessions)

    def beat(self) -> float:
        """Seconds between two flushes of a writer."""
        beat = max(SHORTEST_BEAT, SHARE * min((session.secs for session in self._sessions), default=0.25))
        return min(beat, LISTENED_BEAT) if growth.listened() else beat

    def _take(self, name: str) -> None:
        """One of the libraries was imported: take hold of its writers."""
        try:
            import_module(f".{LIBRARIES[name]}", __package__).take(self)
        except Exception as error:
            self.note(name, f"{name} is not as it was known ({error}): its writers flush when they want to.")

    def undo_with(self, undo: Callable[[], None]) -> None:
        """What is to be done at the last session's end, the last thing first."""
        self._undo.append(undo)

    def hold(self, live: Live) -> None:
        """Without our lock: a writer's own is held, and the end of the last session takes them the other way round."""
        if not self._is_awaited:
            self._is_awaited = True
            lifetime.before_multiprocessing_exit(self)
        self._lives[id(live)] = live

    def forget(self, live: Live) -> None:
        self._lives.pop(id(live), None)

    def note(self, key: str, text: str) -> None:
        self._notes[key] = text

    def notes(self) -> list[str]:
        said = list(self._notes.values())
        return said + [text for live in list(self._lives.values()) for text in live.notes()]

    def count(self) -> int:
        return len(self._lives)

    def settle(self, patience: float) -> None:
        """Bring to the files what all writers hold, as far as their disks take it in time."""
        deadline = monotonic() + patience
        for answer in [live.ask() for live in list(self._lives.values()) if not live.hangs]:
            answer.wait(max(0.0, deadline - monotonic()))

    def close(self, patience: float = PATIENCE) -> None:
        """At the end of the process."""
        self.settle(patience)

    def begin_anew(self) -> None:
        """In a forked child: the parent's writers aren't ours, and their locks may have been held."""
        for live in list(self._lives.values()):
            live.unlock()
        self._begin()


HUB = Hub()
