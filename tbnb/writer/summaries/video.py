"""Videos (N, T, C, H, W) as an animated GIF: the N clips of a batch in one grid."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto.summary_pb2 import Summary

from ..values import fetch
from .image import pillow, to_uint8
from .pieces import one_value

Array = npt.NDArray[Any]


def summary(tag: str, held: Any, fps: float) -> Any:
    frames = to_uint8(tiled(fetch(held)))
    _, height, width, colours = frames.shape
    return one_value(
        tag,
        image=Summary.Image(height=height, width=width, colorspace=colours, encoded_image_string=_gif(frames, fps)),
    )


def tiled(clips: Array) -> Array:
    """(T, H', W', C): the clips side by side, black ones added up to the next power of two."""
    count, frames, colours, height, width = clips.shape
    padded = 1 << (count - 1).bit_length()
    clips = np.concatenate([clips, np.zeros((padded - count, *clips.shape[1:]), clips.dtype)])
    rows = 2 ** ((count.bit_length() - 1) // 2)
    table = clips.reshape(rows, padded // rows, frames, colours, height, width).transpose(2, 0, 4, 1, 5, 3)
    tiles: Array = table.reshape(frames, rows * height, padded // rows * width, colours)
    return tiles


def _gif(frames: Array, fps: float) -> bytes:
    pictures = [pillow().fromarray(frame.squeeze(-1) if frame.shape[-1] == 1 else frame) for frame in frames]
    output = io.BytesIO()
    hundredths = max(2, round(100 / fps))  # a GIF's unit of time; browsers slow down anything below two
    pictures[0].save(output, format="GIF", save_all=True, append_images=pictures[1:], duration=10 * hundredths, loop=0)
    return output.getvalue()
