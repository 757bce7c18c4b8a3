"""A block of bytes ► pieces: the fast way says what the slow way says, wherever the bytes are cut."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from tbnb.events.blocks import Block, decode, decode_all
from tbnb.events.known import Known
from tbnb.events.pieces import BadEvent, Item, Piece, Points, Restart
from tbnb.events.record import frame
from tbnb.events.shapes import Shapes
from tests import reference
from tests.files import event, everything, file_version, framed, scalar, session_start

Value = Summary.Value
SCALARS = SummaryMetadata(plugin_data={"plugin_name": "scalars"})


def simple(tag: str, number: float) -> Any:
    return Value(tag=tag, simple_value=number)


def tensor(**content: Any) -> Any:
    return lambda tag, number: Value(tag=tag, metadata=SCALARS, tensor=TensorProto(**content_of(number, **content)))


def content_of(number: float, **content: Any) -> dict[str, Any]:
    return {key: value(number) if callable(value) else value for key, value in content.items()}


def raw(dtype: str) -> Any:
    return lambda number: np.array(number).astype(dtype).tobytes()


# Every way in which a scalar stands in a file: by writer, dtype and field.
FORMS: dict[str, Any] = {
    "simple_value": simple,
    "float_val": tensor(dtype=1, float_val=lambda number: [number]),
    "double_val": tensor(dtype=2, double_val=lambda number: [number]),
    "int_val": tensor(dtype=3, int_val=lambda number: [int(number)]),
    "int_val of int8": tensor(dtype=6, int_val=lambda number: [int(number) % 128 - 64]),
    "int64_val": tensor(dtype=9, int64_val=lambda number: [int(number) * 1000]),
    "bool_val": tensor(dtype=10, bool_val=lambda number: [number > 0]),
    "half_val": tensor(dtype=19, half_val=lambda number: [int(np.float16(number).view(np.uint16))]),
    "content of float": tensor(dtype=1, tensor_content=raw("<f4")),
    "content of double": tensor(dtype=2, tensor_content=raw("<f8")),
    "content of half": tensor(dtype=19, tensor_content=raw("<f2")),
    "content of int64": tensor(dtype=9, tensor_content=raw("<i8")),
    "content of int32, shape [1]": tensor(dtype=3, tensor_shape={"dim": [{"size": 1}]}, tensor_content=raw("<i4")),
}


class Disorder:
    """A log of a few tags, each in a form of its own, now in rounds and now in disorder; made from a seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        chance = Random(seed)
        tags = chance.sample([f"tag/{number}" for number in range(12)], chance.randint(1, 5))
        forms = {tag: chance.choice(sorted(FORMS)) for tag in tags}
        events: list[Any] = []
        for _ in range(chance.randint(1, 4)):
            some = chance.choices(tags, k=chance.randint(1, 6))
            start = chance.choice([0, 1, 100, 16_350, -5, 1 << 40])
            for step in range(start, start + chance.randint(1, 60)):
                events += [event(step, FORMS[forms[tag]](tag, chance.gauss(0, 100))) for tag in some]
            if chance.random() < 0.5:
                events.append(event(step, *(FORMS[forms[tag]](tag, 1.0) for tag in tags)))
        self.data = framed(events)

    def __repr__(self) -> str:
        return f"Disorder({self.seed})"


disorders = st.integers(0, 1 << 32).map(Disorder)


def read_in_blocks(data: bytes, size: int) -> list[Piece]:
    """All pieces of `data`, given to `decode` in blocks of `size` bytes, or a record's where that's longer."""
    known, pieces, at, length = Known(), [], 0, size
    while at < len(data):
        new, used = decode(data[at : at + length], at, known)
        pieces += new
        if not used and at + length >= len(data):
            break
        at, length = at + used, size if used else 2 * length
    return pieces


def points_of(pieces: list[Piece]) -> dict[str, list[tuple[int, float, float]]]:
    found: dict[str, list[tuple[int, float, float]]] = {}
    for piece in pieces:
        if isinstance(piece, Points):
            rows = zip(piece.step.tolist(), piece.wall_time.tolist(), piece.value.tolist(), strict=True)
            found.setdefault(piece.tag, []).extend(rows)
    return found


@given(disorders, st.integers(1, 4000))
def test_fast_is_slow(log: Disorder, size: int) -> None:
    """Every point comes out as TensorBoard's protos say it, in order, whatever the forms and the size of the blocks."""
    assert points_of(read_in_blocks(log.data, size)) == reference.scalars(log.data)


@given(disorders, st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_no_wrong_value_from_damage(log: Disorder, place: float, bit: int) -> None:
    """One wrong bit ends the reading at its record: all before it is right, nothing of it comes out."""
    data = bytearray(log.data)
    data[int(place * len(data))] ^= 1 << bit

    assert points_of(read_in_blocks(bytes(data), 1 << 20)) == reference.scalars(bytes(data))


@st.composite
def sweeps(draw: st.DrawFn) -> list[bytes]:
    """Files of several runs: of a few scripts, some cut off, some damaged."""
    scripts = [draw(disorders).data for _ in range(draw(st.integers(1, 3)))]
    files = []
    for _ in range(draw(st.integers(1, 12))):
        data = framed([file_version()]) + scripts[draw(st.integers(0, len(scripts) - 1))]
        if draw(st.booleans()):
            data = data[: draw(st.integers(0, len(data)))]
        if data and draw(st.integers(0, 3)) == 0:
            place = draw(st.integers(0, len(data) - 1))
            data = data[:place] + bytes([data[place] ^ 1 << draw(st.integers(0, 7))]) + data[place + 1 :]
        files.append(data)
    return files


@given(sweeps())
def test_side_by_side_is_alone(files: list[bytes]) -> None:
    """Blocks of several runs that are decoded together say what each says by itself, as far as it's intact."""
    shapes = Shapes()
    blocks = [Block(data, 0, Known(shapes)) for data in files]

    decode_all(blocks)

    for block, data in zip(blocks, files, strict=True):
        assert points_of(block.pieces) == reference.scalars(data)
        assert data[: block.at] == b"".join(frame(body) for _, body in reference.records(data))


@pytest.mark.parametrize("form", sorted(FORMS))
def test_many_of_a_form(form: str) -> None:
    """A long curve comes out whole over every change of its steps' size, in each form."""
    data = framed(event(step, FORMS[form]("loss", step % 97)) for step in range(20_000))

    assert points_of(read_in_blocks(data, 1 << 16)) == reference.scalars(data)


@pytest.mark.parametrize("every", [1, 3, 50, 400])
def test_interrupted_runs(every: int) -> None:
    """A curve that another of the same length interrupts now and then comes out whole, and so does the other."""
    tags = [*["train/loss"] * every, "valid/loss"]
    data = framed(event(step, scalar(tags[step % len(tags)], step % 97)) for step in range(5000))

    assert points_of(read_in_blocks(data, 1 << 16)) == reference.scalars(data)


@pytest.mark.parametrize("count", [12, 700])
def test_many_tags_in_disorder(count: int) -> None:
    """Each of very many tags has its own points, in order."""
    chance = Random(count)
    made = [event(step, scalar(f"layer{chance.randrange(count):03}", step)) for step in range(4000)]

    assert points_of(read_in_blocks(framed(made), 1 << 20)) == reference.scalars(framed(made))


def test_nan_and_inf_stay() -> None:
    """What isn't finite is a value like any other."""
    data = framed(event(step, scalar("x", number)) for step, number in enumerate([np.nan, np.inf, -np.inf] * 30))

    values = [value for _, _, value in points_of(read_in_blocks(data, 1 << 20))["x"]]

    np.testing.assert_array_equal(values, [np.nan, np.inf, -np.inf] * 30)


@pytest.mark.parametrize("count", [3, 300])
def test_signalling_nans_are_numbers(count: int) -> None:
    """Bits that make a processor raise its flag are a NaN, without a warning."""
    quiet = framed([event(1, scalar("x", 0.0))])
    data = b"".join(frame(quiet[12:-4].replace(bytes(4), b"\x01\x00\x80\x7f")) for _ in range(count))
    assert data[12:-4] != quiet[12:-4]

    values = [value for _, _, value in points_of(read_in_blocks(data, 1 << 20))["x"]]

    np.testing.assert_array_equal(values, [np.nan] * count)


@pytest.mark.parametrize("dtype", [14, 19])
def test_bits_beyond_sixteen_are_not_cut_off(dtype: int) -> None:
    """What stands where sixteen bits belong and has more, as torch writes its halves, is the same number in a block as
    alone."""
    form = tensor(dtype=dtype, half_val=lambda bits: [bits])
    events = [event(step, form("x", bits)) for step, bits in enumerate([0x8001, 0x18001, 0x8002] * 20)]

    together = points_of(read_in_blocks(framed(events), 1 << 20))["x"]

    assert together == [points_of(read_in_blocks(framed([each]), 1 << 20))["x"][0] for each in events]


def test_doubles_are_not_rounded() -> None:
    """A double comes out to its last bit."""
    data = framed(event(step, FORMS["double_val"]("x", 0.1 + step)) for step in range(100))

    assert [value for _, _, value in points_of(read_in_blocks(data, 1 << 20))["x"]] == [0.1 + s for s in range(100)]


def test_other_kinds_are_places() -> None:
    """What is no scalar comes out as the place of its record, from which it can be parsed."""
    data = framed(everything())

    items = [piece for piece in read_in_blocks(data, 1 << 20) if isinstance(piece, Item)]

    assert {item.tag for item in items} >= {"h", "i", "a", "t/text_summary", "x", "pr", "odd"}
    for item in items:
        found = Event.FromString(data[item.offset + 12 : item.offset + item.length - 4])
        assert item.place < 0 or found.summary.value[item.place].tag == item.tag
        assert (found.step, found.wall_time) == (item.step, item.wall_time)


@pytest.mark.parametrize("around", [3, 100])
def test_restart_keeps_its_place(around: int) -> None:
    """A restart stands between the points before it and those after it, also amid an irregular stretch."""
    before = [event(step, scalar("loss", step)) for step in range(around)]
    after = [event(step, scalar("loss", -step), scalar("more", 0.0)) for step in range(around)]
    data = framed([*before, session_start(2), *after])

    pieces = read_in_blocks(data, 1 << 20)

    at = next(number for number, piece in enumerate(pieces) if isinstance(piece, Restart))
    assert points_of(pieces[:at]) == reference.scalars(framed(before))
    assert points_of(pieces[at:]) == reference.scalars(framed(after))


def test_a_tag_is_what_it_was_first() -> None:
    """A tensor without metadata is a scalar only where its tag was introduced as one."""
    bare = [event(step, Value(tag="a", tensor={"dtype": 1, "float_val": [step]})) for step in range(1, 50)]
    known = [event(0, FORMS["float_val"]("a", 7.0)), *bare]

    assert points_of(read_in_blocks(framed(bare), 1 << 20)) == {}
    assert points_of(read_in_blocks(framed(known), 1 << 20)) == reference.scalars(framed(known))


def test_an_intact_record_that_is_no_event_is_left_out() -> None:
    """Bytes that are no protobuf are reported with their place; what's around them is read."""
    good = [event(step, scalar("loss", step)) for step in range(3)]
    data = framed([good[0], b"\x0f\xff\xff", *good[1:]])

    pieces = read_in_blocks(data, 1 << 20)

    assert [piece.offset for piece in pieces if isinstance(piece, BadEvent)] == [len(framed(good[:1]))]
    assert len(points_of(pieces)["loss"]) == 3


def test_tags_that_are_no_text_stay_apart() -> None:
    """Two tags of invalid UTF-8 remain two tags."""
    bodies = [b"\x2a\x0b\x0a\x09\x0a\x02" + tag + b"\x15\0\0\x80\x3f" for tag in (b"\xff\xfe", b"\xff\xfd")]

    assert sorted(points_of(read_in_blocks(framed(bodies), 1 << 20))) == ["\\xff\\xfd", "\\xff\\xfe"]
