"""The command line: what it prints, where to, and with which exit code."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tbnb
from tbnb.cli import main


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with tbnb.SummaryWriter(tmp_path / "runs" / "a") as writer:
        for step, value in enumerate([1 / 3, float("nan"), float("inf"), 1e-45]):
            writer.add_scalar(
                'loss, "train"', value, step, walltime=1e9 + step / 3, double_precision=True, new_style=True
            )
            writer.add_scalar("speed", 2.0, step)
    return tmp_path / "runs"


def test_csv_holds_every_point_exactly(logdir: Path, tmp_path: Path) -> None:
    """The CSV, read back with Python's own reader, is the log's columns to the last digit."""
    assert main(["export", str(logdir), "--to", str(tmp_path / "all.csv")]) == 0

    with (tmp_path / "all.csv").open(newline="") as stream:
        header, *rows = csv.reader(stream)
    got = [(run, tag, int(step), float(wall), repr(float(value))) for run, tag, step, wall, value in rows]
    expected = [(one.run, one.tag, p.step, p.wall_time, repr(p.data)) for one in tbnb.read(logdir).series for p in one]
    assert header == ["run", "tag", "step", "wall_time", "value"]
    assert got == expected


def test_json_holds_every_point_exactly(logdir: Path, tmp_path: Path) -> None:
    """The JSON has a series a row, with its columns."""
    assert main(["export", str(logdir), "--format", "json", "--to", str(tmp_path / "all.json")]) == 0

    rows = json.loads((tmp_path / "all.json").read_text())
    log = tbnb.read(logdir)
    assert [(row["run"], row["tag"]) for row in rows] == [(one.run, one.tag) for one in log.series]
    for row, series in zip(rows, log.series, strict=True):
        assert repr(row["value"]) == repr(series.value.tolist())
        assert row["step"] == series.step.tolist()
        assert row["wall_time"] == series.wall_time.tolist()


@pytest.mark.skipif(os.name != "posix", reason="other systems' names are text")
@pytest.mark.parametrize("to", ["all.csv", "-"])
def test_a_run_whose_name_is_no_text(to: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A directory's name that isn't UTF-8 stands in the CSV byte by byte, in a file and on standard output."""
    name = b"\xff\xfe"
    with tbnb.SummaryWriter(os.fsdecode(os.fsencode(tmp_path / "runs") + b"/" + name)) as writer:
        writer.add_scalar("x", 0.5, 1)

    target = to if to == "-" else str(tmp_path / to)
    assert main(["export", str(tmp_path / "runs"), "--to", target]) == 0

    written = capfdbinary.readouterr().out if to == "-" else (tmp_path / to).read_bytes()
    assert written.splitlines()[1].startswith(name + b",x,1,")


def test_expressions_choose(logdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only tags in which the expression is found are written; standard output is the default."""
    assert main(["export", str(logdir), "--tags", "^speed$"]) == 0

    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 5
    assert "loss" not in out
    assert err == "4 points\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export", "nowhere"], "there is no log directory 'nowhere'"),
        (["export", ".", "--runs", "("], "unterminated"),
    ],
)
def test_errors_are_sentences(
    arguments: list[str],
    sentence: str,
    logdir: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What can't be done ends with code 1 and one sentence on standard error, not with a traceback."""
    monkeypatch.chdir(logdir)

    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert not out
    assert sentence in err


def test_doctor_tells_by_its_exit_code(logdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The doctor prints its findings and ends with 1 where something is wrong."""
    (tmp_path / "empty").mkdir()

    assert main(["doctor", str(logdir)]) == 0
    assert main(["doctor", str(tmp_path / "empty")]) == 1
    assert "no event files" in capsys.readouterr().out


def test_module_is_the_command(logdir: Path) -> None:
    """`python -m tbnb` is the command."""
    command = [sys.executable, "-m", "tbnb", "export", str(logdir)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[0] == "run,tag,step,wall_time,value"


@pytest.mark.parametrize("command", ["export", "doctor"])
def test_a_reader_that_has_had_enough_is_no_error(command: str, logdir: Path) -> None:
    """Where nobody reads the output any more, as behind `| head`, the command ends without a word."""
    reader, pipe = os.pipe()
    os.close(reader)
    with os.fdopen(pipe, "wb") as unread:
        words = [sys.executable, "-m", "tbnb", command, str(logdir)]
        done = subprocess.run(words, stdout=unread, stderr=subprocess.PIPE, text=True, check=False)

    assert done.stderr == ""
    assert done.returncode == 1


def test_standard_output_is_what_a_file_would_be(tmp_path: Path) -> None:
    """Where the terminal has an encoding of its own, what is exported to standard output is UTF-8 all the same."""
    with tbnb.SummaryWriter(tmp_path / "runs") as writer:
        writer.add_scalar("loss \U0001f600", 0.5, 1)
    command = [sys.executable, "-m", "tbnb", "export", str(tmp_path / "runs")]
    subprocess.run([*command, "--to", str(tmp_path / "all.csv")], check=True)

    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, check=True)

    assert done.stdout == (tmp_path / "all.csv").read_bytes()
