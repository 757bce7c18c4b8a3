"""What outliving the machine costs: bytes uploaded for each logged, files, CPU for each MB mirrored, restoring in MB/s.

The hours are simulated: a pass of the mirror's every ten seconds of a clock that is moved by hand, on a disk that isn't
waited for (fsync does nothing here), so that what's measured is the mirror's own work. The longest iteration of a loop
beside a mount that fails and hangs is measured for real, on a file system of FUSE's kind, where there is /dev/fuse.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import tbnb
from tbnb.keep.copier import Copier
from tbnb.keep.mirror import Mirror
from tbnb.keep.place import Directory
from tbnb.keep.restoring import Restorer

_EVERY = 10
_SECONDS = 30.0  # of each trouble


class Day(NamedTuple):
    """How somebody logs: writers at once, points in ten seconds in each, for how many hours."""

    what: str
    runs: int
    points: int
    hours: float


_DAYS = [
    Day("1 point in 10 s, a day", 1, 1, 24),
    Day("20 points/s, a day", 1, 200, 24),
    Day("1,000 points/s, 3 hours", 1, 10_000, 3),
    Day("5 runs, 20 points/s each, 12 hours", 5, 200, 12),
]


@contextmanager
def _disk() -> Iterator[Path]:
    real, os.fsync = os.fsync, lambda fd: None
    directory = Path(tempfile.mkdtemp())
    try:
        yield directory
    finally:
        os.fsync = real
        shutil.rmtree(directory)


class _Log:
    """An event file that was written before, and grows by its own bytes."""

    def __init__(self, path: Path, day: Day) -> None:
        made = path.parents[2] / "made"
        self._passes = int(day.hours * 3600 / _EVERY)
        if not made.exists():
            with tbnb.SummaryWriter(made) as writer:
                for step in range(day.points * self._passes):
                    writer.add_scalar("train/loss", 1 / (step + 1), step)
        self._source = next(made.iterdir()).open("rb")
        self._size = os.fstat(self._source.fileno()).st_size
        path.parent.mkdir(parents=True)
        self._path, self._pass = path, 0

    def grow(self, now: float) -> None:
        """Without a thought for where records end: a writer's flush has none either."""
        self._pass += 1
        with self._path.open("ab") as file:
            file.write(self._source.read(self._size * self._pass // self._passes - self._source.tell()))
        os.utime(self._path, (now, now))


def _simulate(day: Day, directory: Path) -> str:
    now = [1.8e9]
    place = Directory(directory / "place")
    copier = Copier(str(directory / "runs"), place, "0" * 8, clock=lambda: now[0])
    paths = [directory / "runs" / f"run{number}" / "events.out.tfevents.1.host" for number in range(day.runs)]
    logs = [_Log(path, day) for path in paths]
    cpu = 0.0
    for _ in range(int(day.hours * 3600 / _EVERY)):
        now[0] += _EVERY
        for log in logs:
            log.grow(now[0])
        began = time.process_time()
        copier.run()
        cpu += time.process_time() - began
    files = sum(len(names) for _, _, names in os.walk(directory / "place"))
    mb, factor = copier.logged / 1e6, copier.uploaded / copier.logged
    amounts = f"{mb:10.1f}{factor:12.2f}{files:8}{files / day.runs / day.hours * 24:16.0f}"
    return f"{day.what:36}{amounts}{cpu / mb * 1e3:14.1f}{_restore(place, directory):16.0f}"


def _restore(place: Directory, directory: Path) -> float:
    """MB/s, the counting of what was found included."""
    began = time.perf_counter()
    restored = Restorer(place, str(directory / "back"), "1" * 8).run()
    seconds = time.perf_counter() - began
    return sum(Path(path).stat().st_size for path in restored.files) / 1e6 / seconds


def _beside_trouble() -> None:
    """The longest iteration of a loop that logs 200 scalars a second, while the mount is well, fails, hangs.

    Its twin in another process logs the same in the same seconds, without a mirror: what its longest one takes, too,
    is the machine's own doing.
    """
    from ..cloud import Cloud

    troubles = {
        "well": None,
        "errno 107": {"errno": errno.ENOTCONN},
        "errno 5": {"errno": errno.EIO},
        "hangs": {"block": True},
    }
    print(f"{'5 ms iterations; the mount':40}{'longest ms':>12}{'a twin without':>16}{'over 50 ms':>12}{'twin':>6}")
    with tempfile.TemporaryDirectory() as directory, Cloud(Path(directory)) as cloud, _twin() as twin:
        logdir = Path(directory, "runs")
        with tbnb.SummaryWriter(logdir) as writer, Mirror(str(logdir), str(cloud.mount), 1.0) as mirror:
            for name, trouble in troubles.items():
                mirror.sync(20)
                if trouble is not None:
                    cloud.trouble(**trouble)
                other = twin.submit(_alone, _SECONDS)
                ours, alone = _iterations(writer, _SECONDS), other.result()
                print(
                    f"{'  ' + name:40}{max(ours) * 1e3:12.1f}{max(alone) * 1e3:16.1f}{_slow(ours):12}{_slow(alone):6}",
                    flush=True,
                )
                cloud.heal()
            mirror.sync(20)
    print("To hold: longest below 100 ms, so far as the machine itself lets the twin's be.")


@contextmanager
def _twin() -> Iterator[ProcessPoolExecutor]:
    """A process that is there already."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(_alone, 0.1).result()
        yield pool


def _alone(seconds: float) -> list[float]:
    with tempfile.TemporaryDirectory() as directory, tbnb.SummaryWriter(directory) as writer:
        return _iterations(writer, seconds)


def _iterations(writer: tbnb.SummaryWriter, seconds: float) -> list[float]:
    """How long each took."""
    took, step = [], 0
    start = before = time.perf_counter()
    while before - start < seconds:
        writer.add_scalar("x", step, step)
        step += 1
        time.sleep(max(0.0, start + step / 200 - time.perf_counter()))
        now = time.perf_counter()
        took.append(now - before)
        before = now
    return took


def _slow(took: list[float]) -> int:
    return sum(each > 0.05 for each in took)


def main() -> None:
    columns = (
        f"{'logged MB':>10}{'uploaded x':>12}{'files':>8}{'a run and day':>16}{'CPU ms/MB':>14}{'restored MB/s':>16}"
    )
    print(f"{'a pass every 10 s':36}{columns}   (to hold: uploaded <= 4 x, hundreds of files a day)")
    for day in _DAYS:
        with _disk() as directory:
            print(_simulate(day, directory))
    if Path("/dev/fuse").exists():
        _beside_trouble()


if __name__ == "__main__":
    main()
