"""All event files below a log directory: what is new in them, the busy ones first, all of it inside a time budget."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ..events.known import Known
from ..events.pieces import Gone, News, Report, Unreadable
from ..events.shapes import Shapes
from .cursor import Cursor, Outcome, read
from .discover import Tree, is_event_file
from .merged import Merged

_HOT = 30.0  # seconds since its last growth during which a file is looked at in each poll
_MOST_HOT = 64  # files that are kept open
_COLD = 600.0  # seconds since its last growth after which a file is looked at in one of so many rounds only:
_TURNS = 4
_ROUND = 0.5  # seconds at least between the starts of two rounds through the whole tree, where polls have a budget
_SHARE = 0.008  # of a processor: what rounds in which nothing is new may take
_SLOWEST = 5.0  # seconds between two rounds at most
_TOGETHER = 32  # files that are read side by side
_TOGETHER_IN_A_HURRY = 8  # and where the poll has a budget

Look = Iterator[list[Report]]


@dataclass(eq=False)
class Followed:
    """One file, and how it stood at its last look."""

    run: str
    number: int
    cursor: Cursor
    seen: tuple[int, int, int] = (-1, -1, -1)  # inode, size, time of change; what a look compares
    grew_at: float = float("-inf")
    trouble: str = ""
    again: str = ""  # the file that tells again what this one, which goes, told
    told: bool = False  # whether there was a report of it, as there is also if it holds nothing yet

    @property
    def age(self) -> float:
        """Seconds since it grew."""
        return time.monotonic() - self.grew_at


class Follower:
    """`poll()` tells what is new; one thread calls it, any thread may `wake()` a file."""

    def __init__(self, logdir: str | os.PathLike[str]) -> None:
        self.logdir = os.path.abspath(os.fspath(logdir))
        self._tree = Tree(self.logdir)
        self._shapes = Shapes()
        self._known: dict[str, Known] = {}
        self._files: dict[str, Followed] = {}
        self._marks: dict[object, Followed] = {}  # by what a file keeps under another name
        self._merged = Merged()
        self._hot: dict[str, Followed] = {}
        self._woken: set[str] = set()
        self._troubled: dict[str, str] = {}
        self._rounds = 0
        self._round: Look | None = None
        self._round_began = float("-inf")
        self._spent = 0.0  # seconds of processor time, by the round
        self._found = False  # whether anything was new in it

    def wake(self, path: str) -> None:
        """The file at `path` grew: it's looked at first in the next poll."""
        self._woken.add(path)

    def poll(self, budget: float | None = None) -> Iterator[Report]:
        """What is new. With a budget in seconds: hot files first, then the rest in turn, a look at least of these.

        A look that the budget cuts off is taken up again by the next poll.
        """
        deadline = float("inf") if budget is None else time.monotonic() + budget
        for reports in self._urgent():
            yield from reports
            if time.monotonic() > deadline:
                break
        began = time.thread_time()
        for reports in self._in_turn(whole=budget is None):
            yield from reports
            if time.monotonic() > deadline:
                break
        self._spent += time.thread_time() - began

    @property
    def is_behind(self) -> bool:
        """Whether the last poll was cut off before the end of what there is."""
        return self._round is not None or bool(self._woken) or any(file.cursor.more for file in self._hot.values())

    # What grows ------------------------------------------------------------------------------------------------

    def _urgent(self) -> Look:
        """Woken files, then the hot ones, first those that were read longest ago; one read each."""
        done: set[Followed] = set()
        for path in list(self._woken):
            self._woken.discard(path)
            for file in self._at(path):
                done.add(file)
                yield from self._read_on(file)
        for file in list(self._hot.values()):
            if file not in done:
                yield from self._read_on(file)

    def _read_on(self, file: Followed) -> Look:
        try:
            for reports in self._read([file]):
                if reports:
                    file.grew_at = time.monotonic()
                yield reports
        finally:  # also where the budget ends here: the next poll begins with another file
            self._heat_or_rest(file)

    def _at(self, path: str) -> list[Followed]:
        """The file at `path`; if that's new, whatever is new beside it, too, in order."""
        if path in self._files:
            return [self._files[path]]
        directory = os.path.dirname(path)
        if not is_event_file(os.path.basename(path)) or not self._tree.has(directory):
            return []
        try:
            names = sorted(filter(is_event_file, os.listdir(directory)))
        except OSError:
            return []
        paths = [os.path.join(directory, name) for name in names]
        return [self._follow(each) for each in paths if each not in self._files and os.path.isfile(each)]

    # All in turn -----------------------------------------------------------------------------------------------

    def _in_turn(self, *, whole: bool) -> Look:
        """A round through the whole tree: the one under way, or a new one when it's time."""
        if whole or (self._round is None and self._is_time()):
            self._round, self._round_began = self._go_round(whole=whole), time.monotonic()
            self._spent, self._found = 0.0, False
        if self._round is None:
            return
        for reports in self._round:
            self._found = self._found or bool(reports)
            yield reports
        self._round = None

    def _is_time(self) -> bool:
        """Rounds in which nothing happens take a share of the processor only; a new run is seen all the same."""
        rested = time.monotonic() - self._round_began
        if rested < _ROUND:
            return False
        idle_cost = 0.0 if self._found else self._spent
        return rested >= min(idle_cost / _SHARE, _SLOWEST) or self._tree.root_changed()

    def _go_round(self, *, whole: bool) -> Look:
        """Every directory and every file in it, the new ones too; at last what isn't there any more."""
        self._rounds += 1
        together = _TOGETHER if whole else _TOGETHER_IN_A_HURRY
        seen: set[str] = set()
        changed: list[list[Followed]] = []
        if os.path.isfile(self.logdir):
            seen.add(self.logdir)
            yield from self._look(self._changed([self.logdir], whole=True))
        for number, directory in enumerate(self._tree.look(), 1):
            if directory.problem or directory.path in self._troubled:
                yield self._trouble(directory.path, directory.problem)
            seen.update(directory.files)
            changed.append(self._changed(directory.files, whole=whole))
            if number % together == 0:
                yield from self._look_side_by_side(changed)
                changed = []
        yield from self._look_side_by_side(changed)
        for path in self._files.keys() - seen:
            self._rest(self._files[path])
            yield from self._look([self._files[path]])

    def _changed(self, paths: list[str], *, whole: bool) -> list[Followed]:
        """Which files there's anything to look at in: cheap, as a thousand idle files are asked each time."""
        changed = []
        for path in paths:
            file = self._files.get(path)
            if file is None:
                changed.append(self._follow(path))
            elif whole or (file.number + self._rounds) % _TURNS == 0 or file.age < _COLD:
                try:
                    status = os.stat(path)
                except OSError:
                    self._rest(file)
                    changed.append(file)
                    continue
                if file.seen != _as_seen(status) or file.cursor.more:
                    file.cursor.rest_unless_same(status)
                    file.seen = _as_seen(status)
                    file.cursor.more = True
                    changed.append(file)
        return changed

    def _look_side_by_side(self, changed: list[list[Followed]]) -> Look:
        """The first files of some runs side by side, then the second ones, and so on."""
        for rank in zip_longest(*changed):
            yield from self._look([file for file in rank if file])
        yield []

    def _look(self, files: list[Followed]) -> Look:
        """Read files of different runs; keep those open that are likely to grow."""
        yield from self._read(files)
        for file in files:
            if file.cursor.status is not None and file.seen[1] < 0 and not file.trouble:
                file.seen = _as_seen(file.cursor.status)
            if not file.trouble:
                age = max(0.0, time.time() - file.seen[2] / 1e9)  # another machine's clock may be ahead
                file.grew_at = max(file.grew_at, time.monotonic() - age)
            self._heat_or_rest(file)

    def _read(self, files: list[Followed]) -> Look:
        by_cursor = {file.cursor: file for file in files}
        for outcomes in read(list(by_cursor)):
            yield [report for cursor, outcome in outcomes for report in self._told(by_cursor[cursor], outcome)]

    def _told(self, file: Followed, outcome: Outcome) -> list[Report]:
        if isinstance(outcome, OSError):
            return self._failed(file, outcome)
        file.trouble = ""
        if not outcome and file.told:
            return []
        self._marks[file.cursor.mark] = file
        file.told = True
        return [self._report(file, outcome)]

    def _follow(self, path: str) -> Followed:
        directory = os.path.dirname(path).removeprefix(self.logdir).lstrip(os.sep)
        run = directory.replace(os.sep, "/") if directory and path != self.logdir else "."
        known = self._known.setdefault(run, Known(self._shapes))
        file = self._files[path] = Followed(run, len(self._files), Cursor(path, known))
        for part in self._merged.begin(file.cursor):
            self._files[part].trouble, self._files[part].again = "", os.path.basename(path)
        return file

    def _heat_or_rest(self, file: Followed) -> None:
        """Keep a file open while it grows, or close it."""
        if file.age > _HOT:
            self._rest(file)
            return
        self._hot.pop(file.cursor.path, None)
        self._hot[file.cursor.path] = file
        if len(self._hot) > _MOST_HOT:
            self._rest(min(self._hot.values(), key=lambda hot: hot.grew_at))

    def _rest(self, file: Followed) -> None:
        self._hot.pop(file.cursor.path, None)
        file.cursor.rest()

    def close(self) -> None:
        """Close all files; a later poll opens them again."""
        for file in list(self._hot.values()):
            self._rest(file)

    def _failed(self, file: Followed, error: OSError) -> list[Report]:
        """Say once what is wrong with a file; what it said stays."""
        file.seen, file.grew_at = (-1, -1, -1), float("-inf")
        why = error.strerror or str(error)
        if file.trouble == why:
            return []
        file.trouble = why
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            return [self._report(file, [Unreadable(why)])]
        if file.told and file.again:
            return [self._report(file, file.cursor.begin_anew(f"it's in {file.again} now"))]
        if self._merged.has(file.cursor.path):
            return []
        other = self._marks.get(file.cursor.mark, file)
        if other is file or other.run != file.run:
            return [self._report(file, [Gone(why)])]
        # Copiers write under a name of their own and then rename: its points are those of the other name now.
        return [self._report(file, file.cursor.begin_anew(f"it's called {os.path.basename(other.cursor.path)} now"))]

    def _trouble(self, path: str, problem: str) -> list[Report]:
        """Say once that a directory can't be read."""
        before, self._troubled[path] = self._troubled.get(path), problem
        return [Report("", -1, path, [Unreadable(problem)])] if problem and before != problem else []

    def _report(self, file: Followed, news: list[News]) -> Report:
        return Report(file.run, file.number, file.cursor.path, news)


def _as_seen(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns
