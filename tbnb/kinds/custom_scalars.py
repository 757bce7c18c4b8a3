"""custom_scalars: a layout, which says what scalars to draw together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..events.summary import plugin_protos
from ._kind import Kind
from .tensor import strings_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata


@dataclass(frozen=True)
class Multiline:
    """A chart of every scalar whose tag begins with a match of one of these regular expressions."""

    title: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Margin:
    """A tag drawn as a line in the band between two others."""

    value: str
    lower: str
    upper: str


@dataclass(frozen=True)
class MarginChart:
    title: str
    series: tuple[Margin, ...]


@dataclass(frozen=True)
class Category:
    title: str
    closed: bool
    charts: tuple[Multiline | MarginChart, ...]


@dataclass(frozen=True)
class Layout:
    categories: tuple[Category, ...]


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Layout:
    strings = strings_of(value)
    if strings.size != 1:
        raise ValueError(f"it has {strings.size} strings where one layout is due")
    layout = plugin_protos("custom_scalar", "layout_pb2").Layout.FromString(strings.item())
    return Layout(tuple(map(_category, layout.category)))


def _category(data: Any) -> Category:
    return Category(data.title, data.closed, tuple(map(_chart, data.chart)))


def _chart(data: Any) -> Multiline | MarginChart:
    if data.HasField("margin"):
        series = tuple(Margin(each.value, each.lower, each.upper) for each in data.margin.series)
        return MarginChart(data.title, series)
    return Multiline(data.title, tuple(data.multiline.tag))


KIND = Kind("custom_scalars", _parse, plugins=("custom_scalars",))
