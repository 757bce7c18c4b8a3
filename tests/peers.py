"""What TensorBoard itself reads from event files: the oracle of the writer's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer


def event_files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*tfevents*"))


def events(directory: Path) -> list[Any]:
    """All events of a directory's files, file by file."""
    return [event for path in event_files(directory) for event in EventFileLoader(str(path)).Load()]


def values(directory: Path) -> list[tuple[int, Any]]:
    return [(event.step, value) for event in events(directory) for value in event.summary.value]


def scalars(directory: Path) -> dict[str, list[tuple[int, float]]]:
    """Each tag's steps and values, purged as TensorBoard purges them, of one run with one file or more."""
    accumulator = EventAccumulator(str(directory), size_guidance={"scalars": 0})
    accumulator.Reload()
    return {tag: [(e.step, e.value) for e in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}


def dashboard(logdir: Path) -> EventMultiplexer:
    """TensorBoard's own data, as its dashboards see them."""
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(logdir))
    multiplexer.Reload()
    return multiplexer


def whole(path: Path) -> bool:
    """Whether the file is whole records to its last byte."""
    data, place = path.read_bytes(), 0
    while place < len(data):
        place += 16 + int.from_bytes(data[place : place + 8], "little")
    return place == len(data)
