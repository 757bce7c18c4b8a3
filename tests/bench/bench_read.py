"""What reading costs: ours, TensorBoard's EventAccumulator and tbparse, and TensorBoard's server in Rust.

Each read is a process of its own, imports not counted; the server tells its own time, without checksums, as TensorBoard
runs it; ours checks every one. We and the server take turns, and the best of all turns counts. The slow peers read a
tenth, once: what they need for a point doesn't depend on how many there are.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.bench import logs
from tests.files import event, framed, scalar

_ROOT = Path(__file__).parents[2]
_TURNS = 5

# Each defines read(directory).
_OURS = """
import numpy, tbnb
from tbnb import read
"""
_ACCUMULATOR = """
from pathlib import Path
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat import tf
tf.io  # TensorFlow, where it's installed, is loaded when first used
def read(directory):
    for run in sorted({path.parent for path in Path(directory).rglob("*tfevents*")}):
        EventAccumulator(str(run), size_guidance={"scalars": 0, "images": 0}).Reload()
"""
_TBPARSE = """
from tbparse import SummaryReader
def read(directory):
    SummaryReader(directory, extra_columns={"wall_time"}).scalars
"""
_TIMED = """
import sys, time
start = time.perf_counter()
log = read(sys.argv[1])
print(time.perf_counter() - start)
"""
_MEMORY = """
import sys
def kilobytes(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))
before = kilobytes("VmRSS")
log = read(sys.argv[1])
values = [(one.step, one.wall_time, one.value) for one in log.series]
print(kilobytes("VmHWM") - before, kilobytes("VmRSS") - before)
"""


class Task(NamedTuple):
    """A directory to read, a tenth of it, and how many points or bytes it has."""

    title: str
    make: Callable[[Path, int], Path]  # of so many tenths
    count: int
    unit: str  # what the time is given for, and how many of it make one


_POINT, _MEGABYTE = "us/point", "us/MB"


def _tasks() -> list[Task]:
    def one_file(tags: int, form: logs.Form) -> Callable[[Path, int], Path]:
        return lambda path, tenths: logs.one_file(path, tenths * 100_000, tags, form)

    def runs(tags: int) -> Callable[[Path, int], Path]:
        return lambda path, tenths: logs.many_runs(path, tenths * 100, 1000, tags)

    return [
        Task("1 M points, torch's form, one tag", one_file(1, logs.torch_form), 1_000_000, _POINT),
        Task("1 M points, torch's form, ten tags", one_file(10, logs.torch_form), 1_000_000, _POINT),
        Task("1 M points, TF2's form, one tag", one_file(1, logs.tf2_form), 1_000_000, _POINT),
        Task("1 M points, TF2's form, ten tags", one_file(10, logs.tf2_form), 1_000_000, _POINT),
        Task("1,000 runs x 1,000 points, one tag", runs(1), 1_000_000, _POINT),
        Task("1,000 runs x 1,000 points, ten tags", runs(10), 1_000_000, _POINT),
        Task("300 MB of images", lambda path, tenths: logs.images(path, tenths * 30), 300, _MEGABYTE),
    ]


def _python(code: str, *arguments: object) -> list[float] | None:
    """The numbers that a program prints; None where something that it needs isn't installed."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode and "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [float(number) for number in done.stdout.splitlines()[-1].split()]


def _server(directory: Path) -> float | None:
    """The seconds of the first load cycle of TensorBoard's data server; None where it isn't installed."""
    try:
        import tensorboard_data_server
    except ImportError:
        return None
    command = [tensorboard_data_server.server_binary(), "--logdir", str(directory), "--port", "0", "--reload", "once"]
    command += ["--verbose", "--samples-per-plugin", "scalars=all"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        cycles = (re.search(r"Finished load cycle \(([\d.]+)(ms|s)\)", line) for line in server.stderr)
        cycle = next(filter(None, cycles))
        server.kill()
    return float(cycle[1]) / (1000 if cycle[2] == "ms" else 1)


def _row(task: Task, directory: Path) -> None:
    whole, tenth = task.make(directory / "whole", 10), task.make(directory / "tenth", 1)
    ours, servers = [], []
    for _ in range(_TURNS):
        ours.append((_python(_OURS + _TIMED, whole) or [0.0])[0])
        servers.append(_server(whole))
    seconds = {
        "tbnb": min(ours),
        "Rust": None if None in servers else min(filter(None, servers)),
        "EventAccumulator": _tenfold(_python(_ACCUMULATOR + _TIMED, tenth)),
        "tbparse": _tenfold(_python(_TBPARSE + _TIMED, tenth)),
    }
    cells = [_cell(each, min(ours), task.count) for each in seconds.values()]
    print(f"{task.title:37}{task.unit:>10}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


def _tenfold(seconds: list[float] | None) -> float | None:
    return None if seconds is None else 10 * seconds[0]


def _cell(seconds: float | None, ours: float, count: int) -> str:
    if seconds is None:
        return "absent"
    ratio = "" if seconds == ours else f" ({seconds / ours:.1f} x)"
    return f"{seconds / count * 1e6:.3g}{ratio}"


def _memory(directory: Path) -> None:
    for tags in (1, 10):
        path = logs.one_file(directory / f"memory{tags}", 1_000_000, tags, logs.torch_form)
        peak, kept = _python(_OURS + _MEMORY, path) or (0.0, 0.0)
        print(
            f"Memory for 1 M points, {tags} tags, above the imports: {peak / 1e3:.0f} MB at most, {kept / 1e3:.0f} kept"
        )


def _idle(directory: Path) -> None:
    import tbnb

    logdir = logs.many_runs(directory / "idle", 1000, 10, 1)
    for path in [*logdir.rglob("*"), logdir]:
        os.utime(path, (logs.START, logs.START))
    log = tbnb.read(logdir)
    costs = []
    for _ in range(30):
        start = time.process_time()
        log.poll()
        costs.append((time.process_time() - start) * 1e3)
    print(
        f"A poll over 1,000 runs without news: {min(costs):.1f} ms CPU at best, {statistics.median(costs):.1f} median"
    )
    start, began = time.process_time(), time.monotonic()
    while time.monotonic() - began < 5:
        log.poll(0.02)
        time.sleep(0.05)
    print(f"Polls with a budget, 20 a second, over them: {(time.process_time() - start) / 5:.2%} of a core")


def _visible(directory: Path) -> None:
    """From the moment at which a record's bytes are there to its point's being in the log."""
    import tbnb

    log = tbnb.read(logs.many_runs(directory / "visible", 10, 1000, 10))
    times, late = [], 0
    with (directory / "visible" / "lr_0003" / logs.NAME).open("ab", buffering=0) as file:
        for step in range(1000):
            file.write(framed([event(step, scalar("train/loss", 0.5))]))
            start = time.perf_counter()
            late += log.poll(0.02) != 1
            times.append((time.perf_counter() - start) * 1e3)
    print(f"A record's point in the log: {statistics.median(times):.2f} ms after its bytes; {late} of 1000 not at once")


def main() -> None:
    heads = ["tbnb", "Rust server", "EventAccumulator", "tbparse"]
    print(f"{'':47}" + "".join(f"{head:>18}" for head in heads))
    with tempfile.TemporaryDirectory() as directory:
        for number, task in enumerate(_tasks()):
            _row(task, Path(directory) / str(number))
        _memory(Path(directory))
        _idle(Path(directory))
        _visible(Path(directory))


if __name__ == "__main__":
    main()
