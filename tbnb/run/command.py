"""`tbnb run train.py`: the script as it is, its writers live, and those of every Python process that it starts.

The command becomes the program (exec), which finds a hook of ours on PYTHONPATH as it starts and leaves no other trace.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import BadValueError
from ..writer import checks
from .environment import AUTOLOG, FLUSH_SECS, carrying

_PROGRAMS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"MZ")  # how they begin on Linux, macOS, Windows


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="tbnb run",
        usage="tbnb run [--flush-secs S] [--autolog] SCRIPT.py ARGS... | -m MODULE ARGS... | LAUNCHER ARGS...",
        description="Run a script, a module, or a launcher such as torchrun, with every writer in it live.",
        allow_abbrev=False,
    )
    made.add_argument("--flush-secs", type=seconds, default=0.25, metavar="S", help="how long a value may wait (0.25)")
    made.add_argument("--autolog", action="store_true", help="log every batch of the frameworks that are known")
    return made


def seconds(text: str) -> float:
    """As the program's autoflush takes it, which would refuse others only when all is under way."""
    try:
        return checks.autoflush_secs(float(text))
    except BadValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def main(argv: Sequence[str]) -> int:
    """Become the program; returns only where that can't be."""
    own, program = _split(list(argv))
    options = parser().parse_args(own)
    if not program:
        parser().error("what is to be run?")
    command = _command(program)
    settings = {FLUSH_SECS: str(options.flush_secs)} | ({AUTOLOG: "1"} if options.autolog else {})
    environment = carrying(os.environ, settings)
    sys.stdout.flush()
    if os.name != "nt":  # where exec doesn't wait
        _heed_signals()
        os.execve(command[0], command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def _heed_signals() -> None:
    """What Python ignores as it starts, the program that it becomes would ignore, too, and all that this one starts."""
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    """Our own options, which stand first, and the program with all that is its own."""
    place = 0
    while place < len(argv) and argv[place].startswith(("--flush-secs", "--autolog", "--help", "-h")):
        place += 2 if argv[place] == "--flush-secs" else 1
    return argv[:place], argv[place:]


def _command(program: list[str]) -> list[str]:
    """A script or options for Python, or a launcher."""
    name, *arguments = program
    launcher = None if name.startswith("-") or name.endswith(".py") else _launcher(name)
    return [launcher, *arguments] if launcher else [sys.executable, *program]


def _launcher(name: str) -> str | None:
    """A file that isn't Python's to run, or what is found where commands are."""
    path = Path(name)
    if path.is_file():
        return str(path.absolute()) if os.access(path, os.X_OK) and _is_foreign(path) else None
    return None if (path / "__main__.py").exists() else shutil.which(name)


def _is_foreign(path: Path) -> bool:
    """Whether a file is a machine's program, or a script that names another interpreter than Python."""
    with path.open("rb") as file:
        first = file.readline(256)
    return first.startswith(_PROGRAMS) or (first.startswith(b"#!") and b"python" not in first)
