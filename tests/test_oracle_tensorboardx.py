"""Files that tensorboardX writes, as TensorBoard and tbparse read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tbnb
from tbnb import kinds

from .oracle import same_as_tbparse, same_as_tensorboard

# What a framework, or the pandas under tbparse, warns of is its own business.
pytestmark = [pytest.mark.frameworks, pytest.mark.timeout(300), pytest.mark.filterwarnings("ignore")]
tensorboardx = pytest.importorskip("tensorboardX", reason="tensorboardX isn't installed")


def writer(directory: Path, **options: Any) -> Any:
    return tensorboardx.SummaryWriter(str(directory), **options)


def test_scalars(tmp_path: Path) -> None:
    """Scalars with a display name and a description but no plugin, and the nested runs of add_scalars."""
    with writer(tmp_path) as w:
        for step in range(20):
            w.add_scalar("loss", 1 / (step + 1), step, display_name="Loss", summary_description="*the* loss")
            w.add_scalars("both", {"a": step, "b": -step}, step)

    log = same_as_tensorboard(tmp_path)

    same_as_tbparse(tmp_path, "scalars")
    assert set(log.runs) == {".", "both/a", "both/b"}
    assert log["."]["loss"].labels == ("Loss", "*the* loss")


def test_histograms(tmp_path: Path) -> None:
    """Histograms, whose first bucket is empty."""
    with writer(tmp_path) as w:
        w.add_histogram("normal", np.random.default_rng(0).normal(size=500), 1)
        w.add_histogram("auto", np.arange(10.0), 1, bins="auto")

    same_as_tensorboard(tmp_path)
    same_as_tbparse(tmp_path, "histograms")


def test_media(tmp_path: Path) -> None:
    """Images under their plugin's name in the old form, audio and text."""
    picture = np.random.default_rng(0).integers(0, 255, (3, 8, 6)).astype(np.uint8)
    with writer(tmp_path) as w:
        w.add_image("picture", picture, 1)
        w.add_images("pictures", np.stack([picture] * 2), 1)
        w.add_audio("sound", np.linspace(-1, 1, 100), 1, sample_rate=8000)
        w.add_text("words", "# h\u00e9llo", 2)

    same_as_tensorboard(tmp_path)
    same_as_tbparse(tmp_path, "images", "audio", "text")


def test_plugins(tmp_path: Path) -> None:
    """PR curves, layouts, hparams, and meshes whose tags end in a number instead of their part's name."""
    with writer(tmp_path) as w:
        w.add_pr_curve("pr", np.array([0, 1, 1]), np.array([0.1, 0.4, 0.8]), 0)
        w.add_mesh("cloud", np.random.rand(1, 4, 3), colors=np.full((1, 4, 3), 9), faces=np.zeros((1, 2, 3)))
        w.add_custom_scalars({"here": {"lines": ["Multiline", ["loss/.*"]]}})
        w.add_hparams({"lr": 0.1, "flag": True}, {"acc": 0.5}, name="tried")

    log = same_as_tensorboard(tmp_path)

    same_as_tbparse(tmp_path, "hparams")
    parts = [series[0].data for series in log["."].values() if series.kind == "mesh"]
    assert {(part.name, part.part) for part in parts} == {
        ("cloud", "vertices"),
        ("cloud", "faces"),
        ("cloud", "colors"),
    }


def test_purge_step(tmp_path: Path) -> None:
    """A resumed writer with purge_step gives one clean curve."""
    with writer(tmp_path) as w:
        for step in range(10):
            w.add_scalar("loss", step, step)
    with writer(tmp_path, purge_step=6, filename_suffix=".resumed") as w:
        for step in range(6, 12):
            w.add_scalar("loss", 100 + step, step)

    assert tbnb.read(tmp_path)["."]["loss"].value.tolist() == [*range(6), *range(106, 112)]


def test_all_kinds_are_known(tmp_path: Path) -> None:
    """Of what tensorboardX writes nothing is unknown."""
    with writer(tmp_path) as w:
        w.add_scalar("a", 1.0)
        w.add_text("b", "c")

    assert {series.kind for series in tbnb.read(tmp_path).series} <= set(kinds.KINDS) - {"unknown"}
