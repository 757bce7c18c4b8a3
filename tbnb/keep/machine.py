"""Which machine this is: the same after a restart of the kernel, another one after the machine was lost."""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from pathlib import Path


def boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"{uuid.getnode():x}"


def machine_id(logdir: str) -> str:
    """Eight hex digits for this machine, since it was started, and this log directory on it."""
    here = "\0".join((boot_id(), socket.gethostname(), os.path.realpath(logdir)))
    return hashlib.sha256(here.encode("utf-8", "surrogateescape")).hexdigest()[:8]
