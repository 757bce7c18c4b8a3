"""Model graphs: torch's own tracing, and ONNX files."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from ...errors import MissingLibraryError

_ALIAS = "tbnb_torch_graph"


def traced(model: Any, inputs: Any, verbose: bool, strict: bool) -> tuple[Any, Any]:
    """torch's (GraphDef, RunMetadata) of a model; at the call, because the model learns on."""
    profile: tuple[Any, Any] = _tracing().graph(model, inputs, verbose, strict)
    return profile


def _tracing() -> ModuleType:
    """torch's module, without its package, whose import would load TensorFlow where that is installed."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        raise MissingLibraryError("A graph", "torch")
    if _ALIAS not in sys.modules:
        package = ModuleType(_ALIAS)
        package.__path__ = [str(Path(spec.origin).parent / "utils" / "tensorboard")]
        sys.modules[_ALIAS] = package
    return import_module(f"{_ALIAS}._pytorch_graph")


def from_onnx(path: Any) -> Any:
    """The GraphDef of an ONNX file."""
    from tensorboard.compat.proto.graph_pb2 import GraphDef
    from tensorboard.compat.proto.versions_pb2 import VersionDef

    try:
        import onnx
    except ImportError as error:
        raise MissingLibraryError("An ONNX graph", "onnx") from error
    graph = onnx.load(path).graph
    nodes = [*map(_variable, [*graph.input, *graph.output]), *map(_operation, graph.node)]
    return GraphDef(node=nodes, versions=VersionDef(producer=22))


def _variable(node: Any) -> Any:
    from tensorboard.compat.proto.attr_value_pb2 import AttrValue
    from tensorboard.compat.proto.node_def_pb2 import NodeDef

    from .pieces import shape_proto

    kind = node.type.tensor_type
    shape = shape_proto(dim.dim_value for dim in kind.shape.dim)
    attributes = {"dtype": AttrValue(type=kind.elem_type), "shape": AttrValue(shape=shape)}
    return NodeDef(name=node.name, op="Variable", attr=attributes)


def _operation(node: Any) -> Any:
    from tensorboard.compat.proto.attr_value_pb2 import AttrValue
    from tensorboard.compat.proto.node_def_pb2 import NodeDef

    fields = (" = ".join(str(value) for _, value in attribute.ListFields()) for attribute in node.attribute)
    parameters = AttrValue(s=", ".join(fields).encode())
    return NodeDef(name=node.output[0], op=node.op_type, input=node.input, attr={"parameters": parameters})


def event(graph: Any) -> Any:
    from tensorboard.compat.proto.event_pb2 import Event

    return Event(graph_def=graph.SerializeToString())


def profile(stats: Any) -> Any:
    """What torch writes after a graph: that it ran on a CPU, in no time."""
    from tensorboard.compat.proto.event_pb2 import Event, TaggedRunMetadata

    metadata = TaggedRunMetadata(tag="step1", run_metadata=stats.SerializeToString())
    return Event(tagged_run_metadata=metadata)
