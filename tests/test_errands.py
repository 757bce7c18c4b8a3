"""Errands: what a loop's thread is asked to do, waited for as long as that makes sense."""

from __future__ import annotations

import threading

import pytest

from tbnb import errands
from tbnb.errands import Errands


def test_one_hold_up_does_not_make_impatient_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a thread does its errands in time again, though not at once, it's waited for as before."""
    thread = Errands(lambda: None)
    monkeypatch.setattr(errands, "PATIENCE", 0.0)
    assert not thread.ask(lambda: None)

    monkeypatch.setattr(errands, "PATIENCE", 60.0)
    monkeypatch.setattr(errands, "LITTLE_PATIENCE", 0.0)
    assert not thread.ask(lambda: None)
    thread.run()

    thread._wake = lambda: threading.Timer(0.1, thread.run).start()
    assert thread.ask(lambda: None)


def test_a_thread_that_is_late_each_time_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does at last, after everybody's patience, makes nobody patient."""
    thread = Errands(lambda: None)
    monkeypatch.setattr(errands, "PATIENCE", 0.0)
    assert not thread.ask(lambda: None)
    thread.run()

    monkeypatch.setattr(errands, "LITTLE_PATIENCE", 0.0)
    monkeypatch.setattr(errands, "PATIENCE", threading.TIMEOUT_MAX)
    assert not thread.ask(lambda: None)
