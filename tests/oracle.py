"""What TensorBoard's own accumulator and tbparse read from a directory, held against what `tbnb.read` reads.

same_as_tensorboard(logdir)   every run, tag, kind, step, wall time and item
same_as_tbparse(logdir)       scalars, histograms, images, audio, text, hparams and tensors
"""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import plugin_data_pb2 as hparams_pb2
from tensorboard.plugins.mesh import plugin_data_pb2 as mesh_pb2
from tensorboard.util import tensor_util

import tbnb
from tbnb import kinds
from tbnb.events.summary import protos


def runs_in(logdir: Path) -> dict[str, Path]:
    """The directories with event files, by the name that TensorBoard gives them."""
    directories = {path.parent for path in logdir.rglob("*tfevents*")}
    return {path.relative_to(logdir).as_posix(): path for path in directories}


def same_as_tensorboard(logdir: Path) -> tbnb.Log:
    """Assert that we read what TensorBoard reads; gives the log."""
    log = tbnb.read(logdir)
    assert set(log.runs) == set(runs_in(logdir))
    for name, directory in runs_in(logdir).items():
        theirs = plugin_event_accumulator.EventAccumulator(str(directory), size_guidance={"tensors": 0})
        theirs.Reload()
        tags = theirs.Tags()["tensors"]
        assert set(tags) == {tag for tag, series in log[name].items() if _has_data(series)}
        for tag in tags:
            _same_series(log[name][tag], theirs.SummaryMetadata(tag), theirs.Tensors(tag))
    assert log.problems == []
    return log


def _has_data(series: Any) -> bool:
    """TensorBoard lists no tag whose values hold nothing, and a MetaGraphDef apart."""
    if series.kind == "unknown":
        return bool(protos().Summary.Value.FromString(series[0].data.data).HasField("tensor"))
    return not _is_meta_graph(series, series[0])


def _is_meta_graph(series: Any, item: Any) -> bool:
    return series.kind == "graphs" and item.data.form == "meta_graph_def"


def _same_series(series: Any, metadata: Any, events: list[Any]) -> None:
    plugin = metadata.plugin_data
    assert series.kind == kinds.kind_of(plugin.plugin_name, "tensor")
    items = [item for i in range(len(series)) if not _is_meta_graph(series, item := series[i])]
    assert [(item.step, item.wall_time) for item in items] == [(each.step, each.wall_time) for each in events]
    arrays = [tensor_util.make_ndarray(event.tensor_proto) for event in events]
    if series.kind == "scalars":
        np.testing.assert_array_equal(series.value, [float(array.item()) for array in arrays])
    for item, array in zip(items, arrays, strict=True):
        if series.kind in _SAME:
            _SAME[series.kind](item.data, array, plugin.content)


def _same_histogram(ours: Any, array: Any, content: bytes) -> None:
    np.testing.assert_array_equal(ours.buckets.astype(array.dtype), array)


def _same_images(ours: Any, array: Any, content: bytes) -> None:
    assert [str(ours.width).encode(), str(ours.height).encode(), *ours.samples] == array.tolist()
    for sample in ours.samples:
        assert Image.open(io.BytesIO(sample)).format.lower() == ours.format


def _same_audio(ours: Any, array: Any, content: bytes) -> None:
    assert [clip.data for clip in ours.clips] == array.tolist()  # TensorBoard drops the labels here


def _same_text(ours: Any, array: Any, content: bytes) -> None:
    assert ours.shape == array.shape
    assert [text.encode() for text in ours.ravel()] == array.ravel().tolist()


def _same_tensor(ours: Any, array: Any, content: bytes) -> None:
    assert (ours.shape, ours.dtype) == (array.shape, array.dtype)
    np.testing.assert_array_equal(ours, array)


def _same_pr_curve(ours: Any, array: Any, content: bytes) -> None:
    rows = [ours.true_positives, ours.false_positives, ours.true_negatives, ours.false_negatives]
    rows = np.stack([*rows, ours.precision, ours.recall])
    length = rows.shape[1]
    np.testing.assert_array_equal(rows, array[:, :length])
    np.testing.assert_array_equal(ours.thresholds, np.linspace(0, 1, array.shape[1])[:length])
    assert not array[:2, length:].any()


def _same_mesh(ours: Any, array: Any, content: bytes) -> None:
    data = mesh_pb2.MeshPluginData.FromString(content)
    assert (ours.name, ours.json_config) == (data.name, data.json_config)
    assert ours.part == ("", "vertices", "faces", "colors")[data.content_type]
    np.testing.assert_array_equal(ours.array, array)


def _same_hparams(ours: Any, array: Any, content: bytes) -> None:
    data = hparams_pb2.HParamsPluginData.FromString(content)
    form = data.WhichOneof("data")
    assert type(ours).__name__ == {"experiment": "Experiment", "session_start_info": "SessionStart"}.get(
        form, "SessionEnd"
    )
    if form == "session_start_info":
        theirs = data.session_start_info.hparams
        assert ours.hparams == {name: getattr(each, each.WhichOneof("kind")) for name, each in theirs.items()}
    if form == "experiment":
        assert [each.name for each in ours.hparams] == [each.name for each in data.experiment.hparam_infos]
        assert [each.tag for each in ours.metrics] == [each.name.tag for each in data.experiment.metric_infos]


def _same_layout(ours: Any, array: Any, content: bytes) -> None:
    theirs = layout_pb2.Layout.FromString(array.item())
    assert [each.title for each in ours.categories] == [each.title for each in theirs.category]
    charts = [[chart.title for chart in each.chart] for each in theirs.category]
    assert [[chart.title for chart in each.charts] for each in ours.categories] == charts


def _same_graph(ours: Any, array: Any, content: bytes) -> None:
    assert ours.data == array.item()
    assert ours.parsed() is not None


_SAME: dict[str, Callable[[Any, Any, bytes], None]] = {
    "histograms": _same_histogram,
    "images": _same_images,
    "audio": _same_audio,
    "text": _same_text,
    "tensor": _same_tensor,
    "pr_curves": _same_pr_curve,
    "mesh": _same_mesh,
    "hparams": _same_hparams,
    "custom_scalars": _same_layout,
    "graphs": _same_graph,
}


def same_as_tbparse(logdir: Path, *tables: str) -> None:
    """Assert that we read what tbparse has in these tables, none of which may be empty.

    Its images and audio need TensorFlow, which decodes them, and so they're left out where it's absent.
    """
    from tbparse import SummaryReader

    columns = {"dir_name", "wall_time", "min", "max", "sample_rate"}
    readable = set(tables) - (set() if find_spec("tensorflow") else {"images", "audio"})
    reader = SummaryReader(str(logdir), extra_columns=columns, event_types=readable)
    log = tbnb.read(logdir)
    for name in readable:
        rows = getattr(reader, name).to_dict("records")
        assert rows
        for row in rows:
            _ROWS[name](log[row.get("dir_name") or "."], row)


def _item(run: Any, row: dict[str, Any]) -> Any:
    series = run[row["tag"]]
    places = np.flatnonzero((series.step == row["step"]) & (series.wall_time == row["wall_time"]))
    assert len(places) == 1, f"step {row['step']} of {row['tag']} is there {len(places)} times"
    return series[int(places[0])]


def _scalar_row(run: Any, row: dict[str, Any]) -> None:
    np.testing.assert_array_equal(_item(run, row).data, float(row["value"]))


def _histogram_row(run: Any, row: dict[str, Any]) -> None:
    ours = _item(run, row).data
    filled = row["counts"] > 0
    assert ours.count[ours.count > 0].tolist() == row["counts"][filled].tolist()
    assert (ours.left[0], ours.right[-1]) == (row["min"], row["max"])
    assert ours.right[ours.count > 0][:-1].tolist() == row["limits"][filled][:-1].tolist()


def _image_row(run: Any, row: dict[str, Any]) -> None:
    sample = np.asarray(Image.open(io.BytesIO(_item(run, row).data.samples[0])))
    np.testing.assert_array_equal(sample.reshape(row["value"].shape), row["value"])


def _audio_row(run: Any, row: dict[str, Any]) -> None:
    clip = _item(run, row).data.clips[0]
    with wave.open(io.BytesIO(clip.data)) as wav:
        frames = np.frombuffer(wav.readframes(wav.getnframes()), "<i2")
    np.testing.assert_allclose(frames / 32768, row["value"].ravel())
    assert clip.sample_rate == row["sample_rate"]


def _text_row(run: Any, row: dict[str, Any]) -> None:
    tag = row["tag"] if row["tag"] in run else row["tag"] + "/text_summary"  # which tbparse strips
    assert _item(run, {**row, "tag": tag}).data.item() == row["value"]


def _hparam_row(run: Any, row: dict[str, Any]) -> None:
    assert run["_hparams_/session_start_info"][0].data.hparams[row["tag"]] == row["value"]


def _tensor_row(run: Any, row: dict[str, Any]) -> None:
    """tbparse calls everything a tensor that TensorFlow 2 writes."""
    item, series = _item(run, row), run[row["tag"]]
    if series.kind == "tensor":
        np.testing.assert_array_equal(item.data, row["value"])
    elif series.kind == "scalars":
        _scalar_row(run, row)
    elif series.kind == "histograms":
        np.testing.assert_array_equal(item.data.buckets, row["value"])
    elif series.kind == "images":
        assert list(item.data.samples) == row["value"][2:].tolist()


_ROWS: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "scalars": _scalar_row,
    "histograms": _histogram_row,
    "images": _image_row,
    "audio": _audio_row,
    "text": _text_row,
    "hparams": _hparam_row,
    "tensors": _tensor_row,
}

__all__ = ["runs_in", "same_as_tbparse", "same_as_tensorboard"]
