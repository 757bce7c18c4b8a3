"""What processes inherit: the variables that make a Python, and every Python below it, begin with our hook."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

FLUSH_SECS = "TBNB_AUTOFLUSH"
AUTOLOG = "TBNB_AUTOLOG"
QUIET = "TBNB_QUIET"  # nobody asked for us by name: where we can't be, nothing is said

HOOK = str(Path(__file__).with_name("startup"))


def carrying(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that starts with our hook, and of its children."""
    path = [HOOK, *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, **settings, "PYTHONPATH": os.pathsep.join(path)}


def without_hook(path: str) -> str:
    """A PYTHONPATH as it was, whatever else was done to it since."""
    return os.pathsep.join(entry for entry in path.split(os.pathsep) if entry != HOOK)
