"""A warning that can't hurt: where warnings are errors it's printed, since training must go on."""

from __future__ import annotations

import sys
import warnings


def warn(text: str, stacklevel: int = 3) -> None:
    try:
        warnings.warn(text, RuntimeWarning, stacklevel=stacklevel)
    except Warning:
        print(f"tbnb: {text}", file=sys.stderr)
