"""Scalars and histograms: their data, beside what TensorBoard makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard import data_compat
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.util import tensor_util

from tbnb.errors import DecodeError, TbnbError
from tbnb.kinds.histograms import Histogram
from tbnb.kinds.scalars import scalar_of

from .files import (
    EXAMPLES,
    decoded,
    legacy_histogram,
    of_plugin,
    shape,
    string_tensor,
)

Value = Summary.Value


@pytest.mark.parametrize("name", ["scalars, old form", "scalars, content", "scalars, list"])
def test_scalars_are_python_floats(name: str) -> None:
    """A scalar of any form is a float: the number that TensorBoard shows."""
    migrated = data_compat.migrate_value(EXAMPLES[name])
    number = decoded(EXAMPLES[name])

    assert type(number) is float
    assert number == tensor_util.make_ndarray(migrated.tensor).item()


@pytest.mark.parametrize(
    ("proto", "number"),
    [
        (TensorProto(dtype=3, int_val=[-7]), -7.0),
        (TensorProto(dtype=10, bool_val=[True]), 1.0),
        (TensorProto(dtype=14, half_val=[0x3F80]), 1.0),
        (TensorProto(dtype=23, uint64_val=[2**63]), float(2**63)),
        (TensorProto(dtype=1, tensor_shape=shape(1, 1), float_val=[2.0]), 2.0),
        (TensorProto(dtype=1, tensor_shape=shape(2), float_val=[2.0]), None),
        (TensorProto(dtype=1, tensor_shape=shape(0)), None),
        (TensorProto(dtype=8, scomplex_val=[1.0, 2.0]), None),
        (TensorProto(dtype=1), None),
        (string_tensor(b"1.0"), None),
    ],
)
def test_scalar_of_a_tensor(proto: Any, number: float | None) -> None:
    """A tensor of one real number, of whatever type and rank, is a scalar; nothing else is."""
    assert scalar_of(Value(tag="x", tensor=proto)) == number


def test_what_is_no_number_says_so() -> None:
    """A scalar that is a string is an error that names kind, tag and reason, when asked for."""
    with pytest.raises(DecodeError, match=r"scalars item of tag 'x'.*single number") as caught:
        decoded(of_plugin("scalars", "x", string_tensor(b"1.0")))

    assert (caught.value.kind, caught.value.tag) == ("scalars", "x")
    assert isinstance(caught.value, TbnbError)


# Histograms


def test_histograms_are_rows() -> None:
    """A histogram of the new form is its rows of left edge, right edge and count."""
    histogram = decoded(EXAMPLES["histograms"])

    assert isinstance(histogram, Histogram)
    assert histogram.left.tolist() == [0, 1, 2]
    assert histogram.right.tolist() == [1, 2, 3]
    assert histogram.count.tolist() == [2, 0, 5]


def test_old_histograms_lose_their_empty_ends() -> None:
    """Empty outer buckets go; the least and the greatest value bound those that stay."""
    rows = decoded(EXAMPLES["histograms, old form"]).buckets

    assert rows.tolist() == [[-0.5, 0.0, 2.0], [0.0, 1.0, 0.0], [1.0, 4.0, 3.0]]


edges = st.floats(-(2.0**100), 2.0**100, width=32)
buckets = st.lists(st.tuples(edges, st.integers(0, 3)), max_size=6)


@given(buckets, edges, edges)
def test_old_histograms_become_what_tensorboard_makes_of_them(
    pairs: list[tuple[float, int]], least: float, greatest: float
) -> None:
    """The conversion is TensorBoard's own, but in double precision."""
    limits, counts = [edge for edge, _ in pairs], [float(count) for _, count in pairs]
    value = Value(tag="h", histo=HistogramProto(min=least, max=greatest, bucket_limit=limits, bucket=counts))

    theirs = tensor_util.make_ndarray(data_compat.migrate_value(value).tensor)

    np.testing.assert_array_equal(decoded(value).buckets.astype(np.float32), theirs)


def test_old_histogram_with_too_few_edges_is_refused() -> None:
    """Buckets and edges that don't match are an error, not a guess."""
    histo = legacy_histogram()
    histo.bucket.append(1.0)

    with pytest.raises(DecodeError, match="5 buckets but 4 edges"):
        decoded(Value(tag="h", histo=histo))
