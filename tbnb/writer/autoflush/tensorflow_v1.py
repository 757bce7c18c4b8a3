"""tf.compat.v1.summary.FileWriter, whose thread flushes only after an event, and then every two minutes."""

from __future__ import annotations

from typing import Any

from .guard import Guard
from .holding import hold_all
from .hub import Hub
from .live import Live
from .patches import need
from .room import roomy

MODULE = "tensorflow.python.summary.writer.event_file_writer"
MOST_EVENTS = 1000  # that wait for a slow disk before a call does


def take(hub: Hub) -> None:
    hold_all(hub, MODULE, "EventFileWriter", _hold)


def _hold(hub: Hub, writer: Any) -> None:
    need(writer, "_ev_writer", "_worker", "_event_queue", "_closed")
    need(writer._event_queue, "_maxsize")
    if writer._closed:
        return
    inner, worker, waiting = writer._ev_writer, writer._worker, writer._event_queue
    need(worker, "_ev_writer")
    path = str(inner.FileName())
    guard = Guard(inner, write="WriteEvent", flush="Flush", close="Close", bring=inner.Flush)
    before, waiting._maxsize = waiting._maxsize, roomy(waiting._maxsize, MOST_EVENTS)

    def put_back() -> None:
        writer._ev_writer = worker._ev_writer = inner
        waiting._maxsize = before

    live = Live(hub, path, guard.bring, path=path, release=put_back, unlock=guard.unlock, drain=writer.flush)
    guard.touched, guard.ended = live.touch, live.end
    writer._ev_writer = worker._ev_writer = guard
    live.touch()
