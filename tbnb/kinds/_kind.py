"""What a kind of data is: a name, how its values are recognised, and how one is decoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import DecodeError
from ..events.summary import EVENT_LEVEL, protos

if TYPE_CHECKING:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata

RUN_GRAPH = "__run_graph__"  # TensorBoard's tag for it


@dataclass(frozen=True)
class Kind:
    """One kind of data; `parse` gets a value and the first metadata of its tag, and raises ValueError."""

    name: str
    parse: Callable[[Summary.Value, SummaryMetadata], Any]
    plugins: tuple[str, ...] = ()
    form: str = ""  # the field of Summary.Value that means this kind, whatever the metadata says

    def decode(self, event: Event, index: int, metadata: SummaryMetadata | None = None) -> Any:
        """The item at `index` of the event, as typed data; DecodeError where it's not what it claims."""
        tag = ""
        try:
            value = _value_at(event, index)
            tag = value.tag or value.node_name
            return self.parse(value, value.metadata if metadata is None else metadata)
        except Exception as error:
            raise DecodeError(self.name, tag, str(error) or type(error).__name__) from error


def _value_at(event: Event, index: int) -> Summary.Value:
    """The value at `index`; the event's own graph is given the form that TensorBoard gives it."""
    if index != EVENT_LEVEL:
        return event.summary.value[index]
    plugin, tag, content = _of_event(event)
    value = protos().Summary.Value(tag=tag)
    value.metadata.plugin_data.plugin_name = plugin
    value.tensor.dtype = 7  # DT_STRING
    value.tensor.string_val.append(content)
    return value


def _of_event(event: Event) -> tuple[str, str, bytes]:
    what = event.WhichOneof("what")
    if what == "tagged_run_metadata":
        tagged = event.tagged_run_metadata
        return "graph_tagged_run_metadata", tagged.tag, tagged.run_metadata
    if what == "meta_graph_def":
        return "meta_graph_def", RUN_GRAPH, event.meta_graph_def
    return "graphs", RUN_GRAPH, event.graph_def
