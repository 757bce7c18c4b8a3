"""Custom scalars: charts of several tags, or of a value between two margins."""

from __future__ import annotations

from typing import Any

from .pieces import metadata, one_value, strings

TAG = "custom_scalars__config__"


def summary(layout: dict[str, dict[str, Any]]) -> Any:
    from tensorboard.plugins.custom_scalar import layout_pb2

    categories = [
        layout_pb2.Category(title=category, chart=[_chart(title, *spec) for title, spec in charts.items()])
        for category, charts in layout.items()
    ]
    text = layout_pb2.Layout(category=categories).SerializeToString()
    return one_value(TAG, tensor=strings([text], []), metadata=metadata("custom_scalars"))


def _chart(title: str, kind: str, tags: list[str]) -> Any:
    from tensorboard.plugins.custom_scalar import layout_pb2

    if kind == "Margin":
        series = layout_pb2.MarginChartContent.Series(value=tags[0], lower=tags[1], upper=tags[2])
        return layout_pb2.Chart(title=title, margin=layout_pb2.MarginChartContent(series=[series]))
    return layout_pb2.Chart(title=title, multiline=layout_pb2.MultilineChartContent(tag=tags))
