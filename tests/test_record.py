"""Framing: what is torn, what is damaged, and where reading goes on."""

from __future__ import annotations

import io
import struct

import google_crc32c
import numpy as np
import pytest
from tensorboard.summary.writer.record_writer import RecordWriter

from tbnb.events import crc
from tbnb.events.record import State, frame, look, next_intact
from tests.files import content_tensor, event, framed, of_plugin, scalars, string_tensor


class Scripted:
    """A source that is what its bytes are, and tells how much was asked of it at most."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.most = 0

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        self.most = max(self.most, length)
        return self.data[offset : offset + length]


CURVE = framed(scalars("loss", range(20), first_step=1))
FIRST = len(CURVE) // 20


def header(length: int) -> bytes:
    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", crc.masked_crc(packed))


@pytest.mark.parametrize("data", [b"", b"abc", bytes(1000)])
def test_a_record_is_what_tensorboard_writes(data: bytes) -> None:
    """Our records are those of TensorBoard's own writer, byte for byte."""
    written = io.BytesIO()
    RecordWriter(written).write(data)

    assert frame(data) == written.getvalue()


@pytest.mark.parametrize("distance", [0, 1, 7, 63, 64, 65, 500])
def test_contributions_add_up(distance: int) -> None:
    """A CRC is that of zeros, XOR what each byte contributes at its distance from the end."""
    for byte in (1, 0x80, 0xFF):
        data = bytes([byte]) + bytes(distance)
        expected = google_crc32c.value(data) ^ google_crc32c.value(bytes(distance + 1))

        assert crc.contribution(distance)[byte] == expected


def test_masks_agree() -> None:
    """Many checksums are masked like one."""
    sums = np.random.default_rng(0).integers(0, 1 << 32, 100, dtype=np.uint32)

    assert crc.mask_all(sums).tolist() == [crc.mask(int(one)) for one in sums]


@pytest.mark.parametrize("length", range(FIRST))
def test_torn_anywhere_is_truncated(length: int) -> None:
    """A record of which some bytes are missing is waited for, wherever it's torn."""
    state, _, _ = look(Scripted(CURVE[:length]), 0)

    assert state is State.TRUNCATED


@pytest.mark.parametrize("begin", range(FIRST, 2 * FIRST + 2))
@pytest.mark.parametrize("zeros", [40, 4096])
def test_a_tail_of_zeros_is_truncated(begin: int, zeros: int) -> None:
    """Zeros up to the end of the file are bytes that haven't come yet, also when they begin inside a record."""
    source = Scripted(CURVE[:begin] + bytes(zeros))
    at = FIRST if begin < 2 * FIRST else 2 * FIRST

    assert look(source, at).state is State.TRUNCATED
    assert next_intact(source, at, at + 1).offset is None


@pytest.mark.parametrize("place", range(FIRST))
def test_every_damaged_byte_is_seen(place: int) -> None:
    """A wrong byte anywhere in a record is found out, and reading goes on with the next record."""
    data = bytearray(CURVE)
    data[FIRST + place] ^= 0x40
    source = Scripted(bytes(data))

    assert look(source, FIRST).state is not State.INTACT
    assert next_intact(source, FIRST, FIRST + 1).offset == 2 * FIRST


@pytest.mark.parametrize(
    "claimed", [0, 1, FIRST, 5 * FIRST, len(CURVE), 1 << 30, (1 << 31) - 1, 1 << 40, (1 << 64) - 1]
)
def test_a_length_that_lies(claimed: int) -> None:
    """A wrong length under a right checksum costs its own record only, and no memory."""
    source = Scripted(CURVE[:FIRST] + header(claimed) + CURVE[FIRST + 12 :])

    assert look(source, FIRST).state is not State.INTACT
    assert next_intact(source, FIRST, FIRST + 1).offset == 2 * FIRST
    assert source.most <= 1 << 21


def embedding(payload: bytes) -> bytes:
    """A record of a text about event files: whole records stand in its payload."""
    return framed([event(7, of_plugin("text", "t", string_tensor(payload)))])


@pytest.mark.parametrize("missing", [1, 4, 5, 60])
def test_records_inside_a_torn_record_are_no_data(missing: int) -> None:
    """What a record embeds isn't taken for records while it isn't all there."""
    source = Scripted(CURVE + embedding(CURVE)[:-missing])

    assert look(source, len(CURVE)).state is State.TRUNCATED
    assert next_intact(source, len(CURVE), len(CURVE) + 1).offset is None


def test_records_inside_a_damaged_record_are_no_data() -> None:
    """Nor when it is damaged; what follows it is."""
    outer = bytearray(embedding(CURVE))
    outer[20] ^= 1  # its step's neighbourhood: framing and fields stay whole
    source = Scripted(CURVE + bytes(outer) + CURVE)

    assert look(source, len(CURVE)).state is State.DAMAGED
    assert next_intact(source, len(CURVE), len(CURVE) + 1).offset == len(CURVE) + len(outer)


def test_records_appended_to_a_torn_one_are_found() -> None:
    """A writer that died inside a long record, and one that went on in the same file: nothing of the second is lost
    that reaches beyond the first one's claim."""
    torn = framed([event(7, of_plugin("tensor", "big", content_tensor(np.zeros(5000), 2)))])[:100]
    appended = framed(scalars("loss", range(2000)))
    source = Scripted(CURVE + torn + appended)

    assert next_intact(source, len(CURVE), len(CURVE) + 1).offset == len(CURVE) + len(torn)


def test_a_search_is_taken_up_where_it_ended() -> None:
    """A growing file is searched on from where the last search got to, and the record is found once it's whole."""
    broken = CURVE[:FIRST] + b"\xff" * 30
    first = next_intact(Scripted(broken + CURVE[: FIRST - 1]), FIRST, FIRST + 1)
    again = next_intact(Scripted(broken + CURVE), FIRST, first.searched)

    assert first.offset is None
    assert again.offset == len(broken)


@pytest.mark.parametrize("begun", [0, 1, 12, 40])
def test_zeros_behind_damage_are_searched_again(begun: int) -> None:
    """What a network disk shows as zeros behind a damaged record is found when its bytes have come, though the file is
    no longer than before."""
    damaged = CURVE[: FIRST - 5] + b"\xff" + CURVE[FIRST - 4 : FIRST]
    on_its_way = CURVE[:begun] + bytes(len(CURVE) - begun)
    first = next_intact(Scripted(damaged + on_its_way), 0, 1)
    again = next_intact(Scripted(damaged + CURVE), 0, first.searched)

    assert first.offset is None
    assert again.offset == len(damaged)
