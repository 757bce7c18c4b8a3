"""graphs: a model's graph, or what was measured while it ran; raw bytes, parsed when asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..events.summary import protos
from ._kind import Kind
from .tensor import strings_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata

# The plugins that TensorBoard knows, and an event's own field: what their bytes are.
_FORMS = {
    "graphs": "graph_def",
    "meta_graph_def": "meta_graph_def",
    "graph_keras_model": "keras",
    "graph_run_metadata": "run_metadata",
    "graph_run_metadata_graph": "run_metadata_graph",
    "graph_tagged_run_metadata": "run_metadata",
}


@dataclass(frozen=True)
class Graph:
    """`form` is graph_def, meta_graph_def, keras (JSON), run_metadata or run_metadata_graph (graphs only)."""

    form: str
    data: bytes

    def parsed(self) -> Any:
        """The GraphDef (of a MetaGraphDef, too), the RunMetadata, or Keras's model as plain Python."""
        if self.form == "keras":
            return json.loads(self.data)
        if self.form == "meta_graph_def":
            return protos().MetaGraphDef.FromString(self.data).graph_def
        message = protos().GraphDef if self.form == "graph_def" else protos().RunMetadata
        return message.FromString(self.data)


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Graph:
    """An event's own graph says itself what it is; all else is as its tag's first metadata says."""
    plugin = value.metadata.plugin_data.plugin_name or metadata.plugin_data.plugin_name
    strings = strings_of(value)
    if strings.size != 1:
        raise ValueError(f"it has {strings.size} strings where one graph is due")
    return Graph(_FORMS[plugin], strings.item())


KIND = Kind("graphs", _parse, plugins=tuple(_FORMS))
