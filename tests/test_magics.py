"""The magics: a line is parsed, something is called, the outcome is shown; a mistake is a sentence, not a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import tbnb
from tbnb import watcher


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An IPython in an empty directory, with the extension loaded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.run_cell("%load_ext tbnb")
    yield shell
    shell.run_cell("%unload_ext tbnb")
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def run(shell: Any, cell: str) -> Any:
    return shell.run_cell(cell)


def test_a_line_starts_a_watch_of_a_directory_that_is_to_come(shell: Any) -> None:
    """The directory needn't be there; `runs` is meant where none is named."""
    assert run(shell, "%tbwatch").success
    assert run(shell, "%tbwatch elsewhere --x wall --smoothing 0").success

    assert [watch.logdir for watch in watcher.watches()] == ["runs", "elsewhere"]
    assert not Path("runs").exists()


def test_the_same_directory_is_the_same_watch(shell: Any) -> None:
    """Named in another way too; its options are the new ones."""
    run(shell, "%tbwatch runs")
    (first,) = watcher.watches()
    run(shell, "%tbwatch ./runs/ --tags loss")

    assert watcher.watches() == [first]
    assert first.widget._options["initial"]["tagsFilter"] == "loss"


def test_a_count_in_an_expression_stays_one(shell: Any) -> None:
    """IPython puts values for {name} and $name into the line, which {2} and {2,5} are not."""
    run(shell, "place = 'there'; n = 3")
    assert run(shell, r"%tbwatch {place} --runs 'seed\d{2}$' --tags 'x{1,}y{2,5}z{n}'").success

    (watch,) = watcher.watches()
    assert watch.logdir == "there"
    assert watch.widget._options["initial"]["runsFilter"] == r"seed\d{2}$"
    assert watch.widget._options["initial"]["tagsFilter"] == "x{1,}y{2,5}z3"


def test_a_line_in_a_function_knows_its_names(shell: Any) -> None:
    """As each magic does."""
    run(shell, "def show(place):\n    %tbwatch $place\nshow('below')")

    assert [watch.logdir for watch in watcher.watches()] == ["below"]


def test_a_line_knows_the_environment(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory that a variable of the shell names is no directory of the variable's name; Python's go first."""
    monkeypatch.setenv("SCRATCH", "/scratch")
    monkeypatch.setenv("place", "elsewhere")
    run(shell, "place = 'there'")
    run(shell, "%tbwatch $SCRATCH/{place} --tags 'loss$'")

    (watch,) = watcher.watches()
    assert watch.logdir == "/scratch/there"
    assert watch.widget._options["initial"]["tagsFilter"] == "loss$"


def test_a_tilde_is_the_home(shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shell, to begin with and to stop."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    run(shell, "%tbwatch ~/runs")
    assert [watch.logdir for watch in watcher.watches()] == [str(tmp_path / "home" / "runs")]

    run(shell, "%tbwatch ~/runs --stop")
    assert watcher.watches() == []


def test_times_that_no_picture_can_have_are_no_error(shell: Any) -> None:
    """Files may say anything: the dashboard is shown all the same."""
    with tbnb.SummaryWriter("runs/a") as writer:
        writer.add_scalar("loss", 1.0, 1, walltime=1e15)
    run(shell, "import tbnb; tbnb.watch('runs').log.poll()")

    assert run(shell, "%tbwatch runs --x wall").success


def test_help_names_every_option(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """--help prints, and starts nothing."""
    run(shell, "%tbwatch --help")

    said = capsys.readouterr().out
    for option in ("LOGDIR", "--runs", "--tags", "--smoothing", "--x", "--height", "--flush-secs", "--stop"):
        assert option in said
    assert watcher.watches() == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--smothing 1", "unrecognized arguments: --smothing"),
        ("--smoothing much", "invalid float value: 'much'"),
        ("--smoothing 2", "got 2.0"),
        ("--runs (", "regular expression"),
        ("--x sideways", "invalid choice: 'sideways'"),
        ("--height 0", "at least 1"),
        ("--no-autoflush --flush-secs -1", "got -1.0"),
        ("'runs", "can't be read"),
        ("--stop", "no watch of runs"),
        ("gs://bucket/runs", "'gs://bucket/runs' is no local directory"),
    ],
)
def test_a_mistake_is_a_sentence(shell: Any, capsys: pytest.CaptureFixture[str], line: str, said: str) -> None:
    """It says what is wrong with the line, and starts nothing."""
    assert run(shell, f"%tbwatch {line}").success

    assert said in capsys.readouterr().out
    assert watcher.watches() == []


@pytest.mark.parametrize("line", ["--smothing 1", "--runs (", "'runs"])
def test_a_body_that_is_not_run_is_an_error(shell: Any, capsys: pytest.CaptureFixture[str], line: str) -> None:
    """A mistake in its line ends the cell, and with it those that were to run behind it; still without a traceback."""
    result = run(shell, f"%%tbwatch {line}\ndone = 1")

    assert isinstance(result.error_in_exec, UsageError)
    assert "done" not in shell.user_ns
    told = capsys.readouterr()
    assert "was not run" in told.err
    assert "Traceback" not in told.out + told.err


def test_stop_ends_one_watch(shell: Any) -> None:
    """The others go on; the magic starts a new one afterwards."""
    run(shell, "%tbwatch one")
    run(shell, "%tbwatch two")
    stopped = watcher.watches("one")[0]

    run(shell, "%tbwatch one --stop")

    assert not stopped.running
    assert [watch.logdir for watch in watcher.watches()] == ["two"]
    run(shell, "%tbwatch one")
    assert watcher.watches("one")[0].running


def test_a_cell_runs_its_body_under_the_dashboard(shell: Any) -> None:
    """All that the body logs is known at its end; its names stay."""
    body = "import tbnb\nfor loss in (3.0, 2.0, 1.0):\n    tbnb.log({'loss': loss})\nlast = loss"

    assert run(shell, f"%%tbwatch runs\n{body}").success

    (series,) = watcher.watches()[0].log.series
    assert series.value.tolist() == [3.0, 2.0, 1.0]
    assert shell.user_ns["last"] == 1.0


def test_a_semicolon_of_the_body_hides_its_result(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """As in any cell; what stands in the history is the cell as it was typed."""
    before = list(shell.user_ns["In"])
    assert run(shell, "%%tbwatch runs\n%pwd\n'shown'").success
    assert run(shell, "%%tbwatch runs\n'hidden'; # as in plt.plot(x);").success

    told = capsys.readouterr().out
    assert "'shown'" in told
    assert "'hidden'" not in told
    assert shell.user_ns["In"] == before


@pytest.mark.parametrize(("body", "error"), [("1 / 0", ZeroDivisionError), ("def (", SyntaxError)])
def test_an_error_of_the_body_is_the_cells_error(
    shell: Any, capsys: pytest.CaptureFixture[str], body: str, error: type[Exception]
) -> None:
    """As if the magic weren't there: it's told once."""
    result = run(shell, f"%%tbwatch runs\n{body}")

    assert isinstance(result.error_in_exec, error)
    told = capsys.readouterr()
    assert (told.out + told.err).count(str(result.error_in_exec).split(" (")[0]) == 1
    assert not run(shell, "1 / 0").success
    assert "division by zero" in capsys.readouterr().out, "other cells tell theirs"


def test_a_cell_may_be_the_body_of_another(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Two dashboards over one body: it runs once, and an error of it is told once."""
    assert run(shell, "%%tbwatch a\n%%tbwatch b\ndone = 1").success
    assert shell.user_ns["done"] == 1

    assert isinstance(run(shell, "%%tbwatch a\n%%tbwatch b\n1 / 0").error_in_exec, ZeroDivisionError)
    told = capsys.readouterr()
    assert (told.out + told.err).count("division by zero") == 1
    assert "_showtraceback" not in vars(shell)


def test_unloading_puts_back_what_was_there(shell: Any) -> None:
    """No magic, no watch, no thread and no hook of ours is left."""
    before = {event: list(calls) for event, calls in shell.events.callbacks.items()}
    run(shell, "%tbwatch runs")
    (watch,) = watcher.watches()

    run(shell, "%unload_ext tbnb")

    assert not watch.running
    assert not watch._ticker.alive
    assert shell.find_line_magic("tbwatch") is shell.find_cell_magic("tbwatch") is None
    assert {event: list(calls) for event, calls in shell.events.callbacks.items()} == before


def test_doctor_tells_findings(shell: Any) -> None:
    """%tbdoctor gives what tbnb.doctor gives."""
    assert run(shell, "%tbdoctor").result == tbnb.doctor("runs")
