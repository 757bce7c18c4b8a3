"""Files of a mirror, which merges small ones into larger ones: where the bytes of one stand in another, by their names.

A name says which bytes of which event file it holds, and between which checksums they stand: see keep/names.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

NAME = re.compile(
    r"events\.out\.tfevents\.(\d{13})\.([0-9a-f]{8})"
    r"\.([0-9a-f]{10})-([0-9a-f]{8})-([0-9a-f]{10})-([0-9a-f]{8})-(\d)\.([^/\\\0\n]+)"
)
PREFIX = 40  # bytes: the record that makes an event file of those that don't begin one


class Edge(NamedTuple):
    """A place in an event file, and the checksum of all bytes before it."""

    offset: int
    checksum: int


class Part(NamedTuple):
    """Bytes of an event file, in a file of its own."""

    origin: tuple[str, str, str]  # directory, machine, name
    start: Edge
    end: Edge
    level: int  # how often these bytes were merged

    def place(self, offset: int) -> int:
        """Where a byte of the event file stands in this one."""
        return offset - self.start.offset + (PREFIX if self.start.offset else 0)

    @property
    def size(self) -> int:
        return self.place(self.end.offset)

    def within(self, other: Part) -> bool:
        inside = other.start.offset <= self.start.offset and self.end.offset <= other.end.offset
        return self.origin == other.origin and inside and self != other


def part_of(path: str) -> Part | None:
    """What the file at `path` holds; None where it's no mirror's."""
    directory, name = os.path.split(path)
    found = NAME.fullmatch(name)
    if found is None:
        return None
    _, machine, *numbers, level, source = found.groups()
    start, before, end, after = (int(number, 16) for number in numbers)
    if end <= start:
        return None
    return Part((directory, machine, source), Edge(start, before), Edge(end, after), int(level))


def beginning(whole: Part, parts: Iterable[Part]) -> list[Part]:
    """Those of the parts that are a file's beginning or all of it, the last one first; none where that's in doubt."""
    by_start: dict[Edge, list[Part]] = {}
    for part in parts:
        by_start.setdefault(part.start, []).append(part)
    led: dict[Edge, Part] = {}
    reached = [whole.start]
    for edge in reached:
        ahead = {part.end: part for part in by_start.get(edge, ()) if part.end not in led}
        reached += ahead
        led.update(ahead)
    edge = whole.end if whole.end in led else reached[-1]
    is_clear = all(len(by_start.get(each, ())) < 2 for each in reached) and edge.offset < whole.end.offset
    row: list[Part] = []
    while edge in led and (whole.end in led or is_clear):
        row.append(led[edge])
        edge = led[edge].start
    return row


def ending(whole: Part, parts: Iterable[Part]) -> set[Part]:
    """Those of the parts that lead to a file's end, and so are in it beyond doubt."""
    by_end: dict[Edge, list[Part]] = {}
    for part in parts:
        by_end.setdefault(part.end, []).append(part)
    found: dict[Part, None] = dict.fromkeys(by_end.get(whole.end, ()))
    todo = list(found)
    for part in todo:
        before = [each for each in by_end.get(part.start, ()) if each not in found]
        found.update(dict.fromkeys(before))
        todo += before
    return set(found)


def moved(path: str, paths: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Which of these files may have what the file at `path`, which is gone, had; and how many bytes further on."""
    part = part_of(path)
    for other in paths if part else ():
        whole = part_of(other)
        if part and whole and part.within(whole):
            yield other, whole.place(part.start.offset) - part.place(part.start.offset)
