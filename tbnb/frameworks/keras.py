"""Keras: model.fit(..., callbacks=[tbnb.frameworks.keras.Callback()])."""

from __future__ import annotations

import os
from typing import Any

import keras

from .journal import Journal, harmless


class Callback(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Logs each batch's own loss and metrics, not Keras' means since the epoch began, into a run of its own."""

    def __init__(self, log_dir: str | os.PathLike[str] | None = None) -> None:
        super().__init__()
        self.journal = Journal(log_dir)
        self._sums: dict[str, tuple[float, float]] = {}  # by metric: total and count when the batch began
        self._done = 0  # batches of this epoch

    def set_model(self, model: Any) -> None:
        if getattr(self, "_model", None) not in (None, model):
            self.journal.begin_anew()
        super().set_model(model)

    @harmless
    def on_train_begin(self, logs: Any = None) -> None:
        optimizer = getattr(self.model, "optimizer", None)
        settings = optimizer.get_config() if optimizer is not None else {}
        rates = {"learning_rate": _rate(optimizer, {})}
        counts = {name: self.params[name] for name in ("epochs", "steps") if self.params.get(name)}
        self.journal.hparams({**settings, **counts, "loss": getattr(self.model, "loss", None), **rates})

    @harmless
    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._sums.clear()
        self._done = 0
        self.journal.epoch(epoch)

    @harmless
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        means = dict(logs or {})
        model = self._model if keras.backend.backend() == "jax" else self.model
        apart = _apart(model)
        self.journal.step += batch + 1 - self._done - 1  # more than one, where Keras runs several at once
        self.journal.scalars({**means, **self._of_this_batch(model, means, apart)})
        self.journal.scalar("learning_rate", _rate(getattr(model, "optimizer", None), apart))
        self.journal.step += 1
        self._done = batch + 1

    def _of_this_batch(self, model: Any, means: dict[str, Any], apart: dict[int, Any]) -> dict[str, float]:
        """Of metrics that are means since the epoch began: what the last batch added to total and count."""
        values = {}
        for name, metric in _named(model.metrics).items():
            if name in means and hasattr(metric, "total") and hasattr(metric, "count"):
                total, count = (float(apart.get(id(each), each)) for each in (metric.total, metric.count))
                total_before, count_before = self._sums.get(name, (0.0, 0.0))
                self._sums[name] = total, count
                if count > count_before:
                    values[name] = (total - total_before) / (count - count_before)
        return values

    @harmless
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.journal.scalars({name: value for name, value in (logs or {}).items() if name.startswith("val_")})

    @harmless
    def on_train_end(self, logs: Any = None) -> None:
        self.journal.close()


def _apart(model: Any) -> dict[int, Any]:
    """What JAX holds apart from a model inside an epoch, by the variable's id.

    A callback that asks for its model has all of that brought back, which costs more than many a batch.
    """
    state = getattr(model, "_jax_state", None)
    if not state or model._jax_state_synced:
        return {}
    variables = {"metrics_variables": model.metrics_variables, "optimizer_variables": model.optimizer.variables}
    return {
        id(variable): value
        for name, owned in variables.items()
        for variable, value in zip(owned, state[name], strict=False)
    }


def _rate(optimizer: Any, apart: dict[int, Any]) -> float | None:
    if optimizer is None:
        return None
    if not apart:
        return float(optimizer.learning_rate)
    rate = optimizer._learning_rate
    return float(rate(apart[id(optimizer.iterations)]) if callable(rate) else apart.get(id(rate), rate))


def _named(metrics: list[Any]) -> dict[str, Any]:
    """Each metric by the name that Keras' logs have for it; compiled metrics hold others inside."""
    named: dict[str, Any] = {}
    for metric in metrics:
        for prefix, inner in _compiled(metric) or [("", metric)]:
            name = f"{prefix}{inner.name}"
            named.setdefault(f"{prefix}weighted_{inner.name}" if name in named else name, inner)
    return named


def _compiled(metric: Any) -> list[tuple[str, Any]]:
    """What is inside of compiled metrics, in Keras' order, each with the prefix that several outputs give it."""
    lists = [*getattr(metric, "_flat_metrics", ()), *getattr(metric, "_flat_weighted_metrics", ())]
    return [
        (f"{each.output_name}_" if each.output_name else "", inner) for each in lists if each for inner in each.metrics
    ]
