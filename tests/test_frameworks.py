"""The callbacks in the frameworks themselves: what they log beside what was computed."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tbnb
from tbnb.errors import MissingLibraryError
from tbnb.frameworks import autolog
from tbnb.frameworks.journal import role_of, split

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore")]


def curve(directory: Path, tag: str) -> tuple[list[int], list[float]]:
    """Steps and values that a reader finds in the only run."""
    series = tbnb.read(directory)["."][tag]
    return series.step.tolist(), series.value.tolist()


def hparams(directory: Path) -> dict[str, Any]:
    series = tbnb.read(directory)["."]["_hparams_/session_start_info"]
    return dict(series[0].data.hparams)


@pytest.mark.parametrize(
    ("name", "expected"),
    {
        "loss": ("train", "loss"),
        "val_loss": ("val", "loss"),
        "valid/top_k": ("val", "top_k"),
        "eval_rouge-1": ("val", "rouge-1"),
        "training.acc": ("train", "acc"),
        "value_loss": ("train", "value_loss"),
        "validity": ("train", "validity"),
    }.items(),
)
def test_a_name_tells_its_role(name: str, expected: tuple[str, str]) -> None:
    """A metric's name says whether it's of training or validation; a word that only begins so doesn't."""
    assert split(name) == expected


def test_data_sets_are_roles() -> None:
    """XGBoost's and LightGBM's names of data sets say the same."""
    names = ["training", "validation_0", "valid_1", "eval", "holdout"]

    assert [role_of(name) for name in names] == ["train", "val", "val_1", "val", "holdout"]


def test_a_missing_framework_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for the callback of a framework that isn't installed says what to install."""
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    monkeypatch.delitem(sys.modules, "tbnb.frameworks.lightgbm", raising=False)
    monkeypatch.delitem(vars(tbnb.frameworks), "lightgbm", raising=False)

    with pytest.raises(MissingLibraryError, match="pip install lightgbm"):
        _ = tbnb.frameworks.lightgbm


def test_frameworks_are_imported_when_asked_for() -> None:
    """`tbnb.frameworks` imports none of them."""
    code = "import sys, tbnb; tbnb.frameworks; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"keras", "torch", "lightning", "transformers", "xgboost", "lightgbm", "fastai"} & set(loaded)


def test_keras(tmp_path: Path) -> None:
    """Each batch's own loss and accuracy, the schedule's rate, epochs, validation under val/, hyperparameters."""
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(1)
    data, labels = np.random.rand(50, 4).astype("f4"), np.random.randint(0, 2, 50)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    model.compile(keras.optimizers.SGD(schedule), "sparse_categorical_crossentropy", metrics=["accuracy"])
    truth: list[float] = []

    class Truth(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            part = slice(16 * batch, 16 * batch + 16)
            truth.append(float(model.compute_loss(y=labels[part], y_pred=model(data[part]))))

    model.fit(
        *(data, labels),
        batch_size=16,
        epochs=3,
        shuffle=False,
        verbose=0,
        validation_data=(data, labels),
        callbacks=[Truth(), tbnb.frameworks.keras.Callback(tmp_path)],
    )

    steps, losses = curve(tmp_path, "train/loss")
    assert steps == list(range(12))  # four batches, the last of two samples
    assert losses == pytest.approx(truth, rel=1e-4)
    assert curve(tmp_path, "learning_rate")[1] == pytest.approx([0.1 * 0.5**n for n in range(1, 13)], rel=1e-5)
    assert len(curve(tmp_path, "train/accuracy")[0]) == 12
    assert curve(tmp_path, "val/loss")[0] == [4, 8, 12]
    assert curve(tmp_path, "epoch") == ([0, 4, 8], [0, 1, 2])
    assert hparams(tmp_path)["name"].lower() == "sgd"


def test_keras_with_several_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback that is given to a model of each fold makes a run of each; fit() of the same model goes on."""
    keras = pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)
    callback = tbnb.frameworks.keras.Callback()
    for _ in range(2):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        fit = partial(model.fit, np.ones((32, 4)), np.ones(32), 8, verbose=0, callbacks=[callback])
        fit()
    fit()

    log = tbnb.read("runs")
    assert [log[run]["train/loss"].step.tolist() for run in log.runs] == [list(range(4)), list(range(8))]


def test_keras_with_several_outputs(tmp_path: Path) -> None:
    """Metrics of one name, of two outputs and with weights, are each batch's own: over an epoch they make the mean."""
    keras = pytest.importorskip("keras")
    inputs = keras.Input((4,))
    model = keras.Model(inputs, [keras.layers.Dense(1, name=name)(inputs) for name in "ab"])
    model.compile("sgd", ["mse", "mse"], metrics=[["mae"], ["mae"]], weighted_metrics=[["mae"], ["mae"]])
    growing = np.arange(32, dtype="f4")
    done = model.fit(
        *(np.random.rand(32, 4), [growing, -growing]),
        sample_weight=[growing + 1, growing + 1],
        **{"batch_size": 8, "shuffle": False, "verbose": 0},
        callbacks=[tbnb.frameworks.keras.Callback(tmp_path)],
    )

    weights = [np.sum(growing[place : place + 8] + 1) for place in range(0, 32, 8)]
    for name, shares in (("mae", None), ("weighted_mae", weights)):
        for output in "ab":
            values = curve(tmp_path, f"train/{output}_{name}")[1]
            assert np.average(values, weights=shares) == pytest.approx(done.history[f"{output}_{name}"][0], rel=1e-4)


def test_keras_with_odd_metrics(tmp_path: Path) -> None:
    """A metric by class is a curve for each; one that is no number is said, and costs none of the others."""
    keras = pytest.importorskip("keras")
    labels = np.eye(3)[np.arange(32) % 3]
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score()])

    class Confusion(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            logs["confusion"] = np.zeros((3, 3))

    callbacks = [Confusion(), tbnb.frameworks.keras.Callback(tmp_path)]
    with pytest.warns(RuntimeWarning, match="confusion"):
        model.fit(np.random.rand(32, 4), labels, batch_size=8, verbose=0, callbacks=callbacks)

    for tag in ("train/loss", "train/f1_score/0", "train/f1_score/2", "learning_rate"):
        assert curve(tmp_path, tag)[0] == [0, 1, 2, 3]


ON_JAX = """
import sys, keras, numpy as np, tbnb
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
model.compile(keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy", metrics=["accuracy"])
data, labels = np.random.rand(50, 4), np.random.randint(0, 2, 50)
done = model.fit(data, labels, 16, 2, 0, callbacks=[tbnb.frameworks.keras.Callback(sys.argv[1])])
print(*done.history["loss"])
"""


def test_keras_on_jax(tmp_path: Path) -> None:
    """Each batch's own loss, though JAX holds the model's state apart: over an epoch they add up to Keras' mean."""
    pytest.importorskip("keras")
    pytest.importorskip("jax")
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    command = [sys.executable, "-c", ON_JAX, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    means = [float(word) for word in done.stdout.split()]

    steps, losses = curve(tmp_path, "train/loss")
    assert steps == list(range(8))
    sizes = np.array([16, 16, 16, 2])
    assert [np.average(losses[:4], weights=sizes), np.average(losses[4:], weights=sizes)] == pytest.approx(
        means, rel=1e-4
    )
    assert curve(tmp_path, "learning_rate")[1] == pytest.approx([0.1 * 0.5**n for n in range(1, 9)], rel=1e-5)
    assert len(curve(tmp_path, "train/accuracy")[0]) == 8


def lightning_module(framework: Any) -> Any:
    import torch

    class Module(framework.LightningModule):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.save_hyperparameters({"width": 4})
            self.layer = torch.nn.Linear(4, 1)
            self.losses: list[float] = []

        def training_step(self, batch: Any, index: int) -> Any:
            loss = self.layer(batch[0]).square().mean()
            self.losses.append(loss.item())
            self.log("train_loss", loss)
            self.log("train_double", 2 * loss, on_step=True, on_epoch=True)
            return loss

        def validation_step(self, batch: Any, index: int) -> None:
            self.log("val_loss", self.layer(batch[0]).square().mean())

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), 0.1)

    return Module()


@pytest.mark.parametrize("package", ["lightning.pytorch", "pytorch_lightning"])
@pytest.mark.parametrize("accumulate", [1, 2])
def test_lightning(package: str, accumulate: int, tmp_path: Path) -> None:
    """Each batch's loss, what the module logs by step, validation under val/, epochs, hyperparameters."""
    framework = pytest.importorskip(package)
    import torch

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(32, 4)), batch_size=8)
    module = lightning_module(framework)
    trainer = framework.Trainer(
        max_epochs=2,
        accelerator="cpu",
        accumulate_grad_batches=accumulate,
        callbacks=[tbnb.frameworks.lightning.Callback(tmp_path)],
        **{"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False},
    )
    trainer.fit(module, data, data)

    assert curve(tmp_path, "train/loss") == (list(range(8)), pytest.approx(module.losses))
    assert curve(tmp_path, "train/double") == (list(range(8)), pytest.approx([2 * loss for loss in module.losses]))
    assert curve(tmp_path, "val/loss")[0] == [4, 8]
    assert curve(tmp_path, "epoch") == ([0, 4], [0, 1])
    assert curve(tmp_path, "learning_rate")[1] == pytest.approx([0.1] * 8)
    assert hparams(tmp_path)["width"] == 4
    assert sorted(tbnb.read(tmp_path)["."]) == sorted(
        [
            *("_hparams_/session_start_info", "_hparams_/experiment", "_hparams_/session_end_info"),
            *("epoch", "learning_rate", "train/double", "train/loss", "val/loss"),
        ]
    )


def test_lightning_with_several_trainers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback that is given to a trainer of each fold makes a run of each; a training that goes on is the same."""
    framework = pytest.importorskip("lightning.pytorch")
    import torch

    monkeypatch.chdir(tmp_path)
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(32, 4)), batch_size=8)
    callback = tbnb.frameworks.lightning.Callback()
    for _ in range(2):
        module = lightning_module(framework)
        trainer = framework.Trainer(
            **{"max_epochs": 1, "accelerator": "cpu", "callbacks": [callback], "logger": False},
            **{"enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False},
        )
        trainer.fit(module, data)
    trainer.fit_loop.max_epochs = 2
    trainer.fit(module, data)

    log = tbnb.read("runs")
    assert [log[run]["train/loss"].step.tolist() for run in log.runs] == [list(range(4)), list(range(8))]


@pytest.mark.parametrize("package", ["lightning.pytorch", "pytorch_lightning"])
def test_lightning_by_epoch(package: str, tmp_path: Path) -> None:
    """What is logged for whole epochs is there once for each, at its end, under the role that it was logged in."""
    framework = pytest.importorskip(package)
    import torch

    class Module(framework.LightningModule):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def training_step(self, batch: Any, index: int) -> Any:
            self.log("mean", float(index), on_step=False, on_epoch=True)
            self.log("both", float(index), on_step=True, on_epoch=True)
            return self.layer(batch[0]).square().mean()

        def on_train_epoch_end(self) -> None:
            self.log("hook", float(self.current_epoch))

        def validation_step(self, batch: Any, index: int, dataloader_idx: int = 0) -> None:
            self.log("mean", -1.0)
            self.log("part", float(dataloader_idx))

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), 0.1)

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(32, 4)), batch_size=8)
    for name, validation in (("none", None), ("one", data), ("two", [data, data])):
        framework.Trainer(
            max_epochs=3,
            accelerator="cpu",
            default_root_dir=tmp_path,
            callbacks=[tbnb.frameworks.lightning.Callback(tmp_path / name)],
            **{"logger": False, "enable_progress_bar": False, "enable_model_summary": False},
        ).fit(Module(), data, validation)

        assert curve(tmp_path / name, "train/mean") == ([4, 8, 12], [1.5] * 3)
        assert curve(tmp_path / name, "train/hook") == ([4, 8, 12], [0, 1, 2])
        assert curve(tmp_path / name, "train/both") == (list(range(12)), [0, 1, 2, 3] * 3)
        own = {tag for tag in tbnb.read(tmp_path / name)["."] if tag.startswith("val/")}
        assert own == {"none": set(), "one": {"val/mean", "val/part"}}.get(
            name, {f"val/{metric}/dataloader_idx_{number}" for metric in ("mean", "part") for number in (0, 1)}
        )
    assert curve(tmp_path / "one", "val/mean") == ([4, 8, 12], [-1] * 3)
    assert curve(tmp_path / "two", "val/part/dataloader_idx_1") == ([4, 8, 12], [1] * 3)


def huggingface_model() -> Any:
    import torch

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def forward(self, x: Any, labels: Any = None) -> Any:
            return {"loss": (self.layer(x).squeeze(-1) - labels).square().mean(), "logits": self.layer(x)}

    return Model()


@pytest.mark.parametrize("accumulate", [1, 2])
def test_huggingface(accumulate: int, tmp_path: Path) -> None:
    """Each step's loss as the trainer's own log has it with logging_steps=1, rates, evaluations, hyperparameters."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    import torch

    rows = [{"x": torch.rand(4), "labels": torch.rand(())} for _ in range(32)]
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path / "out"),
        per_device_train_batch_size=4,
        gradient_accumulation_steps=accumulate,
        num_train_epochs=2,
        logging_steps=1,
        eval_strategy="epoch",
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    callback = tbnb.frameworks.huggingface.Callback(tmp_path / "run")
    trainer = transformers.Trainer(
        huggingface_model(), arguments, train_dataset=rows, eval_dataset=rows, callbacks=[callback]
    )
    trainer.train()

    own = [(entry["step"], entry["loss"]) for entry in trainer.state.log_history if "loss" in entry]
    steps, losses = curve(tmp_path / "run", "train/loss")
    assert steps == [step for step, _ in own] == list(range(1, 16 // accumulate + 1))
    assert losses == pytest.approx([loss for _, loss in own], abs=1e-4)  # which is rounded
    assert len(curve(tmp_path / "run", "learning_rate")[0]) == 16 // accumulate
    assert curve(tmp_path / "run", "val/loss")[0] == [8 // accumulate, 16 // accumulate]
    assert curve(tmp_path / "run", "epoch")[1] == pytest.approx([0, 1])
    assert hparams(tmp_path / "run")["per_device_train_batch_size"] == 4
    assert not trainer.model._forward_hooks


def test_huggingface_from_the_start_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second train(), which counts from the first step again, is a run of its own; one that's resumed goes on."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    import torch

    monkeypatch.chdir(tmp_path)
    rows = [{"x": torch.rand(4), "labels": torch.rand(())} for _ in range(16)]
    arguments = transformers.TrainingArguments(
        **{"output_dir": "out", "per_device_train_batch_size": 4, "max_steps": 2, "save_steps": 2},
        **{"report_to": [], "use_cpu": True, "disable_tqdm": True},
    )
    callback = tbnb.frameworks.huggingface.Callback()
    trainer = transformers.Trainer(huggingface_model(), arguments, train_dataset=rows, callbacks=[callback])
    trainer.train()
    trainer.train()
    trainer.args.max_steps = 4
    trainer.train(resume_from_checkpoint=True)

    log = tbnb.read("runs")
    assert [log[run]["train/loss"].step.tolist() for run in log.runs] == [[1, 2], [1, 2, 3, 4]]


@pytest.mark.parametrize("joined", [False, True])
def test_huggingface_after_an_interrupt(joined: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training that was interrupted leaves nothing on the model, and the next one's losses are what they are."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    import torch

    monkeypatch.chdir(tmp_path)

    class Button(transformers.TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if not state.log_history:
                state.log_history.append({})
                raise KeyboardInterrupt

    rows = [{"x": torch.rand(4), "labels": torch.rand(())} for _ in range(16)]
    arguments = transformers.TrainingArguments(
        **{"output_dir": "out", "per_device_train_batch_size": 4, "max_steps": 2, "save_strategy": "no"},
        **{"report_to": [], "use_cpu": True, "disable_tqdm": True, "logging_steps": 1},
    )
    given = [] if joined else [tbnb.frameworks.huggingface.Callback()]
    trainer = transformers.Trainer(huggingface_model(), arguments, train_dataset=rows, callbacks=[Button(), *given])
    with autolog.autolog() if joined else nullcontext():
        with pytest.raises(KeyboardInterrupt):
            trainer.train()
        assert not joined or not trainer.model._forward_hooks
        trainer.remove_callback(Button)
        trainer.train()

    assert not trainer.model._forward_hooks
    log = tbnb.read("runs")
    own = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert log[log.runs[-1]]["train/loss"].value.tolist() == pytest.approx(own, abs=1e-4)


def test_huggingface_where_the_model_gives_no_loss(tmp_path: Path) -> None:
    """With a loss computed outside the model, what the trainer logs by itself is there."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    import torch

    rows = [{"x": torch.rand(4), "labels": torch.rand(())} for _ in range(16)]
    arguments = transformers.TrainingArguments(
        **{"output_dir": str(tmp_path / "out"), "per_device_train_batch_size": 4, "max_steps": 4, "logging_steps": 2},
        **{
            "report_to": [],
            "use_cpu": True,
            "disable_tqdm": True,
            "save_strategy": "no",
            "remove_unused_columns": False,
        },
    )

    class Own(transformers.Trainer):  # type: ignore[misc]
        def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **_: Any) -> Any:
            return (model(inputs["x"]).squeeze(-1) - inputs["labels"]).square().mean()

    Own(
        torch.nn.Linear(4, 1),
        arguments,
        train_dataset=rows,
        callbacks=[tbnb.frameworks.huggingface.Callback(tmp_path / "run")],
    ).train()

    assert curve(tmp_path / "run", "train/loss")[0] == [2, 4]


def test_xgboost(tmp_path: Path) -> None:
    """Each round's metrics by data set, and the learning rate as a scheduler changes it."""
    xgboost = pytest.importorskip("xgboost")
    random = np.random.default_rng(1)
    data = xgboost.DMatrix(random.random((100, 3)), random.integers(0, 2, 100))
    results: dict[str, Any] = {}
    xgboost.train(
        {"objective": "binary:logistic", "eval_metric": ["logloss", "auc"], "nthread": 1},
        data,
        10,
        evals=[(data, "train"), (data, "eval")],
        evals_result=results,
        verbose_eval=False,
        callbacks=[
            xgboost.callback.LearningRateScheduler(lambda round: 0.5 * 0.9**round),
            tbnb.frameworks.xgboost.Callback(tmp_path),
        ],
    )

    for role, dataset in (("train", "train"), ("val", "eval")):
        for metric in ("logloss", "auc"):
            assert curve(tmp_path, f"{role}/{metric}") == (list(range(10)), pytest.approx(results[dataset][metric]))
    assert curve(tmp_path, "learning_rate")[1] == pytest.approx([0.5 * 0.9**n for n in range(10)], rel=1e-5)
    assert hparams(tmp_path)["max_depth"] == 6


def test_lightgbm(tmp_path: Path) -> None:
    """Each round's metrics by data set, and the learning rate as a schedule changes it."""
    lightgbm = pytest.importorskip("lightgbm")
    random = np.random.default_rng(1)
    data = lightgbm.Dataset(random.random((200, 3)), random.integers(0, 2, 200), free_raw_data=False)
    results: dict[str, Any] = {}
    lightgbm.train(
        {"objective": "binary", "metric": ["binary_logloss"], "verbose": -1, "num_threads": 1},
        data,
        10,
        valid_sets=[data, data.create_valid(random.random((50, 3)), random.integers(0, 2, 50))],
        callbacks=[
            lightgbm.record_evaluation(results),
            lightgbm.reset_parameter(learning_rate=lambda round: 0.5 * 0.9**round),
            tbnb.frameworks.lightgbm.Callback(tmp_path),
        ],
    )

    for role, dataset in (("train", "training"), ("val_1", "valid_1")):
        expected = results[dataset]["binary_logloss"]
        assert curve(tmp_path, f"{role}/binary_logloss") == (list(range(10)), pytest.approx(expected))
    assert curve(tmp_path, "learning_rate")[1] == pytest.approx([0.5 * 0.9**n for n in range(10)])
    assert hparams(tmp_path)["objective"] == "binary"


def test_xgboost_s_other_tree_booster(tmp_path: Path) -> None:
    """dart's learning rate and hyperparameters are logged as gbtree's are."""
    xgboost = pytest.importorskip("xgboost")
    data = xgboost.DMatrix(np.random.rand(20, 3), np.arange(20) % 2)
    callback = tbnb.frameworks.xgboost.Callback(tmp_path)
    xgboost.train({"booster": "dart", "eta": 0.25, "max_depth": 3, "nthread": 1}, data, 2, callbacks=[callback])

    assert curve(tmp_path, "learning_rate") == ([0, 1], [0.25, 0.25])
    assert hparams(tmp_path)["max_depth"] == 3


@pytest.mark.parametrize("name", ["learning_rate", "eta", "shrinkage_rate"])
def test_lightgbm_s_rate_has_several_names(name: str, tmp_path: Path) -> None:
    """The learning rate that is logged is the one that was given, whichever of its names was used."""
    lightgbm = pytest.importorskip("lightgbm")
    data = lightgbm.Dataset(np.random.rand(99, 3), np.arange(99) % 2)
    parameters = {"objective": "binary", "verbose": -1, "num_threads": 1, name: 0.25}
    lightgbm.train(parameters, data, 2, callbacks=[tbnb.frameworks.lightgbm.Callback(tmp_path)])

    assert curve(tmp_path, "learning_rate") == ([0, 1], [0.25, 0.25])


@pytest.mark.parametrize("framework", ["lightgbm", "xgboost"])
def test_each_of_several_boosters_is_a_run(framework: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback that is given to several trainings, which all count from 0, makes a run of each."""
    library = pytest.importorskip(framework)
    monkeypatch.chdir(tmp_path)
    rows, labels = np.random.rand(99, 3), np.arange(99) % 2
    data = getattr(library, "DMatrix", getattr(library, "Dataset", None))(rows, labels)
    quiet = {"verbose": -1, "num_threads": 1} if framework == "lightgbm" else {"nthread": 1}
    callback = getattr(tbnb.frameworks, framework).Callback()
    train = partial(library.train, {"learning_rate": 0.1, **quiet}, data, 3, callbacks=[callback])
    train()
    train()

    log = tbnb.read("runs")
    assert [log[run]["learning_rate"].step.tolist() for run in log.runs] == [[0, 1, 2]] * 2


@pytest.mark.parametrize("joined", [False, True])
def test_trainers_can_be_pickled(joined: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds a callback of ours goes into a spawned process or a file as before, also after a training."""
    xgboost = pytest.importorskip("xgboost")
    monkeypatch.chdir(tmp_path)
    callback = autolog._callback("xgboost", "fit", None) if joined else tbnb.frameworks.xgboost.Callback()
    model = xgboost.XGBClassifier(n_estimators=2, n_jobs=1, callbacks=[callback])
    pickle.loads(pickle.dumps(model))
    model.fit(np.random.rand(8, 2), np.arange(8) % 2)

    assert pickle.loads(pickle.dumps(model)).n_estimators == 2


def test_fastai(tmp_path: Path) -> None:
    """Each batch's loss, the schedule's rates, validation and epochs."""
    pytest.importorskip("fastai")
    import fastai.callback.schedule  # noqa: F401 - gives learners fit_one_cycle
    import torch
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(32, 4), torch.rand(32, 1)), 8)
    learner = Learner(
        DataLoaders(loader, loader),
        torch.nn.Linear(4, 1),
        torch.nn.MSELoss(),
        cbs=tbnb.frameworks.fastai.Callback(tmp_path),
    )
    learner.fit_one_cycle(2)

    steps, losses = curve(tmp_path, "train/loss")
    assert steps == list(range(8))
    assert len(losses) == 8
    assert curve(tmp_path, "learning_rate")[1] == pytest.approx(list(learner.recorder.lrs), rel=1e-5)
    assert curve(tmp_path, "val/loss") == ([4, 8], pytest.approx([row[1] for row in learner.recorder.values]))
    assert curve(tmp_path, "epoch") == ([0, 4], [0, 1])


def test_a_callback_never_fails_the_training(tmp_path: Path) -> None:
    """What can't be logged is said once, and the training goes on."""
    lightgbm = pytest.importorskip("lightgbm")
    (tmp_path / "file").write_text("no directory")
    callback = tbnb.frameworks.lightgbm.Callback(tmp_path / "file")
    random = np.random.default_rng(1)
    data = lightgbm.Dataset(random.random((200, 3)), random.integers(0, 2, 200))

    with pytest.warns(RuntimeWarning, match="could not log"):
        booster = lightgbm.train({"objective": "binary", "verbose": -1}, data, 5, callbacks=[callback])

    assert booster.num_trees() == 5
