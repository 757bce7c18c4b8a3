"""What a run tried: its hyperparameters, as few and short as the page has room for."""

from __future__ import annotations

import math

from ..kinds.hparams import Scalar, SessionStart
from ..store.series import Series

MOST = 100  # hyperparameters of a run
MOST_LETTERS = 80  # of a name, of a value
MOST_LETTERS_OF_ALL = 4000

Tried = dict[str, Scalar]


def tried(series: Series) -> Tried:
    """By name, from the start of a session; nothing where the series tells of something else, or can't be read."""
    try:
        data = series[-1].data
    except Exception:  # the page goes without
        return {}
    return _short(data.hparams) if isinstance(data, SessionStart) else {}


def _short(hparams: Tried) -> Tried:
    short: Tried = {}
    letters = 0
    for name in sorted(hparams)[:MOST]:
        value = _plain(hparams[name])
        letters += len(name[:MOST_LETTERS]) + len(str(value))
        if letters > MOST_LETTERS_OF_ALL:
            break
        short[name[:MOST_LETTERS]] = value
    return short


def _plain(value: Scalar) -> Scalar:
    """JSON has no NaN and no infinities."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value[:MOST_LETTERS] if isinstance(value, str) else value
