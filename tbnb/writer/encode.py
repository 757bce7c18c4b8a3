"""A batch of entries as records: scalars together, everything else one by one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any, NamedTuple

from ..events.record import frame
from . import templates
from .lane import Batch
from .values import Held, check_step, fetch_scalars

_MANY = 256  # from here on NumPy is faster
_CHUNK = 1 << 14  # entries whose rows stay in a processor's cache

Complain = Callable[[str, Exception], None]


class Making(NamedTuple):
    """Something other than a scalar, made on the flush thread: a Summary, an Event, records, or None."""

    make: Callable[[], Any]
    weight: int = 0  # bytes that it holds meanwhile


def encode(batch: Batch, complain: Complain) -> bytes:
    """The batch as records; an entry that can't be encoded is left out, and told to `complain`."""
    kinds = set(map(type, batch.values))
    if Held in kinds:
        batch = _fetched(batch, complain)
    if Making not in kinds:
        return _scalars(batch, complain)
    return b"".join(_mixed(batch, complain))


def _fetched(batch: Batch, complain: Complain) -> Batch:
    places = [place for place, value in enumerate(batch.values) if type(value) is Held]
    held = [batch.values[place] for place in places]
    numbers: list[float | None]
    try:
        numbers = [*fetch_scalars(held)]
    except Exception:  # maybe of one of them only
        numbers = [_fetched_alone(batch.tags[place], one, complain) for place, one in zip(places, held, strict=True)]
    values = list(batch.values)
    for place, number in zip(places, numbers, strict=True):
        values[place] = number
    lost = {place for place, number in zip(places, numbers, strict=True) if number is None}
    return _without(batch._replace(values=values), lost) if lost else batch._replace(values=values)


def _fetched_alone(tag: Any, held: Held, complain: Complain) -> float | None:
    try:
        return fetch_scalars([held])[0]
    except Exception as error:
        complain(templates.tag_of(tag), error)
        return None


def _without(batch: Batch, places: set[int]) -> Batch:
    return Batch(*([item for place, item in enumerate(column) if place not in places] for column in batch))


def _scalars(batch: Batch, complain: Complain) -> bytes:
    try:
        return _good_scalars(batch)
    except Exception:  # one that isn't checked at the call: a step beyond 64 bits
        return b"".join(_scalar(entry, complain) for entry in zip(*batch, strict=True))


def _scalar(entry: tuple[Any, ...], complain: Complain) -> bytes:
    tag, value, step, wall = entry
    try:
        check_step(tag, step)
        return templates.records([tag], [value], [step], [wall])
    except Exception as error:
        complain(tag, error)
        return b""


def _good_scalars(batch: Batch) -> bytes:
    count = len(batch.tags)
    if count < _MANY:
        return templates.records(*batch)
    from . import scalars_batch  # brings NumPy, which a few scalars don't need

    chunks = (slice(start, start + _CHUNK) for start in range(0, count, _CHUNK))
    return b"".join(
        scalars_batch.encode(batch.tags[chunk], batch.values[chunk], batch.steps[chunk], batch.walls[chunk])
        for chunk in chunks
    )


def _mixed(batch: Batch, complain: Complain) -> list[bytes]:
    pieces = []
    entries = zip(*batch, strict=True)
    for is_made, run in groupby(entries, key=lambda entry: type(entry[1]) is Making):
        if is_made:
            pieces += [_made(entry, complain) for entry in run]
        else:
            pieces.append(_scalars(Batch(*map(list, zip(*run, strict=True))), complain))
    return pieces


def _made(entry: tuple[Any, ...], complain: Complain) -> bytes:
    tag, making, step, wall = entry
    try:
        return _record(making.make(), step, wall)
    except Exception as error:
        complain(tag, error)
        return b""


def _record(made: Any, step: int | None, wall: float) -> bytes:
    if made is None or isinstance(made, bytes):
        return made or b""
    from tensorboard.compat.proto.event_pb2 import Event

    event = made if isinstance(made, Event) else Event(summary=made)
    event.wall_time = wall
    event.step = step or 0
    return frame(event.SerializeToString())
