"""The numbers that the page's mathematics is held against are what NumPy makes of them today."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.data.math.make import HERE, MADE, text


def numbers(value: Any) -> list[float]:
    """All numbers of a file, in order."""
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers(part)]
    if isinstance(value, list):
        return [number for part in value for number in numbers(part)]
    return [float(value)]


@pytest.mark.parametrize("name", MADE)
def test_files_are_what_numpy_makes(name: str) -> None:
    """Each file holds what the script makes, but for the last digits, in which NumPy's releases differ."""
    kept, made = (numbers(json.loads(source)) for source in ((HERE / f"{name}.json").read_text(), text(name)))

    np.testing.assert_allclose(kept, made, rtol=1e-9, atol=1e-12)
