"""What a watch says of the steps: that they start again."""

from __future__ import annotations

from pathlib import Path

import tbnb
from tbnb.page.steps import Steps

from .files import event, event_file, scalar


def test_steps_that_start_again_are_said(tmp_path: Path) -> None:
    """`step=batch` in each epoch is said once for the run, with the two values; steps that go on are nothing."""
    steps = Steps()
    for batches in (range(3), range(3), range(3)):
        event_file(
            tmp_path,
            [event(step, scalar("loss", 1.0), scalar("accuracy", 0.5)) for step in batches] * 2,
        )
        steps.see(tbnb.read(tmp_path).series)
    event_file(tmp_path / "other", [event(step, scalar("loss", 1.0)) for step in range(5)])
    steps.see(tbnb.read(tmp_path / "other").series)

    assert [note.partition(":")[0] for note in steps.notes] == ["The steps of 'loss' in run '.' go back from 2 to 0"]


def test_each_series_is_looked_at_in_its_turn(tmp_path: Path) -> None:
    """Only one of a run's series starts again: it's found, whichever it is, also when nothing more comes."""
    steps = Steps()
    losses = [event(step, scalar("loss", 1.0)) for step in (0, 1, 0, 1)]
    event_file(tmp_path, [*(event(step, scalar("rate", 0.1), scalar("epoch", 0.0)) for step in range(4)), *losses])
    steps.see(tbnb.read(tmp_path).series)
    for _ in range(2):
        steps.see([])

    assert [note.partition(":")[0] for note in steps.notes] == ["The steps of 'loss' in run '.' go back from 1 to 0"]
