"""mesh: one part of a 3-D mesh or point cloud a series; its parts share a name, whatever their tags."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..events.summary import plugin_protos
from ..events.tensor import Array
from ._kind import Kind
from .tensor import numbers_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata

_PARTS = {1: "vertices", 2: "faces", 3: "colors"}


@dataclass(frozen=True, eq=False)
class MeshPart:
    """`array` is [batch, n, 3]: positions, indices of three vertices, or red, green, blue from 0 to 255."""

    name: str  # the mesh that it belongs to
    part: str  # vertices, faces or colors
    array: Array
    parts: frozenset[str]  # all that the mesh has
    json_config: str  # of the scene, for three.js; "" mostly

    @property
    def config(self) -> dict[str, Any]:
        """The scene's configuration: camera, lights, material."""
        return dict(json.loads(self.json_config or "{}"))


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> MeshPart:
    about = plugin_protos("mesh").MeshPluginData.FromString(metadata.plugin_data.content)
    if about.content_type not in _PARTS:
        raise ValueError(f"its metadata has content type {about.content_type}, not vertices, faces or colors")
    array, parts = numbers_of(value, None, None, 3), _parts(about.components)
    return MeshPart(about.name, _PARTS[about.content_type], array, parts, about.json_config)


def _parts(mask: int) -> frozenset[str]:
    """Old files and tensorboardX leave the mask empty: any part may be there."""
    return frozenset(name for number, name in _PARTS.items() if not mask or mask >> number & 1)


KIND = Kind("mesh", _parse, plugins=("mesh",))
