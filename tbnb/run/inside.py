"""What begins inside a Python that starts with our hook, as its environment says."""

from __future__ import annotations

from collections.abc import Mapping

from ..writer.autoflush import start
from .environment import AUTOLOG, FLUSH_SECS


def begin(environment: Mapping[str, str]) -> None:
    if FLUSH_SECS in environment:
        start(float(environment[FLUSH_SECS]))
    if AUTOLOG in environment:
        from ..frameworks.autolog import autolog  # a third of what starting costs, and seldom asked for

        autolog()
