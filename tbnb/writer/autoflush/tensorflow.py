"""TensorFlow 2's writer, Keras' too: its C++ has no timer, and keeps up to ten events until something else comes."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any

from . import unwritten
from .holding import hold
from .hub import Hub
from .live import Live
from .patches import Patch, instances, need

MODULE = "tensorflow.python.ops.summary_ops_v2"


def take(hub: Hub) -> None:
    module = sys.modules[MODULE]
    unwritten.watch(hub, module)
    need(module, "_ResourceSummaryWriter", "context")

    def made(make: Callable[..., None], self: Any, *args: Any, **more: Any) -> None:
        make(self, *args, **more)
        hold(hub, MODULE, self, _hold, _directory(*args, **more))

    hub.undo_with(Patch(module._ResourceSummaryWriter, "__init__", made).undo)
    for writer in instances(module._ResourceSummaryWriter):
        hold(hub, MODULE, writer, _hold)


def _directory(create_fn: Any = None, init_op_fn: Any = None, *_: Any, **__: Any) -> str:
    """Where the writer's file goes to, if that can be known without asking TensorFlow for more than a constant."""
    try:
        return str(init_op_fn.keywords["logdir"].numpy().decode())
    except Exception:
        return ""


def _hold(hub: Hub, writer: Any) -> None:
    need(writer, "_resource", "_closed")
    if not hasattr(writer._resource, "numpy"):
        return  # part of a graph: its session flushes it
    held, eagerly = weakref.ref(writer), sys.modules[MODULE].context.executing_eagerly

    def flush() -> None:
        alive = held()
        if alive is None or alive._closed:
            live.end()
        elif eagerly():
            alive.flush()

    live = Live(hub, "a TensorFlow writer", flush, polled=True)
    live.touch()
