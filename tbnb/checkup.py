"""`tbnb.doctor`: why nothing is seen, or not at once, or not what was expected; each finding with what to do."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from html import escape
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from .follow.discover import is_event_file
from .reader import read
from .store.log import Log
from .store.series import Series

Level = Literal["good", "note", "wrong"]

_HEADER_ONLY = 100  # bytes: a file that has no more holds its version, and no value yet
_QUIET = 10.0  # seconds without growth after which a living writer is thought to keep values back
_MOST = 5  # findings of one sort that are told one by one
_LOOKED_AT = 2000  # files nearby, at most
_LIBRARIES = ("ipython", "ipykernel", "ipywidgets", "anywidget", "tensorboard", "numpy")
_MOUNTS = Path("/proc/mounts")
_BROKEN = {("ipykernel", "7.0.0"), ("ipykernel", "7.0.1")}


class Finding(NamedTuple):
    """One thing that was looked at: how it stands, in a sentence, and what to do about it ("" if nothing)."""

    level: Level
    text: str
    advice: str = ""

    def __str__(self) -> str:
        mark = {"good": "ok   ", "note": "note ", "wrong": "WRONG"}[self.level]
        return f"{mark} {self.text}" + (f"\n      {self.advice}" if self.advice else "")


class Findings(list[Finding]):
    """A list of findings that shows itself as text and in a notebook."""

    def __repr__(self) -> str:
        return "\n".join(map(str, self))

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


def doctor(logdir: str | os.PathLike[str] = "runs") -> list[Finding]:
    """What stands in the way of seeing `logdir`'s runs at once, in the order of importance."""
    path = Path(logdir).absolute()
    if not path.exists():
        return Findings([_missing(path), *_libraries()])
    log = read(path)
    checks: list[Callable[[Path, Log], Iterable[Finding]]] = [_contents, _writers, _problems, _values, _place]
    return Findings([*(finding for check in checks for finding in check(path, log)), *_libraries()])


def _missing(path: Path) -> Finding:
    found = _event_files_near(path.parent)
    if found:
        return Finding(
            "wrong",
            f"There is no directory {str(path)!r}, but there are event files in {_listed(found)}.",
            "Give that directory instead, or let the writer log into this one.",
        )
    return Finding(
        "note",
        f"There is no directory {str(path)!r} yet: a watch waits for it.",
        "It appears when a writer opens it; the writer's log_dir must name the same place "
        f"(this process works in {str(Path.cwd())!r}).",
    )


def _event_files_near(directory: Path) -> list[str]:
    """Directories at or below `directory` that hold event files."""
    files = (Path(root) / name for root, _, names in os.walk(directory) for name in names)
    return sorted({str(file.parent) for file in islice(files, _LOOKED_AT) if is_event_file(file.name)})


def _contents(path: Path, log: Log) -> Iterator[Finding]:
    points = sum(len(series) for series in log.series)
    if points:
        yield Finding("good", f"{len(log.runs)} runs, {len(log.series)} series, {points:,} points. {_newest(log)}")
        others = sorted({series.kind for series in log.series} - {"scalars"})
        if others:
            yield Finding("note", f"Also there: {', '.join(others)}.", "tbnb.read(logdir) gives them in Python.")
    elif list(_event_files(path)):
        yield Finding(
            "wrong",
            f"{str(path)!r} has event files, but there is no value in them yet.",
            "The writer has logged nothing, or keeps it back: call its flush(), or let %tbwatch make it flush.",
        )
    else:
        inside = sum(1 for _ in islice(path.rglob("*"), _LOOKED_AT)) if path.is_dir() else 0
        yield Finding(
            "wrong",
            f"{str(path)!r} has no event files ({inside} other files and folders).",
            "An event file has 'tfevents' in its name; let the writer's log_dir be this directory, or one in it.",
        )


def _newest(log: Log) -> str:
    last = [(float(series.wall_time[-1]), series) for series in log.series if len(series)]
    if not last:
        return ""
    wall_time, series = max(last, key=lambda pair: pair[0])
    step, age = int(series.step[-1]), time.time() - wall_time
    if age < -1:
        return f"The newest point ({series.tag!r}, step {step}) is {-age:.0f} s in the future: the clocks differ."
    return f"The newest is {series.tag!r} of run {series.run!r}, step {step}, {_span(age)} old."


def _event_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for root, _, names in os.walk(path, followlinks=False):
        yield from (Path(root) / name for name in sorted(names) if is_event_file(name))


def _writers(path: Path, _log: Log) -> Iterator[Finding]:
    """Writers of this machine that live, but whose file is empty or hasn't grown for a while."""
    for file in islice((file for file in _event_files(path) if _lives(file)), _MOST):
        status = file.stat()
        quiet = time.time() - status.st_mtime
        if status.st_size <= _HEADER_ONLY or quiet > _QUIET:
            had = "nothing" if status.st_size <= _HEADER_ONLY else f"nothing for {_span(quiet)}"
            yield Finding(
                "note",
                f"The process that writes {str(file)!r} is alive and has brought {had} to it: "
                "it may not have logged, or it keeps values back until a flush.",
                "%tbwatch makes the writers of its own kernel flush; start a script with `tbnb run script.py`.",
            )


def _lives(file: Path) -> bool:
    """Whether the process named in the file's name runs on this machine."""
    found = re.search(r"tfevents\.\d+\.(.+?)\.(\d+)\.", file.name + ".")
    if found is None or found[1] != socket.gethostname():
        return False
    return Path("/proc", found[2]).exists()


def _problems(_path: Path, log: Log) -> Iterator[Finding]:
    for problem in log.problems[:_MOST]:
        yield Finding("wrong", f"{problem.text}.")
    if len(log.problems) > _MOST:
        yield Finding("wrong", f"And {len(log.problems) - _MOST} more of the kind: see log.problems.")


def _values(_path: Path, log: Log) -> Iterator[Finding]:
    scalars = [series for series in log.series if series.kind == "scalars" and len(series)]
    yield from islice((finding for series in scalars for finding in _steps_back(series)), _MOST)
    yield from islice((finding for series in scalars for finding in _not_finite(series)), _MOST)


def _steps_back(series: Series) -> Iterator[Finding]:
    step = series.step
    back = np.flatnonzero(np.diff(step) < 0)
    if len(back):
        before, after = int(step[back[0]]), int(step[back[0] + 1])
        yield Finding(
            "wrong",
            f"The steps of {series.tag!r} in run {series.run!r} go back from {before} to {after}"
            f"{f', and {len(back) - 1} more times' if len(back) > 1 else ''}: its curve is drawn over itself.",
            "Give a step that goes on over epochs, or another run (directory) for each start; after a preemption, "
            "SummaryWriter(resume=True) makes one curve.",
        )


def _not_finite(series: Series) -> Iterator[Finding]:
    bad = np.flatnonzero(~np.isfinite(series.value))
    if len(bad):
        first = bad[0]
        yield Finding(
            "note",
            f"{series.tag!r} of run {series.run!r} is {series.value[first]} at step {int(series.step[first])}"
            f"{f', and not finite {len(bad) - 1} more times' if len(bad) > 1 else ''}.",
        )


def _place(path: Path, _log: Log) -> Iterator[Finding]:
    kind = _file_system(path)
    if kind.startswith("fuse") or kind in ("9p", "cifs", "nfs", "nfs4"):
        yield Finding(
            "wrong" if kind.startswith("fuse") else "note",
            f"{str(path)!r} lies on a mounted file system ({kind}): a file that stays open there may not be saved, and "
            "a mount that hangs stops the training.",
            "Log to a local directory and give the mounted one to --persist.",
        )


def _file_system(path: Path) -> str:
    """The type of the file system that `path` lies on; "" where the system doesn't say."""
    try:
        mounts = [line.split() for line in _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()]
    except OSError:
        return ""
    real = f"{path.resolve()}/"
    points = [(_unescaped(point), kind) for _, point, kind, *_ in mounts]
    within = [(len(point), kind) for point, kind in points if real.startswith(point.rstrip("/") + "/")]
    return max(within, default=(0, ""))[1]


def _unescaped(point: str) -> str:
    """A space and its like, which the list of mounts has as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)


def _libraries() -> Iterator[Finding]:
    have = {name: _version(name) for name in _LIBRARIES}
    for name, number in have.items():
        if (name, number) in _BROKEN:
            yield Finding(
                "wrong",
                f"{name} {number} can't send from a thread, so nothing reaches the page.",
                f"pip install -U {name}",
            )
    yield Finding("good", ", ".join(f"{name} {number}" for name, number in have.items()))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(absent)"


def _span(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(map(repr, names[:3])) + more
