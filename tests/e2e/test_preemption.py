"""The machine is taken away in the middle of training: the same two cells, run again, show one whole curve."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import tbnb

from ..cloud import Cloud, cloud, needs_fuse
from ..processes import children
from ..waiting import until
from .conftest import Opener

__all__ = ["cloud"]
pytestmark = needs_fuse

STEPS = 900
TRAINING = f"""
import os, pathlib, time, tbnb
pathlib.Path("pid").write_text(str(os.getpid()))
with tbnb.SummaryWriter("runs/one", resume=True) as writer:
    for step in range(0 if writer.last_step is None else writer.last_step + 1, {STEPS}):
        writer.add_scalar("loss", 1 / (step + 1), step)
        time.sleep(0.03)
"""


def test_the_machine_is_lost_in_the_middle_of_training(notebook: Opener, cloud: Cloud) -> None:
    """Kernel and disk are destroyed; on the next machine the chart has what was saved, and then the whole curve."""
    opened = notebook(f"%load_ext tbnb\n%tbwatch runs --persist {cloud.mount}", TRAINING)
    opened.run_all()
    opened.wait(state="live", series=1, patience=60)
    assert until(lambda: list(cloud.stored.glob("one/*tfevents*")))
    seen = int(opened.said()["points"])

    lose(opened.server.directory / Path(opened.name).parent, cloud)
    opened.open()
    opened.run_all()

    opened.wait(points=STEPS, paintedStep=STEPS - 1, patience=90)
    opened.screenshot("preemption")
    log = tbnb.read(opened.server.directory / Path(opened.name).parent / "runs")
    assert seen < STEPS
    assert log["one"]["loss"].step.tolist() == list(range(STEPS))
    assert len(list((opened.server.directory / Path(opened.name).parent / "runs" / "one").iterdir())) == 2


def lose(machine: Path, cloud: Cloud) -> None:
    """Kill the kernel and the mirror's process, the mount too, and empty the disk; mount Drive on the next machine."""
    kernel = int((machine / "pid").read_text())
    for pid in (kernel, *children(kernel)):
        os.kill(pid, signal.SIGKILL)
    cloud.lose()
    shutil.rmtree(machine / "runs")
    cloud.unmount()
    cloud.start()
