"""Events and summaries that a caller made by himself."""

from __future__ import annotations

from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary


def event(data: bytes) -> Any:
    return Event.FromString(data)


def summary(data: bytes) -> Any:
    return Summary.FromString(data)
