"""What a restart voids: marked, unmarked, concurrent; and what readers hold stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tbnb
from tests.files import EXAMPLES, event, event_file, framed, scalar, session_start


def curve(first: int, last: int, at: float, tag: str = "loss", value: float = 0.0) -> list[Any]:
    """Points from step `first` to `last`, a second each, from the wall time `at` on."""
    return [event(step, scalar(tag, value), wall_time=at + step - first) for step in range(first, last + 1)]


def steps(log: tbnb.Log, tag: str = "loss", run: str = ".") -> list[int]:
    return log[run][tag].step.tolist()


def test_marked_restart_in_a_later_file(tmp_path: Path) -> None:
    """As torch's purge_step writes it: what was logged before it from its step on gives way."""
    event_file(tmp_path, curve(0, 100, at=1000), "1.tfevents")
    event_file(tmp_path, [session_start(80, 2000.0), *curve(80, 120, at=2000, value=1.0)], "2.tfevents")

    log = tbnb.read(tmp_path)

    assert steps(log) == list(range(121))
    assert log["."]["loss"].value[80:].tolist() == [1.0] * 41


def test_marked_restart_in_the_same_file(tmp_path: Path) -> None:
    """The first mark counts, and only what stands before it."""
    event_file(tmp_path, [*curve(0, 9, at=1000), session_start(5, 500.0), *curve(5, 7, at=1010)])

    assert steps(tbnb.read(tmp_path)) == [0, 1, 2, 3, 4, 5, 6, 7]


def test_a_mark_at_the_beginning_voids_nothing(tmp_path: Path) -> None:
    """Many writers begin each file with one."""
    event_file(tmp_path, [session_start(0, 1000.0), *curve(0, 9, at=1001)])

    assert steps(tbnb.read(tmp_path)) == list(range(10))


def test_a_mark_reaches_every_kind_and_tag(tmp_path: Path) -> None:
    """Also tags that the new session hasn't logged again yet."""
    event_file(tmp_path, [event(step, EXAMPLES["images"], scalar("rare", 1.0)) for step in range(10)], "1.tfevents")
    event_file(tmp_path, [session_start(4, 2e9)], "2.tfevents")

    log = tbnb.read(tmp_path)

    assert steps(log, "rare") == steps(log, "i") == [0, 1, 2, 3]


def test_a_mark_spares_what_came_later_elsewhere(tmp_path: Path) -> None:
    """What another writer logs after the mark isn't before it, whatever the files' names."""
    event_file(tmp_path, curve(0, 20, at=1000), "a.tfevents")
    event_file(tmp_path, [session_start(0, 1010.5)], "b.tfevents")

    assert steps(tbnb.read(tmp_path)) == list(range(11, 21))


def test_other_runs_are_untouched(tmp_path: Path) -> None:
    """A restart is one run's."""
    event_file(tmp_path / "a", curve(0, 9, at=1000))
    event_file(tmp_path / "b", [session_start(0, 2000.0)])

    assert steps(tbnb.read(tmp_path), run="a") == list(range(10))


def test_unmarked_restart(tmp_path: Path) -> None:
    """A later file that goes back in steps voids the orphans of the earlier one, if asked to; else all is shown."""
    event_file(tmp_path, curve(0, 100, at=1000), "1.tfevents")
    event_file(tmp_path, curve(80, 120, at=2000), "2.tfevents")

    assert steps(tbnb.read(tmp_path, restarts="any")) == list(range(121))
    assert steps(tbnb.read(tmp_path)) == [*range(101), *range(80, 121)]


def test_unmarked_restarts_in_a_chain(tmp_path: Path) -> None:
    """Each session voids what all before it had logged from its first step on."""
    event_file(tmp_path, curve(0, 100, at=1000), "1.tfevents")
    event_file(tmp_path, curve(80, 120, at=2000), "2.tfevents")
    event_file(tmp_path, curve(50, 60, at=3000), "3.tfevents")

    assert steps(tbnb.read(tmp_path, restarts="any")) == list(range(61))


def test_a_file_that_goes_on_voids_nothing(tmp_path: Path) -> None:
    """A new file for each epoch, steps going up: no restart."""
    event_file(tmp_path, curve(0, 10, at=1000), "1.tfevents")
    event_file(tmp_path, curve(11, 20, at=2000), "2.tfevents")

    assert steps(tbnb.read(tmp_path, restarts="any")) == list(range(21))


def test_concurrent_writers_never_supersede_each_other(tmp_path: Path) -> None:
    """Two files whose times overlap are two writers."""
    event_file(tmp_path, curve(0, 100, at=1000), "1.tfevents")
    event_file(tmp_path, curve(0, 100, at=1050), "2.tfevents")

    assert len(steps(tbnb.read(tmp_path, restarts="any"))) == 202


def test_a_writer_that_turns_out_to_be_alive(tmp_path: Path) -> None:
    """What looked like an earlier session and then logs on was a contemporary: its points are back."""
    first = event_file(tmp_path, curve(0, 5, at=1000), "1.tfevents")
    second = event_file(tmp_path, curve(0, 5, at=1010), "2.tfevents")
    log = tbnb.read(tmp_path, restarts="any")
    assert steps(log) == list(range(6))
    epoch = log["."]["loss"].epoch

    with first.open("ab") as stream:
        stream.write(framed(curve(6, 10, at=1012)))
    log.poll()

    assert sorted(steps(log)) == sorted([*range(11), *range(6)])
    assert log["."]["loss"].epoch > epoch
    assert second.exists()


def test_each_tag_has_its_own_steps(tmp_path: Path) -> None:
    """A tag counted in epochs isn't cut at the step of one counted in batches, nor the other way round."""
    old = [*curve(0, 1000, at=1000), *curve(0, 10, at=1990, tag="epoch")]
    new = [*curve(10, 12, at=3000, tag="epoch"), *curve(900, 950, at=3010)]
    event_file(tmp_path, old, "1.tfevents")
    event_file(tmp_path, new, "2.tfevents")

    log = tbnb.read(tmp_path, restarts="any")

    assert steps(log) == list(range(951))
    assert steps(log, "epoch") == list(range(13))


def test_a_restart_while_it_is_watched(tmp_path: Path) -> None:
    """Points withdrawn raise the epoch; arrays handed out before stay as they were."""
    event_file(tmp_path, curve(0, 100, at=1000), "1.tfevents")
    log = tbnb.read(tmp_path)
    series = log["."]["loss"]
    epoch, held = series.epoch, series.step
    event_file(tmp_path, [session_start(50, 2000.0), *curve(50, 60, at=2000)], "2.tfevents")

    assert log.poll() == 11

    assert series.epoch > epoch
    assert held.tolist() == list(range(101))
    assert series.step.tolist() == list(range(61))


def test_appending_keeps_the_epoch(tmp_path: Path) -> None:
    """While points only come, the epoch stays and what was handed out is a beginning of what is there."""
    path = event_file(tmp_path, [])
    log = tbnb.read(tmp_path)
    held = []
    for step in range(50):
        with path.open("ab") as stream:
            stream.write(framed(curve(step, step, at=1000.0 + step, value=step)))
        log.poll()
        held.append(log["."]["loss"].value)

    assert log["."]["loss"].epoch == 0
    for count, values in enumerate(held, 1):
        np.testing.assert_array_equal(values, np.arange(count))


def test_a_replaced_file_gives_way(tmp_path: Path) -> None:
    """Its old points go, those of the run's other files stay, and the log says so."""
    first = event_file(tmp_path, curve(0, 5, at=1000), "1.tfevents")
    event_file(tmp_path, curve(6, 9, at=1006), "2.tfevents")
    log = tbnb.read(tmp_path)
    event_file(tmp_path, curve(100, 102, at=1000), "new")
    (tmp_path / "new").replace(first)

    log.poll()

    assert sorted(steps(log)) == [6, 7, 8, 9, 100, 101, 102]
    assert [problem.what for problem in log.problems] == ["replaced"]
    assert str(first) in log.problems[0].text


def test_a_replaced_file_takes_its_restarts_along(tmp_path: Path) -> None:
    """What is drawn as a restart is one that the files tell now, told once."""
    path = event_file(tmp_path, [*curve(0, 5, at=1000), session_start(3, 1010.0), *curve(3, 5, at=1010)])
    log = tbnb.read(tmp_path)
    event_file(tmp_path, [*curve(0, 9, at=2000), session_start(5, 2010.0)], "new").replace(path)

    log.poll()

    assert [(restart.step, restart.wall_time) for restart in log["."].restarts] == [(5, 2010.0)]


def test_a_mark_stays_where_it_stood_when_another_file_gives_way(tmp_path: Path) -> None:
    """What follows a mark in its file is never taken for what stood before it."""
    first = event_file(tmp_path, curve(0, 100, at=1000), "1.tfevents")
    second = event_file(tmp_path, [session_start(50, 2000.0), *curve(50, 60, at=2000)], "2.tfevents")
    log = tbnb.read(tmp_path)
    event_file(tmp_path, curve(0, 49, at=1000), "new").replace(first)
    log.poll()
    with second.open("ab") as stream:
        stream.write(framed([session_start(60, 2020.0), *curve(60, 70, at=2020)]))

    log.poll()

    assert sorted(steps(log)) == list(range(71))


def test_a_file_is_replaced_again_and_again(tmp_path: Path) -> None:
    """A tag that the new file doesn't have has no points, and stays so."""
    path = event_file(tmp_path, [*curve(0, 5, at=1000), *curve(0, 5, at=1000, tag="old")])
    log = tbnb.read(tmp_path)
    for number in range(1, 4):
        event_file(tmp_path, curve(0, number, at=1000 + number), "new").replace(path)
        log.poll()

    assert steps(log, "old") == []
    assert steps(log) == [0, 1, 2, 3]


def test_restarts_is_one_of_two() -> None:
    """Anything else is refused, with what was given."""
    with pytest.raises(ValueError, match="'sometimes'"):
        tbnb.read("runs", restarts="sometimes")  # type: ignore[arg-type]
