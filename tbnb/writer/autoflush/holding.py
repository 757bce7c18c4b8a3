"""What taking hold of a library's writers has in common, whichever library it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .hub import Hub
from .live import Live
from .patches import after, instances, need

Hold = Callable[[Hub, Any], None]


def hold_all(hub: Hub, module: str, kind: str, inside: Hold) -> None:
    """Hold all writers of a class, there already or to come."""
    need(sys.modules[module], kind)
    writers = getattr(sys.modules[module], kind)
    hub.undo_with(after(writers, "__init__", lambda writer: hold(hub, module, writer, inside)).undo)
    for writer in instances(writers):
        hold(hub, module, writer, inside)


def hold(hub: Hub, module: str, writer: Any, inside: Hold, directory: str = "") -> None:
    """Take hold of a writer `inside`, where its library is as it was known; else flush it by its own method."""
    try:
        if hasattr(writer, "get_logdir"):
            directory = str(writer.get_logdir())
        if "://" in directory:
            hub.note(directory, f"{directory} is no local disk: its writer flushes when it wants to.")
        else:
            inside(hub, writer)
    except Exception as error:
        library = module.partition(".")[0]
        hub.note(module, f"{library} is not as it was known inside ({error}): its writers are flushed from outside.")
        _hold_outside(hub, library, writer)
    hub.release_if_over()


def _hold_outside(hub: Hub, library: str, writer: Any) -> None:
    if hasattr(writer, "flush"):
        Live(hub, f"a writer of {library}", writer.flush, polled=True).touch()
