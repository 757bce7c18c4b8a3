"""Scalars as bytes: the fast encoder beside the plain one, the plain one beside protobuf."""

from __future__ import annotations

import math
import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from tbnb.events.record import frame
from tbnb.writer import scalars_batch
from tbnb.writer.templates import Key, records

TAGS = st.one_of(
    st.text(max_size=300), st.builds(Key, st.text(max_size=30), st.sampled_from(["simple", "float", "double"]))
)
STEPS = st.one_of(st.none(), st.integers(-(1 << 63), (1 << 63) - 1), st.integers(0, 300))
POINTS = st.lists(st.tuples(TAGS, st.floats(), STEPS, st.floats(0, 4e9)), min_size=1, max_size=60)


@given(POINTS)
def test_many_at_once_are_the_same_bytes_as_one_by_one(
    points: list[tuple[str | Key, float, int | None, float]],
) -> None:
    """The vectorised encoder writes what the plain one writes, whatever the tags, steps and values."""
    tags, values, steps, walls = map(list, zip(*points, strict=True))

    assert scalars_batch.encode(tags, values, steps, walls) == records(tags, values, steps, walls)


def test_long_batches_keep_their_order() -> None:
    """Points of tags of any length stand in the file in the order in which they were logged."""
    chance = random.Random(7)
    tags = [chance.choice(["a", "loss", "x" * 200]) for _ in range(5000)]
    columns = tags, [chance.random() for _ in tags], list(range(5000)), [1.8e9 + i / 7 for i in range(5000)]

    assert scalars_batch.encode(*columns) == records(*columns)


def test_one_long_tag_makes_no_long_rows() -> None:
    """The memory that a batch takes is about its records', though one of them has an endless tag."""
    tags: list[str | Key] = ["x" * 100_000, *["loss"] * 5000]
    columns = tags, [0.5] * len(tags), list(range(len(tags))), [1.8e9] * len(tags)

    tracemalloc.start()
    encoded = scalars_batch.encode(*columns)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert encoded == records(*columns)
    assert most < 20 * len(encoded)


@given(st.text(max_size=200), st.floats(width=32), STEPS)
def test_a_record_is_what_protobuf_writes(tag: str, value: float, step: int | None) -> None:
    """A scalar's record is that of torch's Event, byte for byte."""
    summary = Summary(value=[Summary.Value(tag=tag or "t", simple_value=value)])
    event = Event(wall_time=1.5, step=step or 0, summary=summary)

    assert records([tag or "t"], [value], [step], [1.5]) == frame(event.SerializeToString())


@pytest.mark.parametrize(
    ("style", "tensor"),
    [
        ("float", TensorProto(dtype="DT_FLOAT", float_val=[0.3])),
        ("double", TensorProto(dtype="DT_DOUBLE", double_val=[0.3])),
    ],
)
def test_new_style_is_what_protobuf_writes(style: str, tensor: TensorProto) -> None:
    """new_style=True writes torch's tensor with the scalars plugin's metadata."""
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
    summary = Summary(value=[Summary.Value(tag="t", tensor=tensor, metadata=metadata)])
    event = Event(wall_time=1.5, step=3, summary=summary)

    assert records([Key("t", style)], [0.3], [3], [1.5]) == frame(event.SerializeToString())


@pytest.mark.parametrize("value", [1e39, -1e39, 3.4028235677973366e38, math.inf])
def test_numbers_beyond_float32_become_infinite(value: float) -> None:
    """A value too large for the file's 32 bits is infinite in it, and nothing is said about it."""
    event = Event.FromString(records(["t"], [value], [0], [1.5])[12:-4])

    assert event.summary.value[0].simple_value == math.copysign(math.inf, value)
