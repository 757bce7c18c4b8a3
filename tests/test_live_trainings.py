"""Whole trainings, as users write them, in processes of their own: while they still run, every batch is in the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tbnb

from .trainings import TRAININGS, Training
from .waiting import until

pytestmark = [pytest.mark.frameworks, pytest.mark.timeout(240)]  # several libraries are imported by each program
STEPS = 24
ROOT = Path(__file__).parents[1]


def steps(directory: Path, training: Training) -> list[int]:
    """Of the batches' losses that a reader finds, in whatever run they are."""
    log = tbnb.read(directory)
    return sorted(point.step for run in log.values() for tag in training.tags if tag in run for point in run[tag])


@pytest.mark.parametrize("name", TRAININGS)
def test_every_batch_is_there(name: str, tmp_path: Path) -> None:
    """While the training still lives, its writer neither flushed nor closed, no point is missing from its file."""
    training = TRAININGS[name]
    pytest.importorskip(training.needs)
    directory = tmp_path / "runs"
    under = ["-m", "tbnb", "run"] if training.mode == "run" else []
    command = [sys.executable, *under, "-m", "tests.trainings", name, str(directory), str(STEPS), training.mode]
    path = os.pathsep.join([str(ROOT), str(Path(tbnb.__file__).parents[1])])
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdout is not None
    try:
        until(lambda: process.stdout.readline() in ("done\n", ""))
        expected = list(range(training.first_step, training.first_step + STEPS))
        assert until(lambda: directory.exists() and set(expected) <= set(steps(directory, training)))
    finally:
        process.communicate()
    assert process.returncode == 0
