"""Beside a watch: every Python that the notebook starts is live too, so `!python train.py` as it is."""

from __future__ import annotations

import os

from .environment import FLUSH_SECS, QUIET, carrying, without_hook


class Children:
    """While it runs, this process' environment makes Pythons begin with autoflush; the last to stop puts it back."""

    def __init__(self, secs: float) -> None:
        self.secs = secs
        if not _sessions and FLUSH_SECS not in os.environ:  # else `tbnb run` put it there, for good
            added = {FLUSH_SECS: "", QUIET: "1"}
            os.environ.update(carrying(os.environ, added))
            _added.update(added)
        _sessions.append(self)
        _tell()

    def stop(self) -> None:
        if self in _sessions:
            _sessions.remove(self)
            _tell()

    def settle(self) -> None:
        """Nothing is held back here."""

    def notes(self) -> list[str]:
        return []


_sessions: list[Children] = []
_added: set[str] = set()  # the variables that are ours, beside our part of PYTHONPATH


def _tell() -> None:
    if not _added:
        return
    if _sessions:
        os.environ[FLUSH_SECS] = str(min(session.secs for session in _sessions))
    else:
        _put_back()


def _put_back() -> None:
    """Take out what's ours, whatever else became of it since."""
    while _added:
        os.environ.pop(_added.pop(), None)
    path = without_hook(os.environ.pop("PYTHONPATH", ""))
    if path:
        os.environ["PYTHONPATH"] = path
