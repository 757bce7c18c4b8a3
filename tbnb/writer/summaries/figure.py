"""matplotlib figures as pixels: drawn at the call, because a figure may change right after it."""

from __future__ import annotations

import sys
from typing import Any

from ...errors import BadValueError, MissingLibraryError


def pixels(tag: str, figure: Any, close: bool) -> Any:
    """(3, H, W) of one figure, (N, 3, H, W) of a list."""
    import numpy as np

    if isinstance(figure, list):
        drawn = [_pixels(tag, one, close) for one in figure]
        sizes = [one.shape[1:] for one in drawn]
        if len(set(sizes)) != 1:
            raise BadValueError(f"A grid needs figures of one size, one at least; {tag!r} got the sizes {sizes}.")
        return np.stack(drawn)
    return _pixels(tag, figure, close)


def _pixels(tag: str, figure: Any, close: bool) -> Any:
    if not (hasattr(figure, "savefig") and hasattr(figure, "set_canvas")):
        raise BadValueError(f"{tag!r} needs a matplotlib figure; got {type(figure)}.")
    try:
        import numpy as np
        from matplotlib.backends.backend_agg import FigureCanvasAgg
    except ImportError as error:
        raise MissingLibraryError("A figure", "matplotlib") from error
    shown_on = figure.canvas
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())[..., :3].transpose(2, 0, 1).copy()
    figure.set_canvas(shown_on)
    if close and "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)
    return drawn
