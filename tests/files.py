"""Small event files of every form, made by hand without any framework; hostile ones, too.

event_file(directory, [file_version(), event(0, scalar("loss", 0.5)), ...])  ► the path of the file
EXAMPLES["images, old form"]                                                   ► a value, for `event`
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event, SessionLog, TaggedRunMetadata
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import plugin_data_pb2 as hparams_pb2
from tensorboard.plugins.mesh import plugin_data_pb2 as mesh_pb2

from tbnb import kinds
from tbnb.events.record import frame

Value = Summary.Value
START = 1_700_000_000.0  # the wall time of step 0; a step takes a second


def event(step: int, *values: Any, wall_time: float | None = None) -> Any:
    """An event with these values."""
    return Event(wall_time=START + step if wall_time is None else wall_time, step=step, summary={"value": values})


def file_version(wall_time: float = START) -> Any:
    """What every event file begins with."""
    return Event(wall_time=wall_time, file_version="brain.Event:2")


def session_start(step: int, wall_time: float | None = None) -> Any:
    """The mark of a restart, as torch's `purge_step` writes it."""
    at = START + step if wall_time is None else wall_time
    return Event(wall_time=at, step=step, session_log={"status": SessionLog.START})


def framed(events: Iterable[Any]) -> bytes:
    """Events (or raw bytes) as records."""
    return b"".join(frame(each if isinstance(each, bytes) else each.SerializeToString()) for each in events)


def event_file(directory: Path, events: Iterable[Any], name: str = "events.out.tfevents.1700000000.host") -> Path:
    """Write an event file, and the directories above it."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(framed(events))
    return path


def scalars(tag: str, values: Iterable[float], first_step: int = 0) -> list[Any]:
    """One event a value, as torch writes them."""
    return [event(step, scalar(tag, value)) for step, value in enumerate(values, first_step)]


def scalar(tag: str, value: float) -> Any:
    return Value(tag=tag, simple_value=value)


def meta(plugin: str, content: bytes = b"") -> Any:
    return SummaryMetadata(plugin_data={"plugin_name": plugin, "content": content})


def of_plugin(plugin: str, tag: str, tensor: Any, content: bytes = b"") -> Any:
    """A value of the new form; without a tensor it holds nothing, as torch's hparams do."""
    return Value(tag=tag, metadata=meta(plugin, content), tensor=tensor)


def content_tensor(array: Any, dtype: int) -> Any:
    """A tensor as TensorFlow's C++ writes it."""
    array = np.asarray(array)
    return TensorProto(dtype=dtype, tensor_shape=shape(*array.shape), tensor_content=array.tobytes())


def string_tensor(strings: Any) -> Any:
    array = np.array(strings, object)
    return TensorProto(dtype=7, tensor_shape=shape(*array.shape), string_val=list(array.ravel()))


def shape(*sizes: int) -> Any:
    return {"dim": [{"size": size} for size in sizes]}


def png(width: int = 1, height: int = 1, noise: Random | None = None) -> bytes:
    """A valid grey PNG, black or of noise."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    row = noise.randbytes if noise else bytes
    rows = zlib.compress(b"".join(b"\0" + row(width) for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def wav(rate: int = 8000, frames: int = 4) -> bytes:
    """A valid mono WAV file of 16 bits, in silence."""
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", 2 * frames)
    return b"RIFF" + struct.pack("<I", len(chunks) + 2 * frames) + chunks + bytes(2 * frames)


def legacy_histogram() -> Any:
    limits, counts = [-1.0, 0.0, 1.0, 1.7e308], [0.0, 2.0, 0.0, 3.0]
    return HistogramProto(min=-0.5, max=4.0, num=5, sum=6.0, sum_squares=7.0, bucket_limit=limits, bucket=counts)


def legacy_image() -> Any:
    return {"height": 2, "width": 3, "colorspace": 1, "encoded_image_string": png(3, 2)}


def legacy_audio() -> Any:
    return {"sample_rate": 8000, "num_channels": 1, "length_frames": 4, "encoded_audio_string": wav()}


def session_start_info(**hparams: Any) -> bytes:
    data = hparams_pb2.HParamsPluginData()
    data.session_start_info.group_name = "group"
    data.session_start_info.start_time_secs = START
    for name, value in hparams.items():
        field = {bool: "bool_value", str: "string_value"}.get(type(value), "number_value")
        setattr(data.session_start_info.hparams[name], field, value)
    return bytes(data.SerializeToString())


def mesh_content(name: str, content_type: int, components: int = 0) -> bytes:
    data = mesh_pb2.MeshPluginData(name=name, content_type=content_type, components=components)
    return bytes(data.SerializeToString())


def layout() -> bytes:
    lines = layout_pb2.Chart(title="both", multiline={"tag": ["loss/.*", "acc"]})
    band = layout_pb2.Chart(title="band", margin={"series": [{"value": "m", "lower": "l", "upper": "u"}]})
    made = layout_pb2.Layout(category=[{"title": "first", "chart": [lines, band], "closed": True}])
    return bytes(made.SerializeToString())


_THREE_ROWS = np.array([[0.0, 1.0, 2.0], [1.0, 2.0, 0.0], [2.0, 3.0, 5.0]])
_SIX_ROWS = np.array([[2, 1, 0, 0], [2, 0, 0, 0], [0, 2, 2, 2], [0, 1, 2, 2], [0.5, 1, 0, 0], [1, 0.5, 0, 0]], "<f4")

# A value of every form that a kind is written in.
EXAMPLES: dict[str, Any] = {
    "scalars, old form": scalar("loss", 0.25),
    "scalars, content": of_plugin("scalars", "new", content_tensor(np.float32(0.5), 1)),
    "scalars, list": of_plugin("scalars", "list", TensorProto(dtype=2, double_val=[0.1])),
    "histograms, old form": Value(tag="h/old", histo=legacy_histogram()),
    "histograms": of_plugin("histograms", "h", content_tensor(_THREE_ROWS, 2)),
    "images, old form": Value(tag="i/old", image=legacy_image()),
    "images": of_plugin("images", "i", string_tensor([b"3", b"2", png(3, 2), png(1, 1)])),
    "audio, old form": Value(tag="a/old", audio=legacy_audio()),
    "audio": of_plugin("audio", "a", string_tensor([[wav(), b"*one*"], [wav(16000), b""]])),
    "text": of_plugin("text", "t/text_summary", string_tensor(["h\u00e9".encode()])),
    "tensor": of_plugin("tensor", "x", TensorProto(dtype=1, tensor_shape=shape(2), float_val=[1, 2])),
    "pr_curves": of_plugin("pr_curves", "pr", content_tensor(_SIX_ROWS, 1)),
    "mesh": of_plugin("mesh", "m_1", content_tensor(np.zeros((1, 4, 3), "<f4"), 1), mesh_content("m", 1)),
    "hparams": of_plugin(
        "hparams",
        "_hparams_/session_start_info",
        None,
        session_start_info(lr=0.1, optimizer="adam", nesterov=True),
    ),
    "custom_scalars": of_plugin("custom_scalars", "custom_scalars__config__", string_tensor(layout())),
    "graphs, Keras": of_plugin("graph_keras_model", "keras", string_tensor(b'{"name": "m"}'), b"1"),
    "unknown": of_plugin("somebodys_plugin", "odd", string_tensor(b"?"), b"content"),
}

_GRAPH = GraphDef(node=[{"name": "input", "op": "Placeholder"}])

# What an event holds by itself.
EVENT_LEVEL: dict[str, Any] = {
    "graph_def": Event(wall_time=START, graph_def=_GRAPH.SerializeToString()),
    "meta_graph_def": Event(wall_time=START, meta_graph_def=MetaGraphDef(graph_def=_GRAPH).SerializeToString()),
    "tagged_run_metadata": Event(wall_time=START, tagged_run_metadata=TaggedRunMetadata(tag="step1", run_metadata=b"")),
}


def everything() -> list[Any]:
    """The events of a file with every form in it, twice each."""
    rounds = [event(step, value) for step in range(2) for value in EXAMPLES.values()]
    return [file_version(), *EVENT_LEVEL.values(), *rounds]


# The road to a value's data --------------------------------------------------------------------------------


def kind_of(value: Any) -> str:
    """The kind of a tag that begins with this value."""
    return kinds.kind_of(value.metadata.plugin_data.plugin_name, value.WhichOneof("value") or "")


def decoded(value: Any, kind: str | None = None) -> Any:
    """The value's data, by the road that a log takes."""
    return kinds.decode(kind or kind_of(value), event(0, value), 0, None)
