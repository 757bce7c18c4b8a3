"""autolog: the right callback joins each training by itself; it says so, and can be undone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from inspect import signature
from types import ModuleType, TracebackType
from typing import Any
from weakref import WeakKeyDictionary

from ..writer.autoflush.imports import Imports
from ..writer.autoflush.patches import Patch, everywhere
from ..writer.notice import warn

Undo = Callable[[], None]

MOST_NOTES = 5


class Autolog:
    """While it runs, model.fit, trainer.fit, trainer.train, learner.fit, train(...) and cv(...) log each batch.

    Several may run at the same time: the last to stop puts back what it changed.
    """

    def __init__(self) -> None:
        _sessions.append(self)
        if len(_sessions) == 1:
            _imports.install(_TAKERS)

    def stop(self) -> None:
        if self not in _sessions:
            return
        _sessions.remove(self)
        if not _sessions:
            _imports.remove()
            while _undo:
                _undo.pop()()
            _said.clear()

    def settle(self) -> None:
        """Nothing is held back: the callbacks' own writers see to it."""

    def notes(self) -> list[str]:
        """Which trainings it joined at last, and where they log."""
        return list(_said)

    def __enter__(self) -> Autolog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def autolog() -> Autolog:
    """From now on, or for a `with` block, log each batch of every training."""
    return Autolog()


_sessions: list[Autolog] = []
_undo: list[Undo] = []
_said: list[str] = []
_journals: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # by model, trainer or learner: one, over several fits


def _callback(framework: str, call: str, owner: Any) -> Any:
    """A new callback, which goes on where the owner's last one ended, and says where it logs when it begins to."""
    made = import_module(f".{framework}", __package__).Callback()
    made.journal.begun = partial(_say_where, call)
    if owner is not None:
        made.journal = _journals.setdefault(owner, made.journal)
    return made


def _say_where(call: str, log_dir: str) -> None:
    _say(f"autolog: {call} logs each batch to {log_dir}.")


def _say(text: str) -> None:
    _said.append(text)
    del _said[:-MOST_NOTES]
    print(f"tbnb: {text}", file=sys.stderr)


def _joining(framework: str, call: str, there: Iterable[Any], owner: Any = None) -> list[Any]:
    """Our callback, unless there is one among those that are there; in any case the training goes on."""
    try:
        if not any(_is_ours(each, framework) for each in there):
            return [_callback(framework, call, owner)]
    except Exception as error:
        warn(f"autolog can't join {call}: {error!r}")
    return []


def _is_ours(callback: Any, framework: str) -> bool:
    """Whether it's the callback that we have for the framework, or what a user made of it."""
    return any(kind.__module__ == f"{__package__}.{framework}" for kind in type(callback).__mro__)


def _as_argument(framework: str, call: str, has_owner: bool) -> Callable[..., Any]:
    """For a call that takes `callbacks`."""

    def around(original: Callable[..., Any], *given: Any, **named: Any) -> Any:
        bound = signature(original).bind(*given, **named)
        there = _listed(bound.arguments.get("callbacks"))
        if there is not None:
            ours = _joining(framework, call, there, given[0] if has_owner else None)
            bound.arguments["callbacks"] = [*there, *ours]
        return original(*bound.args, **bound.kwargs)

    return around


def _listed(callbacks: Any) -> list[Any] | None:
    """The callbacks that were given, one of Keras' alone included; None: its CallbackList, the user's to fill."""
    if hasattr(callbacks, "on_epoch_begin") and not hasattr(callbacks, "callbacks"):
        return [callbacks]
    return list(callbacks or []) if isinstance(callbacks, list | tuple | None) else None


def _keras(module: ModuleType) -> Undo:
    return Patch(module.Model, "fit", _as_argument("keras", "model.fit", has_owner=True)).undo


def _boosting(framework: str) -> Callable[[ModuleType], Undo]:
    def take(module: ModuleType) -> Undo:
        calls = ("train", "cv")
        undo = [everywhere(module, call, _as_argument(framework, f"{framework}.{call}", False)) for call in calls]

        def undo_all() -> None:
            for each in undo:
                each()

        return undo_all

    return take


def _lightning(module: ModuleType) -> Undo:
    def fit(original: Callable[..., Any], trainer: Any, *given: Any, **named: Any) -> Any:
        ours = _joining("lightning", "trainer.fit", trainer.callbacks, trainer)
        trainer.callbacks = [*trainer.callbacks, *ours]
        try:
            return original(trainer, *given, **named)
        finally:
            trainer.callbacks = [each for each in trainer.callbacks if each not in ours]

    return Patch(module.Trainer, "fit", fit).undo


def _huggingface(module: ModuleType) -> Undo:
    def train(original: Callable[..., Any], trainer: Any, *given: Any, **named: Any) -> Any:
        ours = _joining("huggingface", "trainer.train", trainer.callback_handler.callbacks, trainer)
        for callback in ours:
            trainer.add_callback(callback)
        try:
            return original(trainer, *given, **named)
        finally:
            for callback in ours:
                trainer.remove_callback(callback)
                callback.unhook()

    return Patch(module.Trainer, "train", train).undo


def _fastai(module: ModuleType) -> Undo:
    def fit(original: Callable[..., Any], learner: Any, *given: Any, **named: Any) -> Any:
        ours = _joining("fastai", "learner.fit", learner.cbs, learner)
        learner.add_cbs(ours)
        try:
            return original(learner, *given, **named)
        finally:
            learner.remove_cbs(ours)

    return Patch(module.Learner, "fit", fit).undo


# What to do when one of these is imported.
_TAKERS: dict[str, Callable[[ModuleType], Undo]] = {
    "keras": _keras,
    "lightning.pytorch.trainer.trainer": _lightning,
    "pytorch_lightning.trainer.trainer": _lightning,
    "transformers.trainer": _huggingface,
    "fastai.learner": _fastai,
    "xgboost.training": _boosting("xgboost"),
    "lightgbm.engine": _boosting("lightgbm"),
}


def _take(name: str) -> None:
    try:
        _undo.append(_TAKERS[name](sys.modules[name]))
    except Exception as error:
        _say(f"autolog: {name} is not as it was known ({error}): its trainings log as they do.")


_imports = Imports(_take)
