"""`tbnb` from a shell: the same things as in a notebook, one command each."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from .errors import TbnbError


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    if given[:1] == ["run"]:  # all that follows is the program's own
        from .run.command import main as run

        return run(given[1:])
    arguments = _parser().parse_args(given)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path may be any bytes, and must still be told
    try:
        return _said(int(arguments.do(arguments)))
    except BrokenPipeError:
        return _unheard()
    except re.error as error:
        return _failed(arguments.command, f"{error.pattern!r} is no regular expression: {error}")
    except (TbnbError, OSError, ValueError) as error:
        return _failed(arguments.command, str(error))


def _said(code: int) -> int:
    if sys.stdout is not None:
        sys.stdout.flush()
    return code


def _unheard() -> int:
    """Whoever read what is printed, as head does, has had enough: Python is to say nothing of it at its end, either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _failed(command: str, why: str) -> int:
    print(f"tbnb {command}: {why}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tbnb", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="run a script with all its writers live", add_help=False)
    doctor = commands.add_parser("doctor", help="say why nothing is seen, and what to do")
    _add_logdir(doctor)
    doctor.set_defaults(do=_doctor)
    export = commands.add_parser("export", help="write all points as CSV or JSON")
    _add_logdir(export)
    export.add_argument("--to", metavar="FILE", default="-", help="where to (default: standard output)")
    export.add_argument("--format", choices=("csv", "json"), default="csv", help="default: %(default)s")
    export.add_argument("--runs", metavar="RE", default="", help="only runs in which this expression is found")
    export.add_argument("--tags", metavar="RE", default="", help="only tags in which this expression is found")
    export.set_defaults(do=_export)
    persist = commands.add_parser("persist", help="mirror the logs to a directory that outlives this machine")
    _add_logdir(persist)
    persist.add_argument("--to", metavar="DIR", required=True, help="a network share, a mounted drive, a second disk")
    persist.add_argument("--every", metavar="S", type=float, default=10.0, help="seconds (default: %(default)g)")
    persist.set_defaults(do=_persist)
    restore = commands.add_parser("restore", help="bring back the logs that persist saved")
    _add_logdir(restore)
    restore.add_argument("--from", metavar="DIR", dest="source", required=True, help="where persist saved them")
    restore.set_defaults(do=_restore)
    tidy = commands.add_parser("tidy", help="make notebooks that Colab saved ones that GitHub renders")
    tidy.add_argument("notebooks", nargs="+", metavar="NOTEBOOK")
    tidy.set_defaults(do=_tidy)
    return parser


def _add_logdir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("logdir", nargs="?", default="runs", help="the log directory (default: %(default)s)")


def _doctor(arguments: Any) -> int:
    from .checkup import doctor

    findings = doctor(arguments.logdir)
    print("\n".join(map(str, findings)))
    return int(any(finding.level == "wrong" for finding in findings))


def _export(arguments: Any) -> int:
    from .export import export

    count = export(arguments.logdir, arguments.to, arguments.format, runs=arguments.runs, tags=arguments.tags)
    print(f"{count:,} points", file=sys.stderr)
    return 0


def _persist(arguments: Any) -> int:
    """Mirror until interrupted; a line whenever the state changes, and at last what wasn't saved."""
    from .keep.mirror import persist

    mirror = persist(arguments.logdir, arguments.to, every=arguments.every)
    said = ""
    with suppress(KeyboardInterrupt):
        while True:
            note = "; ".join(mirror.notes())
            if note != said:
                print(note, flush=True)
            said = note
            time.sleep(arguments.every)
    done = mirror.stop()
    print(mirror.unsaved() or "; ".join(mirror.notes()))
    return int(not done)


def _restore(arguments: Any) -> int:
    from .keep.restore import restore

    restored = restore(arguments.source, arguments.logdir)
    print(f"{restored.sentence(time.time())}.")
    for problem in restored.problems:
        print(problem, file=sys.stderr)
    return int(bool(restored.problems))


def _tidy(arguments: Any) -> int:
    """Each notebook for itself: one that's none keeps none of the others from being tidied."""
    from .tidy import tidy

    code = 0
    for notebook in arguments.notebooks:
        try:
            framed = tidy(notebook)
        except (TbnbError, OSError) as error:
            code = _failed(arguments.command, str(error))
            continue
        print(f"{notebook}: {f'widgets whose state is framed now: {framed:,}' if framed else 'nothing to do'}")
    return code
