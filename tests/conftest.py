"""Fixtures that more than one test file needs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tbnb import growth

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background job, which hands that on
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Who tests a change has the same cases each time; who looks for new faults says --hypothesis-profile=explore.
settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", max_examples=3000, deadline=None)
settings.load_profile("same")


@pytest.fixture
def grown() -> Iterator[threading.Event]:
    """Set whenever a writer of this process has brought bytes to a file."""
    event = threading.Event()
    end = growth.listen(lambda path: event.set())
    yield event
    end()
