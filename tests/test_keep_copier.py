"""The mirror's work without its process: which segments it writes, what it takes up again, what it merges."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.directory_watcher import DirectoryWatcher
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

import tbnb
from tbnb.keep import names

from .files import event, framed, png, scalar
from .machines import NAME, SETTLED, Machine, fast_disk, machine, steps
from .peers import event_files

__all__ = ["fast_disk", "machine"]


def all_names(place: Path) -> list[str]:
    return sorted(path.name for path in place.rglob("*") if path.is_file() and path.parent.name != ".tbnb")


def test_each_pass_writes_what_is_new_as_an_event_file(machine: Machine) -> None:
    """Every pass makes one closed file that is an event file by itself; their names' order is the log's."""
    for first in range(0, 30, 10):
        machine.log(range(10), first)
        machine.save()

    files = event_files(machine.place)
    assert len(files) == 3
    for path in files:
        assert next(iter(EventFileLoader(str(path)).Load())).file_version == "brain.Event:2"
    assert steps(machine.place) == list(range(30))


def test_nothing_new_writes_nothing(machine: Machine) -> None:
    """A pass that finds nothing new leaves the place alone."""
    machine.log(range(10))
    machine.save()
    before = {path: path.stat().st_mtime_ns for path in machine.place.rglob("*")}
    machine.save()

    assert {path: path.stat().st_mtime_ns for path in machine.place.rglob("*")} == before


def test_only_whole_records_are_saved(machine: Machine) -> None:
    """A record that is still being written waits; then it's saved once."""
    path = machine.log(range(5))
    record = framed([event(5, scalar("x", 5.0))])
    with path.open("ab") as file:
        file.write(record[:20])
    machine.save()
    assert steps(machine.place) == list(range(5))

    with path.open("ab") as file:
        file.write(record[20:])
    machine.save()
    assert steps(machine.place) == list(range(6))


def test_damage_is_no_end(machine: Machine) -> None:
    """Records behind a damaged one are saved too, and the damage as it is."""
    path = machine.log(range(5))
    with path.open("ab") as file:
        file.write(b"\x07damage" * 9)
    machine.log(range(5), 5)
    machine.save()

    other = Machine(machine.place.parent, "b")
    other.restore()

    assert (other.logdir / NAME).read_bytes() == path.read_bytes()


def test_a_file_that_can_not_be_read_holds_up_no_other(machine: Machine) -> None:
    """It's a problem of its own, for as long as it's there; all others are saved."""
    odd = machine.logdir / "events.out.tfevents.1.odd"
    machine.log(range(5))
    odd.symlink_to(odd.name)
    machine.save()
    assert list(machine.copier.problems) == [str(odd)]
    assert steps(machine.place) == list(range(5))

    odd.unlink()
    machine.save()
    assert machine.copier.problems == {}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_among_the_logs_is_not_waited_for(machine: Machine) -> None:
    """Nobody writes into it, maybe for ever; that is said, and all others are saved."""
    pipe = machine.logdir / "events.out.tfevents.1.pipe"
    machine.log(range(5))
    os.mkfifo(pipe)
    machine.save()

    assert machine.copier.problems == {str(pipe): "it can't be read: it's no plain file"}
    assert steps(machine.place) == list(range(5))


def test_an_odd_side_file_holds_up_no_other(machine: Machine) -> None:
    """What the profiler's directory has that can't be read is a problem of its own; what is no file isn't missed."""
    profile = machine.logdir / "plugins/profile/now"
    machine.log(range(5))
    profile.mkdir(parents=True)
    (profile / "a.loop").symlink_to("a.loop")
    os.mkfifo(profile / "b.pipe")
    (profile / "c.pb").write_bytes(b"profile")
    (machine.logdir / "projector_config.pbtxt").symlink_to("projector_config.pbtxt")
    machine.save()
    machine.save()

    assert (machine.place / "plugins/profile/now/c.pb").read_bytes() == b"profile"
    assert sorted(machine.copier.side.problems) == sorted(
        map(str, [profile / "a.loop", machine.logdir / "projector_config.pbtxt"])
    )


def test_a_name_that_the_place_refuses_holds_up_no_other(machine: Machine) -> None:
    """What can't be saved is a problem until the place takes it; all others are saved."""
    machine.place.mkdir()
    (machine.place / "a").write_text("a file where a folder should be")
    path = machine.log(range(5), run="a")
    machine.log(range(5), run="b")
    machine.save()
    assert list(machine.copier.problems) == [str(path)]
    assert steps(machine.place, run="b") == list(range(5))

    (machine.place / "a").unlink()
    machine.save()
    assert machine.copier.problems == {}
    assert steps(machine.place, run="a") == list(range(5))


def test_a_side_file_that_the_place_refuses_holds_up_no_other(machine: Machine) -> None:
    """What can't be saved beside the logs is a problem until the place takes it; all others are saved."""
    profile, saved = machine.logdir / "plugins/profile/now", machine.place / "plugins/profile/now"
    profile.mkdir(parents=True)
    long = profile / ("a" * 250)
    for path in (long, profile / "b.pb", profile / "c.pb"):
        path.write_bytes(b"profile")
    (saved / "b.pb").mkdir(parents=True)
    for _ in range(2):
        machine.save()
    assert sorted(machine.copier.side.problems) == sorted(map(str, [long, profile / "b.pb"]))
    assert (saved / "c.pb").read_bytes() == b"profile"

    long.unlink()
    (saved / "b.pb").rmdir()
    machine.save()
    assert machine.copier.side.problems == {}
    assert (saved / "b.pb").read_bytes() == b"profile"


def test_event_files_are_never_side_files(machine: Machine) -> None:
    """A run that's called plugins, or a configuration that names a log, has no log saved a second time, whole."""
    for _ in range(3):
        machine.log(range(5), run="plugins")
        machine.log(range(5))
        (machine.logdir / "projector_config.pbtxt").write_text(f'embeddings {{ metadata_path: "{NAME}" }}')
        machine.save()
        machine.save()

    assert not list(machine.place.rglob(NAME))


def test_a_problem_ends_with_its_file(machine: Machine) -> None:
    """A file whose name is too long is said to be one until it's renamed."""
    path = machine.log(range(5), name=f"{NAME}.{'x' * names.LONGEST}")
    machine.save()
    assert list(machine.copier.problems) == [str(path)]

    path.rename(path.with_name(NAME))
    machine.save()
    assert machine.copier.problems == {}
    assert steps(machine.place) == list(range(5))


def test_a_link_to_the_latest_run_is_no_run(machine: Machine) -> None:
    """A run is saved by its own name, whatever links lead to it and come before it; what's elsewhere by its link's."""
    elsewhere = machine.log(range(7), run="../elsewhere/run").parent
    for name in ("one", "two"):
        machine.log(range(5), run=name)
        (machine.logdir / "latest").unlink(missing_ok=True)
        (machine.logdir / "latest").symlink_to(name)
        (machine.logdir / "linked").unlink(missing_ok=True)
        (machine.logdir / "linked").symlink_to(elsewhere)
        (machine.logdir / name / "loop").symlink_to(machine.logdir)
        machine.save()

    assert sorted(tbnb.read(machine.place)) == ["linked", "one", "two"]
    assert steps(machine.place, run="two") == list(range(5))
    assert steps(machine.place, run="linked") == list(range(7))


def test_a_run_that_is_deleted_stays_saved(machine: Machine) -> None:
    """What was saved of it stays as it is, though nothing is there any more to merge it from."""
    for number in range(5):
        path = machine.log(range(5), 5 * number)
        machine.save()
    path.unlink()
    for _ in range(3):
        machine.now += 2 * SETTLED
        machine.save()

    assert steps(machine.place) == list(range(25))


def test_a_huge_record_is_one_segment(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record larger than a segment should be is saved whole; a long backlog becomes several segments."""
    monkeypatch.setattr("tbnb.keep.copier.SEGMENT", 1000)
    path = machine.log(range(100))
    big = event(100, {"tag": "i", "image": {"height": 1, "width": 1, "encoded_image_string": png() + bytes(3 << 20)}})
    with path.open("ab") as file:
        file.write(framed([big]))
    machine.log(range(10), 101)
    machine.save()

    sizes = [path.stat().st_size for path in event_files(machine.place)]
    assert max(sizes) > 3 << 20
    assert sorted(sizes)[-2] < 1100
    assert steps(machine.place) == [*range(100), *range(101, 111)]


def test_a_restart_on_the_same_machine_doubles_nothing(machine: Machine) -> None:
    """A new process knows from the names what is saved, and goes on behind it."""
    machine.log(range(10))
    machine.save()
    machine.restart()
    machine.log(range(10), 10)
    machine.save()

    assert steps(machine.place) == list(range(20))
    assert machine.copier.uploaded < 700


def test_a_file_of_the_same_name_with_other_content_is_another_one(machine: Machine) -> None:
    """Whoever deletes a log and writes another one of the same name doesn't lose the first one's saved points."""
    machine.log(range(10), tag="old")
    machine.save()
    (machine.logdir / NAME).unlink()
    machine.log(range(10), tag="new")
    machine.save()

    assert steps(machine.place, "old") == list(range(10))
    assert steps(machine.place, "new") == list(range(10))


def test_a_file_that_lost_its_end_keeps_its_beginning(machine: Machine) -> None:
    """What a log that was cut off and goes on otherwise has in common with what was saved isn't saved again."""
    path = machine.log(range(10))
    machine.save()
    cut = path.stat().st_size
    machine.log(range(10), 10)
    machine.save()
    with path.open("r+b") as file:
        file.truncate(cut)
    machine.log(range(10), 100)
    machine.save()

    assert steps(machine.place) == [*range(20), *range(100, 110)]


@pytest.mark.parametrize("fails", ["before", "at once", "later"])
def test_a_log_that_is_replaced_while_the_place_is_away_is_another_one(fails: str, machine: Machine) -> None:
    """What was known of the old one is nothing to go by, whenever the place went; the new one is saved whole."""
    put = machine.copier.place.put
    for number in range(4):
        machine.log(range(10), 10 * number, tag="old")
        if fails == "at once" or (fails == "later" and number == 3):
            machine.copier.place.put = refuse  # type: ignore[method-assign]
        save_or_forget(machine)
    machine.copier.place.put = refuse  # type: ignore[method-assign]
    (machine.logdir / NAME).unlink()
    for number in range(4):
        machine.log(range(10), 10 * number, tag="new")
    if fails != "before":
        save_or_forget(machine)
    machine.copier.forget()
    machine.copier.place.put = put  # type: ignore[method-assign]
    machine.save()

    assert steps(machine.place, "new") == list(range(40))


def refuse(*_: object) -> None:
    raise OSError("refused")


def save_or_forget(machine: Machine) -> None:
    """A pass as the worker does it."""
    try:
        machine.save()
    except OSError:
        machine.copier.forget()


def test_small_segments_become_few(machine: Machine) -> None:
    """Hours of ten-second segments stay some dozens of files; each byte is uploaded less than four times."""
    for number in range(600):
        machine.log(range(20), 20 * number)
        machine.save()

    assert len(event_files(machine.place)) < 50
    assert machine.copier.uploaded < 4 * machine.copier.logged
    assert steps(machine.place) == list(range(12_000))


def test_large_side_files_keep_no_log_from_being_merged(machine: Machine) -> None:
    """What projector and profiler keep may be far more than all logs: those become few files all the same."""
    config = machine.logdir / "projector_config.pbtxt"
    config.parent.mkdir(parents=True)
    for number in range(100):
        config.write_bytes(bytes(1 << 20) + b"%d" % number)
        machine.log(range(20), 20 * number)
        machine.save()
        machine.save()

    assert len(event_files(machine.place)) < 30
    assert machine.copier.uploaded < 4 * machine.copier.logged


def test_few_points_in_each_segment_cost_no_more(machine: Machine) -> None:
    """Where a segment holds one point, its own header weighs: what's uploaded stays below four times all the same."""
    for number in range(600):
        machine.log([1.0], number)
        machine.save()

    assert machine.copier.uploaded < 4 * machine.copier.logged
    assert steps(machine.place) == list(range(600))


def test_a_run_that_rests_becomes_one_file(machine: Machine) -> None:
    """What has come to rest is merged as far as it goes."""
    for number in range(7):
        machine.log(range(20), 20 * number)
        machine.save()
    machine.now += 2 * SETTLED
    machine.save()
    machine.now += 2 * SETTLED
    machine.save()

    assert len(all_names(machine.place)) == 1
    assert steps(machine.place) == list(range(140))


def test_nothing_is_deleted_for_a_merged_file_that_went(machine: Machine, tmp_path: Path) -> None:
    """Where a merged file is gone before it's shown, those that it was to replace stay; they are merged once more."""
    for number in range(17):
        machine.log(range(5), 5 * number)
        machine.save()
    (whole,) = machine.place.glob("*tbnb-part*")
    whole.unlink()
    machine.now += SETTLED
    machine.save()
    other = Machine(tmp_path, "b")
    other.restore()
    assert steps(other.logdir) == list(range(85))

    for _ in range(4):
        machine.now += 2 * SETTLED
        machine.save()
    assert len(all_names(machine.place)) == 2
    assert steps(machine.place) == list(range(85))


class Accident(Exception):
    """The machine is lost here."""


@pytest.mark.parametrize("survives", range(60))
def test_a_loss_in_the_middle_of_a_merge_doubles_nothing(survives: int, machine: Machine, tmp_path: Path) -> None:
    """Wherever merging is cut off, what's restored has every point once, and the next process puts it right."""
    left = survives

    def perhaps(method: str) -> None:
        real = getattr(machine.copier.place, method)

        def act(*arguments: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Accident
            real(*arguments)

        setattr(machine.copier.place, method, act)

    for number in range(16):
        machine.log(range(5), 5 * number)
        machine.save()
    for method in ("put", "rename", "delete"):
        perhaps(method)
    try:
        for number in range(16, 40):
            machine.log(range(5), 5 * number)
            machine.save()
    except Accident:
        pass

    other = Machine(tmp_path, "b")
    other.restore()
    saved = steps(other.logdir)
    assert saved == list(range(len(saved)))
    assert len(saved) >= 80

    machine.restart()
    machine.save()
    machine.now += 2 * SETTLED
    machine.save()
    logged = tbnb.read(machine.logdir)["."]["x"].step.tolist()
    assert steps(machine.place) == logged


@pytest.mark.parametrize("written", [1, 500, 2000])
def test_a_loss_while_a_merged_file_is_written_doubles_nothing(written: int, machine: Machine, tmp_path: Path) -> None:
    """What was written of it is known for what it is; the machine itself, if it lives on, begins it again."""
    for number in range(15):
        machine.log(range(5), 5 * number)
        machine.save()
    machine.log(range(5), 75)
    put = machine.copier.place.put

    def put_some(folder: str, name: str, content: Callable[[], Iterable[bytes]]) -> None:
        def cut_off() -> Iterator[bytes]:
            yield b"".join(content())[:written]
            raise Accident

        put(folder, name, cut_off if names.is_hidden(name) else content)

    machine.copier.place.put = put_some  # type: ignore[method-assign]
    with pytest.raises(Accident):
        machine.save()
    assert any(names.is_hidden(name) for name in all_names(machine.place))
    other = Machine(tmp_path, "b")
    other.restore()
    assert steps(other.logdir) == list(range(80))

    machine.restart()
    for _ in range(3):
        machine.save()
        machine.now += 2 * SETTLED
    assert len(all_names(machine.place)) == 1
    assert steps(machine.place) == list(range(80))


def test_tensorboard_reads_on_while_the_mirror_works(machine: Machine) -> None:
    """TensorBoard as it is, without --reload_multifile, sees every point once, two writers and merges included."""
    watcher = DirectoryWatcher(str(machine.place), EventFileLoader, names_of_segments)
    machine.place.mkdir()
    seen: list[tuple[str, int]] = []
    for number in range(100):
        machine.log(range(3), 3 * number, tag="a")
        machine.log(range(3), 3 * number, name=NAME + ".second", tag="b")
        machine.save()
        seen += [(value.tag, e.step) for e in watcher.Load() for value in e.summary.value]

    assert sorted(seen) == sorted((tag, step) for tag in "ab" for step in range(300))


@pytest.mark.parametrize("looks_each", [1, 7, 45])
def test_a_live_reader_of_the_place_sees_merges_as_what_they_are(looks_each: int, machine: Machine) -> None:
    """A log that's read on while its small files become larger ones has every point once, in order; pictures, too."""
    picture = {"tag": "i", "image": {"height": 1, "width": 1, "encoded_image_string": png()}}
    machine.place.mkdir()
    log = tbnb.read(machine.place)
    for number in range(90):
        with machine.log(range(3), 3 * number).open("ab") as file:
            file.write(framed([event(number, picture)]))
        machine.save()
        if number % looks_each == 0:
            log.poll()
    for _ in range(3):
        machine.now += 2 * SETTLED
        machine.save()
        log.poll()

    assert len(event_files(machine.place)) < 30
    assert log["."]["x"].step.tolist() == list(range(270))
    assert [item.step for item in log["."]["i"]] == list(range(90))
    assert all(item.data == log["."]["i"][0].data for item in log["."]["i"])
    assert not log.problems


@pytest.mark.parametrize("gone", [1, 7, 15])
def test_a_reader_that_comes_while_small_files_go_has_all_in_the_end(gone: int, machine: Machine) -> None:
    """What it missed of them is in the file that was made of them, and what it saw isn't there twice."""
    for number in range(16):
        machine.log(range(3), 3 * number)
        machine.save()
    first = event_files(machine.place)[:gone]
    for path in first:
        path.rename(machine.logdir / path.name.replace("tfevents", "away"))
    log = tbnb.read(machine.place)
    assert log["."]["x"].step.tolist() == list(range(3 * gone, 48))
    for path in first:
        (machine.logdir / path.name.replace("tfevents", "away")).rename(path)
    for _ in range(3):
        machine.now += 2 * SETTLED
        machine.save()
    assert len(event_files(machine.place)) == 1
    log.poll()

    assert log["."]["x"].step.tolist() == list(range(48))


def test_a_live_reader_reads_what_it_does_not_know(machine: Machine) -> None:
    """Where a merged file may be of another log of that name, it's read from its beginning."""
    log = tbnb.read(machine.logdir)
    for tag in ("old", "new"):
        (machine.logdir / NAME).unlink(missing_ok=True)
        for number in range(5):
            machine.log(range(3), 3 * number, tag=tag)
            machine.save()
    log = tbnb.read(machine.place)
    for _ in range(3):
        machine.now += 2 * SETTLED
        machine.save()
        log.poll()

    assert log["."]["new"].step.tolist() == list(range(15))
    assert log["."]["old"].step.tolist() == list(range(15))


def names_of_segments(path: str) -> bool:
    return "tfevents" in Path(path).name


def test_names_are_what_they_say() -> None:
    """A segment's name gives back what it was made of; other names give none."""
    segment = names.Segment(1234567890123, "0a1b2c3d", 5, 6, 7, 8, 2, NAME)

    assert names.parse(segment.name) == segment
    assert names.parse(segment._replace(hidden=True).name) == segment._replace(hidden=True)
    assert "tfevents" not in segment._replace(hidden=True).name
    assert names.parse(NAME) is None
    assert names.parse(segment._replace(end=5).name) is None
    assert names.parse(segment.name.replace(NAME, "../" + NAME)) is None
