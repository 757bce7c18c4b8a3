"""unknown: whatever no other kind takes; kept as it stands, never fatal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._kind import Kind

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata


@dataclass(frozen=True)
class Unknown:
    """A value that tbnb has no kind for: a serialized Summary.Value, and what its plugin left for itself."""

    plugin: str
    content: bytes
    data: bytes


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Unknown:
    plugin = metadata.plugin_data
    return Unknown(plugin.plugin_name, plugin.content, value.SerializeToString())


KIND = Kind("unknown", _parse)
