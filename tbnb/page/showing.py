"""What a watch has on the page: the widget, and beside it the still picture for where no widget lives."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..store.log import Log
from .cells import shell
from .options import Options
from .poster import poster
from .widget import Dashboard

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A dot that can't be seen: the place of the picture until there's something to draw.
_DOTS_PER_INCH = 100
PNG = "image/png"


class Showing:
    """The widget and its picture. All but `post` belongs to the main thread."""

    def __init__(self, log: Log, feed: str, options: Options, hear: Callable[[dict[str, Any]], None]) -> None:
        self._log = log
        self._mark = f"tbnb:{feed}"
        self.options = options
        self.widget = Dashboard(feed, options.for_page(log.logdir), hear)
        self._handles: list[Any] = []
        self.trouble = ""

    def set(self, options: Options) -> None:
        self.options = options
        self.widget._options = options.for_page(self._log.logdir)

    def post(self, header: dict[str, Any], buffer: bytes) -> None:
        """Send to the page; what goes wrong is remembered, not raised: the past is told again anyway."""
        try:
            self.widget.post(header, buffer)
        except Exception as error:
            self.trouble = f"The page can't be reached: {error!r}"
        else:
            self.trouble = ""

    def listen_no_more(self) -> None:
        self.widget.listen_no_more()

    def figure(self) -> Figure:
        return poster(self._log, **self.options.for_poster())

    def show(self) -> None:
        """Display the widget, and the picture as an output of its own, which the live widget hides."""
        from IPython.display import display

        display(self.widget)
        if shell() is not None:
            handle = display(self._first_picture(), raw=True, display_id=True)
            self._handles = [*self._handles[-3:], handle]

    def keep(self, header: dict[str, Any], buffer: bytes) -> None:
        """Bring up to date what stays when the kernel is gone."""
        self.widget.keep(header, buffer)
        picture = self._picture() if self._handles else {}
        for handle in self._handles:
            handle.update(picture, raw=True)

    def _first_picture(self) -> dict[str, Any]:
        """What can't be drawn is no error of the cell, files may say anything; its end tries again and says why."""
        try:
            return self._picture()
        except Exception:
            return self._picture(_nothing())

    def _picture(self, figure: Figure | None = None) -> dict[str, Any]:
        """The picture as a notebook keeps it, with a mark at its beginning by which the page finds it."""
        stream = BytesIO()
        with _by_itself():
            figure = figure or (self.figure() if any(map(len, self._log.series)) else _nothing())
            figure.savefig(stream, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": self._mark})
        return {PNG: stream.getvalue(), "text/plain": f"<{self._log!r} as a picture>"}


@contextmanager
def _by_itself() -> Iterator[None]:
    """Without the LaTeX that the user may have chosen for his figures; letters that his font lacks don't warn him."""
    from matplotlib import rc_context

    with rc_context({"text.usetex": False}), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _nothing() -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(1 / _DOTS_PER_INCH, 1 / _DOTS_PER_INCH), facecolor="none")
