"""Google Drive in Colab: mounted when it isn't yet; elsewhere, in words, what to give instead."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import UnusablePathError
from . import place

_ELSEWHERE = (
    "--drive needs Google Colab. Give a directory that outlives this machine to --persist instead: on Kaggle "
    "--persist /kaggle/working/tbnb, on SageMaker --persist ~/tbnb, anywhere else a network share or a second disk."
)
_BY_HAND = (
    "Allow the access in a cell of its own, from google.colab import drive; drive.mount('/content/drive'), "
    "and use --drive again; or give another directory to --persist."
)


def folder(logdir: str | os.PathLike[str]) -> str:
    """The folder on Drive for a log directory, with Drive mounted; UnusablePathError says why there's none."""
    drive = _colab_drive()
    try:
        if not _is_mounted():
            _mount(drive)
        mine = place.my_drive()
    except UnusablePathError:
        raise
    except OSError as error:
        raise UnusablePathError(f"{place.words(error, place.DRIVE)}, and then use --drive again.") from error
    if not mine:
        raise UnusablePathError(f"Drive has no folder MyDrive at {place.DRIVE}. {_BY_HAND}")
    return f"{mine}/tbnb/{Path(os.path.abspath(logdir)).name}"  # noqa: PTH100 - a link's own name


def _is_mounted() -> bool:
    """OSError where it's dead: then it looks like no mount, and can't be mounted as if it were none."""
    with suppress(FileNotFoundError):
        os.stat(place.DRIVE)  # noqa: PTH116 - errors are what's asked
    return os.path.ismount(place.DRIVE)


def _colab_drive() -> Any:
    try:
        return import_module("google.colab.drive")
    except ImportError:
        raise UnusablePathError(_ELSEWHERE) from None


def _mount(drive: Any) -> None:
    """Mount; Colab asks the user, for which it needs the main thread."""
    if threading.current_thread() is not threading.main_thread():
        raise UnusablePathError(f"Drive isn't mounted. {_BY_HAND}")
    try:
        drive.mount(place.DRIVE)
    except Exception as error:  # Colab raises ValueError, MessageError and others for a refusal
        refused = f"Drive wasn't mounted ({error}): the dashboard and training go on without it."
        raise UnusablePathError(f"{refused} {_BY_HAND}") from error
