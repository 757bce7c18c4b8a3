"""How a watch stands: what the page's status line and its marks say."""

from __future__ import annotations

import math
import time
from typing import Any

from ..store.log import Log
from ..store.series import Series
from .steps import Steps

QUIET = 10.0  # seconds without news after which a watch is idle
MOST_PROBLEMS = 20  # that the status has room for, the last ones
MOST_NOTES = 20  # of what runs beside the watch
MOST_LETTERS = 400  # of each: a tag may be a megabyte long
MOST_MARKS = 150
MOST_OF_A_MARK = 150  # letters


class Standing:
    """Gathered a little at a time, as it's asked for at each look."""

    def __init__(self, log: Log) -> None:
        self.trouble = ""  # what our own thread stumbled over, at last
        self.unshown = ""  # what the end of a cell stumbled over
        self.machines: list[dict[str, Any]] = []  # marks of where runs went over to another machine
        self._log = log
        self._steps = Steps()
        self._news_at = float("-inf")
        self._touched: list[Series] = []  # with the last news
        self._restarts: dict[str, list[dict[str, Any]]] = {}
        self._marks: list[dict[str, Any]] = []

    def mark(self, text: str) -> None:
        """Something that the user wants to see on the curves, now."""
        steps = [series.step for series in self._touched]  # each asked once: another thread may withdraw points
        step = max((int(one[-1]) for one in steps if len(one)), default=None)
        self._marks.append(
            {"run": "", "step": step, "wall": time.time(), "kind": "note", "text": str(text)[:MOST_OF_A_MARK]}
        )

    def status(self, touched: list[Series], notes: list[str], *, running: bool) -> dict[str, Any]:
        if touched:
            self._touched = touched
            self._news_at = time.monotonic()
        for run in {series.run for series in touched}:
            self._see(run)
        self._steps.see(touched)
        live = time.monotonic() - self._news_at < QUIET
        restarts = [mark for marks in self._restarts.values() for mark in marks]
        marks = [*self._marks, *self.machines, *restarts]
        problems = [str(problem)[:MOST_LETTERS] for problem in self._log.problems[-MOST_PROBLEMS:]]
        return {
            "state": "stopped" if not running else "live" if live else "idle",
            "logdir": self._log.logdir,
            "problems": [*problems, *filter(None, (self.trouble, self.unshown))],
            "notes": [note[:MOST_LETTERS] for note in (*notes[:MOST_NOTES], *self._steps.notes)],
            "marks": [mark for mark in marks[-MOST_MARKS:] if math.isfinite(mark["wall"])],  # JSON has no NaN
        }

    def _see(self, run: str) -> None:
        restarts = self._log[run].restarts
        if restarts or run in self._restarts:
            self._restarts[run] = [
                {"run": run, "step": each.step, "wall": each.wall_time, "kind": "restart", "text": ""}
                for each in restarts
            ]
