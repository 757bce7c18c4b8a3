"""Picking points: indices in order, ends and spikes kept, whatever the values are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tbnb.page.pick import pick

values = arrays(np.float64, st.integers(1, 400), elements=st.floats(allow_nan=True, allow_infinity=True))


@given(values, st.integers(4, 500))
def test_indices_in_order_and_not_too_many(value: npt.NDArray[np.float64], most: int) -> None:
    """Picked indices grow, lie in the series, are at most as many as asked, and have its first and last point."""
    picked = pick(value, most)

    assert len(picked) <= max(most, 4)
    assert (np.diff(picked) > 0).all()
    assert picked[0] == 0
    assert picked[-1] == len(value) - 1


@given(values, st.integers(4, 500))
def test_greatest_finite_value_is_kept(value: npt.NDArray[np.float64], most: int) -> None:
    """The greatest finite value of all is always among the picked."""
    finite = value[np.isfinite(value)]
    if len(finite):
        assert finite.max() in value[pick(value, most)]


@pytest.mark.parametrize("spike", [1e9, -1e9, np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 1, 49_999, 77_777, 99_999])
def test_a_single_spike_of_100_000_points_is_kept(spike: float, place: int) -> None:
    """One odd value among 100,000 is picked, wherever it stands, also where it's no number."""
    value = np.sin(np.arange(100_000) / 1000)
    value[place] = spike

    assert place in pick(value, 400)


def test_few_points_are_all_picked() -> None:
    """Where all can be shown, all are."""
    assert pick(np.arange(10.0), 10).tolist() == list(range(10))
