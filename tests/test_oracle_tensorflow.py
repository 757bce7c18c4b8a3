"""Files that TensorFlow 2, TensorFlow 1's writer and Keras write, as TensorBoard and tbparse read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tbnb

from .files import png, wav
from .oracle import same_as_tbparse, same_as_tensorboard

# What a framework, or the pandas under tbparse, warns of is its own business.
pytestmark = [pytest.mark.frameworks, pytest.mark.timeout(300), pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module", autouse=True)
def tf() -> Any:
    return pytest.importorskip("tensorflow", reason="TensorFlow isn't installed")


@pytest.fixture
def writing(tf: Any, tmp_path: Path) -> Iterator[Any]:
    """TensorFlow 2's default writer, into tmp_path."""
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        yield tf.summary
    writer.close()


def test_scalars(writing: Any, tmp_path: Path, tf: Any) -> None:
    """tf.summary.scalar, of each type that it takes."""
    for step in range(50):
        writing.scalar("loss", 1 / (step + 1), step)
        writing.scalar("int", step, step, description="*an* integer")
        writing.scalar("half", tf.constant(step / 3, tf.float16), step)
    writing.flush()

    same_as_tensorboard(tmp_path)
    same_as_tbparse(tmp_path, "tensors")


def test_histograms(writing: Any, tmp_path: Path) -> None:
    """tf.summary.histogram, empty and constant data included."""
    writing.histogram("normal", np.random.default_rng(0).normal(size=1000), 0)
    writing.histogram("normal", np.zeros(10), 1)
    writing.histogram("empty", np.array([], np.float32), 0)
    writing.histogram("few", [1.0, 2.0], 0, buckets=3)
    writing.flush()

    same_as_tensorboard(tmp_path)
    same_as_tbparse(tmp_path, "tensors")


def test_media(writing: Any, tmp_path: Path) -> None:
    """Images and clips, several a step, and text of each rank."""
    pictures = np.random.default_rng(0).integers(0, 255, (4, 5, 6, 3)).astype(np.uint8)
    writing.image("pictures", pictures, 0, max_outputs=3)
    writing.image("pictures", pictures[:1], 1, max_outputs=3)
    writing.audio("sounds", np.zeros((2, 100, 1), np.float32), 8000, 0)
    writing.text("words", "# h\u00e9llo", 0)
    writing.text("column", ["a", "b"], 0)
    writing.text("table", [["a", "b"], ["c", "d"]], 0)
    writing.flush()

    log = same_as_tensorboard(tmp_path)

    same_as_tbparse(tmp_path, "tensors")
    assert len(log["."]["pictures"][0].data.samples) == 3
    assert [clip.sample_rate for clip in log["."]["sounds"][0].data.clips] == [8000.0, 8000.0]


FLOATS = ["float16", "bfloat16", "float32", "float64", "complex64", "complex128"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"]


def test_tensors_of_every_type(writing: Any, tmp_path: Path, tf: Any) -> None:
    """tf.summary.write, of each type: with TensorBoard's decoding, and with what went in."""
    tensors = {name: tf.cast(tf.constant([[0, 1, 2], [3, 100, 120]]), name) for name in FLOATS + INTEGERS}
    for name, tensor in tensors.items():
        writing.write(name, tensor, 7, metadata=_metadata(tf, "tensor"))
    writing.flush()

    log = tbnb.read(tmp_path)

    for name, tensor in tensors.items():
        data = log["."][name][0].data
        assert data.dtype == ("float32" if name == "bfloat16" else name)
        np.testing.assert_array_equal(data, np.asarray(tensor.numpy(), data.dtype))


def _metadata(tf: Any, plugin: str) -> bytes:
    data = tf.compat.v1.SummaryMetadata.PluginData(plugin_name=plugin)
    return bytes(tf.compat.v1.SummaryMetadata(plugin_data=data).SerializeToString())


def test_unknown_plugins_are_kept(writing: Any, tmp_path: Path, tf: Any) -> None:
    """A plugin that nobody knows is listed, with all its steps."""
    for step in range(3):
        writing.write("odd", [1.0, 2.0], step, metadata=_metadata(tf, "somebodys_plugin"))
    writing.flush()

    log = same_as_tensorboard(tmp_path)

    assert log["."]["odd"].kind == "unknown"
    assert log["."]["odd"][2].data.plugin == "somebodys_plugin"


def test_graphs(writing: Any, tmp_path: Path, tf: Any) -> None:
    """A traced function: its graph, as run metadata."""

    @tf.function
    def doubled(x: Any) -> Any:
        return 2 * x

    writing.trace_on(graph=True)
    doubled(tf.constant(1.0))
    writing.trace_export("traced", step=0)
    writing.graph(doubled.get_concrete_function(tf.constant(1.0)).graph)
    writing.flush()

    log = same_as_tensorboard(tmp_path)

    assert log["."]["traced"][0].data.form == "run_metadata_graph"
    assert log["."]["traced"][0].data.parsed().function_graphs
    assert log["."]["__run_graph__"][0].data.parsed().node


def test_hparams(writing: Any, tmp_path: Path) -> None:
    """TensorBoard's own hparams API: an experiment and a session."""
    from tensorboard.plugins.hparams import api as hp

    units = hp.HParam("units", hp.Discrete([16, 32]))
    rate = hp.HParam("rate", hp.RealInterval(0.1, 0.5), description="the *rate*")
    hp.hparams_config(hparams=[units, rate], metrics=[hp.Metric("acc", display_name="Accuracy")])
    hp.hparams({units: 16, rate: 0.25})
    writing.scalar("acc", 0.5, 0)
    writing.flush()

    log = same_as_tensorboard(tmp_path)

    same_as_tbparse(tmp_path, "hparams")
    experiment = log["."]["_hparams_/experiment"][0].data
    assert [each.values for each in experiment.hparams] == [(16.0, 32.0), ()]
    assert [each.interval for each in experiment.hparams] == [None, (0.1, 0.5)]


def test_plugins_of_tensorflow_1(tmp_path: Path, tf: Any) -> None:
    """Summaries that TensorBoard's plugins make, by TensorFlow 1's writer, which strips later metadata."""
    from tensorboard.plugins.custom_scalar import layout_pb2
    from tensorboard.plugins.custom_scalar import summary as custom_scalar
    from tensorboard.plugins.mesh import summary as mesh
    from tensorboard.plugins.pr_curve import summary as pr_curve

    labels, predictions = np.array([True, False, True]), np.array([0.9, 0.2, 0.6])
    faces, colors = np.zeros((1, 2, 3), np.int32), np.full((1, 4, 3), 7, np.uint8)
    vertices = np.random.default_rng(0).random((1, 4, 3)).astype(np.float32)
    with tf.Graph().as_default(), tf.compat.v1.summary.FileWriter(str(tmp_path)) as w:
        for step in range(3):
            w.add_summary(pr_curve.pb("pr", labels=labels, predictions=predictions).SerializeToString(), step)
            made = mesh.pb("m", vertices, faces=faces, colors=colors, config_dict={"a": 1})
            w.add_summary(made.SerializeToString(), step)
        layout = layout_pb2.Layout(category=[{"title": "t", "chart": [{"title": "c"}]}])
        w.add_summary(custom_scalar.pb(layout).SerializeToString())

    log = same_as_tensorboard(tmp_path)

    assert len(log["."]["pr/pr_curves"]) == 3
    assert {series[2].data.part for series in log["."].values() if series.kind == "mesh"} == {
        "vertices",
        "faces",
        "colors",
    }


def test_old_forms_of_tensorflow_1(tmp_path: Path, tf: Any) -> None:
    """simple_value, histo, image and audio, a graph with its MetaGraphDef, and run metadata."""
    v1 = tf.compat.v1
    histogram = v1.HistogramProto(min=0, max=2, num=3, sum=3, bucket_limit=[0.5, 1.5, 1e308], bucket=[1, 0, 2])
    sound = v1.Summary.Audio(sample_rate=8000, num_channels=1, length_frames=4, encoded_audio_string=wav())
    picture = v1.Summary.Image(height=2, width=3, colorspace=1, encoded_image_string=png(3, 2))
    with tf.Graph().as_default() as graph:
        v1.placeholder(tf.float32, name="input")
        with v1.summary.FileWriter(str(tmp_path), graph) as w:
            for step in range(3):
                for value in [
                    {"histo": histogram},
                    {"audio": sound},
                    {"image": picture},
                    {"simple_value": step},
                ]:
                    w.add_summary(v1.Summary(value=[{"tag": next(iter(value)), **value}]), step)
            w.add_meta_graph(v1.train.export_meta_graph())
            w.add_run_metadata(v1.RunMetadata(), "step_1", 1)

    log = same_as_tensorboard(tmp_path)

    same_as_tbparse(tmp_path, "scalars", "histograms", "images", "audio")
    assert [node.name for node in log["."]["__run_graph__"][0].data.parsed().node] == ["input"]


def test_session_log_of_tensorflow_1(tmp_path: Path, tf: Any) -> None:
    """A restart that TensorFlow 1 marked supersedes what came at its step and after."""
    with tf.Graph().as_default(), tf.compat.v1.summary.FileWriter(str(tmp_path)) as w:
        start = tf.compat.v1.SessionLog(status=tf.compat.v1.SessionLog.START)
        w.add_session_log(start, 0)
        for step in [0, 1, 2, 3]:
            w.add_summary(tf.compat.v1.Summary(value=[{"tag": "loss", "simple_value": step}]), step)
        w.add_session_log(start, 2)
        for step in [2, 3]:
            w.add_summary(tf.compat.v1.Summary(value=[{"tag": "loss", "simple_value": 10 + step}]), step)

    log = same_as_tensorboard(tmp_path)

    assert log["."]["loss"].value.tolist() == [0, 1, 12, 13]


def test_keras_callback(tmp_path: Path, tf: Any) -> None:
    """Keras's callback with everything on: two runs, weights, the model, and a point a batch."""
    model = tf.keras.Sequential([tf.keras.layers.Input((2,)), tf.keras.layers.Dense(3), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    callback = tf.keras.callbacks.TensorBoard(str(tmp_path), histogram_freq=1, write_images=True, update_freq=1)
    x, y = np.random.default_rng(0).random((32, 2)), np.zeros((32, 1))

    model.fit(x, y, batch_size=8, epochs=2, validation_split=0.25, callbacks=[callback], verbose=0)

    log = same_as_tensorboard(tmp_path)
    assert {"train", "validation"} <= set(log.runs)
    assert len(log["train"]["epoch_loss"]) == len(log["validation"]["epoch_loss"]) == 2
    assert {series.kind for series in log["train"].values()} >= {"scalars", "histograms", "images", "graphs"}
    assert log["train"]["keras"][0].data.parsed()["class_name"] == "Sequential"
