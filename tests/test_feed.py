"""The feed: a page becomes whole whatever the road loses, without a word, within seconds and within limits."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from tbnb.events.pieces import Points
from tbnb.page.budget import share
from tbnb.page.message import MOST_BYTES
from tests.pages import GrowingLog, Line, Page, values_of


def test_news_is_sent_at_once() -> None:
    """A point is on its way with the next beat."""
    grown, page = GrowingLog(), Page()
    line = Line(grown, page)
    line.run(3)

    grown.add("a", "loss", 1)
    line.run(1 / 30)

    assert page.shown() == values_of(grown.log)


def test_what_came_last_is_had_as_it_came() -> None:
    """From any index on, joined before or not, it's what the whole says, also behind what a restart withdrew."""
    grown = GrowingLog()
    for start in range(0, 60, 3):
        grown.add("a", "loss", 3, start)
    (series,) = grown.log.series
    for start in (57, 54, 0, 60):
        epoch, columns = series.since(start)
        assert [column.tolist() for column in columns] == [column[start:].tolist() for column in series.snapshot()[1:]]
        assert epoch == series.epoch

    grown.restart("a", 30)
    grown.add("a", "loss", 2, 30)

    assert series.since(30)[1][0].tolist() == [30, 31]
    assert series.since(0)[1][0].tolist() == [*range(32)]


@pytest.mark.parametrize("loss", [0.1, 0.5, 0.8])
def test_what_is_lost_comes_again(loss: float) -> None:
    """With any share of the frames lost, a page is whole soon after, and never asked."""
    grown, chance = GrowingLog(), random.Random(1)
    page = Page(lambda header: chance.random() > loss)
    line = Line(grown, page)
    step = iter(range(1000))

    line.run(5, lambda: [grown.add("a", tag, 1, next(step)) for tag in ("loss", "acc")])
    line.run(10 / (1 - loss))

    assert page.shown() == values_of(grown.log)
    assert page.names


def test_frames_in_any_order() -> None:
    """Frames that come late or twice do no harm: each says where its points belong."""
    grown, page = GrowingLog(), Page()
    frames: list[tuple] = []
    keeper = Page()
    keeper.take = lambda header, buffer: frames.append((header, buffer))  # type: ignore[method-assign]
    line = Line(grown, keeper)
    step = iter(range(1000))
    line.run(2, lambda: grown.add("a", "loss", 1, next(step)))
    line.run(0.5)

    random.Random(2).shuffle(frames)
    for frame in frames + frames[:10]:
        page.take(*frame)

    assert page.shown() == values_of(grown.log)


def test_a_late_page_is_whole_within_seconds() -> None:
    """A page that heard nothing of the first minute has it all two rounds later, while more comes."""
    grown, late = GrowingLog(), Page()
    line = Line(grown)
    step = iter(range(100_000))
    line.run(60, lambda: grown.add("a", "loss", 1, next(step)))

    line.pages.append(late)
    line.run(4, lambda: grown.add("a", "loss", 1, next(step)))

    assert late.points == grown.points


def test_a_late_page_of_an_idle_watch() -> None:
    """Also where nothing has changed for an hour, it's whole after a while."""
    grown, late = GrowingLog(), Page()
    grown.add("a", "loss", 500)
    line = Line(grown)
    line.run(600)

    line.pages.append(late)
    line.run(21)

    assert late.points == 500


def test_an_idle_watch_says_little() -> None:
    """When nothing changes any more, a message in a few seconds is all."""
    grown = GrowingLog()
    grown.add("a", "loss", 500)
    line = Line(grown)
    line.run(60)
    line.sent.clear()

    line.run(60)

    assert 12 <= len(line.sent) <= 20


def growing(line: Line, grown: GrowingLog, seconds: float) -> int:
    """How many messages are sent in seconds in which something grows all the time."""
    before, step = len(line.sent), iter(range(grown.points, 100_000))
    line.run(seconds, lambda: grown.add("a", "loss", 1, next(step)))
    return len(line.sent) - before


def test_nobody_looks() -> None:
    """While no page can be seen the news waits a little; one that can be seen has it at once."""
    grown, page = GrowingLog(), Page()
    line = Line(grown, page)
    line.feed.look("one", True)
    line.feed.look("other", False)
    assert growing(line, grown, 20) > 200

    line.feed.look("one", False)
    assert growing(line, grown, 20) <= 11

    line.feed.look("other", True)
    line.run(1 / 30)
    assert page.points == grown.points
    assert growing(line, grown, 20) > 200


def test_a_cell_begins_though_nobody_looked() -> None:
    """A page that turns up while the kernel is busy can't say so: it isn't made to wait."""
    grown = GrowingLog()
    line = Line(grown, Page())
    line.feed.look("one", False)
    line.feed.attend()

    assert growing(line, grown, 20) > 200


def test_a_past_is_brought_though_nobody_looks() -> None:
    """Who opens a big log and turns to something else meanwhile finds all of it."""
    grown, page = GrowingLog(), Page()
    grown.add("a", "loss", 100_000)
    line = Line(grown, page)
    line.feed.look("one", False)

    line.run(3)

    assert page.points == 100_000


def test_messages_have_limits() -> None:
    """However much there is: at most 30 messages a second, none above 256 KB."""
    grown, page = GrowingLog(), Page()
    for run in range(30):
        for tag in range(10):
            grown.add(f"run{run}", f"tag{tag}", 3000)
    line = Line(grown, page)

    line.run(8)

    assert page.points == grown.points == 900_000
    assert max(page.sizes) <= MOST_BYTES
    assert max(len([at for at in line.sent if start <= at < start + 1]) for start in range(1000, 1008)) <= 31


def test_pictures_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where they are all that the page has of the past, and nothing in them can be told shorter."""
    monkeypatch.setattr("tbnb.page.feed.PAGE_POINTS", 50_000)
    grown, page, chance = GrowingLog(), Page(), np.random.default_rng(0)
    for tag in range(6):
        step = chance.integers(1, 9, 100_000).cumsum()
        grown.report("a", Points(f"tag{tag}", None, step, chance.random(100_000), chance.random(100_000)))
    line = Line(grown, page)

    line.run(10)

    assert sum(page.spoken.values()) == 600_000
    assert max(page.sizes) <= MOST_BYTES


def test_names_of_any_script_count_as_what_they_are() -> None:
    """A letter may be several bytes: a thousand runs that come at once are in messages of no more than 256 KB."""
    grown, page = GrowingLog(), Page()
    for number in range(1000):
        grown.add(f"{'学习率' * 40}{number}", "损失", 2)
    sizes: list[int] = []
    line = Line(grown, page)
    line.feed._send = lambda header, buffer: sizes.append(
        len(buffer) + len(json.dumps(header, ensure_ascii=False).encode())
    )

    line.run(3)

    assert sum(sizes) > MOST_BYTES
    assert max(sizes) <= MOST_BYTES


def test_a_big_log_is_pictured_first() -> None:
    """A million points: within a few messages the page has a picture of all, and shows how many there are."""
    grown, page = GrowingLog(), Page()
    for tag in range(20):
        grown.add("a", f"tag{tag}", 50_000)
    line = Line(grown, page)

    line.run(0.3)

    assert sum(page.spoken.values()) == 1_000_000
    assert sum(page.totals.values()) == 1_000_000
    line.run(6)
    assert page.points == 1_000_000


def test_news_overtakes_the_past() -> None:
    """While a big log is still on its way, what is logged now is sent at once."""
    grown, page = GrowingLog(), Page()
    grown.add("a", "loss", 1_000_000)
    line = Line(grown, page)
    line.run(0.3)

    grown.add("a", "loss", 1, 1_000_000)
    line.run(1 / 30)

    assert 1_000_000 in page.values[0]
    assert page.points < 1_000_000


def test_a_page_that_asks_is_whole_sooner() -> None:
    """It says what it has, and gets the rest as fast as messages go; and learns that it was heard."""
    grown, page = GrowingLog(), Page()
    for tag in range(20):
        grown.add("a", f"tag{tag}", 20_000)
    line = Line(grown)
    line.run(120)
    line.pages.append(page)

    line.feed.hear(7, page.holds())
    line.run(2.5)

    assert page.shown() == values_of(grown.log)
    assert page.heard == 7


def test_only_gaps_are_sent_to_a_page_that_asks() -> None:
    """What it holds already isn't sent once more for the asking."""
    grown, page, other = GrowingLog(), Page(), Page()
    grown.add("a", "loss", 100_000)
    line = Line(grown, page)
    line.run(40)
    for place in range(50_000, 50_010):
        del page.values[0][place]
    page.sizes.clear()
    line.pages.append(other)

    line.feed.hear(1, page.holds())
    line.run(1 / 30)

    assert page.points == 100_000
    assert set(range(50_000, 50_010)) <= set(other.values[0])


def test_withdrawn_points_are_gone_from_the_page() -> None:
    """After a restart the page shows what the log shows, though frames are lost."""
    grown, chance = GrowingLog(), random.Random(3)
    page = Page(lambda header: chance.random() > 0.5)
    line = Line(grown, page)
    grown.add("a", "loss", 1000)
    line.run(10)

    grown.restart("a", 500)
    grown.add("a", "loss", 20, 500)
    line.run(10)

    assert page.shown() == values_of(grown.log)
    assert page.points == 520


@pytest.mark.parametrize("deaf", [0, 1])
def test_a_series_that_lost_all_its_points(deaf: float) -> None:
    """A file that was replaced by an empty one leaves an empty curve, also on a page that missed it."""
    grown, page = GrowingLog(), Page(lambda header: line.clock.now >= hears)
    line, hears = Line(grown, page), 0.0
    grown.add("a", "loss", 100)
    line.run(1)

    hears = line.clock.now + deaf
    grown.replace("a")
    line.run(10)

    assert page.shown() == values_of(grown.log) == {("a", "loss"): []}


def test_other_kinds_are_named_and_counted() -> None:
    """A series that isn't of scalars is known to the page, with its number of items."""
    grown, page = GrowingLog(), Page()
    for _ in range(3):
        grown.add_item("a", "picture")
    line = Line(grown, page)

    line.run(1)

    assert page.names == {0: ("a", "picture", "images")}
    assert page.totals[0] == 3


def test_the_status_is_said_again() -> None:
    """A page that missed the status hears it within some seconds."""
    grown, page = GrowingLog(), Page()
    line = Line(grown)
    line.feed.say({"state": "live", "notes": ["a note"]})
    line.run(1)
    line.pages.append(page)

    line.run(6)

    assert page.status == {"state": "live", "notes": ["a note"]}


def test_the_end_of_a_cell_tells_all_at_once() -> None:
    """`flush` doesn't wait for the beat."""
    grown, page = GrowingLog(), Page()
    line = Line(grown, page)
    line.run(1)
    grown.add("a", "loss", 5)
    line.feed.touch(grown.log.touched())
    line.feed.pump()
    grown.add("a", "loss", 5, 5)
    line.feed.touch(grown.log.touched())

    line.feed.flush()

    assert page.points == 10


def test_beyond_its_budget_a_page_gets_a_picture_of_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves that are too long for the page are held exactly at their end; all their points are known all the same."""
    monkeypatch.setattr("tbnb.page.feed.PAGE_POINTS", 50_000)
    grown, page = GrowingLog(), Page()
    grown.add("a", "short", 10_000)
    grown.add("a", "long", 100_000)
    line = Line(grown, page)

    line.run(40)

    assert page.kept == 40_000
    assert set(range(60_000, 100_000)) <= set(page.values[1])
    assert min(page.values[1]) > 59_000
    assert len(page.values[0]) == 10_000
    assert page.spoken[1] == 100_000


def test_exact_points_of_the_past_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that looks closer asks for what it lacks there."""
    monkeypatch.setattr("tbnb.page.feed.PAGE_POINTS", 1000)
    grown, page = GrowingLog(), Page()
    grown.add("a", "long", 100_000)
    line = Line(grown, page)
    line.run(10)

    line.feed.want([[0, 500, 3500], [7, 0, 1]])
    line.run(0.2)

    assert set(range(500, 3500)) <= set(page.values[0])


@pytest.mark.parametrize(
    ("lengths", "most", "each"),
    [([1, 2, 3], 6, None), ([1, 1, 10], 6, 4), ([9, 9, 9], 6, 2), ([5], 3, 3), ([], 3, None)],
)
def test_short_curves_leave_room_to_long_ones(lengths: list[int], most: int, each: int | None) -> None:
    """The budget is shared such that none of it is left over."""
    assert share(lengths, most) == each


def test_a_snapshot_redraws_everything() -> None:
    """One message of bounded size has a picture of all series and their names."""
    grown, page = GrowingLog(), Page()
    for run in range(5):
        grown.add(f"run{run}", "loss", 50_000)
    line = Line(grown)
    line.run(1)

    page.take(*line.feed.snapshot())

    assert len(page.names) == 5
    assert sum(page.spoken.values()) == 250_000
    assert page.sizes[0] < 150_000
