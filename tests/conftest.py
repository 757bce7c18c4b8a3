"""Fixtures that more than one test file needs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tbnb import growth


@pytest.fixture
def grown() -> Iterator[threading.Event]:
    """Set whenever a writer of this process has brought bytes to a file."""
    event = threading.Event()
    end = growth.listen(lambda path: event.set())
    yield event
    end()
