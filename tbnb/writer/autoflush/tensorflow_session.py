"""tf.compat.v1.summary.FileWriter(..., session=...): a TensorFlow 2 writer behind a session's graph."""

from __future__ import annotations

import weakref
from typing import Any

from .holding import hold_all
from .hub import Hub
from .live import Live
from .patches import need


def take(hub: Hub) -> None:
    hold_all(hub, "tensorflow.python.summary.writer.event_file_writer_v2", "EventFileWriterV2", _hold)


def _hold(hub: Hub, writer: Any) -> None:
    need(writer, "_session", "_closed")
    held = weakref.ref(writer)

    def flush() -> None:
        alive = held()
        if alive is None or alive._closed or getattr(alive._session, "_closed", False):
            live.end()
        else:
            alive.flush()

    live = Live(hub, writer.get_logdir(), flush, polled=True)
    live.touch()
