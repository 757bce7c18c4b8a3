"""A segment's name: which bytes of which event file it holds, and between which checksums they stand.

    events.out.tfevents.1764072000123.5f0c9a1e.0000000000-00000000-00000001f4-9be3d1c7-0.<name of the file>
                        order         machine  start      before   end        after    level

`before` and `after` are the CRC-32C of all the file's bytes up to `start` and `end`. So whoever has a file of that name
can tell from a listing alone which segments are bytes of his file, and never takes another machine's for them.
A name that has "tbnb-part" wherever it would have "tfevents" is one that no reader of logs sees: it's still being
written, or waits until the smaller segments that it replaces are gone.
"""

from __future__ import annotations

from typing import NamedTuple

from ..events.merged import NAME

LONGEST = 170  # bytes that a file's own name may have, so that its segments' names are allowed everywhere
LAST = 10**13 - 1  # the highest order that a name can say
_SHOWN, _HIDDEN = "tfevents", "tbnb-part"


class Segment(NamedTuple):
    """Bytes `start` to `end` of the event file `source`; segments sort in the order in which readers take them."""

    order: int
    machine: str
    start: int
    before: int
    end: int
    after: int
    level: int  # how often these bytes were merged into larger segments
    source: str
    hidden: bool = False

    @property
    def name(self) -> str:
        place = f"{self.start:010x}-{self.before:08x}-{self.end:010x}-{self.after:08x}-{self.level}"
        name = f"events.out.tfevents.{self.order:013d}.{self.machine}.{place}.{self.source}"
        return hidden(name) if self.hidden else name

    @property
    def length(self) -> int:
        return self.end - self.start

    def within(self, other: Segment) -> bool:
        return other.start <= self.start and self.end <= other.end


def parse(name: str) -> Segment | None:
    """The segment of that name; None where it's another file's."""
    shown = name.replace(_HIDDEN, _SHOWN)
    found = NAME.fullmatch(shown)
    if not found or not is_event_file(found[8]) or (is_hidden(name) and name != hidden(shown)):
        return None
    order, level = int(found[1]), int(found[7])
    start, before, end, after = (int(found[place], 16) for place in (3, 4, 5, 6))
    if end <= start or (start == 0 and before != 0):
        return None
    return Segment(order, found[2], start, before, end, after, level, found[8], is_hidden(name))


def is_event_file(name: str) -> bool:
    return _SHOWN in name and not name.endswith(".profile-empty")


def hidden(name: str) -> str:
    """The name under which a file is written before it has its own; a hidden one has its own from the beginning."""
    if is_hidden(name):
        return name
    return name.replace(_SHOWN, _HIDDEN) if _SHOWN in name else f"{name}.{_HIDDEN}"


def is_hidden(name: str) -> bool:
    return _HIDDEN in name


def unfit(name: str) -> str:
    """Why a file of that name can't be saved; empty where it can."""
    if is_hidden(name) or not set("\n\\").isdisjoint(name):
        return f"its name has a line break, a backslash or {_HIDDEN!r}"
    if len(name.encode("utf-8", "surrogateescape")) > LONGEST and parse(name) is None:
        return f"its name is longer than {LONGEST} bytes"
    return ""
