"""tensorboardX's EventFileWriter, whose own flush() waits for the physical disk and doesn't drain its queue."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .guard import Guard
from .holding import hold_all
from .hub import Hub
from .live import Live, wait_while
from .patches import Patch, need
from .room import roomy

MODULE = "tensorboardX.event_file_writer"
MOST_EVENTS = 1000  # that wait for a slow disk before a call does


def take(hub: Hub) -> None:
    need(sys.modules[MODULE], "EventFileWriter")
    hub.undo_with(Patch(sys.modules[MODULE].EventFileWriter, "__init__", _roomy).undo)
    hold_all(hub, MODULE, "EventFileWriter", _hold)


def _roomy(
    make: Callable[..., None], self: Any, logdir: Any, max_queue_size: int = 10, *args: Any, **more: Any
) -> None:
    make(self, logdir, roomy(max_queue_size, MOST_EVENTS), *args, **more)


def _hold(hub: Hub, writer: Any) -> None:
    if writer._closed:
        return
    need(writer, "_ev_writer", "_worker")
    need(writer._worker, "_record_writer")
    inner = writer._ev_writer
    file = inner._py_recordio_writer._writer
    guard = Guard(inner, write="write_event", flush="flush", close="close", bring=file.flush)

    def put_back() -> None:
        writer._ev_writer = inner
        if writer._worker is not None:
            writer._worker._record_writer = inner

    def drain() -> None:
        waiting = writer._event_queue
        wait_while(lambda: waiting is not None and (waiting._buffer or not waiting.empty()))

    path = inner._file_name
    live = Live(hub, path, guard.bring, path=path, release=put_back, unlock=guard.unlock, drain=drain)
    guard.touched, guard.ended = live.touch, live.end
    writer._ev_writer = writer._worker._record_writer = guard
    live.touch()
