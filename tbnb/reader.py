"""`tbnb.read`: a log directory, read once and as often as asked."""

from __future__ import annotations

import os

from .follow.follower import Follower
from .store.log import Log, Restarts


def read(logdir: str | os.PathLike[str], restarts: Restarts = "marked") -> Log:
    """All that the event files below `logdir` say; `log.poll()` reads on.

    `restarts="marked"` lets a logged restart void what the run had logged from its step on; `"any"` also lets a file
    that begins after another one's end, at lower steps, void those steps of the other. A directory that isn't there
    yet is an empty log.
    """
    follower = Follower(logdir)
    log = open_log(follower, restarts)
    log.poll()
    follower.close()  # who reads once, a thousand times over, has no use for open files
    return log


def open_log(follower: Follower, restarts: Restarts = "marked") -> Log:
    """A log that reads what `follower` finds, when it's polled."""
    if restarts not in ("marked", "any"):
        raise ValueError(f"restarts is 'marked' or 'any', not {restarts!r}")
    return Log(follower.logdir, follower.poll, restarts)
