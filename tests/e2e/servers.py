"""Real notebook servers on the loopback, each with a scratch directory: JupyterLab, and Notebook 6 on Colab's pins."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COLAB_VENV = Path(os.environ.get("TBNB_COLAB_VENV", ROOT / ".venvs" / "colab-editable"))
PATIENCE = 60.0


@dataclass(frozen=True)
class Server:
    """A server that runs: `kind` is lab or classic."""

    kind: str
    url: str
    directory: Path

    def address(self, notebook: str) -> str:
        if self.kind == "lab":
            return f"{self.url}lab/tree/{notebook}?reset"
        return f"{self.url}notebooks/{notebook}"

    def write(self, name: str, *cells: str) -> str:
        """A notebook with these cells, in a directory of that name; returns its path."""
        made = [
            {
                "cell_type": "code",
                "id": f"cell{n}",
                "source": text,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for n, text in enumerate(cells)
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": made}
        (self.directory / name).mkdir()
        (self.directory / name / "notebook.ipynb").write_text(json.dumps(content))
        return f"{name}/notebook.ipynb"

    def end_kernels(self) -> None:
        with urllib.request.urlopen(f"{self.url}api/kernels", timeout=10) as answer:
            kernels = json.load(answer)
        for kernel in kernels:
            url = f"{self.url}api/kernels/{kernel['id']}"
            urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=20).close()


_LAB = [
    "lab",
    "--LabApp.expose_app_in_browser=True",
    "--IdentityProvider.token=",
    "--ServerApp.disable_check_xsrf=True",
    "--allow-root",
    "--no-browser",
]
_NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
_CLASSIC = [
    "notebook",
    "--NotebookApp.token=",
    "--NotebookApp.password=",
    "--NotebookApp.disable_check_xsrf=True",
    "--allow-root",
    "--no-browser",
]


def python_of(kind: str) -> Path:
    return Path(sys.executable) if kind == "lab" else COLAB_VENV / "bin" / "python"


@contextmanager
def running(kind: str, directory: Path) -> Iterator[Server]:
    """A server of this kind; ended by the end."""
    directory.mkdir(parents=True, exist_ok=True)
    python = python_of(kind)
    url, port = free_address()
    command = [str(python), "-m", "jupyter", *(_LAB if kind == "lab" else _CLASSIC), "--ip=127.0.0.1", f"--port={port}"]
    home = directory / ".home"
    pages = home / "config" / "labconfig"
    pages.mkdir(parents=True)
    (pages / "page_config.json").write_text(json.dumps(_NO_NEWS))
    environment = {
        **os.environ,
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    log = directory / "server.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=sink, stderr=subprocess.STDOUT)
    try:
        wait_for(f"{url}api", log, process)
        yield Server(kind, url, directory)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(home, ignore_errors=True)


def free_address() -> tuple[str, int]:
    """A place that is free just now: Notebook 6 doesn't say which one it took."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    return f"http://127.0.0.1:{port}/", port


def wait_for(url: str, log: Path, process: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(url):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server didn't start:\n{log.read_text(errors='replace')[-4000:]}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
