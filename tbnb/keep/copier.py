"""The mirror's work, one pass at a time: what is new in the log directory goes to the persistent place.

No clock, no thread: `run()` saves all that's new and raises what the place answers; whoever calls it again after an
error goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from . import agreement, local, merge, names
from .listing import Listed, Listing, size_of
from .names import Segment
from .place import Content, Place, is_of_one_file
from .records import LocalFile, event_at
from .side import SideFiles
from .source import Look, Source

SEGMENT = 8 << 20  # bytes a segment may have before it's merged
SETTLED = 600.0  # seconds after which what was written has surely arrived: Drive uploads behind our back
_RELIST = 600.0
_ABANDONED = 3600.0  # seconds after which another machine won't finish what it began


class Saved(NamedTuple):
    """The last thing that was saved."""

    run: str
    step: int
    wall_time: float


class Before(NamedTuple):
    """Bytes that earlier processes of this machine logged and uploaded, as the names of their segments tell."""

    logged: int
    uploaded: int


class Copier:
    """Copies from `logdir` to `place`, as `machine`."""

    def __init__(
        self,
        logdir: str,
        place: Place,
        machine: str,
        *,
        settled: float = SETTLED,
        clock: Callable[[], float] = time.time,
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        self.logdir, self.place, self.machine = logdir, place, machine
        self.saved: Saved | None = None
        self.problems: dict[str, str] = {}  # by path: what keeps one file from being saved
        self.logged = self.uploaded = 0  # bytes, by this process
        self._before = Before(0, 0)
        self._settled, self._clock, self._on_progress = settled, clock, on_progress
        self._listing = Listing(place)
        self._fresh: set[str] = set()  # the folders that were listed in this pass
        self._listed_at = clock()
        self._tree: local.Tree = {}
        self._sources: dict[tuple[str, str], Source] = {}
        self._changed: list[tuple[Source, Look]] = []
        self._merging: dict[tuple[str, str], float] = {}  # since when each hidden segment is known
        self.side = SideFiles(logdir, place, machine, self._put_aside)

    def scan(self) -> int:
        """Look what there is to save; how many bytes of event files that is. Asks this machine only."""
        self._tree = local.tree(self.logdir)
        self._changed = list(self._find_changed())
        return sum(max(0, look.size - source.saved) for source, look in self._changed)

    def _find_changed(self) -> Iterator[tuple[Source, Look]]:
        """The event files that aren't as they were when all of them was saved."""
        there = list(local.event_files(self._tree))
        for gone in self._sources.keys() - set(there):
            self._let_go(self._sources[gone])
        for folder, name in there:
            source = self._sources.get((folder, name))
            if source is None:
                path = local.path_of(self.logdir, folder, name)
                source = self._sources[folder, name] = Source(folder, name, path)
            try:
                look = source.look()
            except FileNotFoundError:
                self._let_go(source)
                continue
            except OSError as error:
                self.problems[source.path] = f"it can't be read: {error.strerror}"
                continue
            if source.looked != look:
                yield source, look

    def _let_go(self, source: Source) -> None:
        """Its file is gone: there is nothing to complain of, nor to merge."""
        source.looked = None
        self.problems.pop(source.path, None)

    def run(self, *, final: bool = False) -> None:
        """Save what is new; tidy up. OSError where the place doesn't work."""
        self._fresh.clear()
        self.scan()
        self.place.check()
        if self._clock() - self._listed_at > _RELIST:
            self.forget()
            self.scan()
        for source, look in self._changed:
            self._save_if_taken(source, look)
        self.side.copy(self._tree, final=final)
        if not final:
            for source in list(self._sources.values()):
                self._tidy(source)

    def forget(self) -> None:
        """What was known of the place may not hold any more: look at it anew."""
        self._listing.forget()
        self.side.forget()
        self._listed_at = self._clock()
        for source in self._sources.values():
            source.adopted, source.looked = False, None

    # One file -------------------------------------------------------------------------------------------

    def _save_if_taken(self, source: Source, look: Look) -> None:
        try:
            self._save(source, look)
        except OSError as error:
            if not is_of_one_file(error):
                raise
            self.problems[source.path] = f"{self.place.name} doesn't take it: {error.strerror}"

    def _save(self, source: Source, look: Look) -> None:
        if problem := names.unfit(source.name):
            self.problems[source.path] = problem
            return
        try:
            file = LocalFile(source.path)
        except OSError as error:
            self.problems[source.path] = f"it can't be read: {error.strerror}"
            return
        with file:
            if not source.is_same(file):  # another one of that name
                source = self._sources[source.folder, source.name] = Source(source.folder, source.name, source.path)
            try:
                self._adopt(source, file)
                while self._save_some(source, file):
                    pass
            finally:
                source.remember(file)
        source.looked = look
        self.problems.pop(source.path, None)

    def _save_some(self, source: Source, file: LocalFile) -> bool:
        start, limit = source.gap()
        most = SEGMENT if limit is None else min(SEGMENT, limit - start)
        end = source.reach.after(file, start, most)
        if end == start:
            return False
        end = end if limit is None else min(end, limit)
        order = self._order(source, start, limit)
        segment = source.segment(file, start, end, order, self.machine)
        self._put(source.folder, segment.name, lambda: source.content(segment), size_of(segment))
        source.segments.append(segment)
        self.logged += segment.length
        if event := event_at(file, source.reach.last):
            self.saved = Saved(source.folder, event.step, event.wall_time)
        return True

    def _order(self, source: Source, start: int, limit: int | None) -> int:
        """Behind all that's there; or, for what fills a gap, where the gap is."""
        if limit is None:
            return self._listing[source.folder].next_order(self._clock())
        before = [each.order for each in source.segments if each.end <= start]
        after = [each.order for each in source.segments if each.start >= limit]
        return max(before) if before else max(0, min(after, default=1) - 1)

    def _put(self, folder: str, name: str, content: Content, size: int) -> None:
        self.place.put(folder, name, content)
        self.uploaded += size
        self._on_progress()

    def _put_aside(self, folder: str, name: str, content: Content, size: int) -> None:
        """A side file: what's uploaded of it was logged, too, or no merge could be afforded behind a large one."""
        self._put(folder, name, content, size)
        self.logged += size

    # What is there already ------------------------------------------------------------------------------

    def _adopt(self, source: Source, file: LocalFile) -> None:
        """Find out which bytes of the file the place has: by the segments' names, else by reading them."""
        if source.adopted:
            return
        if source.folder not in self._fresh:  # what's new here may have come from there since that was listed
            self._listing.forget_one(source.folder)
            self._fresh.add(source.folder)
        folder = self._listing[source.folder]
        segments, elsewhere = [], []
        for listed in folder.segments.get(source.name, []):
            if self._is_abandoned(source, listed.segment):
                continue
            if self._adopts(source, file, listed):
                segments.append(listed.segment)
            elif span := agreement.span(self.place, self.machine, source, file, listed):
                elsewhere.append(span)
        if source.name in folder.others:
            elsewhere.append((0, agreement.end(self.place, source, file, source.name, 0, 0)))
        if agreement.is_covered(self.place, source, folder):
            elsewhere.append((0, file.size))
        if not source.counted:
            self._count(segments)
        source.segments, source.elsewhere, source.adopted, source.counted = segments, elsewhere, True, True

    def _count(self, segments: list[Segment]) -> None:
        """What this machine uploaded in an earlier process counts when it's asked whether a merge is worth it."""
        for segment in segments:
            if segment.machine == self.machine:
                self._before = Before(
                    self._before.logged + segment.length,
                    self._before.uploaded + segment.length * (segment.level + 1),
                )

    def _is_abandoned(self, source: Source, segment: Segment) -> bool:
        """Whether another machine began a merge and then had, under our eyes, more than enough time to end it."""
        if not segment.hidden or segment.machine == self.machine:
            return False
        return self._clock() - self._since(source, segment) > _ABANDONED

    def _since(self, source: Source, hidden: Segment) -> float:
        """Since when this process knows of a hidden segment."""
        return self._merging.setdefault((source.folder, hidden.name), self._clock())

    def _adopts(self, source: Source, file: LocalFile, listed: Listed) -> bool:
        """Whether a segment counts as the file's: by its name; a torn one of this machine is written anew."""
        segment = listed.segment
        mine = segment.machine == self.machine
        if not source.agrees(file, segment) or not (listed.whole or mine):
            return False
        if listed.whole:
            return True
        if segment.hidden:
            self.place.delete(source.folder, segment.name)
            return False
        self._put(source.folder, segment.name, lambda: source.content(segment), size_of(segment))
        return True

    # Merging --------------------------------------------------------------------------------------------

    def _tidy(self, source: Source) -> None:
        """Merge small segments; show what was merged once it has arrived and what it replaces is gone."""
        under_way = source.hidden(self.machine)
        for whole in under_way:
            self._settle(source, whole)
        if source.looked is None:
            return
        idle = self._clock() - source.looked.changed / 1e9 > self._settled
        free = [each for each in source.visible(self.machine) if not any(each.within(whole) for whole in under_way)]
        row = merge.plan(free, idle=idle)
        if row and self._can_afford(sum(each.length for each in row)):
            self._merge(source, merge.merged(row))

    def _can_afford(self, size: int) -> bool:
        uploaded = self._before.uploaded + self.uploaded + size
        return uploaded < merge.BUDGET * (self._before.logged + self.logged)

    def _merge(self, source: Source, whole: Segment) -> None:
        self._put(source.folder, whole.name, lambda: source.content(whole), size_of(whole))
        source.segments.append(whole)
        self._merging[source.folder, whole.name] = self._clock()

    def _settle(self, source: Source, whole: Segment) -> None:
        parts = [each for each in source.visible(self.machine) if each.within(whole)]
        if parts and self._clock() - self._since(source, whole) < self._settled:
            return
        if self.place.list(source.folder).get(whole.name) != size_of(whole):  # it died with a mount, or was tidied away
            source.segments.remove(whole)
            source.looked = None
            return
        shown = whole._replace(hidden=False)
        for part in parts:
            self.place.delete(source.folder, part.name)
            source.segments.remove(part)
        self.place.rename(source.folder, whole.name, shown.name)
        source.segments[source.segments.index(whole)] = shown
        self._merging.pop((source.folder, whole.name), None)
