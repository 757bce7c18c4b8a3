"""SummaryWriter's scalars: what is taken, what is refused at the call, what stands in the file."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tbnb import SummaryWriter
from tbnb.errors import BadValueError, UnusablePathError
from tbnb.writer import values as value_door

from .peers import event_files, events, scalars, values, whole


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (2, 2.0),
        (True, 1.0),
        (np.float32(0.5), 0.5),
        (np.float64(0.5), 0.5),
        (np.float16(0.5), 0.5),
        (np.int64(7), 7.0),
        (np.bool_(True), 1.0),
        (np.array(0.25), 0.25),
        (np.array([[3.0]]), 3.0),
        (math.inf, math.inf),
        (-0.0, -0.0),
    ],
)
def test_numbers_of_any_kind_are_taken(given: Any, kept: float, tmp_path: Path) -> None:
    """Python's and NumPy's numbers, 0-dim arrays and arrays of one element are scalars, and so is infinity."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", given, 3)

    assert scalars(tmp_path) == {"x": [(3, kept)]}


@pytest.mark.parametrize(
    "missing", [np.ma.masked, np.ma.array([7.0], mask=[True]), np.ma.array(7, mask=True)], ids=repr
)
def test_a_masked_number_is_missing(missing: Any, tmp_path: Path) -> None:
    """The mean of nothing but masked numbers is logged as NaN, not as what stands behind the mask."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", missing, 1)
        writer.add_scalar("x", np.ma.array([7.0], mask=[False]), 2)

    assert repr(scalars(tmp_path)["x"]) == "[(1, nan), (2, 7.0)]"


def test_nan_is_a_value(tmp_path: Path) -> None:
    """NaN is logged like any other number: a loss that became NaN is what one wants to see."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", math.nan, 3)

    ((step, value),) = scalars(tmp_path)["x"]
    assert step == 3
    assert math.isnan(value)


@pytest.mark.parametrize(
    "bad",
    [
        "0.5",
        b"0.5",
        None,
        1j,
        [1.0],
        {},
        object(),
        10**400,
        np.array([1, 2]),
        np.array([]),
        np.array("a"),
        np.complex64(1),
    ],
    ids=str,
)
def test_what_is_no_number_is_refused_at_the_call(bad: Any, tmp_path: Path) -> None:
    """A value that can't be logged raises there, naming its tag, and the writer goes on."""
    with SummaryWriter(tmp_path) as writer:
        with pytest.raises(BadValueError, match="train/loss"):
            writer.add_scalar("train/loss", bad, 1)
        writer.add_scalar("train/loss", 0.5, 2)

    assert scalars(tmp_path) == {"train/loss": [(2, 0.5)]}


@pytest.mark.parametrize("flush_secs", [None, "soon", -1, math.nan, []], ids=str)
def test_a_time_that_is_none_is_refused(flush_secs: Any, tmp_path: Path) -> None:
    """A flush_secs that is no number of seconds raises at once, with its value."""
    with pytest.raises(BadValueError, match="flush_secs"):
        SummaryWriter(tmp_path, flush_secs=flush_secs)


@pytest.mark.parametrize("purge_step", ["now", math.inf, 2**64, [3]], ids=str)
def test_a_purge_step_that_is_none_is_refused(purge_step: Any, tmp_path: Path) -> None:
    """A purge_step that is no step raises at once, with its value, and begins no file."""
    with pytest.raises(BadValueError, match="purge_step"):
        SummaryWriter(tmp_path, purge_step=purge_step)

    assert event_files(tmp_path) == []


@pytest.mark.parametrize("suffix", ["/x", "\0"], ids=repr)
def test_a_suffix_that_is_a_path_is_refused(suffix: str, tmp_path: Path) -> None:
    """A filename_suffix that can't be the end of a file's name raises at once."""
    with pytest.raises(BadValueError, match="filename_suffix"):
        SummaryWriter(tmp_path, filename_suffix=suffix)


def test_a_walltime_beyond_all_floats_is_refused(tmp_path: Path) -> None:
    """A walltime that can't be a float raises at the call, and names its tag."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(BadValueError, match="walltime of 'x'"):
        writer.add_scalar("x", 1.0, 1, walltime=10**400)


@pytest.mark.parametrize("flush_secs", [1e12, math.inf, np.float32(5)], ids=str)
def test_any_time_will_do(flush_secs: Any, tmp_path: Path) -> None:
    """However long values may stay in memory, flush() and close() bring them to the file."""
    with SummaryWriter(tmp_path, flush_secs=flush_secs) as writer:
        for step in range(3):
            writer.add_scalar("x", 1.0, step)
            writer.flush()
        writer.add_scalar("x", 1.0, 3)

    assert len(scalars(tmp_path)["x"]) == 4


@pytest.mark.parametrize(
    ("tag", "step", "says"),
    [
        (3, 1, "tag"),
        ("x", "two", "two"),
        ("x", math.inf, "inf"),
        ("x", np.array([1, 2]), "step"),
        ("x", object(), "step"),
    ],
)
def test_bad_tags_and_steps_are_refused_at_the_call(tag: Any, step: Any, says: str, tmp_path: Path) -> None:
    """A tag that isn't a string and a step that isn't a number raise at the call."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(BadValueError, match=says):
        writer.add_scalar(tag, 1.0, step)


def test_a_step_beyond_64_bits_spoils_nothing_else(tmp_path: Path) -> None:
    """A point whose step no reader could read is left out with a warning that names it; its neighbours are there."""
    with pytest.warns(RuntimeWarning, match=f"'x'.*{2**64}"), SummaryWriter(tmp_path) as writer:
        for step in (1, 2**64, 2):
            writer.add_scalar("x", 1.0, step)

    assert scalars(tmp_path) == {"x": [(1, 1.0), (2, 1.0)]}


def test_the_first_record_is_the_file_version(tmp_path: Path) -> None:
    """A file begins with brain.Event:2 and says who wrote it; its name follows torch's pattern."""
    SummaryWriter(tmp_path, filename_suffix=".suffix").close()

    (path,) = event_files(tmp_path)
    first = events(tmp_path)[0]
    assert (first.file_version, first.source_metadata.writer) == ("brain.Event:2", "tbnb.writer")
    assert path.name.startswith("events.out.tfevents.")
    assert path.name.endswith(".suffix")
    assert len(path.name.split(".")) >= 7


def test_wall_times_are_those_of_the_call_or_given(tmp_path: Path) -> None:
    """An event has the time of the call, or the one that was given."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", 1.0, 1, walltime=12.5)
        writer.add_scalar("x", 1.0, 2)

    first, second = (event.wall_time for event in events(tmp_path)[1:])
    assert first == 12.5
    assert second == pytest.approx(events(tmp_path)[0].wall_time, abs=60)


def test_flush_returns_when_everything_is_in_the_file(tmp_path: Path) -> None:
    """After flush() the file holds all that was logged before, as whole records."""
    with SummaryWriter(tmp_path, flush_secs=60) as writer:
        for count in range(1, 50):
            writer.add_scalar("x", float(count), count)
            writer.flush()
            assert len(scalars(tmp_path)["x"]) == count


def test_flush_secs_zero_writes_through(tmp_path: Path) -> None:
    """With flush_secs=0 a value is in the file when the call returns."""
    with SummaryWriter(tmp_path, flush_secs=0) as writer:
        for count in range(1, 20):
            writer.add_scalar("x", float(count), count)
            writer.add_text("t", "words", count)
            assert len(values(tmp_path)) == 2 * count


def test_what_is_logged_reaches_the_file_by_itself(tmp_path: Path, grown: threading.Event) -> None:
    """A lone value is in the file soon after, though nothing more is logged and nobody asks."""
    writer = SummaryWriter(tmp_path)
    grown.clear()

    writer.add_scalar("x", 1.0, 1)

    assert grown.wait(10)
    assert scalars(tmp_path) == {"x": [(1, 1.0)]}
    writer.close()


def test_values_in_mass_keep_their_order(tmp_path: Path) -> None:
    """A loop much faster than the disk loses nothing, and no step changes its place."""
    with SummaryWriter(tmp_path) as writer:
        for step in range(30_000):
            writer.add_scalar("x", step / 2, step)
            if step % 7 == 0:
                writer.add_scalar("now and then", 1.0, step)

    read = scalars(tmp_path)
    assert read["x"] == [(step, step / 2) for step in range(30_000)]
    assert [step for step, _ in read["now and then"]] == list(range(0, 30_000, 7))


def test_eight_threads_at_once(tmp_path: Path) -> None:
    """Threads may log at once: each one's points are all there, in its order."""
    writer = SummaryWriter(tmp_path, flush_secs=0.02)

    def log(name: str) -> None:
        for step in range(3000):
            writer.add_scalar(name, float(step), step)

    threads = [threading.Thread(target=log, args=(f"thread{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()

    read = scalars(tmp_path)
    assert len(read) == 8
    assert all([step for step, _ in points] == list(range(3000)) for points in read.values())


def test_scalars_go_to_a_run_for_each_key(tmp_path: Path) -> None:
    """add_scalars writes, like torch, one run for each key, all with the main tag."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalars("data/group", {"a": 1, "b": np.float32(2)}, 5)
        writer.add_scalars("data/group", {"a": 3}, 6)

    assert scalars(tmp_path / "data_group_a") == {"data/group": [(5, 1.0), (6, 3.0)]}
    assert scalars(tmp_path / "data_group_b") == {"data/group": [(5, 2.0)]}


def test_bad_scalars_log_none_of_their_kind(tmp_path: Path) -> None:
    """One bad value in add_scalars raises, and none of the call is logged."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(BadValueError, match="group/b"):
        writer.add_scalars("group", {"a": 1.0, "b": "no"}, 1)

    assert not list(tmp_path.glob("group*"))


def test_after_close_a_new_file_is_begun(tmp_path: Path) -> None:
    """A value that is logged after close() goes into a new file, as with torch; closing twice is nothing."""
    writer = SummaryWriter(tmp_path)
    writer.add_scalar("x", 1.0, 1)
    writer.close()
    writer.close()
    assert writer.file_writer is None
    writer.add_scalar("x", 2.0, 2)
    writer.add_text("t", "words", 2)
    writer.flush()

    assert len(event_files(tmp_path)) == 2
    assert scalars(tmp_path)["x"] == [(1, 1.0), (2, 2.0)]
    writer.close()


def test_a_place_that_cannot_serve_is_refused(tmp_path: Path) -> None:
    """A log_dir beneath a file raises at once, with its path."""
    tmp_path.joinpath("file").write_text("")

    with pytest.raises(UnusablePathError, match="file"):
        SummaryWriter(tmp_path / "file" / "run")


def test_a_path_with_a_zero_byte_is_refused(tmp_path: Path) -> None:
    """A directory that can't be named raises at the call, also that of a key of add_scalars."""
    with pytest.raises(UnusablePathError, match="null byte"):
        SummaryWriter(f"{tmp_path}/a\0b")
    with SummaryWriter(tmp_path) as writer, pytest.raises(UnusablePathError, match="null byte"):
        writer.add_scalars("x", {"a\0": 1.0}, 1)


def test_importing_the_writer_is_light() -> None:
    """`from tbnb import SummaryWriter` and a logged number need neither NumPy nor protobuf, torch or TensorFlow."""
    code = (
        "import sys, tempfile\n"
        "from tbnb import SummaryWriter\n"
        "writer = SummaryWriter(tempfile.mkdtemp())\n"
        "writer.add_scalar('x', 1, 1)\n"
        "writer.close()\n"
        "print(*sys.modules)"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"numpy", "google.protobuf", "tensorboard", "torch", "tensorflow", "matplotlib"} & set(loaded)


class FakeTensor:
    """A tensor on a device that notes which thread asks for its value."""

    shape = ()
    dtype = "float32"
    device = "cuda:0"

    def __init__(self, value: float, asked: list[str]) -> None:
        self._value, self._asked = value, asked

    def detach(self) -> FakeTensor:
        return self

    def clone(self) -> FakeTensor:
        return FakeTensor(self._value, self._asked)

    def overwrite(self, value: float) -> None:
        self._value = value

    def cpu(self) -> np.ndarray[Any, Any]:
        self._asked.append(threading.current_thread().name)
        return np.array(self._value, np.float32)

    def item(self) -> float:
        return float(self.cpu())

    __float__ = item


def test_a_device_is_never_waited_for_at_the_call(tmp_path: Path) -> None:
    """A tensor on a device is cloned there; the flush thread alone asks for its value, that of the call."""
    asked: list[str] = []
    with SummaryWriter(tmp_path) as writer:
        for step in range(5):
            tensor = FakeTensor(step / 2, asked)
            writer.add_scalar("x", tensor, step)
            tensor.overwrite(99.0)

    assert scalars(tmp_path) == {"x": [(step, step / 2) for step in range(5)]}
    assert set(asked) == {"tbnb-writer"}


class BrokenTensor(FakeTensor):
    """A value that its device can't give any more."""

    def clone(self) -> BrokenTensor:
        return self

    def cpu(self) -> np.ndarray[Any, Any]:
        raise RuntimeError("device-side assert")


def test_a_value_the_device_cannot_give_spoils_nothing_else(tmp_path: Path) -> None:
    """When a device fails, the points that wait for it are left out with a warning; the others are there."""
    with pytest.warns(RuntimeWarning, match="device-side assert"), SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", 1.0, 1)
        writer.add_scalar("broken", BrokenTensor(1.0, []), 1)
        writer.add_scalar("x", 2.0, 2)

    assert scalars(tmp_path) == {"x": [(1, 1.0), (2, 2.0)]}


def test_a_device_that_fails_once_fails_once(tmp_path: Path) -> None:
    """Of the values that wait for a device, only the one that can't be had is left out, and it's the one named."""
    with pytest.warns(RuntimeWarning, match="^'broken'.*device-side assert"), SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", FakeTensor(1.0, []), 1)
        writer.add_scalar("broken", BrokenTensor(1.0, []), 1, new_style=True)
        writer.add_scalar("x", FakeTensor(2.0, []), 2)

    assert scalars(tmp_path) == {"x": [(1, 1.0), (2, 2.0)]}


def test_arrays_are_those_of_the_call() -> None:
    """A NumPy array that is changed after the call was copied by it."""
    array = np.arange(3.0)
    held = value_door.array("x", array)
    array[:] = 7

    assert value_door.fetch(held).tolist() == [0.0, 1.0, 2.0]


def test_purge_step_is_what_torch_writes(tmp_path: Path) -> None:
    """purge_step writes a second file version and the start of a session, both at that step."""
    SummaryWriter(tmp_path, purge_step=7).close()

    first, second, third = events(tmp_path)
    assert (first.file_version, first.step) == ("brain.Event:2", 0)
    assert (second.file_version, second.step) == ("brain.Event:2", 7)
    assert (third.session_log.status, third.step) == (third.session_log.START, 7)
    assert all(whole(path) for path in event_files(tmp_path))


def test_a_url_is_refused(tmp_path: Path) -> None:
    """A bucket is no place for a writer; the error says what is."""
    with pytest.raises(UnusablePathError, match=r"gs://bucket.*tbnb\.persist"):
        SummaryWriter("gs://bucket/run")


def test_a_writer_that_nobody_holds_gives_its_thread_and_file_back(
    tmp_path: Path, grown: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer dropped without close() writes what it has, and then costs nothing; its file writer still works."""
    monkeypatch.setattr("tbnb.writer.flusher.IDLE", 0.01)
    writer = SummaryWriter(tmp_path, flush_secs=0.01)
    writer.add_scalar("x", 1.0, 1)
    kept, flusher = writer._get_file_writer(), writer._flusher
    assert grown.wait(10)
    thread = next(thread for thread in threading.enumerate() if thread.ident == flusher._thread)

    del writer
    gc.collect()
    thread.join(10)

    assert not thread.is_alive()
    kept.put("x", 2.0, 2)
    kept.flush()
    assert scalars(tmp_path) == {"x": [(1, 1.0), (2, 2.0)]}


class FakeArray:
    """An array as JAX has them: a copy stays on the device, transfers can be begun before they are waited for."""

    shape = ()
    dtype = "float32"

    def __init__(self, value: float, story: list[str]) -> None:
        self._value, self._story = value, story

    def copy(self) -> FakeArray:
        return FakeArray(self._value, self._story)

    def donate(self) -> None:
        self._value = float("nan")

    def copy_to_host_async(self) -> None:
        self._story.append("begun")

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        self._story.append(f"waited for by {threading.current_thread().name}")
        return np.array(self._value, np.float32)


def test_transfers_of_a_batch_run_at_once(tmp_path: Path) -> None:
    """Arrays of JAX's kind are copied at the call, and all transfers of a batch begin before the first is waited for."""  # noqa: E501 - one sentence
    story: list[str] = []
    writer = SummaryWriter(tmp_path)
    writer._flusher.asleep = False  # so that no call wakes the thread before all are there
    for step in range(3):
        array = FakeArray(step / 2, story)
        writer.add_scalar("x", array, step)
        array.donate()
    assert story == []
    writer.close()

    assert story == ["begun"] * 3 + ["waited for by tbnb-writer"] * 3
    assert scalars(tmp_path) == {"x": [(step, step / 2) for step in range(3)]}
