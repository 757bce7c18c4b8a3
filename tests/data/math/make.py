"""What the page's mathematics must come to, reckoned by NumPy the plain way; run with -m, it writes the files.

The page's tests read the files; a test here says that they are what this makes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).parent
Floats = npt.NDArray[np.float64]

# Student's t, two-sided 95 %, as the tables have it.
T95 = {1: 12.706205, 2: 4.302653, 3: 3.182446, 7: 2.364624, 30: 2.042272, 39: 2.022691}


def _noisy(count: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    value = np.exp(-np.arange(count) / 80) + rng.normal(0, 0.1, count)
    value[rng.integers(1, count, 4)] = [np.nan, np.inf, -np.inf, np.nan]
    return value


def _through(value: Floats, smooth: Callable[[Floats], Floats]) -> Floats:
    """What isn't finite passes through and counts for nothing; a constant stays as it is."""
    finite = np.isfinite(value)
    if len(set(value.tolist())) == 1:
        return value
    out = value.copy()
    out[finite] = smooth(value[finite])
    return out


def _ema(value: Floats, weight: float) -> Floats:
    """Each point's weights written out: (1 - w) w^(n - i), over their sum 1 - w^n."""
    count = len(value)
    lag = np.arange(count)[:, None] - np.arange(count)[None, :]
    weights = np.where(lag >= 0, (1 - weight) * weight ** np.maximum(lag, 0), 0.0)
    averaged: Floats = weights @ value / (1 - weight ** np.arange(1, count + 1))
    return averaged


def _timed(value: Floats, step: Floats, weight: float) -> Floats:
    """As the average above, but a point weighs by how far back it lies, in usual gaps (the median of those so far)."""
    out, gaps, total, weights, before = np.empty(len(value)), [], 0.0, 0.0, None
    for index, (number, at) in enumerate(zip(value.tolist(), step.tolist(), strict=True)):
        passed = 0.0 if before is None else max(0.0, at - before)
        if passed > 0 and len(gaps) < 64:
            gaps.append(passed)
        usual = sorted(gaps)[len(gaps) // 2] if gaps else 1.0
        decay = weight ** (passed / usual)
        total, weights, before = total * decay + number, weights * decay + 1, at
        out[index] = total / weights
    return out


def _running(value: Floats, weight: float, of: Callable[[Floats], Any]) -> Floats:
    size = max(1, round((1 + weight) / (1 - weight)))
    return np.array([of(value[max(0, end - size) : end]) for end in range(1, len(value) + 1)])


def smoothing() -> list[dict[str, Any]]:
    cases = []
    for seed, weight in enumerate([0.3, 0.6, 0.9, 0.99]):
        value = _noisy(400, seed)
        step = np.cumsum(np.random.default_rng(seed).integers(1, 9, len(value))).astype(np.float64)
        finite = np.isfinite(value)
        out = {
            "ema": _through(value, lambda v, w=weight: _ema(v, w)),
            "twema": _through(value, lambda v, w=weight, s=step[finite]: _timed(v, s, w)),
            "mean": _through(value, lambda v, w=weight: _running(v, w, np.mean)),
            "median": _through(value, lambda v, w=weight: _running(v, w, np.median)),
        }
        cases.append({"amount": weight, "step": step, "value": value, "out": out})
    return cases


def percentiles() -> list[dict[str, Any]]:
    """The range without outliers: of n sorted values, those at ceil(0.05 (n - 1)) and floor(0.95 (n - 1))."""
    cases = []
    for count in (1, 2, 3, 10, 57, 1000):
        value = np.random.default_rng(count).standard_cauchy(count)
        low = np.percentile(value, 5, method="higher") if count > 2 else value.min()
        high = np.percentile(value, 95, method="lower") if count > 2 else value.max()
        cases.append({"value": value, "range": [low, high], "all": [value.min(), value.max()]})
    return cases


def stats() -> list[dict[str, Any]]:
    cases = []
    for seed, (first, last) in enumerate([(0, 10**9), (100, 300), (57, 57)]):
        value = _noisy(200, 10 + seed)
        step = np.arange(0, 3 * len(value), 3).astype(np.float64)
        inside = (step >= first) & (step <= last)
        finite = inside & np.isfinite(value)
        v, s = value[finite], step[finite]
        out = {
            "count": int(inside.sum()),
            "odd": int(inside.sum() - finite.sum()),
            "first": v[0], "firstStep": s[0], "last": v[-1], "lastStep": s[-1],
            "min": v.min(), "minStep": s[v.argmin()], "max": v.max(), "maxStep": s[v.argmax()],
            "mean": v.mean(), "change": v[-1] - v[0], "relative": (v[-1] - v[0]) / v[0],
            "area": ((v[1:] + v[:-1]) / 2 * np.diff(s)).sum(),
        }  # fmt: skip
        cases.append({"step": step, "value": value, "from": first, "to": last, "out": out})
    return cases


def groups() -> list[dict[str, Any]]:
    """Runs as one: at all steps that any has, a run's value between two of its own being interpolated."""
    shapes = [[(0, 50, 1)] * 4, [(0, 60, 2), (5, 61, 3), (0, 30, 1)], [(0, 40, 1)], [(0, 20, 1)] * 8, [(0, 10, 1)] * 40]
    cases = []
    for seed, shape in enumerate(shapes):
        rng = np.random.default_rng(100 + seed)
        members = []
        for first, last, stride in shape:
            step = np.arange(first, last, stride).astype(np.float64)
            members.append({"step": step, "value": rng.normal(1, 0.3, len(step))})
        cases.append({"members": members, "out": _aggregated(members)})
    return cases


def _aggregated(members: list[dict[str, Floats]]) -> dict[str, Any]:
    union = np.unique(np.concatenate([member["step"] for member in members]))
    table = np.array([np.interp(union, m["step"], m["value"], left=np.nan, right=np.nan) for m in members])
    count = np.isfinite(table).sum(0)
    middle = {"mean": np.nanmean(table, 0), "median": np.nanmedian(table, 0)}
    std = np.array([np.nanstd(column, ddof=1) if n > 1 else 0.0 for column, n in zip(table.T, count, strict=True)])
    student = np.array([T95[n - 1] if n > 1 else 0.0 for n in count])
    error = {"mean": std / np.sqrt(count), "median": std / np.sqrt(count) * np.sqrt(np.pi / 2)}
    bands = {}
    for statistic, center in middle.items():
        half = {"std": std, "confidence": student * error[statistic]}
        bands[statistic] = {name: [center - width, center + width] for name, width in half.items()}
        bands[statistic]["minmax"] = [np.nanmin(table, 0), np.nanmax(table, 0)]
    return {"step": union, "count": count, "value": middle, "bands": bands}


def _plain(value: Any) -> Any:
    """As JSON has it: numbers of twelve digits, and what is no number as text."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim):
        return [_plain(part) for part in value]
    number = float(value)
    return float(f"{number:.12g}") if np.isfinite(number) else str(number)


MADE: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "smoothing": smoothing,
    "percentiles": percentiles,
    "stats": stats,
    "groups": groups,
}


def text(name: str) -> str:
    return json.dumps(_plain(MADE[name]())).replace("}, {", "},\n{") + "\n"


if __name__ == "__main__":
    for made in MADE:
        (HERE / f"{made}.json").write_text(text(made))
