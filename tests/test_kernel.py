"""A watch in a real kernel, without a browser: what reaches the page's side of the comm, and what the page may say."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from tbnb.page.wire import decode

PATIENCE = 30.0
SETUP = """
%load_ext tbnb
import tbnb, time
events = []
for name in ("pre_execute", "pre_run_cell"):
    get_ipython().events.register(name, lambda *_, name=name: events.append(name))
"""


class Kernel:
    """Runs code, and collects what the kernel says to the page."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.said: list[dict[str, Any]] = []
        self.comm = ""

    def run(self, code: str) -> str:
        """Returns what it printed."""
        printed: list[str] = []
        self.client.execute_interactive(code, output_hook=lambda message: self._hear(message, printed), timeout=60)
        return "".join(printed)

    def _hear(self, message: dict[str, Any], printed: list[str]) -> None:
        content = message["content"]
        if message["msg_type"] == "comm_open" and "_feed" in content["data"].get("state", {}):
            self.comm = content["comm_id"]
        elif message["msg_type"] == "comm_msg" and content["comm_id"] == self.comm:
            self.said.append(message)
        elif message["msg_type"] == "stream":
            printed.append(content["text"])
        elif message["msg_type"] == "error":
            raise AssertionError("\n".join(content["traceback"]))

    def say(self, content: dict[str, Any]) -> None:
        """What the page says."""
        data = {"comm_id": self.comm, "data": {"method": "custom", "content": content}}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", data))

    def wait(self, wanted: Callable[[], bool]) -> None:
        """Until the kernel has said it."""
        deadline = time.monotonic() + PATIENCE
        while not wanted():
            assert time.monotonic() < deadline, self.said
            try:
                self._hear(self.client.get_iopub_msg(timeout=1), [])
            except queue.Empty:
                continue

    @property
    def headers(self) -> list[dict[str, Any]]:
        datas = (message["content"]["data"] for message in self.said)
        return [data["content"] for data in datas if data["method"] == "custom"]

    def points(self) -> set[tuple[int, int]]:
        """(series, index) of the points that came."""
        found = set()
        for message in self.said:
            for buffer in message["buffers"] if message["content"]["data"]["method"] == "custom" else ():
                for section in decode(bytes(buffer)):
                    if section.places is None:
                        found |= {(section.series, section.start + place) for place in range(section.span)}
        return found


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    manager, client = start_new_kernel(cwd=str(tmp_path))
    yield Kernel(client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_points_are_sent_while_the_cell_runs(kernel: Kernel) -> None:
    """And all of them before its end is told, also those that were logged at the last moment."""
    kernel.run(SETUP)
    kernel.run("%tbwatch")
    kernel.run("for step in range(50):\n    tbnb.log({'loss': 1 / (step + 1)})\n    time.sleep(0.02)")

    assert kernel.points() == {(0, index) for index in range(50)}
    assert len({header["seq"] for header in kernel.headers}) > 10


def test_a_page_that_speaks_is_answered_and_fires_no_events(kernel: Kernel) -> None:
    """Its hello brings it the points again, and not the pre_execute that comes with other widgets' messages."""
    kernel.run(SETUP)
    kernel.run("%tbwatch")
    kernel.run("for step in range(50): tbnb.log({'loss': 1.0})")
    before = kernel.run("print(events)")
    kernel.said.clear()

    kernel.say({"type": "hello", "id": 3, "have": []})
    kernel.wait(lambda: any(header.get("heard") == 3 for header in kernel.headers))

    assert kernel.points() == {(0, index) for index in range(50)}
    after = kernel.run("print(events)")
    assert after.count("pre_execute") == before.count("pre_execute") + 1


@pytest.mark.parametrize(
    "nonsense", [{"type": "hello"}, {"type": "range", "series": 7}, {}, {"type": "hello", "id": []}]
)
def test_nonsense_from_a_page_does_no_harm(kernel: Kernel, nonsense: dict[str, Any]) -> None:
    """What it can't make sense of, a watch leaves; and goes on."""
    kernel.run(SETUP)
    kernel.run("%tbwatch")

    kernel.say(nonsense)
    kernel.run("tbnb.log({'loss': 1.0})")

    assert kernel.points() == {(0, 0)}


def test_user_code_raises_no_error_of_ours(kernel: Kernel) -> None:
    """A log directory that breaks under the watch, and a comm that's closed, disturb no cell."""
    kernel.run(SETUP)
    kernel.run("watch = tbnb.watch('runs')\nwatch.show()")
    kernel.run("watch._follower.poll = None\nwatch.widget.close()")

    printed = kernel.run("tbnb.log({'loss': 1.0})\nprint('went on')")

    assert printed == "went on\n"
    assert "stumbled" in kernel.run("print(watch._standing.trouble)")
