"""Being told when a module is imported, without importing it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Imports:
    """Calls `then(name)` once for each named module: at once where it's imported, else right after it was."""

    def __init__(self, then: Callable[[str], None]) -> None:
        self._then = then
        self._awaited: set[str] = set()
        self._seeking: set[str] = set()

    def install(self, names: Iterable[str]) -> None:
        self._awaited = set(names)
        sys.meta_path.insert(0, self)
        for name in [name for name in self._awaited if _is_loaded(name)]:
            self.arrived(name)

    def remove(self) -> None:
        self._awaited.clear()
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]

    def arrived(self, name: str) -> None:
        if name in self._awaited:
            self._awaited.discard(name)
            self._then(name)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the other finders find, with a loader that tells when it's done."""
        if name not in self._awaited or name in self._seeking:
            return None
        self._seeking.add(name)
        try:
            spec = _first_spec(name, path, target, self)
        finally:
            self._seeking.discard(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Telling(spec.loader, self)  # type: ignore[assignment]
        return spec


class _Telling:
    """A module's own loader, which tells when the module is there, and then leaves no trace of itself."""

    def __init__(self, loader: Any, imports: Imports) -> None:
        self._loader = loader
        self._imports = imports

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._imports.arrived(module.__name__)


def _first_spec(name: str, path: Any, target: Any, but: object) -> ModuleSpec | None:
    for finder in list(sys.meta_path):
        seek = getattr(finder, "find_spec", None)
        if finder is not but and seek is not None:
            spec: ModuleSpec | None = seek(name, path, target)
            if spec is not None:
                return spec
    return None


def _is_loaded(name: str) -> bool:
    """Whether the module is there whole; one that another thread is importing counts as loaded by its end."""
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)  # a stand-in that somebody put there needn't have one
    return module is not None and not getattr(spec, "_initializing", False)
