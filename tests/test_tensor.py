"""TensorProto ► NumPy, beside TensorBoard's own `make_ndarray`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from google.protobuf.message import DecodeError as ProtobufError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.util import tensor_util

from tbnb.events.tensor import MAX_REPEATED, to_numpy

from .files import content_tensor, shape, string_tensor

NUMBERS = {
    "<f4": (1, "float_val"),
    "<f8": (2, "double_val"),
    "<i4": (3, "int_val"),
    "|u1": (4, "int_val"),
    "<i2": (5, "int_val"),
    "|i1": (6, "int_val"),
    "<i8": (9, "int64_val"),
    "<u2": (17, "int_val"),
}
arrays = st.sampled_from(sorted(NUMBERS)).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)


def as_list(array: Any, name: str | None = None) -> Any:
    """The array as a typed list, as TensorBoard's Python writers have it."""
    number, field = NUMBERS[array.dtype.str]
    return TensorProto(dtype=number, tensor_shape=shape(*array.shape), **{name or field: array.ravel().tolist()})


def test_dtype_table_of_the_test_is_right() -> None:
    """Each of the types below is the one that TensorBoard's own maker gives that number."""
    for dtype, (number, _) in NUMBERS.items():
        assert tensor_util.make_tensor_proto(np.zeros(2, dtype)).dtype == number


@given(arrays)
def test_content_is_read_as_tensorboard_reads_it(array: Any) -> None:
    """Raw bytes give the very array, NaN and signed zeros included."""
    proto = content_tensor(array, NUMBERS[array.dtype.str][0])

    ours = to_numpy(proto)

    assert ours.tobytes() == array.tobytes()
    assert (ours.shape, ours.dtype) == (array.shape, array.dtype)
    if array.size:
        np.testing.assert_array_equal(ours, tensor_util.make_ndarray(proto))


@given(arrays)
def test_typed_lists_are_read_as_tensorboard_reads_them(array: Any) -> None:
    """A typed list gives the array that was written."""
    proto = as_list(array)

    ours = to_numpy(proto)

    assert (ours.shape, ours.dtype) == (array.shape, array.dtype)
    np.testing.assert_array_equal(ours, array)
    np.testing.assert_array_equal(ours, tensor_util.make_ndarray(proto))


@given(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4), st.floats(width=32))
def test_one_value_stands_for_the_whole_shape(sizes: tuple[int, ...], number: float) -> None:
    """A list of one is repeated over the claimed shape, as TensorBoard does."""
    proto = TensorProto(dtype=1, tensor_shape=shape(*sizes), float_val=[number])

    np.testing.assert_array_equal(to_numpy(proto), tensor_util.make_ndarray(proto))


@given(hnp.arrays(np.complex128, hnp.array_shapes(max_dims=2, max_side=3)))
def test_complex_numbers_are_pairs(array: Any) -> None:
    """A complex tensor is a list of real and imaginary parts."""
    parts = array.ravel().view(np.float64).tolist()
    proto = TensorProto(dtype=18, tensor_shape=shape(*array.shape), dcomplex_val=parts)

    np.testing.assert_array_equal(to_numpy(proto), array)


@pytest.mark.parametrize("payload", [b"\x2a\x08\0\0\x80\x3f\0\0\0\x40", b"\x2d\0\0\x80\x3f\x2d\0\0\0\x40"])
def test_lists_may_be_packed_or_not(payload: bytes) -> None:
    """The two encodings that protobuf knows for a list of floats, byte by byte."""
    proto = TensorProto.FromString(b"\x08\x01\x12\x04\x12\x02\x08\x02" + payload)

    assert to_numpy(proto).tolist() == [1.0, 2.0]


def test_halves_of_tensorflow() -> None:
    """TensorFlow puts the sixteen bits of a half where they belong."""
    proto = TensorProto(dtype=19, tensor_shape=shape(3), half_val=[0x3C00, 0xC000, 0])

    assert to_numpy(proto).dtype == np.float16
    assert to_numpy(proto).tolist() == [1.0, -2.0, 0.0]


@pytest.mark.parametrize("number", [19, 14])
def test_halves_of_torch_are_float32_patterns(number: int) -> None:
    """torch's add_tensor writes a float32's bits for a half and a bfloat16; the numbers come back right."""
    bits = np.array([0.5, -1.5, 0.0], "<f4").view("<i4").tolist()

    assert to_numpy(TensorProto(dtype=number, tensor_shape=shape(3), half_val=bits)).tolist() == [
        0.5,
        -1.5,
        0.0,
    ]


def test_float32_pattern_too_large_for_a_half_is_infinite() -> None:
    """A number in a half's place that no half can hold is infinity, without a warning."""
    bits = np.array([1e30], "<f4").view("<i4").tolist()

    assert to_numpy(TensorProto(dtype=19, tensor_shape=shape(1), half_val=bits)).tolist() == [np.inf]


def test_bfloat16_is_float32() -> None:
    """bfloat16 is the upper half of a float32, from either place."""
    listed = TensorProto(dtype=14, tensor_shape=shape(2), half_val=[0x3F80, 0xC000])
    raw = TensorProto(dtype=14, tensor_shape=shape(2), tensor_content=b"\x80\x3f\x00\xc0")

    for proto in (listed, raw):
        assert to_numpy(proto).dtype == np.float32
        assert to_numpy(proto).tolist() == [1.0, -2.0]


def test_uint8_of_torch_is_in_another_list() -> None:
    """torch's add_tensor puts uint8 into uint32_val."""
    proto = TensorProto(dtype=4, tensor_shape=shape(2), uint32_val=[7, 255])

    assert to_numpy(proto).dtype == np.uint8
    assert to_numpy(proto).tolist() == [7, 255]


@pytest.mark.parametrize(("number", "field"), [(22, "uint32_val"), (23, "uint64_val")])
def test_wide_unsigned_integers(number: int, field: str) -> None:
    """uint32 and uint64 come from their own lists, up to their greatest number."""
    greatest = 2 ** (32 if number == 22 else 64) - 1
    proto = TensorProto(dtype=number, tensor_shape=shape(2), **{field: [0, greatest]})

    assert to_numpy(proto).tolist() == [0, greatest]


def test_bools_from_either_place() -> None:
    """Bools come from a list or from bytes, where anything but zero is true."""
    listed = TensorProto(dtype=10, tensor_shape=shape(2), bool_val=[True, False])
    raw = TensorProto(dtype=10, tensor_shape=shape(2), tensor_content=b"\x02\x00")

    assert to_numpy(listed).tolist() == to_numpy(raw).tolist() == [True, False]


def test_strings_keep_their_zeros() -> None:
    """Strings are bytes objects, which NumPy's own string type would cut at trailing zeros."""
    assert to_numpy(string_tensor([[b"a\0", b""], [b"\xff", b"d"]])).tolist() == [
        [b"a\0", b""],
        [b"\xff", b"d"],
    ]


def test_arrays_are_read_only() -> None:
    """Nobody can write into what was decoded."""
    with pytest.raises(ValueError, match="read-only"):
        to_numpy(as_list(np.zeros(2, "<f4")))[0] = 1


HOSTILE = {
    "a shape of terabytes": TensorProto(dtype=1, tensor_shape=shape(1 << 40), float_val=[1.0]),
    "a shape beyond int64": TensorProto(dtype=1, tensor_shape=shape(*[1 << 40] * 3), float_val=[1.0]),
    "an empty shape beyond int64": TensorProto(dtype=1, tensor_shape=shape(0, *[1 << 40] * 3)),
    "just too many": TensorProto(dtype=1, tensor_shape=shape(MAX_REPEATED + 1), float_val=[1.0]),
    "a thousand dimensions": TensorProto(dtype=1, tensor_shape=shape(*[1] * 1000), float_val=[1.0]),
    "a negative size": TensorProto(dtype=1, tensor_shape=shape(-1), float_val=[1.0]),
    "two negative sizes": TensorProto(dtype=1, tensor_shape=shape(-1, -1), float_val=[1.0]),
    "too few": TensorProto(dtype=1, tensor_shape=shape(3), float_val=[1.0, 2.0]),
    "too many": TensorProto(dtype=1, tensor_shape=shape(1), float_val=[1.0, 2.0]),
    "none": TensorProto(dtype=1),
    "half an element": TensorProto(dtype=1, tensor_shape=shape(1), tensor_content=b"\0\0\0"),
    "content of strings": TensorProto(dtype=7, tensor_content=b"abc"),
    "no type": TensorProto(float_val=[1.0]),
    "an unknown type": TensorProto.FromString(b"\x08\xe7\x07"),
    "a resource": TensorProto(dtype=20, tensor_content=b"abcd"),
    "an integer too large for its type": TensorProto(dtype=4, tensor_shape=shape(1), int_val=[256]),
    "half a complex number": TensorProto(dtype=8, tensor_shape=shape(1), scomplex_val=[1.0]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_tensor_that_lies_is_refused_before_memory_is_taken(name: str) -> None:
    """What isn't what it claims is a ValueError that says so, never a crash and never gigabytes."""
    with pytest.raises(ValueError, match=r"\w+"):
        to_numpy(HOSTILE[name])


def test_many_repeated_elements_take_no_memory() -> None:
    """A value that stands for a million is stored once."""
    array = to_numpy(TensorProto(dtype=2, tensor_shape=shape(MAX_REPEATED), double_val=[1.5]))

    assert array.shape == (MAX_REPEATED,)
    assert array.strides == (0,)


@given(st.binary(max_size=40))
def test_any_bytes_give_an_array_or_a_value_error(data: bytes) -> None:
    """Whatever protobuf takes for a tensor either decodes or is refused."""
    proto = TensorProto(dtype=1)
    with suppress(ProtobufError):
        proto.MergeFromString(data)
    with suppress(ValueError):
        assert isinstance(to_numpy(proto), np.ndarray)
