"""Makes the golden frames beside this file, which pytest and vitest read: `python -m tests.data.wire.make`.

NAME.bin is a buffer; NAME.json is what it says: sections in which a column is a list, with "nan", "inf" and "-inf" as
text.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from tbnb.page.wire import Section, encode

HERE = Path(__file__).parent


def section(
    series: int,
    step: Any,
    value: Any,
    *,
    version: int = 0,
    start: int = 0,
    span: int | None = None,
    total: int | None = None,
    places: Any = None,
) -> Section:
    steps = np.array(step, np.int64)
    wall_time = 1_700_000_000.125 + np.arange(len(steps)) / 7
    span = len(steps) if span is None else span
    total = start + span if total is None else total
    return Section(series, version, start, span, total, steps, wall_time, np.array(value, float), places)


MANY = np.arange(20)
FRAMES = {
    "empty": [],
    "few": [section(1, [1, 2, 4], [0.1, 0.2, 0.3]), section(2, [1, 2], [0.5, 0.25]), section(3, [8], [2.0])],
    "even": [section(1, 10 * MANY, MANY / 4)],
    "doubles": [section(2, MANY**2, MANY / 3, start=7, total=40, version=3)],
    "far": [section(3, MANY**2 << 32, MANY), section(4, -(MANY**2), [*MANY[:-1], 1e300])],
    "special": [section(5, MANY, [math.nan, math.inf, -math.inf, -0.0, *MANY[4:]])],
    "picked": [section(6, 3 * MANY, MANY % 7, span=58, total=60, places=3 * MANY)],
    "nothing_new": [section(7, [], [], start=5, total=9)],
}


def said(number: float) -> float | str:
    return float(number) if math.isfinite(number) else str(number)


def told(one: Section) -> dict[str, Any]:
    columns = {"step": one.step, "wall": one.wall_time, "value": one.value}
    fields = dict(zip(("series", "version", "start", "span", "total"), one[:5], strict=True))
    index = None if one.places is None else [int(place) for place in one.places]
    return {**fields, "index": index, **{name: [said(each) for each in column] for name, column in columns.items()}}


def main() -> None:
    for name, sections in FRAMES.items():
        (HERE / f"{name}.bin").write_bytes(encode(sections))
        (HERE / f"{name}.json").write_text(json.dumps([told(one) for one in sections]) + "\n")


if __name__ == "__main__":
    main()
