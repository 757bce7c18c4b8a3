"""`tbnb.persist` as a user meets it: its process, what becomes of it at every end, and one curve over many machines."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tbnb
from tbnb.cli import main
from tbnb.errors import BadValueError, UnusablePathError
from tbnb.keep import drive, lifetime, place
from tbnb.keep.companion import start
from tbnb.keep.machine import machine_id
from tbnb.keep.mirror import Mirror, persist

from .machines import Machine
from .waiting import until

IMPORTS_TENSORFLOW = [pytest.mark.frameworks, pytest.mark.timeout(240)]
LOG = """
import os, signal, sys, threading, time
import tbnb
writer = tbnb.SummaryWriter(sys.argv[1] + "/runs")
mirror = tbnb.persist(sys.argv[1] + "/runs", sys.argv[1] + "/place", every=60)
assert mirror.sync(30)
for step in range(100): writer.add_scalar("x", step, step)
"""


def run(code: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LOG + code, tmp_path], capture_output=True, text=True, timeout=50, check=False
    )


def saved(place: Path) -> list[int]:
    log = tbnb.read(place)
    return log["."]["x"].step.tolist() if "." in log and "x" in log["."] else []


@pytest.fixture
def mirrors() -> Iterator[Callable[..., Mirror]]:
    """Makes mirrors, and stops them all."""
    made: list[Mirror] = []

    def make(*arguments: object, **options: object) -> Mirror:
        made.append(persist(*arguments, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for mirror in made:
        mirror.stop()


def test_one_mirror_for_each_pair_of_directories(tmp_path: Path, mirrors: Callable[..., Mirror]) -> None:
    """A second call gives the same mirror; after its stop, a new one."""
    first = mirrors(tmp_path / "runs", tmp_path / "place")
    assert mirrors(str(tmp_path / "runs"), str(tmp_path / "place")) is first
    assert mirrors(tmp_path / "runs", tmp_path / "other") is not first
    first.stop()
    assert mirrors(tmp_path / "runs", tmp_path / "place") is not first


@pytest.mark.parametrize("every", [0, -1, float("nan")])
def test_every_is_a_time(every: float, tmp_path: Path) -> None:
    """A beat that is none is refused, with what was given."""
    with pytest.raises(BadValueError, match=str(every)):
        persist(tmp_path / "runs", tmp_path / "place", every=every)


def test_it_saves_by_itself(tmp_path: Path, mirrors: Callable[..., Mirror]) -> None:
    """Without any further call, what's logged is saved, a log directory that begins later included."""
    mirror = mirrors(tmp_path / "runs", tmp_path / "place", every=0.1)
    with tbnb.SummaryWriter(tmp_path / "runs" / "late") as writer:
        writer.add_scalar("x", 1.0, 7)

    assert until(lambda: saved(tmp_path / "place" / "late") == [7])
    assert until(lambda: "up to step 7 of 'late'" in mirror.notes()[0])


@pytest.mark.parametrize("obstacle", ["a file", "directories"])
def test_saving_needs_no_manifest(obstacle: str, tmp_path: Path, mirrors: Callable[..., Mirror]) -> None:
    """What stands where manifests should be keeps nothing from being saved, side files that changed included."""
    runs, to = tmp_path / "runs", tmp_path / "place"
    to.mkdir()
    if obstacle == "a file":
        (to / ".tbnb").touch()
    else:
        (to / ".tbnb" / f"{machine_id(str(runs))}.json").mkdir(parents=True)
    (to / "projector_config.pbtxt").write_text("# old")
    with tbnb.SummaryWriter(runs) as writer:
        writer.add_scalar("x", 1.0, 7)
    (runs / "projector_config.pbtxt").write_text("# new")
    mirror = mirrors(runs, to, every=0.1)

    assert mirror.sync()
    assert mirror.stop()
    assert saved(to) == [7]
    assert "# new" in {path.read_text() for path in to.glob("projector_config*")}


def test_a_place_that_was_deleted_is_made_again(tmp_path: Path, mirrors: Callable[..., Mirror]) -> None:
    """Where somebody deletes the place, or its mount comes back empty, everything is saved anew."""
    mirror = mirrors(tmp_path / "runs", tmp_path / "place", every=0.1)
    with tbnb.SummaryWriter(tmp_path / "runs") as writer:
        writer.add_scalar("x", 1.0, 7)
        writer.flush()
        assert mirror.sync()
        shutil.rmtree(tmp_path / "place", ignore_errors=True)
        assert until(lambda: saved(tmp_path / "place") == [7])
        writer.add_scalar("x", 1.0, 8)

    assert mirror.stop()
    assert saved(tmp_path / "place") == [7, 8]


ENDINGS = {
    "the end of the script": "",
    "an uncaught exception": "raise ValueError",
    "stop": "writer.flush(); assert mirror.stop(); os._exit(0)",
    "with": "writer.flush()\nwith mirror: pass\nos._exit(0)",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_at_the_end_all_is_saved(ending: str, tmp_path: Path) -> None:
    """When the process has ended, in whatever way of Python's, all that it logged is saved."""
    run(ENDINGS[ending], tmp_path)

    assert saved(tmp_path / "place") == list(range(100))


def test_after_sigkill_the_rest_is_saved(tmp_path: Path) -> None:
    """When the training process is killed, its mirror saves what it left, and ends."""
    done = run("writer.flush(); os.kill(os.getpid(), signal.SIGKILL)", tmp_path)

    assert done.returncode == -signal.SIGKILL
    assert until(lambda: saved(tmp_path / "place") == list(range(100)))


def test_sigterm_saves_and_then_does_what_it_did(tmp_path: Path) -> None:
    """At SIGTERM all is saved, then the handler that was there is called; without one, the process ends as ever."""
    done = run("os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)", tmp_path)
    assert done.returncode == -signal.SIGTERM
    assert saved(tmp_path / "place") == list(range(100))

    with_handler = (
        "mirror.stop()\n"
        "def mine(*_):\n"
        "    read = sum(map(len, tbnb.read(sys.argv[1] + '/place')['.'].values()))\n"
        "    print('mine', read, flush=True)\n"
        "signal.signal(signal.SIGTERM, mine)\n"
        "mirror = tbnb.persist(sys.argv[1] + '/runs', sys.argv[1] + '/place', every=60)\n"
        "assert mirror.sync(30)\n"
        "for step in range(100, 150): writer.add_scalar('x', step, step)\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
        "mirror.stop()\n"
        "assert signal.getsignal(signal.SIGTERM) is mine\n"
    )
    (tmp_path / "second").mkdir()
    done = run(with_handler, tmp_path / "second")
    assert (done.returncode, done.stdout) == (0, "mine 150\n"), done.stderr


def test_a_thread_leaves_signals_alone(tmp_path: Path, mirrors: Callable[..., Mirror]) -> None:
    """Where the mirror isn't started by the main thread, no handler is touched."""
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=mirrors, args=(tmp_path / "runs", tmp_path / "place"))
    thread.start()
    thread.join()

    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_leaves_the_mirror_to_its_parent(tmp_path: Path, mirrors: Callable[..., Mirror]) -> None:
    """A forked child that ends, or is told to, doesn't end its parent's mirror; nor does it keep it alive."""
    mirror = mirrors(tmp_path / "runs", tmp_path / "place", every=60)
    assert mirror.sync(30)
    child = os.fork()
    if child == 0:
        lifetime._finish()
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(1)
    _, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == signal.SIGTERM
    assert mirror.sync(30)


def test_a_second_process_waits_for_the_first(tmp_path: Path, mirrors: Callable[..., Mirror]) -> None:
    """Two processes that mirror the same directory to the same place take turns: nothing is saved twice."""
    first = subprocess.Popen([sys.executable, "-c", LOG + "input()", tmp_path], stdin=subprocess.PIPE)
    assert until((tmp_path / "place").exists)
    mirror = mirrors(tmp_path / "runs", tmp_path / "place", every=0.1)
    assert until(lambda: "Another process" in mirror.notes()[0])
    first.communicate(b"\n", timeout=30)

    assert mirror.sync(30)
    assert saved(tmp_path / "place") == list(range(100))


def test_a_worker_that_dies_is_replaced(
    tmp_path: Path, mirrors: Callable[..., Mirror], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the saving process is killed, another one goes on."""
    monkeypatch.setattr("tbnb.keep.mirror._RESTART", 0.1)
    mirror = mirrors(tmp_path / "runs", tmp_path / "place", every=0.1)
    assert mirror.sync(30)
    assert mirror._process is not None
    mirror._process.kill()
    with tbnb.SummaryWriter(tmp_path / "runs") as writer:
        writer.add_scalar("x", 1.0, 1)

    assert until(lambda: saved(tmp_path / "place") == [1])


# One curve ---------------------------------------------------------------------------------------------------


def resumed_by_tbnb(directory: Path, first: int) -> None:
    with tbnb.SummaryWriter(directory, resume=True) as writer:
        for step in range(first, first + 60):
            writer.add_scalar("x", first, step)


def resumed_by_torch(directory: Path, first: int) -> None:
    tensorboard = pytest.importorskip("torch.utils.tensorboard")
    with tensorboard.SummaryWriter(directory, purge_step=first or None) as writer:
        for step in range(first, first + 60):
            writer.add_scalar("x", first, step)


def unmarked(directory: Path, first: int) -> None:
    with tbnb.SummaryWriter(directory) as writer:
        for step in range(first, first + 60):
            writer.add_scalar("x", first, step)


@pytest.mark.parametrize("log", [resumed_by_tbnb, pytest.param(resumed_by_torch, marks=IMPORTS_TENSORFLOW), unmarked])
def test_one_curve_over_three_machines(log: Callable[[Path, int], None], tmp_path: Path) -> None:
    """Runs that go on on another machine are one clean curve, with a mark where each machine began."""
    for number in range(3):
        disk = tmp_path / str(number)
        with tbnb.watch(disk / "runs", persist=tmp_path / "place", autoflush=False) as watch:
            log(disk / "runs" / "a", 40 * number)
            time.sleep(1.1)  # files' names have seconds
            watch.log.poll()
            series = watch.log["a"]["x"]
            assert series.step.tolist() == list(range(40 * number + 60))
            assert sorted(series.value.tolist()) == series.value.tolist()
            keeping = watch.keeping
            assert keeping is not None
            assert [mark["step"] for mark in keeping.marks()] == [40 * n + 59 for n in range(number)]
            assert all(" later" in mark["text"] for mark in keeping.marks())
    assert f"up to step {40 * 2 + 59} of 'a'" in keeping.notes()[0]


def test_a_watch_says_what_it_found_and_how_saving_stands(tmp_path: Path) -> None:
    """The notes of a watch with a persistent place begin with the saving's state; the second says what was there."""
    with tbnb.SummaryWriter(tmp_path / "before" / "a") as writer:
        writer.add_scalar("x", 1.0, 12)
    with persist(tmp_path / "before", tmp_path / "place"):
        pass
    keeping = start(tmp_path / "runs", tmp_path / "place", every=0.1)
    assert until(lambda: keeping.notes()[0].startswith("Saved to"))
    _, found = keeping.notes()
    keeping.stop()

    assert found.startswith("Found 1 run with 1 point ")
    assert "up to step 12" in found


def test_the_same_place_is_brought_back_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it's written: a cell that is run again adds no second saving, and its notes no second time."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with tbnb.watch(tmp_path / "runs", persist="~/place", autoflush=False) as watch:
        first = watch.keeping
        for again in ("~/place", tmp_path / "place"):
            assert tbnb.watch(tmp_path / "runs", persist=again, autoflush=False).keeping is first
        assert watch.companions == [first]


def test_a_second_place_takes_nothing_from_the_first(tmp_path: Path) -> None:
    """Where the machine changed stays marked, and going back to the first place adds nothing to what's said."""
    first, second, place = Machine(tmp_path), Machine(tmp_path, "b"), tmp_path / "place"
    first.log(range(20))
    first.save()
    second.restore()
    runs = second.logdir
    with tbnb.watch(runs, persist=place, autoflush=False) as watch:
        marks = watch._standing.machines
        assert [mark["step"] for mark in marks] == [19]
        for again in (tmp_path / "another", place, tmp_path / "another"):
            assert tbnb.watch(runs, persist=again, autoflush=False) is watch
        assert watch._standing.machines == marks
        assert len(watch.companions) == 2


def test_a_place_that_cannot_be_used_is_a_note(tmp_path: Path) -> None:
    """Where nothing can be restored or saved, the watch opens all the same and says why, and what to do."""
    (tmp_path / "file").write_text("")
    for where in (tmp_path / "file", tmp_path / "file" / "below"):
        with tbnb.watch(tmp_path / "runs", persist=where) as watch:
            why = f"{where} is a file, or below one: give a directory"
            assert watch.keeping is not None
            assert why in watch.keeping.found
            assert until(lambda: watch.keeping.notes()[0].startswith(why))  # type: ignore[union-attr] # noqa: B023


def test_a_python_that_greets_saves_and_restores(
    tmp_path: Path, mirrors: Callable[..., Mirror], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a machine's Python says whenever one starts is none of the worker's answers."""
    (tmp_path / "sitecustomize.py").write_text("import os; os.write(1, b'Welcome!\\n')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with tbnb.SummaryWriter(tmp_path / "runs") as writer:
        writer.add_scalar("x", 1.0, 5)

    assert mirrors(tmp_path / "runs", tmp_path / "place").sync(30)
    assert tbnb.restore(tmp_path / "place", tmp_path / "back").points == 1


# Drive -------------------------------------------------------------------------------------------------------


@pytest.fixture
def colab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> types.ModuleType:
    """A google.colab whose Drive is a directory of the test's."""
    module = types.ModuleType("google.colab.drive")
    monkeypatch.setattr(place, "DRIVE", str(tmp_path / "drive"))
    module.mount = lambda path: Path(path, "MyDrive").mkdir(parents=True, exist_ok=True)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setitem(sys.modules, "google.colab.drive", module)
    return module


def test_drive_is_mounted_when_it_is_not(colab: types.ModuleType, tmp_path: Path) -> None:
    """In Colab, --drive mounts Drive and uses the folder of the log directory's name."""
    assert drive.folder("some/runs") == str(tmp_path / "drive" / "MyDrive" / "tbnb" / "runs")


def test_a_refused_drive_is_said(colab: types.ModuleType) -> None:
    """When the user refuses, the sentence says what happened, that training goes on, and what to do."""

    def refuse(path: str) -> None:
        raise ValueError("mount failed")

    colab.mount = refuse  # type: ignore[attr-defined]
    with pytest.raises(UnusablePathError, match=r"mount failed.*training go on.*drive.mount"):
        drive.folder("runs")


def test_drive_is_mounted_by_the_main_thread_only(colab: types.ModuleType) -> None:
    """Colab's question needs the main thread: from another one, the sentence says which cell to run."""
    said: list[BaseException] = []

    def ask() -> None:
        try:
            drive.folder("runs")
        except UnusablePathError as error:
            said.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert "drive.mount" in str(said[0])


def test_outside_colab_drive_says_what_to_give_instead() -> None:
    """Where there is no google.colab, --drive names what to give to --persist."""
    with pytest.raises(UnusablePathError, match="--persist /kaggle/working/tbnb"):
        drive.folder("runs")


def test_a_drive_that_is_not_mounted_is_not_made_up(colab: types.ModuleType, tmp_path: Path) -> None:
    """A path on a Drive that isn't mounted is never made on the local disk."""
    there = place.Directory(tmp_path / "drive" / "MyDrive" / "tbnb")
    with pytest.raises(FileNotFoundError) as failed:
        there.check()

    assert "Drive isn't mounted: run drive.mount" in place.words(failed.value, there.name)
    assert not (tmp_path / "drive").exists()


# The shell ---------------------------------------------------------------------------------------------------


def test_the_shell_saves_and_restores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`tbnb persist` mirrors until it's interrupted, `tbnb restore` brings back and says what."""
    with tbnb.SummaryWriter(tmp_path / "runs") as writer:
        writer.add_scalar("x", 1.0, 5)
    command = [sys.executable, "-m", "tbnb", "persist", "runs", "--to", "place", "--every", "0.1"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert until(lambda: saved(tmp_path / "place") == [5])
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "up to step 5" in said

    assert main(["restore", str(tmp_path / "back"), "--from", str(tmp_path / "place")]) == 0
    assert "1 run with 1 point" in capsys.readouterr().out
    assert saved(tmp_path / "back") == [5]


def test_the_shell_tells_of_names_that_are_no_text(tmp_path: Path) -> None:
    """A file whose path is any bytes, and that can't be saved, doesn't end the saving of all others."""
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/runs/\xff"))
    odd.mkdir(parents=True)
    (odd / "events.out.tfevents.1\\host").write_bytes(b"odd")
    with tbnb.SummaryWriter(tmp_path / "runs") as writer:
        writer.add_scalar("x", 1.0, 5)
    process = subprocess.Popen(
        [sys.executable, "-m", "tbnb", "persist", "runs", "--to", "place", "--every", "0.1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
    )
    assert process.stdout is not None
    told = next((line for line in process.stdout if "isn't saved" in line), "")
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert r"/runs/\udcff/events.out.tfevents.1\host isn't saved" in told
    assert "up to step 5" in said
    assert saved(tmp_path / "place") == [5]
