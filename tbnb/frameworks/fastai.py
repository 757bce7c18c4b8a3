"""fastai: Learner(..., cbs=tbnb.frameworks.fastai.Callback())."""

from __future__ import annotations

import os
from typing import Any

from fastai.callback.core import Callback as Base

from .journal import Journal, harmless


class Callback(Base):  # type: ignore[misc] # fastai has no types
    """Logs each batch's loss, learning rates and the recorder's validation metrics, into a run of its own."""

    order = 60  # after the Recorder, whose values it takes
    learn: Any

    def __init__(self, log_dir: str | os.PathLike[str] | None = None) -> None:
        super().__init__()
        self.journal = Journal(log_dir)

    @harmless
    def before_fit(self) -> None:
        self.journal.hparams({"n_epoch": self.learn.n_epoch, "lr": self.learn.lr, "wd": self.learn.wd})

    @harmless
    def before_epoch(self) -> None:
        self.journal.epoch(self.learn.epoch)

    @harmless
    def after_batch(self) -> None:
        if not self.learn.training:
            return
        self.journal.scalar("train/loss", self.learn.loss.detach())
        self.journal.scalar("learning_rate", self.learn.opt.hypers[-1]["lr"])
        self.journal.step += 1

    @harmless
    def after_epoch(self) -> None:
        recorder = self.learn.recorder
        names = [name for name in recorder.metric_names if name not in ("epoch", "time")]
        values = dict(zip(names, self.learn.recorder.log[1:], strict=False))
        values.pop("train_loss", None)
        self.journal.scalars(values, role="val")

    @harmless
    def after_fit(self) -> None:
        self.journal.close()
