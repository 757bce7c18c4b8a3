"""Images, audio and text: their data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.summary_pb2 import Summary

from tbnb.errors import DecodeError
from tbnb.kinds.audio import Audio, Clip, wav_rate
from tbnb.kinds.images import Image, image_format

from .files import (
    EXAMPLES,
    decoded,
    of_plugin,
    png,
    string_tensor,
    wav,
)

Value = Summary.Value


def test_images_of_the_new_form() -> None:
    """An image has its size and each of its samples, told by their bytes."""
    assert decoded(EXAMPLES["images"]) == Image("png", 3, 2, (png(3, 2), png(1, 1)))


def test_images_of_the_old_form() -> None:
    """An old image has one sample."""
    assert decoded(EXAMPLES["images, old form"]) == Image("png", 3, 2, (png(3, 2),))


def test_no_sample_is_an_image_still() -> None:
    """A batch of no images has a size and no format."""
    image = decoded(of_plugin("images", "i", string_tensor([b"3", b"2"])))

    assert image == Image("", 3, 2, ())
    assert image.media_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("start", "name", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
        (b"GIF87a", "gif", "image/gif"),
        (b"GIF89a", "gif", "image/gif"),
        (b"\xff\xd8\xff\xe0", "jpeg", "image/jpeg"),
        (b"BM\x46\0", "bmp", "image/bmp"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "", "application/octet-stream"),
        (b"<svg xmlns", "svg", "image/svg+xml"),
        (b"", "", "application/octet-stream"),
    ],
)
def test_image_formats_are_told_by_their_bytes(start: bytes, name: str, media_type: str) -> None:
    """The first bytes decide, whatever the writer meant to write."""
    assert image_format(start) == name
    assert Image(name, 1, 1, (start,)).media_type == media_type


def test_audio_of_the_new_form() -> None:
    """Clips have their labels, and the rate that their own header says."""
    clips = (Clip(wav(), "audio/wav", 8000.0, "*one*"), Clip(wav(16000), "audio/wav", 16000.0))

    assert decoded(EXAMPLES["audio"]) == Audio(clips)


def test_audio_without_labels() -> None:
    """A vector of clips is one without labels."""
    data = decoded(of_plugin("audio", "a", string_tensor([wav(), b"OggS..."])))

    assert data == Audio((Clip(wav(), "audio/wav", 8000.0), Clip(b"OggS...", "audio/ogg", None)))


def test_audio_of_the_old_form() -> None:
    """An old clip says its rate and type itself."""
    value = Value(tag="a", audio={"sample_rate": 22050, "encoded_audio_string": b"?", "content_type": "audio/x"})

    assert decoded(value) == Audio((Clip(b"?", "audio/x", 22050.0),))


@given(st.binary(max_size=30))
def test_no_header_breaks_the_reading_of_a_rate(tail: bytes) -> None:
    """A torn or lying WAV header has a rate or none."""
    assert wav_rate(b"RIFF\0\0\0\0WAVE" + tail) is None or b"fmt " in tail


@pytest.mark.parametrize("strings", [b"x", [[b"x"] * 3], [[[b"x"]]]])
def test_audio_of_another_shape_is_refused(strings: Any) -> None:
    """Clips come as a vector or as rows of two."""
    with pytest.raises(DecodeError, match="shape"):
        decoded(of_plugin("audio", "a", string_tensor(strings)))


@pytest.mark.parametrize("strings", [b"one", [b"a", b"b"], [[b"a", b"b"]], [[[b"a"]]]])
def test_text_keeps_its_shape(strings: Any) -> None:
    """Text is an array of Python strings of the rank that was written."""
    texts = decoded(of_plugin("text", "t", string_tensor(strings)))

    assert texts.shape == np.array(strings, object).shape
    assert texts.ravel().tolist() == [each.decode() for each in np.array(strings, object).ravel()]


def test_text_that_is_no_utf8_is_shown_anyway() -> None:
    """A byte that is no UTF-8 shows as a replacement mark."""
    assert decoded(of_plugin("text", "t", string_tensor(b"a\xffb"))).item() == "a\ufffdb"
