"""`tbnb.restore`: what a persistent place has, back in the log directory."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from typing import Any

from ..errors import UnusablePathError
from . import process
from .found import Restored
from .place import Directory, separate

PATIENCE = 60.0  # seconds without any sign of progress


def restore(source: str | os.PathLike[str], logdir: str | os.PathLike[str]) -> Restored:
    """Bring back into `logdir` what `source`, written by `persist`, has and `logdir` lacks.

    No file that's there is changed: newer local data stay, and a second time does nothing. UnusablePathError where
    `source` can't be read, or doesn't answer for a minute.
    """
    there, here = Directory(source).name, Directory(logdir).name
    separate(here, there)
    worker = process.start("restore", {"logdir": here, "source": there})
    try:
        answer = _last_answer(worker, there)
    finally:
        _leave(worker)
    if "restored" in answer:
        return Restored.from_json(answer["restored"])
    raise UnusablePathError(f"Can't restore {here!r}: {answer['error']}.")


def _last_answer(worker: subprocess.Popen[bytes], place: str) -> dict[str, Any]:
    """What the process says at last; it's given up when it says nothing for long."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(worker, lines), name="tbnb-restore", daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=PATIENCE)
        except queue.Empty:
            return {"error": f"{place} doesn't answer; what it has comes in the background if it does after all"}
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the process that restores ended"}
        if "at" not in answer:
            return answer


def _listen(worker: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    with worker:
        for line in process.said(worker):
            lines.put(line)
        lines.put(b"")


def _leave(worker: subprocess.Popen[bytes]) -> None:
    if worker.stdin is not None:
        worker.stdin.close()
