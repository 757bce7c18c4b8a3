"""Meshes and point clouds: vertices, and if given faces and colours, each a value of its own."""

from __future__ import annotations

from typing import Any

from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.mesh.plugin_data_pb2 import MeshPluginData

from ..values import fetch
from .pieces import floats, metadata


def summary(tag: str, vertices: Any, faces: Any, colors: Any, config: str) -> Any:
    parts = {"VERTEX": vertices, "FACE": faces, "COLOR": colors}
    given = {kind: fetch(part) for kind, part in parts.items() if part is not None}
    components = sum(1 << MeshPluginData.ContentType.Value(kind) for kind in given)
    return Summary(value=[_value(tag, kind, array, components, config) for kind, array in given.items()])


def _value(tag: str, kind: str, array: Any, components: int, config: str) -> Any:
    content = MeshPluginData(
        version=0, name=tag, content_type=kind, components=components, shape=array.shape, json_config=config
    )
    return Summary.Value(
        tag=f"{tag}_{kind}", tensor=floats(array), metadata=metadata("mesh", content.SerializeToString())
    )
