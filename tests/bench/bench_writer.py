"""What logging a scalar costs: ours, torch's with and without TensorFlow, tensorboardX's, TensorFlow's.

Each runs in an interpreter of its own. Whether TensorFlow can be imported makes torch's writer a different one; where
it's installed, its absence is played by refusing the import. A peer that isn't installed is said to be absent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[2]

# Each defines log(step) and close(), of a writer in `directory`.
_TORCH = """
from torch.utils.tensorboard import SummaryWriter
writer = SummaryWriter(directory)
close = writer.close
def log(step): writer.add_scalar("train/loss", 0.5, step)
"""
_OURS = _TORCH.replace("torch.utils.tensorboard", "tbnb")
_TENSORBOARDX = _TORCH.replace("torch.utils.tensorboard", "tensorboardX")
_TENSORFLOW = """
import tensorflow as tf
writer = tf.summary.create_file_writer(directory)
writer.set_as_default()
close = writer.close
def log(step): tf.summary.scalar("train/loss", 0.5, step)
"""
_WITHOUT_TENSORFLOW = "import sys; sys.modules['tensorflow'] = None\n"
_WITH_TENSORFLOW = "import tensorflow\n"

# Chunks of calls, so that what other programs do to the machine shows in some of them only.
_MEASURE = """
import json, sys, tempfile, time
chunks, calls = int(sys.argv[1]), int(sys.argv[2])
directory = tempfile.mkdtemp()
{writer}
for step in range(calls): log(step)
time.sleep(0.3)
walls, cpu = [], time.process_time()
for chunk in range(chunks):
    start = time.perf_counter()
    for step in range(calls): log(step)
    walls.append((time.perf_counter() - start) / calls * 1e6)
close()
cpu = (time.process_time() - cpu) / chunks / calls * 1e6
print(json.dumps([min(walls), sorted(walls)[chunks // 2], cpu]))
"""

# A loop of pure Python of steps of about ten milliseconds, with a logged scalar each and without, in turns; of many
# short stretches the fastest ones tell what the loop itself took, whatever else the machine did.
_SLOWDOWN = """
import json, sys, tempfile, threading, time
from tbnb import SummaryWriter
writer = SummaryWriter(tempfile.mkdtemp())
def work():
    total = 0
    for number in range(WORK): total += number * number % 7
    return total
def loop(steps, log):
    start, cpu = time.perf_counter(), time.process_time()
    for step in range(steps):
        work()
        if log: writer.add_scalar("train/loss", 0.5, step)
    return time.perf_counter() - start, time.process_time() - cpu
WORK = 20_000
start = time.perf_counter()
for _ in range(20): work()
WORK = int(WORK * 0.2 / (time.perf_counter() - start))
loop(20, True)
turns = [(loop(20, False), loop(20, True)) for _ in range(60)]
plain, logged = ([min(column) for column in zip(*runs)] for runs in zip(*turns))
writer.close()
print(json.dumps([after / before - 1 for before, after in zip(plain, logged)]))
"""

# From add_scalar in a busy loop to the call of whoever listens for growth in the same process.
_LAG = """
import json, os, sys, tempfile, time
from tbnb import SummaryWriter, growth
pause, count = float(sys.argv[1]), int(sys.argv[2])
told, logged = [], []
def listener(path): told.append((time.perf_counter(), os.path.getsize(path)))
writer = SummaryWriter(tempfile.mkdtemp())
path = writer._get_file_writer().stream.file.path
growth.listen(listener)
empty = os.path.getsize(path)
for step in range(1 << 20, (1 << 20) + count):
    logged.append(time.perf_counter())
    writer.add_scalar("train/loss", 0.5, step)
    while time.perf_counter() < logged[-1] + pause: pass
writer.close()
size = (os.path.getsize(path) - empty) / count
lags = sorted(next(at for at, end in told if end >= empty + (n + 1) * size) - at for n, at in enumerate(logged))
print(json.dumps([lags[count // 2], lags[count * 99 // 100]]))
"""


class Cost(NamedTuple):
    """Microseconds: a call at its best and its median, and all CPU time of the process for each scalar."""

    best: float
    median: float
    cpu: float


def _run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _measure(writer: str, chunks: int, calls: int) -> Cost | None:
    """The cost of a writer; None where it isn't installed."""
    done = _run(_MEASURE.format(writer=writer), chunks, calls)
    return Cost(*json.loads(done.stdout.splitlines()[-1])) if done.returncode == 0 else None


def _import_seconds(code: str) -> float:
    times = []
    for _ in range(7):
        start = time.perf_counter()
        _run(code)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    ours = _measure(_OURS, 300, 1000)
    assert ours is not None
    peers = {
        "torch, no TensorFlow": _measure(_WITHOUT_TENSORFLOW + _TORCH, 40, 200),
        "torch, TensorFlow installed": _measure(_WITH_TENSORFLOW + _TORCH, 40, 200),
        "tensorboardX": _measure(_TENSORBOARDX, 20, 200),
        "tf.summary": _measure(_TENSORFLOW, 20, 100),
    }
    print(
        f"{'us for a scalar':29}{'call, best':>17}{'median':>9}{'times ours':>12}{'CPU in all':>17}{'times ours':>12}"
    )
    for name, cost in {"tbnb": ours, **peers}.items():
        print(f"{name:29}" + ("absent" if cost is None else _row(cost, ours)))
    wall, cpu = json.loads(_run(_SLOWDOWN).stdout)
    print(f"A loop of pure Python that logs 100 scalars/s: {wall:+.2%} time, {cpu:+.2%} CPU time (to hold: 1%)")
    for rate in (20, 1000):
        p50, p99 = json.loads(_run(_LAG, 1 / rate, 8 * rate).stdout)
        print(
            f"From add_scalar to who listens, busy loop, {rate} scalars/s: p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f}"
        )
    extra = _import_seconds("from tbnb import SummaryWriter") - _import_seconds("pass")
    print(f"from tbnb import SummaryWriter: {extra * 1e3:.0f} ms")


def _row(cost: Cost, ours: Cost) -> str:
    return (
        f"{cost.best:17.2f}{cost.median:9.2f}{cost.best / ours.best:12.0f}{cost.cpu:17.2f}{cost.cpu / ours.cpu:12.0f}"
    )


if __name__ == "__main__":
    main()
