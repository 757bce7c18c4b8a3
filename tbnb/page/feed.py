"""What the page is sent, and when: the news at once, the past round and round, and never waiting for an answer.

The road may lose any message, and the page may come late or not be able to speak. So each message can be lost: what
was sent is sent again a moment later, and the whole past in rounds, each with an end that is fixed when it begins.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..store.series import Series
from .budget import PAGE_POINTS, share
from .message import Message
from .told import Range, Told
from .wire import VERSION, Section

BEAT = 1 / 30  # seconds between two messages, at least
ALONE = 2.0  # seconds between them while nobody looks
ROUND = 1.5  # seconds between the beginnings of two rounds, at least
LIVE = 3.0  # seconds between them while something changes
CALM = 10.0  # seconds between them when nothing changes any more, at most
HEARTBEAT = 5.0  # seconds of silence, at most
EAGER_BYTES = 1 << 19  # a second, of the past, for the first while
STEADY_BYTES = 1 << 16  # a second, later
EAGER = 30.0  # seconds
PICTURE_POINTS = 8000  # in the picture of everything
FINE_PICTURE_POINTS = 100_000  # where it's all that the page has of the past
LEAST_PICTURE = 16  # points of a series in it
MOST_PICTURE = 6000
MOST_SNAPSHOT = 200_000  # letters, as the notebook's file has it
_SECTION = 10_000  # of these, the last section's
PAST = 512  # points of a series that are past, not news: pictured first, then sent behind the news
NEWEST = 256  # of these that are sent as news all the same

Send = Callable[[dict[str, Any], bytes], None]
Work = Iterator[tuple[Told, Section]]


class Feed:
    """Decides what the next message says. One thread at a time."""

    def __init__(self, send: Send, clock: Callable[[], float] = time.monotonic) -> None:
        self.epoch = secrets.token_hex(4)
        self.status: dict[str, Any] = {"state": "idle"}
        self._send = send
        self._clock = clock
        self._seq = 0
        self._heard: int | None = None  # the last hello
        self._pages: dict[str, bool] = {}  # whether somebody looks at them, as they said last
        self._told: dict[Series, Told] = {}
        self._live: dict[Told, None] = {}
        self._backlog: deque[Range] = deque()
        self._fresh: dict[Told, int] = {}  # since when points were sent, in this and the last moment
        self._stale: dict[Told, int] = {}
        self._again: Work = iter(())
        self._round: Work = iter(())
        self._unseen: dict[Told, None] = {}  # what is to be pictured
        self._said: dict[str, Any] | None = None
        self._sent_at = self._again_at = self._round_at = self._allowed_at = float("-inf")
        self._pause = ROUND
        self._allowance = 0.0
        self._points = self._counted = 0  # of all curves: sent, and when `_share` was worked out
        self._share: int | None = None  # points of each curve that the page holds at most, if it can't hold all
        self.attend()

    def attend(self) -> None:
        """Somebody may have come, or may hear again: tell the past anew, and quickly for a while."""
        self._pages.clear()
        self._eager_until = self._clock() + EAGER
        self._round_at = float("-inf")
        self._pause = ROUND

    def touch(self, series: Iterable[Series]) -> None:
        """These began, grew or lost points."""
        for one in series:
            told = self._told.get(one)
            if told is None:
                told = self._told[one] = Told(len(self._told), one)
            self._live[told] = None

    def say(self, status: dict[str, Any]) -> None:
        self.status = status

    def hear(self, number: int, have: list[list[int]]) -> None:
        """A page says what it holds, as [number, version, start, end, start, end, ...]: send it the rest, quickly."""
        self._heard = number
        held = {row[0]: row[1:] for row in have}
        self._backlog = deque(
            gap for told in self._told.values() for gap in _gaps(told, self._floor(told), held.get(told.number))
        )
        for told in self._told.values():
            told.named = told.named and told.number in held
        if _is_big(sum(gap.end - gap.start for gap in self._backlog)):
            self._unseen = dict.fromkeys(self._curves())
        self._said = None
        self.attend()

    def want(self, ranges: list[list[int]]) -> None:
        """A page wants points exactly, as [number, start, end], of which it has but a picture."""
        numbered = {told.number: told for told in self._told.values()}
        wanted = [Range(numbered[number], start, end) for number, start, end in ranges if number in numbered]
        self._backlog.extendleft(reversed(wanted))

    def look(self, page: str, seen: bool) -> None:
        """A page says whether it can be seen: if none can, the news may wait."""
        self._pages[page] = seen

    def pump(self) -> float:
        """Send a message if there's something to say and it's time; returns the seconds until the next look."""
        now = self._clock()
        beat = ALONE if self._is_alone() else BEAT
        if now - self._sent_at < beat:
            return beat - (now - self._sent_at)
        message = Message()
        self._fill(message, now)
        if message:
            self._post(message, now)
            return BEAT if message.full or self._live or self._backlog else ROUND / 4
        return ROUND / 4

    def _is_alone(self) -> bool:
        """A past that is on its way is brought, whoever looks."""
        return bool(self._pages) and not any(self._pages.values()) and not self._backlog

    def flush(self, most: int = 8) -> None:
        """All news now, in at most so many messages, whatever the time."""
        for _ in range(most):
            message = Message()
            self._add_news(message)
            message.status = self.status
            self._post(message, self._clock())
            if not self._live:
                return

    def _fill(self, message: Message, now: float) -> None:
        grew = bool(self._live)
        self._add_news(message)
        _draw(message, self._pictures(message))
        _draw(message, _sections(self._backlog))
        self._allow(now)
        if grew:
            self._pause = ROUND
        if self._allowance > 0:
            before = message.size
            self._tell_again(message, now)
            self._allowance -= message.size - before
        if self.status != self._said or now - self._sent_at >= HEARTBEAT:
            message.status = self.status

    def _add_news(self, message: Message) -> None:
        while self._live and not message.full:
            told = next(iter(self._live))
            del self._live[told]
            told.look()
            end = len(told.series)
            if end - told.sent > PAST:
                self._put_off(told, end - NEWEST)
            self._fresh.setdefault(told, told.sent)
            self._count(end - told.sent if told.is_curve else 0)
            message.add(told, told.section(told.sent, end), named=False)
            told.sent = end

    def _put_off(self, told: Told, end: int) -> None:
        """A long past follows behind its picture."""
        self._count(end - told.sent if told.is_curve else 0)
        start, told.sent = told.sent, end
        self._backlog.append(Range(told, max(start, self._floor(told)), end))
        if told.pictured * 2 < end:
            self._unseen[told] = None

    def _count(self, points: int) -> None:
        self._points += points
        if self._points > 1.05 * self._counted:
            self._counted = self._points
            self._share = share((len(told.series) for told in self._curves()), PAGE_POINTS)

    def _floor(self, told: Told) -> int:
        """The first point that the page holds exactly; what's before stands behind its picture."""
        return 0 if self._share is None else max(0, told.sent - self._share)

    def _pictures(self, message: Message) -> Work:
        """Curves as a whole, in few points: those that the page hasn't seen so, while there's room for one."""
        points = PICTURE_POINTS if self._share is None else FINE_PICTURE_POINTS
        most = min(MOST_PICTURE, max(LEAST_PICTURE, points // max(1, len(self._told))))
        while self._unseen and message.has_room(most):
            told = next(iter(self._unseen))
            del self._unseen[told]
            told.pictured = len(told.series)
            if told.pictured > most:
                yield told, told.picture(most)

    def _curves(self) -> Iterator[Told]:
        return (told for told in self._told.values() if told.is_curve)

    def _tell_again(self, message: Message, now: float) -> None:
        """What was sent a moment ago, and the past."""
        if _draw(message, self._again) and now - self._again_at >= ROUND:
            self._again_at = now
            self._again = self._recent()
        if _draw(message, self._round) and now - self._round_at >= (LIVE if self._fresh else self._pause):
            self._round_at = now
            self._pause = min(CALM, 2 * self._pause)
            self._said = None
            self._round = self._past()

    def _recent(self) -> Work:
        starts = {**self._fresh, **self._stale}
        self._stale, self._fresh = self._fresh, {}
        return _sections(deque(Range(told, start, told.sent) for told, start in starts.items() if start < told.sent))

    def _past(self) -> Work:
        tolds = list(self._told.values())
        ranges = deque(Range(told, self._floor(told), told.sent) for told in tolds)
        if _is_big(sum(told.sent for told in tolds)):
            self._unseen.update(dict.fromkeys(self._curves()))
        yield from _sections(ranges)

    def _allow(self, now: float) -> None:
        rate = EAGER_BYTES if now < self._eager_until else STEADY_BYTES
        self._allowance = min(rate, self._allowance + rate * min(1.0, now - self._allowed_at))
        self._allowed_at = now

    def _post(self, message: Message, now: float) -> None:
        header = self._header(message)
        self._seq += 1
        self._sent_at = now
        if message.status is not None:
            self._said = message.status
        self._send(header, message.buffer())

    def _header(self, message: Message) -> dict[str, Any]:
        heard = {} if self._heard is None else {"heard": self._heard}
        now = time.time()
        kept = {} if self._share is None else {"keep": self._share}
        said = {**heard, **kept, **message.header()}
        return {"tbnb": VERSION, "epoch": self.epoch, "seq": self._seq, "now": now, **said}

    def snapshot(self) -> tuple[dict[str, Any], bytes]:
        """Everything in one message, in few points: what redraws a saved notebook."""
        message = Message()
        message.status = self.status
        most = (MOST_SNAPSHOT - len(json.dumps(self.status)) - _SECTION) * 3 // 4  # base64 makes four of three
        for told, section in self._whole():
            if message.size > most:
                break
            message.add(told, section, named=True)
        return self._header(message), message.buffer()

    def _whole(self) -> Work:
        tolds = list(self._told.values())
        most = max(LEAST_PICTURE, PICTURE_POINTS // 2 // max(1, len(tolds)))
        for told in tolds:
            yield told, told.picture(most) if told.is_curve else told.section(0, 0)


def _is_big(points: int) -> bool:
    return points > 4 * PICTURE_POINTS


def _sections(ranges: deque[Range]) -> Work:
    """The sections of ranges that are used up meanwhile."""
    while ranges:
        for section in ranges[0].sections():
            yield ranges[0].told, section
        ranges.popleft()


def _draw(message: Message, work: Work) -> bool:
    """Fill the message from work that can be left off after any section; whether it's done."""
    while not message.full:
        following = next(work, None)
        if following is None:
            return True
        message.add(*following, named=True)
    return False


def _gaps(told: Told, floor: int, held: list[int] | None) -> Iterator[Range]:
    """What a page lacks of a series, from the first point on that it is to hold."""
    version, *ends = held or [-1]
    edges = [0, *ends, told.sent] if version == told.epoch else [0, told.sent]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if max(start, floor) < end:
            yield Range(told, max(start, floor), end)
