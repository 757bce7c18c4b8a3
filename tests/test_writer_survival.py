"""Nothing is lost: ends of processes, forks, and disks that say no. TensorBoard reads what is left."""

from __future__ import annotations

import errno
import multiprocessing
import os
import pickle
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tbnb
from tbnb import SummaryWriter
from tbnb.writer import flusher as flushing
from tbnb.writer import stream as streaming
from tbnb.writer import summary_writer
from tbnb.writer.encode import Making
from tbnb.writer.event_file import EventFile
from tbnb.writer.flusher import Flusher
from tbnb.writer.stream import Stream

from .peers import event_files, scalars, whole
from .waiting import until


def run(code: str, *arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False, **options)


LOG_FOREVER = """
import sys, time
from tbnb import SummaryWriter
writer = SummaryWriter(sys.argv[1], flush_secs=0.25)
step = 0
while True:
    writer.add_scalar("x", float(step), step)
    print(time.time(), step, flush=True)
    step += 1
    time.sleep(0.001)
"""


@pytest.mark.parametrize("moment", range(20))
def test_a_killed_process_loses_no_more_than_flush_secs(moment: int, tmp_path: Path) -> None:
    """After kill -9 at any moment TensorBoard reads every point but those of the last quarter of a second."""
    process = subprocess.Popen([sys.executable, "-c", LOG_FOREVER, tmp_path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(random.Random(moment).uniform(0, 1.5))
    killed = time.time()
    process.kill()
    printed = [line.split() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.stdout.close()
    process.wait()

    steps = [step for step, _ in scalars(tmp_path).get("x", [])]
    old_enough = [int(step) for at, step in printed if float(at) < killed - 0.25 - 0.75]  # the machine may be busy
    assert steps == list(range(len(steps)))
    assert set(old_enough) <= set(steps)


ENDINGS = {
    "without close": "",
    "an uncaught exception": "raise ValueError('training failed')",
    "sys.exit": "sys.exit(3)",
    "sys.exit in a thread": "threading.Thread(target=sys.exit).start()",
    "the writer is dropped": "del writer; import gc; gc.collect()",
    "a value from an atexit function": "import atexit; atexit.register(writer.add_scalar, 'late', 1.0, 1)",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_however_a_process_ends_all_is_there(ending: str, tmp_path: Path) -> None:
    """A process that ends in Python writes what it logged, with or without close()."""
    code = (
        "import sys, threading\n"
        "from tbnb import SummaryWriter\n"
        "writer = SummaryWriter(sys.argv[1], flush_secs=60)\n"
        "for step in range(1000): writer.add_scalar('x', 1.0, step)\n"
    )

    run(code + ENDINGS[ending], tmp_path)

    read = scalars(tmp_path)
    assert len(read["x"]) == 1000
    assert ("late" in read) == ("atexit" in ending)


def test_sigterm_loses_no_more_than_flush_secs(tmp_path: Path) -> None:
    """SIGTERM ends the process at once, as it does without us; what was logged before the last flush is there."""
    code = LOG_FOREVER.replace("while True:", "import os, signal\nfor _ in range(400):")
    code += "\nwhile not writer._flusher.asleep: time.sleep(0.01)\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(20)"

    ended = run(code, tmp_path)

    assert ended.returncode == -signal.SIGTERM
    assert len(scalars(tmp_path)["x"]) == 400


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_writes_its_own_file(tmp_path: Path) -> None:
    """After a fork parent and child log into a file each; what waited in the parent is written once."""
    writer = SummaryWriter(tmp_path, flush_secs=30)
    for step in range(500):
        writer.add_scalar("parent", 1.0, step)
    child = os.fork()
    if child == 0:
        writer.add_scalar("child", 2.0, 1)
        writer.close()
        os._exit(0)
    os.waitpid(child, 0)
    writer.add_scalar("parent", 1.0, 500)
    writer.close()

    files = event_files(tmp_path)
    assert len(files) == 2
    assert all(map(whole, files))
    read = scalars(tmp_path)
    assert [step for step, _ in read["parent"]] == list(range(501))
    assert read["child"] == [(1, 2.0)]


def do_nothing(writer: SummaryWriter, number: int) -> None:
    pass


def log_in_child(writer: SummaryWriter, number: int) -> None:
    writer.add_scalar(f"child{number}", float(number), number)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_workers_of_multiprocessing_lose_nothing(tmp_path: Path) -> None:
    """A child of multiprocessing ends without atexit; what it logged and didn't flush is written all the same."""
    writer = SummaryWriter(tmp_path, flush_secs=60)
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=log_in_child, args=(writer, number)) for number in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    writer.close()

    assert scalars(tmp_path) == {f"child{number}": [(number, float(number))] for number in range(3)}


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_writer_that_is_sent_to_another_process_writes_its_own_file(method: str, tmp_path: Path) -> None:
    """Where processes aren't forked, a writer is pickled; the copy writes a file of its own, if it's used at all."""
    writer = SummaryWriter(tmp_path, flush_secs=60)
    context = multiprocessing.get_context(method)
    for target in (log_in_child, do_nothing):
        child = context.Process(target=target, args=(writer, 3))
        child.start()
        child.join()
    writer.add_scalar("parent", 1.0, 1)
    writer.close()

    assert len(event_files(tmp_path)) == 2
    assert scalars(tmp_path) == {"child3": [(3, 3.0)], "parent": [(1, 1.0)]}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_while_another_thread_opens_a_file_blocks_nobody(tmp_path: Path) -> None:
    """A lock that another thread held at the fork is free in the child."""
    writer = SummaryWriter(tmp_path)
    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with writer._opening:
            held.set()
            leave.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    child = os.fork()
    if child == 0:
        writer.add_scalars("group", {"a": 1.0}, 1)
        writer.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    leave.set()
    thread.join()
    writer.close()

    assert scalars(tmp_path / "group_a") == {"group": [(1, 1.0)]}


def test_what_is_logged_after_the_last_moment_is_written_at_once(tmp_path: Path) -> None:
    """A function that runs at the very end of the process, after all writers were closed, may still log."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: [writer.add_scalar('late', 1.0, step) for step in range(3)])\n"
        "from tbnb import SummaryWriter\n"
        "writer = SummaryWriter(sys.argv[1])\n"
        "writer.add_scalar('x', 1.0, 1)\n"
    )

    assert run(code, tmp_path).stderr == ""
    assert scalars(tmp_path) == {"x": [(1, 1.0)], "late": [(step, 1.0) for step in range(3)]}


def test_closing_while_threads_log_loses_nothing(tmp_path: Path) -> None:
    """What a thread logs while another one closes the writer is in the old file or in the next one, in its order."""
    writer, enough = SummaryWriter(tmp_path), threading.Event()
    logged: dict[str, int] = {}

    def log(tag: str) -> None:
        logged[tag] = 0
        while not enough.is_set():
            writer.add_scalar(tag, 1.0, logged[tag])
            logged[tag] += 1

    threads = [threading.Thread(target=log, args=(f"thread{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        writer.close()
    enough.set()
    for thread in threads:
        thread.join()
    writer.close()

    read = tbnb.read(tmp_path)["."]
    assert {tag: series.step.tolist() for tag, series in read.items()} == {
        tag: list(range(count)) for tag, count in logged.items() if count
    }


@pytest.mark.parametrize("flush_secs", [0.25, 0])
def test_a_call_that_close_overtakes_loses_nothing(flush_secs: float, tmp_path: Path) -> None:
    """What reaches a stream when it's closed already is written by the call itself, and nothing stays open."""
    writer = SummaryWriter(tmp_path, flush_secs=flush_secs)
    writer.add_scalar("x", 1.0, 1)
    stream = writer._get_file_writer().stream
    writer.close()
    threads = threading.active_count()

    stream.put("late", 1.0, 2, time.time())

    assert scalars(tmp_path) == {"x": [(1, 1.0)], "late": [(2, 1.0)]}
    assert threading.active_count() == threads


def test_a_call_that_close_and_another_call_overtake_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that was put into the old lane, while another thread had begun the next file, goes there, too."""
    writer = SummaryWriter(tmp_path)
    writer.add_scalar("x", 1.0, 1)
    writer.flush()
    wall_time = time.time

    def overtaken() -> float:
        monkeypatch.undo()
        writer.close()
        writer.add_text("words", "a new file")
        return wall_time()

    monkeypatch.setattr(summary_writer, "time", overtaken)
    writer.add_scalar("x", 1.0, 2)
    writer.close()

    assert scalars(tmp_path)["x"] == [(1, 1.0), (2, 1.0)]


def test_a_handler_may_log_while_a_file_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a signal's handler logs in the middle of a file's beginning is in a file when its flush() returns."""
    writer = SummaryWriter(tmp_path)
    writer.close()
    moments, seen = ["Flusher", "FileWriter"], []

    def interrupted_at(moment: str, number: int) -> Any:
        make = getattr(summary_writer, moment)

        def made(*arguments: Any, **options: Any) -> Any:
            if moments[:1] == [moment] and len(seen) == number:
                moments.pop(0)
                writer.add_scalar("handler", 1.0, number)
                writer.flush()
                seen.append(len(scalars(tmp_path)["handler"]))
            return make(*arguments, **options)

        return made

    for number, moment in enumerate(list(moments)):
        monkeypatch.setattr(summary_writer, moment, interrupted_at(moment, number))
    writer.add_text("words", "begin the file")
    writer.close()

    assert seen == [1, 2]


def test_a_handler_may_log_while_a_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a signal's handler logs at the end of close() begins a file, in which logging goes on."""
    writer = SummaryWriter(tmp_path)
    close = Flusher.close

    def interrupted(self: Flusher, *arguments: Any) -> bool:
        closed = close(self, *arguments)
        monkeypatch.undo()
        writer.add_scalar("handler", 1.0, 1)
        return closed

    monkeypatch.setattr(Flusher, "close", interrupted)
    writer.close()
    writer.add_text("words", "go on")
    writer.close()

    assert scalars(tmp_path)["handler"] == [(1, 1.0)]
    assert len(event_files(tmp_path)) == 2


def test_two_processes_in_one_second_never_share_a_file(tmp_path: Path) -> None:
    """Two processes that begin in one directory in the same second have two files, and both curves are whole."""
    code = (
        "import sys, time\n"
        "from tbnb import SummaryWriter\n"
        "while time.time() < float(sys.argv[2]): pass\n"
        "with SummaryWriter(sys.argv[1]) as writer:\n"
        "    for step in range(200): writer.add_scalar(sys.argv[3], 1.0, step)\n"
    )
    start = time.time() + 1.5
    both = [subprocess.Popen([sys.executable, "-c", code, tmp_path, str(start), name]) for name in ("a", "b")]
    assert [process.wait(40) for process in both] == [0, 0]

    assert len(event_files(tmp_path)) == 2
    assert {tag: len(points) for tag, points in scalars(tmp_path).items()} == {"a": 200, "b": 200}


class Disk:
    """os.write, as a test wants it: full, broken, slow, or well again."""

    def __init__(self) -> None:
        self.error: int | None = None
        self.room = 1 << 60  # bytes until it is full
        self.writes = 0
        self.gate = threading.Event()
        self.gate.set()

    def write(self, fd: int, data: bytes) -> int:
        self.gate.wait(30)
        self.writes += 1
        if self.error is not None:
            raise OSError(self.error, os.strerror(self.error))
        taken = data[: self.room]
        if data and not taken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= len(taken)
        return os.write(fd, taken)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def stream(disk: Disk, tmp_path: Path) -> Iterator[Stream]:
    flusher = Flusher(0.25)
    stream = Stream(str(tmp_path), flusher, write=disk.write)
    yield stream
    disk.gate.set()
    flusher.close()


def steps_of(directory: Path) -> list[int]:
    return [step for step, _ in scalars(directory).get("x", [])]


def test_a_flush_is_one_write(stream: Stream, disk: Disk, tmp_path: Path) -> None:
    """However many values of however many kinds have waited, they reach the disk together."""
    stream._flusher.asleep = False  # so that no call wakes the thread before all are there
    for step in range(1000):
        stream.put("x", 1.0, step, 1.0)
        stream.put("y", Making(lambda: None), step, 1.0)
    assert disk.writes == 1  # the file's first record

    stream._flusher.flush()

    assert disk.writes == 2
    assert len(steps_of(tmp_path)) == 1000


@pytest.mark.parametrize("room", [0, 1, 11, 12, 40, 59, 60, 300, 2000])
def test_a_full_disk_keeps_whole_records_and_goes_on(room: int, stream: Stream, disk: Disk, tmp_path: Path) -> None:
    """On a full disk one warning is given, the file ends with a whole record, and later everything is there."""
    flusher = stream._flusher
    disk.room = room
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for step in range(100):
            stream.put("x", 1.0, step, 1.0)
            if step % 10 == 0:
                flusher.flush()
        flusher.flush()
        assert all(map(whole, event_files(tmp_path)))
        before = steps_of(tmp_path)
        disk.room = 1 << 60
        flusher.flush()

    assert before == list(range(len(before)))
    assert steps_of(tmp_path) == list(range(100))
    assert len(event_files(tmp_path)) == 1
    assert len([one for one in said if "No space left" in str(one.message)]) == 1


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOTCONN, errno.ESTALE, errno.EDQUOT])
def test_a_broken_disk_is_waited_for(code: int, stream: Stream, disk: Disk, tmp_path: Path) -> None:
    """Errors of a dead mount don't reach the training loop; when the disk is back, nothing is missing."""
    disk.error = code
    with pytest.warns(RuntimeWarning, match="Training goes on"):
        for step in range(50):
            stream.put("x", 1.0, step, 1.0)
        stream._flusher.flush()
    assert stream.problem

    disk.error = None
    stream._flusher.flush()

    assert stream.problem is None
    assert steps_of(tmp_path) == list(range(50))


def test_logging_resumes_by_itself(stream: Stream, disk: Disk, tmp_path: Path, grown: threading.Event) -> None:
    """Without another call, the flush thread tries again until the disk takes what waits."""
    disk.error = errno.EIO
    with pytest.warns(RuntimeWarning):
        stream.put("x", 1.0, 1, 1.0)
        stream._flusher.flush()
    grown.clear()

    disk.error = None

    assert grown.wait(20)
    assert steps_of(tmp_path) == [1]


def test_a_torn_record_that_stays_is_the_last_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even cutting the file fails, the next records go into a new one, and no record is twice."""
    disk = Disk()
    flusher = Flusher(60)
    stream = Stream(str(tmp_path), flusher, write=disk.write)
    disk.room = 100

    def refuse(fd: int, length: int) -> None:
        raise OSError(errno.EIO, "refused")

    monkeypatch.setattr(os, "ftruncate", refuse)
    with pytest.warns(RuntimeWarning):
        for step in range(20):
            stream.put("x", 1.0, step, 1.0)
        flusher.flush()
    disk.room = 1 << 60
    flusher.close()

    torn, whole_one = event_files(tmp_path)
    assert (whole(torn), whole(whole_one)) == (False, True)
    assert steps_of(tmp_path) == list(range(20))


def test_a_deleted_directory_is_made_again(tmp_path: Path) -> None:
    """When the log directory is deleted, what is logged from then on goes into a new one."""
    writer = SummaryWriter(tmp_path / "run")
    writer.add_scalar("x", 1.0, 1)
    writer.flush()

    shutil.rmtree(tmp_path / "run")
    with pytest.warns(RuntimeWarning, match="deleted"):
        writer.add_scalar("x", 2.0, 2)
        writer.flush()
    writer.add_scalar("x", 3.0, 3)
    writer.close()

    assert scalars(tmp_path / "run") == {"x": [(2, 2.0), (3, 3.0)]}


def test_what_went_into_a_deleted_file_is_written_again(tmp_path: Path, grown: threading.Event) -> None:
    """Also what reached the old file before its deletion was noticed is in the new one, and once."""
    writer = SummaryWriter(tmp_path / "run", flush_secs=0.01)
    writer.add_scalar("x", 1.0, 1)
    writer.flush()
    shutil.rmtree(tmp_path / "run")
    grown.clear()

    writer.add_scalar("x", 2.0, 2)
    assert grown.wait(20)
    with pytest.warns(RuntimeWarning, match="deleted"):
        writer.flush()
    writer.add_scalar("x", 3.0, 3)
    writer.close()

    assert scalars(tmp_path / "run") == {"x": [(2, 2.0), (3, 3.0)]}


class Mount(Disk):
    """A disk that goes away for a while; files that were open before are lost to their holders ever after."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[int] = set()

    def write(self, fd: int, data: bytes) -> int:
        if self.error is not None:
            self.lost.add(fd)
        if fd in self.lost:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        return super().write(fd, data)


def test_after_a_mount_comes_back_logging_goes_on_in_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that was open when a mount died stays dead; when the mount is back, a new one has all that waited."""
    mount = Mount()
    monkeypatch.setattr("tbnb.writer.event_file.os.close", lambda fd: None)  # so that no number is given twice
    flusher = Flusher(60)
    stream = Stream(str(tmp_path), flusher, write=mount.write)
    stream.put("x", 1.0, 1, 1.0)
    flusher.flush()
    mount.error = errno.ENOTCONN
    with pytest.warns(RuntimeWarning, match="Training goes on"):
        for step in range(2, 50):
            stream.put("x", 1.0, step, 1.0)
        flusher.flush()

    mount.error = None
    flusher.close()

    assert steps_of(tmp_path) == list(range(1, 50))
    assert len(event_files(tmp_path)) == 2


def test_flush_waits_for_a_hanging_disk_only_so_long(stream: Stream, disk: Disk, tmp_path: Path) -> None:
    """A disk that neither takes nor refuses holds up flush() for its patience, with a warning, and nothing is lost."""
    disk.gate.clear()
    stream.put("x", 1.0, 1, 1.0)

    with pytest.warns(RuntimeWarning, match="hasn.t answered"):
        assert not stream._flusher.flush(patience=0.05)
    stream.put("x", 2.0, 2, 1.0)
    disk.gate.set()

    assert until(stream._flusher.flush)
    assert steps_of(tmp_path) == [1, 2]


def test_flush_waits_for_a_slow_encoding(stream: Stream) -> None:
    """What takes long to encode isn't taken for a disk that hangs, however little patience there is."""
    made: list[int] = []

    def make() -> None:
        time.sleep(0.3)
        made.append(1)

    stream.put("image", Making(make), 1, 1.0)

    assert stream._flusher.flush(patience=0.01)
    assert made == [1]


def test_a_disk_known_to_hang_is_not_waited_for_again(stream: Stream, disk: Disk) -> None:
    """Of a loop that flushes each step, only the first flush waits out its patience, until the disk answers."""
    disk.gate.clear()
    stream.put("x", 1.0, 1, 1.0)
    with pytest.warns(RuntimeWarning, match="hasn.t answered") as said:
        stream._flusher.flush(patience=0.05)
        for _ in range(3):
            assert not stream._flusher.flush(patience=3600)
    assert len(said) == 1
    disk.gate.set()

    assert until(stream._flusher.flush)


def test_a_queue_faster_than_the_disk_waits(
    stream: Stream, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More values than may wait hold up the caller until the disk has taken some: said once, and none is lost."""
    monkeypatch.setattr(streaming, "MOST_WAITING", 100)
    monkeypatch.setattr(flushing, "CHECK", 0.0)
    monkeypatch.setattr(streaming, "CHECK", 0.0)
    disk.gate.clear()
    timer = threading.Timer(0.3, disk.gate.set)
    timer.start()

    with pytest.warns(RuntimeWarning, match="waiting for the disk") as said:
        for step in range(1000):
            stream.put("x", 1.0, step, 1.0)
    timer.join()
    stream._flusher.flush()

    assert steps_of(tmp_path) == list(range(1000))
    assert len(said) == 1


def test_a_disk_that_takes_nothing_bounds_the_memory(
    stream: Stream, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a disk refuses everything, the oldest values are kept up to a bound and the loss of others is said once."""
    monkeypatch.setattr(streaming, "MOST_WAITING", 100)
    monkeypatch.setattr(flushing, "CHECK", 0.0)
    monkeypatch.setattr(streaming, "CHECK", 0.0)
    disk.error = errno.EIO
    with pytest.warns(RuntimeWarning) as said:
        stream.put("x", 1.0, 0, 1.0)
        stream._flusher.flush()
        for step in range(1, 1000):
            stream.put("x", 1.0, step, 1.0)
        disk.error = None
        stream._flusher.flush()

    kept = steps_of(tmp_path)
    assert kept == list(range(len(kept)))
    assert 100 <= len(kept) <= 200
    assert len([one for one in said if "lost" in str(one.message)]) == 1


def heavy(weight: int) -> Making:
    return Making(lambda: None, weight)


def test_a_disk_that_takes_nothing_bounds_the_weight(
    stream: Stream, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a disk refuses everything, only so many bytes of arrays are kept, and all room is free afterwards."""
    monkeypatch.setattr(streaming, "MOST_WEIGHT", 1000)
    disk.error = errno.EIO
    with pytest.warns(RuntimeWarning) as said:
        stream.put("x", 1.0, 0, 1.0)
        stream._flusher.flush()
        for _ in range(100):
            stream.put("image", heavy(300), 1, 1.0)
    assert len([one for one in said if "lost" in str(one.message)]) == 1
    assert stream._weight == 1200

    disk.error = None
    stream._flusher.flush()
    assert stream._weight == 0


def test_a_slow_encoding_is_waited_for(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images that take longer to encode than a disk may take to answer aren't taken for a disk that hangs."""
    monkeypatch.setattr(streaming, "MOST_WEIGHT", 1000)
    monkeypatch.setattr(streaming, "STALL", 0.01)
    made: list[int] = []

    def make() -> None:
        time.sleep(0.05)
        made.append(1)

    with pytest.warns(RuntimeWarning, match="waiting for the disk"):
        for _ in range(10):
            stream.put("image", Making(make, 600), 1, 1.0)
    stream._flusher.flush()

    assert len(made) == 10


def test_a_limit_on_file_size_begins_another_file(tmp_path: Path) -> None:
    """Where the system lets a file grow no further (RLIMIT_FSIZE, FAT), what doesn't fit goes into the next one."""
    code = (
        "import sys, warnings\n"
        "from tbnb import SummaryWriter\n"
        "writer = SummaryWriter(sys.argv[1])\n"
        "for step in range(1000): writer.add_scalar('x', 1.0, step)\n"
        "writer.flush()\n"
        "print('trained')\n"
    )

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    ended = run(code, tmp_path, preexec_fn=limited)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "trained\n", "")
    assert all(map(whole, event_files(tmp_path)))
    assert len(event_files(tmp_path)) > 3
    assert steps_of(tmp_path) == list(range(1000))


def test_a_file_ends_with_its_last_whole_record_after_any_partial_write(tmp_path: Path) -> None:
    """A block that is cut anywhere leaves the file at the end of a record, and says how much of it is there."""
    from tbnb.events.record import frame

    block = b"".join(frame(bytes(length)) for length in (0, 1, 30, 200))
    for room in range(len(block)):
        disk = Disk()
        file = EventFile(str(tmp_path / str(room)), write=disk.write)
        file.open()
        before = Path(file.path).stat().st_size
        disk.room = room
        outcome = file.append(block)
        assert outcome.error is not None
        assert Path(file.path).stat().st_size == before + outcome.written
        assert whole(Path(file.path))
        disk.room = 1 << 60
        assert file.append(block[outcome.written :]).error is None
        assert Path(file.path).read_bytes()[before:] == block
        file.close()


def test_a_run_stays_where_it_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the program goes, all that a writer of a relative directory begins later is in that directory."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(home)
    with SummaryWriter("run") as writer:
        assert writer.log_dir == writer.get_logdir() == "run"  # as it was given, as in torch
        monkeypatch.chdir(elsewhere)
        writer.add_scalar("x", 1.0, 1)
        writer.add_scalars("x", {"a": 1.0}, 1)
        writer.add_hparams({"lr": 0.1}, {"accuracy": 0.5}, run_name="tried")
        writer.add_embedding(np.eye(2))
        writer.close()
        writer.add_scalar("x", 2.0, 2)
        with pickle.loads(pickle.dumps(writer)) as copy:
            copy.add_scalar("y", 3.0, 3)

    assert not list(elsewhere.iterdir())
    assert {path.name for path in (home / "run").iterdir() if path.is_dir()} == {"x_a", "tried", "00000"}
    assert scalars(home / "run") == {"x": [(1, 1.0), (2, 2.0)], "y": [(3, 3.0)]}
