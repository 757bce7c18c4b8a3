"""What becomes of mirrors when the process ends, is told to end, or forks."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from typing import Any, Protocol

_LAST_FLUSH = 0.3  # seconds: what writers still hold reaches their files in that time
_PATIENCE = 15.0


class Lasting(Protocol):
    def sync(self, timeout: float | None) -> bool: ...
    def stop(self, timeout: float) -> bool: ...
    def unsaved(self) -> str: ...
    def abandon(self) -> None: ...


_open: dict[int, Lasting] = {}
_before: Any = None  # the handler of SIGTERM that ours stands before
_ours = False


def keep(one: Lasting) -> None:
    _open[id(one)] = one
    _take_sigterm()


def release(one: Lasting) -> None:
    _open.pop(id(one), None)
    if not _open:
        _give_sigterm_back()


def _finish() -> None:
    """At the end of the process: the last bytes, for so long and no longer; and in words what wasn't saved."""
    mirrors = list(_open.values())
    if not mirrors:
        return
    time.sleep(_LAST_FLUSH)
    until = time.monotonic() + _PATIENCE - _LAST_FLUSH
    for one in mirrors:
        one.stop(0)  # all at once
    for one in mirrors:
        if not one.stop(max(0.0, until - time.monotonic())):
            print(one.unsaved(), file=sys.stderr)


def _take_sigterm() -> None:
    global _before, _ours  # noqa: PLW0603 - the process has one SIGTERM
    if _ours or threading.current_thread() is not threading.main_thread():
        return
    _before = signal.getsignal(signal.SIGTERM)
    if _before is None:  # somebody's in C: not ours to replace
        return
    signal.signal(signal.SIGTERM, _on_sigterm)
    _ours = True


def _give_sigterm_back() -> None:
    global _ours  # noqa: PLW0603 - as above
    if not _ours or threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is _on_sigterm:
        signal.signal(signal.SIGTERM, _before)
    _ours = False


def _on_sigterm(number: int, frame: Any) -> None:
    """Save, then let happen what would have happened without us: who handles SIGTERM may go on with training."""
    if _open:
        time.sleep(_LAST_FLUSH)
        until = time.monotonic() + _PATIENCE - _LAST_FLUSH
        for one in list(_open.values()):
            if not one.sync(max(0.0, until - time.monotonic())):
                print(one.unsaved(), file=sys.stderr)
    if callable(_before):
        _before(number, frame)
    elif _before == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)


def _forget() -> None:
    for one in list(_open.values()):
        one.abandon()
    _open.clear()


atexit.register(_finish)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
