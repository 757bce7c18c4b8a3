"""What the tests of damaged and lying files share: records of known numbers, and a reader that checks each of them."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings

import tbnb
from tbnb.events.crc import masked_crc

from .files import event, framed, scalar

NAME = "events.out.tfevents.1700000000.host"
calmly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def records(count: int, first_step: int = 0) -> list[bytes]:
    """One record a scalar: tag "x", whose value is its step plus a half."""
    return [framed([event(step, scalar("x", step + 0.5))]) for step in range(first_step, first_step + count)]


def header(length: int) -> bytes:
    """A record's beginning that claims so many bytes, under a valid checksum."""
    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", masked_crc(packed))


def written(directory: Path, content: bytes) -> Path:
    path = directory / NAME
    path.write_bytes(content)
    return path


def steps(log: Any, tag: str = "x") -> list[int]:
    """The steps that were delivered, each with the value that was written for it."""
    if "." not in log.runs or tag not in log["."]:
        return []
    series = log["."][tag]
    assert series.value.tolist() == [step + 0.5 for step in series.step.tolist()]
    return list(series.step.tolist())


def read_bytes(directory: Path, content: bytes) -> Any:
    written(directory, content)
    return tbnb.read(directory)
