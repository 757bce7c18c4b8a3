"""Replacing a function of another library, in a way that can be taken back."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class Patch:
    """`owner.name` becomes `around(original, *args)` until `undo()`; whoever kept it then calls the original."""

    def __init__(self, owner: Any, name: str, around: Callable[..., Any]) -> None:
        self.original = original = getattr(owner, name)
        self._owner, self._name = owner, name
        self._is_inherited = isinstance(owner, type) and name not in vars(owner)
        self.active = True

        @functools.wraps(original)
        def patched(*args: Any, **kwargs: Any) -> Any:
            return around(original, *args, **kwargs) if self.active else original(*args, **kwargs)

        self.patched = patched
        setattr(owner, name, patched)

    def undo(self) -> None:
        self.active = False
        if getattr(self._owner, self._name, None) is not self.patched:
            return  # somebody patched it in turn
        if self._is_inherited:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self.original)


def after(owner: Any, name: str, then: Callable[[Any], None]) -> Patch:
    """Call `then(self)` after each call of the method."""

    def around(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
        outcome = original(self, *args, **kwargs)
        then(self)
        return outcome

    return Patch(owner, name, around)


def everywhere(module: ModuleType, name: str, around: Callable[..., Any]) -> Callable[[], None]:
    """Patch a function under all names that its library has for it; returns what undoes it."""
    library = module.__name__.partition(".")[0]
    homes = _homes(library, name, getattr(module, name))
    patch = Patch(module, name, around)
    for home in homes:
        setattr(home, name, patch.patched)

    def undo() -> None:
        patch.undo()
        for home in _homes(library, name, patch.patched):
            setattr(home, name, patch.original)

    return undo


def _homes(library: str, name: str, function: Any) -> list[ModuleType]:
    modules = [module for path, module in list(sys.modules.items()) if path.partition(".")[0] == library]
    return [module for module in modules if getattr(module, "__dict__", {}).get(name) is function]


def instances(kind: type) -> list[Any]:
    """All objects of the class that there are."""
    kinds = [kind, *_below(kind)]
    return [each for each in gc.get_referrers(*kinds) if type(each) in kinds]


def _below(kind: type) -> list[type]:
    children: list[type] = kind.__subclasses__()
    return [each for child in children for each in (child, *_below(child))]


def need(thing: Any, *names: str) -> None:
    """Raise unless `thing` has all of these, each of which is another library's private matter."""
    missing = [name for name in names if not hasattr(thing, name)]
    if missing:
        raise AttributeError(f"no {', '.join(missing)} in {thing!r:.80}")
