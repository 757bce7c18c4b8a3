"""`tbnb.persist`: a log directory, mirrored every few seconds to a place that outlives the machine."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from contextlib import suppress
from typing import Any

from ..errors import BadValueError
from . import lifetime, process
from .place import Directory, separate
from .status import Status, size

PATIENCE = 15.0  # seconds that the end of a process may wait for the last bytes
_RESTART = 10.0


class Mirror:
    """A process that saves, and what it last said. Its troubles stay its own: nothing here raises or waits long."""

    def __init__(self, logdir: str, to: str, every: float, **options: Any) -> None:
        self.logdir, self.to = logdir, to
        self._options = {"logdir": logdir, "to": to, "every": every, **options}
        self._heard = threading.Condition()
        self._status = Status(to, at=time.time())
        self._requests = 0
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._live, name="tbnb-persist", daemon=True)
        self._thread.start()

    # What it says ---------------------------------------------------------------------------------------

    @property
    def status(self) -> Status:
        return self._status

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def stopped(self) -> bool:
        return self._stopping.is_set()

    def notes(self) -> list[str]:
        """How saving stands, in a sentence; behind it one for each file that can't be saved."""
        return [self._status.sentence(time.time()), *self._status.problems]

    # What it's told -------------------------------------------------------------------------------------

    def sync(self, timeout: float | None = PATIENCE) -> bool:
        """Save now what is new; False when that wasn't done in `timeout` seconds."""
        with self._heard:
            self._requests += 1
            request = self._requests
        self._order(b"sync %d\n" % request)
        return self._wait(lambda: self._status.answered >= request, timeout)

    def stop(self, timeout: float = PATIENCE) -> bool:
        """Save what is new for the last time; False when not all was saved in `timeout` seconds: `notes` say what.

        A process that still waits for its place then goes on by itself for a little.
        """
        lifetime.release(self)
        self._stopping.set()
        self._order(b"stop\n")
        self._thread.join(max(0.0, timeout))
        return not self.alive and not self.unsaved()

    def unsaved(self) -> str:
        """What isn't saved, in a sentence; empty where all is."""
        status = self._status
        if not (status.trouble or status.pending or self.alive or status.passes == 0):
            return ""
        what = f"the newest {size(status.pending)}" if status.pending else "the newest points"
        return f"tbnb: {what} of {self.logdir} may not have been saved. {status.sentence(time.time())}"

    def __enter__(self) -> Mirror:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Mirror of {self.logdir}: {self._status.sentence(time.time())}>"

    def abandon(self) -> None:
        """In a forked child: the mirror is the parent's, whose end must show although we have its pipes too."""
        if self._process is not None:
            nothing = os.open(os.devnull, os.O_RDWR)
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None and not pipe.closed:
                    os.dup2(nothing, pipe.fileno(), inheritable=False)
            os.close(nothing)

    def _order(self, line: bytes) -> None:
        running = self._process
        if running is not None and running.stdin is not None:
            with suppress(OSError, ValueError):
                os.write(running.stdin.fileno(), line)

    def _wait(self, done: Any, timeout: float | None) -> bool:
        with self._heard:
            return bool(self._heard.wait_for(lambda: done() or not self.alive, timeout)) and bool(done())

    # The thread that listens ----------------------------------------------------------------------------

    def _live(self) -> None:
        """Hear what the process says until it ends; if it wasn't told to, start another one."""
        while True:
            self._hear_one()
            if self._stopping.wait(_RESTART):
                return

    def _hear_one(self) -> None:
        try:
            with process.start("mirror", self._options) as running:
                self._process = running
                if self._requests:  # asked for before it was there
                    self._order(b"sync %d\n" % self._requests)
                if self._stopping.is_set():
                    self._order(b"stop\n")
                for line in process.said(running):
                    self._hear(line)
        except OSError as error:
            self._say(f"The process that saves can't be started ({error.strerror})")
            return
        if not self._stopping.is_set():
            self._say(f"The process that saves ended (exit code {running.returncode}); it's started again")

    def _hear(self, line: bytes) -> None:
        with self._heard:
            self._status = Status.of(line)
            self._heard.notify_all()

    def _say(self, trouble: str) -> None:
        with self._heard:
            self._status = self._status._replace(trouble=trouble, at=time.time(), busy=False)
            self._heard.notify_all()


_mirrors: dict[tuple[str, str], Mirror] = {}
_lock = threading.Lock()


def persist(logdir: str | os.PathLike[str], to: str | os.PathLike[str], *, every: float = 10.0) -> Mirror:
    """Mirror all event files below `logdir` to the directory `to`, every `every` seconds and at the end.

    `to` becomes a log directory itself, of closed files that are never appended to: for restoring, and for opening with
    any reader of logs. Small ones are merged now and then, which `tbnb.read` and watches know; TensorBoard with
    --reload_multifile, following `to` live, shows those points again until it's opened anew.
    What is wrong with `to` is in `notes()`, never in the way of training. A second call for the same directories gives
    the same mirror.
    """
    if not every > 0:
        raise BadValueError(f"every is a number of seconds above 0, not {every!r}")
    here, there = Directory(logdir).name, Directory(to).name
    separate(here, there)
    with _lock:
        known = _mirrors.get((here, there))
        if known is None or not known.alive or known.stopped:
            known = _mirrors[here, there] = Mirror(here, there, every)
            lifetime.keep(known)
        return known
