"""The files beside the event files, those of projector and profiler: copied whole when they changed."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from . import local
from .listing import object_bytes
from .place import OWN, Content, Place, is_of_one_file
from .records import LocalFile, chunks, extend

Put = Callable[[str, str, Content, int], None]


class Look(NamedTuple):
    """A file as it was at a look."""

    size: int
    changed: int


class SideFiles:
    """Which side files are saved, and as what they were."""

    def __init__(self, logdir: str, place: Place, machine: str, put: Put) -> None:
        self.problems: dict[str, str] = {}  # by path: what keeps one file from being saved
        self._logdir, self._place, self._machine = logdir, place, machine
        self._put = put
        self._saved: dict[tuple[str, str], tuple[Look, str]] = {}  # as what, and under which name
        self._seen: dict[tuple[str, str], Look] = {}
        self._known: dict[tuple[str, str], set[int]] = {}  # what the place had under a name when we had to do with it
        self._is_first, self._is_sure = True, True

    def forget(self) -> None:
        """What was saved may have gone with the place."""
        self._is_sure = False

    def copy(self, tree: local.Tree, *, final: bool) -> None:
        """Save the side files that changed and then didn't change any more from one pass to the next.

        What the place has just as it's here, as after a restore, is known in the first pass already.
        """
        self.problems.clear()
        if not self._is_sure:
            self._check()
        is_first, self._is_first = self._is_first, False
        for folder, name in local.side_files(tree, self._read):
            path = local.path_of(self._logdir, folder, name)
            try:
                look, rests = self._changed(folder, name, path)
                ours = self._checksum(path) if look and (rests or final or is_first) else None
            except (FileNotFoundError, EOFError):
                continue
            except OSError as error:
                self.problems[path] = f"it can't be read: {error.strerror}"
                continue
            if look and ours is not None:
                self._save_if_taken(folder, name, path, ours, look, rests=rests or final)

    def _check(self) -> None:
        """What isn't in the place any more, or not as it was saved, is to be saved again."""
        for (folder, name), (look, target) in list(self._saved.items()):
            if self._place.list(folder).get(target) != look.size:
                del self._saved[folder, name]
        self._is_sure = True

    def _changed(self, folder: str, name: str, path: str) -> tuple[Look | None, bool]:
        """How the file looks now, if it isn't saved like that, and whether it rests."""
        status = Path(path).stat()
        look = Look(status.st_size, status.st_mtime_ns)
        rests = self._seen.get((folder, name)) == look
        self._seen[folder, name] = look
        saved, _ = self._saved.get((folder, name), (None, ""))
        return look if stat.S_ISREG(status.st_mode) and saved != look else None, rests

    def _read(self, folder: str, name: str, most: int) -> bytes:
        try:
            with LocalFile(local.path_of(self._logdir, folder, name)) as file:
                return file.read(0, most)
        except OSError:  # its turn to be a problem comes
            return b""

    def _checksum(self, path: str) -> int:
        with LocalFile(path) as file:
            return extend(0, chunks(file, 0, file.size))

    def _save_if_taken(self, folder: str, name: str, path: str, ours: int, look: Look, *, rests: bool) -> None:
        try:
            target = self._target(folder, name, ours)
            is_there = self._sum(folder, target) == ours
            if rests and not is_there:
                self._put(folder, target, lambda: _content(path), Path(path).stat().st_size)
        except OSError as error:
            if not is_of_one_file(error):
                raise
            self.problems[path] = f"{self._place.name} doesn't take it: {error.strerror}"
            return
        if rests or is_there:
            self._known.setdefault((folder, target), set()).add(ours)
            self._saved[folder, name] = look, target

    def _target(self, folder: str, name: str, ours: int) -> str:
        """Its own name; a name with our id where another machine's file of other content has that."""
        there, known = self._sum(folder, name), self._known.get((folder, name), set())
        if there in (None, ours, *known) or (not known and self._is_alone()):
            return name
        whole = PurePosixPath(name)
        return f"{whole.stem}.{self._machine}{whole.suffix}"

    def _is_alone(self) -> bool:
        """Whether no other machine ever saved anything here."""
        return all(name.startswith(self._machine) for name in self._place.list(OWN))

    def _sum(self, folder: str, name: str) -> int | None:
        """The checksum of what the place has under that name."""
        size = self._place.list(folder).get(name)
        return None if size is None else extend(0, object_bytes(self._place, folder, name, 0, size))


def _content(path: str) -> Iterator[bytes]:
    with LocalFile(path) as file:
        yield from chunks(file, 0, file.size)
