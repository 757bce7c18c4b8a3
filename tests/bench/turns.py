"""One training in turns, as it is and with us, in one process: `python -m tests.bench.turns NAME DIRECTORY SECONDS`.

The first two turns log into DIRECTORY/plain and DIRECTORY/ours for somebody who watches; after each it says "done" and
waits, with the writer open, for a line. Then come pairs of shorter turns, for as long as it may, and what each cost.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import tbnb

from ..trainings import SCRIPTS, TRAININGS, begin, spin

STEPS = 100
SHORT = 50  # steps of a turn in a pair
MOST_PAIRS = 12


class Cost(NamedTuple):
    """Seconds of a batch: by the clock; of CPU, and of that what isn't the work itself, of the process and in the loop.

    The work is the same with us and without, and so long that its own wavering would hide what logging costs.
    """

    wall: float
    cpu: float
    beside: float
    loop: float
    longest: float


class Work:
    """The work of a batch, which notes when each begins and ends."""

    def __init__(self) -> None:
        self._begins: list[tuple[float, float, float]] = []
        self._spent: list[float] = []  # CPU of the work itself

    def __call__(self) -> None:
        self._begins.append((time.perf_counter(), time.process_time(), time.thread_time()))
        spin()
        self._spent.append(time.thread_time() - self._begins[-1][-1])

    def cost(self) -> Cost:
        """From the first batch on: what comes before is no loop."""
        batches = len(self._begins) - 1
        wall, cpu, thread = (
            (end - start) / batches for start, end in zip(self._begins[0], self._begins[-1], strict=True)
        )
        work = sum(self._spent[:-1]) / batches
        longest = max(after[0] - before[0] for before, after in pairwise(self._begins))
        return Cost(wall, cpu, cpu - work, thread - work, longest)


def turn(name: str, directory: Path, steps: int, *, ours: bool, shown: bool = False) -> Cost:
    """Train; where it's shown, the writer stays open until a line comes."""
    training, work = TRAININGS[name], Work()
    with ExitStack() as stack:
        if training.mode not in SCRIPTS:
            begin(training.mode if ours else "unflushed", str(directory), stack)
        elif ours:  # what begins in such a process
            stack.enter_context(tbnb.autoflush())
        kept = training.run(str(directory), steps, work)
        if shown:
            _say(["done", *work.cost()])
            sys.stdin.readline()
        _close(kept)
    return work.cost()


def _close(kept: Any) -> None:
    for one in reversed(kept) if isinstance(kept, tuple) else (kept,):
        if hasattr(one, "close"):
            one.close()
        elif hasattr(one, "__exit__"):
            one.__exit__(None, None, None)


def _say(what: Any) -> None:
    print(json.dumps(what), flush=True)


def _pair(name: str, *, ours_first: bool) -> tuple[Cost, Cost]:
    """(as it is, with us), whichever comes first."""
    order = (True, False) if ours_first else (False, True)
    with tempfile.TemporaryDirectory() as directory:
        costs = {ours: turn(name, Path(directory, str(ours)), SHORT, ours=ours) for ours in order}
    return costs[False], costs[True]


def main(name: str, directory: str, seconds: str) -> None:
    warnings.simplefilter("ignore")
    until = time.monotonic() + float(seconds)
    if TRAININGS[name].mode not in SCRIPTS:  # they are watched as processes of their own
        for ours in (False, True):
            turn(name, Path(directory, "ours" if ours else "plain"), STEPS, ours=ours, shown=True)
    for number in range(MOST_PAIRS):
        if time.monotonic() < until:
            _say(["pair", *_pair(name, ours_first=number % 2 == 1)])


if __name__ == "__main__":
    main(*sys.argv[1:])
