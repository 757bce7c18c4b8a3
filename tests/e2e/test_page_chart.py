"""The charts in a real browser, without a notebook: drawn, read, zoomed, selected, combined."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .host import Host

LINE = "{run: 'a', tag: 'loss', points: 1001, value: i => i / 1000}"
FALLING = "{run: 'b', tag: 'loss', points: 1001, value: i => 1 - i / 1000}"


@pytest.fixture
def host(page: Any) -> Host:
    host = Host(page)
    host.set(smoothing={"kind": "none", "amount": 0}, outliers="show")
    return host


def steps(rows: list[list[str]]) -> list[int]:
    return [int(row[3].replace(",", "")) for row in rows]


def test_it_waits_for_the_first_point_and_comes_alive_by_itself(host: Host) -> None:
    """An empty dashboard says that it waits; the first point brings its card."""
    assert "Waiting for the first point" in host.page.locator("div.tbnb").inner_text()
    host.feed({"run": "a", "tag": "loss", "points": 1})
    host.wait(points=1, paintedStep=0, runs=1, series=1)
    assert host.card("loss").is_visible()
    assert "Waiting" not in host.page.locator("div.tbnb").inner_text()


def test_an_element_that_is_attached_later_looks_the_same(page: Any) -> None:
    """JupyterLab attaches a widget's element after it was filled: the canvas has the theme's colours all the same."""
    pictures = []
    for attached in ("first", "later"):
        host = Host(page)
        host.page.evaluate("host.dashboard.destroy()")
        host.feed_js(f"[{LINE}]")
        host.page.evaluate(
            """async attached => {
                const out = document.querySelector('#out'), el = document.createElement('div');
                if (attached === 'first') out.append(el);
                host.mount(el);
                await new Promise(requestAnimationFrame);
                if (attached === 'later') out.append(el);
            }""",
            attached,
        )
        host.wait(paintedStep=1000)
        host.settle()
        pictures.append(host.card("loss").locator("canvas").first.evaluate("canvas => canvas.toDataURL()"))
    assert pictures[0] == pictures[1]


def test_what_is_painted_is_told_with_its_time_in_full(host: Host) -> None:
    """The root tells the newest point on screen: its wall time to the digit, its step, and how late it was."""
    host.feed_js("[{run: 'a', tag: 'loss', points: 3, wall: i => 1700000000.125 + i, step: i => 10 * i}]")
    host.wait(paintedWallTime="1700000002.125", paintedStep=20)
    assert float(host.said()["lagMs"]) == pytest.approx((1000 - 2.125) * 1000)


def test_counting_needs_no_frame(host: Host) -> None:
    """In a page that is not drawn, as a hidden tab, the points held are told all the same."""
    host.page.evaluate("() => { window.requestAnimationFrame = () => 1; }")
    host.feed({"run": "a", "tag": "loss", "points": 7})
    said = host.said()
    assert (said["points"], said["runs"], said["series"]) == ("7", "1", "1")
    assert "paintedStep" not in said


def test_the_canvas_has_something_on_it_and_words_for_who_cannot_see_it(host: Host) -> None:
    """Pixels in the run's colour, the role of an image, and a label with the latest value."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    canvas = host.card("loss").locator("canvas")
    assert canvas.get_attribute("role") == "img"
    host.page.locator("canvas[aria-label='loss: a 1 at step 1,000']").wait_for()
    painted = canvas.evaluate(
        "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    )
    assert painted > 10


def test_a_spike_of_one_point_in_a_million_is_on_the_screen(host: Host) -> None:
    """The one point that is high makes the axis reach to it, and pixels stand in its column."""
    host.feed_js("[{run: 'a', tag: 'loss', points: 1e6, value: i => i === 654321 ? 100 : 1}]")
    host.wait(paintedStep=999_999)
    column = """([across, height]) => {
        const canvas = document.querySelector('.tbnb-card canvas'), over = document.querySelector('.u-over');
        const ratio = devicePixelRatio, c = canvas.getBoundingClientRect(), o = over.getBoundingClientRect();
        const x = Math.round((o.left - c.left + across * o.width) * ratio) - 3;
        const { data } = canvas.getContext('2d').getImageData(x, (o.top - c.top) * ratio, 7, height * o.height * ratio);
        let coloured = 0;
        for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] && Math.max(...data.slice(i, i + 3)) - Math.min(...data.slice(i, i + 3)) > 60) coloured++;
        return coloured;
    }"""
    assert host.page.evaluate(column, [0.654321, 0.8]) > 60
    assert host.page.evaluate(column, [0.4, 0.8]) == 0


def test_the_tooltip_reads_each_curve_at_the_pointer(host: Host) -> None:
    """Run, smoothed, value, step, time, relative, as text; all runs at the step nearest to the pointer."""
    host.feed_js(f"[{LINE}, {FALLING}]")
    host.wait(paintedStep=1000)
    rows = host.cells("loss", 0.25, 0.75)
    assert sorted(row[0] for row in rows) == ["a", "b"]
    assert all(abs(step - 250) <= 3 for step in steps(rows))
    near = {row[0]: float(row[2]) for row in rows}
    assert near["a"] == pytest.approx(0.25, abs=0.003)
    assert near["b"] == pytest.approx(0.75, abs=0.003)
    assert rows[0][5].endswith(("s", "m"))


@pytest.mark.parametrize(("sort", "first"), [("nearest", "a"), ("ascending", "a"), ("descending", "b"), ("name", "a")])
def test_the_tooltip_is_sorted_as_asked(host: Host, sort: str, first: str) -> None:
    """By nearness to the pointer, by value, by name."""
    host.feed_js(f"[{FALLING}, {LINE}]")
    host.wait(paintedStep=1000)
    host.set(tooltip={"sort": sort, "rows": 0})
    assert host.cells("loss", 0.25, 0.75)[0][0] == first


def test_the_tooltips_rows_are_limited(host: Host) -> None:
    """Fifty runs, five rows wanted: five rows, and how many more there are."""
    host.feed_js("Array.from({length: 50}, (_, r) => ({run: 'run' + r, tag: 'loss', points: 10}))")
    host.wait(runs=50, paintedStep=9)
    host.set(tooltip={"sort": "name", "rows": 5})
    assert [row[0] for row in host.cells("loss", 0.5)] == ["run0", "run1", "run2", "run3", "run4"]
    assert "and 45 more" in host.page.locator(".tbnb-tooltip").inner_text()


def test_a_click_holds_the_tooltip(host: Host) -> None:
    """Held, it stays where it was while the pointer moves; a second click lets it go."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    host.page.mouse.click(*host.over("loss", 0.25))
    host.settle()
    held = host.tooltip()
    assert host.cells("loss", 0.75) == held
    host.page.mouse.click(*host.over("loss", 0.75))
    assert steps(host.cells("loss", 0.75))[0] == pytest.approx(750, abs=4)


def test_an_arrow_key_lets_a_held_tooltip_go(host: Host) -> None:
    """It looks held as long as it is."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    host.card("loss").locator(".tbnb-plot").focus()
    held = host.page.locator(".tbnb-tooltip.tbnb-held")
    for key, count in (("Home", 0), ("Enter", 1), ("ArrowRight", 0)):
        host.page.keyboard.press(key)
        assert held.count() == count


def test_a_chart_on_the_whole_screen_has_its_tooltip(host: Host) -> None:
    """And in the notebook again, the notebook's page has it."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    on_top = """() => {
        const tip = document.querySelector('.tbnb-tooltip');
        tip.style.pointerEvents = 'auto';
        const { left, top, width } = tip.getBoundingClientRect();
        return tip.contains(document.elementFromPoint(left + width / 2, top + 8));
    }"""
    for full in (True, False):
        host.card("loss").hover()
        host.card("loss").get_by_role("button", name="Full screen").click()
        host.page.wait_for_function(f"(document.fullscreenElement !== null) === {str(full).lower()}")
        host.settle()
        assert steps(host.cells("loss", 0.5))[0] == pytest.approx(500, abs=4)
        assert host.page.evaluate(on_top)


def test_a_chart_of_a_dashboard_on_the_whole_screen_has_it_for_itself(host: Host) -> None:
    """And gives it back to the dashboard."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    full = "what => document.fullscreenElement?.matches(what)"
    host.page.locator(".tbnb-bar").get_by_role("button", name="Full screen").click()
    for what in ("div.tbnb", ".tbnb-card", "div.tbnb"):
        host.page.wait_for_function(full, arg=what)
        host.card("loss").hover()
        host.card("loss").get_by_role("button", name="Full screen").click()


def test_the_cursor_is_shared_by_all_cards(host: Host) -> None:
    """Over one card, a line at the same step on each card in view."""
    host.feed_js(f"[{LINE}, {LINE.replace('loss', 'acc')}]")
    host.wait(series=2, paintedStep=1000)
    host.page.mouse.move(*host.over("loss", 0.3))
    host.settle()
    places = host.page.evaluate(
        """() => [...document.querySelectorAll('.tbnb-cursor:not([hidden])')].map(line => {
            const over = line.closest('.u-over').getBoundingClientRect();
            return (line.getBoundingClientRect().left - over.left) / over.width;
        })"""
    )
    assert places == [pytest.approx(0.3, abs=0.01)] * 2


def test_a_drag_zooms_shift_pans_and_a_double_click_resets(host: Host) -> None:
    """The zoomed view shows the stretch that was dragged over."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    host.drag("loss", (0.4, 0.5), (0.6, 0.5))
    assert steps(host.cells("loss", 0.02))[0] == pytest.approx(404, abs=4)
    assert steps(host.cells("loss", 0.98))[0] == pytest.approx(596, abs=4)
    host.drag("loss", (0.2, 0.5), (0.7, 0.5), key="Shift")
    assert steps(host.cells("loss", 0.02))[0] == pytest.approx(304, abs=4)
    host.page.mouse.dblclick(*host.over("loss", 0.5))
    host.settle()
    host.page.keyboard.press("Escape")
    assert steps(host.cells("loss", 0.02))[0] == pytest.approx(20, abs=4)


def test_the_wheel_zooms_with_ctrl_alone(host: Host) -> None:
    """Without Ctrl the wheel is the page's; with it the point under the pointer stays."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    host.page.mouse.move(*host.over("loss", 0.5))
    host.page.mouse.wheel(0, -300)
    host.settle()
    assert steps(host.cells("loss", 0.02))[0] == pytest.approx(20, abs=4)
    host.page.mouse.move(*host.over("loss", 0.5))
    host.page.keyboard.down("Control")
    host.page.mouse.wheel(0, -300)
    host.page.keyboard.up("Control")
    host.settle()
    assert steps(host.cells("loss", 0.5))[0] == pytest.approx(500, abs=4)
    assert steps(host.cells("loss", 0.02))[0] > 150


def test_a_crowd_that_was_panned_is_painted_as_if_it_had_always_stood_there(host: Host) -> None:
    """While one pans, an older picture is moved along; once all is still, nothing of it is left."""
    host.feed(*({"run": f"run{n}", "tag": "loss", "points": 150} for n in range(400)))
    host.wait(runs=400, paintedStep=149)
    settled = "() => host.dashboard.settled()"
    picture = """() => [document.querySelector('.tbnb-plot canvas').toDataURL(),
                        host.dashboard.cards()[0].drawing.overlay.card.view().x]"""
    host.page.wait_for_function(settled)
    at_first, whole = host.page.evaluate(picture)
    host.drag("loss", (0.6, 0.5), (0.3, 0.5), key="Shift")
    host.page.mouse.move(0, 0)
    host.page.wait_for_function(settled)
    panned, view = host.page.evaluate(picture)
    assert view["low"] > whole["low"]
    assert panned != at_first
    for x in (None, view):
        host.page.evaluate("x => host.dashboard.cards()[0].drawing.zoomTo(x)", x)
        host.page.wait_for_function(settled)
    assert host.page.evaluate(picture)[0] == panned


def test_a_zoom_is_linked_on_demand(host: Host) -> None:
    """With linked zoom all cards show the same stretch; without, only the one that was dragged."""
    host.feed_js(f"[{LINE}, {LINE.replace('loss', 'acc')}]")
    host.wait(series=2, paintedStep=1000)
    host.drag("loss", (0.4, 0.5), (0.6, 0.5))
    assert steps(host.cells("acc", 0.02))[0] == pytest.approx(20, abs=4)
    host.set(linkZoom=True)
    host.drag("loss", (0.0, 0.5), (0.5, 0.5))
    assert steps(host.cells("acc", 0.02))[0] == pytest.approx(402, abs=4)


def test_a_linked_zoom_is_there_where_one_scrolls_to(host: Host) -> None:
    """All charts, not those alone that were in view."""
    host.set(linkZoom=True)
    host.feed_js("Array.from({length: 40}, (_, n) => ({run: 'a', tag: `tag${n}`, points: 1001}))")
    host.wait(series=40, paintedStep=1000)
    host.drag("tag0", (0.0, 0.5), (0.5, 0.5))
    host.card("tag39").scroll_into_view_if_needed()
    host.card("tag39").locator(".u-over").wait_for()
    assert steps(host.cells("tag39", 0.98))[0] == pytest.approx(490, abs=8)


def test_a_linked_zoom_is_there_for_a_chart_that_comes_later_and_ends_for_all(host: Host) -> None:
    """The button that fits a chart to its data does what a double click on it does."""
    host.set(linkZoom=True)
    host.feed_js(f"[{LINE}]")
    host.wait(series=1, paintedStep=1000)
    host.drag("loss", (0.4, 0.5), (0.6, 0.5))
    host.feed_js(f"[{LINE.replace('loss', 'acc')}]")
    host.wait(series=2)
    spans = "() => host.dashboard.cards().map(card => Object.values(card.drawing.overlay.card.view().x).join())"
    all_same = f"count => new Set(({spans})()).size === 1 && ({spans})().length === count"
    host.card("acc").locator("canvas").wait_for()
    host.page.wait_for_function(all_same, arg=2)
    host.card("acc").hover()
    host.card("acc").get_by_role("button", name="Fit to the data").click()
    host.page.wait_for_function(f"() => ({spans})().every(span => span === '0,1000')")


def test_arrow_keys_move_the_cursor_point_by_point(host: Host) -> None:
    """End, then left twice: the last but two; what is told is the tooltip."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    host.card("loss").locator(".tbnb-plot").focus()
    for key in ("End", "ArrowLeft", "ArrowLeft"):
        host.page.keyboard.press(key)
    host.settle()
    assert steps(host.tooltip()) == [998]


def test_arrow_keys_go_past_points_of_one_step(host: Host) -> None:
    """A step that was logged several times is one place of the cursor, from both sides."""
    host.feed_js("[{run: 'a', tag: 'loss', points: 7, step: i => [0, 1, 1, 1, 2, 2, 3][i]}]")
    host.wait(paintedStep=3)
    host.card("loss").locator(".tbnb-plot").focus()
    walked = []
    for key in ("Home", *["ArrowRight"] * 3, *["ArrowLeft"] * 3):
        host.page.keyboard.press(key)
        host.settle()
        walked += steps(host.tooltip())
    assert walked == [0, 1, 2, 3, 2, 1, 0]


def test_a_held_tooltip_goes_with_its_chart(host: Host) -> None:
    """Where a filter takes the card away, nothing could let it go; the next chart has its own."""
    host.feed_js(f"[{LINE}, {LINE.replace('loss', 'acc')}]")
    host.wait(series=2, paintedStep=1000)
    host.page.mouse.click(*host.over("loss", 0.5))
    host.set(tagsFilter="acc")
    host.settle()
    assert host.tooltip() == []
    assert steps(host.cells("acc", 0.25))[0] == pytest.approx(250, abs=4)


def test_a_range_is_selected_on_all_cards_with_its_table(host: Host) -> None:
    """Alt and a drag select: under each card first, last, min, max, best, mean, change, steps, area."""
    host.feed_js(f"[{LINE}, {FALLING}, {LINE.replace('loss', 'acc')}]")
    host.wait(series=3, paintedStep=1000)
    host.set(selection={"from": 200, "to": 400})
    host.settle()
    table = host.card("loss").locator(".tbnb-selection")
    heads = table.locator("thead th").all_inner_texts()
    assert heads == [
        "Run", "First", "Last", "Min", "at step", "Max", "at step", "Best", "Mean", "Change", "%", "Area",
        "First step", "Last step",
    ]  # fmt: skip
    first = [cell.inner_text() for cell in table.locator("tbody tr").first.locator("th, td").all()]
    assert first == ["a", "0.2", "0.4", "0.2", "200", "0.4", "400", "0.2", "0.3", "0.2", "100 %", "60", "200", "400"]
    assert host.card("acc").locator(".tbnb-selection tbody tr").count() == 1
    assert host.page.locator(".tbnb-chosen:visible").count() == 2


def test_a_drag_with_alt_selects_and_escape_ends_it(host: Host) -> None:
    """What is selected is the stretch of steps that was dragged over."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    host.drag("loss", (0.25, 0.5), (0.5, 0.5), key="Alt")
    selection = host.get("selection")
    assert selection["from"] == pytest.approx(250, abs=4)
    assert selection["to"] == pytest.approx(500, abs=4)
    host.card("loss").locator(".tbnb-plot").focus()
    host.page.keyboard.press("Escape")
    assert host.get("selection") is None


def test_train_and_validation_share_a_card_and_can_be_taken_apart(host: Host) -> None:
    """Pairs form by themselves; the button gives each tag its own card again."""
    host.feed_js("['Loss/train', 'Loss/val'].map(tag => ({run: 'a', tag, points: 10}))")
    host.wait(series=2, paintedStep=9)
    card = host.card("Loss/train")
    assert "Loss/val" in card.locator("h3").inner_text()
    card.hover()
    card.get_by_label("Take apart").click()
    assert host.card("Loss/val").is_visible()
    assert host.card("Loss/train").locator("h3").inner_text() == "Loss/train"


def test_a_curve_whose_steps_begin_anew_is_parted(host: Host) -> None:
    """Two epochs with the same steps are two lines with nothing between them; joined on demand, by one line back."""
    host.set(size=600)
    host.feed_js("[{run: 'a', tag: 'loss', points: 200, step: i => i % 100, value: i => i < 100 ? 0 : 1}]")
    host.wait(series=1)
    host.card("loss").locator("canvas").wait_for()
    host.settle()
    between = """() => {
        const canvas = document.querySelector('.tbnb-card canvas');
        const c = canvas.getBoundingClientRect(), o = document.querySelector('.u-over').getBoundingClientRect();
        const row = Math.round((o.top - c.top + o.height / 2) * devicePixelRatio);
        const { data } = canvas.getContext('2d').getImageData(0, row, canvas.width, 1);
        let coloured = 0;
        for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] && Math.max(...data.slice(i, i + 3)) - Math.min(...data.slice(i, i + 3)) > 60) coloured++;
        return coloured;
    }"""
    assert host.page.evaluate(between) == 0
    host.set(parts=False)
    host.settle()
    assert 0 < host.page.evaluate(between) < 0.1 * host.card("loss").bounding_box()["width"]


def test_the_learning_rate_stands_beside_each_loss(host: Host) -> None:
    """One rule for all losses: each has it on its second axis, and a loss that is taken apart goes without."""
    tags = ["Loss/train", "Loss/val", "aux_loss", "lr", "acc"]
    host.feed_js(f"{tags}.map(tag => ({{run: 'a', tag, points: 10, value: i => i}}))")
    host.wait(series=5, paintedStep=9)

    def legend(tag: str) -> set[str]:
        host.card(tag).scroll_into_view_if_needed()
        host.settle()
        return {row[0] for row in host.cells(tag, 0.5)}

    assert legend("Loss/train") == {"a Loss/train", "a Loss/val", "a lr"}
    assert legend("aux_loss") == {"a aux_loss", "a lr"}
    assert legend("acc") == {"a"}
    host.card("aux_loss").hover()
    host.card("aux_loss").get_by_label("Take apart").click()
    assert legend("aux_loss") == {"a"}
    assert legend("Loss/train") == {"a Loss/train", "a Loss/val", "a lr"}


def test_a_card_dragged_onto_another_joins_it(host: Host) -> None:
    """Any tags can stand together; taking apart gives both back."""
    host.feed_js("['x', 'y'].map(tag => ({run: 'a', tag, points: 10}))")
    host.wait(series=2, paintedStep=9)
    host.card("y").locator("header").drag_to(host.card("x").locator(".tbnb-plot"))
    assert host.get("combined") == [["x", "y"]]
    host.settle()
    assert {row[0] for row in host.cells("x", 0.5)} == {"a x", "a y"}
    host.card("x").hover()
    host.card("x").get_by_label("Take apart").click()
    assert host.card("y").is_visible()


def test_cards_are_combined_without_a_pointer_too(host: Host) -> None:
    """The same button on one card, then on the other; in between the first one says that it's pressed."""
    host.feed_js("['x', 'y'].map(tag => ({run: 'a', tag, points: 10}))")
    host.wait(series=2, paintedStep=9)
    pressed = host.page.get_by_role("button", name="Combine with another card", pressed=True)
    for tag, count in (("y", 1), ("x", 0)):
        host.card(tag).get_by_label("Combine with another card").focus()
        host.page.keyboard.press("Enter")
        assert pressed.count() == count
    assert host.get("combined") == [["x", "y"]]


def test_a_card_that_went_is_combined_with_none(host: Host) -> None:
    """Who pressed the button on it, then filtered it away, begins anew with the next card."""
    host.feed_js(f"['a', 'b', 'c'].map(tag => ({{...{LINE}, tag}}))")
    host.wait(series=3, paintedStep=1000)

    def press(tag: str) -> None:
        host.card(tag).get_by_role("button", name="Combine").press("Enter")
        host.settle()

    press("a")
    host.set(tagsFilter="b|c")
    press("b")
    assert host.get("combined") == []
    press("c")
    assert host.get("combined") == [["c", "b"]]


def test_groups_are_a_mean_with_a_band(host: Host) -> None:
    """Two seeds by one pattern: one curve, whose value is their mean."""
    host.feed_js("[1, 3].map(v => ({run: 'seed' + v, tag: 'loss', points: 10, value: () => v}))")
    host.wait(runs=2, paintedStep=9)
    host.set(groups={"by": "regex", "pattern": "seed", "statistic": "mean", "band": "minmax"})
    rows = host.cells("loss", 0.5)
    assert [row[0] for row in rows] == ["seed (2)"]
    assert float(rows[0][2]) == 2


def test_hidden_runs_are_not_drawn(host: Host) -> None:
    """Hidden by name, or not matched by the filter."""
    host.feed_js(f"[{LINE}, {FALLING}]")
    host.wait(paintedStep=1000)
    host.set(hidden=["a"])
    assert [row[0] for row in host.cells("loss", 0.5)] == ["b"]
    host.set(hidden=[], runsFilter="^a$")
    assert [row[0] for row in host.cells("loss", 0.51)] == ["a"]


@pytest.mark.parametrize("x", ["step", "relstep", "relative", "wall"])
def test_each_x_axis(host: Host, x: str) -> None:
    """Whatever x stands for, the pointer in the middle reads the middle."""
    host.set(x=x)
    host.feed_js(f"[{LINE.replace('loss', x).replace('}', ', step: i => 5000 + i}')}]")
    host.wait(paintedStep=6000)
    assert steps(host.cells(x, 0.5))[0] == pytest.approx(5500, abs=4)
    assert host.errors == []


def test_time_is_relative_to_the_first_point_though_the_newest_came_first(host: Host) -> None:
    """As they do where a page comes late: the axis then begins at 0 all the same, and the list goes by the start."""
    host.set(x="relative", runsSort={"by": "start", "descending": False, "tag": ""})
    wall = "wall: i => 1_700_000_000 + i"
    host.feed_js(
        f"[{{run: 'late', tag: 'loss', points: 100, start: 900, total: 1000, {wall}}},"
        "{run: 'between', tag: 'loss', points: 100, wall: i => 1_700_000_500 + i}]"
    )
    host.wait(paintedStep=999)
    host.feed_js(f"[{{run: 'late', tag: 'loss', points: 900, {wall}}}]")
    host.page.wait_for_function(
        """() => {
            const { low, high } = host.dashboard.cards()[0].drawing.overlay.card.view().x;
            return low === 0 && high === 999;
        }"""
    )
    host.page.wait_for_function("() => document.querySelector('.tbnb-rows li').dataset.key === 'late'")


def test_a_chart_that_gets_company_stays_the_chart_it_was(host: Host) -> None:
    """The first validation comes while one looks closely: zoom and focus stay, and the pair can be taken apart."""
    host.feed_js("[{run: 'a', tag: 'train/loss', points: 1001, value: i => i / 1000}]")
    host.wait(paintedStep=1000)
    host.drag("train/loss", (0.4, 0.5), (0.6, 0.5))
    view = "() => host.dashboard.cards()[0].drawing.overlay.card.view().x"
    zoomed = host.page.evaluate(view)
    host.card("train/loss").locator(".tbnb-plot").focus()
    host.feed_js("[{run: 'a', tag: 'val/loss', points: 11, step: i => 100 * i, value: i => i / 10}]")
    host.wait(series=2)
    host.card("train/loss").get_by_text("train/loss · val/loss").wait_for()
    assert host.page.evaluate("() => document.activeElement.getAttribute('aria-label')").endswith("· val/loss")
    assert host.page.evaluate(view) == zoomed
    assert sorted(row[0] for row in host.cells("train/loss", 0.5)) == ["a train/loss", "a val/loss"]
    host.card("train/loss").get_by_role("button", name="Take apart").click()
    host.card("val/loss").wait_for()
    assert host.page.evaluate(view) == zoomed
    assert [row[0] for row in host.cells("train/loss", 0.5)] == ["a"]


def test_log_axes(host: Host) -> None:
    """On a log x axis the middle is the geometric mean; on a log y axis a decade is a decade."""
    host.feed_js("[{run: 'a', tag: 'loss', points: 10001, step: i => i + 1, value: i => 10 ** (-4 * i / 1e4)}]")
    host.wait(paintedStep=10_001)
    host.set(xlog=True, y="log")
    assert steps(host.cells("loss", 0.5))[0] == pytest.approx(100, rel=0.05)
    assert host.errors == []


def test_a_log_axis_of_times_says_times(host: Host) -> None:
    """Durations, from the first that is above zero; the clock has no zero and stays what it is."""
    host.feed_js("[{run: 'a', tag: 'loss', points: 1000, value: i => i, wall: i => 1_700_000_000 + i * 100}]")
    host.wait(paintedStep=999)
    listen(host)
    host.set(x="relative", xlog=True)
    host.page.wait_for_function("() => said.some(({text}) => text === '2h 46m')")
    assert steps(host.cells("loss", 0.5))[0] == pytest.approx(999**0.5, abs=1)
    picture = "() => document.querySelector('.tbnb-card canvas').toDataURL()"
    host.set(x="wall")
    host.settle()
    logarithmic = host.page.evaluate(picture)
    host.set(xlog=False)
    host.settle()
    assert host.page.evaluate(picture) == logarithmic


LOG = [("zoomed", {"y": "log"}), ("moved", {"xlog": True}), ("limited", {"y": "log", "ylimits": [-10, 0]})]


@pytest.mark.parametrize(("how", "then"), LOG)
def test_a_log_axis_shows_what_it_can_wherever_one_looked_before(host: Host, how: str, then: dict[str, Any]) -> None:
    """A stretch that reaches to zero or below is none that a log axis has: all is shown, and the stretch after it."""
    host.feed_js("[{run: 'a', tag: 'loss', points: 101, value: i => i / 50 - 0.5}]")
    host.wait(paintedStep=100)
    if how == "zoomed":
        host.drag("loss", (0.2, 0.3), (0.8, 0.95))
    if how == "moved":
        host.drag("loss", (0.2, 0.5), (0.6, 0.5), key="Shift")
    view = "() => host.dashboard.cards()[0].drawing.overlay.card.view()"
    before = host.page.evaluate(view)
    host.set(**then)
    host.settle()
    after = host.page.evaluate(view)
    axis = after["x" if how == "moved" else "y"]
    assert 0 < axis["low"] <= 1 < axis["high"]
    host.set(y="linear", xlog=False, ylimits=None)
    host.settle()
    assert host.page.evaluate(view) == before
    assert host.errors == []


def test_a_new_chart_is_whole_though_it_is_painted_between_frames(host: Host) -> None:
    """uPlot paints a chart that it made once more after the frame; where the time is short, the next frame goes on."""
    host.feed_js("Array.from({length: 9}, (_, n) => ({run: 'run' + n, tag: 'loss', points: 99}))")
    host.wait(runs=9, paintedStep=98)
    picture = "() => document.querySelector('.tbnb-card canvas').toDataURL()"
    host.page.evaluate(
        """() => {
            const frame = window.requestAnimationFrame;
            let within = false, now = performance.now();
            window.requestAnimationFrame = call => frame(time => {
                within = true;
                call(time);
                within = false;
            });
            performance.now = () => within ? now : now += 50;
        }"""
    )
    host.set(y="log")
    host.settle()
    new = host.page.evaluate(picture)
    host.set(marks=False)
    host.settle()
    assert host.page.evaluate(picture) == new


def test_a_thousand_tags_make_no_thousand_canvases(host: Host) -> None:
    """Cards out of view have no canvas; scrolling to the last one draws it."""
    host.feed_js("Array.from({length: 1000}, (_, t) => ({run: 'a', tag: `g${t % 7}/tag${t}`, points: 5}))")
    host.wait(series=1000, paintedStep=4)
    assert host.page.locator(".tbnb-card").count() == 1000
    assert host.page.locator("canvas").count() < 30
    last = host.page.locator(".tbnb-card").last
    last.scroll_into_view_if_needed()
    last.locator("canvas").wait_for()


def test_groups_of_cards_fold_and_pins_come_first(host: Host) -> None:
    """A prefix is a group, which folds; a pinned card stands before all groups."""
    host.set(pairs=False)
    host.feed_js("['g/a', 'g/b', 'h/c'].map(tag => ({run: 'a', tag, points: 5}))")
    host.wait(series=3, paintedStep=4)
    fold = host.page.get_by_role("button", name=re.compile("^g"))
    fold.click()
    assert fold.get_attribute("aria-expanded") == "false"
    assert not host.card("g/a").is_visible()
    fold.click()
    host.card("h/c").hover()
    host.card("h/c").get_by_label("Pin to the top").click()
    assert host.page.locator(".tbnb-card").first.get_attribute("data-tag") == "h/c"


def test_names_that_say_nothing_or_too_much(host: Host) -> None:
    """A tag of no letters has a title, and one whose prefix is Pinned is pinned no more than others."""
    host.feed_js("['', 'loss', 'Pinned/a'].map(tag => ({run: 'a', tag, points: 5}))")
    host.wait(series=3, paintedStep=4)
    assert host.card("").locator("h3").inner_text() == "(empty)"
    host.set(pinned=["loss"])
    group = "() => [...document.querySelectorAll('.tbnb-group')].map(one => one.querySelectorAll('.tbnb-card').length)"
    assert host.page.evaluate(group) == [1, 1, 1]


def test_a_card_keeps_its_place_and_width_whatever_it_is_combined_with(host: Host) -> None:
    """Pinned and wide are settings, by any of its tags: the first may become another, and the page be a new one."""
    host.set(pairs=False)
    host.feed_js("['a', 'b', 'c', 'd'].map(tag => ({run: 'r', tag, points: 5}))")
    host.wait(series=4, paintedStep=4)
    for button in ("Pin to the top", "Full width"):
        host.card("c").hover()
        host.card("c").get_by_label(button).click()
        assert host.card("c").get_by_label(button).get_attribute("aria-pressed") == "true"
    host.card("a").locator("header").drag_to(host.card("c"))
    host.card("c").wait_for(state="detached")
    together = host.page.locator(".tbnb-group").first.locator(".tbnb-card.tbnb-wide")
    assert together.get_attribute("data-tag") == "a"
    host.page.evaluate("() => { host.dashboard.destroy(); host.mount(document.querySelector('#out')); }")
    together.wait_for()
    for button in ("Pin to the top", "Full width"):
        together.hover()
        together.get_by_label(button).click()
    assert (host.get("pinned"), host.get("wide")) == ([], [])


def test_hidden_and_shown_again_it_draws_what_came_meanwhile(host: Host) -> None:
    """A page that windows its outputs takes the element out and puts it back."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    host.page.evaluate("() => { window.out = document.querySelector('#out'); out.remove(); }")
    host.settle()
    host.page.evaluate("() => document.body.append(out)")
    host.feed_js("[{run: 'a', tag: 'loss', start: 1001, points: 50}]")
    host.wait(paintedStep=1050, points=1051)


def test_another_watch_leaves_nothing_of_the_former_one(host: Host) -> None:
    """Before its first point there is no card; then its own."""
    host.feed({"run": "a", "tag": "loss", "points": 5})
    host.wait(paintedStep=4)
    host.page.evaluate("() => host.store.apply({...host.frame([])[0], epoch: 'another'}, [])")
    host.wait(points=0, series=0)
    host.settle()
    assert host.page.locator(".tbnb-card").count() == 0


def test_names_are_text(host: Host) -> None:
    """A tag and a run that are HTML are shown as they are written, everywhere."""
    evil = "<img src=x onerror=window.hit=1>"
    host.feed({"run": evil, "tag": evil, "points": 5})
    host.wait(paintedStep=4)
    assert host.page.locator(".tbnb-card h3").inner_text() == evil
    host.page.locator(".u-over").hover()
    host.set(selection={"from": 0, "to": 4})
    host.settle()
    assert host.page.locator(".tbnb img").count() == 0
    assert host.page.evaluate("window.hit") is None


@pytest.mark.parametrize(
    ("host_says", "theme"),
    [
        ("document.body.dataset.jpThemeLight = 'false'", "dark"),
        ("document.documentElement.setAttribute('theme', 'dark')", "dark"),
        ("document.body.dataset.vscodeThemeKind = 'vscode-dark'", "dark"),
        ("document.documentElement.classList.add('dark')", "dark"),
        ("document.body.dataset.jpThemeLight = 'true'", "light"),
    ],
)
def test_the_theme_is_the_notebooks(host: Host, host_says: str, theme: str) -> None:
    """JupyterLab, Colab, VS Code, marimo: each says it in its own way, and may say it late."""
    host.page.evaluate(f"() => {{ {host_says}; }}")
    host.wait(theme=theme)


def test_a_click_takes_the_focus_from_the_cell(host: Host) -> None:
    """So that `dd` after a click deletes no cell."""
    host.feed_js(f"[{LINE}]")
    host.wait(paintedStep=1000)
    host.page.mouse.click(*host.over("loss", 0.5))
    assert host.page.evaluate("() => document.querySelector('div.tbnb').contains(document.activeElement)")
    assert host.page.locator("div.tbnb").get_attribute("data-lm-suppress-shortcuts") == "true"


def test_no_numbers_no_harm(host: Host) -> None:
    """NaN, infinities, one point, equal values: drawn, read, without an error."""
    host.feed_js(
        "[{run: 'nan', tag: 'a', points: 9, value: () => NaN},"
        "{run: 'inf', tag: 'a', points: 9, value: () => Infinity},"
        "{run: 'one', tag: 'b', points: 1}, {run: 'same', tag: 'c', points: 9, value: () => 3},"
        "{run: 'mixed', tag: 'd', points: 9, value: i => i % 3 ? i : NaN}]"
    )
    host.wait(series=5, paintedStep=8)
    for tag in "abcd":
        assert host.cells(tag, 0.5)
    host.set(y="log")
    host.settle()
    host.set(y="symlog", xlog=True)
    host.settle()
    assert host.errors == []


def listen(host: Host) -> None:
    """From now on the page keeps in `said` what is written on canvases, and how far it sticks out."""
    host.page.evaluate(
        """() => {
            window.said = [];
            const fillText = CanvasRenderingContext2D.prototype.fillText;
            CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
                const part = {left: 0, start: 0, center: 0.5, right: 1, end: 1}[this.textAlign];
                const { a, e } = this.getTransform(), width = this.measureText(text).width * a;
                const left = x * a + e - part * width;
                said.push({text, out: Math.max(-left, left + width - this.canvas.width)});
                return fillText.call(this, text, x, y);
            };
        }"""
    )


@pytest.mark.parametrize("x", ["step", "relative", "wall"])
@pytest.mark.parametrize("second", [False, True])
def test_no_number_along_an_axis_is_cut_off(host: Host, x: str, second: bool) -> None:
    """Though it stands at the edge, and the other axis beside it has short numbers."""
    listen(host)
    host.set(x=x)
    tags = "['loss', 'lr']" if second else "['loss']"
    host.feed_js(
        f"{tags}.map(tag => ({{run: 'a', tag, points: 6, value: i => i, step: i => i * 250_000,"
        "wall: i => 1_700_000_000 + i * 18}))"
    )
    host.wait(paintedStep=1_250_000)
    host.page.wait_for_function("() => host.dashboard.settled()")
    assert [one["text"] for one in host.page.evaluate("() => said") if one["out"] > 0] == []


def test_axes_have_ticks_however_far_they_go(host: Host) -> None:
    """A loss on its way to infinity, in float32 or double, and steps up to the greatest that there are."""
    host.feed_js(
        "[35, 300].map(power => ({run: 'a', tag: `to ${power}`, points: 10, step: i => i * 1e18, "
        "value: i => (i + 1) * 10 ** power}))"
    )
    host.wait(series=2)
    host.settle()
    listen(host)
    for y in ("linear", "log"):
        host.page.evaluate("() => said.splice(0)")
        host.set(y=y)
        host.page.evaluate("() => host.dashboard.cards().map(card => card.drawing.zoomTo(null))")
        host.page.wait_for_function("() => host.dashboard.settled()")
        said = {one["text"] for one in host.page.evaluate("() => said")}
        assert {"2e18", "1e36", "1e301"} <= said, said


def test_axes_have_ticks_however_narrow_they_are(host: Host) -> None:
    """Equal values that smoothing makes differ in their last digit, and a zoom beyond what numbers can tell apart."""
    host.set(smoothing={"kind": "ema", "amount": 0.6})
    host.feed_js("[{run: 'a', tag: 'loss', points: 30, value: i => i === 7 ? NaN : 1}]")
    host.wait(paintedStep=29)
    zoom = "card => card.drawing.overlay.card.zoom({low: 7, high: 7}, {low: 1, high: 1})"
    host.page.evaluate(f"() => host.dashboard.cards().map({zoom})")
    host.settle()
    assert host.card("loss").locator("canvas").is_visible()
    assert host.card("loss").get_by_role("alert").count() == 0
    assert host.errors == []
