"""Files that torch's SummaryWriter writes, as TensorBoard and tbparse read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tbnb

from .oracle import same_as_tbparse, same_as_tensorboard

# What a framework, or the pandas under tbparse, warns of is its own business.
pytestmark = [pytest.mark.frameworks, pytest.mark.timeout(300), pytest.mark.filterwarnings("ignore")]
torch = pytest.importorskip("torch", reason="torch isn't installed")


def writer(directory: Path, **options: Any) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(directory), **options)


def test_scalars(tmp_path: Path) -> None:
    """Scalars of each of torch's forms, runs of add_scalars included."""
    with writer(tmp_path) as w:
        for step in range(50):
            w.add_scalar("loss/train", 1 / (step + 1), step)
            w.add_scalar("new", 2.0 * step, step, new_style=True)
            w.add_scalar("double", 0.1 * step, step, new_style=True, double_precision=True)
            w.add_scalars("both", {"a": step, "b": float("nan")}, step)
        w.add_scalar("no step", 1.0)
        w.add_scalar("negative", float("-inf"), -3, walltime=5.5)

    log = same_as_tensorboard(tmp_path)

    same_as_tbparse(tmp_path, "scalars")
    assert set(log.runs) == {".", "both_a", "both_b"}
    assert log["."]["double"].value.tolist() == [0.1 * step for step in range(50)]


def test_histograms(tmp_path: Path) -> None:
    """Histograms of torch's bins, NumPy's and raw ones."""
    generator = np.random.default_rng(0)
    with writer(tmp_path) as w:
        for step in range(3):
            w.add_histogram("normal", generator.normal(size=1000), step)
            w.add_histogram("auto", generator.normal(size=100), step, bins="auto")
            w.add_histogram("constant", np.full(10, 3.0), step)
        w.add_histogram_raw("raw", -1, 2, 3, 1.0, 5.0, [0.0, 1.0, 1e308], [1, 0, 2], 0)

    same_as_tensorboard(tmp_path)
    same_as_tbparse(tmp_path, "histograms")


def test_media(tmp_path: Path) -> None:
    """Images, audio and text."""
    picture = np.random.default_rng(0).integers(0, 255, (3, 8, 6)).astype(np.uint8)
    with writer(tmp_path) as w:
        w.add_image("picture", picture, 1)
        w.add_images("pictures", np.stack([picture] * 4), 1)
        w.add_image_with_boxes("boxes", picture, np.array([[1, 1, 4, 4]]), 1, rescale=2)
        w.add_audio("sound", torch.linspace(-1, 1, 100)[None], 1, sample_rate=8000)
        w.add_text("words", "# h\u00e9llo\n\n*there*", 2)

    log = same_as_tensorboard(tmp_path)

    assert log["."]["picture"][0].data.format == "png"
    same_as_tbparse(tmp_path, "images", "audio", "text")


def test_plugins(tmp_path: Path) -> None:
    """PR curves, meshes, layouts and hparams, whose run is a directory of its own."""
    labels, predictions = np.array([0, 1, 1, 0, 1]), np.array([0.1, 0.4, 0.8, 0.3, 0.9])
    with writer(tmp_path) as w:
        w.add_pr_curve("pr", labels, predictions, 0)
        w.add_pr_curve("pr", labels, predictions / 2, 1, num_thresholds=5)
        vertices, colors = torch.rand(1, 4, 3), torch.full((1, 4, 3), 200)
        w.add_mesh("cloud", vertices, colors=colors, faces=torch.zeros(1, 2, 3, dtype=torch.int))
        w.add_mesh("points", vertices, config_dict={"material": {"cls": "PointsMaterial"}})
        w.add_custom_scalars({"all": {"lines": ["Multiline", ["a/.*"]], "band": ["Margin", ["m", "l", "u"]]}})
        w.add_hparams({"lr": 0.1, "name": "x", "flag": True}, {"hparam/acc": 0.5}, run_name="tried")

    log = same_as_tensorboard(tmp_path)

    same_as_tbparse(tmp_path, "hparams")
    assert log["tried"]["_hparams_/session_start_info"][0].data.hparams == {
        "lr": 0.1,
        "name": "x",
        "flag": 1.0,
    }
    assert log["."]["points_VERTEX"][0].data.config == {"material": {"cls": "PointsMaterial"}}


def test_graph(tmp_path: Path) -> None:
    """A traced model: its graph, and the run metadata that torch adds."""
    with writer(tmp_path) as w:
        w.add_graph(torch.nn.Linear(2, 1), torch.zeros(1, 2))

    log = same_as_tensorboard(tmp_path)

    assert "input" in {node.name.split("/")[0] for node in log["."]["__run_graph__"][0].data.parsed().node}
    assert log["."]["step1"][0].data.form == "run_metadata"


TENSORS = ["float16", "bfloat16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64"]


@pytest.mark.parametrize("dtype", TENSORS)
def test_tensors_are_what_torch_had(tmp_path: Path, dtype: str) -> None:
    """Every type that add_tensor writes comes back, those too that TensorBoard misreads."""
    tensor = torch.tensor([[0, 1, 2], [3, 100, 120]]).to(getattr(torch, dtype))
    with writer(tmp_path) as w:
        w.add_tensor("x", tensor, 4)

    item = tbnb.read(tmp_path)["."]["x"][0]

    assert item.step == 4
    assert str(item.data.dtype) == dtype.replace("bfloat16", "float32")
    assert item.data.tolist() == tensor.tolist()


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_tensors(tmp_path: Path, dtype: str) -> None:
    """Complex tensors come back."""
    tensor = torch.tensor([1 + 2j, -3.5j]).to(getattr(torch, dtype))
    with writer(tmp_path) as w:
        w.add_tensor("x", tensor)

    same_as_tensorboard(tmp_path)

    assert tbnb.read(tmp_path)["."]["x"][0].data.tolist() == tensor.tolist()


def test_purge_step(tmp_path: Path) -> None:
    """A resumed writer with purge_step gives one clean curve."""
    with writer(tmp_path) as w:
        for step in range(10):
            w.add_scalar("loss", step, step)
    with writer(tmp_path, purge_step=6, filename_suffix=".resumed") as w:
        for step in range(6, 12):
            w.add_scalar("loss", 100 + step, step)

    series = tbnb.read(tmp_path)["."]["loss"]

    assert series.step.tolist() == list(range(12))
    assert series.value.tolist() == [*range(6), *range(106, 112)]


def test_while_the_writer_writes(tmp_path: Path) -> None:
    """Each flush brings its points to an open log, and they stay."""
    log = tbnb.read(tmp_path)
    with writer(tmp_path) as w:
        for step in range(5):
            w.add_scalar("loss", step, step)
            w.flush()
            assert log.poll() == 1
            assert log["."]["loss"].value.tolist() == list(range(step + 1))
