"""Hugging Face: Trainer(callbacks=[tbnb.frameworks.huggingface.Callback()])."""

from __future__ import annotations

import os
from typing import Any

import transformers

from .journal import Journal, harmless

_SETTINGS = (
    *("learning_rate", "lr_scheduler_type", "warmup_steps", "weight_decay", "max_grad_norm", "optim"),
    *("per_device_train_batch_size", "gradient_accumulation_steps", "num_train_epochs", "max_steps"),
    *("adam_beta1", "adam_beta2", "adam_epsilon", "bf16", "fp16", "seed", "label_smoothing_factor"),
)
_ELSEWHERE = {"learning_rate", "epoch", "train_loss"}  # logged by other hooks; the last is the mean over all steps


class Callback(transformers.TrainerCallback):  # type: ignore[misc] # not followed
    """Logs each step's loss, whatever `logging_steps` is, learning rate and evaluations, into a run of its own."""

    def __init__(self, log_dir: str | os.PathLike[str] | None = None) -> None:
        self.journal = Journal(log_dir)
        self._losses: list[Any] = []  # of the batches of this step
        self._are_shares = False  # whether each loss is its share of the step's already
        self._hook: Any = None
        self._has_losses = False

    @harmless
    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        self.unhook()
        if not state.is_world_process_zero:
            return
        self.journal.step = state.global_step
        if not state.global_step:
            self.journal.begin_anew()
        given = args.to_sanitized_dict()
        self.journal.hparams({name: given[name] for name in _SETTINGS if name in given})
        if hasattr(model, "register_forward_hook") and not getattr(args, "torch_compile", False):
            self._hook = model.register_forward_hook(self._hear, with_kwargs=True)

    @harmless
    def _hear(self, model: Any, args: Any, kwargs: Any, output: Any) -> None:
        """After each forward pass: the loss stays where it is, nothing waits for it."""
        loss = output.get("loss") if hasattr(output, "get") else None
        if model.training and loss is not None:
            self._losses.append(loss.detach())
            self._are_shares = kwargs.get("num_items_in_batch") is not None

    @harmless
    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            self.journal.step = state.global_step
            self.journal.epoch(state.epoch or 0)

    @harmless
    def on_step_end(self, args: Any, state: Any, control: Any, optimizer: Any = None, **_: Any) -> None:
        if not state.is_world_process_zero:
            return
        self.journal.step = state.global_step
        losses, self._losses = self._losses, []
        if losses:
            self._has_losses = True
            whole = sum(loss.mean() for loss in losses)
            self.journal.scalar("train/loss", whole if self._are_shares else whole / len(losses))
        if optimizer is not None:
            self.journal.scalar("learning_rate", optimizer.param_groups[0]["lr"])

    @harmless
    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if state.is_world_process_zero:
            self.journal.step = state.global_step
            skipped = _ELSEWHERE | ({"loss"} if self._has_losses else set())
            self.journal.scalars({name: value for name, value in (logs or {}).items() if name not in skipped})

    @harmless
    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.unhook()
        self.journal.close()

    def unhook(self) -> None:
        """Hear of the model no more; a training that was interrupted doesn't say that it ended."""
        if self._hook is not None:
            self._hook.remove()
            self._hook = None
        self._losses = []
