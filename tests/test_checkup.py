"""`tbnb.doctor`: each trouble is named, with its values and what to do."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

import tbnb
from tbnb import checkup


def texts(logdir: Path, level: str) -> str:
    return "\n".join(str(finding) for finding in tbnb.doctor(logdir) if finding.level == level)


def test_missing_directory_is_waited_for(tmp_path: Path) -> None:
    """A directory that isn't there is no error: it's said that it is waited for, and where this process works."""
    found = texts(tmp_path / "runs", "note")

    assert str(tmp_path / "runs") in found
    assert str(Path.cwd()) in found


def test_event_files_next_door_are_pointed_at(tmp_path: Path) -> None:
    """Where the directory is missing but a neighbour holds event files, the neighbour is named."""
    (tmp_path / "logs" / "a").mkdir(parents=True)
    (tmp_path / "logs" / "a" / "events.out.tfevents.1.host").touch()

    assert str(tmp_path / "logs" / "a") in texts(tmp_path / "runs", "wrong")


def test_directory_without_event_files(tmp_path: Path) -> None:
    """A directory without event files is wrong, and the finding counts what else is there."""
    (tmp_path / "model.pt").touch()

    assert "no event files (1 other" in texts(tmp_path, "wrong")


def test_files_without_values(tmp_path: Path) -> None:
    """An event file that holds no value yet is told from there being none."""
    (tmp_path / "events.out.tfevents.1.elsewhere.1.0").touch()

    assert "no value in them yet" in texts(tmp_path, "wrong")


def test_living_writer_that_keeps_values_back(tmp_path: Path) -> None:
    """A file that its living writer hasn't brought anything to is named, with the ways to make it flush."""
    name = f"events.out.tfevents.1.{socket.gethostname()}.{os.getpid()}.0"
    (tmp_path / name).touch()

    assert name in texts(tmp_path, "note")
    assert "tbnb run" in texts(tmp_path, "note")


def test_dead_writer_is_not_blamed(tmp_path: Path) -> None:
    """The file of a process that ended isn't said to be kept back."""
    (tmp_path / f"events.out.tfevents.1.{socket.gethostname()}.{2**22 + 1}.0").touch()

    assert "is alive" not in texts(tmp_path, "note")


def test_good_log_is_summed_up(tmp_path: Path) -> None:
    """A log in order is summed up: runs, series, points, the newest step."""
    with tbnb.SummaryWriter(tmp_path / "a") as writer:
        for step in range(5):
            writer.add_scalar("loss", 1 / (step + 1), step)

    good = texts(tmp_path, "good")

    assert "1 runs, 1 series, 5 points" in good
    assert "'loss' of run 'a', step 4" in good
    assert not texts(tmp_path, "wrong")


def test_steps_that_go_back(tmp_path: Path) -> None:
    """A step that starts again at each epoch is reported with the two values and how often."""
    with tbnb.SummaryWriter(tmp_path) as writer:
        for _epoch in range(3):
            for batch in range(4):
                writer.add_scalar("loss", 1.0, batch)

    assert "'loss' in run '.' go back from 3 to 0, and 1 more times" in texts(tmp_path, "wrong")


def test_values_that_are_not_finite(tmp_path: Path) -> None:
    """The first step at which a value isn't finite is named."""
    with tbnb.SummaryWriter(tmp_path) as writer:
        for step, value in enumerate([1.0, float("nan"), float("inf")]):
            writer.add_scalar("loss", value, step)

    assert "is nan at step 1, and not finite 1 more times" in texts(tmp_path, "note")


def test_damage_is_passed_on(tmp_path: Path) -> None:
    """What the log found wrong with a file is among the findings."""
    with tbnb.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_scalar("loss", 1.0, 1)
    file = next(tmp_path.iterdir())
    content = bytearray(file.read_bytes())
    content[-30] ^= 1
    file.write_bytes(content)

    assert "is damaged at byte" in texts(tmp_path, "wrong")


def test_a_mounted_place_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs on a FUSE mount are at risk, also where its name has a space."""
    logdir = tmp_path / "My Drive" / "runs"
    logdir.mkdir(parents=True)
    mounts = tmp_path / "mounts"
    point = str(logdir.parent).replace(" ", r"\040")
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\ndrive {point} fuse.drive rw 0 0\n")
    monkeypatch.setattr(checkup, "_MOUNTS", mounts)

    assert any("mounted file system (fuse.drive)" in finding.text for finding in tbnb.doctor(logdir))


def test_kernel_that_cannot_send(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ipykernel releases that can't send from a thread are named, with the pip line."""
    monkeypatch.setattr(checkup, "version", lambda name: "7.0.0")

    assert "pip install -U ipykernel" in texts(tmp_path, "wrong")


def test_findings_show_themselves(tmp_path: Path) -> None:
    """The list reads well at a prompt, and in a notebook no name becomes HTML."""
    findings = tbnb.doctor(tmp_path / "<b>runs</b>")

    assert str(findings[0]) in repr(findings)
    assert "<b>runs" not in findings._repr_html_()  # type: ignore[attr-defined]
