"""The dashboard alone in a page: js/test/host.js plays the notebook, and feeds frames that a test asks for."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from .browser import SCREENSHOTS
from .servers import ROOT

HTML = "<!doctype html><meta charset=utf-8><body style='margin: 8px'><div id=out></div></body>"


@cache
def script() -> str:
    """The page's script: the sources as they are, bundled with the host that drives them."""
    out = Path(mkdtemp()) / "host.js"
    npx = shutil.which("npx") or "npx"
    options = ["--bundle", "--format=iife", "--loader:.css=text", "--log-level=warning", f"--outfile={out}"]
    subprocess.run([npx, "esbuild", "test/host.js", *options], cwd=ROOT / "js", check=True)
    return out.read_text()


class Host:
    """A page with one dashboard on a real store."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_content(HTML)
        page.add_script_tag(content=script())
        page.evaluate("window.host = createHost(); host.mount(document.querySelector('#out'))")

    def feed(self, *wanted: dict[str, Any]) -> None:
        """One frame with points of these series; js/test/host.js says what may be wanted."""
        self.page.evaluate("wanted => host.feed(wanted)", list(wanted))

    def feed_js(self, expression: str) -> None:
        """The same, where values are functions."""
        self.page.evaluate(f"() => host.feed({expression})")

    def say(self, **status: Any) -> None:
        self.page.evaluate("status => host.say(status)", status)

    def tell(self, **tried: dict[str, Any]) -> None:
        """What runs tried, by their names."""
        self.page.evaluate("tried => host.tell(tried)", tried)

    def set(self, **settings: Any) -> None:
        self.page.evaluate("settings => host.settings.update(settings)", settings)

    def get(self, key: str) -> Any:
        return self.page.evaluate("key => host.settings.get(key)", key)

    def said(self) -> dict[str, str]:
        return dict(self.page.evaluate("() => ({...document.querySelector('div.tbnb').dataset})"))

    def wait(self, **wanted: object) -> None:
        """Until the dashboard says these of itself, as points=100."""
        texts = json.dumps({name: str(value) for name, value in wanted.items()})
        self.page.wait_for_function(
            f"Object.entries({texts}).every(([k, v]) => document.querySelector('div.tbnb').dataset[k] === v)"
        )

    def card(self, tag: str) -> Any:
        return self.page.locator(f'.tbnb-card[data-tag="{tag}"]')

    def settle(self) -> None:
        """Until all that was asked for is drawn."""
        self.page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(done), 60))")
        self.page.wait_for_function("() => host.dashboard.settled()")

    def over(self, tag: str, across: float, down: float = 0.5) -> tuple[float, float]:
        """A place of the plotting area, in parts of its width and height, as pixels of the page."""
        box = self.card(tag).locator(".u-over").bounding_box()
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def drag(self, tag: str, start: tuple[float, float], end: tuple[float, float], key: str = "") -> None:
        mouse = self.page.mouse
        if key:
            self.page.keyboard.down(key)
        mouse.move(*self.over(tag, *start))
        mouse.down()
        mouse.move(*self.over(tag, *end), steps=5)
        mouse.up()
        if key:
            self.page.keyboard.up(key)
        self.settle()

    def cells(self, tag: str, across: float, down: float = 0.5) -> list[list[str]]:
        """What the tooltip says at a place: its rows; "" in the first columns that it doesn't have."""
        self.page.mouse.move(*self.over(tag, across, down))
        self.settle()
        return self.tooltip()

    def tooltip(self) -> list[list[str]]:
        script = """() => {
            const heads = [...document.querySelectorAll('.tbnb-tooltip th[scope=col]')].map(head => head.textContent);
            const all = new Set(['Run', 'Smoothed', 'Value', 'Step', 'Time', 'Relative', ...heads]);
            return [...document.querySelectorAll('.tbnb-tooltip:not([hidden]) tbody tr')]
                .map(row => [...all].map(head => row.children[heads.indexOf(head)]?.textContent ?? ''));
        }"""
        return [list(row) for row in self.page.evaluate(script)]

    def shot(self, name: str) -> None:
        """Kept for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
