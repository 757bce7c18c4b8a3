"""Log directories to read, of the forms that torch and TensorFlow 2 write, of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event

from tests.files import content_tensor, event, file_version, framed, legacy_image, of_plugin, png, scalar

NAME = "events.out.tfevents.1700000000.host.1234.0"
START = 1_700_000_000.0
TAGS = ["train/loss", "train/accuracy", "train/lr", "grad/norm", "eval/loss", "eval/accuracy", "time/step", "time/data"]
TAGS += ["system/gpu", "system/memory"]


def torch_form(tag: str, value: float) -> object:
    return scalar(tag, value)


def tf2_form(tag: str, value: float) -> object:
    return of_plugin("scalars", tag, content_tensor(np.float32(value), 1))


Form = Callable[[str, float], object]


def _events(points: int, tags: int, form: Form, seed: int = 0) -> Iterator[Event]:
    """So many points in all, one event each, the tags in turn."""
    chance = Random(seed)
    yield file_version(START)
    value = 2.0
    for number in range(points):
        step, tag = divmod(number, tags)
        value += chance.uniform(-0.01, 0.0099)
        yield event(step, form(TAGS[tag], value), wall_time=START + number * 0.013 + chance.uniform(0, 0.001))


def _write(path: Path, events: Iterator[Event]) -> None:
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        for each in events:
            file.write(framed([each]))


def one_file(directory: Path, points: int, tags: int, form: Form) -> Path:
    _write(directory / NAME, _events(points, tags, form))
    return directory


def many_runs(directory: Path, runs: int, points: int, tags: int) -> Path:
    """A sweep: runs of one script, each with numbers of its own."""
    for run in range(runs):
        _write(directory / f"lr_{run:04}" / NAME, _events(points, tags, torch_form, seed=run))
    return directory


def images(directory: Path, megabytes: int) -> Path:
    """A file of pictures of 100 kB each, as many scalars between them."""
    image = {**legacy_image(), "encoded_image_string": png(1000, 100, Random(0))}
    made = (event(step, {"tag": "sample", "image": image}, scalar("train/loss", 1.0)) for step in range(megabytes * 10))
    _write(directory / NAME, made)
    return directory
