"""Embeddings for the projector: files beside the event file, and a list of them in projector_config.pbtxt."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from google.protobuf import text_format
from tensorboard.plugins.projector.projector_config_pb2 import EmbeddingInfo, ProjectorConfig

from ..values import fetch
from .image import grid, pillow

CONFIG = "projector_config.pbtxt"


def write(directory: str, place: str, name: str, matrix: Any, lines: list[str] | None, images: Any) -> None:
    """Write one embedding's files into `directory`/`place`, and add it to the list."""
    folder = Path(directory, place)
    folder.mkdir(parents=True, exist_ok=True)
    rows = ("\t".join(map(str, row)) + "\n" for row in fetch(matrix).tolist())
    folder.joinpath("tensors.tsv").write_text("".join(rows), encoding="utf-8")
    info = EmbeddingInfo(tensor_name=name, tensor_path=f"{place}/tensors.tsv")
    if lines is not None:
        folder.joinpath("metadata.tsv").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        info.metadata_path = f"{place}/metadata.tsv"
    if images is not None:
        pixels = fetch(images)
        pillow().fromarray(sprite(pixels)).save(folder / "sprite.png")
        info.sprite.image_path = f"{place}/sprite.png"
        info.sprite.single_image_dim.extend([pixels.shape[3], pixels.shape[2]])
    _add_to_list(Path(directory, CONFIG), info)


def sprite(images: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """All images in one picture, in rows as long as columns; square, unless they are taller than wide."""
    images = np.repeat(images, 3, axis=1) if images.shape[1] == 1 else images
    scale = 1 if images.dtype == np.uint8 else 255
    tiles = grid(images, columns=math.ceil(len(images) ** 0.5)).transpose(1, 2, 0)
    square = np.zeros((max(tiles.shape[:2]), tiles.shape[1], 3))
    square[: len(tiles)] = tiles
    return (square * scale).clip(0, 255).astype(np.uint8)


def _add_to_list(path: Path, info: Any) -> None:
    config = ProjectorConfig()
    if path.exists():
        text_format.Parse(path.read_text(encoding="utf-8"), config)
    kept = [known for known in config.embeddings if known.tensor_name != info.tensor_name]
    del config.embeddings[:]
    config.embeddings.extend([*kept, info])
    path.write_text(text_format.MessageToString(config), encoding="utf-8")
