"""The restore's work: what the persistent place has comes back into the log directory, which loses nothing by it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from . import local, names
from .assembly import Object, Row, Rows, Stretch, healthy, held_row, whole
from .found import FileFound, Restored, add_up, count
from .listing import Listed, Listing, object_bytes
from .names import Segment
from .place import Place, is_of_one_file

_LONGEST = 1 << 32  # bytes: no segment of ours is longer
_LOOKS = 5  # at a file of which another machine takes segments away


class Restorer:
    """Brings back what `place` has into `logdir`, of which no file is changed or removed."""

    def __init__(
        self, place: Place, logdir: str, machine: str, say: Callable[[str], None] = lambda folder: None
    ) -> None:
        self.restored = Restored(place.name, logdir)
        self._place, self._logdir, self._machine, self._say = place, logdir, machine, say
        self._listing = Listing(place)

    def run(self) -> Restored:
        folders = [folder for folder in self._place.folders() if self._is_inside(folder)]
        for error in self._place.left_out:
            self._problem(f"{error.filename!r} was left out: {error.strerror}")
        found: list[FileFound] = []
        for folder in folders:
            found += self._folder(folder)
        self._side_files(folders)
        add_up(self.restored, found, self._machine)
        return self.restored

    def _is_inside(self, folder: str) -> bool:
        """Whether a folder of that name lies in the log directory, wherever its links lead."""
        self._say(folder)
        root = Path(self._logdir).resolve()
        target = Path(root, folder).resolve()
        fits = target == root or root in target.parents
        if not fits:
            self._problem(f"{folder!r} was left out: it would lie outside the log directory")
        return fits

    def _problem(self, text: str) -> None:
        self.restored.problems.append(text)

    def _leave_out(self, folder: str, name: str, error: OSError) -> None:
        """A file that something here stands in the way of; raise again what concerns all files."""
        if not is_of_one_file(error):
            raise error
        self._problem(f"{f'{folder}/{name}'!r} was left out: {error.strerror} ({error.filename})")

    # Event files ----------------------------------------------------------------------------------------

    def _folder(self, folder: str) -> Iterator[FileFound]:
        listed = self._listing[folder]
        for source in sorted({*listed.segments, *filter(names.is_event_file, listed.others)}):
            yield from self._file(folder, source)

    def _file(self, folder: str, source: str, looks: int = _LOOKS) -> list[FileFound]:
        """Bring back one event file; look again where another machine merges it meanwhile."""
        there = self._listing[folder]
        segments = [each for each in there.segments.get(source, []) if each.segment.length < _LONGEST]
        machine = min(segments).segment.machine if segments else ""
        try:
            rows = self._source(folder, source, segments, there.others.get(source, 0))
            return [count(row.path, FileFound(folder, source, machine)) for row in rows]
        except FileNotFoundError:
            if not looks:
                raise
            self._listing.forget_one(folder)
            return self._file(folder, source, looks - 1)
        except OSError as error:
            self._leave_out(folder, source, error)
            return []

    def _source(self, folder: str, source: str, listed: list[Listed], plain: int) -> list[Row]:
        """What is here of one event file, with what of it wasn't here yet."""
        directory = Path(local.path_of(self._logdir, folder, "."))
        rows = Rows(str(directory), list(self._held(directory, source)))
        try:
            self._gather(rows, folder, source, listed, plain)
        except OSError:
            rows.drop()
            raise
        for row in sorted((row for row in rows.rows if row.is_new), key=lambda row: (row.start, -row.end)):
            self._name(row, directory, source)
        return rows.rows

    def _gather(self, rows: Rows, folder: str, source: str, listed: list[Listed], plain: int) -> None:
        broken = []
        for each in sorted(listed, key=lambda each: (each.segment.start, -each.segment.end, each.segment)):
            self._say(folder)
            stretch = whole(self._place, folder, each)
            if not (each.whole and rows.take(stretch)):
                broken.append(stretch)
        if plain:
            first = Segment(0, "", 0, 0, plain, 0, 0, source)
            broken.append(Stretch(first, Object(self._place, folder, source, 0, plain)))
        for stretch in broken:
            for part in healthy(stretch):
                rows.take(part)

    def _held(self, directory: Path, source: str) -> Iterator[Row]:
        """What is here of the event file: itself, and parts of it that an earlier restore brought."""
        with suppress(FileNotFoundError):
            for name in sorted(os.listdir(directory)):  # noqa: PTH208 - names are what's needed
                part = names.parse(name)
                if name == source or (part is not None and part.source == source and not part.hidden):
                    yield held_row(str(directory / name), None if name == source else part, source)

    def _name(self, row: Row, directory: Path, source: str) -> None:
        """Give a new row's file its name: the event file's own if it has its beginning, else that of a segment."""
        for held in self._held(directory, source):
            if held.has(row.segment):  # another process that restores was first
                Path(row.path).unlink()
                row.path = held.path
                return
        target = directory / source
        if row.start or target.exists():
            target = directory / row.segment.name
        os.replace(row.path, target)  # noqa: PTH105 - one call
        row.path = str(target)
        self.restored.files.append(str(target))

    # Side files -----------------------------------------------------------------------------------------

    def _side_files(self, folders: list[str]) -> None:
        tree = {folder: list(self._listing[folder].others) for folder in folders}
        for folder, name in local.side_files(tree, self._read):
            target = Path(local.path_of(self._logdir, folder, name))
            if target.exists() or not self._is_inside(folder):
                continue
            try:
                self._side_file(folder, name, target)
            except OSError as error:
                self._leave_out(folder, name, error)

    def _side_file(self, folder: str, name: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"restored-{os.getpid()}.tbnb-part")
        size = self._listing[folder].others[name]
        with part.open("wb") as file:
            for chunk in object_bytes(self._place, folder, name, 0, size):
                self._say(folder)
                file.write(chunk)
        part.replace(target)
        self.restored.files.append(str(target))

    def _read(self, folder: str, name: str, most: int) -> bytes:
        return self._place.read(folder, name, 0, most)
