"""The beginnings and ends of notebook cells, where there are any."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

Call = Callable[[], None]


def shell() -> Any:
    """The IPython that runs this code; None in a script, or another kind of notebook."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def on_cells(before: Call, after: Call) -> Call:
    """Call these around each cell that the user runs; returns the function that ends it.

    pre_run_cell and post_run_cell, not pre_execute and post_execute: those also come with each message of a widget.
    """
    around = shell()
    if around is None:
        return lambda: None
    calls = {"pre_run_cell": lambda *_: before(), "post_run_cell": lambda *_: after()}
    for event, call in calls.items():
        around.events.register(event, call)

    def end() -> None:
        for event, call in calls.items():
            if call in around.events.callbacks[event]:
                around.events.unregister(event, call)

    return end
