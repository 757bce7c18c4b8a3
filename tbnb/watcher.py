"""tbnb.watch: one directory, followed and shown; the only loop: poll ► frame ► send."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import growth
from .companion import Companion
from .errands import Errands
from .errors import NotRunningError
from .events.pieces import Report
from .follow.follower import Follower
from .page import switching
from .page.cells import on_cells, shell
from .page.feed import Feed
from .page.options import Options, X
from .page.showing import Showing
from .page.standing import Standing
from .run.children import Children
from .store.log import Log
from .ticker import Ticker
from .writer import checks, lifetime
from .writer import log as logging
from .writer.autoflush import start as start_autoflush

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .keep.companion import Keeping
    from .page.widget import Dashboard
    from .writer.summary_writer import SummaryWriter

BUDGET = 0.02  # seconds that one look may take, about
GIVE_WAY = 2.0  # times as long as such a look, for the user's code
HOT = 0.05  # seconds between looks while something grows of which no writer in this process tells
TOLD = 0.25  # seconds between looks while all that grows is told
COLD = 0.5
COOLING = 30.0  # seconds without growth until it's cold
MOMENT = 0.25  # seconds that the disk has to take what was logged, at the end of a cell
LAST_LOOK = 0.5  # seconds that the look at the end of a cell may take


class Watch:
    """A live view of the event files below `logdir`, and a writer into it; as a context manager, stops at its end."""

    def __init__(self, logdir: str | os.PathLike[str], options: Options, flush_secs: float) -> None:
        self.logdir = os.fspath(logdir)
        self.key = _key(logdir)
        self.flush_secs = flush_secs
        self.companions: list[Companion] = []
        self.keeping: Keeping | None = None  # one of the companions, if the logs are to outlive the machine
        self.running = True
        self._lock = threading.RLock()
        self._follower = Follower(logdir)
        self.directory = self._follower.logdir  # wherever the program goes
        self.log = Log(self.directory, self._look, "any")
        self._feed = Feed(lambda header, buffer: self._showing.post(header, buffer))  # noqa: PLW0108 - made below
        self._standing = Standing(self.log)
        self._showing = Showing(self.log, self._feed.epoch, options, self._hear)
        self._writer: SummaryWriter | None = None
        self._grew_at = float("-inf")
        self._pause = COLD  # between looks, as the last news came
        self._told = False  # whether a writer in this process woke us
        self._kept: Any = None  # what the picture and the snapshot show
        self._snapshot: tuple[dict[str, Any], bytes] | None = None  # a newer one
        self._busy = shell() is None  # whether the user's code runs; in a script, always
        self._ticker = Ticker(self._tick, HOT, name="tbnb-watch")
        self._errands = Errands(self._ticker.wake)
        self._ticker.start()
        self._ends = [growth.listen(self._on_growth), on_cells(self._before_cell, self._after_cell)]
        self._ends += [logging.use(self), switching.shorten(), self._showing.listen_no_more]

    # The loop --------------------------------------------------------------------------------------------------

    def _tick(self) -> float:
        with self._lock:
            self._errands.run()
            began = time.monotonic()
            self._read(BUDGET)
            pause = self._feed.pump()
            now = time.monotonic()
        if self._follower.is_behind:
            return GIVE_WAY * (now - began) if self._busy else 0.0
        return min(pause, self._pause if now - self._grew_at < COOLING else COLD)

    def _read(self, budget: float) -> None:
        """Take in what is new; what goes wrong is shown, never raised."""
        try:
            told, self._told = self._told, False
            grew = self.log.poll(budget)
            if grew:
                self._grew_at = time.monotonic()
            if told or grew:
                self._pause = TOLD if told else HOT
            self._standing.trouble = ""
        except Exception as error:
            self._standing.trouble = f"Reading stumbled, and goes on: {error!r}"
        touched = self.log.touched()
        self._feed.touch(touched)
        notes = [note for companion in self.companions for note in companion.notes()]
        self._feed.say(self._standing.status(touched, notes, running=self.running))

    def _look(self, budget: float | None) -> Iterator[Report]:
        with self._lock:
            yield from self._follower.poll(budget)

    def _on_growth(self, path: str) -> None:
        path = os.path.abspath(path)  # noqa: PTH100 - called for each flush: no Path for it
        if path.startswith(self.directory + os.sep):
            self._told = True
            self._follower.wake(path)
            self._ticker.wake()

    def _hear(self, content: dict[str, Any]) -> None:
        """A page speaks: at once if the kernel is idle, after the cell else, and on some thread or other."""
        if content.get("type") in ("hello", "range", "look"):
            self._errands.ask(lambda: self._answer(content))

    def _answer(self, asked: dict[str, Any]) -> None:
        if asked["type"] == "hello":
            self._feed.hear(asked["id"], asked["have"])
        elif asked["type"] == "look":
            self._feed.look(asked["page"], asked["seen"])
        else:
            self._feed.want(asked["series"])
        self._feed.pump()

    # Cells -----------------------------------------------------------------------------------------------------

    def _before_cell(self) -> None:
        self._busy = True
        self._feed.attend()
        self._ticker.wake()

    def _after_cell(self) -> None:
        """All that the cell logged, before its end is told: what comes later, some hosts drop."""
        self._busy = shell() is None
        try:
            self._bring_up_to_date()
            self._standing.unshown = ""
        except Exception as error:
            self._standing.unshown = f"The end of a cell couldn't be shown: {error!r}"

    def _bring_up_to_date(self) -> None:
        for companion in self.companions:
            companion.settle()
        lifetime.settle(MOMENT)
        if not self._errands.ask(self._tell_all):
            self._standing.trouble = f"Reading {self.logdir!r} takes long: is its disk there? What was read stays."
        elif self._snapshot is not None:
            snapshot, self._snapshot = self._snapshot, None
            self._showing.keep(*snapshot)

    def _tell_all(self) -> None:
        self._read(LAST_LOOK)
        self._feed.flush()
        state = (self.running, [(one.epoch, len(one)) for one in self.log.series])
        if state != self._kept:
            self._kept = state
            self._snapshot = self._feed.snapshot()

    # For the user ----------------------------------------------------------------------------------------------

    @property
    def widget(self) -> Dashboard:
        """The dashboard, to be displayed where a widget can live."""
        return self._showing.widget

    @property
    def writer(self) -> SummaryWriter:
        """A writer into a run of its own below the log directory; its file begins with the first value."""
        if not self.running:
            raise NotRunningError(f"The watch of {self.logdir!r} was stopped; tbnb.watch({self.logdir!r}) starts one.")
        if self._writer is None:
            from .writer.summary_writer import SummaryWriter

            self._writer = SummaryWriter(logging.new_run(Path(self.directory)), flush_secs=self.flush_secs)
        return self._writer

    def poster(self) -> Figure:
        """The curves as a matplotlib figure."""
        return self._showing.figure()

    def keep(self, to: str | os.PathLike[str]) -> str:
        """Bring back what the directory `to` has, and mirror to it from now on; returns what was found there."""
        from .keep.companion import Keeping, start

        kept = [one for one in self.companions if isinstance(one, Keeping)]
        self.keeping = next((one for one in kept if one.saves_to(to)), self.keeping)
        if self.keeping is None or not self.keeping.saves_to(to):
            self.keeping = start(self.directory, to)
            self.companions.append(self.keeping)
            self._standing.machines = [*self._standing.machines, *self.keeping.marks()]
            self._ticker.wake()
        return self.keeping.found

    def mark(self, text: str) -> None:
        """Put a line with a text on the curves, where they are now."""
        self._standing.mark(text)
        self._ticker.wake()

    def show(self, options: Options | None = None) -> None:
        """Display the dashboard here."""
        if options is not None:
            self._showing.set(options)
        self._showing.show()

    def stop(self) -> None:
        """End it: everything that was logged is shown, and the page says that it's stopped."""
        if not self.running:
            return
        self.running = False
        _watches.pop(self.key, None)
        for end in self._ends:
            end()
        with ExitStack() as rest:  # of which all ends, whatever interrupts a part of it
            rest.callback(self._follower.close)
            rest.callback(self._ticker.stop)
            for companion in reversed(self.companions):
                rest.callback(companion.stop)
            if self._writer is not None:
                self._writer.close()
            self._after_cell()

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _ipython_display_(self) -> None:
        self.show()

    def _display_(self) -> Dashboard:  # what marimo asks for
        return self.widget

    def __repr__(self) -> str:
        return f"<Watch of {self.logdir}, {'running' if self.running else 'stopped'}: {self.log!r}>"


_watches: dict[str, Watch] = {}  # one for each directory


def watch(
    logdir: str | os.PathLike[str] = "runs",
    *,
    persist: str | os.PathLike[str] | None = None,
    runs: str | None = None,
    tags: str | None = None,
    smoothing: float = 0.6,
    x: X = "step",
    height: int | None = None,
    autoflush: bool = True,
    flush_secs: float = 0.25,
) -> Watch:
    """Show the runs below `logdir` live. A second call for the same directory gives the same watch.

    With `persist`, a directory that outlives this machine, the logs that it has are brought back first, and all that's
    new is mirrored there. `runs` and `tags` are regular expressions that the page's search begins with. With
    `autoflush`, other libraries' writers bring to their files what they're given within `flush_secs`: those of this
    process, and of every Python that it starts.
    """
    options = Options(runs, tags, smoothing, x, height)
    found = _watches.get(_key(logdir))
    one = found or Watch(logdir, options, checks.flush_secs(flush_secs))
    _watches[one.key] = one
    try:
        if found is None and autoflush:
            one.companions += [start_autoflush(flush_secs), Children(flush_secs)]
        if persist is not None:
            one.keep(persist)
    except Exception:
        if found is None:
            one.stop()
        raise
    return one


def watches(logdir: str | os.PathLike[str] | None = None) -> list[Watch]:
    """Those that run; or the one of a directory, if it does."""
    return [one for key, one in _watches.items() if logdir is None or key == _key(logdir)]


def stop_all() -> None:
    for one in watches():
        one.stop()


def _key(logdir: str | os.PathLike[str]) -> str:
    return os.path.realpath(checks.log_dir(os.fspath(logdir)))
