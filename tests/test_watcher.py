"""A watch: one loop that follows, shows and never stands in the user's way."""

from __future__ import annotations

import gc
import json
import re
import sys
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from matplotlib import rc_context, rcParams

import tbnb
from tbnb import growth, watcher
from tbnb.errors import BadValueError, NotRunningError, TbnbError
from tbnb.page.feed import MOST_SNAPSHOT
from tbnb.store.log import Problem
from tbnb.writer.log import directory
from tests.files import event_file, scalars, session_start


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[watcher.Watch]:
    with tbnb.watch(tmp_path / "runs", autoflush=False) as started:
        yield started


def test_end_of_a_cell_shows_all_that_was_logged(watch: watcher.Watch) -> None:
    """What the cell logged is read when its end has been seen to, without waiting for any beat."""
    for step in range(100):
        watch.writer.add_scalar("loss", 1.0, step)
    watch._after_cell()

    assert [len(series) for series in watch.log.series] == [100]
    assert watch.widget._snapshot


def test_a_saved_notebook_has_as_many_runs_as_there_is_room_for(watch: watcher.Watch) -> None:
    """However many there are: not none of them, because all are too many."""
    for run in range(1000):
        with tbnb.SummaryWriter(f"{watch.logdir}/run{run}") as writer:
            for step in range(20):
                writer.add_scalar("loss", step / 7, step)
    watch._ticker.stop()
    watch.log.poll()
    watch._tell_all()
    assert watch._snapshot
    watch._showing.keep(*watch._snapshot)

    assert len(json.loads(watch.widget._snapshot)["header"]["series"]) > 400
    assert len(watch.widget._snapshot) <= MOST_SNAPSHOT


@pytest.mark.parametrize("wall_time", [float("nan"), float("inf")])
def test_times_of_no_world_leave_a_saved_notebook_whole(watch: watcher.Watch, wall_time: float) -> None:
    """Files may say anything of when a run was resumed; what is kept of it is JSON, which has no such numbers."""
    event_file(
        Path(watch.logdir), [*scalars("loss", [1.0, 2.0]), session_start(1, wall_time), *scalars("loss", [3.0], 1)]
    )
    watch._ticker.stop()
    watch.log.poll()
    watch._tell_all()

    assert watch._snapshot
    assert json.dumps(watch._snapshot[0], allow_nan=False)


def test_hanging_disk_holds_up_no_cell(watch: watcher.Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the log directory's disk hangs, cells begin and end all the same, and the status says why data is late."""
    hangs, hung = threading.Event(), threading.Event()

    def hang(_budget: float | None) -> Iterator[None]:
        hung.set()
        hangs.wait(30)
        yield from ()

    monkeypatch.setattr(watch._follower, "poll", hang)
    watch._ticker.wake()
    assert hung.wait(10)
    for _ in range(3):
        watch._before_cell()
        watch.mark("still here")
        watch._hear({"type": "hello", "id": 1, "have": []})
        watch._after_cell()
    over, trouble = hangs.is_set(), watch._standing.trouble
    hangs.set()

    assert not over
    assert "is its disk there?" in trouble


def test_same_directory_gives_the_same_watch(watch: watcher.Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whatever name; after its end a new one is begun."""
    logdir = Path(watch.logdir)
    monkeypatch.chdir(logdir.parent)

    assert tbnb.watch("runs") is tbnb.watch(f"{logdir.parent}/./runs/") is watch
    watch.stop()
    with tbnb.watch("runs", autoflush=False) as other:
        assert other is not watch
        assert other.running


def test_watch_is_over_at_the_end_of_its_block(tmp_path: Path) -> None:
    """What was logged is known, the page is told that it's stopped, and nothing of it is left."""
    interval = sys.getswitchinterval()
    with tbnb.watch(tmp_path / "runs", autoflush=False) as watch:
        watch.writer.add_scalar("loss", 1.0, 0)

    assert [len(series) for series in watch.log.series] == [1]
    assert '"state": "stopped"' in watch.widget._snapshot
    assert not watch._ticker.alive
    assert sys.getswitchinterval() == interval
    assert watcher.watches(watch.logdir) == []
    with pytest.raises(NotRunningError, match="was stopped"):
        _ = watch.writer


def test_watch_stays_where_it_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own runs, and trainings that autolog joins, go to its directory, and its end is its own, wherever one is."""
    here, there = tmp_path / "here", tmp_path / "there"
    for place in (here, there):
        place.mkdir()
    monkeypatch.chdir(here)
    first = tbnb.watch("runs", autoflush=False)
    monkeypatch.chdir(there)
    first.writer.add_scalar("loss", 1.0, 0)
    assert directory() == here / "runs"

    second = tbnb.watch("runs", autoflush=False)
    first.stop()

    assert [len(series) for series in first.log.series] == [1]
    assert watcher.watches() == [second]
    second.stop()
    monkeypatch.chdir(here)
    with tbnb.watch("runs", autoflush=False) as again:
        assert again.running


def test_stopped_watch_is_let_go(tmp_path: Path) -> None:
    """ipywidgets keep its widget for good: with it nothing of the log stays, and nobody waits for an answer to it."""
    with tbnb.watch(tmp_path / "runs", autoflush=False) as watch:
        watch.writer.add_scalar("loss", 1.0, 0)
    widget = watch.widget
    widget._handle_custom_msg({"type": "hello", "id": 1, "have": []}, [])
    assert not watch._errands._waiting

    gone = weakref.ref(watch)
    del watch
    gc.collect()
    assert gone() is None


def test_interrupted_end_of_a_watch_ends_all_of_it(watch: watcher.Watch) -> None:
    """Who loses patience with a slow disk at the end leaves no thread, and nothing beside the watch, running."""
    ended: list[str] = []

    def interrupted() -> None:
        raise KeyboardInterrupt

    for stop in (partial(ended.append, "first"), interrupted, partial(ended.append, "last")):
        companion = Talkative()
        companion.stop = stop  # type: ignore[method-assign]
        watch.companions.append(companion)

    with pytest.raises(KeyboardInterrupt):
        watch.stop()

    assert ended == ["first", "last"]
    assert not watch._ticker.alive


def test_writer_wakes_only_the_watch_of_its_directory(watch: watcher.Watch, tmp_path: Path) -> None:
    """A directory whose name begins alike is another one."""
    watch._ticker.stop()

    growth.grew(str(tmp_path / "runs2" / "events.out.tfevents.1"))
    assert not watch._told
    growth.grew(str(tmp_path / "runs" / "a" / "events.out.tfevents.1"))
    assert watch._told


def test_told_watch_does_not_look_often_by_itself(watch: watcher.Watch) -> None:
    """Also where a look of its own had found the news before they were told."""
    watch._ticker.stop()
    watch.writer.add_scalar("loss", 1.0, 0)
    watch.writer.flush()
    watch._told = False
    watch._tick()
    assert watch._pause == watcher.HOT

    watch._on_growth(str(Path(watch.logdir) / "own" / "events.out.tfevents.1"))
    watch._tick()
    assert watch._pause == watcher.TOLD


def test_mark_says_whatever_it_is_given(watch: watcher.Watch) -> None:
    """A number of an epoch is marked in its digits: it's no error that ends a training."""
    watch.mark(7)  # type: ignore[arg-type]
    watch.mark(ValueError("diverged"))  # type: ignore[arg-type]
    watch._tick()

    assert [mark["text"] for mark in watch._feed.status["marks"]] == ["7", "diverged"]


def test_end_of_a_cell_that_stumbles_is_told(watch: watcher.Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the status, until one doesn't, and not in the cell."""

    def stumble(*_: Any) -> None:
        raise ValueError("no picture")

    with monkeypatch.context() as broken:
        broken.setattr(watch, "_bring_up_to_date", stumble)
        watch._after_cell()
    watch._tick()
    assert "no picture" in str(watch._feed.status["problems"])

    watch._after_cell()
    watch._tick()
    assert watch._feed.status["problems"] == []


def test_mark_stands_where_the_curves_are(watch: watcher.Watch) -> None:
    """At the newest step, with its text; and again in each status."""
    watch.writer.add_scalar("loss", 1.0, 41)
    watch._after_cell()

    watch.mark("unfroze <b>backbone</b>")
    watch._after_cell()

    (mark,) = watch._feed.status["marks"]
    assert (mark["step"], mark["text"], mark["kind"]) == (41, "unfroze <b>backbone</b>", "note")


class Talkative:
    """What runs beside a watch, and has much to say."""

    def settle(self) -> None: ...

    def notes(self) -> list[str]:
        return ["x" * 10_000] * 1000

    def stop(self) -> None: ...


def test_status_stays_small(watch: watcher.Watch) -> None:
    """Whatever is wrong, however often, and however long its name is: it goes into every few messages."""
    for number in range(1000):
        problem = Problem("x" * 10_000, number, "corrupt", f"{number} {'x' * 10_000} is damaged")
        watch.log._problems.append(problem)
        watch.mark("x" * 10_000)
    watch.companions.append(Talkative())
    watch._after_cell()

    assert len(watch._feed.status["problems"]) == len(watch._feed.status["notes"]) == 20
    assert len(json.dumps(watch._feed.status)) < 55_000


def test_poster_is_a_figure(watch: watcher.Watch) -> None:
    """With no point and with some."""
    assert watch.poster().axes == []
    watch.writer.add_scalar("loss", 1.0, 0)
    watch._after_cell()

    assert [axes.get_title(loc="left") for axes in watch.poster().axes] == ["loss"]


@pytest.mark.parametrize("setting", ["text.usetex", "figure.constrained_layout.use", "figure.autolayout"])
def test_still_picture_disturbs_no_cell(watch: watcher.Watch, setting: str) -> None:
    """Neither what the user set for his figures fails or warns there, nor letters that his font lacks."""
    watch.writer.add_scalar("训练/train_loss", 1.0, 0)
    watch.writer.flush()
    watch.log.poll()

    with rc_context({setting: True}):
        assert watch._showing._picture()["image/png"]
        assert watch.poster().axes
        assert rcParams[setting]


@pytest.mark.parametrize(
    "wrong",
    [{"smoothing": 1.0}, {"x": "sideways"}, {"height": 0}, {"runs": "("}, {"tags": "*"}, {"runs": re.compile("a")}],
)
def test_wrong_option_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    """By a sentence with the value; no watch is begun."""
    with pytest.raises(BadValueError, match=re.escape(str(next(iter(wrong.values()))))):
        tbnb.watch(tmp_path / "runs", **wrong)

    assert watcher.watches(tmp_path / "runs") == []


def test_place_that_cannot_keep_begins_no_watch(tmp_path: Path, watch: watcher.Watch) -> None:
    """The error says what's wrong, and nothing is left running; a watch that ran before goes on."""
    for logdir in (str(tmp_path / "others"), watch.logdir):
        with pytest.raises(TbnbError, match=re.escape(logdir)):
            tbnb.watch(logdir, persist=logdir, autoflush=False)

    assert watcher.watches() == [watch]
    assert watch.running


def test_log_may_be_polled_by_the_user_too(watch: watcher.Watch) -> None:
    """What his poll reads goes to the page all the same."""
    watch._ticker.stop()
    watch.writer.add_scalar("loss", 1.0, 0)
    watch.writer.flush()

    assert watch.log.poll() == 1
    watch._tick()
    assert watch._feed._points == 1
