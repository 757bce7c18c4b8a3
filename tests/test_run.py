"""`tbnb run`: the program can't tell, and its writers are live."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tbnb
from tbnb.cli import main

from .waiting import until

pytestmark = pytest.mark.timeout(240)  # where TensorFlow is installed, tensorboard's writer imports it

Done = subprocess.CompletedProcess[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs run in a directory of their own, and find this tbnb."""
    monkeypatch.setenv("PYTHONPATH", str(Path(tbnb.__file__).parents[1]))
    monkeypatch.chdir(tmp_path)


def command(*program: str, under: bool = True) -> list[str]:
    return [sys.executable, *(["-m", "tbnb", "run"] if under else []), *program]


def run(*program: str, under: bool = True, **options: Any) -> Done:
    return subprocess.run(command(*program, under=under), capture_output=True, text=True, check=False, **options)


def both(*program: str, **options: Any) -> list[tuple[int, str, str]]:
    """The same program with us and without: exit code, output, errors."""
    return [(done.returncode, done.stdout, done.stderr) for done in (run(*program, under=u, **options) for u in (1, 0))]


PROGRAMS = {
    "ends": "print('hello')",
    "fails": "def f(): raise ValueError('training failed')\nf()",
    "exits with a code": "import sys; sys.exit(37)",
    "exits with a sentence": "import sys; sys.exit('no data')",
    "has a mistake": "print('unclosed",
    "sees": "import sys; print(sys.argv, sys.path, sys.stdin.read(), __name__, __file__, sys.flags)",
    "is killed": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "is interrupted": "import os, signal; os.kill(os.getpid(), signal.SIGINT)",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_script_can_not_tell(name: str, tmp_path: Path) -> None:
    """Exit code, signals, output, traceback, arguments, path and input are what they'd be without us."""
    (tmp_path / "train.py").write_text(PROGRAMS[name])

    with_us, without = both("train.py", "--lr", "0.1", "-m", "run", input="from stdin")

    assert with_us == without


def test_a_module_can_not_tell(tmp_path: Path) -> None:
    """`tbnb run -m package.module ARGS` is `python -m package.module ARGS`; so is a module that isn't there."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text("import sys; print(sys.argv, __name__, __package__); sys.exit(5)")

    for module in ("package.module", "package.missing"):
        with_us, without = both("-m", module, "--flush-secs", "x")
        assert with_us == without


def test_a_missing_script_is_python_s_own_error() -> None:
    """A script that isn't there is refused in Python's own words."""
    with_us, without = both("missing.py")

    assert with_us == without
    assert with_us[0] == 2


def test_nothing_to_run_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a program there's a usage line."""
    with pytest.raises(SystemExit):
        main(["run", "--flush-secs", "1"])

    assert "what is to be run?" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["-1.0", "nan", "inf", "'soon'"])
def test_a_wrong_time_is_an_error_before_anything_runs(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what was given."""
    with pytest.raises(SystemExit):
        main(["run", "--flush-secs", wrong.strip("'")])

    said = capsys.readouterr().err
    assert "--flush-secs" in said
    assert wrong in said


def test_the_user_s_sitecustomize_still_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sitecustomize of the user's, which ours stands before, runs, and is the one that's imported."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("print('own sitecustomize')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "own"), prepend=os.pathsep)
    (tmp_path / "train.py").write_text("import sitecustomize; print(sitecustomize.__file__)")

    done = run("train.py")

    assert done.stdout.splitlines()[-2:] == ["own sitecustomize", str(tmp_path / "own" / "sitecustomize.py")]


WRITING = """
import sys
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.compat.proto.event_pb2 import Event
def log(directory):
    writer = EventFileWriter(directory, flush_secs=3600)
    for step in range(5):
        writer.add_event(Event(step=step, wall_time=1.0, summary={"value": [{"tag": "x", "simple_value": 1.0}]}))
    print("logged", flush=True)
    sys.stdin.read()  # neither flushed nor closed, and not at an end
"""
IN_A_SUBPROCESS = "import subprocess, sys; subprocess.run([sys.executable, 'logging_child.py', 'here'])"
IN_A_SPAWNED_CHILD = """
import multiprocessing
from logging_child import log
if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=log, args=("here",))
    child.start()
    child.join()
"""
LIVE = {
    "itself": "from logging_child import log\nlog('here')",
    "a subprocess": IN_A_SUBPROCESS,
    "a spawned child": IN_A_SPAWNED_CHILD,
}


@pytest.mark.parametrize("name", LIVE)
def test_writers_are_live(name: str, tmp_path: Path) -> None:
    """What the script logs, or a child of it, is there while it still runs, though it never flushes."""
    (tmp_path / "logging_child.py").write_text(WRITING + "if sys.argv[1:]: log(sys.argv[1])")
    (tmp_path / "train.py").write_text(LIVE[name])
    assert steps_of_live(command("--flush-secs", "0.1", "train.py"), tmp_path / "here") == list(range(5))


def steps_of_live(program: list[str], directory: Path) -> list[int]:
    """What can be read in the directory soon after the program has logged, while it still runs."""
    process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        process.stdout.readline()
        until(lambda: len(_steps(directory)) == 5)
        found = _steps(directory)
    finally:
        process.communicate()
    assert process.returncode == 0
    return found


def _steps(directory: Path) -> list[int]:
    log = tbnb.read(directory) if directory.exists() else {}
    return [point.step for run in log.values() for point in run.get("x", ())]


def test_an_interrupt_reaches_the_script(tmp_path: Path) -> None:
    """Ctrl-C, as a shell or a notebook's stop button sends it, is the script's own KeyboardInterrupt."""
    (tmp_path / "train.py").write_text(
        "import time\ntry:\n print('ready', flush=True)\n time.sleep(50)\nexcept KeyboardInterrupt: print('saved')\n"
    )
    process = subprocess.Popen(command("train.py"), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)

    assert process.communicate()[0] == "saved\n"
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_a_broken_pipe_ends_a_launcher() -> None:
    """A launcher that's no Python hears of its pipe's end as without us, though Python itself ignores that signal."""
    done = subprocess.run([sys.executable, "-m", "tbnb", "run", "sh", "-c", "kill -PIPE $$"], check=False)

    assert done.returncode == -signal.SIGPIPE


@pytest.fixture
def launcher(tmp_path: Path) -> Path:
    """A program that isn't Python's, and that starts a Python."""
    path = tmp_path / "bin" / "launch"
    path.parent.mkdir()
    code = "import tbnb; print(tbnb.writer.autoflush.hub.HUB.running)"
    path.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{code}'\n")
    path.chmod(0o755)
    return path


def test_a_launcher_is_found_on_the_path(launcher: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tbnb run torchrun train.py` starts torchrun itself, whose children inherit all."""
    monkeypatch.setenv("PATH", str(launcher.parent), prepend=os.pathsep)

    assert run("launch").stdout == "True\n"


def test_a_directory_does_not_hide_a_launcher(launcher: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory that has, say, a clone of accelerate starts the command `accelerate` all the same."""
    monkeypatch.setenv("PATH", str(launcher.parent), prepend=os.pathsep)
    Path("launch").mkdir()
    assert run("launch").stdout == "True\n"

    Path("launch", "__main__.py").write_text("print('a program')")
    assert run("launch").stdout == "a program\n"


def test_a_launcher_may_be_a_path(launcher: Path) -> None:
    """A script of the shell's and a binary are run by themselves; a script for Python by this one."""
    assert run(os.path.relpath(launcher)).stdout == "True\n"
    assert run(sys.executable, "-c", "print('a binary')").stdout == "a binary\n"

    launcher.write_text("#!/usr/bin/env python3\nimport sys; print(sys.executable)\n")
    assert run(os.path.relpath(launcher)).stdout == f"{sys.executable}\n"


DISTRIBUTED = """
import sys, time
from pathlib import Path
from torch.utils.tensorboard import SummaryWriter
if sys.argv[1] == "torchrun":
    import torch.distributed as dist
    dist.init_process_group("gloo")
    rank = dist.get_rank()
else:
    from accelerate import Accelerator
    rank = Accelerator(cpu=True).process_index
writer = SummaryWriter(f"runs/{rank}", flush_secs=3600)
for step in range(5):
    writer.add_scalar("x", 1.0, step)
while not Path("seen").exists():  # neither flushed nor closed
    time.sleep(0.05)
"""
LAUNCHERS = {
    "torchrun": ("torchrun", "--standalone", "--nproc-per-node", "2"),
    "accelerate": ("accelerate", "launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"),
}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", LAUNCHERS)
def test_each_process_of_a_launcher_is_live(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below `tbnb run torchrun ...`, and `accelerate launch`, what each of two ranks logs is there while they run."""
    pytest.importorskip("torch")
    pytest.importorskip("accelerate" if name == "accelerate" else "torch")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    (tmp_path / "train.py").write_text(DISTRIBUTED)
    process = subprocess.Popen(command(*LAUNCHERS[name], "train.py", name))
    ranks = [tmp_path / "runs" / rank for rank in "01"]
    try:
        assert until(lambda: process.poll() is not None or all(map(_steps, ranks)), patience=200)
        assert until(lambda: [_steps(rank) for rank in ranks] == [list(range(5))] * 2)
    finally:
        (tmp_path / "seen").touch()
        process.communicate()
    assert process.returncode == 0
