"""Long files of every scalar form, mutated at random: what must come comes, and nothing that wasn't written."""

from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.tensor_pb2 import TensorProto

import tbnb
from tbnb.events.crc import masked_crc
from tbnb.events.record import LONGEST
from tbnb.follow import cursor

from .files import content_tensor, event, file_version, framed, of_plugin, scalar
from .hostile import NAME, calmly, read_bytes

Point = tuple[str, int, float]


def one_step(step: int) -> list[Any]:
    """What a training loop logs in a step: scalars of several forms, some in one event."""
    values = [
        scalar("loss", 1 / (step + 1)),
        of_plugin("scalars", "tf2", content_tensor(np.float32(step), 1)),
        of_plugin("scalars", "list", TensorProto(dtype=2, double_val=[step / 7])),
        scalar("accuracy", step % 3),
    ]
    rare = [event(step, scalar("rare", step))] if step % 11 == 3 else []
    return [event(step, values[0]), event(step, values[1]), event(step, values[2], values[3]), *rare]


CONTENT = framed([file_version(), *(each for step in range(120) for each in one_step(step))])
MIXED = framed([file_version(), *(each for step in range(40) for each in one_step(step * 37 % 100))])


def points_of(record: bytes) -> list[Point]:
    """The scalars of an event, by protobuf."""
    made = Event.FromString(record)
    return [(value.tag, made.step, _number(value)) for value in made.summary.value]


def _number(value: Any) -> float:
    if value.HasField("simple_value"):
        return float(value.simple_value)
    content = value.tensor.tensor_content
    return struct.unpack("<f", content)[0] if content else float(value.tensor.double_val[0])


def record_at(content: bytes, at: int) -> tuple[int | None, bool]:
    """Where the record at `at` ends by its own word (None: no intact header), and whether it is intact."""
    head = content[at : at + 12]
    if len(head) < 12 or struct.unpack("<I", head[8:])[0] != masked_crc(head[:8]):
        return None, False
    end = at + 16 + struct.unpack("<Q", head[:8])[0]
    if end > at + 16 + LONGEST:
        return None, False
    whole = end <= len(content) and struct.unpack("<I", content[end - 4 : end])[0] == masked_crc(
        content[at + 12 : end - 4]
    )
    return end, whole


def must_come(content: bytes) -> Counter[Point]:
    """The points of all intact records that don't stand in what a torn one covers."""
    points: Counter[Point] = Counter()
    at = 0
    while at < len(content):
        end, whole = record_at(content, at)
        if whole:
            points.update(points_of(content[at + 12 : end - 4]))
        at = at + 1 if end is None else end
    return points


def may_come(content: bytes) -> Counter[Point]:
    """The points of all intact records, wherever they stand."""
    points: Counter[Point] = Counter()
    for at in range(len(content)):
        end, whole = record_at(content, at)
        if whole:
            points.update(points_of(content[at + 12 : end - 4]))
    return points


def delivered(log: Any) -> Counter[Point]:
    found: Counter[Point] = Counter()
    for series in log.series:
        found.update((series.tag, *pair) for pair in zip(series.step.tolist(), series.value.tolist(), strict=True))
    return found


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """The content after a few accidents."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        size = draw(st.sampled_from([1, 3, 12, 16, 40, 51, 100, 1000]))
        middle = content[at : at + size]
        middle = draw(
            st.sampled_from(
                [
                    bytes([middle[0] ^ draw(st.sampled_from([1, 16, 128]))]) + middle[1:] if middle else b"",
                    b"",
                    bytes(len(middle)),
                    middle * 2,
                    draw(st.binary(max_size=30)) + middle,
                ]
            )
        )
        content = content[:at] + middle + content[at + size :]
    return content if draw(st.booleans()) else content[: draw(st.integers(0, len(content)))]


@pytest.mark.parametrize("content", [CONTENT, MIXED], ids=["regular", "irregular"])
def test_the_reference_is_right(tmp_path: Path, content: bytes) -> None:
    """Of a file that nothing happened to, all points must come, and do."""
    assert must_come(content) == may_come(content) == delivered(read_bytes(tmp_path, content))
    assert sum(must_come(content).values()) > 150


files = st.one_of(mutated(CONTENT), mutated(MIXED))
blocks = st.sampled_from([256, 1000, 1 << 16])  # bytes read at a time


@calmly
@given(files, blocks)
def test_after_any_accident(tmp_path: Path, content: bytes, block: int) -> None:
    """Every intact record outside a torn one's cover is delivered, and nothing that no intact record says."""
    with patch.multiple(cursor, _FIRST_BLOCK=block, _BLOCK=block):
        found = delivered(read_bytes(tmp_path, content))

    assert must_come(content) <= found <= may_come(content)


@calmly
@given(files, st.lists(st.integers(0, len(CONTENT)), max_size=6))
def test_after_any_accident_read_in_pieces(tmp_path: Path, content: bytes, cuts: list[int]) -> None:
    """A damaged file that is read while it grows gives what it must, whatever the pieces are."""
    (tmp_path / NAME).write_bytes(b"")
    log = tbnb.read(tmp_path)
    with (tmp_path / NAME).open("ab", buffering=0) as file:
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(content)], strict=True):
            file.write(content[start:end])
            log.poll()
    found = delivered(log)

    assert must_come(content) <= found <= may_come(content)
    assert len({(problem.path, problem.offset) for problem in log.problems}) == len(log.problems)
