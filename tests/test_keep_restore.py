"""Restoring: all that was saved comes back, once; nothing that's there suffers; who made the place may be no friend."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import tbnb
from tbnb.errors import UnusablePathError
from tbnb.keep import names, worker
from tbnb.keep.place import Directory
from tbnb.keep.restoring import Restorer

from .files import event, event_file, file_version, framed, scalar
from .machines import NAME, SETTLED, Machine, fast_disk, machine, steps
from .peers import event_files
from .waiting import until

__all__ = ["fast_disk", "machine"]


def content(directory: Path) -> dict[str, str]:
    """Every file's checksum."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def fill(machine: Machine, passes: int = 40) -> None:
    for number in range(passes):
        machine.log(range(5), 5 * number)
        machine.log(range(3), 3 * number, run="a/b", name=NAME + ".v2")
        machine.save()


def test_a_fresh_machine_gets_the_same_files(machine: Machine, tmp_path: Path) -> None:
    """What's restored is byte for byte what was logged, and what was found is said."""
    fill(machine)
    other = Machine(tmp_path, "b")
    restored = other.restore()

    assert content(other.logdir) == content(machine.logdir)
    assert (restored.runs, restored.points, restored.last_step) == ([".", "a/b"], 320, 199)
    assert "2 runs with 320 points" in restored.sentence(restored.wall_time + 7200)
    assert "up to step 199 of 2 h 0 min ago" in restored.sentence(restored.wall_time + 7200)
    assert [(mark.run, mark.step, mark.away) for mark in restored.marks] == [(".", 199, None), ("a/b", 119, None)]


def test_twice_is_the_same_as_once(machine: Machine, tmp_path: Path) -> None:
    """A second restore changes nothing, and says the same."""
    fill(machine)
    other = Machine(tmp_path, "b")
    first = other.restore()
    before = {path: path.stat().st_mtime_ns for path in other.logdir.rglob("*")}
    second = other.restore()

    assert {path: path.stat().st_mtime_ns for path in other.logdir.rglob("*")} == before
    assert (second.files, second.runs, second.points) == ([], first.runs, first.points)


def test_two_restores_at_a_time_bring_all_once(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a cell is interrupted and run again: the first one, a process of its own, goes on meanwhile."""
    fill(machine)
    side = machine.logdir / "plugins" / "profile" / "one" / "host.xplane.pb"
    side.parent.mkdir(parents=True)
    side.write_bytes(b"profile")
    machine.save()
    machine.save()
    for at in range(1, 20):
        other = Machine(tmp_path / str(at), "b", machine.place)
        said: list[str] = []

        def say(folder: str, at: int = at, other: Machine = other, said: list[str] = said) -> None:
            said.append(folder)
            if len(said) == at:
                with monkeypatch.context() as process:
                    process.setattr(os, "getpid", lambda: 1)
                    other.restore()

        restored = Restorer(Directory(machine.place), str(other.logdir), other.name, say).run()

        assert content(other.logdir) == content(machine.logdir)
        assert (restored.points, restored.problems) == (320, [])


def test_the_other_machine_goes_on_without_uploading_again(machine: Machine, tmp_path: Path) -> None:
    """After a restore nothing of the old is uploaded; the new is, and all three places have one curve."""
    fill(machine)
    other = Machine(tmp_path, "b")
    other.restore()
    other.save()
    assert other.copier.uploaded == 0

    other.log(range(10), 200, name="events.out.tfevents.1700009999.host")
    other.save()
    assert steps(other.place) == steps(other.logdir) == list(range(210))
    third = Machine(tmp_path, "c")
    marks = third.restore().marks
    assert steps(third.logdir) == list(range(210))
    assert [mark.step for mark in marks if mark.run == "."] == [199, 209]
    assert marks[0].away == pytest.approx(1)


def test_newer_local_data_stay(machine: Machine, tmp_path: Path) -> None:
    """A restore into a directory that knows more, other runs and other files leaves every byte as it is."""
    fill(machine)
    machine.log(range(50), 200)
    machine.log(range(7), run="new")
    (machine.logdir / "notes.txt").write_text("mine")
    before = content(machine.logdir)
    machine.restore()

    assert content(machine.logdir) == before


def test_older_local_data_are_completed(machine: Machine, tmp_path: Path) -> None:
    """A stale copy of a log isn't touched: what it lacks comes as a file of its own, and every point is there once."""
    machine.log(range(20))
    machine.save()
    other = Machine(tmp_path, "b")
    other.restore()
    for number in range(20, 40):
        machine.log([1.0], number)
        machine.save()
    other.restore()
    other.restore()
    assert steps(other.logdir) == list(range(40))
    other.save()
    assert other.copier.uploaded == 0
    assert steps(other.place) == list(range(40))


@pytest.mark.parametrize("obstacle", ["file", "directory", "link"])
def test_what_stands_in_the_way_costs_itself(obstacle: str, machine: Machine, tmp_path: Path) -> None:
    """Where something else has a file's name here, that's said, it stays as it is, and all others come back."""
    machine.log(range(5), run="a")
    machine.log(range(5), run="b")
    machine.save()
    other = Machine(tmp_path, "c")
    path = other.logdir / "a" / NAME
    if obstacle == "file":
        other.logdir.mkdir(parents=True)
        path.parent.write_text("mine")
    elif obstacle == "directory":
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True)
        path.symlink_to(NAME)
    restored = other.restore()

    assert [f"a/{NAME}" in problem for problem in restored.problems] == [True]
    assert restored.runs == ["b"]
    assert steps(other.logdir, run="b") == list(range(5))


def test_a_torn_segment_costs_its_torn_end(machine: Machine, tmp_path: Path) -> None:
    """Of a segment that was uploaded in part, every whole record comes back, and all segments behind it."""
    for number in range(6):
        machine.log(range(10), 10 * number)
        machine.save()
    torn = event_files(machine.place)[2]
    torn.write_bytes(torn.read_bytes()[:-60])

    other = Machine(tmp_path, "b")
    other.restore()
    assert steps(other.logdir) == [step for step in range(60) if step not in (28, 29)]
    other.restore()
    assert steps(other.logdir) == [step for step in range(60) if step not in (28, 29)]
    other.save()
    assert steps(other.place) == [step for step in range(60) if step not in (28, 29)]

    machine.restart()
    machine.save()
    assert steps(machine.place) == list(range(60))


def test_a_lost_segment_costs_itself(machine: Machine, tmp_path: Path) -> None:
    """Where a segment never arrived, those behind it come back; the machine that has its bytes saves them anew."""
    for number in range(6):
        machine.log(range(10), 10 * number)
        machine.save()
    event_files(machine.place)[3].unlink()

    other = Machine(tmp_path, "b")
    other.restore()
    expected = [*range(30), *range(40, 60)]
    assert steps(other.logdir) == expected
    other.save()
    assert steps(other.place) == expected

    machine.restart()
    machine.save()
    assert steps(machine.place) == list(range(60))
    other.restore()
    assert steps(other.logdir) == list(range(60))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_became_of_the_files_nothing_is_doubled(seed: int, machine: Machine, tmp_path: Path) -> None:
    """Segments torn, lost, changed, zeroed and left over from merges, at random: what's intact comes back, once."""
    chance = random.Random(seed)
    fill(machine)
    for path in event_files(machine.place):
        data = path.read_bytes()
        fate = chance.random()
        if fate < 0.1:
            path.unlink()
        elif fate < 0.2:
            path.write_bytes(data[: chance.randrange(len(data))])
        elif fate < 0.3:
            at = chance.randrange(len(data))
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        elif fate < 0.35:
            path.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    there = set(tbnb.read(machine.place)["."]["x"].step.tolist())

    other = Machine(tmp_path, "b")
    other.restore()
    found = tbnb.read(other.logdir)["."]["x"].step.tolist()
    assert len(found) == len(set(found))
    assert there <= set(found) <= set(range(200))
    other.restore()
    assert tbnb.read(other.logdir)["."]["x"].step.tolist() == found


@pytest.mark.parametrize("alike", [0, 1, 5])
def test_two_machines_never_touch_each_others_data(alike: int, machine: Machine, tmp_path: Path) -> None:
    """Two files of one name on two machines, alike at first or not at all: both curves are saved and restored whole."""
    other = Machine(tmp_path, "b")
    for one in (machine, other):
        one.log([0.5] * alike, tag="both")
        one.save()
    for number in range(30):
        machine.log(range(4), 4 * number, tag="a")
        other.log(range(3), 3 * number, tag="b")
        machine.save()
        other.save()

    third = Machine(tmp_path, "c")
    third.restore()
    for directory in (machine.place, third.logdir):
        assert steps(directory, "a") == list(range(120))
        assert steps(directory, "b") == list(range(90))
        if alike:
            assert steps(directory, "both") == list(range(alike))
    third.save()
    assert third.copier.uploaded == 0


def test_what_another_machine_takes_away_hides_nothing(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that goes while the place is being listed isn't all that was there: nothing is saved a second time."""
    machine.log(range(10))
    machine.save()
    other = Machine(tmp_path, "b")
    other.restore()
    goes, scandir = machine.place / "events.out.tfevents.1.goes", os.scandir
    goes.touch()

    def listed(path: str | Path) -> Any:
        if Path(path) != machine.place:
            return scandir(path)
        with scandir(path) as entries:
            found = list(entries)
        goes.unlink(missing_ok=True)
        return nullcontext(found)

    monkeypatch.setattr(os, "scandir", listed)
    other.copier.run()
    monkeypatch.undo()
    assert other.copier.uploaded == 0


@pytest.mark.parametrize("at", range(1, 4))
def test_a_restore_while_the_other_machine_merges(at: int, machine: Machine, tmp_path: Path) -> None:
    """Segments that another machine merges in the middle of a restore are restored as what they became."""
    for number in range(17):
        machine.log(range(5), 5 * number)
        machine.save()
    other, places = Machine(tmp_path, "b"), Directory(machine.place)
    read, left = places.read, at

    def read_and_merge(*what: Any) -> bytes:
        nonlocal left
        left -= 1
        if left == 0:
            machine.now += 2 * SETTLED
            machine.save()
        return read(*what)

    places.read = read_and_merge  # type: ignore[method-assign]
    restored = Restorer(places, str(other.logdir), other.name).run()
    assert steps(other.logdir) == list(range(85))
    assert restored.points == 85
    assert [path.name for path in other.logdir.iterdir()] == [NAME]


def test_what_is_restored_beside_a_running_mirror_is_not_saved_again(machine: Machine, tmp_path: Path) -> None:
    """A machine that saves its own runs, and restores what another one saved meanwhile, knows where that came from."""
    other = Machine(tmp_path, "b")
    other.log(range(5), name=NAME + ".other", tag="y")
    other.save()
    uploaded = other.copier.uploaded
    machine.log(range(10))
    machine.save()
    other.restore()
    other.save()

    assert other.copier.uploaded == uploaded
    assert steps(machine.place) == list(range(10))


@pytest.mark.parametrize("passes", [15, 17])
def test_another_machine_does_not_fill_what_a_merge_leaves_open(passes: int, machine: Machine, tmp_path: Path) -> None:
    """While one machine takes the parts of a merge away, another one that has them, or most, saves none of them anew.

    However old they are. It does when it has seen for long that nobody goes on.
    """
    other = Machine(tmp_path, "b")
    for number in range(17):
        machine.log(range(5), 5 * number)
        machine.save()
        if number == passes - 1:
            other.restore()
    rename = machine.copier.place.rename
    machine.copier.place.rename = refuse  # type: ignore[method-assign]
    other.now = machine.now = machine.now + 24 * 3600
    with pytest.raises(OSError, match="refused"):
        machine.save()
    other.save()
    assert other.copier.uploaded == 0

    machine.copier.place.rename = rename  # type: ignore[method-assign]
    machine.save()
    assert steps(machine.place) == list(range(85))


def test_a_merge_that_nobody_ends_is_made_good(machine: Machine, tmp_path: Path) -> None:
    """Where a machine was lost between a merge's two steps, the next one has the place's readers see all again."""
    for number in range(17):
        machine.log(range(5), 5 * number)
        machine.save()
    machine.copier.place.rename = refuse  # type: ignore[method-assign]
    machine.now += 24 * 3600
    with pytest.raises(OSError, match="refused"):
        machine.save()

    other = Machine(tmp_path, "b")
    other.restore()
    other.save()
    other.now += 2 * 3600
    other.save()
    assert sorted(tbnb.read(machine.place)["."]["x"].step) == list(range(85))


def refuse(*_: object) -> None:
    raise OSError("refused")


def test_what_was_restored_is_known_in_what_it_was_merged_into(machine: Machine, tmp_path: Path) -> None:
    """A part of a log that came as a file of its own isn't saved when the machine that logged it merged it since."""
    other = Machine(tmp_path, "b")
    for number in range(5):
        machine.log(range(10), 10 * number)
        machine.save()
        if number in (0, 3):
            other.restore()
    assert len(event_files(other.logdir)) == 2
    for _ in range(4):
        machine.now += 2 * SETTLED
        machine.save()
    other.save()

    assert other.copier.uploaded == 0
    assert steps(machine.place) == list(range(50))


def test_a_copy_made_by_hand_is_restored_and_not_saved_again(machine: Machine, tmp_path: Path) -> None:
    """Event files that somebody copied to the place himself count as saved."""
    machine.log(range(30))
    (machine.place / "run").mkdir(parents=True)
    os.link(machine.logdir / NAME, machine.place / NAME)
    machine.save()
    assert machine.copier.uploaded == 0

    other = Machine(tmp_path, "b")
    other.restore()
    assert steps(other.logdir) == list(range(30))


def test_side_files_of_projector_and_profiler(machine: Machine, tmp_path: Path) -> None:
    """What projector and profiler keep beside the event files is saved and restored; checkpoints aren't."""
    machine.log(range(3))
    run = machine.logdir
    made = {
        "projector_config.pbtxt": 'embeddings { tensor_name: "e" tensor_path: "00000/e/tensors.tsv" '
        'metadata_path: "00000/e/metadata.tsv" sprite { image_path: "00000/e/sprite.png" } }',
        "00000/e/tensors.tsv": "1\t2\n",
        "00000/e/metadata.tsv": "a\n",
        "00000/e/sprite.png": "png",
        "plugins/profile/2026_01_01/host.xplane.pb": "profile",
        "model.ckpt": "large",
        "00000/e/other.bin": "no",
    }
    for name, text in made.items():
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_text(text)
    machine.save()
    machine.save()

    other = Machine(tmp_path, "b")
    other.restore()
    back = {name for name in made if (other.logdir / name).exists()}
    assert back == made.keys() - {"model.ckpt", "00000/e/other.bin"}
    assert all((other.logdir / name).read_text() == made[name] for name in back)
    other.save()
    other.save()
    assert other.copier.uploaded == 0

    (other.logdir / "projector_config.pbtxt").write_text("# mine")
    (run / "projector_config.pbtxt").write_text("# the other's")
    for _ in range(2):
        machine.save()
        other.save()
    texts = {path.read_text() for path in machine.place.glob("projector_config*")}
    assert {"# mine", "# the other's"} <= texts


def test_a_restored_side_file_that_changes_at_once_keeps_its_name(machine: Machine, tmp_path: Path) -> None:
    """What came from the place is this machine's to change from the mirror's first look on, and has no second name."""
    machine.log(range(3))
    (machine.logdir / "projector_config.pbtxt").write_text("# one")
    machine.save()
    machine.save()
    (machine.place / ".tbnb").mkdir()
    (machine.place / ".tbnb" / f"{machine.name}.json").touch()

    other = Machine(tmp_path, "b")
    other.restore()
    other.save()
    (other.logdir / "projector_config.pbtxt").write_text("# changed")
    other.save()
    other.save()
    (saved,) = machine.place.glob("projector_config*")
    assert saved.read_text() == "# changed"


def test_side_files_that_the_place_lost_are_saved_again(machine: Machine) -> None:
    """What a dead mount took with it of projector and profiler arrives after all, as logs do, under its own name."""
    machine.log(range(3))
    saved = machine.place / "projector_config.pbtxt"
    for text in ("# one", "# another"):
        (machine.logdir / saved.name).write_text(text)
        machine.save()
        machine.save()
    (machine.place / ".tbnb").mkdir()
    (machine.place / ".tbnb" / "bbbbbbbb.json").touch()
    for lost in (saved.unlink, lambda: saved.write_text("# one")):
        lost()
        machine.copier.forget()
        machine.save()
        assert saved.read_text() == "# another"


def test_a_restore_shows_that_it_goes_on(machine: Machine, tmp_path: Path) -> None:
    """A slow place may need minutes for many folders, or for one large file beside the logs: each step is said."""
    for run in range(10):
        machine.log(range(3), run=f"{run}")
    (machine.logdir / "projector_config.pbtxt").write_bytes(bytes(5 << 20))
    machine.save()
    machine.save()
    said: list[str] = []
    Restorer(Directory(machine.place), str(Machine(tmp_path, "b").logdir), "b" * 8, said.append).run()

    assert all(said.count(f"{run}") == 2 for run in range(10))  # when its folder is found, and at its segment
    assert said.count(".") > 5


OUTSIDE = ["../outside", "a/../../outside", "/tmp/outside"]


def test_a_folder_that_may_not_be_looked_into_costs_itself(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk's lost+found is nobody's to read: that's said, and all that was saved beside it comes back."""
    machine.log(range(5))
    machine.save()
    (machine.place / "lost+found").mkdir()
    scandir = os.scandir

    def listed(path: str | Path) -> Any:
        if Path(path).name == "lost+found":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listed)
    other = Machine(tmp_path, "b")
    restored = other.restore()
    monkeypatch.undo()
    assert steps(other.logdir) == list(range(5))
    assert any("lost+found" in problem and "Permission denied" in problem for problem in restored.problems)


@pytest.mark.parametrize("stumbles", [1, 3, 9])
def test_a_place_that_stumbles_is_asked_again(
    stumbles: int, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    """Errors that an overloaded place answers with at first end no restore; all that came back is said."""
    for run in "abc":
        machine.log(range(5), run=run)
    machine.save()
    read, left = Directory.read, stumbles

    def stumble(self: Directory, folder: str, *what: Any) -> bytes:
        nonlocal left
        if folder == "b" and left:
            left -= 1
            raise OSError(errno.EIO, "Input/output error")
        return read(self, folder, *what)

    monkeypatch.setattr(Directory, "read", stumble)
    monkeypatch.setattr(worker, "_GLANCE", 0.0)
    worker.restore({"logdir": str(tmp_path / "runs"), "source": str(machine.place)})
    answer = json.loads(capfdbinary.readouterr().out.splitlines()[-1])
    if stumbles == 9:
        assert "errno 5" in answer["error"]
    else:
        assert [Path(path).parent.name for path in answer["restored"]["files"]] == ["a", "b", "c"]
        assert answer["restored"]["points"] == 15


def test_a_place_that_leads_outside_is_not_followed(machine: Machine, tmp_path: Path) -> None:
    """Links in the place or in the log directory, and paths in a projector's configuration, lead nowhere else."""
    machine.log(range(5))
    machine.save()
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / NAME).write_bytes(framed([file_version(), event(0, scalar("secret", 1.0))]))
    (secret / "key.tsv").write_text("secret")
    place = machine.place
    (place / "linked").symlink_to(secret)
    (place / "run").mkdir()
    (place / "run" / NAME).symlink_to(secret / NAME)
    (place / "projector_config.pbtxt").write_text('embeddings { tensor_path: "../secret/key.tsv" }')
    (place / "out").mkdir()
    (place / "out" / NAME).write_bytes((secret / NAME).read_bytes())

    other = Machine(tmp_path, "b")
    other.logdir.mkdir(parents=True)
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (other.logdir / "out").symlink_to(outside)
    restored = other.restore()

    assert list(outside.iterdir()) == []
    assert any("outside" in problem for problem in restored.problems)
    assert "secret" not in str(content(other.logdir))
    assert not list(other.logdir.rglob("key.tsv"))
    assert "secret" not in tbnb.read(other.logdir)["."]
    assert "linked" not in restored.runs


class Hostile(Directory):
    """A place whose folders have the names that an attacker gave them."""

    def folders(self):  # type: ignore[no-untyped-def]
        yield from [*OUTSIDE, "."]

    def list(self, folder: str) -> dict[str, int]:
        if folder == ".":
            return super().list(folder)
        return {NAME: 100, names.Segment(1, "0" * 8, 0, 0, 60, 1, 0, NAME).name: 60}

    def read(self, folder: str, name: str, offset: int, length: int) -> bytes:
        return framed([file_version()] * 5)[offset : offset + length]


def test_names_that_lead_outside_are_left_out(tmp_path: Path) -> None:
    """Folders named like paths to elsewhere are left out, and said."""
    (tmp_path / "place").mkdir()
    logdir = tmp_path / "deep" / "runs"
    restored = Restorer(Hostile(tmp_path / "place"), str(logdir), "c" * 8).run()

    assert len(restored.problems) == len(OUTSIDE)
    assert content(tmp_path) == {}


def test_hostile_manifests_decide_nothing(machine: Machine, tmp_path: Path) -> None:
    """Manifests of any content, and segments whose names lie, change nothing of what's restored."""
    fill(machine, 5)
    own = machine.place / ".tbnb"
    own.mkdir(exist_ok=True)
    for number, text in enumerate(["", "{", '{"version": 99, "logdir": "/etc"}', "[" * 10_000, "\0" * 100]):
        (own / f"{number}.json").write_text(text)
    segment = names.parse(event_files(machine.place)[0].name)
    assert segment is not None
    lies = [
        segment._replace(order=1, end=1 << 39),
        segment._replace(order=2, start=1 << 38, before=7, end=1 << 39),
        segment._replace(order=3, machine="b" * 8, after=5),
        segment._replace(order=4, source="tfevents"),
    ]
    for lie in lies:
        (machine.place / lie.name).write_bytes(b"\xff" * 100)
    with (machine.place / segment._replace(order=5, end=(1 << 39) + 1).name).open("wb") as file:
        file.truncate(1 << 39)

    other = Machine(tmp_path, "b")
    other.restore()
    assert steps(other.logdir) == list(range(25))


def test_a_name_at_the_end_of_all_orders_costs_nothing(machine: Machine, tmp_path: Path) -> None:
    """Behind a segment whose name leaves no place behind it, saving goes on, and a restart saves nothing again."""
    machine.place.mkdir()
    (machine.place / names.Segment(names.LAST, "0" * 8, 0, 0, 9, 9, 0, NAME).name).touch()
    for number in range(5):
        machine.log(range(5), 5 * number)
        machine.save()
    machine.restart()
    machine.save()
    assert machine.copier.uploaded == 0

    other = Machine(tmp_path, "b")
    other.restore()
    assert steps(other.logdir) == list(range(25))


def test_an_empty_or_absent_place_is_no_error(tmp_path: Path) -> None:
    """Where nothing was saved yet there's nothing to restore, and nothing is made."""
    restored = tbnb.restore(tmp_path / "none", tmp_path / "runs")

    assert restored.runs == []
    assert "Nothing to restore" in restored.sentence(0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("when", [float("inf"), float("-inf"), float("nan"), 1e300])
def test_points_of_no_time_are_found(when: float, machine: Machine, tmp_path: Path) -> None:
    """Points whose time is none, or no time of this world, come back, and what was found can be said."""
    event_file(machine.logdir, [file_version(), event(3, scalar("x", 1.0), wall_time=when)], NAME + ".odd")
    machine.log(range(5))
    machine.log(range(5), name=NAME + ".last")
    machine.save()

    other = Machine(tmp_path, "b")
    restored = other.restore()
    assert "Found 1 run with 11 points" in restored.sentence(other.now)
    assert all(mark.text for mark in restored.marks)
    assert steps(other.logdir).count(3) == 3


def test_a_place_that_is_no_directory_is_said(tmp_path: Path) -> None:
    """A place that can't be read is an error that names it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusablePathError, match="file"):
        tbnb.restore(tmp_path / "file", tmp_path / "runs")


def test_a_file_is_no_log_directory(tmp_path: Path) -> None:
    """Nothing of it would be saved: who gives a file is told to give its directory."""
    (tmp_path / "events.out.tfevents.1").write_text("")
    for call in (tbnb.persist, lambda logdir, to: tbnb.restore(to, logdir)):
        with pytest.raises(UnusablePathError, match="is a file: give the log directory"):
            call(tmp_path / "events.out.tfevents.1", tmp_path / "saved")  # type: ignore[operator]


def test_an_address_is_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket's address isn't taken for a directory of that name, on a disk that's lost with the machine."""
    monkeypatch.chdir(tmp_path)
    for call in (tbnb.persist, lambda logdir, to: tbnb.restore(to, logdir)):
        with pytest.raises(UnusablePathError, match="'gs://bucket/runs' is no directory: mount it"):
            call("runs", "gs://bucket/runs")
    with pytest.raises(UnusablePathError, match="mount it"):
        tbnb.watch("runs", persist="gs://bucket/runs", autoflush=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("inside", ["runs", "runs/saved", "."])
def test_a_place_inside_the_logs_is_refused(inside: str, tmp_path: Path) -> None:
    """A place in the log directory, or around it, would be mirrored into itself."""
    for call in (tbnb.persist, lambda logdir, to: tbnb.restore(to, logdir)):
        with pytest.raises(UnusablePathError, match="outside the log directory"):
            call(tmp_path / "runs", tmp_path / inside)


def test_a_link_into_the_logs_is_refused(tmp_path: Path) -> None:
    """Wherever it lies; the log directory may be a link itself. Where a place's links lead, the worker sees."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "runs").symlink_to("disk")
    (tmp_path / "elsewhere").symlink_to("runs/saved")
    with pytest.raises(UnusablePathError, match="outside the log directory"):
        tbnb.persist(tmp_path / "runs", tmp_path / "runs" / "saved")
    with pytest.raises(UnusablePathError, match="outside the log directory"):
        tbnb.restore(tmp_path / "elsewhere", tmp_path / "runs")
    with tbnb.persist(tmp_path / "runs", tmp_path / "elsewhere") as mirror:
        assert until(lambda: "outside the log directory" in mirror.notes()[0])
    assert not list((tmp_path / "disk").iterdir())


def test_merging_goes_on_after_a_restart(machine: Machine, tmp_path: Path) -> None:
    """What another process of this machine began to merge is finished."""
    for number in range(17):
        machine.log(range(5), 5 * number)
        machine.save()
    assert any(names.is_hidden(path.name) for path in machine.place.iterdir())
    machine.restart()
    machine.now += 2 * SETTLED
    for _ in range(4):
        machine.save()
        machine.now += 2 * SETTLED
    assert len(event_files(machine.place)) == len(list(machine.place.iterdir())) == 1
    assert steps(machine.place) == list(range(85))
