"""One event file, read on from where we stopped: what's torn is waited for, damage is skipped and said."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from ..events.blocks import Block, decode_all
from ..events.known import Known
from ..events.pieces import Damage, News, Replaced
from ..events.record import HEADER, State, look, next_intact
from ..events.scalars import Layout
from .files import Identity, OpenFile

_FIRST_BLOCK = 1 << 16  # bytes: enough for what a live file grows by
_TAIL = 16  # bytes: the shortest record has so many
_HEAD = 40  # bytes: the shortest first record, whose time to the microsecond tells one file from another
_BLOCK = 1 << 21  # bytes: where there's more to read


class Cursor:
    """Where we stand in one file. The file stays open between reads until `rest()`."""

    def __init__(self, path: str, known: Known) -> None:
        self.path = path
        self.offset = 0
        self.more = False  # whether the file may go on behind what was read last
        self.status: os.stat_result | None = None  # as the file was when it was opened
        self._known = known
        self._file: OpenFile | None = None
        self._identity: Identity | None = None
        self._head = b""
        self._tail = b""  # the last bytes of the intact records before `offset`
        self._layout: Layout | None = None
        self._searched = 0  # how far intact records were searched for behind damage
        self._sought = b""  # the last bytes of where they were
        self._reported = False  # whether the damage at `offset` was

    def rest(self) -> None:
        """Close the file; the next read opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def mark(self) -> tuple[Identity | None, bytes]:
        """What stays the same where a file gets another name."""
        return self._identity, self._head

    def rest_unless_same(self, status: os.stat_result) -> None:
        """Close the file unless it's the one that has the name now: the next read then looks at that one."""
        if self._identity != Identity.of(status):
            self.rest()

    def fetch(self, size: int) -> tuple[list[News], Block]:
        """Whether the file isn't what it was, and the next bytes of it, not decoded yet. Raises OSError.

        The end of what was read is read again with what comes next: that tells a file that was written anew, under
        the old name and maybe longer than before, without another system call.
        """
        news: list[News] = []
        if self._file is None:
            self._file = OpenFile(self.path)
            self.status = self._file.status
            seen, self._identity = self._identity, Identity.of(self.status)
            if seen not in (None, self._identity):
                news += self.begin_anew("another file took its place")
        start = self.offset - len(self._tail)
        data = self._file.read(start, size + len(self._tail))
        if not data.startswith(self._tail) or (not data and self._file.size < self.offset):
            news += self.begin_anew("it shrank" if len(data) < len(self._tail) or not data else "it was written anew")
            start, data = 0, self._file.read(0, size)
        if not start:
            self._head = data[:_HEAD]
        self.more = len(data) >= size
        block = Block(data, start, self._known, self._layout)
        block.at = len(self._tail)
        return news, block

    def begin_anew(self, why: str) -> list[News]:
        """All that was read is void."""
        self.offset = self._searched = 0
        self._tail = self._sought = b""
        self._layout = None
        self._reported = False
        return [Replaced(why)]

    def take(self, block: Block) -> list[News]:
        """Go on behind what was decoded; the news of it. Raises OSError."""
        advanced = block.base + block.at > self.offset
        self.offset = block.base + block.at
        self._layout = block.last
        news: list[News] = list(block.pieces)
        if advanced:
            self._tail = block.data[max(0, block.at - _TAIL) : block.at]
        if block.at < len(block.data):
            self.more = True
            if not advanced:
                news += self._stuck()
        return news

    def _stuck(self) -> list[News]:
        """The record here is longer than a block, torn, or damaged. What is torn may also be a length that lies."""
        file = self._file
        if file is None:
            return []
        state, end, why = look(file, self.offset)
        if state is State.INTACT:
            return self._long_record(file, end)
        news: list[News] = []
        if state is State.DAMAGED:
            news = self._report(why)
        found = self._next_intact(file)
        if found is None:
            self.more = False
            return news
        news += self._report(f"a record claims to end at {end}, but other records stand before that")
        self.offset, self._tail, self._reported = found, b"", False
        return news

    def _next_intact(self, file: OpenFile) -> int | None:
        """Where to go on behind damage; what was searched already is searched again if other bytes stand there now."""
        edge = self._searched + HEADER - 1
        if file.read(edge - len(self._sought), len(self._sought)) != self._sought:
            self._searched = 0
        found, self._searched = next_intact(file, self.offset, max(self._searched, self.offset + 1))
        edge = self._searched + HEADER - 1
        self._sought = file.read(max(self.offset, edge - _TAIL), min(_TAIL, edge - self.offset))
        return found

    def _report(self, why: str) -> list[News]:
        if self._reported:
            return []
        self._reported = True
        return [Damage(self.offset, why)]

    def _long_record(self, file: OpenFile, end: int) -> list[News]:
        block = Block(file.read(self.offset, end - self.offset), self.offset, self._known, self._layout)
        decode_all([block])
        self.offset, self._tail = end, block.data[-_TAIL:]
        return list(block.pieces)


Outcome = list[News] | OSError


def read(cursors: Sequence[Cursor]) -> Iterator[list[tuple[Cursor, Outcome]]]:
    """What is new in files of different runs, the beginnings side by side; what is longer then goes on file by file."""
    yield _read_next(cursors, _FIRST_BLOCK)
    for cursor in cursors:
        while cursor.more:
            yield _read_next([cursor], _BLOCK)


def _read_next(cursors: Sequence[Cursor], size: int) -> list[tuple[Cursor, Outcome]]:
    outcomes: list[tuple[Cursor, Outcome]] = []
    fetched: list[tuple[Cursor, list[News], Block]] = []
    for cursor in cursors:
        cursor.more = False
        try:
            fetched.append((cursor, *cursor.fetch(size)))
        except OSError as error:
            outcomes.append((cursor, error))
    decode_all([block for _, _, block in fetched])
    for cursor, news, block in fetched:
        outcomes.append((cursor, news))
        try:
            news.extend(cursor.take(block))
        except OSError as error:
            outcomes.append((cursor, error))
    return outcomes
