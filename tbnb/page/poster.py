"""The still picture of a log, for places where no widget lives: GitHub, a saved notebook, a PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ..store.log import Log
from ..store.series import Series
from .colors import Look, looks
from .pick import pick

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]
X = Literal["step", "relative", "wall"]
Points = Callable[[Series], tuple[Floats, Floats]]  # where they are across, and how high

MOST_CHARTS = 12
MOST_RUNS = 20  # that the legend names
COLUMNS = 3
_POINTS = 1200  # of a curve: more than a chart has dots across
_CHART_POINTS, _LEAST_POINTS = 24_000, 60  # of all curves of a chart together; of each of them all the same
CROWD = 60  # curves of a chart, above which they're shown smoothed only
_DAY = 86400.0  # seconds: Matplotlib counts days
_LAST_TIME = 2.5e11  # seconds: what is later than the year 9000, Matplotlib refuses
_NAME = 40  # characters
_WIDTH, _HEIGHT = 4.2, 2.6  # inches, of a chart with what stands around it
_LEFT, _RIGHT, _ABOVE, _BELOW = 0.6, 0.15, 0.3, 0.3  # inches of that for its name and numbers
_HEAD, _LINE = 0.3, 0.17  # inches for the title, and for each line of the legend
_TICKS = 5  # numbers along an axis: most of the time goes into these


def poster(log: Log, *, runs: str = "", tags: str = "", smoothing: float = 0.6, x: X = "step") -> Figure:
    """A chart a tag, a curve a run: `runs` and `tags` are regular expressions, as in the live view."""
    look = looks(log.runs)
    shown = [one for one in log.series if one.kind == "scalars" and len(one) and _wanted(one, runs, tags)]
    by_tag: dict[str, list[Series]] = {}
    for one in shown:
        by_tag.setdefault(one.tag, []).append(one)
    charts = list(by_tag.items())[:MOST_CHARTS]
    rows = -(-len(charts) // COLUMNS) or 1
    columns = min(COLUMNS, len(charts)) or 1
    names = list(dict.fromkeys(one.run for one in shown))
    figure = _figure(rows, columns, _LINE * -(-min(len(names), MOST_RUNS + 1) // columns) if len(names) > 1 else 0.0)
    figure.suptitle(_title(log, len(by_tag)), fontsize=9, color="#555555", parse_math=False)
    points = partial(_points, x=x, began=_beginnings(log))
    for place, (tag, series) in enumerate(charts):
        axes = figure.add_subplot(rows, columns, place + 1)
        _frame(axes, tag, x)
        _draw(axes, series, look, smoothing, points)
    _name_runs(figure, names, look, columns)
    return figure


def _figure(rows: int, columns: int, legend: float) -> Figure:
    """Room for the charts, laid out by hand: Matplotlib would draw all numbers twice to find out where they fit."""
    from matplotlib.figure import Figure

    width, height = _WIDTH * columns, _HEIGHT * rows + _HEAD + legend
    figure = Figure(figsize=(width, height), layout="none")  # type: ignore[arg-type] # its stubs forget that one
    grid = {"left": _LEFT / width, "right": 1 - _RIGHT / width, "wspace": (_LEFT + _RIGHT) / (_WIDTH - _LEFT - _RIGHT)}
    up = {"bottom": (_BELOW + legend) / height, "top": 1 - (_HEAD + _ABOVE) / height}
    figure.subplots_adjust(**grid, **up, hspace=(_ABOVE + _BELOW) / (_HEIGHT - _ABOVE - _BELOW))
    return figure


def _wanted(series: Series, runs: str, tags: str) -> bool:
    """Capital or small, as the page's filters match."""
    return bool(re.search(runs, series.run, re.I) and re.search(tags, series.tag, re.I))


def _title(log: Log, tags: int) -> str:
    points = sum(len(one) for one in log.series)
    if not tags:
        return f"{log.logdir}: no scalars yet"
    more = f", {tags - MOST_CHARTS} more tags not shown" if tags > MOST_CHARTS else ""
    return f"{log.logdir}: {len(log.runs):,} runs, {points:,} points{more}"


def _frame(axes: Axes, tag: str, x: X) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_title(_short(tag), fontsize=9, loc="left", y=1.0, parse_math=False)  # without y, all is measured first
    axes.tick_params(labelsize=7, color="#999999", labelcolor="#555555")
    axes.set_axisbelow(True)
    axes.grid(color="#eeeeee", linewidth=0.6)
    for side in axes.spines.values():
        side.set_visible(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(_TICKS, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter("{x:.10g}")
    if x == "wall":
        _number_times(axes)


def _number_times(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=2)
    axes.xaxis_date()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def _draw(axes: Axes, series: Sequence[Series], look: dict[str, Look], smoothing: float, points: Points) -> None:
    most = max(_LEAST_POINTS, min(_POINTS, _CHART_POINTS // len(series)))
    raw: list[tuple[Floats, Look]] = []
    smooth: list[tuple[Floats, Look]] = []
    for one in series:
        across, value = points(one)
        average = smoothed(value, smoothing)
        if average is not value and len(series) <= CROWD:
            raw.append((_seen(across, value, most), look[one.run]))
        smooth.append((_seen(across, average, most), look[one.run]))
    _lay(axes, raw, linewidths=0.7, alpha=0.25)
    _lay(axes, smooth, linewidths=1.2, linestyles=[(0, one.dash or None) for _, one in smooth])
    axes.autoscale_view()


def _lay(axes: Axes, curves: Sequence[tuple[Floats, Look]], **style: Any) -> None:
    """All at once: one by one, hundreds of them would take longer than the cell did. A single point is a dot."""
    from matplotlib.collections import LineCollection

    axes.add_collection(
        LineCollection([seen for seen, _ in curves], colors=[look.color for _, look in curves], **style)
    )
    if dots := [(*seen[0], look.color) for seen, look in curves if len(seen) == 1]:
        across, up, colors = zip(*dots, strict=True)
        axes.scatter(across, up, s=9, c=colors)


def _seen(across: Floats, value: Floats, most: int) -> Floats:
    places = pick(value, most)
    return np.column_stack([across[places], value[places]])


def _beginnings(log: Log) -> dict[str, float]:
    """When each run began: at the first point of its first curve, as the page has it."""
    firsts = ((one.run, one.wall_time[:1]) for one in reversed(log.series) if one.kind == "scalars")
    return {run: float(first[0]) for run, first in firsts if len(first)}


def _points(series: Series, x: X, began: Mapping[str, float]) -> tuple[Floats, Floats]:
    _, step, wall_time, value = series.snapshot()
    if x == "step":
        return step.astype(np.float64), value
    if x == "relative":
        return wall_time - began[series.run], value
    return wall_time.clip(0, _LAST_TIME) / _DAY, value


def _name_runs(figure: Figure, runs: list[str], look: dict[str, Look], columns: int) -> None:
    from matplotlib.lines import Line2D

    if len(runs) < 2:
        return
    lines = [Line2D([], [], color=look[run].color, linestyle=(0, look[run].dash or None)) for run in runs[:MOST_RUNS]]
    names = list(map(_short, runs[:MOST_RUNS]))
    legend = figure.legend(lines, names, loc="lower left", ncols=columns, fontsize=7, frameon=False)
    for text in legend.get_texts():
        text.set_parse_math(False)
    if len(runs) > MOST_RUNS:
        legend.set_title(f"and {len(runs) - MOST_RUNS:,} more runs")
        legend.get_title().set_fontsize(7)


def _short(name: str) -> str:
    """A name that fits: without what can't be drawn, its middle left out."""
    name = "".join(letter if letter.isprintable() else " " for letter in name)
    half = _NAME // 2
    return name if len(name) <= _NAME else f"{name[:half]}…{name[-half:]}"


def smoothed(value: Floats, weight: float) -> Floats:
    """TensorBoard's debiased moving average; what isn't finite passes through, a constant stays as it is."""
    finite = np.isfinite(value)
    numbers: Floats = value[finite]
    if weight <= 0 or not len(numbers) or (numbers == numbers[0]).all():
        return value
    out: Floats = value.copy()
    with np.errstate(under="ignore"):
        debias = 1 - weight ** np.arange(1.0, len(numbers) + 1)
    out[finite] = _averaged(numbers, weight) / debias
    return out


def _averaged(numbers: Floats, weight: float) -> Floats:
    """The moving average that begins at 0, a stretch at a time: within one, it's a sum of scaled numbers."""
    stretch = max(1, min(len(numbers), int(-16 / np.log(weight)))) if weight < 1 else 1
    powers = weight ** np.arange(1, stretch + 1)
    out = np.empty(len(numbers))
    last = 0.0
    for start in range(0, len(numbers), stretch):
        part = numbers[start : start + stretch]
        scale = powers[: len(part)]
        out[start : start + len(part)] = scale * (last + (1 - weight) * np.cumsum(part / scale))
        last = out[start + len(part) - 1]
    return out
