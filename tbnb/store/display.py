"""What a notebook shows of a log, a run, a series: a short table, every name escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .series import Series

MOST_ROWS = 20


def runs_table(title: str, runs: Iterable[tuple[str, Sequence[Series]]]) -> str:
    rows = [(name, f"{len(series):,}", f"{sum(map(len, series)):,}", _newest(series)) for name, series in runs]
    return table(title, ("run", "tags", "points", "last step"), rows)


def series_table(title: str, series: Iterable[Series]) -> str:
    rows = [(one.tag, one.kind, f"{len(one):,}", _extent(one), _last(one)) for one in series]
    return table(title, ("tag", "kind", "points", "steps", "last value"), rows)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th style='text-align:left'>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows[:MOST_ROWS])
    more = f"<p>and {len(rows) - MOST_ROWS:,} more</p>" if len(rows) > MOST_ROWS else ""
    return f"<p>{escape(title)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(text: str) -> str:
    return f"<td style='text-align:left'>{escape(text)}</td>"


def _newest(series: Sequence[Series]) -> str:
    steps = [one.step for one in series]
    return str(max((int(step[-1]) for step in steps if len(step)), default=""))


def _extent(series: Series) -> str:
    step = series.step
    return f"{step[0]} to {step[-1]}" if len(step) else ""


def _last(series: Series) -> str:
    if series.kind != "scalars":
        return ""
    value = series.value
    return f"{value[-1]:.6g}" if len(value) else ""
