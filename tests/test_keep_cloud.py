"""The mirror against a file system that behaves like Colab's Drive: machines are lost, mounts die, hang and fill up."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
import types
from pathlib import Path
from typing import Any

import pytest

import tbnb
from tbnb.errors import UnusablePathError
from tbnb.keep import drive, place
from tbnb.keep.mirror import Mirror

from .cloud import Cloud, cloud, needs_fuse
from .processes import children
from .waiting import until

pytestmark = needs_fuse
__all__ = ["cloud"]

EVERY = 0.4
LATE = 2.0  # seconds that a loaded machine may add to all delays

TRAIN = """
import sys, time
{writer}
import tbnb
writer = SummaryWriter(sys.argv[1] + "/runs/a", {options})
mirror = tbnb.persist(sys.argv[1] + "/runs", sys.argv[2], every={every})
step = first = int(sys.argv[3])
start = time.monotonic()
while True:
    writer.add_scalar("x", step, step)
    print(time.time(), step, flush=True)
    step += 1
    time.sleep(max(0, start + (step - first) / 200 - time.monotonic()))
"""
OURS = TRAIN.format(writer="from tbnb import SummaryWriter", options="flush_secs=0.2", every=EVERY)
# Without TensorFlow, whose import takes longer than a machine lives here.
NO_TENSORFLOW = "import types; sys.modules['tensorboard.compat.notf'] = types.ModuleType('notf')"
FROM_TORCH = f"{NO_TENSORFLOW}\nfrom torch.utils.tensorboard import SummaryWriter"
TORCH = TRAIN.format(writer=FROM_TORCH, options="", every=EVERY)


class Training:
    """A process that logs 200 scalars a second and mirrors them; killed like a machine."""

    def __init__(self, code: str, disk: Path, place: Path, first: int) -> None:
        command = [sys.executable, "-c", code, str(disk), str(place), str(first)]
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        self._first = self._process.stdout.readline()

    def lose(self) -> dict[int, float]:
        """Kill it, and its mirror's process; returns when each step was logged."""
        workers = children(self._process.pid)
        for pid in (self._process.pid, *workers):
            os.kill(pid, signal.SIGKILL)
        assert self._process.stdout is not None
        with self._process:
            output = self._process.stdout.read()
        whole = [line.split() for line in (self._first + output).splitlines(keepends=True) if line.endswith("\n")]
        return {int(step): float(at) for at, step in whole}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("code", [OURS, pytest.param(TORCH, marks=pytest.mark.frameworks)], ids=["tbnb", "torch"])
def test_ten_machines_are_lost_one_after_another(code: str, cloud: Cloud, tmp_path: Path) -> None:
    """Each loss costs only what's younger than `every` and the upload's delay; nothing is doubled, the order stays."""
    if code is TORCH:
        pytest.importorskip("torch")
    when = random.Random(7)
    logged: dict[int, float] = {}
    for number in range(10):
        disk = tmp_path / f"machine{number}"
        tbnb.restore(cloud.mount, disk / "runs")
        steps = restored(disk)
        assert steps == sorted(set(steps))
        training = Training(code, disk, cloud.mount, first=1 + max(steps, default=-1))
        time.sleep(when.uniform(0.2, 3))
        killed = time.time()
        cloud.lose()
        logged |= training.lose()
        cloud.unmount()
        cloud.start()

        tbnb.restore(cloud.mount, tmp_path / f"look{number}" / "runs")
        kept = restored(tmp_path / f"look{number}")
        old_enough = {step for step, at in logged.items() if at < killed - EVERY - cloud.delay - LATE}
        assert kept == sorted(set(kept))
        assert old_enough <= set(kept)
        logged = {step: at for step, at in logged.items() if step in set(kept)}

    assert len(logged) > 300
    kept = saved(cloud.mount / "a")
    assert kept == sorted(logged)


def restored(disk: Path) -> list[int]:
    log = tbnb.read(disk / "runs")
    return log["a"]["x"].step.tolist() if "a" in log and "x" in log["a"] else []


def saved(directory: Path) -> list[int]:
    log = tbnb.read(directory)
    return log["."]["x"].step.tolist() if "." in log and "x" in log["."] else []


TROUBLES: dict[str, tuple[dict[str, Any], str]] = {
    "disconnected": ({"errno": errno.ENOTCONN}, "is disconnected: mount it again"),
    "errors": ({"errno": errno.EIO}, "answers with errors"),
    "full": ({"errno": errno.ENOSPC, "writing": True}, "is full: make room"),
    "over quota": ({"errno": errno.EDQUOT, "writing": True}, "quota is used up"),
    "read-only": ({"errno": errno.EROFS, "writing": True}, "is read-only"),
    "hanging": ({"block": True}, "hasn't answered for"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_training_notices_no_trouble(
    trouble: str, cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the mount fails or hangs, the loop goes on and the status says why; afterwards everything arrives."""
    monkeypatch.setattr("tbnb.keep.status._SLOW", 0.5)
    what, words = TROUBLES[trouble]
    longest, said = 0.0, set()
    with (
        tbnb.SummaryWriter(tmp_path / "runs" / "a") as writer,
        Mirror(str(tmp_path / "runs"), str(cloud.mount), 0.2) as mirror,
    ):
        log(writer, range(1))
        assert mirror.sync(20)
        before = time.monotonic()
        for step in range(1, 600):
            writer.add_scalar("x", step, step)
            if step in (100, 400):
                cloud.trouble(**what) if step == 100 else cloud.heal()
            if step % 20 == 0:
                said |= set(mirror.notes())
            time.sleep(0.005)
            now = time.monotonic()
            longest, before = max(longest, now - before), now
        writer.flush()
        assert mirror.sync(20)

        assert any(words in note for note in said), said
        assert any("up to step" in note for note in said if words in note)
        assert longest < 1.0
        assert "up to step 599" in mirror.notes()[0]
    assert saved(cloud.mount / "a") == list(range(600))


def test_a_mount_that_vanishes_and_returns(cloud: Cloud, tmp_path: Path) -> None:
    """While nothing is mounted, nothing is written to the bare directory; when the mount is back, all arrives."""
    with (
        tbnb.SummaryWriter(tmp_path / "runs") as writer,
        Mirror(str(tmp_path / "runs"), str(cloud.mount), 0.2) as mirror,
    ):
        log(writer, range(50))
        assert mirror.sync(20)
        cloud.uploaded()
        cloud.lose()
        cloud.unmount()
        log(writer, range(50, 100))
        assert not mirror.sync(1)
        assert "mount it again" in mirror.notes()[0]
        assert list(cloud.mount.iterdir()) == []

        cloud.start()
        assert mirror.sync(20)
    assert saved(cloud.mount) == list(range(100))


def test_what_a_dead_mount_took_with_it_is_saved_again(cloud: Cloud, tmp_path: Path) -> None:
    """Segments that were written but not uploaded when the mount died are written once more."""
    cloud.delay = 30
    cloud.lose()
    cloud.unmount()
    cloud.start()
    with (
        tbnb.SummaryWriter(tmp_path / "runs") as writer,
        Mirror(str(tmp_path / "runs"), str(cloud.mount), 0.2) as mirror,
    ):
        log(writer, range(50))
        assert mirror.sync(20)
        cloud.lose()
        assert until(lambda: not mirror.sync(1))
        cloud.unmount()
        cloud.delay = 0.1
        cloud.start()
        assert mirror.sync(20)
        cloud.uploaded()
    assert saved(cloud.stored) == list(range(50))


def log(writer: tbnb.SummaryWriter, steps: range, value: float = 0.0) -> None:
    for step in steps:
        writer.add_scalar("x", value, step)
    writer.flush()


def test_a_dead_drive_is_said(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--drive` on a Drive that died says how to bring it back, and isn't mounted over."""
    module = types.ModuleType("google.colab.drive")
    mounted: list[str] = []
    module.mount = mounted.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setitem(sys.modules, "google.colab.drive", module)
    monkeypatch.setattr(place, "DRIVE", str(cloud.mount))
    cloud.lose()
    with pytest.raises(UnusablePathError, match=r"Drive is disconnected: run .*force_remount=True\) again"):
        drive.folder("runs")
    assert not mounted


def test_who_begins_to_save_while_the_mount_hangs_goes_on(cloud: Cloud, tmp_path: Path) -> None:
    """Only the saving's own process waits for it."""
    cloud.trouble(block=True)
    begun: list[Mirror] = []
    training = threading.Thread(target=lambda: begun.append(tbnb.persist(tmp_path / "runs", cloud.mount / "runs")))
    training.start()
    try:
        assert until(lambda: bool(begun))
    finally:
        cloud.heal()
        training.join()
    assert begun[0].stop()


EXIT = """
import sys, time
import tbnb
from tbnb.keep import lifetime
lifetime._PATIENCE = 3.0
writer = tbnb.SummaryWriter(sys.argv[1] + "/runs")
mirror = tbnb.persist(sys.argv[1] + "/runs", sys.argv[2], every=0.2)
for step in range(100): writer.add_scalar("x", step, step)
writer.flush()
assert mirror.sync(20)
for step in range(100, 200): writer.add_scalar("x", step, step)
print("ready", flush=True)
sys.stdin.read()
"""


def test_the_end_is_bounded_although_the_mount_hangs(cloud: Cloud, tmp_path: Path) -> None:
    """A process ends while the mount still hangs, and says what wasn't saved; when the mount is well, it's saved."""
    process = subprocess.Popen(
        [sys.executable, "-c", EXIT, tmp_path, cloud.mount],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    cloud.trouble(block=True)
    time.sleep(0.5)
    _, said = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "may not have been saved" in said
    assert "up to step" in said
    cloud.heal()
    assert until(lambda: saved(cloud.mount) == list(range(200)))
