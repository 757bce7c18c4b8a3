"""Work for the flush thread: a function in `summaries`, by name, so that the calling thread imports nothing heavy."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .encode import Making
from .values import size


def later(name: str, *arguments: Any) -> Making:
    """`later("image.summary", ...)` calls `summaries.image.summary(...)` when the entry is written."""

    def make() -> Any:
        module, function = name.split(".")
        return getattr(import_module(f".summaries.{module}", __package__), function)(*arguments)

    return Making(make, sum(map(_weight, arguments)))


def _weight(argument: Any) -> int:
    return sum(map(_weight, argument)) if isinstance(argument, list) else size(argument)
