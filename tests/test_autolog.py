"""autolog: trainings as users write them, in a process of their own, joined and let go again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tbnb
from tbnb.frameworks import autolog

pytestmark = [pytest.mark.frameworks, pytest.mark.timeout(240)]  # several libraries are imported by each program

KERAS = """
import numpy as np, keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
def train(): model.fit(np.ones((32, 4)), np.ones(32), 8, 2, 0)
owner = keras.Model, "fit"
"""
LIGHTNING = """
import warnings; warnings.simplefilter("ignore")
import torch, lightning
class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)
    def training_step(self, batch, index): return self.layer(batch[0]).square().mean()
    def configure_optimizers(self): return torch.optim.SGD(self.parameters(), 0.1)
data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(32, 4)), batch_size=8)
def train():
    lightning.Trainer(max_epochs=2, accelerator="cpu", logger=False, enable_checkpointing=False,
                      enable_progress_bar=False, enable_model_summary=False).fit(Module(), data)
owner = lightning.Trainer, "fit"
"""
HUGGINGFACE = """
import torch, transformers
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)
    def forward(self, x, labels=None): return {"loss": (self.layer(x).squeeze(-1) - labels).square().mean()}
rows = [{"x": torch.rand(4), "labels": torch.rand(())} for _ in range(32)]
def train():
    arguments = transformers.TrainingArguments("out", per_device_train_batch_size=8, num_train_epochs=2,
        save_strategy="no", report_to=[], use_cpu=True, disable_tqdm=True)
    transformers.Trainer(Model(), arguments, train_dataset=rows).train()
owner = transformers.Trainer, "train"
"""
XGBOOST = """
import numpy as np, xgboost
model = xgboost.XGBClassifier(n_estimators=8, n_jobs=1)
def train():
    data = np.random.rand(32, 4), np.arange(32) % 2
    model.fit(*data, eval_set=[data], verbose=False)
owner = xgboost.sklearn, "train"
"""
LIGHTGBM = """
import numpy as np, lightgbm
data = lightgbm.Dataset(np.random.rand(99, 4), np.arange(99) % 2)
def train(): lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 8, valid_sets=[data])
owner = lightgbm, "train"
"""
FASTAI = """
import torch, fastai.learner
from fastai.data.core import DataLoaders
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(32, 4), torch.rand(32, 1)), 8)
learner = fastai.learner.Learner(DataLoaders(loader, loader), torch.nn.Linear(4, 1), torch.nn.MSELoss())
def train(): learner.fit(2)
owner = fastai.learner.Learner, "fit"
"""
XGBOOST_CV = """
import numpy as np, xgboost
data = xgboost.DMatrix(np.random.rand(99, 4), np.arange(99) % 2)
def train(): xgboost.cv({"nthread": 1, "objective": "binary:logistic"}, data, 8, nfold=3)
owner = xgboost, "cv"
"""
LIGHTGBM_CV = """
import numpy as np, lightgbm
data = lightgbm.Dataset(np.random.rand(99, 4), np.arange(99) % 2, free_raw_data=False)
def train(): lightgbm.cv({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 8, nfold=3)
owner = lightgbm, "cv"
"""
TRAININGS = {
    "keras": (KERAS, "train/loss", list(range(8))),
    "lightning": (LIGHTNING, "train/loss", list(range(8))),
    "transformers": (HUGGINGFACE, "train/loss", list(range(1, 9))),
    "xgboost": (XGBOOST, "val/logloss", list(range(8))),
    "lightgbm": (LIGHTGBM, "train/binary_logloss", list(range(8))),
    "xgboost.callback": (XGBOOST_CV, "test/logloss", list(range(8))),
    "lightgbm.callback": (LIGHTGBM_CV, "val/binary_logloss", list(range(8))),
    "fastai": (FASTAI, "train/loss", list(range(8))),
}
BEFORE = "import tbnb\nfrom tbnb.frameworks.autolog import autolog\nsession = autolog()\n"
AFTER = """
owner, name = owner
joined = getattr(owner, name)
train()
print(*session.notes())
session.stop()
assert getattr(owner, name) is joined.__wrapped__
train()
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("framework", "late"), [*((name, True) for name in TRAININGS), ("keras", False), ("xgboost", False)]
)
def test_a_training_is_joined_and_let_go(
    framework: str, late: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training without a word about tbnb logs each batch, says where to, and after stop() doesn't."""
    pytest.importorskip(framework)
    monkeypatch.chdir(tmp_path)
    training, tag, steps = TRAININGS[framework]

    done = run((BEFORE + training if late else training + BEFORE) + AFTER)

    assert done.returncode == 0, done.stderr
    log = tbnb.read("runs")
    assert len(log.runs) == 1
    assert log[log.runs[0]][tag].step.tolist() == steps
    assert f"logs each batch to runs/{log.runs[0]}." in done.stdout.replace("\\", "/")
    assert "tbnb: autolog:" in done.stderr


def test_several_fits_of_a_keras_model_are_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that calls fit for each epoch makes one run, whose steps go on."""
    pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)

    done = run(BEFORE + KERAS + "train(); train()")

    assert done.returncode == 0, done.stderr
    log = tbnb.read("runs")
    assert [log[run]["train/loss"].step.tolist() for run in log.runs] == [list(range(16))]


def test_a_callback_that_is_given_alone_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keras takes one in place of a list: ours joins it."""
    pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)
    given = "callbacks=keras.callbacks.CSVLogger('own.csv')"

    done = run(f"{BEFORE}{KERAS}model.fit(np.ones((32, 4)), np.ones(32), 8, 1, 0, {given})")

    assert done.returncode == 0, done.stderr
    assert Path("own.csv").exists()
    assert [len(tbnb.read("runs")[run]["train/loss"]) for run in tbnb.read("runs").runs] == [4]


@pytest.mark.parametrize("kind", ["Callback", "Own"])
def test_who_gave_the_callback_has_one(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training that was given our callback, or one that was made of it, isn't joined once more."""
    pytest.importorskip("lightgbm")
    monkeypatch.chdir(tmp_path)
    made = "Callback = tbnb.frameworks.lightgbm.Callback\nclass Own(Callback): pass\n"
    given = made + LIGHTGBM.replace("valid_sets=[data]", f"valid_sets=[data], callbacks=[{kind}('own')]")

    done = run(BEFORE + given + "train()")

    assert done.returncode == 0, done.stderr
    assert tbnb.read("own").runs == ["."]
    assert not Path("runs").exists()


def test_tbnb_run_carries_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tbnb run --autolog train.py` joins the trainings of the script."""
    pytest.importorskip("lightgbm")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(tbnb.__file__).parents[1]))
    Path("train.py").write_text(LIGHTGBM + "train()")

    done = subprocess.run(
        [sys.executable, "-m", "tbnb", "run", "--autolog", "train.py"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert len(tbnb.read("runs").runs) == 1


def test_only_the_last_trainings_are_told() -> None:
    """A search that trains a thousand models doesn't make the status line longer and longer."""
    with autolog.autolog() as session:
        for number in range(1000):
            autolog._say_where("model.fit", f"runs/{number}")

        assert len(session.notes()) == autolog.MOST_NOTES
        assert "runs/999" in session.notes()[-1]
