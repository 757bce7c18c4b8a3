"""Lightning: Trainer(callbacks=[tbnb.frameworks.lightning.Callback()]), of `lightning` or of `pytorch_lightning`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from .journal import Journal, harmless, split


def _framework() -> Any:
    """The one of its two packages that the program uses."""
    name = next((name for name in ("lightning.pytorch", "pytorch_lightning") if name in sys.modules), None)
    if name is not None:
        return sys.modules[name]
    try:
        return import_module("lightning.pytorch")
    except ModuleNotFoundError as error:
        if error.name != "lightning":
            raise
        return import_module("pytorch_lightning")


class Callback(_framework().Callback):  # type: ignore[misc] # chosen at run time
    """Logs each batch's loss and what the module logs, learning rates and validation, into a run of its own."""

    def __init__(self, log_dir: str | os.PathLike[str] | None = None) -> None:
        super().__init__()
        self.journal = Journal(log_dir)
        self._seen: dict[str, Any] = {}  # values that were logged; Lightning shows old ones again and again
        self._by_batch: set[str] = set()  # tags that are logged for each batch

    @harmless
    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            self.journal.step = int(getattr(trainer.fit_loop, "total_batch_idx", -1)) + 1
            self.journal.hparams({**dict(pl_module.hparams), **_settings(trainer)})

    @harmless
    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            self.journal.epoch(trainer.current_epoch)

    @harmless
    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, *_: Any) -> None:
        if not trainer.is_global_zero:
            return
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if loss is not None:
            self.journal.scalar("train/loss", loss.detach() * trainer.accumulate_grad_batches)
        by_batch = self._new(trainer, "train")
        self._by_batch |= by_batch.keys()
        self.journal.scalars(by_batch)
        for tag, rate in _rates(trainer):
            self.journal.scalar(tag, rate)
        self.journal.step += 1

    @harmless
    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            ended = self._new(trainer, "train")
            self.journal.scalars({name: ended[name] for name in ended.keys() - self._by_batch})

    @harmless
    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero and not trainer.sanity_checking:
            self.journal.scalars(self._new(trainer, "val"), role="val")

    def _new(self, trainer: Any, role: str) -> dict[str, Any]:
        """What was logged in this role since this was last asked for; the loss of training comes from elsewhere."""
        new = {}
        for name, value in trainer.callback_metrics.items():
            own_role, stem = split(name, role)
            if own_role == role and value is not self._seen.get(name) and not stem.endswith("_epoch"):
                self._seen[name] = value
                new[f"{role}/{stem.removesuffix('_step')}"] = value.detach()
        if role == "train":
            new.pop("train/loss", None)
        return new

    @harmless
    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        self.journal.close()


def _settings(trainer: Any) -> dict[str, Any]:
    names = ("max_epochs", "max_steps", "accumulate_grad_batches", "gradient_clip_val", "precision", "num_devices")
    return {name: getattr(trainer, name, None) for name in names}


def _rates(trainer: Any) -> Iterator[tuple[str, float]]:
    groups = [group["lr"] for optimizer in trainer.optimizers for group in optimizer.param_groups]
    for number, rate in enumerate(groups):
        yield "learning_rate" + (f"/{number}" if number else ""), rate
