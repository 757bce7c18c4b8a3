"""tbnb.log: a dictionary, each value by its kind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import tbnb
from tbnb import SummaryWriter
from tbnb.errors import BadValueError
from tbnb.writer import log as logging

from .peers import scalars, values


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the process works; the writer that `log` opens is closed, and forgotten after the test."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    while logging._own:
        logging._own.pop().close()


class Watch:
    """What `log` knows of a watch: a writer that begins when it's asked for."""

    def __init__(self, log_dir: Path, **options: Any) -> None:
        self._log_dir, self._options = log_dir, options

    @cached_property
    def writer(self) -> SummaryWriter:
        return SummaryWriter(self._log_dir, **self._options)


def only_run(directory: Path) -> Path:
    logging._own[0].flush()
    (run,) = (directory / "runs").iterdir()
    return run


def test_steps_are_counted(directory: Path) -> None:
    """Each call is a step; one that is given is taken, and counting goes on from there."""
    tbnb.log({"x": 1.0})
    tbnb.log({"x": 2.0})
    tbnb.log({"x": 3.0}, step=10)
    tbnb.log({"x": 4.0})

    assert scalars(only_run(directory)) == {"x": [(0, 1.0), (1, 2.0), (10, 3.0), (11, 4.0)]}


def test_nested_dictionaries_are_joined(directory: Path) -> None:
    """The names of nested dictionaries are joined by a slash."""
    tbnb.log({"loss": {"train": 1, "val": {"top1": 2}}, "lr": 3})

    assert set(scalars(only_run(directory))) == {"loss/train", "loss/val/top1", "lr"}


class Name(str, Enum):
    """What programs call their metrics."""

    TRAIN = "train"
    LOSS = "loss"


def test_names_may_be_of_an_enumeration(directory: Path) -> None:
    """A member that is a string is its value, not its own name."""
    tbnb.log({Name.TRAIN: {Name.LOSS: 1.0}})

    assert set(scalars(only_run(directory))) == {"train/loss"}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (3, "scalars"),
        (np.float32(3), "scalars"),
        (np.array([3.0]), "scalars"),
        (np.arange(12.0).reshape(3, 4), "histograms"),
        ([1, 2, 3], "histograms"),
        (np.zeros((4, 5, 3), np.uint8), "images"),
        (np.zeros((4, 5, 3)), "histograms"),
        (Image.new("RGB", (3, 2)), "images"),
        (Image.new("1", (3, 2)), "images"),
        ("words", "text"),
        (Figure(), "images"),
    ],
    ids=lambda value: getattr(value, "mode", None) or type(value).__name__,
)
def test_values_go_by_their_kind(value: Any, kind: str, directory: Path) -> None:
    """Numbers become curves, arrays histograms, bytes (H, W, C) and pictures images, strings texts."""
    tbnb.log({"x": value})

    ((_, logged),) = values(only_run(directory))
    assert logged.metadata.plugin_data.plugin_name == kind


def test_a_picture_of_sixteen_bits_keeps_its_shades(directory: Path) -> None:
    """A depth map or a microscope's picture isn't white wherever it's brighter than the darkest 255 shades."""
    tbnb.log({"x": Image.fromarray(np.array([[0, 257, 32768, 65535]], np.uint16))})

    (data,) = tbnb.read(only_run(directory))["."]["x"][0].data.samples
    assert np.array(Image.open(io.BytesIO(data)))[0, :, 0].tolist() == [0, 1, 127, 255]


def test_a_figure_stays_open(directory: Path) -> None:
    """Logging a figure doesn't close it: it's the user's."""
    figure = plt.figure()
    tbnb.log({"x": figure})

    assert plt.fignum_exists(figure.number)
    plt.close(figure)


def test_a_bad_value_names_its_tag(directory: Path) -> None:
    """What can't be logged raises with its full name, and so does what is no dictionary."""
    with pytest.raises(BadValueError, match="loss/train"):
        tbnb.log({"loss": {"train": None}})
    with pytest.raises(BadValueError, match="dictionary"):
        tbnb.log(0.5)  # type: ignore[arg-type]


def test_the_writer_in_use_is_taken(directory: Path) -> None:
    """While a watch offers its writer, values go there; afterwards into a run of their own."""
    watch = Watch(directory / "watched")
    end = logging.use(watch)
    tbnb.log({"x": 1.0})
    end()
    tbnb.log({"x": 2.0})
    watch.writer.close()

    assert scalars(directory / "watched") == {"x": [(0, 1.0)]}
    assert scalars(only_run(directory)) == {"x": [(0, 2.0)]}


def test_a_watch_that_nobody_logs_to_leaves_no_trace(directory: Path) -> None:
    """A watch's writer begins with the first value: until then there's no directory and no file."""
    watch = Watch(directory / "watched")
    end = logging.use(watch)
    end()

    assert not list(directory.iterdir())


def test_a_resumed_writer_goes_on_counting(directory: Path) -> None:
    """In a resumed run the steps go on after the last one."""
    for _ in range(2):
        watch = Watch(directory / "run", resume=True)
        end = logging.use(watch)
        tbnb.log({"x": 1.0})
        tbnb.log({"x": 1.0})
        end()
        watch.writer.close()

    assert [step for step, _ in scalars(directory / "run")["x"]] == [0, 1, 2, 3]


def test_runs_of_one_second_have_directories_of_their_own(directory: Path) -> None:
    """Two processes that begin in the same second don't share a run."""
    names = {logging.new_run(directory / "runs") for _ in range(3)}

    assert len(names) == 3
