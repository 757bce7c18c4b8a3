"""What runs beside a watch and ends with it: a mirror, autoflush, autolog."""

from __future__ import annotations

from typing import Protocol


class Companion(Protocol):
    """Asked for what it has to say at each look of the loop's thread, so quickly."""

    def settle(self) -> None:
        """At the end of a cell, on the main thread: bring to the files what is held back, without waiting long."""

    def notes(self) -> list[str]:
        """What the status line should say about it."""

    def stop(self) -> None: ...
