"""Machines with disks of their own that mirror to one place: what the tests of keep/ play with, without a clock."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

import tbnb
from tbnb.keep.copier import Copier
from tbnb.keep.place import Directory
from tbnb.keep.restoring import Restorer

from .files import event_file, file_version, framed, scalars
from .peers import scalars as read_by_tensorboard

NAME = "events.out.tfevents.1700000000.host"
SETTLED = 60.0


class Machine:
    """A machine with a disk of its own, and a mirror of its logs; its time goes by when a test says so."""

    def __init__(self, tmp_path: Path, name: str = "a", place: Path | None = None) -> None:
        self.name = name * 8
        self.logdir = tmp_path / name / "runs"
        self.place = place or tmp_path / "place"
        self.now = 1_800_000_000.0
        self.restart()

    def restart(self) -> None:
        """Another process on the same machine."""
        place = Directory(self.place)
        self.copier = Copier(str(self.logdir), place, self.name, settled=SETTLED, clock=lambda: self.now)

    def log(
        self, values: Iterable[float], first_step: int = 0, run: str = ".", name: str = NAME, tag: str = "x"
    ) -> Path:
        """Append scalars to an event file, which begins when it's not there yet."""
        path = self.logdir / run / name
        if not path.exists():
            event_file(path.parent, [file_version()], name)
        with path.open("ab") as file:
            file.write(framed(scalars(tag, values, first_step)))
        os.utime(path, (self.now, self.now))
        return path

    def save(self) -> None:
        self.now += 10
        self.copier.run()

    def restore(self) -> tbnb.Restored:
        return Restorer(Directory(self.place), str(self.logdir), self.name).run()


@pytest.fixture(autouse=True)
def fast_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches the disk for good is the disk's matter: hours pass here in a second."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def steps(directory: Path, tag: str = "x", run: str = ".") -> list[int]:
    """The steps as tbnb reads them, after checking that TensorBoard reads the same."""
    ours: list[int] = tbnb.read(directory)[run][tag].step.tolist()
    assert ours == [step for step, _ in read_by_tensorboard(directory / run)[tag]]
    return ours
