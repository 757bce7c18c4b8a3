"""LightGBM: train(..., callbacks=[tbnb.frameworks.lightgbm.Callback()]), or the same in fit(callbacks=...)."""

from __future__ import annotations

import os

import lightgbm

from .journal import Journal, harmless, role_of

_RATE = ("learning_rate", "shrinkage_rate", "eta")  # its names, the one that counts first
_DEFAULT_RATE = 0.1


class Callback:
    """Logs each round's metrics of each data set, and the learning rate, into a run of its own."""

    order = 15  # after what changes parameters, before early stopping
    before_iteration = False

    def __init__(self, log_dir: str | os.PathLike[str] | None = None) -> None:
        self.journal = Journal(log_dir)

    @harmless
    def __call__(self, env: lightgbm.callback.CallbackEnv) -> None:
        if env.iteration == env.begin_iteration:
            if not env.iteration:
                self.journal.begin_anew()
            self.journal.hparams(env.params)
        self.journal.step = env.iteration
        for dataset, metric, value, *_ in env.evaluation_result_list or ():
            self.journal.scalar(f"{role_of(dataset)}/{metric}", value)
        rate = next((env.params[name] for name in _RATE if name in env.params), _DEFAULT_RATE)
        self.journal.scalar("learning_rate", rate)
        if env.iteration == env.end_iteration - 1:
            self.journal.close()
