"""images: encoded pictures (PNG, GIF, JPEG, ...) as they stand in the file; a step may have several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._kind import Kind
from .tensor import strings_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata


@dataclass(frozen=True)
class Image:
    """`samples` of one step, encoded; `format` is told from the first one's bytes, whatever a writer claims.

    Width and height are what the writer says: torch gives those before its `rescale`.
    """

    format: str  # png, gif, jpeg, webp, bmp, tiff, svg, or "" where it's none of them
    width: int
    height: int
    samples: tuple[bytes, ...]

    @property
    def media_type(self) -> str:
        return _ODD_MEDIA_TYPES.get(self.format, f"image/{self.format}")


_ODD_MEDIA_TYPES = {"svg": "image/svg+xml", "": "application/octet-stream"}
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"\xff\xd8\xff": "jpeg",
    b"BM": "bmp",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"<svg": "svg",
}


def image_format(encoded: bytes) -> str:
    """The format of an encoded picture, from its first bytes; "" where it's not known."""
    if encoded[:4] == b"RIFF" and encoded[8:12] == b"WEBP":
        return "webp"
    return next((name for start, name in _SIGNATURES.items() if encoded.startswith(start)), "")


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Image:
    if value.HasField("image"):
        image = value.image
        return _image(image.width, image.height, (image.encoded_image_string,))
    strings = [bytes(string) for string in strings_of(value).ravel()]
    if len(strings) < 2:
        raise ValueError(f"it has {len(strings)} strings where a width, a height and pictures are due")
    return _image(int(strings[0]), int(strings[1]), tuple(strings[2:]))


def _image(width: int, height: int, samples: tuple[bytes, ...]) -> Image:
    return Image(image_format(samples[0]) if samples else "", width, height, samples)


KIND = Kind("images", _parse, plugins=("images",), form="image")
