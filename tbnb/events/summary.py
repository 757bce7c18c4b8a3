"""Events other than plain scalars: what an event says, walked without parsing it; and the only door to the protos."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple

from .fields import BYTES, FIXED32, FIXED64, VARINT, Field, MalformedError, fields, signed

EVENT_LEVEL = -1  # the index of a value that is no part of a summary: a graph, run metadata

_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")
_SESSION_START = 1
_GRAPH_FIELDS = {4: "graph_def", 9: "meta_graph_def"}
_MESSAGES = {
    "event": ("Event",),
    "summary": ("Summary", "SummaryMetadata", "HistogramProto"),
    "tensor": ("TensorProto",),
    "graph": ("GraphDef",),
    "meta_graph": ("MetaGraphDef",),
    "config": ("RunMetadata",),
}
_VALUE_FORMS = {
    (2, FIXED32): "simple_value",
    (3, BYTES): "obsolete_old_style_histogram",
    (4, BYTES): "image",
    (5, BYTES): "histo",
    (6, BYTES): "audio",
    (8, BYTES): "tensor",
}


class Metadata(NamedTuple):
    """The metadata of a tag: whose dashboard it belongs to, and the whole SummaryMetadata message as it was written."""

    plugin: str
    raw: bytes


class Value(NamedTuple):
    """One value of an event, not decoded: its place in the summary, its tag, its form and where its payload stands."""

    place: int  # number of the value in its summary, or EVENT_LEVEL
    tag: str
    form: str
    metadata: Metadata | None
    start: int
    end: int


class Event(NamedTuple):
    """What one event says; `restart` is set by the log of a session's start: what came before with its step is void."""

    wall_time: float
    step: int
    values: tuple[Value, ...]
    restart: bool


def read_event(data: bytes, start: int, end: int) -> Event:
    """Walk the Event in `data[start:end]`; raises MalformedError."""
    wall_time, step, restart = 0.0, 0, False
    values: list[Value] = []
    index = 0
    for field in fields(data, start, end):
        if field.number == 1 and field.wire == FIXED64:
            wall_time = _DOUBLE.unpack_from(data, field.start)[0]
        elif field.number == 2 and field.wire == VARINT:
            step = signed(field.varint)
        elif field.wire != BYTES:
            continue
        elif field.number == 5:
            for value in fields(data, field.start, field.end):
                if value.number == 1 and value.wire == BYTES:
                    values.append(_read_value(data, value, index))
                    index += 1
        elif field.number == 7:
            restart = _is_session_start(data, field)
        elif field.number in _GRAPH_FIELDS:
            form = _GRAPH_FIELDS[field.number]
            values.append(Value(EVENT_LEVEL, "__run_graph__", form, Metadata("graphs", b""), field.start, field.end))
        elif field.number == 8:
            values.append(_tagged_run_metadata(data, field))
    return Event(wall_time, step, tuple(values), restart)


def _read_value(data: bytes, span: Field, index: int) -> Value:
    tag = node_name = form = ""
    metadata = None
    start, end = span.end, span.end
    for field in fields(data, span.start, span.end):
        if field.number == 1 and field.wire == BYTES:
            tag = text(data, field)
        elif field.number == 7 and field.wire == BYTES:
            node_name = text(data, field)
        elif field.number == 9 and field.wire == BYTES:
            metadata = read_metadata(data, field)
        elif (field.number, field.wire) in _VALUE_FORMS:
            form, start, end = _VALUE_FORMS[field.number, field.wire], field.start, field.end
    return Value(index, tag or node_name, form, metadata, start, end)


def read_metadata(data: bytes, span: Field) -> Metadata:
    """The SummaryMetadata in `span`, of which only the plugin's name is looked at."""
    plugin = ""
    for field in fields(data, span.start, span.end):
        if field.number == 1 and field.wire == BYTES:
            names = (inner for inner in fields(data, field.start, field.end) if inner.number == 1)
            plugin = "".join(text(data, name) for name in names if name.wire == BYTES)
    return Metadata(plugin, data[span.start : span.end])


def _tagged_run_metadata(data: bytes, span: Field) -> Value:
    tags = [text(data, field) for field in _texts(data, span)]
    metadata = Metadata("graph_tagged_run_metadata", b"")
    return Value(EVENT_LEVEL, tags[-1] if tags else "", "tagged_run_metadata", metadata, span.start, span.end)


def _texts(data: bytes, span: Field) -> Iterator[Field]:
    return (field for field in fields(data, span.start, span.end) if field.number == 1 and field.wire == BYTES)


def _is_session_start(data: bytes, span: Field) -> bool:
    statuses = [f.varint for f in fields(data, span.start, span.end) if f.number == 1 and f.wire == VARINT]
    return bool(statuses) and statuses[-1] == _SESSION_START


def text(data: bytes, field: Field) -> str:
    """A string field; bytes that are no UTF-8 show as escapes, so that two different tags stay different."""
    return data[field.start : field.end].decode("utf-8", "backslashreplace")


def simple_value(data: bytes, value: Value) -> float:
    return float(_FLOAT.unpack_from(data, value.start)[0])


@lru_cache(maxsize=1)
def protos() -> Any:
    """The messages of the event file, by name; the import takes 0.1 s, so it waits until they're needed."""
    modules = {name: import_module(f"tensorboard.compat.proto.{name}_pb2") for name in _MESSAGES}
    found = {each: getattr(modules[name], each) for name, messages in _MESSAGES.items() for each in messages}
    return SimpleNamespace(**found)


def parsed(name: str, data: bytes) -> Any:
    """The message of that name which the bytes are; raises MalformedError."""
    from google.protobuf.message import DecodeError

    try:
        return getattr(protos(), name).FromString(data)
    except DecodeError as error:
        raise MalformedError(f"it is no {name}") from error


@lru_cache(maxsize=16)
def plugin_protos(plugin: str, module: str = "plugin_data_pb2") -> Any:
    """The messages of one of TensorBoard's plugins: a generated module that imports nothing but protobuf."""
    return import_module(f"tensorboard.plugins.{plugin}.{module}")
