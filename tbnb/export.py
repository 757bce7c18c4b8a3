"""All points of a log directory as CSV or JSON: exact, none left out."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from .errors import UnusablePathError
from .reader import read
from .store.series import Series

COLUMNS = ("run", "tag", "step", "wall_time", "value")
_SPELLED = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}  # as JavaScript and Python's json write them
_AS_IT_IS = "surrogateescape"  # a run is named as its directory, whose name may be any bytes


def export(
    logdir: str | os.PathLike[str], to: str | os.PathLike[str], form: str = "csv", *, runs: str = "", tags: str = ""
) -> int:
    """Write the scalars to a file, or to standard output for "-"; returns how many points that were."""
    if form not in _WRITERS:
        raise ValueError(f"the format is one of {', '.join(_WRITERS)}, not {form!r}")
    if not Path(logdir).exists():
        raise UnusablePathError(f"there is no log directory {os.fspath(logdir)!r}")
    chosen = [one for one in read(logdir).series if _is_wanted(one, runs, tags)]
    with _opened(to) as stream:
        _WRITERS[form](stream, chosen)
    return sum(map(len, chosen))


def _is_wanted(series: Series, runs: str, tags: str) -> bool:
    return series.kind == "scalars" and bool(re.search(runs, series.run) and re.search(tags, series.tag))


@contextmanager
def _opened(to: str | os.PathLike[str]) -> Iterator[IO[str]]:
    if to == "-":
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors=_AS_IT_IS, newline="")
        yield sys.stdout
        sys.stdout.flush()
        return
    with Path(to).open("w", newline="", encoding="utf-8", errors=_AS_IT_IS) as stream:
        yield stream


def _write_csv(stream: IO[str], series: Iterable[Series]) -> None:
    """RFC 4180, with a header; numbers as Python writes them, so that they read back the same."""
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for one in series:
        writer.writerows((one.run, one.tag, *point) for point in _points(one))


def _write_json(stream: IO[str], series: Iterable[Series]) -> None:
    """A list of series, each with its columns; NaN and infinities by these names, as Python's json reads them."""
    stream.write("[")
    for number, one in enumerate(series):
        _, step, wall_time, value = one.snapshot()
        row: dict[str, Any] = {"run": one.run, "tag": one.tag}
        row |= {"step": step.tolist(), "wall_time": wall_time.tolist(), "value": value.tolist()}
        stream.write(f"{',' if number else ''}\n{json.dumps(row)}")
    stream.write("\n]\n")


def _points(series: Series) -> Iterator[tuple[int, str, str]]:
    _, step, wall_time, value = series.snapshot()
    for at, wall, number in zip(step.tolist(), wall_time.tolist(), value.tolist(), strict=True):
        yield at, repr(wall), _SPELLED.get(repr(number), repr(number))


_WRITERS: dict[str, Callable[[IO[str], Iterable[Series]], None]] = {"csv": _write_csv, "json": _write_json}
