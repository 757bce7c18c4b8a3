"""Watch a training run live inside the notebook cell, from the event files that every framework already writes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checkup import doctor
    from .keep.found import Restored
    from .keep.mirror import Mirror, persist
    from .keep.restore import restore
    from .reader import read
    from .store.log import Log
    from .watcher import Watch, watch
    from .writer.autoflush import autoflush
    from .writer.log import log
    from .writer.summary_writer import SummaryWriter

__version__ = "0.1.0"

# Where each public name lives: imported when first asked for, so that `import tbnb` stays cheap.
_HOMES = {
    "Log": "store.log",
    "Mirror": "keep.mirror",
    "Restored": "keep.found",
    "SummaryWriter": "writer.summary_writer",
    "Watch": "watcher",
    "autoflush": "writer.autoflush",
    "doctor": "checkup",
    "log": "writer.log",
    "persist": "keep.mirror",
    "read": "reader",
    "restore": "keep.restore",
    "watch": "watcher",
}
__all__ = [
    "Log",
    "Mirror",
    "Restored",
    "SummaryWriter",
    "Watch",
    "autoflush",
    "doctor",
    "log",
    "persist",
    "read",
    "restore",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name == "frameworks":
        return import_module(".frameworks", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module 'tbnb' has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(ipython: Any) -> None:
    """%load_ext tbnb"""
    from .magics import load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """%unload_ext tbnb"""
    from .magics import unload

    unload(ipython)
