"""Scalars as one tidy pandas table."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import MissingLibraryError
from .series import Series

if TYPE_CHECKING:
    import pandas as pd


def scalars_frame(series: Iterable[Series]) -> pd.DataFrame:
    """A row a point: run, tag, step, wall_time, value; runs and tags as categories."""
    pandas = _pandas()
    scalars = [one for one in series if one.kind == "scalars"]
    columns = [one.snapshot()[1:] for one in scalars]
    lengths = [len(step) for step, _, _ in columns]
    frame: pd.DataFrame = pandas.DataFrame(
        {
            "run": _repeated(pandas, [one.run for one in scalars], lengths),
            "tag": _repeated(pandas, [one.tag for one in scalars], lengths),
            "step": np.concatenate([np.empty(0, np.int64), *(step for step, _, _ in columns)]),
            "wall_time": np.concatenate([np.empty(0), *(wall_time for _, wall_time, _ in columns)]),
            "value": np.concatenate([np.empty(0), *(value for _, _, value in columns)]),
        }
    )
    return frame


def _pandas() -> Any:
    try:
        return import_module("pandas")
    except ImportError as error:
        raise MissingLibraryError("log.frame()", "pandas") from error


def _repeated(pandas: Any, names: list[str], lengths: list[int]) -> Any:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    codes = np.repeat(np.array([numbers[name] for name in names], np.intp), lengths)
    return pandas.Categorical.from_codes(codes, categories=list(numbers))
