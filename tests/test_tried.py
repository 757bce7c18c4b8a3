"""Hyperparameters reach the page beside the names of their series, as few and short as it has room for."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import tbnb
from tbnb.page.feed import Feed
from tbnb.page.message import MOST_BYTES
from tbnb.page.tried import MOST, MOST_LETTERS, MOST_LETTERS_OF_ALL, tried
from tbnb.store.log import Log
from tests.pages import Clock, Page

SESSION = "_hparams_/session_start_info"


def log_of(directory: Path, **runs: dict[str, Any]) -> Log:
    for run, hparams in runs.items():
        with tbnb.SummaryWriter(directory / run) as writer:
            writer.add_hparams(hparams, {}, run_name=".")
            writer.add_scalar("loss", 1.0, 0)
    return tbnb.read(directory)


def told(log: Log, page: Page, seconds: float) -> Page:
    clock = Clock()
    feed = Feed(page.take, clock)
    feed.touch(log.series)
    for _ in range(int(seconds * 30)):
        feed.pump()
        clock.now += 1 / 29
    return page


def test_the_page_knows_what_each_run_tried(tmp_path: Path) -> None:
    """Numbers, words and truths by run, whichever frames are lost."""
    log = log_of(tmp_path, a={"lr": 0.1, "optimizer": "adam", "nesterov": True}, b={"lr": 0.01})
    chance = random.Random(3)

    page = told(log, Page(lambda header: chance.random() > 0.5), 20)

    assert page.tried == {"a": {"lr": 0.1, "optimizer": "adam", "nesterov": True}, "b": {"lr": 0.01}}


def test_the_last_session_counts(tmp_path: Path) -> None:
    """A run that is tried anew with something else has what it has now."""
    log_of(tmp_path, a={"lr": 0.1})

    page = told(log_of(tmp_path, a={"lr": 0.2}), Page(), 1)

    assert page.tried == {"a": {"lr": 0.2}}


def test_what_a_page_has_no_room_for_is_left_out(tmp_path: Path) -> None:
    """A thousand hyperparameters with long names: a few kilobytes a run, and each message keeps its size."""
    many = {f"{n:04}" + "n" * 200: "v" * 5000 for n in range(1000)}
    log = log_of(tmp_path, **{f"run{n}": many for n in range(60)})

    page = told(log, Page(), 30)

    assert len(page.tried) == 60
    for hparams in page.tried.values():
        assert 0 < len(hparams) <= MOST
        assert {len(part) for item in hparams.items() for part in item} == {MOST_LETTERS}
        assert sum(len(name) + len(value) for name, value in hparams.items()) <= MOST_LETTERS_OF_ALL
    assert max(page.sizes) <= MOST_BYTES


def test_what_is_no_json_is_told_in_words(tmp_path: Path) -> None:
    """NaN and infinities."""
    page = told(log_of(tmp_path, a={"clip": float("inf"), "decay": float("nan")}), Page(), 1)

    assert page.tried == {"a": {"clip": "inf", "decay": "nan"}}
    json.dumps(page.tried, allow_nan=False)


def test_what_cannot_be_read_is_none(tmp_path: Path) -> None:
    """The file is gone: no hyperparameters, and no error."""
    log = log_of(tmp_path, a={"lr": 0.1})
    for file in tmp_path.rglob("*tfevents*"):
        file.unlink()

    assert tried(log["a"][SESSION]) == {}
    assert told(log, Page(), 1).tried == {}
