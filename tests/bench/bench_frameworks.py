"""Writers of other libraries, live: from the logging call to the bytes in the file, with us and as they are.

Each training of tests/trainings.py runs in a process of its own, in turns as it is and with us (turns.py). An event
holds the time of its logging call; this process reads the file every few milliseconds and notes when the event can be
read. A second after the last batch, with its writer still open, what can't be read is missing. What it costs is
measured apart, in shorter turns, as medians of neighbours: of the time of a batch; of the process' CPU time in it, and
in the thread that trains, but for the work itself, which is the same in both. "As it is" is below %tbwatch
--no-autoflush, or with nothing of ours where the training is a process of its own. The longest batch says how long the
machine itself stood still: no flush comes while the process doesn't run. Rows come as they're done; one that takes too
long is cut off, so that the table ends.
"""

from __future__ import annotations

import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import tbnb

from ..trainings import SCRIPTS, TRAININGS, Training
from .turns import STEPS, Cost

PATIENCE = 1.0  # seconds after the last batch
LOOK = 0.005  # seconds between looks
BUDGET = 460.0  # seconds for all rows; what one doesn't need, the others may have
RESERVE = 3.0  # of a row's seconds, in which its last pair ends


class Seen(NamedTuple):
    """Seconds from call to file, of the points that could be read; the longest batch of the loop that logged them.

    `ended` is whether that loop came to its end in time.
    """

    lags: list[float]
    longest: float = float("nan")
    ended: bool = True

    def __str__(self) -> str:
        if not self.ended:
            return f"{'cut off':>25}"
        missing = f"{STEPS - len(self.lags):>9}"
        if not self.lags:
            return f"{'-':>8}{'-':>8}{missing}"
        return f"{statistics.median(self.lags):8.3f}{max(self.lags):8.3f}{missing}"


class Child:
    """A process that says what it does, line by line, and ends in time."""

    def __init__(self, *command: str, deadline: float) -> None:
        self.deadline = deadline
        self._process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put(b"")

    def hear(self, timeout: float | None = None) -> bytes:
        """The next line; empty at the end. queue.Empty where none comes in that time."""
        left = max(0.0, self.deadline - time.monotonic())
        return self._lines.get(timeout=left if timeout is None else min(timeout, left))

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def end(self) -> None:
        try:
            self._process.communicate(timeout=max(1.0, self.deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


@contextmanager
def _running(*command: str, deadline: float) -> Iterator[Child]:
    child = Child(*command, deadline=deadline)
    try:
        yield child
    finally:
        child.end()


def _environment() -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}


def _follow(directory: Path, training: Training, child: Child) -> Seen:
    """The lag of each batch's loss, until the child has said that it's done and a little longer."""
    log = tbnb.read(directory)
    lags: dict[int, float] = {}
    taken: dict[tuple[str, str], int] = {}
    until, longest, ended = child.deadline, float("nan"), False
    while time.monotonic() < until:
        log.poll()
        now = time.time()
        for series in log.series:
            if series.tag in training.tags:
                start = taken.get((series.run, series.tag), 0)
                for step, wall in zip(series.step[start:], series.wall_time[start:], strict=True):
                    lags.setdefault(int(step), now - float(wall))
                taken[series.run, series.tag] = len(series)
        try:
            said = child.hear(LOOK)
        except queue.Empty:
            continue
        if b"done" in said:
            until = min(child.deadline, time.monotonic() + PATIENCE)
            longest, ended = _said(said)[-1] if said.startswith(b"[") else longest, True
        elif not said:
            break
    return Seen(list(lags.values()), longest, ended)


def _said(line: bytes) -> Any:
    return json.loads(line)


def _scripts(name: str, training: Training, scratch: Path, deadline: float) -> tuple[Seen, Seen]:
    """Of a training that's a process of its own: as it is, and as the mode says."""
    seen = []
    for mode in ("plain", training.mode):
        directory = scratch / mode
        directory.mkdir()
        under = ["-m", "tbnb", "run"] if mode == "run" else []
        command = [*under, "-m", "tests.trainings", name, str(directory), str(STEPS), mode]
        with _running(*command, deadline=deadline) as child:
            seen.append(_follow(directory, training, child))
    return seen[0], seen[1]


def _row(name: str, seconds: float) -> str:
    training, deadline = TRAININGS[name], time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        scripts = _scripts(name, training, scratch, deadline) if training.mode in SCRIPTS else None
        left = max(0.0, deadline - time.monotonic() - RESERVE)
        with _running("-m", "tests.bench.turns", name, made, str(left), deadline=deadline) as child:
            plain, ours = scripts or _in_turns(scratch, training, child)
            pairs = list(_pairs(child))
    return f"{name:28}{plain}{ours}{ours.longest:9.3f}{_costs(pairs)}"


def _in_turns(scratch: Path, training: Training, child: Child) -> tuple[Seen, Seen]:
    seen = []
    for directory in (scratch / "plain", scratch / "ours"):
        directory.mkdir()
        seen.append(_follow(directory, training, child))
        child.go_on()
    return seen[0], seen[1]


def _pairs(child: Child) -> Iterator[tuple[Cost, Cost]]:
    """(as it is, with us), as long as they come."""
    try:
        while line := child.hear():
            if line.startswith(b'["pair"'):
                _, plain, ours = _said(line)
                yield Cost(*plain), Cost(*ours)
    except queue.Empty:
        return


def _costs(pairs: list[tuple[Cost, Cost]]) -> str:
    if not pairs:
        return f"{'-':>9}{'-':>9}{'-':>12}{0:>7}"

    def median(of: Callable[[Cost, Cost], float]) -> float:
        return statistics.median(of(plain, ours) for plain, ours in pairs)

    wall = median(lambda plain, ours: ours.wall / plain.wall - 1)
    cpu = median(lambda plain, ours: (ours.beside - plain.beside) / plain.cpu)
    loop = median(lambda plain, ours: ours.loop - plain.loop)
    return f"{wall:+9.1%}{cpu:+9.1%}{loop * 1e6:+12.0f}{len(pairs):>7}"


def main(names: Sequence[str] = (), budget: float = BUDGET) -> None:
    """All trainings, or those whose name contains one of `names`."""
    head = f"{'p50 s':>8}{'max s':>8}{'missing':>9}"
    print(f"{f'of {STEPS} batches':28}{'as it is':>25}{'tbnb':>25}{'longest':>9}{'slow-':>9}{'of':>9}{'CPU µs in':>12}")
    print(f"{'':28}{head}{head}{'batch s':>9}{'down':>9}{'CPU':>9}{'loop/batch':>12}{'pairs':>7}", flush=True)
    chosen = [name for name in TRAININGS if not names or any(part in name for part in names)]
    end = time.monotonic() + budget
    for number, name in enumerate(chosen):
        print(_row(name, (end - time.monotonic()) / (len(chosen) - number)), flush=True)
    print("To hold: max 0.35 s, nothing missing, 1 % (each batch is some 10 ms of pure Python).")
    print(f"Load: {', '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main(sys.argv[1:])
