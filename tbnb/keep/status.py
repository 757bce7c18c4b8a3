"""What the saving process says of itself, line by line, and the sentence that people read."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .found import duration

_SLOW = 20.0  # seconds after which a place that doesn't answer is said not to


class Status(NamedTuple):
    """How the saving stands: `busy` since when, what waits, up to which step all is saved, and what is wrong."""

    place: str
    at: float = 0.0  # when this was said
    busy: bool = False
    passes: int = 0  # that went well
    pending: int = 0  # bytes
    run: str = ""
    step: int | None = None
    saved_at: float | None = None
    trouble: str = ""
    problems: tuple[str, ...] = ()
    answered: int = 0  # the number of the last request that was fulfilled
    uploaded: int = 0

    def line(self) -> bytes:
        return json.dumps(self._asdict()).encode() + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Status:
        data: dict[str, Any] = json.loads(line)
        return cls(**{**data, "problems": tuple(data["problems"])})

    def sentence(self, now: float) -> str:
        """One line for a dashboard: what is saved, what's wrong, what to do."""
        wrong = self.trouble
        if not wrong and self.busy and now - self.at > _SLOW:
            wrong = f"{self.place} hasn't answered for {duration(now - self.at)}: what is new waits, training goes on"
        if wrong:
            return f"{wrong}. {self._done(now)}{self._waiting()}."
        return self._done(now) + "."

    def _done(self, now: float) -> str:
        if self.saved_at is None:
            return "Nothing is saved yet" if self.trouble or self.pending else f"Saving to {self.place}"
        what = f"up to step {self.step:,}" if self.step is not None else "all"
        of = f" of {self.run!r}" if self.run not in ("", ".") and self.step is not None else ""
        return f"Saved to {self.place} {what}{of}, {duration(now - self.saved_at)} ago"

    def _waiting(self) -> str:
        return f"; {size(self.pending)} wait" if self.pending else ""


def size(count: int) -> str:
    """A number of bytes as a person says it."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count} bytes"
