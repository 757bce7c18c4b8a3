"""Marks on the charts: epochs, jumps of the learning rate, restarts, notes, what is no number."""

from __future__ import annotations

from typing import Any

import pytest

from tbnb.keep.found import MachineMark

from .host import Host

LOSS = "{run: 'a', tag: 'loss', points: 300}"
NOTE = {"run": "", "step": 150, "wall": 1.7e9 + 37.5, "kind": "note", "text": "unfroze <i>backbone</i>"}
RESTART = {"run": "a", "step": 200, "wall": 1.7e9 + 50, "kind": "restart", "text": ""}


@pytest.fixture
def host(page: Any) -> Host:
    return Host(page)


def wait_marked(host: Host, words: str) -> None:
    """Until the card of the loss says that it marks these and no more, to who can't see it."""
    script = """words => {
        const label = document.querySelector('.tbnb-card[data-tag="loss"] canvas').getAttribute('aria-label');
        return label.includes(' at step ') && (label.split('Marked: ')[1] ?? '') === words;
    }"""
    host.page.wait_for_function(script, arg=words)


def test_epochs_are_marked_where_their_whole_part_grows(host: Host) -> None:
    """On the loss as on each other chart of the run."""
    host.feed_js(f"[{LOSS}, {{run: 'a', tag: 'train/epoch', points: 300, value: i => i / 100}}]")
    host.wait(series=2, paintedStep=299)
    wait_marked(host, "2 epochs")


def test_an_epoch_that_begins_when_nothing_else_came_is_marked_on_all_charts(host: Host) -> None:
    """The loss of the last step was logged before it: nothing more comes that would have its chart drawn."""
    epoch = "run: 'a', tag: 'epoch', value: i => Math.floor(i / 100)"
    host.feed_js(f"[{LOSS}, {{{epoch}, points: 300}}]")
    host.wait(series=2, paintedStep=299)
    wait_marked(host, "2 epochs")
    host.feed_js(f"[{{{epoch}, points: 1, start: 300, step: () => 299}}]")
    wait_marked(host, "3 epochs")


def test_epochs_of_a_run_are_marked_though_another_run_had_that_tag_before(host: Host) -> None:
    """Neither the run nor the tag is new, and still there is more to mark."""
    host.feed_js(f"[{LOSS}, {{run: 'b', tag: 'epoch', points: 1}}]")
    host.wait(series=2, paintedStep=299)
    wait_marked(host, "")
    host.feed_js("[{run: 'a', tag: 'epoch', points: 300, value: i => Math.floor(i / 100)}]")
    wait_marked(host, "2 epochs")


def test_jumps_of_the_learning_rate_are_marked(host: Host) -> None:
    """With what it was and is."""
    host.feed_js(f"[{LOSS}, {{run: 'a', tag: 'lr', points: 300, value: i => i < 150 ? 0.01 : 0.001}}]")
    host.wait(series=2, paintedStep=299)
    wait_marked(host, "lr 0.01 → 0.001")


def test_notes_and_restarts_are_marked_and_a_switch_turns_all_off(host: Host) -> None:
    """As the kernel tells them; names are text; the switch is in the options."""
    host.feed_js(f"[{LOSS}]")
    host.say(marks=[NOTE, RESTART])
    host.wait(paintedStep=299)
    wait_marked(host, "unfroze <i>backbone</i>, restart")
    host.page.get_by_role("button", name="Options").click()
    host.page.get_by_label("Marks").click()
    assert host.get("marks") is False
    wait_marked(host, "")


@pytest.mark.parametrize("x", ["step", "relstep", "relative", "wall"])
def test_a_note_stands_where_it_was_made_on_each_axis(host: Host, x: str) -> None:
    """Of two runs, the one that was under way; a run that began at a step and a time of its own."""
    host.set(x=x)
    host.feed_js(
        "[{run: 'before', tag: 'loss', points: 10, step: i => 5000 + i, wall: i => 1.6e9 + i},"
        "{run: 'now', tag: 'loss', points: 101, step: i => 5000 + i, wall: i => 1.7e9 + i}]"
    )
    host.say(marks=[{**NOTE, "step": 5050, "wall": 1.7e9 + 50}])
    host.wait(runs=2, paintedStep=5100)
    place = """() => {
        const { marks } = host.dashboard.cards()[0].drawing.figure().scene;
        return marks.map(({ x }) => x);
    }"""
    assert host.page.evaluate(place) == [{"step": 5050, "relstep": 50, "relative": 50, "wall": 1.7e9 + 50}[x]]


def test_another_machine_is_marked_where_it_took_over(host: Host) -> None:
    """In the run's colour, at the last step on the machine before, with how long it was away, as the kernel says."""
    mark = MachineMark("a", 200, 1.7e9 + 50, away=3720.0)
    host.feed_js(f"[{LOSS}]")
    host.say(marks=[{"run": "a", "step": 200, "wall": mark.wall_time, "kind": "machine", "text": mark.text}])
    host.wait(paintedStep=299)
    wait_marked(host, "another machine from here, 1 h 2 min later")
    drawn = """() => {
        const { marks, strokes } = host.dashboard.cards()[0].drawing.figure().scene;
        return marks.map(({ x, text, color }) => [x, text, color === strokes.at(-1).color]);
    }"""
    assert host.page.evaluate(drawn) == [[200, mark.text, True]]


def test_many_marks_of_a_kind_give_way_to_the_curves(host: Host) -> None:
    """A thousand restarts are a fence: none is drawn; a user's notes always are."""
    host.feed_js(f"[{LOSS}]")
    host.say(marks=[*({**RESTART, "step": n / 4} for n in range(1000)), NOTE])
    host.wait(paintedStep=299)
    wait_marked(host, "unfroze <i>backbone</i>")


def test_what_is_no_number_is_marked_where_it_is(host: Host) -> None:
    """NaN and infinities among numbers, in the run's colour; the switch turns these off too."""
    host.feed_js("[{run: 'a', tag: 'loss', points: 30, value: i => i === 7 ? NaN : i === 9 ? Infinity : 1}]")
    host.wait(paintedStep=29)
    places = "() => host.dashboard.cards()[0].drawing.figure().scene.odd.map(({ at }) => at)"
    assert host.page.evaluate(places) == [[7, 9]]
    host.set(marks=False)
    assert host.page.evaluate(places) == []


@pytest.mark.parametrize(
    ("x", "place"), [("step", 107), ("relstep", 7), ("relative", 1.75), ("wall", 1_700_000_001.75)]
)
def test_what_is_no_number_in_a_run_is_marked_on_its_group_too(host: Host, x: str, place: float) -> None:
    """The group's curve goes on by its other runs: where one of them diverged is seen all the same."""
    host.feed_js(
        "[1, 2].map(seed => ({run: 'seed' + seed, tag: 'loss', points: 20, step: i => 100 * seed + i,"
        "value: i => seed === 1 && i === 7 ? NaN : i}))"
    )
    host.wait(series=2)
    host.set(x=x, groups={"by": "regex", "pattern": "seed", "statistic": "mean", "band": "minmax"})
    host.settle()
    places = "({line, at}) => at.map(i => line.x[i] - line.offset)"
    assert host.page.evaluate(f"() => host.dashboard.cards()[0].drawing.figure().scene.odd.map({places})") == [[place]]
