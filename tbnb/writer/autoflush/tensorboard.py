"""tensorboard's EventFileWriter, which torch, Lightning and Hugging Face write with."""

from __future__ import annotations

from typing import Any

from .guard import Guard
from .holding import hold_all
from .hub import Hub
from .live import Live, wait_while
from .patches import need
from .room import Room


def take(hub: Hub) -> None:
    hold_all(hub, "tensorboard.summary.writer.event_file_writer", "EventFileWriter", _hold)


def _hold(hub: Hub, writer: Any) -> None:
    outer = writer._async_writer
    need(outer, "_writer", "_worker", "_byte_queue", "_closed")
    need(outer._worker, "_record_writer")
    if outer._closed:
        return
    inner = outer._writer
    guard = Guard(inner, write="write", flush="flush", close="close", bring=inner.flush)
    room = Room(outer._byte_queue)

    def put_back() -> None:
        outer._writer = outer._worker._record_writer = inner
        room.undo()

    def drain() -> None:
        wait_while(lambda: outer._byte_queue.unfinished_tasks)

    path = str(getattr(writer, "_file_name", writer.get_logdir()))
    live = Live(hub, path, guard.bring, path=path, release=put_back, unlock=guard.unlock, drain=drain)
    guard.touched, guard.ended = live.touch, live.end
    outer._writer = outer._worker._record_writer = guard
    live.touch()
