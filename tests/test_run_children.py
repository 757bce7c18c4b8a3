"""What a watched notebook starts with `!` is live as it is, and the environment that does it is put back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tbnb
from tbnb.run.children import Children
from tbnb.run.environment import FLUSH_SECS, HOOK

from .test_run import WRITING, steps_of_live

pytestmark = pytest.mark.timeout(240)  # where TensorFlow is installed, tensorboard's writer imports it


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_script_is_live_as_it_is(tmp_path: Path) -> None:
    """Beside a watch, `python train.py` needs no word of ours: it never flushes, and what it logs is there."""
    (tmp_path / "train.py").write_text(WRITING + "log('runs')")
    with tbnb.watch("runs"):
        assert steps_of_live([sys.executable, "train.py"], tmp_path / "runs") == list(range(5))


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last watch to end takes out what is ours and nothing else, also where the path has changed since."""
    for path in (None, "there"):
        monkeypatch.delenv("PYTHONPATH", raising=False)
        if path:
            monkeypatch.setenv("PYTHONPATH", path)
        before = dict(os.environ)
        one, other = Children(0.25), Children(0.1)
        assert os.environ[FLUSH_SECS] == "0.1"
        other.stop()
        assert os.environ[FLUSH_SECS] == "0.25"
        one.stop()
        one.stop()
        assert os.environ == before

    one = Children(0.25)
    monkeypatch.setenv("PYTHONPATH", "mine", prepend=os.pathsep)
    one.stop()
    assert os.environ["PYTHONPATH"] == os.pathsep.join(["mine", "there"])


def test_no_autoflush_leaves_the_environment_alone() -> None:
    """Neither does a watch change what `tbnb run` has put there."""
    before = dict(os.environ)
    with tbnb.watch("runs", autoflush=False):
        assert os.environ == before


def test_below_tbnb_run_the_environment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `tbnb run` put there is its own, and outlives a watch."""
    monkeypatch.setenv(FLUSH_SECS, "2.0")
    before = dict(os.environ)
    one = Children(0.25)
    assert os.environ == before
    one.stop()
    assert os.environ == before


def test_where_it_can_not_be_nothing_is_said(tmp_path: Path) -> None:
    """A Python in which tbnb can't begin runs as it would, without a word."""
    (tmp_path / "tbnb").mkdir()
    (tmp_path / "tbnb" / "__init__.py").write_text("raise ImportError('for another Python')")
    one = Children(0.25)
    try:
        path = os.pathsep.join([HOOK, str(tmp_path)])
        command = [sys.executable, "-c", "print('trained')"]
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
        )
    finally:
        one.stop()

    assert (done.returncode, done.stdout, done.stderr) == (0, "trained\n", "")


def test_the_hook_is_read_by_any_python() -> None:
    """Its syntax is what Pythons that we don't run on understand too: no annotations, no f-strings, no walrus."""
    source = Path(HOOK, "sitecustomize.py").read_text()

    assert all(word not in source for word in ("->", ":=", "from __future__", "nonlocal", ' f"'))
    compile(source, "sitecustomize.py", "exec")
