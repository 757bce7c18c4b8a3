"""In marimo, where there is no magic and no IPython: `tbnb.watch(...)` in a cell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .browser import SCREENSHOTS
from .servers import free_address, wait_for

NOTEBOOK = """
import marimo

app = marimo.App()


@app.cell
def _():
    import time, tbnb
    watch = tbnb.watch("runs")
    watch
    return tbnb, time, watch


@app.cell
def _(tbnb, time, watch):
    with tbnb.SummaryWriter("runs/one") as writer:
        for step in range(200):
            writer.add_scalar("loss", 1 / (step + 1), step)
            time.sleep(0.02)
    return
"""


def test_it_is_live(page: Any, tmp_path: Path) -> None:
    """One cell shows the watch, the next one trains: the page grows, and is exact in the end."""
    pytest.importorskip("marimo", reason="needs marimo: pip install marimo")
    (tmp_path / "notebook.py").write_text(NOTEBOOK)
    url, port = free_address()
    command = [sys.executable, "-m", "marimo", "-q", "run", "notebook.py", "--headless", "--no-token", f"--port={port}"]
    log = tmp_path / "log"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=sink, stderr=subprocess.STDOUT)
    try:
        wait_for(f"{url}health", log, process)
        page.goto(url)
        page.locator("div.tbnb[data-points='200'][data-painted-step='199']").wait_for(timeout=90_000)
        page.screenshot(path=SCREENSHOTS / "marimo.png")
    finally:
        process.terminate()
        process.wait(20)
