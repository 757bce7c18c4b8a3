"""Waiting for what another thread or process does: as long as it takes, never longer than a test may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

PATIENCE = 30.0  # seconds; a busy machine needs them, a wrong program uses them up


def until(happened: Callable[[], Any], patience: float = PATIENCE) -> bool:
    """Whether it happens."""
    deadline = monotonic() + patience
    while not happened():
        if monotonic() > deadline:
            return False
        threading.Event().wait(0.01)
    return True
