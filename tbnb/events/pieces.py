"""What an event file tells, in its order: points, items of other kinds, restarts, and what is wrong with it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .summary import Metadata


class Points(NamedTuple):
    """Scalars of one tag, in the order of the file."""

    tag: str
    metadata: Metadata | None
    step: npt.NDArray[np.int64]
    wall_time: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]


class Item(NamedTuple):
    """One value of another kind: where the record that holds it stands, not the value itself."""

    tag: str
    metadata: Metadata | None
    form: str
    step: int
    wall_time: float
    offset: int
    length: int
    place: int


class Restart(NamedTuple):
    """A session began here: what the run logged before, with this step or a later one, is void."""

    step: int
    wall_time: float


class BadEvent(NamedTuple):
    """An intact record that holds no event."""

    offset: int
    why: str


class Misfit(NamedTuple):
    """A value of a tag of scalars that is no number: the tag's first such; all of them are left out."""

    offset: int
    tag: str
    form: str


class Damage(NamedTuple):
    """Bytes that are lost: where they begin and what is wrong with them."""

    offset: int
    why: str


class Replaced(NamedTuple):
    """The file isn't the one read before, or lost its end: all that it said is void, and it's read anew."""

    why: str


class Gone(NamedTuple):
    """A file that was there isn't any more; what it said is kept."""

    why: str


class Unreadable(NamedTuple):
    """A file or directory that can't be read at present."""

    why: str


Piece = Points | Item | Restart | BadEvent | Misfit
News = Piece | Damage | Replaced | Gone | Unreadable


class Report(NamedTuple):
    """News of one file, in its order; `file` is the number that the path has for good (-1: it's a directory)."""

    run: str
    file: int
    path: str
    news: list[News]
