"""The hand-made file of every form, as TensorBoard reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

import tbnb

from .files import EVENT_LEVEL, EXAMPLES, event_file, everything, kind_of
from .oracle import same_as_tbparse, same_as_tensorboard


def test_every_form_is_what_tensorboard_reads(tmp_path: Path) -> None:
    """Runs, tags, kinds, steps, wall times and items of each form are TensorBoard's."""
    event_file(tmp_path / "run", everything())

    log = same_as_tensorboard(tmp_path)

    kinds = {value.tag: kind_of(value) for value in EXAMPLES.values()}
    assert {tag: series.kind for tag, series in log["run"].items()} == kinds | {
        "__run_graph__": "graphs",
        "step1": "graphs",
    }
    assert len(log["run"]["__run_graph__"]) == len(EVENT_LEVEL) - 1


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore:.*inplace")  # the pandas under tbparse
def test_old_scalars_are_what_tbparse_reads(tmp_path: Path) -> None:
    """tbparse's tables that need no TensorFlow have our numbers, texts and hparams."""
    event_file(tmp_path / "run", everything())

    same_as_tbparse(tmp_path, "scalars", "histograms", "text", "hparams")


def test_later_metadata_is_ignored(tmp_path: Path) -> None:
    """A tag is of the kind that its first value says, whatever a later one does."""
    from .files import content_tensor, event, file_version, of_plugin

    tensor = content_tensor([1.0, 2.0], 2)
    values = [of_plugin("tensor", "x", tensor), of_plugin("", "x", tensor), of_plugin("text", "x", tensor)]
    event_file(tmp_path, [file_version(), *(event(step, value) for step, value in enumerate(values))])

    series = tbnb.read(tmp_path)["."]["x"]

    assert series.kind == "tensor"
    assert [series[i].data.tolist() for i in range(3)] == [[1.0, 2.0]] * 3
