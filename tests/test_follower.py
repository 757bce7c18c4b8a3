"""Following a directory: what is new, what was replaced, what is gone; within a budget, and woken by a writer."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

import tbnb.follow.discover
import tbnb.follow.follower
from tbnb.events.pieces import Damage, Gone, Item, Points, Replaced, Report, Unreadable
from tbnb.follow.follower import Follower
from tests.files import event, event_file, file_version, framed, of_plugin, scalars, string_tensor


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def news(reports: Iterator[Report]) -> list[tuple[str, object]]:
    """What reports say: a number of points, or the kind of news, with the run."""
    said = ((report.run, each) for report in reports for each in report.news)
    return [(run, len(each.step) if isinstance(each, Points) else type(each)) for run, each in said]


def points(follower: Follower, budget: float | None = None) -> int:
    return sum(count for _, count in news(follower.poll(budget)) if isinstance(count, int))


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)


def test_a_directory_with_event_files_is_a_run(logdir: Path) -> None:
    """At any depth, by its path below the log directory; the log directory itself is '.'."""
    for place in (".", "a", "a/b/c", "line\nbreak"):
        event_file(logdir / place, scalars("loss", [1.0]))
    (logdir / "empty").mkdir()

    assert {run for run, _ in news(Follower(logdir).poll())} == {".", "a", "a/b/c", "line\nbreak"}


def test_a_missing_directory_is_a_beginning(logdir: Path) -> None:
    """What isn't there yet is waited for, without a word; then it's read."""
    follower = Follower(logdir)

    assert news(follower.poll()) == []
    event_file(logdir / "a", scalars("loss", [1.0, 2.0]))
    assert news(follower.poll()) == [("a", 2)] or points(follower) == 0


def test_a_file_is_read_on(logdir: Path) -> None:
    """A point is told once, as soon as its bytes are there, torn wherever they are."""
    path = event_file(logdir, [file_version()])
    follower = Follower(logdir)
    list(follower.poll())
    data = framed(scalars("loss", range(5), 1))

    told = []
    for start in range(0, len(data), 7):
        append(path, data[start : start + 7])
        told.append(points(follower))

    assert sum(told) == 5
    assert set(told) <= {0, 1}


def test_files_of_a_run_come_in_order(logdir: Path) -> None:
    """At a first read the files of a run are read in the order of their names, all of them."""
    for name in ("3", "1", "2"):
        event_file(logdir, scalars("loss", [float(name)]), f"events.out.tfevents.{name}")

    reports = list(Follower(logdir).poll())

    assert [Path(report.path).name[-1] for report in reports] == ["1", "2", "3"]


def test_other_files_are_left_alone(logdir: Path) -> None:
    """Only names with tfevents count, and a profiler's empty ones don't."""
    for name in ("model.pt", "events.out.tfevents.1.profile-empty"):
        event_file(logdir, scalars("loss", [1.0]), name)

    assert news(Follower(logdir).poll()) == []


def test_a_file_in_place_of_a_directory(logdir: Path) -> None:
    """An event file given as log directory is a log of that one file."""
    path = event_file(logdir, scalars("loss", [1.0]))
    event_file(logdir, scalars("loss", [1.0]), "other.tfevents")

    assert news(Follower(path).poll()) == [(".", 1)]


def test_loops_of_links_are_cut(logdir: Path) -> None:
    """A linked directory is a run of its own; a link to a directory above isn't followed."""
    event_file(logdir / "a", scalars("loss", [1.0]))
    event_file(logdir.parent / "elsewhere", scalars("loss", [1.0]))
    (logdir / "linked").symlink_to(logdir.parent / "elsewhere")
    (logdir / "a" / "loop").symlink_to(logdir)
    (logdir / "broken").symlink_to(logdir / "nothing")

    assert sorted({run for run, _ in news(Follower(logdir).poll())}) == ["a", "linked"]


def test_a_replaced_file_is_read_anew(logdir: Path) -> None:
    """Another file under the name: what the first said is void, the new one is read from its start."""
    path = event_file(logdir, scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    event_file(logdir, scalars("loss", range(50)), "new")
    (logdir / "new").replace(path)

    said = news(follower.poll())

    assert said[0] == (".", Replaced)
    assert sum(count for _, count in said[1:] if isinstance(count, int)) == 50


def test_a_file_that_shrank_is_read_anew(logdir: Path) -> None:
    """So is one that lost its end."""
    path = event_file(logdir, scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    path.write_bytes(framed(scalars("loss", range(3))))

    said = news(follower.poll())

    assert said[0] == (".", Replaced)
    assert sum(count for _, count in said[1:] if isinstance(count, int)) == 3


def test_a_file_written_anew_under_its_name_is_read_anew(logdir: Path) -> None:
    """Also if it's the same file to the system and longer than before; while it's followed and after it was left."""
    path = event_file(logdir, scalars("loss", range(10)))
    for left in (False, True):
        follower = Follower(logdir)
        before = points(follower)
        if left:
            follower.close()
        inode = path.stat().st_ino
        path.write_bytes(framed(scalars(f"anew/{left}", range(before + 20), 1)))

        assert path.stat().st_ino == inode
        assert news(follower.poll()) == [(".", Replaced), (".", before + 20)]


def test_a_file_that_was_written_anew_is_seen_by_a_hurried_look(logdir: Path) -> None:
    """A busy kernel's poll sees it, too, without a round through the tree."""
    path = event_file(logdir, scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    path.write_bytes(framed(scalars("loss", range(3))))

    assert (".", Replaced) in news(follower.poll(budget=0.0))


def test_a_file_that_is_gone_is_said_once(logdir: Path) -> None:
    """And it may come back, and be read on."""
    path = event_file(logdir / "a", scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    path.rename(logdir / "away")

    assert news(follower.poll()) == [("a", Gone)]
    assert news(follower.poll()) == []
    (logdir / "away").rename(path)
    append(path, framed(scalars("loss", [1.0], 10)))
    assert points(follower) == 1


def test_a_removed_run_keeps_what_it_said(logdir: Path) -> None:
    """A whole directory that vanishes is gone, file by file; the others are read on."""
    event_file(logdir / "a", scalars("loss", range(10)))
    other = event_file(logdir / "b", scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    shutil.rmtree(logdir / "a")
    append(other, framed(scalars("loss", [1.0], 10)))

    assert sorted(news(follower.poll()), key=str) == sorted([("a", Gone), ("b", 1)], key=str)


def test_a_directory_that_cannot_be_listed_is_not_empty(logdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed listing is said once, and the files known of are read on."""
    path = event_file(logdir / "a", scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    real = os.scandir

    def failing(directory: str) -> object:
        if str(directory).endswith("a"):
            raise PermissionError(13, "Permission denied")
        return real(directory)

    monkeypatch.setattr(os, "scandir", failing)
    append(path, framed(scalars("loss", [1.0], 10)))
    event_file(logdir / "a", scalars("loss", [1.0]), "new.tfevents")

    assert sorted(news(follower.poll()), key=str) == sorted([("a", 1), ("", Unreadable)], key=str)
    assert news(follower.poll()) == []
    monkeypatch.undo()
    assert points(follower) == 1


def test_damage_is_said_once(logdir: Path) -> None:
    """All intact records come, before and after the damage, also such as are written later."""
    data = bytearray(framed(scalars("loss", range(10), 1)))
    data[200] ^= 0xFF
    path = event_file(logdir, [])
    path.write_bytes(data)
    follower = Follower(logdir)

    said = news(follower.poll())
    append(path, framed(scalars("loss", range(5), 11)))

    assert sum(count for _, count in said if isinstance(count, int)) == 9
    assert [kind for _, kind in said if kind is Damage] == [Damage]
    assert news(follower.poll()) == [(".", 5)]


def test_damage_at_the_end_is_said_once(logdir: Path) -> None:
    """Where nothing intact follows yet, the damage is said, and what comes later is found."""
    data = framed(scalars("loss", range(10), 1))
    path = event_file(logdir, [])
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 0x55]))
    follower = Follower(logdir)

    assert news(follower.poll()) == [(".", 9), (".", Damage)]
    append(path, framed(scalars("loss", [1.0], 11))[:20])
    assert news(follower.poll()) == []
    append(path, framed(scalars("loss", [1.0], 11))[20:])
    assert news(follower.poll()) == [(".", 1)]


@pytest.mark.parametrize("count", [3, 30])
def test_garbage_that_was_cut_off_hides_nothing(logdir: Path, count: int) -> None:
    """Records that are written where garbage had stood are found, though the file is as long as before, or longer."""
    path = event_file(logdir, [])
    path.write_bytes(b"\xff" * 200)
    follower = Follower(logdir)
    assert news(follower.poll()) == [(".", Damage)]

    path.write_bytes(b"\xff" * 20 + framed(scalars("loss", range(count), 1)))

    assert points(follower) == count


def test_late_zeros_become_data(logdir: Path) -> None:
    """Blocks that a network file system shows as zeros are read when they have come."""
    data = framed(scalars("loss", range(100), 1))
    path = event_file(logdir, [])
    path.write_bytes(data[:1000] + bytes(len(data) - 1000))
    follower = Follower(logdir)
    first = points(follower)
    with path.open("r+b") as stream:
        stream.write(data)

    assert first + points(follower) == 100


def test_a_long_record_is_one_item(logdir: Path) -> None:
    """A record longer than any block is told by its place, however many more follow."""
    big = event(1, of_plugin("text", "t", string_tensor(b"x" * 6_000_000)))
    event_file(logdir, [big, *scalars("loss", range(3), 1), big])

    said = [kind for _, kind in news(Follower(logdir).poll())]

    assert said.count(Item) == 2
    assert sum(count for count in said if isinstance(count, int)) == 3


def test_a_budget_spreads_the_work(logdir: Path) -> None:
    """With no time at all, each poll still looks at a few files; after enough polls all is read, and nothing twice."""
    for run in range(40):
        event_file(logdir / f"run{run:02}", scalars("loss", range(10)))
    follower = Follower(logdir)

    told = [points(follower, budget=0.0) for _ in range(60)]

    assert sum(told) == 400
    assert max(told) <= 80


def test_a_hot_file_costs_one_read_a_poll(logdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a busy kernel each system call may wait for the interpreter: nothing but the read itself is asked."""
    path = event_file(logdir / "run", scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    calls = []
    for name in ("stat", "fstat", "open", "scandir", "listdir", "lstat", "pread"):
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *args, name=name, real=real, **kw: (calls.append(name), real(*args, **kw))[1]
        )

    for step in range(10, 20):
        append(path, framed(scalars("loss", [1.0], step)))
        calls.clear()
        follower.wake(str(path))
        assert points(follower, budget=0.01) == 1
        assert calls == ["pread"]


class Clock:
    """Time that passes for a follower when it's told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        began, started = time.time(), time.monotonic()
        fake = SimpleNamespace(
            time=lambda: began + self.passed,
            monotonic=lambda: started + self.passed,
            thread_time=lambda: self.passed,
        )
        for module in (tbnb.follow.follower, tbnb.follow.discover):
            monkeypatch.setattr(module, "time", fake)


def test_hot_files_take_turns(logdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the budget is spent with one file, the next poll begins with another, also between the rounds."""
    paths = [event_file(logdir / name, scalars("loss", [0.0])) for name in "abc"]
    Clock(monkeypatch)
    follower = Follower(logdir)
    points(follower)

    read = set()
    for step in range(1, 4):
        for path in paths:
            append(path, framed(scalars("loss", [1.0], step)))
        read.update(run for run, _ in news(follower.poll(budget=-1.0)))

    assert read == {"a", "b", "c"}


def test_files_of_the_future_are_no_hotter_than_one_that_grows(logdir: Path) -> None:
    """Many files whose times are ahead, as those of a machine with another clock, leave a growing one its place."""
    live = event_file(logdir / "live", scalars("loss", [0.0]))
    for number in range(100):
        path = event_file(logdir / f"{number}", scalars("loss", [0.0]))
        os.utime(path, (time.time() + 3600, time.time() + 3600))
    follower = Follower(logdir)
    points(follower)
    append(live, framed(scalars("loss", [1.0], 1)))
    follower.wake(str(live))
    assert points(follower, budget=0.0) == 1

    append(live, framed(scalars("loss", [2.0], 2)))

    assert points(follower, budget=10.0) == 1


def test_a_new_run_is_seen_within_a_second(logdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At any depth, though polls have a budget and other files are hot."""
    hot = event_file(logdir / "a" / "hot", scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    clock = Clock(monkeypatch)
    for place in ("new", "a/new", "a/hot/new", "b/c/d/new"):
        event_file(logdir / place, scalars("loss", [1.0]))
        seen: set[str] = set()
        for _ in range(20):
            clock.passed += 0.05
            append(hot, framed(scalars("loss", [1.0], 10)))
            seen |= {run for run, _ in news(follower.poll(budget=0.02))}
        assert place in seen


def test_idle_rounds_take_a_share_of_the_processor(logdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longer a round without news takes, the longer the next one waits; but what's new in the root is seen."""
    for run in range(20):
        event_file(logdir / f"run{run}", scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    clock = Clock(monkeypatch)
    looks = []
    real = os.stat

    def stat(path: str, **how: bool) -> os.stat_result:
        looks.append(path)
        clock.passed += 0.001
        return real(path, **how)

    monkeypatch.setattr(os, "stat", stat)
    for _ in range(1000):
        clock.passed += 0.05
        list(follower.poll(budget=0.02))

    assert len(looks) * 0.001 < 0.02 * clock.passed + 0.5
    event_file(logdir / "new", scalars("loss", [1.0]))
    told = 0
    for _ in range(20):
        clock.passed += 0.05
        told += points(follower, budget=0.02)
    assert told == 1


def test_what_wakes_is_ours(logdir: Path) -> None:
    """Paths elsewhere, of other names, or by a link that leads to a place known by another path, change nothing."""
    path = event_file(logdir / "a", scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    (logdir / "link").symlink_to(logdir / "a")
    event_file(logdir.parent / "elsewhere", scalars("loss", [1.0]))
    (logdir / "a" / "notes.txt").write_text("not an event file")
    for each in (logdir.parent / "elsewhere" / path.name, logdir / "link" / path.name, logdir / "a" / "notes.txt"):
        follower.wake(str(each))

    assert news(follower.poll()) == []


def test_a_woken_run_that_is_new_is_read_at_once(logdir: Path) -> None:
    """All its files, in order, before any round comes to them."""
    event_file(logdir / "old", scalars("loss", [1.0]))
    follower = Follower(logdir)
    list(follower.poll())
    paths = [event_file(logdir / "new", scalars("loss", [1.0]), f"{name}.tfevents") for name in ("1", "2")]
    follower.wake(str(paths[1]))

    assert [report.path for report in follower.poll(budget=10.0)] == [str(path) for path in paths]


def test_waking_while_polling(logdir: Path) -> None:
    """Writers may wake files at any moment."""
    paths = [str(event_file(logdir / str(run), scalars("loss", [1.0]))) for run in range(100)]
    follower, done = Follower(logdir), threading.Event()

    def wake() -> None:
        while not done.is_set():
            for path in paths:
                follower.wake(path)

    threads = [threading.Thread(target=wake) for _ in range(2)]
    for thread in threads:
        thread.start()
    told = sum(points(follower, budget=0.001) for _ in range(300))
    done.set()
    for thread in threads:
        thread.join()

    assert told + points(follower) == 100


def test_a_woken_file_comes_first(logdir: Path) -> None:
    """What a writer of this process says has grown is read before anything else, even if it's new."""
    for run in range(20):
        event_file(logdir / f"run{run:02}", scalars("loss", range(10)))
    follower = Follower(logdir)
    list(follower.poll())
    path = event_file(logdir / "run13", scalars("loss", [1.0]), "new.tfevents")
    for run in range(20):
        append(next((logdir / f"run{run:02}").glob("events*")), framed(scalars("loss", [1.0], 10)))
    follower.wake(str(path.with_name("events.out.tfevents.1700000000.host")))

    first = next(iter(follower.poll(budget=0.0)))

    assert first.run == "run13"
    follower.wake(str(path))
    assert ("run13", 1) in news(islice(follower.poll(budget=10.0), 30))


def test_ten_thousand_runs(logdir: Path) -> None:
    """So many directories are one log like any other, and a second poll finds nothing new."""
    data = framed(scalars("loss", [1.0]))
    for run in range(10_000):
        directory = logdir / str(run // 100) / str(run)
        directory.mkdir(parents=True)
        (directory / "a.tfevents").write_bytes(data)
    follower = Follower(logdir)

    assert points(follower) == 10_000
    assert points(follower) == 0
