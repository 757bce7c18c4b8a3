"""Files that were torn or damaged: no crash, no wrong value, every intact record, one report."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from .files import EXAMPLES, event, everything, framed
from .hostile import NAME, header, read_bytes, records, steps, written

# Torn


def test_torn_at_every_byte(tmp_path: Path) -> None:
    """A file that ends anywhere has its whole records, no problem, and the rest when the rest is there."""
    pieces = records(4)
    whole = b"".join(pieces)
    ends = [sum(map(len, pieces[: i + 1])) for i in range(len(pieces))]

    for cut in range(len(whole) + 1):
        log = read_bytes(tmp_path, whole[:cut])
        assert steps(log) == [step for step, end in enumerate(ends) if end <= cut]
        (tmp_path / NAME).write_bytes(whole)
        log.poll()
        assert steps(log) == [0, 1, 2, 3]
        assert log.problems == []


def test_grown_byte_by_byte(tmp_path: Path) -> None:
    """An open log that is polled at every byte gets every record once, as soon as its last byte is there."""
    pieces = [framed([event(0, EXAMPLES["images"])]), *records(3)]
    log = read_bytes(tmp_path, b"")
    with (tmp_path / NAME).open("ab", buffering=0) as file:
        for piece in pieces:
            polled = [file.write(piece[i : i + 1]) and log.poll() for i in range(len(piece))]
            assert polled == [0] * (len(piece) - 1) + [1]
    assert steps(log) == [0, 1, 2]
    assert log.problems == []


def test_every_form_torn_at_any_byte(tmp_path: Path) -> None:
    """What is there of a file of every form decodes, wherever the file ends."""
    whole = framed(everything())
    for cut in range(0, len(whole), 41):
        log = read_bytes(tmp_path, whole[:cut])
        for series in log.series:
            assert [series[i].data is not None for i in range(len(series))] == [True] * len(series)
        assert log.problems == []


# Damaged


@pytest.mark.parametrize("hit", range(5))
def test_a_flipped_bit_costs_its_own_record(tmp_path: Path, hit: int) -> None:
    """Whichever bit of a record flips, all other records are delivered, and one problem is reported."""
    pieces = records(5)
    for place in range(len(pieces[hit])):
        broken = bytearray(pieces[hit])
        broken[place] ^= 1 << place % 8
        log = read_bytes(tmp_path, b"".join([*pieces[:hit], bytes(broken), *pieces[hit + 1 :]]))
        assert steps(log) == [step for step in range(5) if step != hit]
        with (tmp_path / NAME).open("ab") as file:
            file.write(records(1, 5)[0])
        log.poll()
        log.poll()
        assert steps(log) == [step for step in range(6) if step != hit]
        assert [problem.what for problem in log.problems] == ["corrupt"]


# A piece of a record that was written twice: read as an event, it claims to be 100 MB long.
CLAIMING = b"\x0b\n\t\n\x07scalarsJ\xc0\xf8\xb3A" + bytes(10)


@pytest.mark.parametrize("garbage", [b"\0", b"\xff" * 7, bytes(range(256)) * 40, bytes(5000) + b"x", CLAIMING])
def test_garbage_between_records(tmp_path: Path, garbage: bytes) -> None:
    """Bytes that are no record cost nothing but themselves."""
    log = read_bytes(tmp_path, b"".join([*records(2), garbage, *records(2, 2)]))

    assert steps(log) == [0, 1, 2, 3]
    assert [problem.what for problem in log.problems] == ["corrupt"]


def test_garbage_that_is_no_event_covers_nothing(tmp_path: Path) -> None:
    """Where damage follows soon again, the whole records between come: only an event's own fields can cover them."""
    step_with_a_length = bytes(12) + b"\x12\x9b\xd8\x2d"
    torn = bytearray(records(1, 3)[0])
    torn[0] ^= 1
    log = read_bytes(tmp_path, b"".join([*records(2), step_with_a_length, *records(1, 2), bytes(torn), *records(2, 4)]))

    assert steps(log) == [0, 1, 2, 4, 5]


def test_zeros_between_records(tmp_path: Path) -> None:
    """A hole of zeros that was never filled costs nothing but itself, once there is something after it."""
    log = read_bytes(tmp_path, b"".join([*records(2), bytes(4096)]))
    assert log.problems == []

    with (tmp_path / NAME).open("ab") as file:
        file.write(b"".join(records(2, 2)))
    log.poll()

    assert steps(log) == [0, 1, 2, 3]
    assert [problem.what for problem in log.problems] == ["corrupt"]


@pytest.mark.parametrize("length", [1 << 31, 1 << 40, (1 << 63) - 1, (1 << 64) - 1])
def test_an_impossible_length_costs_nothing(tmp_path: Path, length: int) -> None:
    """A length that no message can have lies, though its checksum is right: what follows is delivered at once."""
    log = read_bytes(tmp_path, b"".join([*records(2), header(length), *records(2, 2)]))

    assert steps(log) == [0, 1, 2, 3]
    assert [problem.what for problem in log.problems] == ["corrupt"]


@pytest.mark.parametrize("length", [0, 1, 60, 200, 3000])
def test_a_lying_length_costs_what_it_covers_at_most(tmp_path: Path, length: int) -> None:
    """After a record's end that its length lies about, everything is delivered."""
    after = records(200, 2)
    log = read_bytes(tmp_path, b"".join([*records(2), header(length), *after]))

    covered = math.ceil((length + 4) / len(after[0]))

    assert steps(log)[:2] == [0, 1]
    assert set(range(2 + covered, 202)) <= set(steps(log))
    assert [problem.what for problem in log.problems] == ["corrupt"]


def test_a_torn_record_in_the_middle(tmp_path: Path) -> None:
    """A writer died inside a long record and another went on in the same file: its points come."""
    long = framed([event(0, EXAMPLES["images"])])
    log = read_bytes(tmp_path, b"".join([*records(1), long[:40]]))
    after = records(50, 1)
    with (tmp_path / NAME).open("ab", buffering=0) as file:
        for piece in after:
            file.write(piece)
            log.poll()

    covered = math.ceil((len(long) - 40) / len(after[0]))
    assert set(range(1 + covered, 51)) <= set(steps(log))
    assert [problem.what for problem in log.problems] == ["corrupt"]


# Zeros at the end


def test_zeros_for_bytes_on_their_way(tmp_path: Path) -> None:
    """A file whose end is zeros from any byte on waits, and is whole when the bytes have come; no problem."""
    pieces = records(3)
    whole = b"".join(pieces)
    for cut in range(len(pieces[0]), len(whole)):
        log = read_bytes(tmp_path, whole[:cut] + bytes(len(whole) - cut))
        with (tmp_path / NAME).open("r+b") as file:
            file.write(whole)
        log.poll()
        assert (steps(log), log.problems) == ([0, 1, 2], []), f"zeros from byte {cut}"


@pytest.mark.parametrize("zeros", [1, 11, 12, 16, 17, 4096])
def test_zeros_after_the_last_record(tmp_path: Path, zeros: int) -> None:
    """Zeros after a whole record are truncation: they cost nothing, and what replaces them is read."""
    pieces = records(3)
    log = read_bytes(tmp_path, b"".join(pieces[:2]) + bytes(zeros))
    assert (steps(log), log.problems) == ([0, 1], [])

    written(tmp_path, b"".join(pieces).ljust(sum(map(len, pieces[:2])) + zeros, b"\0"))
    log.poll()

    assert (steps(log), log.problems) == ([0, 1, 2], [])
