"""What stands beside a watch whose logs outlive the machine: restored before the chart opens, mirrored from then on."""

from __future__ import annotations

import os
import time
from typing import Any

from ..errors import UnusablePathError
from .found import MachineMark, Restored
from .mirror import Mirror, persist
from .place import Directory, separate
from .restore import restore


class Keeping:
    """A watch's mirror, and what the restore before it found."""

    def __init__(self, mirror: Mirror, restored: Restored | None, found: str) -> None:
        self.found = found  # what the restore found, or why it couldn't, in a sentence
        self._mirror = mirror
        self._restored = restored
        self._at = time.time()

    def saves_to(self, place: str | os.PathLike[str]) -> bool:
        return self._mirror.to == Directory(place).name

    def settle(self) -> None:
        """The end of a cell needs nothing here: the mirror has a beat of its own."""

    def notes(self) -> list[str]:
        return [*self._mirror.notes(), self.found, *(self._restored.problems if self._restored else [])]

    def marks(self) -> list[dict[str, Any]]:
        """Where runs went over to another machine, as the page shows marks."""
        return [self._shown(mark) for mark in (self._restored.marks if self._restored else [])]

    def _shown(self, mark: MachineMark) -> dict[str, Any]:
        away = mark.away if mark.away is not None else self._at - mark.wall_time
        text = mark._replace(away=away).text
        return {"run": mark.run, "step": mark.step, "wall": mark.wall_time, "kind": "machine", "text": text}

    def stop(self) -> None:
        self._mirror.stop()


def start(logdir: str | os.PathLike[str], to: str | os.PathLike[str], *, every: float = 10.0) -> Keeping:
    """Restore what `to` has, and mirror to it from then on; a restore that isn't possible now stands in the notes."""
    separate(os.fspath(logdir), os.fspath(to))
    restored = None
    try:
        restored = restore(to, logdir)
        found = restored.sentence(time.time()) + "."
    except UnusablePathError as error:
        found = str(error)
    return Keeping(persist(logdir, to, every=every), restored, found)
