"""SummaryWriter: the surface of torch.utils.tensorboard, at a hundredth of its price."""

from __future__ import annotations

import os
import socket
import weakref
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import time
from types import TracebackType
from typing import Any

from ..errors import BadValueError
from . import checks, lifetime, values
from .encode import Making
from .file_writer import FileWriter
from .flusher import Flusher
from .lane import Lane
from .later import later
from .media import Media
from .resume import Resumed
from .templates import Key


class SummaryWriter(Media):
    """Logs to a new event file; every method takes what that of torch.utils.tensorboard takes, and writes the same.

    A call checks its values, keeps them and returns; a thread encodes and writes. A value that can't be logged raises
    BadValueError at the call; what goes wrong later is a warning, and training goes on.

    log_dir          a local directory; without it runs/<date_time>_<host><comment>
    purge_step       takes back what was logged in `log_dir` at this step and later
    max_queue        torch's; it has no use here
    flush_secs       the longest that a value waits before it is in the file; 0 writes through at each call
    filename_suffix  the end of the file's name
    resume           goes on where the run in `log_dir` stopped, which `last_step` then says; when the first step logged
                     goes back behind it, the steps from there on are taken back, so that every reader shows one curve
    """

    _lazily = False  # whether the file begins with the first value only

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 0.25,
        filename_suffix: str = "",
        *,
        resume: bool = False,
    ) -> None:
        self.log_dir = checks.log_dir(os.fspath(log_dir)) if log_dir else _default_log_dir(comment)
        self._home = _working_directory()
        self.purge_step = values.check_step("purge_step", purge_step)
        self.max_queue = max_queue
        self.flush_secs = checks.flush_secs(flush_secs)
        self.filename_suffix = checks.filename_suffix(filename_suffix)
        self.last_step: int | None = None
        self._resume = resume
        self._begun: set[str] = set()  # directories: after close() a run isn't resumed, it's the same
        self.file_writer: FileWriter | None = None
        self.all_writers: dict[str, FileWriter] | None = None
        self._opening = lifetime.Lock()
        self._get_file_writer()

    def _get_file_writer(self) -> FileWriter:
        """The writer of the main file, which is begun anew after close()."""
        writer = self.file_writer
        if writer is not None and not writer.stream.closed:
            return writer
        with self._opening:
            writer = self.file_writer
            return self._opened() if writer is None or writer.stream.closed else writer

    def _opened(self) -> FileWriter:
        """All of it is made before any of it is seen: a signal's handler may log and flush meanwhile."""
        flusher = Flusher(self.flush_secs)
        weakref.finalize(self, flusher.rest_unless_used).atexit = False
        main = self._file_writer(self.log_dir, flusher)
        self._flusher = flusher
        self._lane = main.stream.lane
        self.all_writers = {self.log_dir: main}
        self.file_writer = main
        if self.purge_step is not None:
            main.stream.purge(self.purge_step)
            self.purge_step = None
        return main

    def _file_writer(self, log_dir: str, flusher: Flusher) -> FileWriter:
        goes_on = self._resume and log_dir not in self._begun
        self._begun.add(log_dir)
        place = self._at_home(log_dir)
        resumed = Resumed(place) if goes_on else None
        if resumed and log_dir == self.log_dir:
            self.last_step = resumed.last_step
        return FileWriter(
            place,
            self.max_queue,
            self.flush_secs,
            self.filename_suffix,
            flusher=flusher,
            resumed=resumed,
            lazily=self._lazily,
        )

    def _at_home(self, path: str) -> str:
        """`path` as it was when the writer began, wherever the program has gone since."""
        return os.path.join(self._home, path)  # noqa: PTH118 - a URL-like prefix must stay as it is

    def get_logdir(self) -> str:
        """The directory of the event file."""
        return self.log_dir

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: Any = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """Log a number: of Python, NumPy, torch, TensorFlow or JAX; one on a device is fetched later, without waiting.

        `new_style` writes it as a tensor, as TensorFlow 2 does, with `double_precision` in 64 bits.
        """
        if (
            scalar_value.__class__ is float
            and global_step.__class__ is int
            and tag.__class__ is str
            and walltime is None
            and not new_style
        ):
            lane = self._lane
            now = time()
            lane.put((tag, scalar_value, global_step, now))
            if now >= lane.due:
                self._attend(lane)
        else:
            style = "simple" if not new_style else "double" if double_precision else "float"
            self._put_scalar(tag, scalar_value, global_step, walltime, style)

    def _put_scalar(self, tag: str, value: Any, step: Any, walltime: float | None, style: str) -> None:
        name = values.check_tag(tag)
        wall = time() if walltime is None else values.check_walltime(name, walltime)
        number = values.scalar(name, value)
        key = name if style == "simple" else Key(name, style)
        entry = (key, number, values.check_step(name, step), wall)
        lane = self._lane
        lane.put(entry)
        if time() >= lane.due:
            self._attend(lane)

    def _attend(self, lane: Lane) -> None:
        """Look after the lane; what a call put into a closed one goes into a new file."""
        stream = self._get_file_writer().stream
        if stream.lane is not lane:
            lane.move_to(stream.lane)
        stream.attend()

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: dict[str, Any],
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Log numbers that share one chart; like torch, each in a run of its own beneath `log_dir`."""
        main_tag = values.check_tag(main_tag)
        if not isinstance(tag_scalar_dict, dict):
            raise BadValueError(f"add_scalars needs a dict of numbers; {main_tag!r} got {type(tag_scalar_dict)}.")
        wall = time() if walltime is None else values.check_walltime(main_tag, walltime)
        named = {values.plain(name): value for name, value in tag_scalar_dict.items()}
        numbers = {tag: values.scalar(f"{main_tag}/{tag}", value) for tag, value in named.items()}
        for tag, number in numbers.items():
            self._writer_of(f"{self.log_dir}/{main_tag.replace('/', '_')}_{tag}").put(
                main_tag, number, global_step, wall
            )

    def _put(self, tag: str, making: Making, step: Any, walltime: float | None = None) -> None:
        wall = None if walltime is None else values.check_walltime(tag, walltime)
        self._get_file_writer().put(tag, making, step, wall)

    def add_hparams(
        self,
        hparam_dict: dict[str, Any],
        metric_dict: dict[str, Any],
        hparam_domain_discrete: dict[str, list[Any]] | None = None,
        run_name: str | None = None,
        global_step: Any = None,
    ) -> None:
        """Log hyperparameters and what came of them, as a run of its own beneath `log_dir`."""
        hparams, domains = checks.hparams(hparam_dict, metric_dict, hparam_domain_discrete)
        metrics = {values.check_tag(tag): values.scalar(tag, value) for tag, value in metric_dict.items()}
        step = values.check_step("hparams", global_step)
        with SummaryWriter(self._at_home(os.path.join(self.log_dir, run_name or str(time())))) as writer:  # noqa: PTH118
            main = writer._get_file_writer()
            main.put("hparams", later("hparams.experiment", hparams, list(metrics), domains), step)
            main.put("hparams", later("hparams.session_start", hparams), step)
            main.put("hparams", later("hparams.session_end"), step)
            for tag, number in metrics.items():
                main.put(tag, number, step)

    @property
    def default_bins(self) -> list[float]:
        """The edges of add_histogram's bins."""
        from .summaries.histogram import default_bins

        return default_bins()

    def _writer_of(self, log_dir: str) -> FileWriter:
        with self._opening:
            self._get_file_writer()
            assert self.all_writers is not None
            if log_dir not in self.all_writers:
                self.all_writers[log_dir] = self._file_writer(log_dir, self._flusher)
            return self.all_writers[log_dir]

    def flush(self) -> None:
        """Return when everything logged before is in the files (or ten seconds later, where the disk hangs)."""
        if self.all_writers is not None:
            self._flusher.flush()

    def close(self) -> None:
        """Write what is left; a value that is logged later begins a new file."""
        with self._opening:
            if self.all_writers is not None:
                flusher = self._flusher
                flusher.close()
                if self._flusher is flusher:  # no signal's handler has begun a new file meanwhile
                    self.file_writer = self.all_writers = None

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process as after a fork: a writer into the same directory, with a file of its own."""
        return _copy, (type(self), self._at_home(self.log_dir), self.flush_secs, self.filename_suffix)

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _copy(kind: type[SummaryWriter], log_dir: str, flush_secs: float, suffix: str) -> SummaryWriter:
    copy = kind.__new__(kind)
    copy._lazily = True
    SummaryWriter.__init__(copy, log_dir, flush_secs=flush_secs, filename_suffix=suffix)
    return copy


def _working_directory() -> str:
    with suppress(OSError):  # deleted
        return str(Path.cwd())
    return ""


def _default_log_dir(comment: str) -> str:
    return str(Path("runs", f"{datetime.now():%b%d_%H-%M-%S}_{socket.gethostname()}{comment}"))
