"""autoflush with tensorboard's own writer, which is always there: what it holds, what it leaves, what it says."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import tbnb
from tbnb.errors import BadValueError
from tbnb.writer.autoflush.guard import Guard
from tbnb.writer.autoflush.holding import hold
from tbnb.writer.autoflush.hub import HUB
from tbnb.writer.autoflush.live import Live
from tbnb.writer.autoflush.room import MOST_BYTES, Room

from .files import event, scalar
from .peers import scalars
from .waiting import until

writing = pytest.importorskip("tensorboard.summary.writer.event_file_writer")
pytestmark = [
    pytest.mark.timeout(240),  # where TensorFlow is installed, tensorboard's writer imports it
    pytest.mark.filterwarnings("ignore::DeprecationWarning:tensorflow", "ignore:.*fork.*:DeprecationWarning"),
]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Any]:
    made = writing.EventFileWriter(str(tmp_path), flush_secs=3600)
    yield made
    made.close()


def log(writer: Any, step: int) -> None:
    writer.add_event(event(step, scalar("x", float(step))))


def steps(directory: Path) -> list[int]:
    return [step for step, _ in scalars(directory).get("x", [])]


def threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("tbnb-autoflush")]


def test_a_writer_that_was_there_before_is_live(writer: Any, tmp_path: Path) -> None:
    """What a writer was given before autoflush began, and what it's given then, is in the file without a flush."""
    log(writer, 1)
    with tbnb.autoflush(0.02):
        assert until(lambda: steps(tmp_path) == [1])
        log(writer, 2)
        assert until(lambda: steps(tmp_path) == [1, 2])


def test_a_writer_made_later_is_live(tmp_path: Path) -> None:
    """A writer made while autoflush runs is live, as a plain call too."""
    session = tbnb.autoflush(0.02)
    writer = writing.EventFileWriter(str(tmp_path), flush_secs=3600)
    log(writer, 1)

    assert until(lambda: steps(tmp_path) == [1])
    session.stop()
    writer.close()


def state(writer: Any) -> list[Any]:
    """What autoflush changes: functions, finders, queues and file objects."""
    outer = writer._async_writer
    objects = (outer._writer, outer._worker._record_writer, outer._byte_queue.maxsize)
    names = [sorted(vars(each)) for each in (writer, outer, outer._worker, outer._byte_queue, writing.EventFileWriter)]
    return [writing.EventFileWriter.__init__, list(sys.meta_path), objects, names]


def test_all_is_put_back(writer: Any) -> None:
    """After the last session every function, finder, queue and file object is what it was, and no thread is left."""
    before = state(writer)
    with tbnb.autoflush(0.02), tbnb.autoflush(5):
        log(writer, 1)
        assert until(threads)
        assert state(writer) != before

    assert until(lambda: not threads())
    assert state(writer) == before


def test_one_of_two_sessions_ends(writer: Any, tmp_path: Path) -> None:
    """While one session runs its writers stay live; stopping twice is nothing."""
    first, second = tbnb.autoflush(0.02), tbnb.autoflush(0.02)
    first.stop()
    first.stop()
    log(writer, 1)

    assert until(lambda: steps(tmp_path) == [1])
    second.stop()
    assert not HUB.running


def test_an_end_amid_a_write_is_no_error() -> None:
    """A writer may be let go by one thread while another one wakes what flushes it: its library hears nothing."""

    class Lock:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None:
            live._starting = threading.Lock()
            live.end()

    live = Live(HUB, "a writer", lambda: None)
    live._starting = Lock()  # type: ignore[assignment]
    live.touch()

    assert HUB.count() == 0


def test_a_closed_writer_stays_closed() -> None:
    """The end of a cell that comes with a writer's close wakes nothing again, and waits for nothing."""
    before = threads()
    live = Live(HUB, "a writer", lambda: None)
    live.touch()
    live.end()

    assert live.ask().is_set()
    assert HUB.count() == 0
    assert until(lambda: not {*threads()} - {*before})


def test_a_writer_that_is_made_while_autoflush_ends_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its construction began under autoflush and ended after it: nothing of ours stays in it."""
    before = threads()
    session = tbnb.autoflush(3600)
    worker = writing._AsyncWriter.__init__

    def made(*args: Any) -> None:
        worker(*args)
        session.stop()

    monkeypatch.setattr(writing._AsyncWriter, "__init__", made)
    late = writing.EventFileWriter(str(tmp_path), flush_secs=3600)

    assert type(late._async_writer._writer).__module__ != Guard.__module__
    assert late._async_writer._byte_queue.maxsize == 10
    assert until(lambda: not {*threads()} - {*before})
    late.close()


def test_a_closed_writer_is_let_go(tmp_path: Path) -> None:
    """A writer that is closed at the end of each epoch leaves neither a thread nor anything held, nor loses a point."""
    with tbnb.autoflush(0.02):
        for epoch in range(5):
            writer = writing.EventFileWriter(str(tmp_path / str(epoch)), flush_secs=3600)
            log(writer, epoch)
            writer.close()

        assert until(lambda: not threads())
        assert HUB.count() == 0
        assert [steps(tmp_path / str(epoch)) for epoch in range(5)] == [[epoch] for epoch in range(5)]


def test_nothing_is_imported() -> None:
    """autoflush imports no library that the user hasn't imported."""
    libraries = {"tensorboard", "tensorboardX", "tensorflow", "torch", "keras", "numpy"}
    code = "import sys, tbnb\nwith tbnb.autoflush(): print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not libraries & set(loaded)


def test_an_import_leaves_no_trace(tmp_path: Path) -> None:
    """A module that was waited for has its own loader afterwards, and its source can be found."""
    code = (
        "import inspect, tbnb\n"
        "tbnb.autoflush()\n"
        "import tensorboard.summary.writer.event_file_writer as module\n"
        "print(type(module.__loader__).__module__, type(module.__spec__.loader).__module__)\n"
        "assert 'class EventFileWriter' in inspect.getsource(module)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["_frozen_importlib_external"] * 2


def test_a_hanging_disk_holds_up_its_own_writer_alone(tmp_path: Path) -> None:
    """While a flush hangs, its training loop goes on, other writers are live, and one thread waits, which is said."""
    hanging = writing.EventFileWriter(str(tmp_path / "a"), flush_secs=3600)
    other = writing.EventFileWriter(str(tmp_path / "b"), flush_secs=3600)
    answer = threading.Event()
    flush = hanging._async_writer._writer.flush
    hanging._async_writer._writer.flush = answer.wait
    with tbnb.autoflush(0.02) as session:
        for step in range(2000):
            log(hanging, step)
        log(other, 1)
        assert until(lambda: steps(tmp_path / "b") == [1])
        assert until(lambda: any("busy with a flush" in note for note in session.notes()))
        assert len(threads()) == 2
        answer.set()
        assert until(lambda: not session.notes())
        hanging._async_writer._writer.inner.flush = flush
    hanging.close()
    other.close()
    assert steps(tmp_path / "a") == list(range(2000))


def test_a_failing_flush_is_said_and_tried_again(writer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that refuses is a note while it refuses; nothing is raised into the loop."""
    monkeypatch.setattr("tbnb.writer.autoflush.live.RETRY", 0.02)
    flush, inner = writer._async_writer._writer.flush, writer._async_writer._writer
    inner.flush = lambda: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    with tbnb.autoflush(0.02) as session:
        log(writer, 1)
        assert until(lambda: any("No space left" in note for note in session.notes()))
        inner.flush = flush
        writer._async_writer._writer.flush = flush
    log(writer, 2)


def test_a_library_that_changed_inside_is_flushed_from_outside() -> None:
    """Where a private name is gone, the public flush() is called on a thread of ours, and the status line says so."""
    flushed = threading.Event()
    strange = SimpleNamespace(get_logdir=lambda: "runs", flush=flushed.set)
    with tbnb.autoflush(0.02) as session:
        hold(HUB, writing.__name__, strange, lambda hub, writer: writer._async_writer)

        assert flushed.wait(30)
        assert "tensorboard is not as it was known" in session.notes()[0]


def test_a_library_that_lacks_the_class_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the writer's class itself is gone, that's a note and no crash."""
    monkeypatch.delattr(writing, "EventFileWriter")
    with tbnb.autoflush() as session:
        assert "no EventFileWriter" in session.notes()[0]


def test_what_stands_in_for_a_library_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that a program has put in a module's place is no error of ours."""
    monkeypatch.setitem(sys.modules, "tensorboardX.event_file_writer", SimpleNamespace())  # type: ignore[arg-type]
    with tbnb.autoflush() as session:
        assert [note.split()[0] for note in session.notes()] == ["tensorboardX.event_file_writer"]


def test_remote_directories_are_left_alone() -> None:
    """A bucket isn't flushed every quarter of a second: each flush may send the whole file."""
    far = SimpleNamespace(get_logdir=lambda: "gs://bucket/run")
    with tbnb.autoflush() as session:
        hold(HUB, writing.__name__, far, lambda hub, writer: pytest.fail("was held"))

        assert session.notes() == ["gs://bucket/run is no local disk: its writer flushes when it wants to."]


def test_room_ends_by_bytes() -> None:
    """A queue takes thousands of small events, but not more bytes than memory can spare."""
    import queue

    waiting: queue.Queue[bytes] = queue.Queue(10)
    waiting.put(b"early")
    room = Room(waiting)
    for _ in range(5000):
        waiting.put(b"x", block=False)
    waiting.put(bytes(MOST_BYTES), block=False)
    with pytest.raises(queue.Full):
        waiting.put(b"x", block=False)
    while not waiting.empty():
        waiting.get()
    waiting.put(b"x", block=False)
    room.undo()

    assert waiting.maxsize == 10


@pytest.mark.parametrize("asked", [0, 3, 100_000])
def test_room_is_never_less_than_was_asked_for(asked: int) -> None:
    """However much waits, a call that wouldn't wait for the disk by itself doesn't with us; 0 is without end."""
    import queue

    waiting: queue.Queue[bytes] = queue.Queue(asked)
    room = Room(waiting)
    for _ in range(3):
        waiting.put(bytes(MOST_BYTES // 2), block=False)
    room.undo()

    assert waiting.maxsize == asked


@pytest.mark.parametrize("secs", [-1, True, "0.25", float("nan"), None])
def test_a_wrong_number_of_seconds_is_refused(secs: Any) -> None:
    """What can't be a number of seconds is refused, with the value."""
    with pytest.raises(BadValueError, match="seconds that a value may wait"):
        tbnb.autoflush(secs)
    assert not HUB.running


def test_what_is_held_at_the_end_is_written(tmp_path: Path) -> None:
    """A script that neither flushes nor closes its writer loses nothing when it ends."""
    code = (
        "import sys, tbnb\n"
        "tbnb.autoflush(3600)\n"
        "from tensorboard.summary.writer.event_file_writer import EventFileWriter\n"
        "from tests.test_autoflush import log\n"
        "writer = EventFileWriter(sys.argv[1], flush_secs=3600)\n"
        "for step in range(300): log(writer, step)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env={**os.environ, "PYTHONPATH": "."})

    assert steps(tmp_path) == list(range(300))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_forked_child_has_its_own(writer: Any, tmp_path: Path) -> None:
    """After a fork the child's new writers are live, and what it inherited doesn't hold it up."""
    with tbnb.autoflush(0.02):
        log(writer, 1)
        assert until(lambda: steps(tmp_path) == [1])
        child = os.fork()
        if child == 0:
            own = writing.EventFileWriter(str(tmp_path / "child"), flush_secs=3600)
            log(own, 7)
            os._exit(0 if until(lambda: steps(tmp_path / "child") == [7]) else 1)
        assert os.waitpid(child, 0)[1] == 0
        log(writer, 2)
        assert until(lambda: steps(tmp_path) == [1, 2])


def test_a_watch_makes_writers_live(writer: Any, tmp_path: Path) -> None:
    """While a watch runs, the process' writers are live without a word; `autoflush=False` leaves them alone."""
    with tbnb.watch(tmp_path, flush_secs=0.02) as watch:
        log(writer, 1)
        assert until(lambda: [point.step for run in watch.log.values() for point in run.get("x", ())] == [1])
    assert not HUB.running

    with tbnb.watch(tmp_path, autoflush=False):
        assert not HUB.running


def test_the_end_of_a_cell_sees_all(writer: Any, tmp_path: Path) -> None:
    """What a watch does at the end of a cell brings to the file what was logged up to there."""
    with tbnb.autoflush(3600) as session:
        for step in range(500):
            log(writer, step)
        session.settle()

        assert steps(tmp_path) == list(range(500))
