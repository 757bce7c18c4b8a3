"""tbnb.log: the zero-configuration way; a dictionary, each value logged by its kind, steps counted by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from ..errors import BadValueError
from . import lifetime, values
from .summary_writer import SummaryWriter


class HasWriter(Protocol):
    """A watch: its writer is asked for when something is logged, and not before."""

    @property
    def writer(self) -> SummaryWriter: ...


_BRIGHTEST = (1 << 16) - 1  # of sixteen bits

_lock = lifetime.Lock()
_used: list[HasWriter] = []  # the last one is the current one
_own: list[SummaryWriter] = []  # at most one, opened at first use
_next_steps: WeakKeyDictionary[SummaryWriter, int] = WeakKeyDictionary()


def use(watch: HasWriter) -> Callable[[], None]:
    """From now on log into `watch.writer`; returns the function that ends it."""
    with _lock:
        _used.append(watch)

    def end() -> None:
        with _lock:
            _used[:] = [other for other in _used if other is not watch]

    return end


def log(data: dict[str, Any], step: int | None = None) -> None:
    """Log each value of `data` at `step`, or at a step that counts the calls.

    Numbers become curves, arrays histograms, (H, W, C) bytes and PIL images images, strings texts, matplotlib figures
    pictures; nested dictionaries are joined by "/".
    """
    if not isinstance(data, dict):
        raise BadValueError(f"tbnb.log needs a dictionary, as in tbnb.log({{'loss': 0.3}}); got {data!r}.")
    items = list(_flat(data))
    with _lock:
        writer = _writer()
        at = _next_step(writer, step)
    for tag, value in items:
        _add(writer, tag, value, at)


def _flat(data: dict[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        tag = f"{prefix}{values.plain(name)}"
        if isinstance(value, dict):
            yield from _flat(value, f"{tag}/")
        else:
            yield tag, value


def _writer() -> SummaryWriter:
    if _used:
        return _used[-1].writer
    if not _own:
        _own.append(SummaryWriter(new_run(Path("runs"))))
    return _own[0]


def directory() -> Path:
    """Below which runs belong now: the current watch's log directory, or runs."""
    return Path(getattr(_used[-1], "directory", "runs") if _used else "runs")


def new_run(parent: Path) -> Path:
    """A directory named by date and time, which no other process has taken in the same second."""
    name = f"{datetime.now():%Y-%m-%d_%H-%M-%S}"
    parent.mkdir(parents=True, exist_ok=True)
    names = chain([name], (f"{name}_{number}" for number in count(2)))
    return next(path for path in map(parent.joinpath, names) if _made(path))


def _made(path: Path) -> bool:
    try:
        path.mkdir()
    except FileExistsError:
        return False
    return True


def _next_step(writer: SummaryWriter, step: int | None) -> int:
    if step is None:
        after = -1 if writer.last_step is None else writer.last_step
        step = _next_steps.get(writer, after + 1)
    checked = values.check_step("step", step) or 0
    _next_steps[writer] = checked + 1
    return checked


def _add(writer: SummaryWriter, tag: str, value: Any, step: int) -> None:
    if isinstance(value, str):
        writer.add_text(tag, value, step)
    elif hasattr(value, "savefig"):
        writer.add_figure(tag, value, step, close=False)
    elif hasattr(value, "getbands"):
        writer.add_image(tag, _picture(value), step, dataformats="HWC")
    elif _is_image(value):
        writer.add_image(tag, value, step, dataformats="HWC")
    elif _count(value) == 1:
        writer.add_scalar(tag, value, step)
    else:
        writer.add_histogram(tag, value, step)


def _picture(value: Any) -> Any:
    """A PIL image as an array (H, W, C)."""
    import numpy as np

    if value.mode.startswith("I;16"):  # Pillow would cut off all that is brighter than 255
        return np.atleast_3d(np.array(value) / _BRIGHTEST)
    mode = value.mode if value.mode in ("RGB", "RGBA", "L") else "RGB"
    return np.atleast_3d(np.array(value.convert(mode)))


def _is_image(value: Any) -> bool:
    shape = tuple(getattr(value, "shape", ()))
    return len(shape) == 3 and shape[2] in (1, 3, 4) and values.type_name(value) == "uint8"


def _count(value: Any) -> int:
    """How many numbers there are in `value`."""
    if isinstance(value, (list, tuple)):
        return len(value) if len(value) != 1 else 2  # a list is a distribution, even of one
    count = 1
    for size in getattr(value, "shape", ()):
        count *= size
    return count
