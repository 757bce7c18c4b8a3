"""One message to the page as it is filled: sections and the names of their series, up to a size."""

from __future__ import annotations

import json
from typing import Any

from .told import Name, Told
from .wire import Section, encode

MOST_BYTES = 1 << 18
_POINT_BYTES = 28  # at most
_ROOM = 96_000  # bytes, for another section, its names and the status


class Message:
    """Sections, names and a status that go to the page together."""

    def __init__(self) -> None:
        self.names: dict[int, Name] = {}
        self.status: dict[str, Any] | None = None
        self._parts: list[bytes] = []
        self.size = 0

    def __bool__(self) -> bool:
        return bool(self._parts or self.names or self.status)

    @property
    def full(self) -> bool:
        return self.size > MOST_BYTES - _ROOM

    def has_room(self, points: int) -> bool:
        """For a section of so many, whatever they are, and what any message has besides."""
        return self.size + _POINT_BYTES * points <= MOST_BYTES - _ROOM // 2

    def add(self, told: Told, section: Section, *, named: bool) -> None:
        """Put a section in; with the name of its series where `named`, or where it was never sent."""
        part = encode([section])
        self._parts.append(part)
        self.size += len(part)
        if (named or not told.named) and told.number not in self.names:
            self.names[told.number] = told.name
            self.size += len(json.dumps(told.name))
            told.named = True

    def header(self) -> dict[str, Any]:
        header: dict[str, Any] = {}
        if self.names:
            header["series"] = list(self.names.values())
        if self.status is not None:
            header["status"] = self.status
        return header

    def buffer(self) -> bytes:
        return b"".join(self._parts)
