"""The panels around the charts: bar, runs, options, status line, help; by pointer and by keys."""

from __future__ import annotations

from typing import Any

import pytest

from .host import Host

TWO = "[{run: 'a-seed0', tag: 'loss', points: 50}, {run: 'b-seed0', tag: 'acc', points: 50}]"
SEEDS = """['resnet-seed0', 'resnet-seed1', 'vit-seed0', 'vit-seed1', 'other']
    .map((run, n) => ({run, tag: 'loss', points: 20,
        value: i => n + i / 100, wall: i => 1700000000 + 10 * (5 - n) + i}))"""


@pytest.fixture
def host(page: Any) -> Host:
    host = Host(page)
    host.set(smoothing={"kind": "none", "amount": 0}, pairs=False)
    return host


@pytest.fixture
def seeds(host: Host) -> Host:
    host.feed_js(SEEDS)
    host.wait(runs=5, paintedStep=19)
    return host


def rows(host: Host) -> list[str]:
    """Names of the runs that are listed."""
    host.settle()
    return [str(name) for name in host.page.locator(".tbnb-rows .tbnb-name").all_inner_texts()]


def legend(host: Host) -> list[str]:
    """Names of the curves on the chart of the loss, as its tooltip has them."""
    return sorted(row[0] for row in host.cells("loss", 0.5))


def open_panel(host: Host, name: str) -> Any:
    tab = host.page.get_by_role("button", name=name, exact=True)
    if tab.get_attribute("aria-expanded") != "true":
        tab.click()
    return host.page.get_by_role("group", name=name, exact=True)


# The bar ---------------------------------------------------------------------------------------------------------


def test_tags_are_filtered_as_one_types(host: Host) -> None:
    """The box filters cards by a regular expression; a half-written one is said in words, and hides nothing."""
    host.feed_js(TWO)
    host.card("acc").wait_for()
    box = host.page.get_by_role("searchbox", name="Filter charts by tag")
    box.fill("^lo")
    host.card("acc").wait_for(state="detached")
    assert host.card("loss").is_visible()
    box.fill("^lo(")
    host.card("acc").wait_for()
    assert "unterminated group" in host.page.locator(".tbnb-tags .tbnb-wrong").inner_text().lower()
    assert box.get_attribute("aria-invalid") == "true"


def test_a_filter_that_fits_nothing_says_so_and_can_be_cleared(host: Host) -> None:
    host.feed_js(TWO)
    host.set(tagsFilter="nothing")
    host.page.get_by_text("No tag matches the filter").wait_for()
    host.page.get_by_role("button", name="Clear the filter").click()
    host.card("loss").wait_for()
    assert host.get("tagsFilter") == ""


def test_smoothing_by_slider_and_by_number(host: Host) -> None:
    """Either sets the amount, and each follows the other; with no kind chosen it becomes TensorBoard's."""
    slider = host.page.get_by_role("slider", name="Smoothing").first
    number = host.page.get_by_role("spinbutton", name="Smoothing, as a number").first
    slider.fill("0.9")
    assert host.get("smoothing") == {"kind": "ema", "amount": 0.9}
    assert number.input_value() == "0.9"
    number.fill("0.999")
    number.press("Enter")
    assert host.get("smoothing")["amount"] == 0.999
    number.fill("7")
    number.press("Enter")
    assert host.get("smoothing")["amount"] == 0.999
    assert number.input_value() == "0.999"


@pytest.mark.parametrize("x", ["step", "relstep", "relative", "wall"])
def test_the_x_axis_is_chosen(host: Host, x: str) -> None:
    host.page.get_by_role("combobox", name="x", exact=True).first.select_option(x)
    assert host.get("x") == x


def test_the_whole_screen_and_back(host: Host) -> None:
    host.page.get_by_role("button", name="Full screen", exact=True).first.click()
    host.page.wait_for_function("document.fullscreenElement?.matches('div.tbnb')")
    host.page.get_by_role("button", name="Back into the notebook").click()
    host.page.wait_for_function("!document.fullscreenElement")


# Runs ------------------------------------------------------------------------------------------------------------


def test_the_run_search_filters_list_and_charts(seeds: Host) -> None:
    panel = open_panel(seeds, "Runs")
    panel.get_by_role("searchbox", name="Show runs by name").fill("^resnet")
    assert rows(seeds) == ["resnet-seed1", "resnet-seed0"]
    assert legend(seeds) == ["resnet-seed0", "resnet-seed1"]


def test_a_wrong_pattern_is_said_beside_its_box(seeds: Host) -> None:
    panel = open_panel(seeds, "Runs")
    panel.get_by_role("searchbox", name="Show runs by name").fill("[a")
    assert "character class" in panel.locator(".tbnb-wrong").first.inner_text()
    assert len(rows(seeds)) == 5


def test_a_run_is_hidden_and_shown_by_its_box(seeds: Host) -> None:
    panel = open_panel(seeds, "Runs")
    panel.get_by_role("checkbox", name="other").uncheck()
    assert "other" not in legend(seeds)
    panel.get_by_role("checkbox", name="other").check()
    assert "other" in legend(seeds)


def test_only_this_run_and_all_again(seeds: Host) -> None:
    panel = open_panel(seeds, "Runs")
    row = panel.locator("li", has_text="vit-seed0")
    row.hover()
    row.get_by_role("button", name="Only vit-seed0").click()
    assert legend(seeds) == ["vit-seed0"]
    row.hover()
    row.get_by_role("button", name="Only vit-seed0").click()
    assert len(legend(seeds)) == 5


def test_charts_without_a_curve_are_hidden(host: Host) -> None:
    """With its only run hidden a chart is gone, and counted no more, until the run is shown or has points of it."""
    host.feed_js(TWO.replace("'acc'", "'x/acc'"))
    host.wait(runs=2, paintedStep=49)
    acc = host.card("x/acc")
    panel = open_panel(host, "Runs")
    panel.get_by_role("checkbox", name="b-seed0").uncheck()
    acc.wait_for(state="hidden")
    assert host.page.get_by_role("button", name="x 1").count() == 0
    host.feed_js("[{run: 'a-seed0', tag: 'x/acc', points: 5}]")
    acc.wait_for()
    assert host.page.get_by_role("button", name="x 1").is_visible()
    panel.get_by_role("searchbox", name="Show runs by name").fill("^b")
    acc.wait_for(state="hidden")
    host.set(hideEmpty=False)
    acc.wait_for()


def test_all_and_none_are_of_the_runs_listed(seeds: Host) -> None:
    """With a search, None hides what it found, and leaves the others."""
    panel = open_panel(seeds, "Runs")
    panel.get_by_role("searchbox", name="Show runs by name").fill("seed0")
    panel.get_by_role("button", name="None").click()
    seeds.page.get_by_text("All runs are hidden").wait_for()
    assert sorted(seeds.get("hidden")) == ["resnet-seed0", "vit-seed0"]
    panel.get_by_role("button", name="All").click()
    assert seeds.get("hidden") == []


def test_runs_are_sorted(seeds: Host) -> None:
    """By start, by name, by the last value of a tag, either way."""
    panel = open_panel(seeds, "Runs")
    names = ["other", "resnet-seed0", "resnet-seed1", "vit-seed0", "vit-seed1"]
    order = panel.get_by_role("combobox", name="Order of runs")
    assert rows(seeds) == ["other", "vit-seed1", "vit-seed0", "resnet-seed1", "resnet-seed0"]
    order.select_option("name")
    assert rows(seeds) == names
    panel.get_by_role("button", name="turn the order round").click()
    assert rows(seeds) == names[::-1]
    order.select_option("last")
    assert rows(seeds) == ["other", "vit-seed1", "vit-seed0", "resnet-seed1", "resnet-seed0"]
    assert panel.locator("li .tbnb-last").first.inner_text() == "4.19"


def test_colours_by_what_a_pattern_captures(seeds: Host) -> None:
    """The legend under the box tells at once which groups there are; their runs share a colour."""
    panel = open_panel(seeds, "Runs")
    panel.get_by_role("searchbox", name="Colour runs by").fill("^(.*)-seed")
    assert panel.locator(".tbnb-palette").inner_text().split() == ["resnet", "2", "vit", "2", "1", "not", "matched"]
    strokes = seeds.page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.tbnb-rows li')]"
        ".map(li => [li.dataset.key, li.querySelector('path').style.stroke]))"
    )
    assert strokes["resnet-seed0"] == strokes["resnet-seed1"] != strokes["vit-seed0"] == strokes["vit-seed1"]


def test_a_colour_is_picked_and_forgotten(seeds: Host) -> None:
    panel = open_panel(seeds, "Runs")
    panel.get_by_label("Colour of other").fill("#ff0000")
    assert seeds.get("colors") == {"other": "#ff0000"}
    panel.get_by_role("button", name="Forget picked colours").click()
    assert seeds.get("colors") == {}


def test_a_thousand_runs_are_a_few_rows(host: Host) -> None:
    """Rows out of view are not made; End reaches the last run, and its box hides it."""
    host.feed_js("Array.from({length: 1000}, (_, r) => ({run: 'run' + r, tag: 'loss', points: 3}))")
    host.wait(runs=1000, paintedStep=2)
    panel = open_panel(host, "Runs")
    panel.get_by_role("combobox", name="Order of runs").select_option("name")
    assert 10 < len(rows(host)) < 60
    assert panel.locator(".tbnb-note").first.inner_text() == "1,000 of 1,000 shown"
    panel.get_by_role("checkbox", name="run0", exact=True).focus()
    host.page.keyboard.press("End")
    host.page.keyboard.press("Space")
    assert host.get("hidden") == ["run999"]
    assert 10 < len(rows(host)) < 60
    assert panel.locator("li", has_text="run999").get_attribute("aria-posinset") == "1000"


def test_the_list_is_walked_by_keys(seeds: Host) -> None:
    """One row is reached by Tab; arrows go through rows and their parts, o shows one alone; the focus stays."""
    panel = open_panel(seeds, "Runs")
    assert panel.locator("li [tabindex='0']").count() == 1
    panel.locator("li [tabindex='0']").focus()
    seeds.page.keyboard.press("ArrowDown")
    seeds.page.keyboard.press("ArrowLeft")
    assert seeds.page.evaluate("document.activeElement.type") == "color"
    seeds.page.keyboard.press("ArrowRight")
    assert seeds.page.evaluate("document.activeElement.type") == "checkbox"
    seeds.page.keyboard.press("o")
    assert legend(seeds) == ["vit-seed1"]
    assert seeds.page.evaluate("document.activeElement.closest('li').dataset.key") == "vit-seed1"


def test_the_tooltip_is_of_what_is_drawn(seeds: Host) -> None:
    """Also where the pointer came in the same moment in which other runs were hidden."""
    script = """([x, y]) => {
        host.settings.set('hidden', ['resnet-seed0', 'resnet-seed1', 'vit-seed0', 'other']);
        const over = document.elementFromPoint(x, y);
        over.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y, bubbles: true }));
    }"""
    seeds.page.evaluate(script, list(seeds.over("loss", 0.5)))
    seeds.settle()

    assert [row[0] for row in seeds.tooltip()] == ["vit-seed1"]


def test_the_focus_stays_in_the_list_while_it_moves(host: Host) -> None:
    """Scrolled out of view, or sorted elsewhere: the row that has the focus keeps it, and keys stay in the list."""
    host.feed_js("Array.from({length: 500}, (_, r) => ({run: 'run' + r, tag: 'loss', points: 3, value: () => r}))")
    host.wait(runs=500, paintedStep=2)
    panel = open_panel(host, "Runs")
    panel.get_by_role("combobox", name="Order of runs").select_option("last")
    panel.get_by_role("checkbox", name="run3", exact=True).focus()
    focused = "document.activeElement.closest('li')?.dataset.key"
    host.page.evaluate("document.querySelector('.tbnb-scroll').scrollTop = 6000")
    host.settle()
    assert host.page.evaluate(focused) == "run3"
    host.page.evaluate("document.querySelector('.tbnb-scroll').scrollTop = 0")
    host.set(runsSort={"by": "last", "descending": True, "tag": ""})
    host.settle()
    assert host.page.evaluate(focused) == "run3"
    host.page.keyboard.press("ArrowUp")
    assert host.page.evaluate(focused) == "run4"


def test_a_name_is_one_line(host: Host) -> None:
    """Whatever white space it has: a row of the list is as high as the others, and its title tells all."""
    name = "a\nb\tc\u2028d"
    host.feed({"run": name, "tag": name, "points": 3}, {"run": "e", "tag": "e", "points": 3})
    rows = open_panel(host, "Runs").locator("li .tbnb-name")
    rows.nth(1).wait_for()
    assert rows.nth(0).get_attribute("title") == name
    assert rows.nth(0).bounding_box()["height"] == rows.nth(1).bounding_box()["height"]
    headings = host.page.locator(".tbnb-card h3").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert headings[0] == headings[1]


def test_names_are_text(host: Host) -> None:
    """A run named as markup is listed as it is named."""
    name = "<img src=x onerror=alert(1)>"
    host.feed({"run": name, "tag": name, "points": 3})
    host.wait(runs=1)
    open_panel(host, "Runs")
    assert rows(host) == [name]
    assert host.page.locator("div.tbnb img").count() == 0


# Options ---------------------------------------------------------------------------------------------------------

CHOICES = [
    ("Kind", "median", "smoothing", {"kind": "median", "amount": 0}),
    ("y", "symlog", "y", "symlog"),
    ("Order", "descending", "tooltip", {"sort": "descending", "rows": 0}),
]
CHECKS = [
    ("Raw curve behind", "raw", False),
    ("y from zero", "yzero", True),
    ("x logarithmic", "xlog", True),
    ("Ignore outliers", "outliers", "show"),
    ("Train and validation on one chart", "pairs", True),
    ("Marks", "marks", False),
    ("Zoom all charts together", "linkZoom", True),
    ("Part curves where x begins anew", "parts", False),
    ("Hide charts without a curve", "hideEmpty", False),
]


@pytest.mark.parametrize(("label", "value", "key", "then"), CHOICES)
def test_an_option_is_chosen(seeds: Host, label: str, value: str, key: str, then: Any) -> None:
    open_panel(seeds, "Options").get_by_role("combobox", name=label, exact=True).select_option(value)
    assert seeds.get(key) == then


@pytest.mark.parametrize(("label", "key", "then"), CHECKS)
def test_an_option_is_switched(seeds: Host, label: str, key: str, then: Any) -> None:
    open_panel(seeds, "Options").get_by_role("checkbox", name=label).click()
    assert seeds.get(key) == then


def test_limits_of_all_charts(seeds: Host) -> None:
    """Either end may be left to the data; an empty box is no limit."""
    panel = open_panel(seeds, "Options")
    low, high = panel.get_by_role("spinbutton", name="y from"), panel.get_by_role("spinbutton", name="to", exact=True)
    high.fill("2.5")
    high.press("Enter")
    assert seeds.get("ylimits") == [None, 2.5]
    low.fill("-1")
    low.press("Enter")
    assert seeds.get("ylimits") == [-1, 2.5]
    for box in (low, high):
        box.fill("")
        box.press("Enter")
    assert seeds.get("ylimits") is None


def test_one_charts_own_axes(seeds: Host) -> None:
    """What a chart has of its own stands over what all have, until it is taken away; Escape closes the box."""
    seeds.card("loss").hover()
    button = seeds.card("loss").get_by_role("button", name="Axes")
    button.click()
    popup = seeds.page.get_by_role("dialog", name="Axes of loss")
    popup.get_by_role("checkbox", name="y from zero").check()
    popup.get_by_role("combobox", name="y").select_option("log")
    assert seeds.get("perTag") == {"loss": {"yzero": True, "y": "log"}}
    popup.get_by_role("button", name="As all charts").click()
    assert seeds.get("perTag") == {}
    seeds.page.keyboard.press("Escape")
    popup.wait_for(state="detached")
    seeds.page.wait_for_function("document.activeElement?.title === 'Axes'")
    button.click()
    popup.wait_for()
    button.click()
    popup.wait_for(state="detached")


def test_one_chart_is_freed_of_the_limits_of_all(seeds: Host) -> None:
    """Its empty boxes are no limits; where all charts have none, they are as those of all."""
    seeds.set(ylimits=[0, 1])
    seeds.card("loss").hover()
    seeds.card("loss").get_by_role("button", name="Axes").click()
    popup = seeds.page.get_by_role("dialog", name="Axes of loss")
    boxes = [popup.get_by_role("spinbutton", name="y from"), popup.get_by_role("spinbutton", name="to", exact=True)]

    def empty() -> list[str]:
        for box in boxes:
            box.fill("")
            box.press("Enter")
        return [box.input_value() for box in boxes]

    limits = "() => host.settings.forTag('loss', 'ylimits')"
    assert empty() == ["", ""]
    assert (seeds.page.evaluate(limits), seeds.get("ylimits")) == (None, [0, 1])
    seeds.set(ylimits=None)
    boxes[0].fill("3")
    boxes[0].press("Enter")
    assert seeds.page.evaluate(limits) == [3, None]
    empty()
    seeds.set(ylimits=[5, 6])
    assert seeds.page.evaluate(limits) == [5, 6]


def test_a_chart_whose_runs_are_all_hidden_shows_none_of_them(seeds: Host) -> None:
    """Where it isn't hidden itself: no curve, no table, nothing to read; and all again when a run is shown."""
    seeds.set(hideEmpty=False, selection={"from": 2, "to": 8})
    table = seeds.card("loss").locator(".tbnb-selection")
    canvas = seeds.card("loss").locator("canvas")
    table.wait_for()
    for hidden, state in (
        (["resnet-seed0", "resnet-seed1", "vit-seed0", "vit-seed1", "other"], "hidden"),
        ([], "visible"),
    ):
        seeds.set(hidden=hidden)
        for part in (canvas, table):
            part.wait_for(state=state)
    assert len(seeds.cells("loss", 0.5)) == 5


def test_groups_of_runs(seeds: Host) -> None:
    """What a pattern captures makes groups; their curves stand on the chart, what is not matched stands alone."""
    panel = open_panel(seeds, "Options")
    panel.get_by_role("searchbox", name="Runs that agree").fill("^(.*)-seed")
    said = "2 groups: resnet (2), vit (2); 1 run stands alone."
    assert panel.locator(".tbnb-note").first.inner_text() == said
    panel.get_by_role("combobox", name="Curve").select_option("median")
    panel.get_by_role("combobox", name="Band").select_option("std")
    assert seeds.get("groups") == {"by": "regex", "pattern": "^(.*)-seed", "statistic": "median", "band": "std"}
    assert legend(seeds) == ["other", "resnet (2)", "vit (2)"]


def sweep(host: Host) -> None:
    """What the runs of the seeds tried; it comes after their curves."""
    tried = {
        f"{net}-seed{seed}": {"net": net, "seed": seed, "epochs": 3} for net in ("resnet", "vit") for seed in (0, 1)
    }
    host.tell(**tried)


def test_groups_by_hyperparameter(seeds: Host) -> None:
    """Runs that tried the same are one curve with a band; what varies is offered first; a pattern takes its place."""
    panel = open_panel(seeds, "Options")
    choice = panel.get_by_role("combobox", name="Group by")
    assert choice.count() == 0
    sweep(seeds)
    choice.wait_for()
    assert choice.locator("option").all_inner_texts() == ["no hyperparameter", "net", "seed", "epochs"]
    choice.select_option("net")
    panel.get_by_text("2 groups: net=resnet (2), net=vit (2); 1 run stands alone.").wait_for()
    assert legend(seeds) == ["net=resnet (2)", "net=vit (2)", "other"]
    panel.get_by_role("searchbox", name="Runs that agree").fill("^(.*)-seed")
    assert choice.input_value() == ""
    assert legend(seeds) == ["other", "resnet (2)", "vit (2)"]


def test_colours_by_hyperparameter(seeds: Host) -> None:
    """Runs that tried the same share a colour, and the legend tells their values; a pattern takes its place."""
    panel = open_panel(seeds, "Runs")
    sweep(seeds)
    panel.get_by_role("combobox", name="Colour by").select_option("net")
    panel.get_by_text("not matched").wait_for()
    assert panel.locator(".tbnb-palette").inner_text().split() == ["resnet", "2", "vit", "2", "1", "not", "matched"]
    stroke = "run => [...document.querySelectorAll('.tbnb-rows li')].find(li => li.dataset.key === run)"
    colours = [
        seeds.page.evaluate(f"run => ({stroke})(run).querySelector('path').style.stroke", run)
        for run in ("resnet-seed0", "resnet-seed1", "vit-seed0", "vit-seed1")
    ]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    panel.get_by_role("searchbox", name="Colour runs by").fill("seed(.)")
    assert seeds.get("colorByTried") == ""


def test_what_a_run_tried_is_listed(seeds: Host) -> None:
    """Beside its name, to be sorted by; and all of it where the pointer rests."""
    panel = open_panel(seeds, "Runs")
    sweep(seeds)
    panel.get_by_role("combobox", name="What is shown of each run").select_option("h:seed")
    panel.get_by_role("combobox", name="Order of runs").select_option("last")
    assert rows(seeds) == ["resnet-seed0", "vit-seed0", "resnet-seed1", "vit-seed1", "other"]
    assert panel.locator("li .tbnb-last").all_inner_texts() == ["0", "0", "1", "1", ""]
    title = panel.locator("li .tbnb-name").first.get_attribute("title")
    assert title == "resnet-seed0\nnet = resnet\nseed = 0\nepochs = 3"


def test_the_width_of_cards(seeds: Host) -> None:
    open_panel(seeds, "Options").get_by_role("slider", name="Width").fill("800")
    assert seeds.get("size") == 800
    assert seeds.card("loss").bounding_box()["width"] >= 700


def test_reset_brings_back_what_there_was_at_first(seeds: Host) -> None:
    panel = open_panel(seeds, "Options")
    panel.get_by_role("checkbox", name="x logarithmic").check()
    panel.get_by_role("button", name="Reset all options").click()
    assert (seeds.get("xlog"), seeds.get("smoothing")["amount"], seeds.get("panel")) == (False, 0.6, "options")


def test_on_a_phone_a_panel_lies_over_the_charts(page: Any) -> None:
    """At 360 px it is closed until it's asked for; open, the chart stays where it was, and a touch there closes it."""
    page.set_viewport_size({"width": 360, "height": 640})
    host = Host(page)
    host.feed_js(SEEDS)
    host.wait(runs=5, paintedStep=19)
    top = host.card("loss").bounding_box()["y"]
    assert top < 200
    panel = open_panel(host, "Runs")
    assert host.card("loss").bounding_box()["y"] == top
    assert panel.get_by_role("checkbox").count() == 5
    assert panel.locator("..").bounding_box()["height"] >= 300
    box = host.card("loss").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 10, box["y"] + 60)
    panel.wait_for(state="detached")
    open_panel(host, "Options").get_by_label("Marks").press("Escape")
    page.get_by_role("group", name="Options", exact=True).wait_for(state="detached")


# Status ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["live", "idle", "stopped", "lost"])
def test_the_state_is_a_word(seeds: Host, state: str) -> None:
    seeds.say(state=state)
    seeds.page.get_by_text(state.capitalize(), exact=True).wait_for()


def test_the_line_tells_pace_newest_lag_and_points(host: Host) -> None:
    """Steps a second by the points' own times, the newest step and its age, how late it was, points known."""
    host.page.evaluate("host.clock = () => 1700000024.8")
    host.feed_js("[{run: 'a', tag: 'loss', points: 100}]")
    host.say(state="live")
    host.wait(paintedStep=99)
    host.page.evaluate("host.clock = () => 1700000025.3")
    host.feed_js("[{run: 'a', tag: 'loss', points: 1, start: 100}]")
    line = host.page.locator(".tbnb-line")
    line.get_by_text("lag 300 ms").wait_for()
    assert line.inner_text().split("\n") == ["Live", "4 steps/s", "step 100, just now", "lag 300 ms", "101 points"]
    host.page.evaluate("host.clock = () => 1700000098")
    line.get_by_text("step 100, 1m 13s ago").wait_for()


def test_it_says_why_data_is_late(host: Host) -> None:
    """Points that come long after they were logged, and what the kernel says is wrong, as sentences."""
    host.page.evaluate("host.clock = () => 1700000024.8")
    host.feed_js("[{run: 'a', tag: 'loss', points: 100}]")
    host.say(state="live", problems=["events.1: 12 bytes are corrupt"], notes=["Mirrored 4 s ago"])
    host.wait(paintedStep=99)
    host.page.evaluate("host.clock = () => 1700000060")
    host.feed_js("[{run: 'a', tag: 'loss', points: 1, start: 100}]")
    why = host.page.locator(".tbnb-why")
    why.get_by_text("Points come 35 s after they were logged").wait_for()
    assert "and 2 more" in why.inner_text()
    why.click()
    details = host.page.locator(".tbnb-details li")
    assert details.all_inner_texts()[1:] == ["events.1: 12 bytes are corrupt", "Mirrored 4 s ago"]
    host.page.keyboard.press("Escape")
    assert not details.first.is_visible()


def test_what_was_logged_before_the_page_opened_is_not_late(host: Host) -> None:
    """A log of a minute ago comes in pieces, and the watch is live: nothing is said of lateness or lag."""
    host.page.evaluate("host.clock = () => 1700000060")
    host.feed_js("[{run: 'a', tag: 'loss', points: 60}]")
    host.say(state="live")
    host.wait(paintedStep=59)
    host.feed_js("[{run: 'a', tag: 'loss', points: 41, start: 60}]")
    host.page.locator(".tbnb-line").get_by_text("step 100").wait_for()
    assert host.page.locator(".tbnb-fact-lag").inner_text() == ""
    assert not host.page.locator(".tbnb-why").is_visible()


def test_the_line_changes_a_few_times_a_second_at_most(seeds: Host) -> None:
    """While a point comes in each frame, its words change at a beat that can be read; without news not at all."""
    script = """async count => {
        let changes = 0;
        const watch = new MutationObserver(() => changes++);
        watch.observe(document.querySelector('.tbnb-status'), {subtree: true, childList: true, characterData: true});
        const start = performance.now();
        for (let i = 0; i < count; i++) {
            host.feed([{run: 'other', tag: 'loss', points: 1, start: 20 + i}]);
            await new Promise(requestAnimationFrame);
        }
        while (performance.now() < start + 2000) await new Promise(requestAnimationFrame);
        watch.disconnect();
        return changes;
    }"""
    assert 1 <= seeds.page.evaluate(script, 60) <= 10
    seeds.page.evaluate("host.clock = () => 1700000000")
    seeds.page.wait_for_function("document.querySelector('.tbnb-fact-newest').textContent.endsWith('just now')")
    assert seeds.page.evaluate(script, 0) == 0


def test_a_panel_that_nobody_asked_for_goes_where_it_would_hide_the_charts(seeds: Host) -> None:
    """As the cell becomes narrow; and is there again in a wide one."""
    expanded = "document.querySelector('button.tbnb-tab').getAttribute('aria-expanded')"
    for width, wanted in ((1200, "true"), (360, "false"), (1200, "true"), (360, "false")):
        seeds.page.set_viewport_size({"width": width, "height": 900})
        seeds.page.wait_for_function(f"{expanded} === '{wanted}'")
    seeds.page.locator("button.tbnb-tab", has_text="Runs").click()
    seeds.page.wait_for_function(f"{expanded} === 'true'")
    assert seeds.errors == []


# Empty, loading, wrong -------------------------------------------------------------------------------------------


def test_an_empty_dashboard_names_its_directory_and_what_to_do(host: Host) -> None:
    host.say(logdir="runs/cifar")
    text = host.page.locator(".tbnb-empty").inner_text
    host.page.get_by_text("runs/cifar").first.wait_for()
    assert "Waiting for the first point" in text()
    assert "%tbdoctor" in text()
    host.say(problems=["runs/cifar: permission denied"])
    host.page.get_by_text("Nothing can be read in runs/cifar yet").wait_for()
    host.say(problems=[], state="stopped")
    host.page.get_by_text("No points came from runs/cifar").wait_for()


@pytest.mark.parametrize("first", [60, 80, 100, 120])
def test_the_last_word_is_told_however_close_it_comes_after_others(host: Host, first: int) -> None:
    """Panels hear of changes at a beat; a word that falls behind one beat comes with the next."""
    script = """async first => {
        const later = ms => new Promise(done => setTimeout(done, ms));
        for (const pause of [first, 160 - first, 15]) { host.say({ notes: [`${pause}`] }); await later(pause); }
        host.say({ state: 'live', problems: ['the last word'] });
    }"""
    host.page.wait_for_timeout(300)
    host.page.evaluate(script, first)
    host.page.locator(".tbnb-empty").get_by_text("the last word").wait_for(timeout=5000)


# Keys ------------------------------------------------------------------------------------------------------------


def test_no_key_reaches_the_notebook(seeds: Host) -> None:
    """Whatever has the focus in the dashboard, the page around hears no key; shortcuts of JupyterLab are told off."""
    seeds.page.evaluate("() => { window.heard = []; document.addEventListener('keydown', e => heard.push(e.key)); }")
    panel = open_panel(seeds, "Runs")
    for target in (
        seeds.card("loss").locator(".tbnb-plot"),
        panel.get_by_role("checkbox").first,
        panel.locator("input").first,
    ):
        target.focus()
        for key in ("d", "d", "a", "x", "Shift+Enter", "Escape", "ArrowDown"):
            seeds.page.keyboard.press(key)
        open_panel(seeds, "Runs")
    assert seeds.page.evaluate("heard") == []
    assert seeds.page.locator("div.tbnb").get_attribute("data-lm-suppress-shortcuts") == "true"


def test_a_line_with_words_that_mean_nothing_does_no_harm(seeds: Host) -> None:
    """It may have been typed by hand: runs are listed, charts drawn."""
    open_panel(seeds, "Runs")
    for wrong in ({"runsSort": {"by": "colour"}}, {"combined": [1, "loss"]}, {"groups": {"by": "regex", "pattern": 5}}):
        seeds.page.evaluate("line => host.settings.begin(line)", wrong)
        seeds.settle()
        assert seeds.page.locator(".tbnb-rows li").count() > 1
        assert seeds.card("loss").locator("canvas").is_visible()
    assert seeds.errors == []


FOCUSED = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.className"


def test_the_focus_stays_whatever_a_button_moves_or_takes_away(seeds: Host) -> None:
    """A card that goes elsewhere takes it along; where the button is gone, the dashboard has it, never the notebook."""
    seeds.feed({"run": "adam-seed1", "tag": "acc", "points": 9}, {"run": "adam-seed1", "tag": "other", "points": 9})

    def press(tag: str, button: str) -> str:
        seeds.card(tag).get_by_role("button", name=button).press("Enter")
        return str(seeds.page.evaluate(FOCUSED))

    seeds.card("other").locator(".tbnb-buttons button").first.wait_for(state="attached")
    assert press("other", "Pin to the top") == "Pin to the top"
    combine = "Combine with another card: press this on both"
    assert [press(tag, "Combine") for tag in ("acc", "loss")] == [combine, combine]
    assert press("loss", "Take apart") == "tbnb"
    assert [press(tag, "Combine") for tag in ("loss", "acc")] == [combine, "tbnb"]
    seeds.set(tagsFilter="nothing has this name")
    seeds.page.get_by_role("button", name="Clear the filter").press("Enter")
    assert seeds.page.evaluate(FOCUSED) == "tbnb"
    seeds.set(colors={"adam-seed1": "#ff0000"})
    open_panel(seeds, "Runs").get_by_role("button", name="Forget picked colours").press("Enter")
    assert seeds.page.evaluate(FOCUSED) == "tbnb"


def test_a_menu_is_walked_in_a_shadow_too(seeds: Host) -> None:
    """As in marimo, where the document's own focus is on what holds the shadow."""
    seeds.page.evaluate(
        """() => {
            const shadow = document.body.appendChild(document.createElement('div')).attachShadow({mode: 'open'});
            shadow.append(document.querySelector('div.tbnb'));
        }"""
    )
    seeds.page.get_by_role("button", name="Export").first.press("Enter")
    for key in ("ArrowDown", "ArrowDown"):
        seeds.page.keyboard.press(key)
    script = "() => document.activeElement.shadowRoot.activeElement.textContent"
    assert seeds.page.evaluate(script) == "Charts as SVG"


def test_help_opens_and_closes_and_the_focus_comes_back(seeds: Host) -> None:
    plot = seeds.card("loss").locator(".tbnb-plot")
    plot.focus()
    seeds.page.keyboard.press("?")
    dialog = seeds.page.get_by_role("dialog", name="Keys and gestures")
    dialog.wait_for()
    assert "Ctrl + wheel" in dialog.inner_text()
    seeds.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert plot.evaluate("e => e === document.activeElement")


def test_keys_open_panels_and_escape_gives_the_focus_to_the_tab(seeds: Host) -> None:
    seeds.card("loss").locator(".tbnb-plot").focus()
    seeds.page.keyboard.press(",")
    assert seeds.page.evaluate("document.activeElement.closest('.tbnb-options') !== null")
    seeds.page.keyboard.press("Escape")
    assert seeds.page.evaluate("document.activeElement.textContent") == "Options"
    seeds.page.keyboard.press("Enter")
    seeds.page.locator(".tbnb-options").wait_for()
    seeds.page.keyboard.press("Escape")
    seeds.page.locator(".tbnb-options").wait_for(state="detached")
    seeds.page.keyboard.press("/")
    assert seeds.page.evaluate("document.activeElement.placeholder") == "Filter tags"
    seeds.page.keyboard.type("r/")
    assert seeds.get("tagsFilter") == "r/"


# Widths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [336, 376, 816, 1616])
@pytest.mark.parametrize("panel", ["Runs", "Options"])
def test_nothing_sticks_out(seeds: Host, width: int, panel: str) -> None:
    """From 320 px to full width all is within the dashboard, with names of any length."""
    long = "a/very/long/name/" * 12
    seeds.feed({"run": long, "tag": long, "points": 3})
    seeds.say(problems=[long], state="live")
    seeds.page.set_viewport_size({"width": width, "height": 900})
    open_panel(seeds, panel)
    seeds.settle()
    outside = """() => {
        const { left, right } = document.querySelector('div.tbnb').getBoundingClientRect();
        return [...document.querySelectorAll('.tbnb-bar *, .tbnb-side *, .tbnb-status *')]
            .map(e => [e, e.getBoundingClientRect()])
            .filter(([, b]) => b.width && (b.left < left - 1 || b.right > right + 1))
            .filter(([e]) => !e.closest('.tbnb-name, .tbnb-why, option')).map(([e]) => e.outerHTML.slice(0, 120));
    }"""
    assert seeds.page.evaluate(outside) == []
    assert seeds.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
