"""Frames: what is encoded is what is decoded, here and in the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tbnb.page.wire import Section, decode, encode
from tests.data.wire.make import FRAMES

GOLDEN = Path(__file__).parent / "data" / "wire"


def assert_same(one: Section, other: Section) -> None:
    assert one[:5] == other[:5]
    for mine, yours in zip(one[5:], other[5:], strict=True):
        assert (mine is None) == (yours is None)
        if mine is not None:
            np.testing.assert_array_equal(mine, yours)


@pytest.mark.parametrize("name", FRAMES)
def test_golden_frames_are_what_is_encoded(name: str) -> None:
    """The bytes that the page's tests read are those that the kernel sends today."""
    assert (GOLDEN / f"{name}.bin").read_bytes() == encode(FRAMES[name])


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_says_what_was_put_in(name: str) -> None:
    """Every number comes back as it was, NaN and the sign of zero included."""
    back = decode(encode(FRAMES[name]))

    assert len(back) == len(FRAMES[name])
    for sent, got in zip(FRAMES[name], back, strict=True):
        assert_same(sent, got)


def test_what_is_usual_is_small() -> None:
    """Even steps cost nothing, and values that came from a float32 cost four bytes."""
    count = 1000
    value = np.random.default_rng(0).random(count).astype("f4").astype("f8")
    usual = Section(0, 0, 0, count, count, np.arange(count), np.arange(count) / 3, value)

    assert len(encode([usual])) == 32 + 16 + 8 * count + 4 * count


def test_steps_from_end_to_end() -> None:
    """What a file may say of steps is as far apart on the page as in the file."""
    step = np.array([-(2**63), 2**63 - 1] * 20)
    sent = Section(0, 0, 0, len(step), len(step), step, np.arange(40.0), np.arange(40.0))

    (got,) = decode(encode([sent]))

    assert got.step.tolist() == step.astype(float).tolist()
