"""autoflush with the writers of torch, tensorboardX and TensorFlow: loops as their users write them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import tbnb
from tbnb.writer.autoflush import unwritten
from tbnb.writer.autoflush.patches import instances

from .waiting import until

pytestmark = [
    pytest.mark.frameworks,
    pytest.mark.timeout(240),  # several programs import TensorFlow
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

Log = Callable[[int], Any]
Made = tuple[Log, Callable[[], Any]]  # what logs a step, and what closes


@pytest.fixture(autouse=True)
def no_default_writer() -> Iterator[None]:
    """TensorFlow's default writer and step, as each test finds and leaves them."""
    yield
    if "tensorflow" in sys.modules:
        ops = sys.modules["tensorflow.python.ops.summary_ops_v2"]
        ops._summary_state.writer = ops._summary_state.step = None


def torch_writer(directory: Path) -> Made:
    writing = pytest.importorskip("torch.utils.tensorboard")
    writer = writing.SummaryWriter(str(directory))
    return lambda step: writer.add_scalar("x", float(step), step), writer.close


def tensorboardx_writer(directory: Path) -> Made:
    writer = pytest.importorskip("tensorboardX").SummaryWriter(str(directory))
    return lambda step: writer.add_scalar("x", float(step), step), writer.close


def tensorflow_writer(directory: Path) -> Made:
    tf = pytest.importorskip("tensorflow")
    writer = tf.summary.create_file_writer(str(directory))

    def log(step: int) -> None:
        writer.set_as_default()
        tf.summary.scalar("x", float(step), step)

    return log, writer.close


def tensorflow_1_writer(directory: Path) -> Made:
    v1 = pytest.importorskip("tensorflow").compat.v1
    with v1.Graph().as_default():
        writer = v1.summary.FileWriter(str(directory))
    return _logging_protos(v1, writer), writer.close


def session_writer(directory: Path) -> Made:
    v1 = pytest.importorskip("tensorflow").compat.v1
    with v1.Graph().as_default():
        writer = v1.summary.FileWriter(str(directory), session=v1.Session())
    return _logging_protos(v1, writer), writer.close


def _logging_protos(v1: Any, writer: Any) -> Log:
    value = v1.Summary.Value
    return lambda step: writer.add_summary(v1.Summary(value=[value(tag="x", simple_value=step)]), step)


MAKERS = [torch_writer, tensorboardx_writer, tensorflow_writer, tensorflow_1_writer, session_writer]


def steps(directory: Path, tag: str = "x") -> list[int]:
    """The steps that a reader finds in the directory's files now."""
    log = tbnb.read(directory)
    return log["."][tag].step.tolist() if "." in log and tag in log["."] else []


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("before", [True, False], ids=["made before", "made later"])
def test_a_lone_point_is_there(make: Callable[[Path], Made], before: bool, tmp_path: Path) -> None:
    """One point with nothing after it is in the file, whoever wrote it, and whenever the writer was made."""
    if before:
        log, close = make(tmp_path)
        log(0)
    with tbnb.autoflush(0.02) as session:
        if not before:
            log, close = make(tmp_path)
            log(0)
        assert until(lambda: steps(tmp_path) == [0])
        log(1)
        assert until(lambda: steps(tmp_path) == [0, 1])
        assert session.notes() == []
    log(2)
    close()
    assert steps(tmp_path) == [0, 1, 2]


@pytest.mark.parametrize("make", MAKERS)
def test_every_point_is_there_after_each_epoch(make: Callable[[Path], Made], tmp_path: Path) -> None:
    """A writer that is made and closed in each epoch is live in each, and no point is missing or doubled."""
    with tbnb.autoflush(0.02):
        for epoch in range(3):
            log, close = make(tmp_path / str(epoch))
            for step in range(50):
                log(step)
            assert until(lambda directory=tmp_path / str(epoch): steps(directory) == list(range(50)))
            close()

    assert [steps(tmp_path / str(epoch)) for epoch in range(3)] == [list(range(50))] * 3


def test_a_compiled_step_is_live(tmp_path: Path) -> None:
    """tf.summary inside tf.function is live, though no Python runs."""
    tf = pytest.importorskip("tensorflow")
    writer = tf.summary.create_file_writer(str(tmp_path))

    @tf.function
    def train(step: Any) -> None:
        with tf.summary.record_if(True):
            tf.summary.scalar("x", tf.cast(step, tf.float32), step)

    writer.set_as_default()
    with tbnb.autoflush(0.02):
        for step in range(5):
            train(tf.constant(step, tf.int64))
        assert until(lambda: steps(tmp_path) == list(range(5)))
    writer.close()


IN_SILENCE = """
import sys, warnings, tbnb
{before}
session = tbnb.autoflush()
import tensorflow as tf
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for step in range(3):
        tf.summary.scalar("lost/loss", 1.0, step)
        tf.summary.scalar("lost/accuracy", 1.0, step)
caught = [each for each in caught if "default one" in str(each.message)]
print(len(caught), *[each.filename for each in caught])
print(caught and caught[0].message)
print(*session.notes())
session.stop()
tf.summary.scalar("later", 1.0, 1)
assert tf.summary.write.__module__.startswith("tensorflow") and not hasattr(tf.summary.write, "__wrapped__")
"""


@pytest.mark.parametrize("before", ["", "import tensorflow"], ids=["imported later", "imported before"])
def test_a_summary_that_nobody_writes_is_said(before: str) -> None:
    """tf.summary with no default writer warns once, at the user's line, with the tag; the note has all the tags."""
    pytest.importorskip("tensorflow")
    code = IN_SILENCE.format(before=before)

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    count, warning, note = done.stdout.splitlines()
    assert count == "1 <string>"
    assert "'lost/loss'" in warning
    assert "'lost/loss', 'lost/accuracy'" in note


def test_silence_that_is_wanted_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who makes a writer that writes nothing, as all but the first worker do, isn't warned; it's sought for once."""
    tf = pytest.importorskip("tensorflow")
    nowhere = tf.summary.create_noop_writer()
    sought: list[type] = []
    monkeypatch.setattr(unwritten, "instances", lambda kind: sought.append(kind) or instances(kind))
    with tbnb.autoflush() as session, nowhere.as_default():
        for step in range(3):
            tf.summary.scalar("lost", 1.0, step)

        assert session.notes() == []
    assert sought == [type(nowhere)]


UNCLOSED = """
import sys, tbnb
from pathlib import Path
from tests import test_autoflush_frameworks as here
tbnb.autoflush(3600)
log, close = here.{maker}(Path(sys.argv[1]))
for step in range(300): log(step)
"""


@pytest.mark.parametrize("make", MAKERS[:4], ids=lambda make: make.__name__)
def test_what_is_held_at_the_end_is_written(make: Callable[[Path], Made], tmp_path: Path) -> None:
    """A script that neither flushes nor closes its writer loses nothing when it ends."""
    make(tmp_path / "try")[1]()  # skips where its library isn't there
    code = UNCLOSED.format(maker=make.__name__)

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "runs")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert steps(tmp_path / "runs") == list(range(300))


WORKER = """
import multiprocessing, sys, tbnb
from pathlib import Path
from tests import test_autoflush_frameworks as here

def work(directory):
    log, close = here.{maker}(Path(directory))
    for step in range(300): log(step)

tbnb.autoflush(3600)
worker = multiprocessing.get_context("fork").Process(target=work, args=sys.argv[1:])
worker.start()
worker.join()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.parametrize("make", MAKERS[:2], ids=lambda make: make.__name__)
def test_what_a_worker_holds_at_its_end_is_written(make: Callable[[Path], Made], tmp_path: Path) -> None:
    """A child of multiprocessing, which ends without atexit, loses nothing either."""
    make(tmp_path / "try")[1]()  # skips where its library isn't there

    code = WORKER.format(maker=make.__name__)
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "runs")], capture_output=True, check=True)

    assert steps(tmp_path / "runs") == list(range(300))
