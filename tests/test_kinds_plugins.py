"""Curves, meshes, hparams, layouts and graphs: their data."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import plugin_data_pb2 as hparams_pb2

from tbnb import kinds
from tbnb.kinds.custom_scalars import Category, Layout, Margin, MarginChart, Multiline
from tbnb.kinds.graphs import Graph
from tbnb.kinds.hparams import Experiment, HParam, Metric, SessionEnd, SessionStart
from tbnb.kinds.mesh import MeshPart
from tbnb.kinds.pr_curves import PrCurve

from .files import (
    EVENT_LEVEL,
    EXAMPLES,
    START,
    content_tensor,
    decoded,
    event,
    mesh_content,
    meta,
    of_plugin,
    session_start_info,
)

Value = Summary.Value


def test_pr_curves_have_named_rows() -> None:
    """Each row has its name, and the end where nothing passes is cut, as TensorBoard cuts it."""
    curve = decoded(EXAMPLES["pr_curves"])

    assert isinstance(curve, PrCurve)
    np.testing.assert_allclose(curve.thresholds, [0, 1 / 3])
    assert curve.true_positives.tolist() == [2, 1]
    assert curve.false_positives.tolist() == [2, 0]
    assert curve.true_negatives.tolist() == [0, 2]
    assert curve.false_negatives.tolist() == [0, 1]
    assert curve.precision.tolist() == [0.5, 1]
    assert curve.recall.tolist() == [1, 0.5]


@pytest.mark.parametrize(("number", "length"), [(0, 0), (1, 1), (3, 1)])
def test_pr_curve_where_nothing_ever_passes(number: int, length: int) -> None:
    """Of a curve without any positive the first threshold stays, if it has one."""
    value = of_plugin("pr_curves", "pr", content_tensor(np.zeros((6, number), "<f4"), 1))

    assert len(decoded(value).thresholds) == len(decoded(value).recall) == length


@pytest.mark.parametrize(
    ("content_type", "components", "part", "parts"),
    [(1, 14, "vertices", {"vertices", "faces", "colors"}), (2, 6, "faces", {"vertices", "faces"}),
     (3, 0, "colors", {"vertices", "faces", "colors"})],
)  # fmt: skip
def test_parts_of_a_mesh(content_type: int, components: int, part: str, parts: set[str]) -> None:
    """Each series of a mesh says its mesh's name, which part it is and what other parts there are."""
    tensor = content_tensor(np.arange(6, dtype="<f4").reshape(1, 2, 3), 1)

    data = decoded(of_plugin("mesh", "m_1", tensor, mesh_content("m", content_type, components)))

    assert isinstance(data, MeshPart)
    assert (data.name, data.part, data.parts) == ("m", part, parts)
    assert data.array.tolist() == [[[0, 1, 2], [3, 4, 5]]]
    assert data.config == {}


def test_session_start() -> None:
    """What was tried comes as plain Python, each number, string and bool as it was written."""
    hparams = {"lr": 0.1, "optimizer": "adam", "nesterov": True}

    assert decoded(EXAMPLES["hparams"]) == SessionStart(hparams, "group", "", "", START)


@pytest.mark.parametrize("number", [float("inf"), -0.0, 1e300])
def test_odd_numbers_of_a_session(number: float) -> None:
    """Any number is one, and what's no scalar is shown as text."""
    content = session_start_info(lr=number)
    data = hparams_pb2.HParamsPluginData.FromString(content)
    data.session_start_info.hparams["layers"].list_value.extend([1, 2])

    hparams = decoded(of_plugin("hparams", "s", None, data.SerializeToString())).hparams

    assert hparams["lr"] == number
    assert isinstance(hparams["layers"], str)


def test_session_end() -> None:
    """The end of a session has a status by name."""
    data = hparams_pb2.HParamsPluginData(session_end_info={"status": 2, "end_time_secs": 5.0})

    value = of_plugin("hparams", "_hparams_/session_end_info", None, data.SerializeToString())

    assert decoded(value) == SessionEnd("failure", 5.0)


def test_experiment() -> None:
    """What is varied and what is measured come as plain Python."""
    data = hparams_pb2.HParamsPluginData()
    data.experiment.name, data.experiment.time_created_secs = "e", 5.0
    discrete = data.experiment.hparam_infos.add(name="units", type=3)
    discrete.domain_discrete.extend([16, "many", None])
    data.experiment.hparam_infos.add(name="lr", domain_interval={"min_value": 0.1, "max_value": 0.9})
    data.experiment.metric_infos.add(name={"tag": "acc", "group": "validation"}, dataset_type=2)

    experiment = decoded(of_plugin("hparams", "_hparams_/experiment", None, data.SerializeToString()))

    units = HParam("units", "", "", "float64", (16.0, "many", None), None)
    lr = HParam("lr", "", "", "", (), (0.1, 0.9))
    metric = Metric("acc", "validation", "", "", "validation")
    assert experiment == Experiment("e", "", "", 5.0, (units, lr), (metric,))


def test_later_hparams_are_their_own() -> None:
    """A value's own metadata is its data, so a later one isn't taken for the first again."""
    first, second = EXAMPLES["hparams"], EXAMPLES["hparams"].__class__()
    data = hparams_pb2.HParamsPluginData(session_end_info={"status": 1})
    second.CopyFrom(of_plugin("hparams", first.tag, None, data.SerializeToString()))

    assert kinds.decode("hparams", event(1, second), 0, first.metadata) == SessionEnd("success", 0.0)


def test_layout() -> None:
    """A layout of custom scalars is its categories, charts and bands."""
    charts = (Multiline("both", ("loss/.*", "acc")), MarginChart("band", (Margin("m", "l", "u"),)))

    assert decoded(EXAMPLES["custom_scalars"]) == Layout((Category("first", True, charts),))


@pytest.mark.parametrize("form", ["graph_def", "meta_graph_def"])
def test_graph_of_an_event(form: str) -> None:
    """A graph that is no summary's value has its form and its bytes, and is parsed when asked."""
    whole = EVENT_LEVEL[form]

    graph = kinds.decode("graphs", whole, -1, None)

    assert graph == Graph(form, getattr(whole, form))
    assert [node.name for node in graph.parsed().node] == ["input"]


def test_run_metadata_of_an_event() -> None:
    """Run metadata is bytes that are parsed when asked."""
    whole = EVENT_LEVEL["tagged_run_metadata"]

    graph = kinds.decode("graphs", whole, -1, meta("graph_tagged_run_metadata"))

    assert graph == Graph("run_metadata", b"")
    assert len(graph.parsed().step_stats.dev_stats) == 0


def test_keras_model_is_json() -> None:
    """Keras's graph is its model's JSON."""
    graph = decoded(EXAMPLES["graphs, Keras"])

    assert graph.form == "keras"
    assert graph.parsed() == {"name": "m"}
