"""Each control, used while one cell keeps the kernel busy and logs: it acts at once, on what the page holds."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from .browser import Notebook
from .servers import Server

SVG = "{http://www.w3.org/2000/svg}"
WATCH = "import tbnb\nwatch = tbnb.watch(smoothing=0)\nwatch"
TRAIN = """
import math, os, time
writers = {run: tbnb.SummaryWriter(f"runs/{run}") for run in ("adam-1", "adam-2", "sgd-1")}
for run, writer in writers.items():
    writer.add_hparams({"optimizer": run[:-2], "seed": int(run[-1])}, {}, run_name=".")
began, step = time.time(), 0
while not os.path.exists("enough") and time.time() < began + 400:
    for n, (run, writer) in enumerate(writers.items()):
        writer.add_scalar("train/loss", 1000 if step == 50 else 2 + n + math.exp(-step / 50), step)
        writer.add_scalar("val/loss", 3 + n + math.exp(-step / 50), step)
        writer.add_scalar("acc", 1 - math.exp(-step / 50) + n, step)
        writer.add_scalar("epoch", step // 50, step)
    if step == 80:
        watch.mark("unfroze backbone")
    step += 1
    time.sleep(0.02 if step < 150 else 0.2)
open("ended", "w").close()
"""


class Busy:
    """A notebook whose kernel is busy, as somebody sees and uses it."""

    def __init__(self, notebook: Notebook, directory: Path) -> None:
        self.page = notebook.page
        self.notebook = notebook
        self.directory = directory
        self.root = self.page.locator("div.tbnb").first

    def card(self, tag: str) -> Any:
        return self.root.locator(f'.tbnb-card[data-tag="{tag}"]')

    def tags(self) -> list[str]:
        return list(
            self.root.locator(".tbnb-card").evaluate_all(
                "cards => cards.filter(c => c.checkVisibility()).map(c => c.dataset.tag)"
            )
        )

    def see_tags(self, *wanted: str) -> None:
        """Wait until these cards are shown, in any order."""
        script = """wanted => {
            const root = document.querySelector('div.tbnb');
            const shown = [...root.querySelectorAll('.tbnb-card')].filter(c => c.checkVisibility());
            return JSON.stringify(shown.map(c => c.dataset.tag).sort()) === JSON.stringify(wanted);
        }"""
        self.page.wait_for_function(script, arg=sorted(wanted))

    def panel(self, name: str) -> Any:
        tab = self.root.get_by_role("button", name=name, exact=True)
        if tab.get_attribute("aria-expanded") != "true":
            tab.click()
        return self.root.locator(".tbnb-side")

    def button(self, tag: str, name: str) -> Any:
        self.card(tag).scroll_into_view_if_needed()
        self.card(tag).hover()
        return self.card(tag).get_by_role("button", name=name)

    def saved(self, entry: str, tag: str = "") -> str:
        (self.button(tag, "Export") if tag else self.root.locator(".tbnb-bar").get_by_text("Export")).click()
        with self.page.expect_download() as download:
            self.page.get_by_role("menuitem", name=entry).click()
        return Path(download.value.path()).read_text()

    def drawn(self, tag: str) -> Drawn:
        """What the chart shows, as its own drawing tells."""
        return Drawn(ElementTree.fromstring(self.saved("Chart as SVG", tag)))

    def choose(self, where: Any, name: str, value: str) -> None:
        where.get_by_role("combobox", name=name, exact=True).select_option(value)

    def fill(self, box: Any, text: str) -> None:
        box.fill(text)
        box.press("Enter")

    def drag(self, tag: str, start: float, end: float, key: str = "") -> None:
        self.card(tag).scroll_into_view_if_needed()
        box = self.card(tag).locator(".u-over").bounding_box()
        middle = box["y"] + box["height"] / 2
        if key:
            self.page.keyboard.down(key)
        self.page.mouse.move(box["x"] + start * box["width"], middle)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + end * box["width"], middle, steps=4)
        self.page.mouse.up()
        if key:
            self.page.keyboard.up(key)

    def is_busy(self) -> bool:
        return not (self.directory / "ended").exists()


class Drawn:
    """A chart's drawing."""

    def __init__(self, svg: ElementTree.Element) -> None:
        self.texts = [text.text or "" for text in svg.iter(f"{SVG}text")]
        self.paths = [path for path in svg.iter(f"{SVG}path") if path.get("class")]
        (legend,) = (group for group in svg.iter(f"{SVG}g") if group.get("class") == "legend")
        self.legend = sorted(text.text or "" for text in legend.iter(f"{SVG}text"))

    def count(self, kind: str) -> int:
        return sum(path.get("class") == kind for path in self.paths)

    @property
    def colours(self) -> set[str | None]:
        return {path.get("stroke") for path in self.paths if path.get("class") == "curve"}

    @property
    def numbers(self) -> list[float]:
        """The ticks of all axes."""
        return [float(text) for text in self.texts if re.fullmatch(r"[\d.]+", text)]


@pytest.fixture(scope="module")
def busy(browser: Any, server: Server) -> Iterator[Busy]:
    """One notebook for all tests here: its training goes on until the last of them."""
    context = browser.new_context(viewport={"width": 1300, "height": 1100})
    name = server.write("controls", WATCH, TRAIN)
    directory = (server.directory / name).parent
    notebook = Notebook(context.new_page(), server, name).open()
    notebook.page.set_default_timeout(15_000)
    notebook.run_all()
    notebook.wait(state="live", runs=3, series=21)
    notebook.page.wait_for_function("document.querySelector('div.tbnb').dataset.points >= 1200")
    yield Busy(notebook, directory)
    (directory / "enough").touch()
    context.close()
    server.end_kernels()


@pytest.fixture(autouse=True)
def meanwhile(busy: Busy) -> Iterator[None]:
    """Before and after each test the kernel is busy, and nothing has raised; each test begins with no options."""
    busy.panel("Options").get_by_role("button", name="Reset all options").click()
    busy.see_tags("acc", "epoch", "train/loss")
    assert busy.is_busy()
    yield
    assert busy.is_busy()
    assert busy.notebook.errors == []


def test_points_come_meanwhile(busy: Busy) -> None:
    """The page grows while the tests here go on."""
    before = int(busy.notebook.said()["points"])
    busy.page.wait_for_function(f"document.querySelector('div.tbnb').dataset.points > {before}")


def test_tags_are_filtered(busy: Busy) -> None:
    """By a regular expression; what is none is said."""
    box = busy.root.get_by_label("Filter charts by tag")
    box.fill("^acc|epoch$")
    busy.see_tags("acc", "epoch")
    box.fill("(")
    assert box.get_attribute("aria-invalid") == "true"
    box.fill("")
    busy.see_tags("acc", "epoch", "train/loss")


def test_smoothing(busy: Busy) -> None:
    """By its slider, as a number, of each kind, with the raw curve behind or not."""
    busy.root.get_by_label("Smoothing", exact=True).first.focus()
    busy.page.keyboard.press("ArrowRight")
    assert "smoothed: ema 0.01" in busy.drawn("acc").texts
    busy.fill(busy.root.get_by_label("Smoothing, as a number").first, "0.9")
    assert "smoothed: ema 0.9" in busy.drawn("acc").texts
    for kind in ("twema", "mean", "median"):
        busy.choose(busy.panel("Options"), "Kind", kind)
        assert f"smoothed: {kind} 0.9" in busy.drawn("acc").texts
    assert busy.drawn("acc").count("curve") == 6
    busy.panel("Options").get_by_label("Raw curve behind").uncheck()
    assert busy.drawn("acc").count("curve") == 3


@pytest.mark.parametrize(
    ("axis", "title"), [("relstep", "Steps since"), ("relative", "Time since"), ("wall", "Time"), ("step", "Step")]
)
def test_the_x_axis(busy: Busy, axis: str, title: str) -> None:
    """Steps, relative steps, time since the start, the clock."""
    busy.choose(busy.root.locator(".tbnb-bar"), "x", axis)
    assert any(text.startswith(title) for text in busy.drawn("acc").texts)


def test_the_y_axis_of_all_charts(busy: Busy) -> None:
    """Log, symmetric log, from zero, between limits, x log, outliers or not."""
    options = busy.panel("Options")
    busy.choose(options, "y", "log")
    assert "acc (log)" in busy.drawn("acc").texts
    busy.choose(options, "y", "symlog")
    assert "acc (symlog)" in busy.drawn("acc").texts
    busy.choose(options, "y", "linear")
    options.get_by_label("x logarithmic").check()
    assert "Step (log)" in busy.drawn("acc").texts
    options.get_by_label("x logarithmic").uncheck()
    assert max(busy.drawn("train/loss").numbers[-20:]) < 500
    options.get_by_label("Ignore outliers").uncheck()
    assert "1000" in busy.drawn("train/loss").texts
    for label, value in (("y from", "7"), ("to", "9")):
        box = options.get_by_label(label, exact=True)
        busy.fill(box, value)
    assert {"7.00", "9.00"} <= set(busy.drawn("acc").texts)


def test_runs_are_filtered_hidden_and_shown(busy: Busy) -> None:
    """By a regular expression, one by one, only this one, all and none."""
    runs = busy.panel("Runs")
    runs.get_by_label("Show runs by name").fill("adam")
    assert busy.drawn("acc").legend == ["adam-1", "adam-2"]
    runs.get_by_label("Show runs by name").fill("")
    runs.get_by_label("adam-2", exact=True).uncheck()
    assert busy.drawn("acc").legend == ["adam-1", "sgd-1"]
    runs.locator("li").filter(has_text="sgd-1").hover()
    runs.get_by_label("Only sgd-1").click()
    assert busy.drawn("acc").legend == ["sgd-1"]
    runs.get_by_role("button", name="All", exact=True).click()
    assert busy.drawn("acc").legend == ["adam-1", "adam-2", "sgd-1"]


def test_runs_are_coloured_and_sorted(busy: Busy) -> None:
    """By what a pattern captures; by name, upwards and downwards."""
    runs = busy.panel("Runs")
    assert len(busy.drawn("acc").colours) == 3
    runs.get_by_label("Colour runs by what this captures").fill("^(adam|sgd)")
    assert len(busy.drawn("acc").colours) == 2
    busy.choose(runs, "Order of runs", "name")
    names = runs.locator("li .tbnb-name")
    assert names.all_inner_texts() == ["adam-1", "adam-2", "sgd-1"]
    runs.get_by_role("button", name="turn the order round").click()
    assert names.all_inner_texts() == ["sgd-1", "adam-2", "adam-1"]


def test_runs_are_grouped(busy: Busy) -> None:
    """What agrees in the captured part is one curve with a band."""
    options = busy.panel("Options")
    options.get_by_label("Runs that agree in what this captures").fill("^(.*)-")
    drawn = busy.drawn("acc")
    assert drawn.legend == ["adam (2)", "sgd (1)"]
    assert drawn.count("band") == 2
    busy.choose(options, "Curve", "median")
    busy.choose(options, "Band", "none")
    assert busy.drawn("acc").legend == ["adam (2)", "sgd (1)"]


def test_runs_are_grouped_and_coloured_by_what_they_tried(busy: Busy) -> None:
    """One curve for each optimizer; one colour; its value beside each run."""
    busy.choose(busy.panel("Options"), "Group by", "optimizer")
    assert busy.drawn("acc").legend == ["optimizer=adam (2)", "optimizer=sgd (1)"]
    busy.choose(busy.panel("Options"), "Group by", "")
    runs = busy.panel("Runs")
    busy.choose(runs, "Colour by", "optimizer")
    assert len(busy.drawn("acc").colours) == 2
    runs.get_by_label("What is shown of each run").select_option("h:optimizer")
    assert sorted(runs.locator(".tbnb-last").all_inner_texts()) == ["adam", "adam", "sgd"]


def test_a_colour_is_picked(busy: Busy) -> None:
    """For one run, from all that there are."""
    busy.panel("Runs").get_by_label("Colour of sgd-1").fill("#ff0000")
    assert "#ff0000" in busy.drawn("acc").colours


def test_the_whole_screen(busy: Busy) -> None:
    """For all, and for one card; and back."""
    for button, what in (
        (busy.root.locator(".tbnb-bar").get_by_role("button", name="Full screen"), "div.tbnb"),
        (busy.button("acc", "Full screen"), ".tbnb-card"),
    ):
        button.click()
        busy.page.wait_for_function("what => document.fullscreenElement?.matches(what)", arg=what)
        busy.page.evaluate("document.exitFullscreen()")
        busy.page.wait_for_function("!document.fullscreenElement")


def test_charts_without_a_curve_and_curves_that_begin_anew(busy: Busy) -> None:
    """Switched on and off; with all runs hidden no chart is left, or all."""
    options = busy.panel("Options")
    options.get_by_label("Part curves where x begins anew").uncheck()
    assert busy.drawn("acc").count("curve") == 3
    busy.panel("Runs").get_by_role("button", name="None", exact=True).click()
    busy.see_tags()
    busy.panel("Options").get_by_label("Hide charts without a curve").uncheck()
    busy.see_tags("acc", "epoch", "train/loss")


def test_marks(busy: Busy) -> None:
    """A note from Python and the epochs, until the switch turns them off."""
    drawn = busy.drawn("acc")
    assert "unfroze backbone" in drawn.texts
    assert drawn.count("mark") >= 3
    busy.panel("Options").get_by_label("Marks").uncheck()
    assert busy.drawn("acc").count("mark") == 0


def test_pairs_and_taking_apart(busy: Busy) -> None:
    """Train and validation on one card, each on its own when asked, all or this one."""
    busy.panel("Options").get_by_label("Train and validation on one chart").uncheck()
    busy.see_tags("acc", "epoch", "train/loss", "val/loss")
    busy.panel("Options").get_by_label("Train and validation on one chart").check()
    busy.see_tags("acc", "epoch", "train/loss")
    busy.button("train/loss", "Take apart").click()
    busy.see_tags("acc", "epoch", "train/loss", "val/loss")


def test_a_card_is_pinned_widened_and_folded(busy: Busy) -> None:
    """Pins come first; a group folds; a card takes the whole width."""
    busy.button("epoch", "Pin to the top").click()
    busy.page.wait_for_function("document.querySelector('.tbnb-card').dataset.tag === 'epoch'")
    fold = busy.root.get_by_role("button", name=re.compile("^Pinned"))
    fold.click()
    busy.see_tags("acc", "train/loss")
    fold.click()
    before = busy.card("acc").bounding_box()["width"]
    busy.button("acc", "Full width").click()
    assert busy.card("acc").bounding_box()["width"] >= before
    assert "tbnb-wide" in (busy.card("acc").get_attribute("class") or "")
    busy.button("acc", "Full width").click()


def test_cards_are_combined_and_have_axes_of_their_own(busy: Busy) -> None:
    """Pressed on both, one card; an axis of one card leaves the others as they are; charts as large as wanted."""
    busy.button("acc", "Combine with another card").click()
    busy.button("epoch", "Combine with another card").click()
    busy.see_tags("acc", "train/loss")
    assert "adam-1 epoch" in busy.drawn("acc").legend
    busy.button("acc", "Take apart").click()
    busy.see_tags("acc", "epoch", "train/loss")
    busy.button("acc", "Logarithmic y").click()
    assert "acc (log)" in busy.drawn("acc").texts
    assert "epoch (log)" not in busy.drawn("epoch").texts
    busy.button("acc", "Logarithmic y").click()
    before = busy.card("acc").locator(".tbnb-plot").bounding_box()["height"]
    busy.fill(busy.panel("Options").get_by_label("Width, as a number"), "900")
    busy.page.wait_for_function(f"document.querySelector('.tbnb-plot').getBoundingClientRect().height > {before}")


def test_help(busy: Busy) -> None:
    """What keys and gestures there are, until Escape."""
    busy.root.get_by_role("button", name="Keys and gestures").click()
    busy.root.get_by_text("Drag a title onto another").wait_for()
    busy.page.keyboard.press("Escape")
    busy.root.get_by_text("Drag a title onto another").wait_for(state="hidden")


def test_zooming(busy: Busy) -> None:
    """A drag zooms, alone or with all charts; a double click and the button give all back."""
    busy.drag("acc", 0.4, 0.6)
    ticks = busy.drawn("acc").numbers
    assert 0 not in ticks[:2]
    busy.card("acc").locator(".u-over").dblclick()
    assert busy.drawn("acc").numbers[0] == 0
    busy.panel("Options").get_by_label("Zoom all charts together").check()
    busy.drag("acc", 0.4, 0.6)
    assert busy.drawn("epoch").numbers[0] != 0
    busy.button("acc", "Fit to the data").click()
    assert busy.drawn("acc").numbers[0] == 0
    busy.button("epoch", "Fit to the data").click()


def test_reading_values(busy: Busy) -> None:
    """The tooltip under the pointer, held by a click, in the order that was asked for, with as many rows."""
    options = busy.panel("Options")
    busy.choose(options, "Order", "descending")
    busy.fill(options.get_by_label("Rows at most"), "2")
    busy.card("acc").scroll_into_view_if_needed()
    busy.card("acc").locator(".u-over").click()
    rows = busy.root.locator(".tbnb-tooltip tbody tr")
    assert [row.split()[0] for row in rows.all_inner_texts()[:2]] == ["sgd-1", "adam-2"]
    assert "and 1 more" in busy.root.locator(".tbnb-tooltip").inner_text()
    busy.page.keyboard.press("Escape")


def test_a_selection_has_its_table(busy: Busy) -> None:
    """Alt and a drag: under each card the values of that stretch; Escape ends it."""
    busy.drag("acc", 0.3, 0.5, key="Alt")
    busy.card("acc").locator(".tbnb-selection tbody tr").nth(2).wait_for()
    assert busy.card("train/loss").locator(".tbnb-selection").is_visible()
    table = busy.card("acc").locator(".tbnb-selection")
    table.get_by_role("button", name="Mean").click()
    assert table.locator("tbody tr").first.inner_text().startswith("adam-1")
    table.get_by_role("button", name="Columns").click()
    busy.page.get_by_role("dialog", name="Columns").get_by_role("checkbox", name="Mean").uncheck()
    busy.page.keyboard.press("Escape")
    table.get_by_role("button", name="Mean").wait_for(state="detached")
    table.get_by_label("Filter rows by name").fill("sgd")
    table.locator("tbody tr").nth(1).wait_for(state="detached")
    table.get_by_label("Filter rows by name").fill("")
    busy.card("acc").locator(".tbnb-plot").focus()
    busy.page.keyboard.press("Escape")
    busy.card("acc").locator(".tbnb-selection").wait_for(state="hidden")


def test_keys_on_a_chart_are_not_the_notebooks(busy: Busy) -> None:
    """`dd`, `b` and arrows after a click on a chart: no cell goes or comes, and the arrows read values."""
    cells = "document.querySelectorAll('.jp-CodeCell, .cell.code_cell').length"
    before = busy.page.evaluate(cells)
    busy.card("acc").scroll_into_view_if_needed()
    busy.card("acc").locator(".u-over").click()
    busy.card("acc").locator(".tbnb-plot").focus()
    for key in ("d", "d", "b", "x", "End", "ArrowLeft"):
        busy.page.keyboard.press(key)
    assert busy.page.evaluate(cells) == before
    busy.root.locator(".tbnb-tooltip tbody tr").first.wait_for()
    busy.page.keyboard.press("Escape")


def test_all_points_are_saved(busy: Busy) -> None:
    """CSV while points come: from the first step on, none left out."""
    rows = list(csv.DictReader(busy.saved("All points as CSV", "acc").splitlines()))
    steps = [int(row["step"]) for row in rows if row["run"] == "sgd-1"]
    assert len(steps) > 100
    assert steps == list(range(len(steps)))
    assert {row["tag"] for row in rows} == {"acc"}


def test_pictures_are_saved(busy: Busy) -> None:
    """Of all charts, in the page's colours and in the others."""
    own, other = (ElementTree.fromstring(busy.saved(entry)) for entry in ("Charts as SVG", "In dark colours: SVG"))
    assert (own[0].get("fill"), other[0].get("fill")) == ("#ffffff", "#1c1d21")


def test_the_view_is_copied(busy: Busy) -> None:
    """As one line, into the clipboard."""
    busy.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    busy.choose(busy.panel("Options"), "y", "log")
    busy.root.locator(".tbnb-bar").get_by_text("Export").click()
    busy.page.get_by_role("menuitem", name="Copy this view").click()
    busy.root.get_by_text("Copied.").wait_for()
    line = busy.page.evaluate("navigator.clipboard.readText()")
    assert re.match(r"%tbwatch \S*runs ", line)
    assert '"y":"log"' in line


def test_the_status_line_says_what_is_wrong(busy: Busy) -> None:
    """A file that is damaged meanwhile: in a word at the foot, in a sentence when asked; Escape closes it."""
    broken = busy.directory / "runs" / "broken"
    broken.mkdir()
    (broken / "events.out.tfevents.1.host").write_bytes(bytes(range(64)))
    busy.root.locator(".tbnb-why").click()
    details = busy.root.locator(".tbnb-details")
    details.get_by_text("broken").first.wait_for()
    busy.page.keyboard.press("Escape")
    details.wait_for(state="hidden")
