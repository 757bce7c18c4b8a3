"""The tables of values: which columns they have, in which order; how rows are sorted and which are there."""

from __future__ import annotations

from typing import Any

import pytest

from .host import Host

RUNS = "['c', 'a', 'b'].map((run, n) => ({run, tag: 'loss', points: 101, value: i => i === 50 ? n : n + i / 100}))"


@pytest.fixture
def host(page: Any) -> Host:
    page.set_viewport_size({"width": 1500, "height": 800})
    host = Host(page)
    host.set(smoothing={"kind": "none", "amount": 0}, outliers="show", size=1000)
    host.feed_js(RUNS)
    host.wait(runs=3, paintedStep=100)
    return host


def select(host: Host, start: int, end: int) -> Any:
    host.set(selection={"from": start, "to": end})
    table = host.card("loss").locator(".tbnb-selection")
    table.locator("tbody tr").first.wait_for()
    return table


def heads(table: Any) -> list[str]:
    return [str(text) for text in table.locator("thead th").all_inner_texts()]


def column(table: Any, at: int) -> list[str]:
    return [str(text) for text in table.locator(f"tbody tr > :nth-child({at + 1})").all_inner_texts()]


def has(host: Host, *wanted: str) -> None:
    """Wait until the table has these heads."""
    script = """wanted => JSON.stringify([...document.querySelectorAll('.tbnb-selection thead th')]
        .map(head => head.innerText)) === JSON.stringify(wanted)"""
    host.page.wait_for_function(script, arg=list(wanted))


def test_columns_are_chosen_where_the_table_is(host: Host) -> None:
    """Taken away and brought back, at their end; the tooltip has the same as the table of a step."""
    table = select(host, 10, 10)
    assert heads(table) == ["Run", "Smoothed", "Value", "Step", "Time", "Relative"]
    table.get_by_role("button", name="Columns").click()
    popup = host.page.get_by_role("dialog", name="Columns")
    for name in ("Smoothed", "Step", "Time"):
        popup.get_by_role("checkbox", name=name).uncheck()
    popup.get_by_role("checkbox", name="Step").check()
    has(host, "Run", "Value", "Relative", "Step")
    host.page.keyboard.press("Escape")
    host.cells("loss", 0.5)
    tip = host.page.locator(".tbnb-tooltip thead th")
    assert tip.all_inner_texts() == ["Run", "Value", "Relative", "Step"]
    table.get_by_role("button", name="Columns").click()
    popup.get_by_role("button", name="As at first").click()
    has(host, "Run", "Smoothed", "Value", "Step", "Time", "Relative")


def test_columns_are_moved_by_pointer_and_by_keys(host: Host) -> None:
    """A head dragged onto another takes its place; a button in the list does the same, and keeps the focus."""
    table = select(host, 10, 10)
    table.locator("th", has_text="Relative").drag_to(table.locator("th", has_text="Value"))
    has(host, "Run", "Smoothed", "Relative", "Value", "Step", "Time")
    assert host.page.locator(".tbnb-drop").count() == 0, "a card is no place for a column"
    table.get_by_role("button", name="Columns").click()
    up = host.page.get_by_role("button", name="Move Time up")
    up.press("Enter")
    up.press("Enter")
    has(host, "Run", "Smoothed", "Relative", "Time", "Value", "Step")
    assert up.evaluate("button => button === document.activeElement")
    assert host.get("columns")["at"] == ["smoothed", "relative", "time", "value", "step"]
    up.press("Enter")
    up.press("Enter")
    box = host.page.get_by_role("dialog", name="Columns").get_by_role("checkbox", name="Time")
    assert box.evaluate("box => box === document.activeElement"), "at the top there is no way up"


def test_what_runs_tried_can_be_a_column(host: Host) -> None:
    """In the tooltip and in the table, which sorts by it; a run that told nothing comes last, whichever way."""
    host.tell(a={"lr": 0.01}, c={"lr": 0.002})
    host.set(columns={"at": ["value", "h:lr"], "range": ["mean", "h:lr"]})
    table = select(host, 10, 10)
    has(host, "Run", "Value", "lr")
    table.get_by_role("button", name="lr").click()
    assert column(table, 0) == ["c", "a", "b"]
    table.get_by_role("button", name="lr").click()
    assert column(table, 0) == ["a", "c", "b"]
    assert column(table, 2) == ["0.01", "0.002", "\u2013"]
    assert {row[0]: row[-1] for row in host.cells("loss", 0.5)} == {"a": "0.01", "c": "0.002", "b": "\u2013"}
    host.set(selection={"from": 10, "to": 20})
    has(host, "Run", "Mean", "lr")


def test_a_range_tells_its_first_and_last_step(host: Host) -> None:
    table = select(host, 10, 20)
    assert heads(table)[-2:] == ["First step", "Last step"]
    assert (column(table, 12), column(table, 13)) == (["10"] * 3, ["20"] * 3)


def test_a_range_of_a_curve_whose_steps_begin_anew(host: Host) -> None:
    """All of its points there count, of each part; none from elsewhere."""
    host.feed_js("[{run: 'd', tag: 'again', points: 200, step: i => i % 100, value: i => i}]")
    host.set(columns={"at": [], "range": ["first", "last", "firstStep", "lastStep"]}, selection={"from": 10, "to": 20})
    row = host.card("again").locator(".tbnb-selection tbody tr")
    row.wait_for()
    assert row.locator("td").all_inner_texts() == ["10", "120", "10", "20"]


def test_rows_are_sorted_by_any_column(host: Host) -> None:
    """First upwards, then downwards, as the head says."""
    table = select(host, 10, 20)
    for name, at in (("Max", 5), ("Mean", 8), ("Run", 0)):
        head = table.locator("thead").get_by_role("button", name=name, exact=True)
        head.click()
        up = column(table, at)
        head.click()
        assert column(table, at) == up[::-1] != up
        assert table.locator("[aria-sort]").inner_text() == name


def test_rows_are_filtered(host: Host) -> None:
    """By a regular expression, in the tables of all cards; curves stay; what is none yet hides nothing."""
    host.feed_js(RUNS.replace("loss", "acc"))
    table = select(host, 10, 20)
    box = table.get_by_role("searchbox", name="Filter rows by name")
    box.fill("^[ab]$")
    host.page.wait_for_function("document.querySelectorAll('.tbnb-selection tbody tr').length === 4")
    assert column(table, 0) == ["a", "b"]
    assert host.card("acc").get_by_role("searchbox", name="Filter rows by name").input_value() == "^[ab]$"
    box.fill("nothing")
    table.get_by_text("No row matches the filter.").wait_for()
    box.fill("[")
    host.page.wait_for_function("document.querySelectorAll('.tbnb-selection tbody tr').length === 6")
    assert len(host.cells("loss", 0.5)) == 3


def test_nearest_is_nearest_on_the_screen_or_in_y(host: Host) -> None:
    """A point far to the side is not the nearest, unless only y counts; drawn order is the order of the curves."""
    host.feed_js("[{run: 'far', tag: 'wide', points: 2, step: i => 100 * i, value: i => 0.5 + i / 1000}]")
    host.feed_js("[{run: 'by', tag: 'wide', points: 101, value: i => i % 2 ? 0.4 : 0.62}]")
    host.card("wide").scroll_into_view_if_needed()
    host.card("wide").locator(".u-over").wait_for()
    host.settle()
    first = {}
    for sort in ("nearest", "nearestY", "drawn"):
        host.set(tooltip={"sort": sort, "rows": 0})
        first[sort] = host.cells("wide", 0.4, 0.5)[0][0]
    assert first == {"nearest": "by", "nearestY": "far", "drawn": "far"}


def test_columns_that_a_line_misspells_do_no_harm(host: Host) -> None:
    host.set(columns={"at": ["value", 7, "nonsense", None], "range": "all"})
    table = select(host, 10, 10)
    assert heads(table) == ["Run", "Value"]
    host.set(selection={"from": 10, "to": 20})
    has(host, "Run")
    assert host.errors == []
