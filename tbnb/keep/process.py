"""Starting the saving process: apart from the user's, with nothing of it but two pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HOME = str(Path(__file__).parents[2])
_CODE = f"import sys; sys.path.append({_HOME!r}); from tbnb.keep import worker; worker.main()"


def start(task: str, options: dict[str, Any]) -> subprocess.Popen[bytes]:
    """The worker's process; in a session of its own, so that what interrupts or ends a kernel doesn't end it."""
    return subprocess.Popen(
        [sys.executable, "-c", _CODE, task, json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def said(running: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """The worker's lines until it ends, without what the Python of some machine says whenever one starts."""
    return (line for line in running.stdout or () if line.startswith(b"{"))
