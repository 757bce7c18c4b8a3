"""Fixtures that more than one test file needs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from tbnb import growth

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background job, which hands that on
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def grown() -> Iterator[threading.Event]:
    """Set whenever a writer of this process has brought bytes to a file."""
    event = threading.Event()
    end = growth.listen(lambda path: event.set())
    yield event
    end()
