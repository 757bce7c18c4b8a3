"""Several writers of one run, with restarts, read at once and while they write: the same points hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tbnb

from .files import START, event, framed, scalar, session_start
from .hostile import calmly

FILES = ["a.tfevents", "b.tfevents", "c.tfevents"]


class Act(NamedTuple):
    """What a writer does next: log a point of a step, or mark a restart at a step, then maybe somebody polls; it may be
    the first thing in a file that takes the old one's place."""

    file: str
    step: int
    tag: str
    is_mark: bool
    polled: bool
    is_anew: bool = False


acts = st.builds(
    Act,
    st.sampled_from(FILES),
    st.integers(0, 6),
    st.sampled_from(["x", "y"]),
    st.sampled_from([False, False, False, True]),
    st.booleans(),
    st.sampled_from([False, False, False, False, True]),
)


def record(moment: int, act: Act) -> bytes:
    """What an act leaves in its file; its moment is its wall time and a point's value."""
    time = START + moment
    made = session_start(act.step, time) if act.is_mark else event(act.step, scalar(act.tag, moment), wall_time=time)
    return framed([made])


def held(log: Any) -> Counter[tuple[str, int, float]]:
    return Counter(
        (series.tag, step, value)
        for series in log.series
        for step, value in zip(series.step.tolist(), series.value.tolist(), strict=True)
    )


def replayed(story: list[Act]) -> Counter[tuple[str, int, float]]:
    """What holds when the story is told in order, and each mark voids what came before it from its step on."""
    points: list[tuple[str, int, float]] = []
    for moment, act in enumerate(story):
        if act.is_mark:
            points = [point for point in points if point[1] < act.step]
        else:
            points.append((act.tag, act.step, moment))
    return Counter(points)


def told(directory: Path, story: list[Act]) -> None:
    """Write the whole story into new files."""
    for name in FILES:
        content = b"".join(record(moment, act) for moment, act in enumerate(story) if act.file == name)
        (directory / name).write_bytes(content)


def lived(directory: Path, story: list[Act], restarts: Literal["marked", "any"]) -> Any:
    """Write the story act by act, and poll when it says so; gives the log."""
    for name in FILES:
        (directory / name).write_bytes(b"")
    log = tbnb.read(directory, restarts)
    for moment, act in enumerate(story):
        if act.is_anew:
            (directory / "new").write_bytes(b"")
            (directory / "new").replace(directory / act.file)
        with (directory / act.file).open("ab") as file:
            file.write(record(moment, act))
        if act.polled:
            log.poll()
    log.poll()
    return log


@calmly
@given(st.lists(acts, max_size=25))
def test_marked_restarts_void_what_came_before(tmp_path: Path, story: list[Act]) -> None:
    """Whichever file a mark stands in, it voids what was logged before it, and nothing after."""
    told(tmp_path, story)

    assert held(tbnb.read(tmp_path)) == replayed(story)


@calmly
@given(st.lists(acts, max_size=25), st.sampled_from(["marked", "any"]))
def test_what_holds_depends_on_the_files_alone(
    tmp_path: Path, story: list[Act], restarts: Literal["marked", "any"]
) -> None:
    """A log that watched the files grow holds what one holds that reads them afterwards."""
    watched = held(lived(tmp_path, story, restarts))
    assert watched == held(tbnb.read(tmp_path, restarts))


@calmly
@given(st.lists(acts, max_size=25))
def test_arrays_handed_out_never_change(tmp_path: Path, story: list[Act]) -> None:
    """Within an epoch arrays only grow, and one that was handed out stays as it was."""
    for name in FILES:
        (tmp_path / name).write_bytes(b"")
    log = tbnb.read(tmp_path)
    kept: list[tuple[Any, int, Any, list[float]]] = []
    for moment, act in enumerate(story):
        with (tmp_path / act.file).open("ab") as file:
            file.write(record(moment, act))
        log.poll()
        for series in log.series:
            epoch, _, _, value = series.snapshot()
            kept.append((series, epoch, value, value.tolist()))
    for series, epoch, value, then in kept:
        assert value.tolist() == then
        if series.epoch == epoch:
            assert series.value[: len(then)].tolist() == then


def test_unmarked_sequels_make_one_curve(tmp_path: Path) -> None:
    """With restarts="any", files that follow each other in time and go back in steps leave the last try of each."""
    steps = {"a": range(5), "b": range(3, 8), "c": range(6, 9)}
    story = [Act(f"{name}.tfevents", step, "x", False, False) for name in steps for step in steps[name]]
    told(tmp_path, story)

    assert tbnb.read(tmp_path, "any")["."]["x"].step.tolist() == list(range(9))
    assert len(tbnb.read(tmp_path)["."]["x"]) == len(story)


@pytest.mark.parametrize("restarts", ["marked", "any"])
def test_contemporaries_never_supersede_each_other(tmp_path: Path, restarts: Literal["marked", "any"]) -> None:
    """Two writers that write in turn keep all their points, though their steps go back."""
    story = [Act(FILES[i % 2], i // 2, "x", False, False) for i in range(20)]
    told(tmp_path, story)

    assert len(tbnb.read(tmp_path, restarts)["."]["x"]) == 20
