"""Images: any order of dimensions to height, width, colours; batches to a grid; boxes burnt in; PNG."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto.summary_pb2 import Summary

from ...errors import MissingLibraryError
from ..values import fetch
from .pieces import one_value

Array = npt.NDArray[Any]


def summary(tag: str, held: Any, dataformats: str) -> Any:
    return one_value(tag, image=_encoded(to_uint8(to_hwc(fetch(held), dataformats))))


def with_boxes(tag: str, held: Any, boxes: Any, rescale: float, dataformats: str, labels: list[str] | None) -> Any:
    pixels = to_uint8(to_hwc(fetch(held), dataformats))
    return one_value(tag, image=_encoded(pixels, rescale, fetch(boxes).reshape(-1, 4).tolist(), labels))


def to_hwc(pixels: Array, dataformats: str) -> Array:
    letters = dataformats.upper()
    if len(letters) == 4:
        tiles: Array = grid(pixels.transpose([letters.index(letter) for letter in "NCHW"])).transpose(1, 2, 0)
        return tiles
    if len(letters) == 2:
        pixels, letters = pixels[..., np.newaxis], letters + "C"
    pixels = pixels.transpose([letters.index(letter) for letter in "HWC"])
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def grid(batch: Array, columns: int = 8) -> Array:
    """N images (N, 1 or 3, H, W), row by row in one (3, H', W')."""
    count, _, height, width = batch.shape
    columns = min(count, columns)
    canvas = np.zeros((3, height * math.ceil(count / columns), width * columns), batch.dtype)
    for place, image in enumerate(batch):
        top, left = place // columns * height, place % columns * width
        canvas[:, top : top + height, left : left + width] = image
    return canvas


def to_uint8(pixels: Array) -> Array:
    """Bytes as they are; anything else counts as 0 to 1."""
    if pixels.dtype == np.uint8:
        return pixels
    with np.errstate(invalid="ignore"):  # NaN has no colour
        return (pixels.astype(np.float32) * 255).clip(0, 255).astype(np.uint8)


def _encoded(pixels: Array, rescale: float = 1, boxes: list[list[float]] | None = None, labels: Any = None) -> Any:
    height, width, colours = pixels.shape
    picture = pillow().fromarray(np.ascontiguousarray(pixels))
    for place, box in enumerate(boxes or ()):
        _draw_box(picture, box, labels[place] if labels else "")
    if rescale != 1:
        picture = picture.resize((int(width * rescale), int(height * rescale)), pillow().Resampling.LANCZOS)
    output = io.BytesIO()
    picture.save(output, format="PNG")
    return Summary.Image(height=height, width=width, colorspace=colours, encoded_image_string=output.getvalue())


def pillow() -> Any:
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingLibraryError("An image", "pillow") from error
    return Image


def _draw_box(picture: Any, box: list[float], label: str) -> None:
    from PIL import ImageDraw, ImageFont

    draw, font = ImageDraw.Draw(picture), ImageFont.load_default()
    left, top, right, bottom = box
    draw.line([(left, top), (left, bottom), (right, bottom), (right, top), (left, top)], width=2, fill="Red")
    if not label:
        return
    x0, y0, x1, y1 = font.getbbox(label)
    margin = math.ceil(0.05 * (y1 - y0))
    draw.rectangle([(left, bottom - (y1 - y0) - 2 * margin), (left + x1 - x0, bottom)], fill="Red")
    draw.text((left + margin, bottom - (y1 - y0) - margin), label, fill="black", font=font)
