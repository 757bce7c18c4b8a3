"""What is taken out of the page: files as they are downloaded, and the line that gives the view back."""

from __future__ import annotations

import csv
import io
import json
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from .host import Host
from .states import darken, lighten

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "<script>alert(1)</script>&\"'"


@pytest.fixture
def host(page: Any) -> Host:
    host = Host(page)
    host.set(smoothing={"kind": "none", "amount": 0}, outliers="show", pairs=False)
    return host


def saved(host: Host, entry: str, tag: str = "") -> Path:
    """The file that an entry of the menu gives: of one card, or of all."""
    if tag:
        host.card(tag).hover()
        host.card(tag).get_by_role("button", name="Export").click()
    else:
        host.page.locator(".tbnb-bar").get_by_role("button", name="Export").click()
    with host.page.expect_download() as download:
        host.page.get_by_role("menuitem", name=entry).click()
    path = Path(download.value.path())
    return path.rename(path.with_name(download.value.suggested_filename))


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def test_csv_of_a_card_has_all_points_whatever_is_drawn(host: Host) -> None:
    """200,000 points on 300 pixels, smoothed and zoomed: the file has each of them, to the digit."""
    host.feed_js(
        "[{run: 'a', tag: 'train/loss', points: 2e5, value: i => Math.sin(i) / 3},"
        "{run: 'b,c', tag: 'train/loss', points: 2, value: i => i ? NaN : -Infinity},"
        "{run: 'a', tag: 'acc', points: 5}]"
    )
    host.wait(series=3, paintedStep=199_999)
    host.set(smoothing={"kind": "ema", "amount": 0.9})
    host.drag("train/loss", (0.4, 0.5), (0.6, 0.5))
    file = saved(host, "All points as CSV", "train/loss")
    assert file.name == "tbnb-train_loss.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode(), newline="")))
    values = [float(row["value"]) for row in rows if row["run"] == "a"]
    assert values == host.page.evaluate("() => Array.from({length: 2e5}, (_, i) => Math.sin(i) / 3)")
    assert [row["value"] for row in rows if row["run"] == "b,c"] == ["-inf", "nan"]
    assert {row["tag"] for row in rows} == {"train/loss"}
    assert [float(row["wall_time"]) for row in rows[:3]] == [1.7e9, 1.7e9 + 0.25, 1.7e9 + 0.5]


def test_json_of_all_is_of_the_runs_and_tags_that_are_seen(host: Host) -> None:
    """Hidden runs and filtered tags are left out, cards out of view are not."""
    host.feed_js("['a', 'b'].flatMap(run => ['x', 'y', 'z'].map(tag => ({run, tag, points: 3, value: i => i})))")
    host.wait(series=6, paintedStep=2)
    host.set(hidden=["b"], tagsFilter="^[xy]$")
    host.settle()
    found = json.loads(saved(host, "All points as JSON").read_text())
    assert [(one["run"], one["tag"]) for one in found] == [("a", "x"), ("a", "y")]
    assert found[0]["value"] == found[0]["step"] == [0, 1, 2]


def test_where_the_page_lacks_points_menu_and_file_say_so(host: Host) -> None:
    """Ten points of a thousand, the rest not here yet: said in the menu, in the file's name and in each row."""
    host.feed({"run": "a", "tag": "loss", "points": 10, "total": 1000})
    host.wait(paintedStep=9)
    host.page.locator(".tbnb-bar").get_by_role("button", name="Export").click()
    assert "10 of 1,000 points" in host.page.locator(".tbnb-menu").inner_text()
    host.page.keyboard.press("Escape")
    file = saved(host, "All points as CSV")
    assert file.name == "tbnb-part.csv"
    assert [row["of_points"] for row in csv.DictReader(file.read_text().splitlines())] == ["1000"] * 10


def test_svg_of_a_card_is_paths_with_axes_and_legend(host: Host) -> None:
    """A path for each curve through its points, the axes named, the runs in the legend; names are text."""
    host.feed_js(
        f"[{{run: {json.dumps(EVIL)}, tag: 'loss', points: 11, value: i => i}}, {{run: 'b', tag: 'loss', points: 11}}]"
    )
    host.wait(paintedStep=10, runs=2)
    svg = ElementTree.fromstring(saved(host, "Chart as SVG", "loss").read_text())
    curves = [path for path in svg.iter(f"{SVG}path") if path.get("class") == "curve"]
    assert [path.get("d", "").count("L") for path in curves] == [10, 10]
    assert {"Step", "loss", EVIL, "b", "0", "10"} <= set(texts(svg))
    assert len({path.get("stroke") for path in curves}) == 2
    assert list(svg.iter(f"{SVG}script")) == []


def test_svg_keeps_the_view(host: Host) -> None:
    """Log axes, a wall clock, a second axis, a band, marks and what is no number are in the drawing too."""
    host.set(pairs=True, y="log")
    host.feed_js(
        "[{run: 's1', tag: 'loss', points: 50, value: i => i === 7 ? NaN : 1 / (i + 1)},"
        "{run: 's2', tag: 'loss', points: 50, value: i => 2 / (i + 1)},"
        "{run: 's1', tag: 'lr', points: 50, value: i => 0.5}]"
    )
    host.say(marks=[{"run": "", "step": 25, "wall": 1.7e9, "kind": "note", "text": "unfroze <b>"}])
    host.wait(series=3, paintedStep=49)
    svg = ElementTree.fromstring(saved(host, "Chart as SVG", "loss").read_text())
    assert {"loss (log)", "lr", "unfroze <b>", "0.1", "s1 lr"} <= set(texts(svg))
    kinds = [path.get("class") for path in svg.iter(f"{SVG}path")]
    assert kinds.count("curve") == 3
    assert {"mark", "odd"} <= set(kinds)
    host.set(groups={"by": "regex", "pattern": "s", "statistic": "mean", "band": "minmax"}, x="relative")
    host.settle()
    svg = ElementTree.fromstring(saved(host, "Chart as SVG", "loss").read_text())
    assert "band" in [path.get("class") for path in svg.iter(f"{SVG}path")]
    assert any(text.startswith("Time since") for text in texts(svg))
    assert host.errors == []


@pytest.mark.parametrize("entry", ["Charts as SVG", "In dark colours: PNG"])
def test_a_picture_of_nothing_is_none(host: Host, entry: str) -> None:
    """Where all runs are hidden that is said, instead of a file that no program opens."""
    host.feed({"run": "a", "tag": "loss", "points": 5})
    host.wait(paintedStep=4)
    host.set(hidden=["a"])
    host.page.locator(".tbnb-bar").get_by_role("button", name="Export").click()
    host.page.get_by_role("menuitem", name=entry).click()
    host.page.get_by_text("there is nothing to draw").wait_for()


def test_svg_marks_what_is_no_number_where_a_log_axis_has_no_place_for_it(host: Host) -> None:
    """The value before is negative, or the step is 0: a path can't be read on from a place that is none."""
    host.set(y="log", xlog=True)
    host.feed_js("[{run: 'a', tag: 'loss', points: 9, value: i => i % 3 ? i - 4 : NaN}]")
    host.wait(series=1, paintedStep=8)
    svg = ElementTree.fromstring(saved(host, "Chart as SVG", "loss").read_text())
    (odd,) = [path.get("d") for path in svg.iter(f"{SVG}path") if path.get("class") == "odd"]
    assert odd.count("M") == 2
    assert "NaN" not in odd
    assert "Infinity" not in odd


def test_svg_has_the_same_curve_in_front_as_the_page(host: Host) -> None:
    """The raw ones are behind the smoothed ones, and the last of the runs before the others."""
    host.set(smoothing={"kind": "ema", "amount": 0.6})
    host.feed_js("['a', 'b'].map(run => ({run, tag: 'loss', points: 50}))")
    host.wait(series=2, paintedStep=49)
    front = host.page.evaluate("() => host.dashboard.cards()[0].drawing.figure().scene.strokes.map(one => one.color)")
    svg = ElementTree.fromstring(saved(host, "Chart as SVG", "loss").read_text())
    curves = [path for path in svg.iter(f"{SVG}path") if path.get("class") == "curve"]
    assert [path.get("stroke-opacity") for path in curves] == ["0.3", "0.3", "1", "1"]
    assert [path.get("stroke") for path in curves] == front


def test_svg_of_all_cards_is_one_drawing(host: Host) -> None:
    """Five tags, in view or not: five charts beside and below each other."""
    host.feed_js("[1, 2, 3, 4, 5].map(n => ({run: 'a', tag: 'g/' + n, points: 5}))")
    host.wait(series=5, paintedStep=4)
    svg = ElementTree.fromstring(saved(host, "Charts as SVG").read_text())
    assert {f"g/{n}" for n in range(1, 6)} <= set(texts(svg))
    places = [group.get("transform") for group in svg if group.get("transform")]
    assert len(set(places)) == 5


@pytest.mark.parametrize(("theme", "other", "paper"), [("dark", "light", "#ffffff"), ("light", "dark", "#1c1d21")])
def test_a_picture_in_the_other_colours(host: Host, theme: str, other: str, paper: str) -> None:
    """A light one for a paper out of a dark notebook, and the other way round; the page keeps its own colours."""
    (darken if theme == "dark" else lighten)(host)
    host.feed_js("['loss', 'acc'].map(tag => ({run: 'a', tag, points: 50}))")
    host.wait(series=2, paintedStep=49)
    colour = "() => document.querySelector('.tbnb-tooltip .tbnb-swatch').style.color"
    host.cells("loss", 0.5)
    before = host.page.evaluate(colour)
    own = ElementTree.fromstring(saved(host, "Charts as SVG").read_text())
    file = saved(host, f"In {other} colours: SVG")
    assert file.name == f"tbnb-{other}.svg"
    svg = ElementTree.fromstring(file.read_text())
    assert svg[0].get("fill") == paper
    curves = [{path.get("stroke") for path in one.iter(f"{SVG}path") if path.get("class")} for one in (own, svg)]
    assert not curves[0] & curves[1]
    inks = [{text.get("fill") for text in one.iter(f"{SVG}text")} for one in (own, svg)]
    assert not inks[0] & inks[1]
    assert saved(host, f"In {other} colours: PNG", "loss").read_bytes()[:4] == b"\x89PNG"
    host.cells("loss", 0.6)
    assert host.page.evaluate(colour) == before
    assert host.said()["theme"] == theme


def test_a_million_points_are_saved_while_the_page_goes_on(host: Host) -> None:
    """The button tells how far the file is, frames go on meanwhile, and points that come are not in it."""
    host.feed_js("[{run: 'a', tag: 'loss', points: 1e6, value: i => Math.sin(i)}]")
    host.wait(paintedStep=999_999)
    host.page.evaluate(
        """() => {
            window.told = new Set(), window.turns = 0;
            const button = document.querySelector('.tbnb-export');
            new MutationObserver(() => button.dataset.done && told.add(button.dataset.done))
                .observe(button, {attributeFilter: ['data-done']});
            const turn = () => { if (button.dataset.done) turns++; setTimeout(turn); };
            turn();
            const feed = () => button.dataset.done
                ? host.feed([{run: 'a', tag: 'loss', points: 9, start: 1e6}]) : setTimeout(feed);
            feed();
        }"""
    )
    file = saved(host, "All points as CSV")
    assert file.read_bytes().count(b"\r\n") == 1_000_001
    assert host.page.evaluate("told.size") > 10
    assert host.page.evaluate("turns") > 10
    host.page.wait_for_function("document.querySelector('div.tbnb').dataset.points === '1000009'")
    assert host.page.locator("[data-done], [aria-busy]").count() == 0


@pytest.mark.parametrize("tag", ["loss", ""])
def test_png_is_a_picture(host: Host, tag: str) -> None:
    """Of a card or of all: twice as fine as the drawing, with the curves' colours on it."""
    host.feed_js("['loss', 'acc'].map(tag => ({run: 'a', tag, points: 50}))")
    host.wait(series=2, paintedStep=49)
    data = saved(host, "Chart as PNG" if tag else "Charts as PNG", tag).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width == (1280 if tag else 2560)
    assert height > 600
    colours = host.page.evaluate(
        """async bytes => {
            const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
            const ctx = Object.assign(document.createElement('canvas'), image).getContext('2d');
            Object.assign(ctx.canvas, {width: image.width, height: image.height});
            ctx.drawImage(image, 0, 0);
            const { data } = ctx.getImageData(0, 0, image.width, image.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }""",
        list(data),
    )
    assert colours > 20


def test_the_view_is_copied_as_a_line(host: Host) -> None:
    """Where the clipboard is closed to the page, the line stands selected in a field; Escape closes it."""
    host.feed({"run": "a", "tag": "loss", "points": 5})
    host.set(y="log", runsFilter="a|b")
    host.wait(paintedStep=4)
    host.page.locator(".tbnb-bar").get_by_role("button", name="Export").click()
    host.page.get_by_role("menuitem", name="Copy this view").click()
    field = host.page.get_by_label("This view as a line")
    line = field.input_value()
    assert line.startswith("%tbwatch test --runs 'a|b'")
    assert '"y":"log"' in line
    assert field.evaluate("e => [e.selectionStart, e.selectionEnd]") == [0, len(line)]
    host.page.keyboard.press("Escape")
    assert field.count() == 0
    assert host.page.locator("div.tbnb").evaluate("root => root === document.activeElement"), "not the notebook"


def test_the_menu_is_the_keyboards_too(host: Host) -> None:
    """Enter opens it, arrows walk round, Escape gives the focus back to its button."""
    host.feed({"run": "a", "tag": "loss", "points": 5})
    host.wait(paintedStep=4)
    button = host.page.locator(".tbnb-bar").get_by_role("button", name="Export")
    button.focus()
    host.page.keyboard.press("Enter")
    focused = "() => document.activeElement.textContent"
    assert host.page.evaluate(focused) == "All points as CSV"
    host.page.keyboard.press("ArrowUp")
    assert host.page.evaluate(focused).startswith("Copy this view")
    host.page.keyboard.press("Escape")
    assert button.evaluate("e => e === document.activeElement")
    assert button.get_attribute("aria-expanded") == "false"
