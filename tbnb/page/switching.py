"""How long a thread waits for a busy interpreter: shorter while something is watched.

Between the file and the page there are some ten places where a thread must get the interpreter's lock back from the
user's loop, and each may take as long as `sys.getswitchinterval()`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

SHORT = 0.0002  # seconds: of 13 ms from the log to the wire, that leaves 7

_before: list[float] = []  # the interval as each user found it


def shorten() -> Callable[[], None]:
    """Switch sooner; returns the function that puts back what was there, unless somebody else has set it meanwhile."""
    _before.append(sys.getswitchinterval())
    sys.setswitchinterval(min(SHORT, _before[0]))
    return _restore


def _restore() -> None:
    before = _before.pop()
    if not _before and abs(sys.getswitchinterval() - min(SHORT, before)) < SHORT / 100:
        sys.setswitchinterval(before)
