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

    @harmless
    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            self.journal.step = int(getattr(trainer.fit_loop, "total_batch_idx", -1)) + 1
            if not self.journal.step:
                self.journal.begin_anew()
            self.journal.hparams({**dict(pl_module.hparams), **_settings(trainer)})

    @harmless
    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            self._end_epoch(trainer)
            self.journal.epoch(trainer.current_epoch)

    @harmless
    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero:
            self._end_epoch(trainer)

    def _end_epoch(self, trainer: Any) -> None:
        """What was logged for the whole epoch that ended.

        Asked for no sooner: before, the module's own hook hasn't logged, and a question may gather from all processes.
        """
        names = [_name(meta) for meta in _metas(trainer) if meta.on_epoch and not meta.on_step]
        self._log("train", self._new(_picked(trainer, names)))

    @harmless
    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, *_: Any) -> None:
        if not trainer.is_global_zero:
            return
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if loss is not None:
            self.journal.scalar("train/loss", loss.detach() * trainer.accumulate_grad_batches)
        by_batch = {key: metric for key, metric in trainer._results.valid_items() if metric.meta.on_step}
        values = self._new({key: metric._forward_cache for key, metric in by_batch.items()})
        self._log("train", {by_batch[key].meta.name: value for key, value in values.items()})
        for tag, rate in _rates(trainer):
            self.journal.scalar(tag, rate)
        self.journal.step += 1

    @harmless
    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        if trainer.is_global_zero and not trainer.sanity_checking:
            names = [_name(meta) for meta in _metas(trainer, anew=True) if meta.on_epoch]
            self._log("val", _picked(trainer, names))

    def _new(self, values: dict[str, Any]) -> dict[str, Any]:
        """Those that weren't logged yet."""
        new = {name: value for name, value in values.items() if value is not self._seen.get(name)}
        self._seen |= new
        return new

    def _log(self, role: str, values: dict[str, Any]) -> None:
        """What was logged in this role; the loss of training comes from elsewhere."""
        for name, value in values.items():
            own_role, stem = split(name, role)
            if own_role == role and (role, stem) != ("train", "loss") and hasattr(value, "detach"):
                self.journal.scalar(f"{role}/{stem}", value.detach())

    @harmless
    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        self.journal.close()


def _metas(trainer: Any, *, anew: bool = False) -> list[Any]:
    """How the metrics are logged that the loop has which runs now; only those that it has values of, for `anew`."""
    return [metric.meta for metric in trainer._results.values() if not (anew and metric.has_reset)]


def _name(meta: Any) -> str:
    """A metric's name among the trainer's; each of several data loaders has its own."""
    several = meta.add_dataloader_idx and meta.dataloader_idx is not None
    return f"{meta.name}/dataloader_idx_{meta.dataloader_idx}" if several else str(meta.name)


def _picked(trainer: Any, names: list[str]) -> dict[str, Any]:
    values = trainer.callback_metrics
    return {name: values[name] for name in names if name in values}


def _settings(trainer: Any) -> dict[str, Any]:
    names = ("max_epochs", "max_steps", "accumulate_grad_batches", "gradient_clip_val", "precision", "num_devices")
    return {name: getattr(trainer, name, None) for name in names}


def _rates(trainer: Any) -> Iterator[tuple[str, float]]:
    groups = [group["lr"] for optimizer in trainer.optimizers for group in optimizer.param_groups]
    for number, rate in enumerate(groups):
        yield "learning_rate" + (f"/{number}" if number else ""), rate
