"""hparams: what was tried and how it went: an Experiment, the start of a session, or its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..events.summary import plugin_protos
from ._kind import Kind

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata

Scalar = str | bool | float | None


@dataclass(frozen=True)
class HParam:
    """One hyperparameter that an experiment varies: the values it takes, or the least and the greatest."""

    name: str
    display_name: str
    description: str
    type: str  # string, bool, float64, or "" where it's not said
    values: tuple[Scalar, ...]
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Metric:
    """One metric by which an experiment judges: a scalar's tag, in the run of the session and group."""

    tag: str
    group: str
    display_name: str
    description: str
    dataset: str  # training, validation, or "" where it's not said


@dataclass(frozen=True)
class Experiment:
    name: str
    description: str
    user: str
    time_created: float  # seconds
    hparams: tuple[HParam, ...]
    metrics: tuple[Metric, ...]


@dataclass(frozen=True)
class SessionStart:
    hparams: dict[str, Scalar]
    group_name: str
    model_uri: str
    monitor_url: str
    start_time: float  # seconds


@dataclass(frozen=True)
class SessionEnd:
    status: str  # success, failure, running or unknown
    end_time: float  # seconds


_TYPES = ("", "string", "bool", "float64")
_DATASETS = ("", "training", "validation")
_STATUSES = ("unknown", "success", "failure", "running")


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Experiment | SessionStart | SessionEnd:
    """All is in the metadata: a value's own stands before its tag's first, for it is this value's data."""
    content = value.metadata.plugin_data.content or metadata.plugin_data.content
    data = plugin_protos("hparams").HParamsPluginData.FromString(content)
    if data.HasField("experiment"):
        return _experiment(data.experiment)
    if data.HasField("session_start_info"):
        return _session_start(data.session_start_info)
    if data.HasField("session_end_info"):
        end = data.session_end_info
        return SessionEnd(_named(_STATUSES, end.status), end.end_time_secs)
    raise ValueError("its metadata holds no experiment and no session")


def _experiment(data: Any) -> Experiment:
    hparams = tuple(map(_hparam, data.hparam_infos))
    metrics = tuple(map(_metric, data.metric_infos))
    return Experiment(data.name, data.description, data.user, data.time_created_secs, hparams, metrics)


def _hparam(data: Any) -> HParam:
    limits = data.domain_interval
    interval = (limits.min_value, limits.max_value) if data.HasField("domain_interval") else None
    values = tuple(map(_scalar, data.domain_discrete.values))
    return HParam(data.name, data.display_name, data.description, _named(_TYPES, data.type), values, interval)


def _metric(data: Any) -> Metric:
    dataset = _named(_DATASETS, data.dataset_type)
    return Metric(data.name.tag, data.name.group, data.display_name, data.description, dataset)


def _session_start(data: Any) -> SessionStart:
    hparams = {name: _scalar(value) for name, value in data.hparams.items()}
    return SessionStart(hparams, data.group_name, data.model_uri, data.monitor_url, data.start_time_secs)


def _scalar(value: Any) -> Scalar:
    """A protobuf Value as Python's; torch writes bools as the numbers 0 and 1, and so they stay.

    A list or a struct, which TensorBoard refuses, is shown as protobuf's text.
    """
    form = value.WhichOneof("kind")
    if form in (None, "null_value"):
        return None
    inner = getattr(value, form)
    return inner if isinstance(inner, str | bool | float) else str(inner)


def _named(names: tuple[str, ...], number: int) -> str:
    return names[number] if number < len(names) else str(number)


KIND = Kind("hparams", _parse, plugins=("hparams",))
