"""What a machine says of itself in the persistent place: for people; nothing is ever decided by it."""

from __future__ import annotations

import json
import socket
import time

from .copier import Copier
from .machine import boot_id
from .place import OWN, Place, is_of_one_file

_SHARE = 32  # of what is uploaded, a manifest may be this part


class Manifest:
    """Written last: at the beginning, at the end, and between as seldom as its own size demands."""

    def __init__(self, place: Place, machine: str, logdir: str) -> None:
        self._place, self._machine, self._logdir = place, machine, logdir
        self._next = 1

    def write(self, copier: Copier, *, final: bool = False) -> None:
        if copier.uploaded < self._next and not (final and copier.uploaded):
            return
        saved = copier.saved
        content = {
            "version": 1,
            "machine": self._machine,
            "host": socket.gethostname(),
            "boot": boot_id(),
            "logdir": self._logdir,
            "time": time.time(),
            "run": saved.run if saved else None,
            "step": saved.step if saved else None,
        }
        data = json.dumps(content, indent=1).encode()
        try:
            self._place.put(OWN, f"{self._machine}.json", lambda: [data])
        except OSError as error:
            if is_of_one_file(error):  # something else has its name, and nothing is lost without it
                return
            raise
        copier.uploaded += len(data)
        self._next = copier.uploaded + _SHARE * len(data)
