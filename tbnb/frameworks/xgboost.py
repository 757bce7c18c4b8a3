"""XGBoost: train(..., callbacks=[tbnb.frameworks.xgboost.Callback()]), or the same in XGBClassifier(callbacks=...)."""

from __future__ import annotations

import json
import os
from typing import Any

import xgboost

from .journal import Journal, harmless, role_of


class Callback(xgboost.callback.TrainingCallback):  # type: ignore[misc] # not followed
    """Logs each round's metrics of each data set, and the learning rate, into a run of its own."""

    def __init__(self, log_dir: str | os.PathLike[str] | None = None) -> None:
        super().__init__()
        self.journal = Journal(log_dir)

    def before_training(self, model: Any) -> Any:
        self._begin(model)
        return model

    @harmless
    def _begin(self, model: Any) -> None:
        self.journal.begin_anew()
        self.journal.hparams({name: _number(value) for name, value in _parameters(model).items()})

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        self._round(model, epoch, evals_log)
        return False  # the training goes on

    @harmless
    def _round(self, model: Any, epoch: int, evals_log: Any) -> None:
        self.journal.step = epoch
        for dataset, metrics in evals_log.items():
            for name, values in metrics.items():
                newest = values[-1]
                value = newest[0] if isinstance(newest, tuple) else newest  # cross validation: mean and deviation
                self.journal.scalar(f"{role_of(dataset)}/{name}", value)
        self.journal.scalar("learning_rate", _number(_parameters(model).get("learning_rate")))

    def after_training(self, model: Any) -> Any:
        self.journal.close()
        return model


def _parameters(model: Any) -> dict[str, Any]:
    """Of the tree booster, as it now stands; none of several models at once."""
    if not hasattr(model, "save_config"):
        return {}
    booster = json.loads(model.save_config())["learner"]["gradient_booster"]
    booster = booster.get("gbtree", booster)  # which dart has inside
    found: dict[str, Any] = booster.get("tree_train_param") or booster.get("linear_train_param") or {}
    return found


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value
