"""Hyperparameters: the experiment, a session's start with their values, and its end."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2
from tensorboard.plugins.hparams.api_pb2 import (
    DataType,
    Experiment,
    HParamInfo,
    MetricInfo,
    MetricName,
    Status,
)
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData, SessionEndInfo, SessionStartInfo

from .pieces import metadata, one_value

# A Python type: the plugin's type, and the field of the proto's Value.
_KINDS = {
    bool: ("DATA_TYPE_BOOL", "bool_value"),
    float: ("DATA_TYPE_FLOAT64", "number_value"),
    str: ("DATA_TYPE_STRING", "string_value"),
}


def experiment(hparams: dict[str, Any], metrics: list[str], domains: dict[str, list[Any]]) -> Any:
    infos = [_info(name, value, domains.get(name)) for name, value in hparams.items()]
    content = Experiment(hparam_infos=infos, metric_infos=[MetricInfo(name=MetricName(tag=tag)) for tag in metrics])
    return _value("experiment", experiment=content)


def session_start(hparams: dict[str, Any]) -> Any:
    info = SessionStartInfo()
    for name, value in hparams.items():
        info.hparams[name].CopyFrom(_proto(value))
    return _value("session_start_info", session_start_info=info)


def session_end() -> Any:
    return _value("session_end_info", session_end_info=SessionEndInfo(status=Status.Value("STATUS_SUCCESS")))


def _info(name: str, value: Any, domain: list[Any] | None) -> Any:
    kind = DataType.Value(_KINDS[type(value)][0])
    if domain is None:
        return HParamInfo(name=name, type=kind)
    return HParamInfo(name=name, type=kind, domain_discrete=struct_pb2.ListValue(values=map(_proto, domain)))


def _proto(value: Any) -> Any:
    return struct_pb2.Value(**{_KINDS[type(value)][1]: value})


def _value(name: str, **content: Any) -> Any:
    data = HParamsPluginData(version=0, **content).SerializeToString()
    return one_value(f"_hparams_/{name}", metadata=metadata("hparams", data))
