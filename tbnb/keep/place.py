"""The persistent place: the one file of keep/ that knows paths; all else speaks of folders, names and whole objects.

A folder is "." or a relative path with "/"; an object is written whole or not at all as far as the place can do that,
and never held open. What may hang here hangs in a process of its own: see worker.py.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from ..errors import UnusablePathError
from . import names

OWN = ".tbnb"  # the folder in which the machines keep their manifests
_LOOKS = 3  # at a folder in which another machine is tidying up
_CANT_RENAME = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)

Content = Callable[[], Iterable[bytes]]  # an object's bytes, as often as asked


class Place(Protocol):
    """What a mirror needs of a place; each call may raise OSError, or take for ever."""

    name: str
    left_out: list[OSError]  # the folders that the last walk through all had to pass by

    def keep_apart(self, logdir: str) -> None: ...
    def check(self) -> None: ...
    def folders(self) -> Iterator[str]: ...
    def list(self, folder: str) -> dict[str, int]: ...
    def read(self, folder: str, name: str, offset: int, length: int) -> bytes: ...
    def put(self, folder: str, name: str, content: Content) -> None: ...
    def rename(self, folder: str, old: str, new: str) -> None: ...
    def delete(self, folder: str, name: str) -> None: ...


class Directory:
    """A directory: Drive's mount, a network share, a second disk."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        if "://" in os.fspath(path):  # made as a directory here, it would be lost with the machine
            raise UnusablePathError(f"{path!r} is no directory: mount it, and give the directory of its mount.")
        self.name = os.path.abspath(os.path.expanduser(os.fspath(path)))  # noqa: PTH100, PTH111 - a link stays a link
        self._root = Path(self.name)
        self._mount: Path | None = None
        self._renames = True
        self.left_out: list[OSError] = []

    def open(self) -> None:
        """Make the directory, and remember on which mount it is: where that's gone, another disk stands there."""
        if drive_is_absent(self.name):
            raise FileNotFoundError(errno.ENOENT, "Drive isn't mounted", self.name)
        self._root.mkdir(parents=True, exist_ok=True)
        self._mount = _mount_of(self._root.resolve())

    def look(self) -> None:
        """Raise OSError where there's nothing to read; a place that nobody wrote to yet is none."""
        if drive_is_absent(self.name):
            raise FileNotFoundError(errno.ENOENT, "Drive isn't mounted", self.name)
        with suppress(FileNotFoundError):
            os.listdir(self._root)  # noqa: PTH208 - whether it can be listed is all that's asked

    def keep_apart(self, logdir: str) -> None:
        """Refuse what `separate` does wherever the path's links lead."""
        separate(logdir, os.path.realpath(self.name))

    def check(self) -> None:
        if self._mount is None:
            self.open()
            return
        try:
            self._root.stat()
        except FileNotFoundError:  # said all the same: what was saved there is gone with it
            if self._mount.is_mount():
                self._root.mkdir(parents=True, exist_ok=True)
            raise
        if not self._mount.is_mount():
            raise FileNotFoundError(errno.ENOENT, "nothing is mounted there any more", str(self._mount))

    def folders(self) -> Iterator[str]:
        """All folders, parents first; links are left alone, whoever made them may lead anywhere."""
        self.left_out.clear()
        if not self._root.exists():
            return
        for path, below, _ in os.walk(self._root, onerror=self._leave_out):
            below[:] = sorted(name for name in below if name != OWN)
            yield Path(path).relative_to(self._root).as_posix()

    def _leave_out(self, error: OSError) -> None:
        """Go on without a folder that may not be looked into, as a disk's lost+found, or whose path is too long."""
        if error.filename == self.name or not (is_of_one_file(error) or isinstance(error, PermissionError)):
            raise error
        self.left_out.append(error)

    def list(self, folder: str) -> dict[str, int]:
        """The files' sizes; looked at again where one goes meanwhile: another machine may have renamed it."""
        sizes: dict[str, int | None] = {}
        for _ in range(_LOOKS):
            try:
                entries = os.scandir(self._root / folder)
            except (FileNotFoundError, NotADirectoryError):
                return {}
            with entries as found:
                sizes = {entry.name: _size(entry) for entry in found if entry.is_file(follow_symlinks=False)}
            if None not in sizes.values():
                break
        return {name: size for name, size in sizes.items() if size is not None}

    def read(self, folder: str, name: str, offset: int, length: int) -> bytes:
        fd = os.open(self._root / folder / name, os.O_RDONLY | _NOFOLLOW)
        try:
            return os.pread(fd, length, offset)
        finally:
            os.close(fd)

    def put(self, folder: str, name: str, content: Content) -> None:
        """Write an object under a name that nobody reads, and rename it; at once under its own where that can't be."""
        self.check()
        directory = self._make(folder)
        if not self._renames or not self._put_renamed(directory, name, content):
            _write(directory / name, content())

    def _make(self, folder: str) -> Path:
        """The folder, made where it's missing; never the place itself, which may be an absent mount."""
        directory = self._root
        for part in folder.split("/"):
            directory = directory / part
            with suppress(FileExistsError):
                if part != ".":
                    directory.mkdir()
        return directory

    def _put_renamed(self, directory: Path, name: str, content: Content) -> bool:
        part = directory / names.hidden(name)
        _write(part, content())
        if part.name == name:
            return True
        try:
            part.replace(directory / name)
        except OSError as error:
            if error.errno not in _CANT_RENAME:
                raise
            self._renames = False
            part.unlink()
        return self._renames

    def rename(self, folder: str, old: str, new: str) -> None:
        if self._renames:
            (self._root / folder / old).replace(self._root / folder / new)
        else:
            data = (self._root / folder / old).read_bytes()
            self.put(folder, new, lambda: [data])
            self.delete(folder, old)

    def delete(self, folder: str, name: str) -> None:
        (self._root / folder / name).unlink(missing_ok=True)


def _write(path: Path, data: Iterable[bytes]) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NOFOLLOW, 0o666)
    try:
        for chunk in data:
            view = memoryview(chunk)
            while view:
                view = view[os.write(fd, view) :]
        _sync(fd)
    finally:
        os.close(fd)


def _sync(fd: int) -> None:
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise


def _mount_of(path: Path) -> Path:
    while not path.is_mount() and path != path.parent:
        path = path.parent
    return path


def _size(entry: os.DirEntry[str]) -> int | None:
    """None where it's gone."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return None


DRIVE = "/content/drive"  # where Colab mounts it


def is_drive(path: str) -> bool:
    return path == DRIVE or path.startswith(DRIVE + "/") or "/MyDrive/" in path


def my_drive() -> str:
    """The folder of one's own on Colab's Drive; empty where it isn't mounted."""
    return next((path for path in (f"{DRIVE}/MyDrive", f"{DRIVE}/My Drive") if Path(path).is_dir()), "")


def drive_is_absent(path: str) -> bool:
    """Whether `path` is to be on Colab's Drive and that isn't mounted: a directory made there would be a local one."""
    return path.startswith(DRIVE + "/") and not my_drive()


def words(error: Exception, place: str) -> str:
    """What is wrong with the place and what to do, in a sentence."""
    if isinstance(error, UnusablePathError):
        return str(error).rstrip(".")
    if not isinstance(error, OSError):
        return f"{place} brought up an error ({type(error).__name__}: {error}): it's tried again"
    on_drive = is_drive(place)
    who = "Drive" if on_drive else place
    again = f"run drive.mount({DRIVE!r}, force_remount=True) again" if on_drive else "mount it again"
    made = {
        errno.ENOTCONN: f"{who} is disconnected: {again}",
        errno.ENOENT: f"{who} isn't mounted: {again}"
        if on_drive
        else f"{who} is gone: mount it again, or make it again",
        errno.EIO: f"{who} answers with errors (errno 5), as it does when overloaded or over a quota: it's tried again",
        errno.ENOSPC: f"{who} is full: make room, and saving goes on by itself",
        errno.EDQUOT: f"{who} is full (your quota is used up): make room, and saving goes on by itself",
        errno.EROFS: f"{who} is read-only: mount it for writing",
        errno.EEXIST: f"{who} is a file, or below one: give a directory",
        errno.ENOTDIR: f"{who} is a file, or below one: give a directory",
        errno.EACCES: f"{who} may not be written to: allow it, or give another directory",
        errno.EPERM: f"{who} may not be written to: allow it, or give another directory",
    }
    return made.get(error.errno or 0, f"{who} can't be used now ({error.strerror or error}): it's tried again")


_OF_ONE_FILE = (errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)


def is_of_one_file(error: OSError) -> bool:
    """Whether a name is what's refused, and so no reason to give up the other files."""
    return error.errno in _OF_ONE_FILE


def separate(logdir: str, place: str) -> None:
    """Refuse a place inside the log directory, or around it: it would be mirrored into itself. A file is neither.

    The place itself is asked nothing, as it may hang.
    """
    real, there = Path(logdir).resolve(), Path(os.path.abspath(place))  # noqa: PTH100 - as it's written
    if real.is_file():
        raise UnusablePathError(f"{str(real)!r} is a file: give the log directory that it's in.")
    for here in (real, Path(os.path.abspath(logdir))):  # noqa: PTH100 - as it's written, too
        if here == there or here in there.parents or there in here.parents:
            raise UnusablePathError(
                f"Can't save {str(here)!r} to {str(there)!r}: give a directory outside the log directory."
            )
