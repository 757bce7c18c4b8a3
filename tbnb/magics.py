"""%tbwatch, %%tbwatch, %tbdoctor: parse the line, call, show the outcome."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from .errors import TbnbError
from .frameworks.autolog import Autolog, autolog
from .page.options import Options
from .watcher import stop_all, watch, watches


class _Refused(Exception):
    """The line isn't one that the magic understands; what's to be said is said by then."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        print(f"%{self.prog}: {message}; %{self.prog} --help tells more.")
        raise _Refused

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise _Refused


def _watch_parser() -> _Parser:
    parser = _Parser(prog="tbwatch", description="Show the runs below LOGDIR live, here in the cell.")
    add = parser.add_argument
    add("logdir", nargs="?", default="runs", metavar="LOGDIR", help="where the event files are, or will be (runs)")
    where = parser.add_mutually_exclusive_group().add_argument
    where(
        "--persist", metavar="DIR", help="mirror the logs to DIR, which outlives this machine; bring back what it has"
    )
    where("--drive", action="store_true", help="in Colab: --persist to MyDrive/tbnb/LOGDIR on Google Drive")
    add("--runs", metavar="RE", help="show at first only runs whose name has this regular expression")
    add("--tags", metavar="RE", help="show at first only tags whose name has this regular expression")
    add("--smoothing", type=float, default=0.6, metavar="F", help="from 0 up to, not including, 1 (0.6)")
    add("--x", default="step", choices=("step", "relative", "wall"), help="what runs to the right (step)")
    add("--height", type=int, metavar="PX", help="of the dashboard; as high as it needs without it")
    add("--view", type=_view, default={}, metavar="JSON", help="further settings, as the page's copy button gives them")
    add("--flush-secs", type=float, default=0.25, metavar="S", help="the longest that a value waits for disk (0.25)")
    add("--no-autoflush", action="store_true", help="leave other libraries' writers as they are")
    add("--autolog", action="store_true", help="log each batch of Keras, Lightning, Hugging Face, fastai, XGBoost, ...")
    add("--stop", action="store_true", help="end the watch of LOGDIR")
    return parser


def _view(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not JSON: {error}") from None


def _doctor_parser() -> _Parser:
    parser = _Parser(prog="tbdoctor", description="Say why nothing is seen of LOGDIR, or not at once.")
    parser.add_argument("logdir", nargs="?", default="runs", metavar="LOGDIR")
    return parser


def tbwatch(line: str, cell: str | None = None, local_ns: Mapping[str, Any] | None = None) -> None:
    """%tbwatch [LOGDIR] [options]: see %tbwatch --help."""
    __tracebackhide__ = True
    try:
        _tbwatch(_watch_parser().parse_args(_split(_expanded(line, local_ns or {}))))
    except (_Refused, TbnbError) as error:
        if isinstance(error, TbnbError):
            print(f"%tbwatch: {error}")
        _leave(cell)
        return
    if cell is not None:
        with _errors_untold(_shell()), _last_line(_shell(), cell):
            result = _shell().run_cell(cell)
        if result.error_before_exec is not None:
            raise result.error_before_exec.with_traceback(None)
        if result.error_in_exec is not None:
            raise result.error_in_exec


def _leave(cell: str | None) -> None:
    """A body that isn't run is an error, which stops the cells that count on it; told without a traceback."""
    if cell is not None:
        from IPython.core.error import UsageError

        raise UsageError("%%tbwatch: the body of this cell was not run.") from None


@contextmanager
def _errors_untold(shell: Any) -> Iterator[None]:
    """The body's error is the cell's, which tells it: else it would stand there twice."""
    before = vars(shell).get("_showtraceback")  # where the body is another such cell
    shell._showtraceback = lambda *_: None
    try:
        yield
    finally:
        del shell._showtraceback
        if before is not None:
            shell._showtraceback = before


@contextmanager
def _last_line(shell: Any, cell: str) -> Iterator[None]:
    """A body that ends with a semicolon shows no result: IPython looks for that in the history's last cell."""
    history = shell.history_manager.input_hist_parsed
    place = max(0, len(history) - 1)
    before = history[place:]
    with suppress(Exception):  # what can't be parsed is the body's own error
        history[place:] = [shell.transform_cell(cell)]
    try:
        yield
    finally:
        if len(history) > place:  # the body may have emptied it
            history[place : place + 1] = before


_COUNT = re.compile(r"\{(\d+(?:,\d*)?)\}")


def _expanded(line: str, names: Mapping[str, Any]) -> str:
    """With values for $name and {name}, Python's or else the environment's; but {2} is a count in an expression."""
    from IPython.utils.text import DollarFormatter

    known = {**os.environ, **_shell().user_ns, **names}
    try:
        return str(DollarFormatter().vformat(_COUNT.sub(r"{{\1}}", line), [], known))
    except Exception:  # as IPython does: what can't be expanded stands as it is
        return line


def _tbwatch(asked: argparse.Namespace) -> None:
    options = Options(asked.runs, asked.tags, asked.smoothing, asked.x, asked.height, asked.view)
    logdir = os.path.expanduser(asked.logdir)  # noqa: PTH111 - "" and "./x" stay what they are
    if asked.stop:
        _stop(logdir)
        return
    place = _drive(logdir) if asked.drive else asked.persist
    shown = watch(logdir, persist=place, autoflush=not asked.no_autoflush, flush_secs=asked.flush_secs)
    if place and shown.keeping is not None:
        print(shown.keeping.found)
    if asked.autolog and not any(isinstance(one, Autolog) for one in shown.companions):
        shown.companions.append(autolog())
    shown.show(options)


def _drive(logdir: str) -> str | None:
    """The folder on Drive; without it the dashboard opens all the same."""
    from .keep.drive import folder

    try:
        return folder(logdir)
    except TbnbError as error:
        print(f"%tbwatch: {error}")
        return None


def _stop(logdir: str) -> None:
    found = watches(logdir)
    if not found:
        running = ", ".join(one.logdir for one in watches()) or "none"
        print(f"%tbwatch: there is no watch of {logdir}; running: {running}.")
    for one in found:
        one.stop()


def tbdoctor(line: str) -> Any:
    """%tbdoctor [LOGDIR]: why nothing is seen of it, or not at once."""
    from .checkup import doctor

    try:
        return doctor(os.path.expanduser(_doctor_parser().parse_args(_split(line)).logdir))  # noqa: PTH111
    except _Refused:
        return None


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        print(f"The line can't be read: {error}.")
        raise _Refused from error


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()


def load(ipython: Any) -> None:
    """What %load_ext tbnb does."""
    from IPython.core.magic import needs_local_scope, no_var_expand

    ipython.register_magic_function(no_var_expand(needs_local_scope(tbwatch)), "line_cell")
    ipython.register_magic_function(tbdoctor, "line")


def unload(ipython: Any) -> None:
    """What %unload_ext tbnb does: all watches end."""
    stop_all()
    for kind, name in (("line", "tbwatch"), ("cell", "tbwatch"), ("line", "tbdoctor")):
        ipython.magics_manager.magics[kind].pop(name, None)
