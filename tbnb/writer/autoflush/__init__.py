"""Other libraries' writers made live: what they were given is in their files within `secs`, from threads of ours."""

from __future__ import annotations

from types import TracebackType

from .. import checks
from . import hub

MOMENT = 0.5  # seconds


class Autoflush:
    """While it runs, every writer of TensorBoard, torch, tensorboardX, TensorFlow and Keras in this process is live.

    It begins at once; `stop()`, or the end of a `with` block, puts back all that it changed. Several may run at the
    same time: the shortest `secs` counts, and the last to stop puts back.
    """

    def __init__(self, secs: float = 0.25) -> None:
        self.secs = checks.autoflush_secs(secs)
        hub.HUB.start(self)

    def settle(self) -> None:
        """Bring to the files what writers hold back, without waiting long: what a watch does at the end of a cell."""
        hub.HUB.settle(MOMENT)

    def stop(self) -> None:
        hub.HUB.stop(self)

    def notes(self) -> list[str]:
        """What stands in the way, each in a sentence: a library that is unknown inside, a disk that hangs."""
        return hub.HUB.notes()

    def __enter__(self) -> Autoflush:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<autoflush every {self.secs:g} s: {hub.HUB.count()} writers>"


def autoflush(secs: float = 0.25) -> Autoflush:
    """Make every writer of this process live, from now on or for a `with` block."""
    return Autoflush(secs)


start = autoflush
