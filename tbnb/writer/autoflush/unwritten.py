"""tf.summary called while no writer is the default one: TensorFlow writes nothing and says nothing, so this does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, partial
from types import ModuleType
from typing import Any

from ..notice import warn
from .hub import Hub
from .patches import everywhere, instances, need

MOST_TAGS = 5
_LIBRARIES = {"tbnb", "tensorflow", "tensorboard"}


def watch(hub: Hub, module: ModuleType) -> None:
    """Say it of `tf.summary.write`, which scalar, image and all others call."""
    try:
        need(module, "write", "has_default_writer")
    except AttributeError as error:
        hub.note("unwritten", f"tf.summary is not as it was known ({error}): a call that writes nothing isn't seen.")
        return
    tags: list[str] = []
    is_wanted = cache(partial(_is_wanted, module))  # asked for once: all objects are looked through for the answer

    def write(original: Callable[..., Any], *args: Any, **more: Any) -> Any:
        if not module.has_default_writer():
            tag = str(args[0] if args else more.get("tag"))
            if tag not in tags and len(tags) < MOST_TAGS and not is_wanted():
                tags.append(tag)
                _say(hub, tags)
        return original(*args, **more)

    hub.undo_with(everywhere(module, "write", write))


def _is_wanted(module: ModuleType) -> bool:
    """Whether the program has a writer that writes nothing, which is how one asks for silence."""
    kind = getattr(module, "_NoopSummaryWriter", None)
    return kind is not None and bool(instances(kind))


def _say(hub: Hub, tags: list[str]) -> None:
    text = (
        f"tf.summary was given {', '.join(map(repr, tags))} where no writer is the default one, so nothing is "
        "written: log inside `with writer.as_default():`, or call writer.set_as_default() in this thread."
    )
    hub.note("unwritten", text)
    if len(tags) == 1:
        warn(text, stacklevel=_distance())


def _distance() -> int:
    """Of the user's line, in frames from the call of `warn`, so that the warning points there."""
    frame, level = sys._getframe(), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _LIBRARIES:
        frame, level = frame.f_back, level + 1
    return level
