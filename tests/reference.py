"""Reading, slow and obvious: the oracle for the fast way."""

from __future__ import annotations

import struct

import google_crc32c
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.util import tensor_util


def records(data: bytes) -> list[tuple[int, bytes]]:
    """The intact records from the start of `data`, each with its offset, up to the first that isn't."""
    found, at = [], 0
    while at + 12 <= len(data):
        length, crc = struct.unpack_from("<QI", data, at)
        body = data[at + 12 : at + 12 + length]
        footer = data[at + 12 + length : at + 16 + length]
        if crc != masked(data[at : at + 8]) or len(footer) < 4 or struct.unpack("<I", footer)[0] != masked(body):
            break
        found.append((at, body))
        at += 16 + length
    return found


def masked(data: bytes) -> int:
    crc = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) % (1 << 32)


def scalars(data: bytes) -> dict[str, list[tuple[int, float, float]]]:
    """Each scalar tag's points, by TensorBoard's own protos."""
    plugins: dict[str, str] = {}
    points: dict[str, list[tuple[int, float, float]]] = {}
    for _, body in records(data):
        event = Event.FromString(body)
        for value in event.summary.value:
            is_simple = value.WhichOneof("value") == "simple_value"
            plugin = "scalars" if is_simple else value.metadata.plugin_data.plugin_name
            if plugins.setdefault(value.tag, plugin) == "scalars":
                number = value.simple_value if is_simple else tensor_util.make_ndarray(value.tensor).item()
                points.setdefault(value.tag, []).append((event.step, event.wall_time, float(number)))
    return points
