"""A training's journal: the run that a callback logs into, under the same names whatever the framework."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..writer.log import directory, new_run
from ..writer.notice import warn
from ..writer.summary_writer import SummaryWriter

Hook = TypeVar("Hook", bound=Callable[..., Any])

_MOST_CLASSES = 32
_ROLES = {"valid": "val", "validation": "val", "eval": "val", "evaluation": "val", "training": "train"}
_NAME = re.compile(r"(train|training|val|valid|validation|eval|evaluation|test)[_/. -](.+)")
_SET = re.compile(r"(train|training|val|valid|validation|eval|evaluation|test)(?:[_-](\d+))?")


def harmless(hook: Hook) -> Hook:
    """A hook that doesn't end the training, whatever goes wrong in it; it says so once."""
    said: set[str] = set()

    @functools.wraps(hook)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return hook(*args, **kwargs)
        except Exception as error:
            if repr(error) not in said:
                said.add(repr(error))
                warn(f"{hook.__module__}: {hook.__name__} could not log: {error!r}")

    return called  # type: ignore[return-value]


class Journal:
    """Logs `train/loss`, `val/loss`, `learning_rate`, `epoch`; the run begins with the first value."""

    def __init__(self, log_dir: str | os.PathLike[str] | None) -> None:
        self.log_dir = None if log_dir is None else os.fspath(log_dir)
        self._is_given = log_dir is not None
        self.step = 0  # batches so far, over all epochs
        self.begun: Callable[[str], None] = _nothing
        self._writer: SummaryWriter | None = None

    @property
    def writer(self) -> SummaryWriter:
        if self._writer is None:
            self.log_dir = self.log_dir or str(new_run(directory()))
            self._writer = SummaryWriter(self.log_dir)
            self.begun(self.log_dir)
        return self._writer

    def scalars(self, given: Mapping[str, Any], role: str = "train") -> None:
        """Log numbers under their role: `val_loss` is val/loss, whatever `role` is for names that don't say."""
        for name, value in given.items():
            own_role, stem = split(name, role)
            self.scalar(f"{own_role}/{stem}", value)

    @harmless  # by itself, so that one odd value doesn't cost the others
    def scalar(self, tag: str, value: Any) -> None:
        """Log a number; of a few in a row, as metrics by class have them, each under its own tag."""
        if value is None or isinstance(value, str | dict | list | tuple):
            return
        shape = tuple(getattr(value, "shape", ()))
        if len(shape) == 1 and 1 < shape[0] <= _MOST_CLASSES:
            for number in range(shape[0]):
                self.writer.add_scalar(f"{tag}/{number}", value[number], self.step)
        else:
            self.writer.add_scalar(tag, value, self.step)

    def epoch(self, number: float) -> None:
        """Mark where an epoch begins."""
        self.scalar("epoch", number)

    def hparams(self, given: Mapping[str, Any]) -> None:
        """Hyperparameters, so far as they are numbers, truth values and words, of this very run."""
        known = {name: value for name, value in given.items() if isinstance(value, bool | int | float | str)}
        if known:
            self.writer.add_hparams(known, {}, run_name=".")

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def begin_anew(self) -> None:
        """Another training from its first step on: it has a run of its own, unless a directory was given."""
        if self._writer is not None and not self._is_given:
            self.close()
            self._writer = self.log_dir = None
            self.step = 0


def _nothing(log_dir: str) -> None:
    """By name, since trainers take their callbacks along into spawned processes."""


def split(name: str, role: str = "train") -> tuple[str, str]:
    """The role that a metric's name tells, else `role`, and what is measured."""
    found = _NAME.fullmatch(name)
    return (_ROLES.get(found[1], found[1]), found[2]) if found else (role, name)


def role_of(dataset: str) -> str:
    """A data set's name as a role: validation_0 is val, validation_1 is val_1."""
    found = _SET.fullmatch(dataset)
    if found is None:
        return dataset
    number = int(found[2] or 0)
    return _ROLES.get(found[1], found[1]) + (f"_{number}" if number else "")
