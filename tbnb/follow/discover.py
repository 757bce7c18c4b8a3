"""Which event files there are below a log directory now: the tree of directories, read again only where it changed."""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

_SETTLED = 0.1  # seconds after which a directory's time of change is trusted to tell of any further change
_SETTLED_COARSE = 2.0  # and where the file system seems to keep whole seconds
_RECHECK = 60.0  # seconds, more or less, after which it's read again all the same: not every file system keeps times

_NOWHERE = (-1, -1)  # the device and inode of what can't be looked at


def is_event_file(name: str) -> bool:
    return "tfevents" in name and not name.endswith(".profile-empty")


@dataclass
class Directory:
    """One directory as it was when last read."""

    path: str
    real: tuple[int, int]  # device and inode: what a loop of symbolic links comes back to
    changed: int = -1
    read_at: float = 0.0
    stands_until: float = 0.0  # until when an unchanged time of change means that nothing changed
    files: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    problem: str = ""


class Tree:
    """The directories below `root`, and the event files in each."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.directories: dict[str, Directory] = {}

    def look(self) -> Iterator[Directory]:
        """Go through the whole tree; yields each directory, having read anew those that changed.

        Each directory has one place, however many links lead to it: where it is, or else the first of the links.
        """
        now = time.time()
        seen: set[str] = set()
        real: set[tuple[int, int]] = set()
        todo, links = [self.root], deque[str]()
        while todo or links:
            path = todo.pop() if todo else links.popleft()
            directory = self._look_at(path, real, now)
            if directory is None:
                continue
            seen.add(path)
            real.add(directory.real)
            yield directory
            todo += reversed(directory.below)
            links += directory.linked
        for gone in self.directories.keys() - seen:
            del self.directories[gone]

    def root_changed(self) -> bool:
        """Whether the root has another time of change than when it was last read: that's where runs mostly appear."""
        known = self.directories.get(self.root)
        try:
            return known is not None and os.stat(self.root).st_mtime_ns != known.changed
        except OSError:
            return False

    def has(self, directory: str) -> bool:
        """Whether the directory is, or will be, in the tree by that path: no link above it leads elsewhere."""
        if directory in self.directories:
            return True
        if not directory.startswith(self.root.rstrip(os.sep) + os.sep):
            return False
        below = directory[len(self.root) :].lstrip(os.sep)
        return os.path.realpath(directory) == os.path.join(os.path.realpath(self.root), below)

    def _look_at(self, path: str, elsewhere: set[tuple[int, int]], now: float) -> Directory | None:
        known = self.directories.get(path)
        try:
            status = os.stat(path)
        except OSError as error:
            return _failed(known or Directory(path, _NOWHERE), error)
        real = (status.st_dev, status.st_ino)
        if real in elsewhere or not stat.S_ISDIR(status.st_mode):
            return None
        if known is None or known.real != real:
            known = self.directories[path] = Directory(path, real)
        if known.changed != status.st_mtime_ns or known.problem or not known.read_at <= now < known.stands_until:
            known.changed = status.st_mtime_ns
            _read(known)
        return known


def _failed(directory: Directory, error: OSError) -> Directory | None:
    """A directory that can't be looked at isn't one without runs: what was known of it stays."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return None
    directory.problem = _reason(error)
    return directory


def _read(directory: Directory) -> None:
    directory.read_at = time.time()
    settled = _SETTLED if directory.changed % 1_000_000_000 else _SETTLED_COARSE
    recheck = _RECHECK * (0.5 + hash(directory.real) % 64 / 64)  # not all at once
    stands = directory.changed / 1e9 + settled < directory.read_at
    directory.stands_until = directory.read_at + recheck if stands else 0.0
    files: list[str] = []
    below: list[str] = []
    linked: list[str] = []
    try:
        with os.scandir(directory.path) as entries:
            for entry in entries:
                if _is_directory(entry):
                    (linked if entry.is_symlink() else below).append(entry.path)
                elif is_event_file(entry.name):
                    files.append(entry.path)
    except OSError as error:
        directory.problem = _reason(error)
        return
    directory.problem = ""
    directory.files, directory.below, directory.linked = sorted(files), sorted(below), sorted(linked)


def _is_directory(entry: os.DirEntry[str]) -> bool:
    """A link that leads to itself, or to where we may not look, is none; the rest of its directory is read."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
