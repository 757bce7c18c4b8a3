"""The log directory on this machine: its event files, and the files that the projector and the profiler keep beside."""

from __future__ import annotations

import os
import posixpath
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from . import names

_CONFIG = "projector_config.pbtxt"
_CONFIG_MOST = 1 << 20
_PATH = re.compile(rb'\w+_path\s*:\s*"([^"\\\n]+)"')

Tree = dict[str, list[str]]  # the names of the files in each folder


def tree(logdir: str) -> Tree:
    """All files below the log directory; each directory by its own path, or else by that of the first link to it."""
    found: Tree = {}
    seen: set[str] = set()
    todo = deque([logdir])
    while todo:
        for path, below, files in os.walk(todo.popleft()):
            real = os.path.realpath(path)
            if real in seen:
                below.clear()
                continue
            seen.add(real)
            below.sort()
            todo += filter(os.path.islink, (f"{path}{os.sep}{name}" for name in below))
            relative = os.path.relpath(path, logdir)
            found[relative.replace(os.sep, "/")] = sorted(files)
    return found


def event_files(tree: Tree) -> Iterator[tuple[str, str]]:
    """(folder, name) of each event file, in the order in which readers take them."""
    return ((folder, name) for folder, files in tree.items() for name in files if names.is_event_file(name))


def side_files(tree: Mapping[str, list[str]], read: Callable[[str, str, int], bytes]) -> list[tuple[str, str]]:
    """(folder, name) of what the profiler wrote, and of what the projector's configurations name."""
    wanted = set()
    for folder, files in tree.items():
        if "plugins" in folder.split("/"):
            wanted |= {(folder, name) for name in files}
        wanted |= {(folder, name) for name in files if name.endswith(".profile-empty")}
        if _CONFIG in files:
            wanted.add((folder, _CONFIG))
            wanted |= set(_named(folder, read(folder, _CONFIG, _CONFIG_MOST)))
    return sorted(each for each in wanted if each[1] in tree.get(each[0], ()) and not _has_other_ways(each[1]))


def _has_other_ways(name: str) -> bool:
    return names.is_hidden(name) or names.is_event_file(name)


def _named(folder: str, config: bytes) -> Iterator[tuple[str, str]]:
    for path in _PATH.findall(config):
        whole = posixpath.normpath(posixpath.join(folder, path.decode("utf-8", "replace")))
        below, name = posixpath.split(whole)
        yield below or ".", name


def path_of(logdir: str, folder: str, name: str) -> str:
    return str(Path(logdir, folder, name))
