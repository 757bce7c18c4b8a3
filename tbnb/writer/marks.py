"""The events that carry no value: a file's first one, and the start of a session, which purges what it repeats."""

from __future__ import annotations

import struct

from .templates import step_field, varint

_VERSION = b"brain.Event:2"


def _event(wall: float, step: int, field: int, content: bytes) -> bytes:
    return struct.pack("<cd", b"\x09", wall) + step_field(step) + bytes([field]) + varint(len(content)) + content


def file_version(wall: float, step: int = 0, writer: str = "") -> bytes:
    source = b"\x0a" + varint(len(writer)) + writer.encode() if writer else b""
    return _event(wall, step, 0x1A, _VERSION) + (b"\x52" + varint(len(source)) + source if source else b"")


def session_start(wall: float, step: int) -> bytes:
    """From here on, what was logged at `step` and later doesn't count any more."""
    return _event(wall, step, 0x3A, b"\x08\x01")
