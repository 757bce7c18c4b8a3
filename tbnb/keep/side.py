"""The files beside the event files, those of projector and profiler: copied whole when they changed."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from . import local
from .listing import object_bytes
from .place import OWN, Content, Place, is_of_one_file
from .records import LocalFile, chunks, extend

Put = Callable[[str, str, Content, int], None]


class SideFiles:
    """Which side files are saved, and as what they were."""

    def __init__(self, logdir: str, place: Place, machine: str, put: Put) -> None:
        self.problems: dict[str, str] = {}  # by path: what keeps one file from being saved
        self._logdir, self._place, self._machine = logdir, place, machine
        self._put = put
        self._saved: dict[tuple[str, str], tuple[int, int]] = {}
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}
        self._known: dict[tuple[str, str], int] = {}  # what the place had under a name when we last had to do with it

    def copy(self, tree: local.Tree, *, final: bool) -> None:
        """Save the side files that changed and then didn't change any more from one pass to the next."""
        self.problems.clear()
        for folder, name in local.side_files(tree, self._read):
            path = local.path_of(self._logdir, folder, name)
            try:
                look = self._changed(folder, name, path, final)
                ours = self._checksum(path) if look else 0
            except (FileNotFoundError, EOFError):
                continue
            except OSError as error:
                self.problems[path] = f"it can't be read: {error.strerror}"
                continue
            if look and self._save_if_taken(folder, name, path, ours):
                self._saved[folder, name] = look

    def _changed(self, folder: str, name: str, path: str, final: bool) -> tuple[int, int] | None:
        """How the file looks now, if it isn't saved like that, and rests."""
        status = Path(path).stat()
        look = (status.st_size, status.st_mtime_ns)
        rests = final or self._seen.get((folder, name)) == look
        self._seen[folder, name] = look
        is_new = stat.S_ISREG(status.st_mode) and self._saved.get((folder, name)) != look
        return look if is_new and rests else None

    def _read(self, folder: str, name: str, most: int) -> bytes:
        try:
            with LocalFile(local.path_of(self._logdir, folder, name)) as file:
                return file.read(0, most)
        except OSError:  # its turn to be a problem comes
            return b""

    def _checksum(self, path: str) -> int:
        with LocalFile(path) as file:
            return extend(0, chunks(file, 0, file.size))

    def _save_if_taken(self, folder: str, name: str, path: str, ours: int) -> bool:
        try:
            self._save(folder, name, path, ours)
        except OSError as error:
            if not is_of_one_file(error):
                raise
            self.problems[path] = f"{self._place.name} doesn't take it: {error.strerror}"
            return False
        return True

    def _save(self, folder: str, name: str, path: str, ours: int) -> None:
        target = self._target(folder, name, ours)
        if self._sum(folder, target) != ours:
            self._put(folder, target, lambda: _content(path), Path(path).stat().st_size)
        self._known[folder, target] = ours

    def _target(self, folder: str, name: str, ours: int) -> str:
        """Its own name; a name with our id where another machine's file of other content has that."""
        there = self._sum(folder, name)
        if there in (None, ours, self._known.get((folder, name))):
            return name
        if (folder, name) not in self._known and self._is_alone():
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
