"""The anywidget: bytes to the page, what the page says, and what a saved notebook keeps."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..errors import TbnbError
from .feed import MOST_SNAPSHOT

BUNDLE = Path(__file__).parent.parent / "static" / "widget.js"


def _bundle() -> str:
    try:
        return BUNDLE.read_text()
    except FileNotFoundError:
        raise TbnbError(f"{BUNDLE} is missing: build it with `make build`, or install a released tbnb.") from None


class Dashboard(anywidget.AnyWidget):  # type: ignore[misc]
    """What the page shows of one watch. Made in the main thread; `post` may be called by one thread at a time."""

    _esm = traitlets.Unicode().tag(sync=True)
    _feed = traitlets.Unicode().tag(sync=True)
    _options = traitlets.Dict().tag(sync=True)
    _snapshot = traitlets.Unicode().tag(sync=True)

    def __init__(self, feed: str, options: dict[str, Any], hear: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(_esm=_bundle(), _feed=feed, _options=options)
        self._hear = hear
        self.on_msg(self._on_message)
        _handle_quietly(self.comm)

    def post(self, header: dict[str, Any], buffer: bytes) -> None:
        self.send(header, [buffer])

    def _on_message(self, _: Any, content: Any, buffers: list[bytes]) -> None:
        if isinstance(content, dict):
            self._hear(content)

    def listen_no_more(self) -> None:
        """Nobody answers any more; ipywidgets keep each widget for good, and it shall keep no log."""
        self._hear = lambda _: None

    def keep(self, header: dict[str, Any], buffer: bytes) -> None:
        """What redraws the page with no kernel; only from the main thread."""
        said = json.dumps({"header": header, "buffer": base64.b64encode(buffer).decode()})
        if len(said) <= MOST_SNAPSHOT:
            self._snapshot = said

    def __repr__(self) -> str:
        return f"<tbnb dashboard of {self._options.get('logdir', '')}>"


def _handle_quietly(comm: Any) -> None:
    """Let a message from the page not fire the user's pre_execute and post_execute: they may be amid a cell."""
    if hasattr(comm, "_msg_callback"):
        comm.handle_msg = lambda message: comm._msg_callback(message) if comm._msg_callback else None
