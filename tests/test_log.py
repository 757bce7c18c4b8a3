"""What `tbnb.read` gives: the surface of a log, its runs and its series."""

from __future__ import annotations

import gc
import os
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import tbnb
from tbnb.page.standing import Standing
from tbnb.store.series import Series
from tests.files import EXAMPLES, event, event_file, file_version, framed, scalar, scalars, session_start


@pytest.fixture
def log(tmp_path: Path) -> tbnb.Log:
    event_file(tmp_path / "train", scalars("loss", [3.0, 2.0, 1.0]))
    event_file(tmp_path / "eval", [event(1, scalar("acc", 0.5), EXAMPLES["images"])])
    return tbnb.read(tmp_path)


def test_runs_and_series(log: tbnb.Log) -> None:
    """A log is a mapping of runs, a run one of tags."""
    assert sorted(log.runs) == sorted(log) == ["eval", "train"]
    assert list(log["train"]) == ["loss"]
    assert {series.tag for series in log.series} == {"loss", "acc", "i"}
    assert log["eval"]["i"].kind == "images"
    assert (len(log), len(log["eval"]), len(log["train"]["loss"])) == (2, 2, 3)


def test_a_run_without_a_value_yet(tmp_path: Path) -> None:
    """A directory with an event file is a run as soon as the file is there."""
    path = event_file(tmp_path / "begun", [file_version()])
    event_file(tmp_path / "empty", [])

    log = tbnb.read(tmp_path)

    assert sorted(log.runs) == ["begun", "empty"]
    assert list(log["begun"]) == []
    with path.open("ab") as stream:
        stream.write(framed(scalars("loss", [1.0])))
    assert log.poll() == 1
    assert list(log["begun"]) == ["loss"]


def test_columns(log: tbnb.Log) -> None:
    """Steps, wall times and values are read-only arrays of fixed types; a point has all three."""
    series = log["train"]["loss"]

    assert (series.step.dtype, series.wall_time.dtype, series.value.dtype) == (np.int64, np.float64, np.float64)
    assert series.value.tolist() == [3.0, 2.0, 1.0]
    assert series[-1].value == 1.0
    assert [point.step for point in series] == [0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        series.step[0] = 5


def test_items_are_read_when_asked_for(log: tbnb.Log) -> None:
    """An image is decoded from the file; it has no value column, and the error says where it is."""
    series = log["eval"]["i"]

    assert series[0].step == 1
    assert series[0].data.width == 3
    with pytest.raises(TypeError, match=r"series\[i\]\.data"):
        _ = series.value


def test_unknown_names_are_answered(log: tbnb.Log) -> None:
    """What isn't there raises a KeyError that says what is."""
    with pytest.raises(KeyError, match="'train'"):
        log["missing"]
    with pytest.raises(KeyError, match="'loss'"):
        log["train"]["missing"]


def test_poll_counts_what_is_new(tmp_path: Path) -> None:
    """`poll()` gives the number of points and items newly read, and they are there."""
    log = tbnb.read(tmp_path / "later")
    assert (log.runs, log.poll()) == ([], 0)
    path = event_file(tmp_path / "later" / "a", scalars("loss", [1.0, 2.0]))
    assert log.poll() == 2
    with path.open("ab") as stream:
        stream.write(framed(scalars("loss", [3.0], 2)))
    assert log.poll() == 1
    assert log["a"]["loss"].value.tolist() == [1.0, 2.0, 3.0]


def test_touched_is_what_changed(tmp_path: Path) -> None:
    """The series that began, grew or lost points since the last question, in that order, and none twice."""
    loss = event_file(tmp_path / "a", scalars("loss", [1.0, 2.0]))
    event_file(tmp_path / "b", scalars("loss", [1.0]))
    log = tbnb.read(tmp_path)
    assert [(series.run, series.tag) for series in log.touched()] == [("a", "loss"), ("b", "loss")]
    assert log.touched() == []

    for step in (2, 3):
        with loss.open("ab") as stream:
            stream.write(framed([event(step, scalar("loss", 3.0)), event(step, scalar("acc", 3.0))]))
        log.poll()
    assert log.touched() == [log["a"]["loss"], log["a"]["acc"]]

    with loss.open("ab") as stream:
        stream.write(framed([session_start(3)]))
    log.poll()
    assert log.touched() == [log["a"]["loss"], log["a"]["acc"]]
    event_file(tmp_path / "b", scalars("loss", []))
    log.poll()
    assert log.touched() == [log["b"]["loss"]]


def test_frame(log: tbnb.Log) -> None:
    """All scalars as a tidy table."""
    frame = log.frame()

    assert list(frame.columns) == ["run", "tag", "step", "wall_time", "value"]
    rows = frame[frame["run"] == "train"]
    assert rows["value"].tolist() == [3.0, 2.0, 1.0]
    assert set(rows["tag"]) == {"loss"}
    assert frame["step"].dtype == np.int64
    assert len(tbnb.read("nothing there").frame()) == 0


def test_problems_are_sentences(tmp_path: Path) -> None:
    """Damage is listed with its file and place, once."""
    path = event_file(tmp_path, scalars("loss", range(10)))
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)

    log = tbnb.read(tmp_path)
    log.poll()

    (problem,) = log.problems
    assert (problem.path, problem.what) == (str(path), "corrupt")
    assert str(problem.offset) in str(problem)
    assert len(log["."]["loss"]) == 9


def test_display_is_short_and_safe(tmp_path: Path) -> None:
    """A notebook shows a table; names are escaped, long lists cut."""
    for number in range(50):
        event_file(tmp_path / f"<b>{number}", [event(1, scalar("<script>alert(1)</script>", 1.0))])
    log = tbnb.read(tmp_path)

    for shown in (log._repr_html_(), log["<b>7"]._repr_html_()):
        assert "<script>" not in shown
        assert "<b>" not in shown
    assert "30 more" in log._repr_html_()
    assert len(repr(log)) < 300
    assert "50 runs" in repr(log)
    assert "1 scalars" in repr(log["<b>7"]["<script>alert(1)</script>"])


def test_a_loop_over_a_series_is_over_the_points_of_one_moment(tmp_path: Path) -> None:
    """Points that another thread's poll withdraws, or adds, don't end the loop or lengthen it."""
    path = event_file(tmp_path, scalars("loss", range(10)))
    log = tbnb.read(tmp_path)
    loop = iter(log["."]["loss"])
    first = next(loop)

    path.write_bytes(framed(scalars("loss", [7.0])))
    log.poll()

    assert [point.step for point in (first, *loop)] == list(range(10))
    assert len(log["."]["loss"]) == 1


def test_points_may_be_withdrawn_between_two_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What shows a log, or marks its newest step, asks for each column once: another thread may poll meanwhile."""
    path = event_file(tmp_path, scalars("loss", range(10)))
    log = tbnb.read(tmp_path)
    standing = Standing(log)
    standing.status(log.series, [], running=True)
    path.write_bytes(framed([file_version()]))
    log.poll()
    monkeypatch.setattr(Series, "__len__", lambda series: 10)

    standing.mark("now")

    assert "<table>" in log._repr_html_()
    assert "<table>" in log["."]._repr_html_()


def test_reading_while_polling(tmp_path: Path) -> None:
    """Readers in other threads always see columns of one length that begin as they began."""
    path = event_file(tmp_path, scalars("loss", range(10)))
    log = tbnb.read(tmp_path)
    series, wrong, done = log["."]["loss"], [], threading.Event()

    def reader() -> None:
        while not done.is_set():
            _, step, wall_time, value = series.snapshot()
            if not (len(step) == len(wall_time) == len(value)) or (step != value).any():
                wrong.append(len(step))

    threads = [threading.Thread(target=reader) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(10, 3000, 10):
        with path.open("ab") as stream:
            stream.write(framed(scalars("loss", range(start, start + 10), start)))
        log.poll()
    done.set()
    for thread in threads:
        thread.join()

    assert len(series) == 3000
    assert wrong == []


def test_no_file_stays_open_that_nobody_follows(tmp_path: Path) -> None:
    """Reading leaves no file open, reading on keeps a growing one open, and a log that's dropped closes it."""
    path = event_file(tmp_path / "a", scalars("loss", [1.0, 2.0]))

    log = tbnb.read(tmp_path)
    assert not opened(path)

    with path.open("ab") as file:
        file.write(framed(scalars("loss", [3.0])))
    log.poll()
    assert opened(path)

    del log
    gc.collect()
    assert not opened(path)


def opened(path: Path) -> bool:
    """Whether this process has the file open."""
    status = path.stat()
    for entry in Path("/dev/fd").iterdir():
        with suppress(OSError):  # the listing's own
            if os.path.samestat(os.fstat(int(entry.name)), status):
                return True
    return False
