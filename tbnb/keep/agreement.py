"""What of a local event file stands in objects of the place whose names don't tell it: found out by reading them."""

from __future__ import annotations

from . import names
from .assembly import skip_of
from .listing import Folder, Listed, object_bytes
from .names import Segment
from .place import Place
from .records import LocalFile, extend
from .source import Source


def span(place: Place, machine: str, source: Source, file: LocalFile, listed: Listed) -> tuple[int, int] | None:
    """What of the file a segment has that is torn, or goes on where the file here doesn't yet.

    Another machine's counts also while it's hidden, if it's whole: its parts may be on their way out right now.
    """
    segment = listed.segment
    if segment.hidden and (segment.machine == machine or not listed.whole):
        return None
    if segment.start >= file.size or source.sums.at(file, segment.start) != segment.before:
        return None
    return segment.start, end(place, source, file, segment.name, segment.start, skip_of(segment))


def end(place: Place, source: Source, file: LocalFile, name: str, start: int, skip: int) -> int:
    """Up to where the file's whole records from `start` on are the same bytes as the object's, behind `skip`."""
    at = start
    for chunk in object_bytes(place, source.folder, name, skip, skip + file.size - start):
        ours = file.read(at, len(chunk))
        if ours != chunk:
            at += next((i for i, (a, b) in enumerate(zip(ours, chunk, strict=False)) if a != b), len(ours))
            break
        at += len(chunk)
    reached = source.reach.after(file, start, at - start) if at > start else start
    while reached > at:  # the last record reaches beyond what agrees
        reached = min(source.reach.last, reached - 1) if source.reach.last >= start else start
    return reached


def is_covered(place: Place, source: Source, folder: Folder) -> bool:
    """Whether a file that was restored as a segment, or as a row of several, is of the place's own segments."""
    held = names.parse(source.name)
    if held is None:
        return False
    there = folder.segments.get(held.source, [])
    return any(_touches(held, each) for each, _ in there) or any(
        _has(place, source.folder, held, each) for each in there
    )


def _touches(held: Segment, segment: Segment) -> bool:
    ends = (segment.end, segment.after) == (held.end, held.after)
    return ends or (segment.start, segment.before) == (held.start, held.before)


def _has(place: Place, folder: str, held: Segment, listed: Listed) -> bool:
    """Whether a segment that goes beyond what was held, as it was merged since, has that within."""
    segment, skip = listed.segment, skip_of(listed.segment)
    if not segment.start < held.end < segment.end:
        return False
    data = object_bytes(place, folder, segment.name, skip, skip + held.end - segment.start)
    return extend(segment.before, data) == held.after
