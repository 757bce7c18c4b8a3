"""Records with valid checksums and a content made to harm: no crash, no wrong value, everything else delivered."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import DecodeError as ProtobufError
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.tensor_pb2 import TensorProto

import tbnb
from tbnb.errors import DecodeError
from tbnb.events.record import frame

from .files import EXAMPLES, event, event_file, file_version, framed, of_plugin, scalar, scalars, shape
from .hostile import NAME, calmly, read_bytes, records, steps


@calmly
@given(st.lists(st.binary(max_size=80).filter(lambda content: not _restarts(content)), max_size=5))
def test_records_that_are_no_events(tmp_path: Path, contents: list[bytes]) -> None:
    """Whatever stands in a record with valid checksums, the records around it are delivered."""
    log = read_bytes(tmp_path, b"".join([*records(1), *map(frame, contents), *records(1, 1)]))

    delivered = log["."]["x"]

    assert [pair for pair in zip(delivered.step, delivered.value, strict=True) if pair in [(0, 0.5), (1, 1.5)]] == [
        (0, 0.5),
        (1, 1.5),
    ]
    _look_at_everything(log)


@calmly
@given(st.data())
def test_events_with_some_bytes_replaced(tmp_path: Path, data: st.DataObject) -> None:
    """An event of any form whose bytes were changed under valid checksums is decoded or refused; others stand."""
    value = EXAMPLES[data.draw(st.sampled_from(sorted(EXAMPLES)))]
    content = bytearray(event(0, value).SerializeToString())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    log = read_bytes(tmp_path, b"".join([framed([bytes(content)]), *framed_scalars()]))

    assert log["."]["certain"].value.tolist() == [0.0, 1.0, 2.0]
    _look_at_everything(log)


@pytest.mark.parametrize("place", range(40))
@pytest.mark.parametrize("byte", [0, 1, 20, 127, 255])
def test_scalar_tensor_with_a_byte_replaced(tmp_path: Path, place: int, byte: int) -> None:
    """Whichever byte of a scalar's tensor is wrong under valid checksums, the records behind it are delivered."""
    content = bytearray(event(0, EXAMPLES["scalars, content"]).SerializeToString())
    content[place % len(content)] = byte
    log = read_bytes(tmp_path, b"".join([framed([bytes(content)]), *framed_scalars()]))

    assert log["."]["certain"].value.tolist() == [0.0, 1.0, 2.0]


def framed_scalars() -> list[bytes]:
    return [framed([each]) for each in scalars("certain", [0.0, 1.0, 2.0])]


def _restarts(content: bytes) -> bool:
    """Whether it takes back what was before it, as it's an event that says so."""
    with suppress(ProtobufError):
        return Event.FromString(content).session_log.status == SessionLog.START
    return False


def _look_at_everything(log: Any) -> None:
    """All that a reader may ask of a log."""
    for series in log.series:
        assert len(series.step) == len(series.wall_time) == len(series)
        for i in range(len(series)):
            with suppress(DecodeError):
                assert series[i].data is not None
    assert all(str(problem.text) for problem in log.problems)


EXTREMES: dict[str, Callable[[], Any]] = {
    "step": lambda: event(-(2**63), scalar("a", 1.0), wall_time=0.0),
    "time": lambda: event(2**63 - 1, scalar("a", 1.0), wall_time=math.inf),
    "no time": lambda: event(0, scalar("a", math.nan), wall_time=math.nan),
    "no tag": lambda: event(0, scalar("", 1.0)),
    "long tag": lambda: event(0, scalar("a" * 1_000_000, 1.0)),
    "strange tag": lambda: event(0, scalar("\0\n\u202e/../\U0001f600", 1.0)),
    "many": lambda: event(0, *(scalar(f"a{i}", 1.0) for i in range(5000))),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes(tmp_path: Path, name: str) -> None:
    """Every number, tag and count that the format can hold is read."""
    made = EXTREMES[name]()
    event_file(tmp_path, [file_version(), made])

    log = tbnb.read(tmp_path)

    assert log.problems == []
    assert set(log["."]) == {value.tag for value in made.summary.value}
    for series in log.series:
        assert series.step.tolist() == [made.step]
        assert repr(series.wall_time.tolist()) == repr([made.wall_time])
        assert repr(series.value.tolist()) == repr([made.summary.value[0].simple_value])


def renamed(value: Any, tag: str) -> Any:
    copy = type(value).FromString(value.SerializeToString())
    copy.tag = tag
    return copy


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("name", [name for name in EXAMPLES if not name.startswith("scalars")])
def test_a_tag_of_scalars_that_holds_something_else(tmp_path: Path, name: str, at_once: bool) -> None:
    """A tag used for two kinds stays of scalars, keeps all its numbers, and the rest is reported once."""
    odd = renamed(EXAMPLES[name], "x")
    values = [scalar("x", 0.5), odd, odd, scalar("x", 3.5), odd]
    events = [event(step, value) for step, value in enumerate(values)]
    log = tbnb.read(event_file(tmp_path, events if at_once else []).parent)
    for each in [] if at_once else events:
        with (tmp_path / NAME).open("ab") as file:
            file.write(framed([each]))
        log.poll()

    assert log["."]["x"].kind == "scalars"
    assert steps(log) == [0, 3]
    assert [problem.what for problem in log.problems] == ["mixed"]
    assert "'x'" in log.problems[0].text


@pytest.mark.parametrize("name", [name for name in EXAMPLES if not name.startswith("scalars")])
def test_a_tag_of_another_kind_that_holds_a_scalar(tmp_path: Path, name: str) -> None:
    """A tag used for two kinds keeps its first one; asking for what isn't of it is a DecodeError."""
    events = [event(0, renamed(EXAMPLES[name], "x")), event(1, scalar("x", 1.5))]
    event_file(tmp_path, events)

    log = tbnb.read(tmp_path)

    assert log["."]["x"].kind == name.split(",")[0]
    assert log["."]["x"].step.tolist() == [0, 1]
    _look_at_everything(log)


ODD_NUMBERS = {
    "torch's half": TensorProto(dtype=19, half_val=[0x3F000000]),
    "torch's bfloat16": TensorProto(dtype=14, half_val=[0x3F000000]),
    "rank 2": TensorProto(dtype=2, tensor_shape=shape(1, 1), double_val=[0.5]),
    "a quantized type": TensorProto(dtype=12, int_val=[7]),
    "torch's uint8": TensorProto(dtype=4, uint32_val=[7]),
}


@pytest.mark.parametrize("name", ODD_NUMBERS)
def test_numbers_in_odd_encodings(tmp_path: Path, name: str) -> None:
    """A scalar in an encoding that hardly anybody uses is a number all the same."""
    event_file(tmp_path, [event(0, of_plugin("scalars", "odd", ODD_NUMBERS[name]))])

    log = tbnb.read(tmp_path)

    assert log["."]["odd"].value.tolist() in ([0.5], [7.0])
    assert log.problems == []
