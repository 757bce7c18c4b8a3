"""The widget as it is shipped, on a road that loses, doubles and mixes up: fed by the feed that the kernel uses."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest

from tbnb.page.widget import BUNDLE
from tests.pages import GrowingLog, Line, Page

# What a notebook's widget manager does, in little; `forms` are the ways in which hosts hand bytes over.
HOST = """async (source) => {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const widget = (await import(url)).default();
    const traits = { _feed: 'lossy', _options: { logdir: 'runs', height: null, initial: {} }, _snapshot: '' };
    const calls = {};
    window.sent = [];
    const model = {
        get: (name) => traits[name],
        on: (event, call) => { calls[event] = call; },
        off: () => {},
        send: (message) => window.sent.push(message),
    };
    const forms = {
        ArrayBuffer: (bytes) => bytes.buffer,
        DataView: (bytes) => new DataView(bytes.buffer),
        Uint8Array: (bytes) => {
            const room = new Uint8Array(bytes.length + 5);
            room.set(bytes, 5);
            return room.subarray(5);
        },
    };
    window.push = (frames, form) => {
        for (const [header, buffer] of frames) {
            const bytes = Uint8Array.from(atob(buffer), (letter) => letter.charCodeAt(0));
            calls['msg:custom'](header, [forms[form](bytes)]);
        }
    };
    widget.initialize({ model });
    widget.render({ model, el: document.body.appendChild(document.createElement('div')) });
}"""
VALUES = """() => [...globalThis[Symbol.for('tbnb')].get('lossy').store.series.values()]
    .map((series) => [series.run, series.tag, [...series.columns().value]])"""


class BrowserPage(Page):
    """Frames that got through wait here, until the browser gets them, mixed up."""

    def __init__(self, page: Any, form: str, chance: random.Random, loss: float) -> None:
        super().__init__()
        page.goto("about:blank")
        page.evaluate(HOST, BUNDLE.read_text())
        self.page = page
        self.form = form
        self._chance = chance
        self._loss = loss
        self._waiting: list[tuple[dict[str, Any], str]] = []

    def take(self, header: dict[str, Any], buffer: bytes) -> None:
        if self._chance.random() > self._loss:
            frame = (header, base64.b64encode(buffer).decode())
            self._waiting += [frame] * self._chance.choice((1, 1, 2))
        if len(self._waiting) > 10:
            self.deliver()

    def deliver(self) -> None:
        self._chance.shuffle(self._waiting)
        self.page.evaluate("([frames, form]) => window.push(frames, form)", [self._waiting, self.form])
        self._waiting = []

    def said(self) -> dict[str, str]:
        return dict(self.page.evaluate("() => ({...document.querySelector('div.tbnb').dataset})"))


@pytest.mark.parametrize("form", ["ArrayBuffer", "DataView", "Uint8Array"])
def test_whole_in_the_end(page: Any, form: str) -> None:
    """A third of the frames lost, others doubled, all out of order, and nobody hears the page: nothing is missing."""
    grown, chance = GrowingLog(), random.Random(4)
    browser = BrowserPage(page, form, chance, loss=0.35)
    line = Line(grown, browser)
    step = iter(range(10_000))

    line.run(10, lambda: [grown.add("a", tag, chance.randrange(1, 3), next(step)) for tag in ("loss", "acc")])
    grown.restart("a", 200)
    grown.add("b", "loss", 3000)
    line.run(20)
    browser.deliver()

    wanted = [[one.run, one.tag, one.value.tolist()] for one in grown.log.series]
    assert page.evaluate(VALUES) == wanted
    assert browser.said()["points"] == str(grown.points)


def test_a_page_that_asks_gets_the_rest_at_once(page: Any) -> None:
    """It lost nearly all; what it says that it has, the feed completes."""
    grown = GrowingLog()
    browser = BrowserPage(page, "DataView", random.Random(5), loss=0.99)
    line = Line(grown, browser)
    for run in range(5):
        grown.add(f"run{run}", "loss", 20_000)
    line.run(40)
    page.wait_for_function("() => window.sent.length > 0", timeout=20_000)
    browser._loss = 0.0

    hello = page.evaluate("() => window.sent[0]")
    line.feed.hear(hello["id"], hello["have"])
    line.run(1)
    browser.deliver()

    assert browser.said()["points"] == str(grown.points) == "100000"


def test_a_zoom_brings_the_exact_points_of_what_is_beyond_the_budget(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that may hold 4,000 points of 200,000 asks for a stretch that is zoomed, and then holds all of that."""
    monkeypatch.setattr("tbnb.page.feed.PAGE_POINTS", 4000)
    grown = GrowingLog()
    browser = BrowserPage(page, "DataView", random.Random(6), loss=0.0)
    line = Line(grown, browser)
    grown.add("run", "loss", 200_000)
    line.run(20)
    browser.deliver()
    page.wait_for_function("() => document.querySelector('div.tbnb').dataset.paintedStep === '199999'")
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.22 * box["width"], box["y"] + 0.5 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function("() => window.sent.some(({ type }) => type === 'range')", timeout=20_000)

    asked = page.evaluate("() => window.sent.find(({ type }) => type === 'range').series")
    line.feed.want(asked)
    line.run(5)
    browser.deliver()

    number, start, end = asked[0]
    values = page.evaluate(VALUES)[0][2]
    wanted = grown.log.series[number].value[start:end].tolist()
    assert 3000 < end - start < 6000
    assert any(values[at : at + len(wanted)] == wanted for at in range(len(values)) if values[at] == wanted[0])
    assert browser.said()["points"] == "200000"
