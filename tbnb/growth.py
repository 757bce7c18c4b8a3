""" "This file grew": the one thing that writer and follower of a process both know.

A writer says `grew(path)` after bytes reached the file; whoever follows files in this process hears it at once
instead of at its next look. Nothing but the path passes here: the file stays the only truth.
"""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[str], None]

_listeners: tuple[Listener, ...] = ()


def grew(path: str) -> None:
    """Tell every listener that the file at `path` has more bytes; a listener must return at once and not raise."""
    for listener in _listeners:
        listener(path)


def listened() -> bool:
    """Whether anybody in this process follows files: the writer may then flush sooner than it must."""
    return bool(_listeners)


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener(path)` at each growth, from the writer's thread; returns the function that ends it."""
    global _listeners  # noqa: PLW0603 - one process, one list; replaced whole, so that `grew` needs no lock
    _listeners = (*_listeners, listener)

    def end() -> None:
        global _listeners  # noqa: PLW0603 - as above
        _listeners = tuple(other for other in _listeners if other is not listener)

    return end
