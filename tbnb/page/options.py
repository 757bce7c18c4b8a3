"""What a watch was asked to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from ..errors import BadValueError

X = Literal["step", "relative", "wall"]


@dataclass(frozen=True)
class Options:
    """How the page begins; what is chosen in the page afterwards is the page's affair."""

    runs: str | None = None
    tags: str | None = None
    smoothing: float = 0.6
    x: X = "step"
    height: int | None = None
    view: Mapping[str, Any] = field(default_factory=dict)  # any of the page's settings, as its "copy" button gives them

    def __post_init__(self) -> None:
        _check_pattern("runs", self.runs)
        _check_pattern("tags", self.tags)
        if not 0 <= self.smoothing < 1:
            raise BadValueError(f"smoothing is a number from 0 up to, not including, 1; got {self.smoothing!r}.")
        if self.x not in get_args(X):
            raise BadValueError(f"x is one of {', '.join(get_args(X))}; got {self.x!r}.")
        if self.height is not None and self.height < 1:
            raise BadValueError(f"height is in pixels, at least 1; got {self.height!r}.")
        if not isinstance(self.view, Mapping):
            raise BadValueError(f"view is a JSON object, as the page's copy button gives it; got {self.view!r}.")

    def for_page(self, logdir: str) -> dict[str, Any]:
        initial: dict[str, Any] = {"smoothing": {"kind": "ema", "amount": self.smoothing}, "x": self.x}
        if self.runs is not None:
            initial["runsFilter"] = self.runs
        if self.tags is not None:
            initial["tagsFilter"] = self.tags
        initial |= self.view
        return {"logdir": logdir, "height": self.height, "initial": initial}

    def for_poster(self) -> dict[str, Any]:
        return {"runs": self.runs or "", "tags": self.tags or "", "smoothing": self.smoothing, "x": self.x}


def _check_pattern(name: str, pattern: str | None) -> None:
    if not isinstance(pattern, str | None):
        raise BadValueError(f"{name} is a regular expression, as a string; got {pattern!r}.")
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise BadValueError(f"{name} is a regular expression; {pattern!r} is none: {error}.") from None
