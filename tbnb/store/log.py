"""All runs of a log directory: what `tbnb.read` gives, and what a watch shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from ..events.merged import moved
from ..events.pieces import BadEvent, Damage, Gone, Item, Misfit, Points, Replaced, Report, Restart, Unreadable
from . import display
from .run import Run, some
from .series import Series

if TYPE_CHECKING:
    import pandas as pd

Restarts = Literal["marked", "any"]
Trouble = BadEvent | Misfit | Damage | Replaced | Gone | Unreadable
_WHAT = {
    BadEvent: "corrupt",
    Misfit: "mixed",
    Damage: "corrupt",
    Replaced: "replaced",
    Gone: "gone",
    Unreadable: "unreadable",
}
_DATA = (Points, Item)
_NO_FILE = (Gone, Unreadable)
Poll = Callable[[float | None], Iterator[Report]]


class Problem(NamedTuple):
    """What is wrong with one file or directory: `what` is corrupt, mixed, replaced, gone or unreadable."""

    path: str
    offset: int | None
    what: str
    text: str

    def __str__(self) -> str:
        return self.text


class Log(Mapping[str, Run]):
    """The runs of a log directory. One thread polls; any thread may read meanwhile."""

    def __init__(self, logdir: str, poll: Poll, restarts: Restarts = "marked") -> None:
        self.logdir = logdir
        self._poll = poll
        self._unmarked = restarts == "any"
        self._runs: dict[str, Run] = {}
        self._series: dict[Series, None] = {}  # as ordered sets
        self._touched: dict[Series, None] = {}
        self._paths: dict[int, str] = {}
        self._problems: list[Problem] = []

    def poll(self, budget: float | None = None) -> int:
        """Read what is new, for about `budget` seconds if given; returns how many points and items that were."""
        return sum(map(self.extend, self._poll(budget)))

    def touched(self) -> list[Series]:
        """The series that began, grew or lost points since this was last asked, by the thread that polls."""
        touched, self._touched = self._touched, {}
        return list(touched)

    @property
    def runs(self) -> list[str]:
        return list(self._runs)

    @property
    def series(self) -> list[Series]:
        """All series of all runs, in the order in which they were first seen."""
        return list(self._series)

    @property
    def problems(self) -> list[Problem]:
        """What is or was wrong with the files, each said once."""
        return list(self._problems)

    def __getitem__(self, run: str) -> Run:
        try:
            return self._runs[run]
        except KeyError:
            raise KeyError(f"there is no run {run!r} in {self.logdir}; there is {some(self.runs)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self._runs)

    def extend(self, report: Report) -> int:
        """Take in the news of one file; returns how many points and items they were."""
        self._paths[report.file] = report.path
        new = 0
        for news in report.news:
            if isinstance(news, _DATA):
                series = self._run(report.run).add(report.file, news)
                self._series[series] = self._touched[series] = None
                new += len(news.step) if isinstance(news, Points) else 1
            elif isinstance(news, Restart):
                self._run(report.run).restart(report.file, news)
            else:
                self._note(report, news)
        if not all(isinstance(news, _NO_FILE) for news in report.news) or not report.news:
            self._touched.update(dict.fromkeys(self._run(report.run).settle()))
        return new

    def _run(self, name: str) -> Run:
        run = self._runs.get(name)
        if run is None:
            run = self._runs[name] = Run(name, self._fetch, unmarked=self._unmarked)
        return run

    def _note(self, report: Report, news: Trouble) -> None:
        """Keep a problem, in a sentence."""
        if isinstance(news, Replaced) and report.run in self._runs:
            self._runs[report.run].withdraw(report.file)
        offset = news.offset if isinstance(news, BadEvent | Damage | Misfit) else None
        self._problems.append(Problem(report.path, offset, _WHAT[type(news)], _sentence(report.path, news)))

    def _fetch(self, file: int, offset: int, length: int) -> bytes:
        path, further = self._place(self._paths[file])
        with path.open("rb") as stream:
            stream.seek(offset + further)
            return stream.read(length)

    def _place(self, path: str) -> tuple[Path, int]:
        """Where a file is now, and how many bytes further on in it: a mirror may have merged it into another."""
        if not Path(path).exists():
            for other, further in moved(path, self._paths.values()):
                if Path(other).exists():
                    return Path(other), further
        return Path(path), 0

    def frame(self) -> pd.DataFrame:
        """All scalars as one tidy table: run, tag, step, wall_time, value."""
        from .frame import scalars_frame

        return scalars_frame(self.series)

    def __repr__(self) -> str:
        points = sum(map(len, self._series))
        wrong = f", {len(self._problems)} problems" if self._problems else ""
        return f"<Log of {self.logdir}: {len(self)} runs, {len(self._series)} series, {points:,} points{wrong}>"

    def _repr_html_(self) -> str:
        return display.runs_table(repr(self), ((name, list(self[name].values())) for name in self.runs))


def _sentence(path: str, news: Trouble) -> str:
    if isinstance(news, Misfit):
        found = f"a value at byte {news.offset} in the form {news.form or 'of nothing'}"
        return f"{path} has {found} for tag {news.tag!r}, which is of scalars; such values of it are left out"
    if isinstance(news, Damage):
        return f"{path} is damaged at byte {news.offset}: {news.why}; reading goes on with the next intact record"
    if isinstance(news, BadEvent):
        return f"{path} has a record at byte {news.offset} that is no event ({news.why}); it was left out"
    if isinstance(news, Replaced):
        return f"{path} was read anew: {news.why}"
    if isinstance(news, Gone):
        return f"{path} is gone ({news.why}); what was read of it stays"
    return f"{path} can't be read: {news.why}"
