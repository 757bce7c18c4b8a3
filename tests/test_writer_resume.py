"""A run that goes on where it stopped: every reader shows one curve."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import tbnb
from tbnb import SummaryWriter
from tbnb.errors import UnusablePathError
from tbnb.events.record import OVERHEAD, frame
from tbnb.writer import event_file

from .peers import event_files, events, scalars


def log(directory: Path, steps: range, value: float, **options: object) -> SummaryWriter:
    with SummaryWriter(directory, **options) as writer:  # type: ignore[arg-type]
        for step in steps:
            writer.add_scalar("x", value, step)
    return writer


def nth_record(data: bytes, number: int) -> int:
    """Where it begins."""
    place = 0
    for _ in range(number):
        place += OVERHEAD + int.from_bytes(data[place : place + 8], "little")
    return place


def both_readers(directory: Path) -> list[tuple[int, float]]:
    """The curve as TensorBoard shows it, after checking that tbnb shows the same."""
    series = tbnb.read(directory)["."]["x"]
    ours = list(zip(series.step.tolist(), series.value.tolist(), strict=True))
    theirs = scalars(directory)["x"]
    assert ours == theirs
    return theirs


def test_an_empty_directory_has_no_last_step(tmp_path: Path) -> None:
    """With nothing to go on from, resume=True is an ordinary beginning."""
    writer = log(tmp_path / "new", range(3), 1.0, resume=True)

    assert writer.last_step is None
    assert both_readers(tmp_path / "new") == [(0, 1.0), (1, 1.0), (2, 1.0)]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_steps_that_are_repeated_replace_the_old_ones(times: int, tmp_path: Path) -> None:
    """A resumed run that goes back takes back what it repeats, also the second and the third time."""
    log(tmp_path, range(100), 0.0)
    for time in range(1, times + 1):
        writer = log(tmp_path, range(60 + time, 80), float(time), resume=True)
        assert writer.last_step == (99 if time == 1 else 79)

    assert [step for step, _ in both_readers(tmp_path)] == list(range(80))
    assert both_readers(tmp_path)[-1] == (79, float(times))


def test_a_run_that_goes_forward_takes_nothing_back(tmp_path: Path) -> None:
    """When the first step is a new one, no mark is written."""
    log(tmp_path, range(10), 0.0)
    writer = log(tmp_path, range(10, 20), 1.0, resume=True)

    assert writer.last_step == 9
    assert len(both_readers(tmp_path)) == 20
    assert not any(event.HasField("session_log") for event in events(tmp_path))


def test_a_run_that_goes_on_after_close_takes_nothing_back(tmp_path: Path) -> None:
    """close() ends a file, not the run: a test's result that is logged afterwards, at any step, voids nothing."""
    writer = log(tmp_path, range(10), 0.0, resume=True)
    writer.add_scalar("test", 1.0, 0)
    writer.add_scalars("more", {"a": 1.0}, 5)
    writer.close()
    writer.add_scalars("more", {"a": 1.0}, 0)
    writer.close()

    assert [step for step, _ in both_readers(tmp_path)] == list(range(10))
    assert scalars(tmp_path / "more_a") == {"more": [(5, 1.0), (0, 1.0)]}
    assert not any(event.HasField("session_log") for event in events(tmp_path))


def test_what_comes_before_the_first_scalar_takes_nothing_back(tmp_path: Path) -> None:
    """A text without a step, logged at the beginning of each run, isn't a sign of going back."""
    log(tmp_path, range(10), 0.0)
    with SummaryWriter(tmp_path, resume=True) as writer:
        writer.add_text("configuration", "lr: 0.1")
        writer.flush()
        writer.add_scalar("x", 1.0, 5)

    assert both_readers(tmp_path) == [(step, 0.0) for step in range(5)] + [(5, 1.0)]


def test_a_scalar_without_a_step_takes_nothing_back(tmp_path: Path) -> None:
    """A number that is logged without a step, as one logs a final score, says nothing about where the run goes on."""
    log(tmp_path, range(10), 0.0)
    with SummaryWriter(tmp_path, resume=True) as writer:
        writer.add_scalar("final", 1.0)
        writer.flush()
        writer.add_scalar("x", 1.0, 5)

    assert both_readers(tmp_path) == [(step, 0.0) for step in range(5)] + [(5, 1.0)]


def test_a_picture_of_an_earlier_step_tells_too(tmp_path: Path) -> None:
    """When a run goes back with a histogram first, that is in the file after the mark, and stays."""
    log(tmp_path, range(10), 0.0)
    with SummaryWriter(tmp_path, resume=True) as writer:
        writer.add_histogram("h", [1, 2, 3], 5)
        writer.flush()
        writer.add_scalar("x", 1.0, 5)

    assert both_readers(tmp_path) == [(step, 0.0) for step in range(5)] + [(5, 1.0)]
    assert tbnb.read(tmp_path)["."]["h"].step.tolist() == [5]


@pytest.mark.parametrize(
    "junk",
    [
        bytes(16),
        bytes(300),
        b"\xff" * 300,
        frame(b""),
        frame(b"\x09"),
        frame(b"\x10" + b"\xff" * 40),
        frame(b"\x09" + bytes(8) + b"\x10"),
    ],
    ids=len,
)
def test_files_that_lie_are_no_obstacle(junk: bytes, tmp_path: Path) -> None:
    """Whatever stands in a file of the directory, the writer begins, and the other files count."""
    log(tmp_path, range(10), 0.0)
    tmp_path.joinpath("events.out.tfevents.0000000001.junk").write_bytes(junk)

    writer = SummaryWriter(tmp_path, resume=True)
    writer.close()

    assert writer.last_step == 9


def test_what_is_no_event_file_is_no_obstacle(tmp_path: Path) -> None:
    """A directory, a link to nowhere and a pipe with an event file's name are passed over."""
    log(tmp_path, range(10), 0.0)
    (tmp_path / "old.tfevents").mkdir()
    (tmp_path / "tfevents.link").symlink_to("nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "tfevents.pipe")

    writer = SummaryWriter(tmp_path, resume=True)
    writer.close()

    assert writer.last_step == 9


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    """Where a file is in the way, resume=True says the same as an ordinary beginning."""
    (tmp_path / "run").write_text("in the way")

    with pytest.raises(UnusablePathError, match="log_dir"):
        SummaryWriter(tmp_path / "run", resume=True)


@pytest.mark.parametrize("place", [3, 9])
def test_damage_hides_nothing_behind_it(place: int, tmp_path: Path) -> None:
    """The last step is found behind a record whose length is damaged, as every reader of ours finds it."""
    log(tmp_path, range(100), 0.0)
    (path,) = event_files(tmp_path)
    data = bytearray(path.read_bytes())
    data[nth_record(data, 30) + place] ^= 0x40
    path.write_bytes(data)

    log(tmp_path, range(50, 60), 1.0, resume=True)

    assert tbnb.read(tmp_path)["."]["x"].step.tolist() == [step for step in range(60) if step != 29]


@pytest.mark.parametrize("number", [30, 100])
def test_a_damaged_step_is_no_step(number: int, tmp_path: Path) -> None:
    """What no reader shows, since it doesn't match its checksum, isn't where a run stopped."""
    log(tmp_path, range(100), 0.0)
    (path,) = event_files(tmp_path)
    data = bytearray(path.read_bytes())
    data[nth_record(data, number) + 22] = 0x7F  # the step, behind 12 bytes of framing and 9 of wall time
    path.write_bytes(data)

    writer = SummaryWriter(tmp_path, resume=True)
    writer.close()

    assert writer.last_step == max(tbnb.read(tmp_path)["."]["x"].step)


def test_a_resumed_file_is_read_after_those_before(tmp_path: Path) -> None:
    """The new file's name comes after the old ones', whatever the clock and the numbers of processes say."""
    tmp_path.joinpath("events.out.tfevents.2999999999.host.99999.9").write_bytes(b"")
    SummaryWriter(tmp_path, resume=True).close()

    assert [path.stat().st_size > 0 for path in event_files(tmp_path)] == [False, True]


def test_the_next_writer_is_read_after_a_resumed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of sessions that follow each other within a second, each comes after those before, for every reader."""
    monkeypatch.setattr(event_file, "time", lambda: 1_800_000_000.5)
    log(tmp_path, range(10), 0.0)
    log(tmp_path, range(5, 8), 1.0, resume=True)
    log(tmp_path, range(2, 4), 2.0, purge_step=2)

    assert both_readers(tmp_path) == [(0, 0.0), (1, 0.0), (2, 2.0), (3, 2.0)]


@pytest.mark.parametrize("name", ["tfevents", "other.tfevents.1800000000", "events.out.tfevents.1800000000.zzz"])
def test_any_name_may_be_there_when_a_run_resumes(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files whose names ours can't come after, or only in the next second, are no obstacle."""
    monkeypatch.setattr(event_file, "time", lambda: 1_800_000_000.5)
    (tmp_path / name).write_bytes(b"")

    log(tmp_path, range(3), 0.0, resume=True)

    assert len(tbnb.read(tmp_path)["."]["x"]) == 3


def test_a_torn_end_and_foreign_events_are_no_obstacle(tmp_path: Path) -> None:
    """The last step is found in files with a torn end, and an earlier mark counts."""
    log(tmp_path, range(50), 0.0)
    log(tmp_path, range(20, 30), 1.0, resume=True)
    with event_files(tmp_path)[-1].open("ab") as file:
        file.write(b"\x20\0\0\0\0\0\0\0torn")

    writer = SummaryWriter(tmp_path, resume=True)
    writer.close()

    assert writer.last_step == 29


def test_each_run_of_add_scalars_resumes(tmp_path: Path) -> None:
    """The runs beneath are resumed like the main one."""
    for value, steps in ((0.0, range(10)), (1.0, range(5, 8))):
        with SummaryWriter(tmp_path, resume=True) as writer:
            for step in steps:
                writer.add_scalars("x", {"a": value}, step)

    assert [step for step, _ in both_readers(tmp_path / "x_a")] == list(range(8))
