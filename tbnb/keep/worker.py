"""The process that saves and restores, apart from the one that trains.

A file system of FUSE's kind that hangs holds on to whoever asked it something, and even SIGKILL doesn't free him: a
training process that asked by itself could neither go on nor end. This one can wait. It reads orders ("sync N", "stop")
from its standard input, says on its standard output how it stands, and when the other process is gone, however that
ended, it saves what that one left, and ends too.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import sys
import tempfile
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from .copier import SETTLED, Copier
from .found import Restored
from .machine import machine_id
from .manifest import Manifest
from .place import Directory, words
from .restoring import Restorer
from .status import Status

_LAST_TRIES = 4  # a second apart
_SLOWEST = 60.0  # seconds between two tries
_GLANCE = 1.0
_PASSING = (errno.EIO, errno.EAGAIN, errno.ETIMEDOUT)  # what may be gone a second later


class Orders:
    """What the other process asks: to save now, to stop; and whether it still lives."""

    def __init__(self) -> None:
        self.stopping = False
        self.request = 0
        self._parent = os.getppid()
        self._text = b""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or at the next order."""
        until = time.monotonic() + seconds
        request = self.request
        while not self.stopping and self.request == request and (left := until - time.monotonic()) > 0:
            self._listen(min(left, _GLANCE))

    def _listen(self, seconds: float) -> None:
        ready, _, _ = select.select([0], [], [], seconds)
        if ready:
            data = os.read(0, 4096)
            self.stopping = self.stopping or not data
            *lines, self._text = (self._text + data).split(b"\n")
            for line in lines:
                self._obey(line)
        self.stopping = self.stopping or os.getppid() != self._parent

    def _obey(self, line: bytes) -> None:
        if line.startswith(b"sync "):
            self.request = int(line[5:])
        elif line == b"stop":
            self.stopping = True


class Worker:
    """Saves every so often; after an error soon and then ever later; for the last time when it's to stop."""

    def __init__(self, orders: Orders, logdir: str, to: str, every: float, settled: float) -> None:
        self._every = every
        self._orders = orders
        self._place = Directory(to)
        machine = machine_id(logdir)
        self._copier = Copier(logdir, self._place, machine, settled=settled, on_progress=self._go_on)
        self._manifest = Manifest(self._place, machine, logdir)
        self._status = Status(self._place.name)
        self._failures = 0

    def run(self) -> None:
        while not self._orders.stopping:
            self._pass()
            self._orders.wait(self._pause())
        for _ in range(_LAST_TRIES):
            if self._pass(final=True):
                return
            time.sleep(_GLANCE)

    def _pause(self) -> float:
        return self._every if not self._failures else min(_SLOWEST, self._every, 2.0 ** (self._failures - 1))

    def _pass(self, *, final: bool = False) -> bool:
        """Save what's new; False where the place refuses."""
        request = self._orders.request
        try:
            self._say(busy=True, pending=self._copier.scan())
            self._place.keep_apart(self._copier.logdir)
            self._copier.run(final=final)
            self._manifest.write(self._copier, final=final)
        except Exception as error:
            self._failures += 1
            self._copier.forget()
            trouble = words(error, self._place.name)
            self._say(busy=False, trouble=trouble, pending=self._copier.scan(), **self._done())
            return False
        self._failures = 0
        done = {"passes": self._status.passes + 1, "answered": request, "saved_at": time.time()}
        self._say(busy=False, trouble="", pending=self._copier.scan(), **self._done(), **done)
        return True

    def _go_on(self) -> None:
        """In the middle of a pass: the place answers, however much there is to save."""
        self._say(busy=True, **self._done())

    def _done(self) -> dict[str, Any]:
        saved = self._copier.saved
        odd = {**self._copier.problems, **self._copier.side.problems}
        problems = tuple(f"{path} isn't saved: {why}" for path, why in odd.items())
        step = {"run": saved.run, "step": saved.step} if saved else {}
        return {"problems": problems, "uploaded": self._copier.uploaded, **step}

    def _say(self, **what: Any) -> None:
        self._status = self._status._replace(at=time.time(), **what)
        _tell(self._status.line())


def _tell(line: bytes) -> None:
    with suppress(OSError):  # nobody listens any more
        os.write(1, line)


def _alone(logdir: str, to: str, orders: Orders) -> bool:
    """Wait until no other process of this machine saves the same directory to the same place; False: told to stop."""
    import fcntl

    which = sha256(f"{os.path.realpath(logdir)}\0{to}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    path = Path(tempfile.gettempdir(), f"tbnb-{os.getuid()}-{which}.lock")
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    while not orders.stopping:
        with suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        other = "Another process saves this directory already; this one goes on when that ends"
        _tell(Status(to, at=time.time(), trouble=other).line())
        orders.wait(_GLANCE)
    return False


def mirror(options: dict[str, Any]) -> None:
    with suppress(OSError):
        os.nice(5)
    logdir, to, orders = options["logdir"], options["to"], Orders()
    if _alone(logdir, to, orders):
        Worker(orders, logdir, to, options["every"], options.get("settled", SETTLED)).run()


def restore(options: dict[str, Any]) -> None:
    """Restore, and say what was found, as the last line; a line before each segment shows that it goes on."""
    logdir, place = options["logdir"], Directory(options["source"])
    try:
        answer: dict[str, Any] = {"restored": _restored(logdir, place).as_json()}
    except Exception as error:
        answer = {"error": words(error, place.name)}
    _answer(answer)


def _restored(logdir: str, place: Directory) -> Restored:
    """Restore; again where the place stumbles, as an overloaded one does at the first look at many files."""
    files: list[str] = []
    for left in reversed(range(_LAST_TRIES)):
        restorer = Restorer(place, logdir, machine_id(logdir), lambda folder: _answer({"at": folder}))
        try:
            place.keep_apart(logdir)
            place.look()
            restorer.run()
            break
        except OSError as error:
            if not left or error.errno not in _PASSING:
                raise
            files += restorer.restored.files
            time.sleep(_GLANCE)
    restorer.restored.files[:0] = files
    return restorer.restored


def _answer(what: dict[str, Any]) -> None:
    _tell(json.dumps(what).encode() + b"\n")


def main() -> None:
    task, options = sys.argv[1], json.loads(sys.argv[2])
    if task == "mirror":
        mirror(options)
    else:
        restore(options)
