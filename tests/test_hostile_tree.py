"""Directories made to harm: strange names, loops, what can't be read, what goes away, and very many runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import tbnb

from .files import event_file, file_version, scalars
from .hostile import NAME, records, steps

NOBODY = 65534

NAMES = ["a\nb", "a b", " ", "-rf", "[x]*?", "\u202e\u0001", "caf\u00e9", "\U0001f600", "a\\b", "%00", "x" * 255, "~"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_runs(tmp_path: Path, name: str) -> None:
    """A run has its directory's name, whatever that is."""
    event_file(tmp_path / name / "train", scalars("x", [0.5]))

    log = tbnb.read(tmp_path)

    assert log.runs == [f"{name}/train"]
    assert log[f"{name}/train"]["x"].value.tolist() == [0.5]
    assert repr(log)
    assert log.frame()["run"].tolist() == [f"{name}/train"]


@pytest.mark.skipif(os.name != "posix", reason="other systems' names are text")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """A directory's name that isn't UTF-8 is as Python has it."""
    directory = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe"))
    event_file(directory, scalars("x", [0.5]))

    log = tbnb.read(tmp_path)

    assert log.runs == [directory.name]
    assert log[directory.name]["x"].value.tolist() == [0.5]
    assert repr(log).encode("utf-8", "backslashreplace")


@pytest.mark.parametrize("name", ["events.out.tfevents.1\n2", "tfevents", "x.tfevents.y z", "-tfevents", "*tfevents?"])
def test_names_of_files(tmp_path: Path, name: str) -> None:
    """A file with tfevents in its name is an event file, whatever else is in it."""
    event_file(tmp_path, scalars("x", [0.5]), name)

    assert steps(tbnb.read(tmp_path)) == [0]


def test_what_is_no_event_file(tmp_path: Path) -> None:
    """Other files, a directory of such a name, and the profiler's marker are no event files."""
    event_file(tmp_path / "events.out.tfevents.directory", scalars("x", [0.5]))
    for name in ["model.pt", "events.out.tfevents.1.profile-empty", "tfevent"]:
        (tmp_path / name).write_bytes(b"\xff" * 100)

    log = tbnb.read(tmp_path)

    assert log.runs == ["events.out.tfevents.directory"]
    assert log.problems == []


@pytest.mark.parametrize("content", [b"", b"\0", b"\0" * 10_000])
def test_a_file_that_says_nothing_yet(tmp_path: Path, content: bytes) -> None:
    """An empty file, or one of zeros, is a beginning and no problem."""
    (tmp_path / NAME).write_bytes(content)
    log = tbnb.read(tmp_path)
    assert log.problems == []

    (tmp_path / NAME).write_bytes(b"".join(records(2)))
    log.poll()

    assert steps(log) == [0, 1]


@pytest.mark.parametrize("content", [b"this is a text\n" * 1000, b"\x1f\x8b" + bytes(range(256)) * 5000])
def test_a_file_that_is_something_else(tmp_path: Path, content: bytes) -> None:
    """A text or an archive of an event file's name is reported once, and harms nobody."""
    (tmp_path / "tfevents.zip").write_bytes(content)
    event_file(tmp_path, scalars("x", [0.5]))

    log = tbnb.read(tmp_path)
    log.poll()

    assert steps(log) == [0]
    assert [problem.what for problem in log.problems] == ["corrupt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_of_that_name(tmp_path: Path) -> None:
    """A named pipe, which would let a reader wait for ever, is reported once, and harms nobody."""
    os.mkfifo(tmp_path / "events.out.tfevents.pipe")
    event_file(tmp_path, scalars("x", [0.5]))

    log = tbnb.read(tmp_path)
    log.poll()

    assert steps(log) == [0]
    assert [problem.what for problem in log.problems] == ["unreadable"]


# Links


def test_loops_of_links(tmp_path: Path) -> None:
    """A link to a directory above, to itself or to its twin is no endless tree."""
    event_file(tmp_path / "a" / "b", scalars("x", [0.5]))
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "to_d").symlink_to(tmp_path / "d")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "to_c").symlink_to(tmp_path / "c")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")

    log = tbnb.read(tmp_path)

    assert log.runs == ["a/b"]
    assert log.poll() == 0


def test_many_links_to_each_other(tmp_path: Path) -> None:
    """Directories that all link to each other, of which paths are without number, are read in a moment."""
    for i in range(12):
        event_file(tmp_path / str(i), scalars("x", [0.5]))
        for j in range(12):
            (tmp_path / str(i) / f"to{j}").symlink_to(tmp_path / str(j))

    log = tbnb.read(tmp_path)

    assert {str(i) for i in range(12)} <= set(log.runs)


def test_a_linked_run_is_a_run(tmp_path: Path) -> None:
    """A run that lies elsewhere and is linked here is read, a linked file, too."""
    elsewhere = event_file(tmp_path / "elsewhere", scalars("x", [0.5, 1.5]))
    (tmp_path / "logs" / "file").mkdir(parents=True)
    (tmp_path / "logs" / "linked").symlink_to(elsewhere.parent)
    (tmp_path / "logs" / "file" / NAME).symlink_to(elsewhere)

    log = tbnb.read(tmp_path / "logs")

    assert sorted(log.runs) == ["file", "linked"]
    assert all(len(log[run]["x"]) == 2 for run in log.runs)


# What can't be read


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A directory, and no rights beyond its own: even where tests run as root."""
    directory = Path(tempfile.mkdtemp())
    as_root = os.geteuid() == 0
    if as_root:
        os.chown(directory, NOBODY, -1)
        os.seteuid(NOBODY)
    yield directory
    for path in directory.rglob("*"):
        path.chmod(0o700)
    if as_root:
        os.seteuid(0)
    shutil.rmtree(directory)


def test_a_directory_that_cannot_be_read(unprivileged: Path) -> None:
    """A locked directory is said once, hides nothing else, and is read when it opens."""
    event_file(unprivileged / "open", scalars("x", [0.5]))
    event_file(unprivileged / "locked", scalars("x", [0.5]))
    (unprivileged / "locked").chmod(0)

    log = tbnb.read(unprivileged)
    log.poll()
    assert log.runs == ["open"]
    assert [(problem.what, Path(problem.path).name) for problem in log.problems] == [("unreadable", "locked")]

    (unprivileged / "locked").chmod(0o700)
    log.poll()
    assert sorted(log.runs) == ["locked", "open"]


def test_a_directory_that_cannot_be_looked_at(unprivileged: Path) -> None:
    """A directory that may be listed but not entered hides no run in silence: what is below is said once."""
    event_file(unprivileged / "listed" / "deep", scalars("x", [0.5]))
    (unprivileged / "listed").chmod(0o400)

    log = tbnb.read(unprivileged)
    log.poll()
    assert log.runs == []
    assert [(problem.what, Path(problem.path).name) for problem in log.problems] == [("unreadable", "deep")]

    (unprivileged / "listed").chmod(0o700)
    log.poll()
    assert log.runs == ["listed/deep"]
    assert len(log.problems) == 1


def test_a_log_directory_that_cannot_be_looked_at(unprivileged: Path) -> None:
    """A log directory behind a locked one isn't taken for one that isn't there yet."""
    event_file(unprivileged / "locked" / "runs", scalars("x", [0.5]))
    (unprivileged / "locked").chmod(0)

    log = tbnb.read(unprivileged / "locked" / "runs")

    assert [problem.what for problem in log.problems] == ["unreadable"]
    (unprivileged / "locked").chmod(0o700)
    log.poll()
    assert log.runs == ["."]


def test_a_file_that_cannot_be_read(unprivileged: Path) -> None:
    """A locked file is said once, and is read when it opens."""
    event_file(unprivileged / "open", scalars("x", [0.5]))
    locked = event_file(unprivileged / "locked", scalars("x", [0.5]))
    locked.chmod(0)

    log = tbnb.read(unprivileged)
    log.poll()
    assert log.runs == ["open"]
    assert [problem.what for problem in log.problems] == ["unreadable"]

    locked.chmod(0o600)
    log.poll()
    assert sorted(log.runs) == ["locked", "open"]
    assert len(log.problems) == 1


def test_a_run_that_becomes_unreadable_stays(unprivileged: Path) -> None:
    """A failed listing isn't an empty one: what was read stays, and so do the directory's runs."""
    event_file(unprivileged / "run" / "deep", scalars("x", [0.5]))
    log = tbnb.read(unprivileged)

    (unprivileged / "run").chmod(0)
    log.poll()
    log.poll()

    assert log.runs == ["run/deep"]
    assert len(log["run/deep"]["x"]) == 1
    assert {problem.what for problem in log.problems} == {"unreadable"}


# What goes away


def test_a_file_that_goes_away(tmp_path: Path) -> None:
    """What a deleted file said stays, its loss is said once, and a new one of its name begins anew."""
    path = event_file(tmp_path, scalars("x", [0.5, 1.5]))
    log = tbnb.read(tmp_path)

    path.unlink()
    log.poll()
    log.poll()
    assert steps(log) == [0, 1]
    assert [problem.what for problem in log.problems] == ["gone"]

    path.write_bytes(b"".join(records(1, 7)))
    log.poll()
    assert steps(log) == [7]


def test_a_tree_that_goes_away(tmp_path: Path) -> None:
    """A whole log directory that is deleted leaves what was read, and one that comes back is read."""
    logdir = tmp_path / "logs"
    event_file(logdir / "run", scalars("x", [0.5]))
    log = tbnb.read(logdir)

    shutil.rmtree(logdir)
    assert log.poll() == 0
    assert log.runs == ["run"]

    event_file(logdir / "other", scalars("x", [0.5]))
    assert log.poll() == 1
    assert sorted(log.runs) == ["other", "run"]


@pytest.mark.parametrize("name", [".{}.Xy12Zz", "{}.partial"])
def test_a_file_that_gets_its_name_at_last(tmp_path: Path, name: str) -> None:
    """What a copier wrote under a name of its own counts once when it's renamed, also over the copy before."""
    log = tbnb.read(tmp_path)
    for last in (2, 4):
        part = event_file(tmp_path, scalars("x", np.arange(last) + 0.5), name.format(NAME))
        log.poll()
        part.rename(tmp_path / NAME)
        log.poll()
        log.poll()

        assert steps(log) == list(range(last))
    assert {problem.what for problem in log.problems} == {"replaced"}


def test_a_file_that_is_renamed_there_and_back(tmp_path: Path) -> None:
    """A file has its points once, whatever it's called."""
    path = event_file(tmp_path, scalars("x", [0.5, 1.5]), NAME)
    log = tbnb.read(tmp_path)
    for _ in range(2):
        path = path.rename(tmp_path / "tfevents.other")
        log.poll()
        path = path.rename(tmp_path / NAME)
        log.poll()

    assert steps(log) == [0, 1]


def test_a_file_in_the_place_of_a_deleted_one(tmp_path: Path) -> None:
    """A deleted file's points stay, though the file system gives its place to the next file."""
    path = event_file(tmp_path, scalars("x", [0.5, 1.5]), "tfevents.1")
    log = tbnb.read(tmp_path)
    path.unlink()
    event_file(tmp_path, scalars("y", [0.5]), "tfevents.2")
    log.poll()

    assert steps(log) == [0, 1]
    assert [problem.what for problem in log.problems] == ["gone"]


@pytest.mark.parametrize("change", ["replaced", "shrunk"])
def test_a_file_that_is_another_one_now(tmp_path: Path, change: str) -> None:
    """A file that was replaced or cut is read anew: its old points give way."""
    path = event_file(tmp_path, [file_version(), *scalars("x", [0.5, 1.5, 2.5]), *scalars("y", [1.0] * 100)])
    log = tbnb.read(tmp_path)
    series, epoch = log["."]["x"], log["."]["x"].epoch

    if change == "replaced":
        (tmp_path / "new").write_bytes(b"".join(records(2, 7)))
        (tmp_path / "new").rename(path)
    else:
        path.write_bytes(b"".join(records(2, 7)))
    log.poll()

    assert steps(log) == [7, 8]
    assert log["."]["x"] is series is log.series[0]
    assert series.epoch != epoch
    assert len(log["."]["y"]) == 0
    assert [problem.what for problem in log.problems] == ["replaced"]


def test_media_of_a_file_that_is_another_one_now(tmp_path: Path) -> None:
    """An item whose record isn't there any more raises one of our errors or the system's, and gives no wrong data."""
    from tbnb.errors import DecodeError

    from .files import EXAMPLES, event

    path = event_file(tmp_path, [event(0, EXAMPLES["text"])])
    item = tbnb.read(tmp_path)["."]["t/text_summary"][0]

    path = event_file(tmp_path, [event(0, EXAMPLES["text"], wall_time=5.0)])
    with pytest.raises(DecodeError, match="another record"):
        _ = item.data
    path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(DecodeError, match="t/text_summary"):
        _ = item.data
    path.write_bytes(b"")
    with pytest.raises(DecodeError, match="t/text_summary"):
        _ = item.data
    path.unlink()
    with pytest.raises(OSError, match="No such file"):
        _ = item.data


# Where it begins


def test_a_directory_that_is_not_there_yet(tmp_path: Path) -> None:
    """A missing or empty directory is a normal beginning."""
    log = tbnb.read(tmp_path / "later")
    assert (log.runs, log.problems, log.poll()) == ([], [], 0)

    event_file(tmp_path / "later", scalars("x", [0.5]))

    assert log.poll() == 1


def test_a_file_in_place_of_a_directory(tmp_path: Path) -> None:
    """An event file given as the directory is its only run."""
    path = event_file(tmp_path, scalars("x", [0.5]))
    event_file(tmp_path / "other", scalars("x", [0.5]))

    log = tbnb.read(path)

    assert log.runs == ["."]
    assert steps(log) == [0]
