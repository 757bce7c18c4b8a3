"""Loops as users write them, without a flush and without a word about tbnb: for tests and for the bench.

`python -m tests.trainings NAME DIRECTORY STEPS MODE` runs one, says that it's done, and waits, with its writer open,
until its input ends. MODE is plain (nothing of ours), watch (as under %tbwatch), unflushed (with its
--no-autoflush), autolog (with its --autolog), or child (a process of its own, which a watched notebook starts).
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple

Work = Callable[[], Any]


class Training(NamedTuple):
    """`run(directory, steps, work)` logs `steps` batches; `tags` are those that a batch's loss may have."""

    run: Callable[[str, int, Work], Any]
    tags: tuple[str, ...]
    mode: str = "watch"
    needs: str = "tensorflow"
    first_step: int = 0


def torch_loop(directory: str, steps: int, work: Work) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(directory)
    for step in range(steps):
        work()
        writer.add_scalar("loss", 0.5, step)
    return writer


def torch_epochs(directory: str, steps: int, work: Work) -> Any:
    """A writer that is made and closed in each epoch."""
    from torch.utils.tensorboard import SummaryWriter

    for epoch in range(0, steps, 10):
        writer = SummaryWriter(directory)
        for step in range(epoch, min(epoch + 10, steps)):
            work()
            writer.add_scalar("loss", 0.5, step)
        writer.close()


def tensorboardx_loop(directory: str, steps: int, work: Work) -> Any:
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(directory)
    for step in range(steps):
        work()
        writer.add_scalar("loss", 0.5, step)
    return writer


def tensorflow_loop(directory: str, steps: int, work: Work) -> Any:
    import tensorflow as tf

    writer = tf.summary.create_file_writer(directory)
    within = writer.as_default()
    within.__enter__()  # and the loop is the whole of the notebook's cell
    for step in range(steps):
        work()
        tf.summary.scalar("loss", 0.5, step)
    return writer, within


def tensorflow_1_loop(directory: str, steps: int, work: Work) -> Any:
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default():
        writer = tf.summary.FileWriter(directory)
    for step in range(steps):
        work()
        writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag="loss", simple_value=0.5)]), step)
    return writer


def _keras_fit(steps: int, work: Work, callbacks: list[Any]) -> Any:
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    computing = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: work())
    model.fit(np.ones((steps, 4)), np.ones(steps), 2, 2, 0, callbacks=[computing, *callbacks])
    return model


def keras_batches(directory: str, steps: int, work: Work) -> Any:
    """TensorBoard's callback with update_freq="batch"."""
    import keras

    return _keras_fit(steps, work, [keras.callbacks.TensorBoard(directory, update_freq="batch", write_graph=False)])


def keras_default(directory: str, steps: int, work: Work) -> Any:
    """TensorBoard's callback as it is, which logs epochs."""
    import keras

    return _keras_fit(steps, work, [keras.callbacks.TensorBoard(directory, write_graph=False)])


def _lightning_fit(directory: str, steps: int, work: Work, **settings: Any) -> Any:
    import lightning
    import torch
    from lightning.pytorch.loggers import TensorBoardLogger

    class Module(lightning.LightningModule):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def training_step(self, batch: Any, index: int) -> Any:
            work()
            loss = self.layer(batch[0]).square().mean()
            self.log("loss", loss)
            return loss

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), 0.1)

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(steps, 4)))
    quiet = {"enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
    logger = TensorBoardLogger(directory, default_hp_metric=False)
    trainer = lightning.Trainer(max_epochs=1, accelerator="cpu", logger=logger, **quiet, **settings)
    trainer.fit(Module(), data)
    return trainer


def lightning_steps(directory: str, steps: int, work: Work) -> Any:
    return _lightning_fit(directory, steps, work, log_every_n_steps=1)


def lightning_default(directory: str, steps: int, work: Work) -> Any:
    return _lightning_fit(directory, steps, work)


def _huggingface_train(directory: str, steps: int, work: Work, **settings: Any) -> Any:
    import os

    import torch
    import transformers

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def forward(self, x: Any, labels: Any = None) -> Any:
            work()
            return {"loss": (self.layer(x).squeeze(-1) - labels).square().mean()}

    os.environ["TENSORBOARD_LOGGING_DIR"] = directory
    rows = [{"x": torch.rand(4), "labels": torch.rand(())} for _ in range(steps)]
    arguments = transformers.TrainingArguments(
        *(f"{directory}-out",),
        **{"per_device_train_batch_size": 1, "num_train_epochs": 1, "save_strategy": "no"},
        **{"report_to": "tensorboard", "use_cpu": True, "disable_tqdm": True, **settings},
    )
    trainer = transformers.Trainer(Model(), arguments, train_dataset=rows)
    trainer.train()
    return trainer


def huggingface_steps(directory: str, steps: int, work: Work) -> Any:
    return _huggingface_train(directory, steps, work, logging_steps=1)


def huggingface_default(directory: str, steps: int, work: Work) -> Any:
    return _huggingface_train(directory, steps, work)


TRAININGS = {
    "torch": Training(torch_loop, ("loss",), needs="torch"),
    "torch, closed each epoch": Training(torch_epochs, ("loss",), needs="torch"),
    "tensorboardX": Training(tensorboardx_loop, ("loss",), needs="tensorboardX"),
    "tf.summary in as_default()": Training(tensorflow_loop, ("loss",)),
    "tf.compat.v1 FileWriter": Training(tensorflow_1_loop, ("loss",)),
    'Keras, update_freq="batch"': Training(keras_batches, ("batch_loss",), first_step=1),
    "Keras as it is": Training(keras_default, ("train/loss",), "autolog"),
    "Lightning, every step": Training(lightning_steps, ("loss",), needs="lightning"),
    "Lightning as it is": Training(lightning_default, ("loss", "train/loss"), "autolog", "lightning"),
    "HF Trainer, every step": Training(huggingface_steps, ("train/loss",), needs="transformers", first_step=1),
    "HF Trainer as it is": Training(huggingface_default, ("train/loss",), "autolog", "transformers", 1),
    "!tbnb run train.py": Training(torch_loop, ("loss",), "run", "torch"),
    "!python train.py": Training(torch_loop, ("loss",), "child", "torch"),
}
SCRIPTS = ("run", "child")  # modes of those that are processes of their own


def spin(count: int = 100_000) -> int:
    """Some ten milliseconds of pure Python, which holds the interpreter as a busy training does."""
    return sum(number * number % 7 for number in range(count))


def begin(mode: str, directory: str, stack: ExitStack) -> None:
    """What the mode asks for, until the stack ends."""
    import tbnb
    from tbnb.frameworks.autolog import autolog

    if mode not in ("plain", "run"):
        stack.enter_context(tbnb.watch(directory, autoflush=mode != "unflushed"))
    if mode == "autolog":
        stack.enter_context(autolog())


def main(name: str, directory: str, steps: str, mode: str) -> None:
    warnings.simplefilter("ignore")
    with ExitStack() as stack:
        begin(mode, directory, stack)
        if mode == "child":
            subprocess.run([sys.executable, "-m", "tests.trainings", name, directory, steps, "plain"], check=True)
            return
        kept = TRAININGS[name].run(directory, int(steps), spin)
        print("done", flush=True)
        sys.stdin.read()
        del kept


if __name__ == "__main__":
    main(*sys.argv[1:])
