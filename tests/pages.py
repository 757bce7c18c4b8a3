"""A page as the feed sees it: takes what gets through, and can say what it holds; and a log that grows by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from tbnb.events.pieces import Item, Points, Replaced, Report, Restart
from tbnb.page.feed import BEAT, Feed
from tbnb.page.wire import decode
from tbnb.store.log import Log


class GrowingLog:
    """A log without files."""

    def __init__(self) -> None:
        self.log = Log("runs", lambda budget: iter(()))

    def add(self, run: str, tag: str, count: int, first_step: int = 0) -> None:
        step = np.arange(first_step, first_step + count)
        self.report(run, Points(tag, None, step, 1.7e9 + step, step / 7))

    def add_item(self, run: str, tag: str) -> None:
        self.report(run, Item(tag, None, "image", 0, 1.7e9, 0, 10, 0))

    def restart(self, run: str, step: int) -> None:
        self.report(run, Restart(step, 1.8e9))

    def replace(self, run: str) -> None:
        self.report(run, Replaced("it shrank"))

    def report(self, run: str, *news: Any) -> None:
        self.log.extend(Report(run, 0, f"runs/{run}/events", list(news)))

    @property
    def points(self) -> int:
        return sum(len(series) for series in self.log.series if series.kind == "scalars")


class Page:
    """What a page knows that takes every frame for which `passes` says so."""

    def __init__(self, passes: Callable[[dict[str, Any]], bool] = lambda header: True) -> None:
        self.names: dict[int, tuple[str, str, str]] = {}
        self.tried: dict[str, dict[str, Any]] = {}
        self.versions: dict[int, int] = defaultdict(int)
        self.values: dict[int, dict[int, float]] = defaultdict(dict)
        self.spoken: dict[int, int] = defaultdict(int)  # how many points pictures stand for
        self.totals: dict[int, int] = defaultdict(int)
        self.status: dict[str, Any] = {}
        self.sizes: list[int] = []
        self.heard: int | None = None
        self.kept: int | None = None
        self._passes = passes

    def take(self, header: dict[str, Any], buffer: bytes) -> None:
        self.sizes.append(len(buffer) + len(json.dumps(header)))
        if not self._passes(header):
            return
        self.status = header.get("status", self.status)
        self.heard = header.get("heard", self.heard)
        self.kept = header.get("keep", self.kept)
        for number, run, tag, kind, *tried in header.get("series", []):
            self.names[number] = run, tag, kind
            if tried:
                (self.tried[run],) = tried
        for section in decode(buffer):
            self._take(section)

    def _take(self, section: Any) -> None:
        number = section.series
        if section.version < self.versions[number]:
            return
        if section.version > self.versions[number]:
            self.values[number].clear()
            self.spoken[number] = self.totals[number] = 0
            self.versions[number] = section.version
        self.totals[number] = max(self.totals[number], section.total)
        if section.places is not None:
            self.spoken[number] = max(self.spoken[number], section.span)
        else:
            self.values[number].update(enumerate(section.value.tolist(), section.start))

    @property
    def points(self) -> int:
        """Exact points of series whose name is known."""
        return sum(len(self.values[number]) for number in self.names)

    def shown(self) -> dict[tuple[str, str], list[float]]:
        named = {(run, tag): number for number, (run, tag, kind) in self.names.items() if kind == "scalars"}
        return {name: [self.values[number][i] for i in sorted(self.values[number])] for name, number in named.items()}

    def holds(self) -> list[list[int]]:
        """What it would say in a hello."""
        return [[number, self.versions[number], *_ends(sorted(self.values[number]))] for number in self.names]


def _ends(places: list[int]) -> list[int]:
    ends: list[int] = []
    for place in places:
        if ends and ends[-1] == place:
            ends[-1] = place + 1
        else:
            ends += [place, place + 1]
    return ends


def values_of(log: Log) -> dict[tuple[str, str], list[float]]:
    return {(one.run, one.tag): one.value.tolist() for one in log.series if one.kind == "scalars"}


class Clock:
    """Time that passes when it's told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Line:
    """A feed that sends to pages, beat by beat."""

    def __init__(self, grown: GrowingLog, *pages: Page) -> None:
        self.clock = Clock()
        self.grown = grown
        self.pages = list(pages)
        self.sent: list[float] = []
        self.feed = Feed(self._send, self.clock)

    def _send(self, header: dict[str, Any], buffer: bytes) -> None:
        self.sent.append(self.clock.now)
        for page in self.pages:
            page.take(header, buffer)

    def run(self, seconds: float, each: Callable[[], None] = lambda: None) -> None:
        """Let time pass; `each` is called once a beat."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            each()
            self.feed.touch(self.grown.log.touched())
            self.feed.pump()
            self.clock.now += BEAT * 1.01
