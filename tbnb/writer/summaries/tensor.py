"""Tensors of any type as they are, and text."""

from __future__ import annotations

from typing import Any

import numpy as np
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.plugins.text.plugin_data_pb2 import TextPluginData

from ..values import fetch
from .pieces import metadata, one_value, shape_proto, strings

# NumPy's type: the proto's type, its field, and how the numbers stand there.
_FIELDS: dict[str, tuple[str, str, Any]] = {
    "float16": ("DT_HALF", "half_val", lambda array: _native(array, np.float16).view(np.uint16)),
    "bfloat16": ("DT_BFLOAT16", "half_val", lambda array: array.view(np.uint16)),
    "float32": ("DT_FLOAT", "float_val", None),
    "float64": ("DT_DOUBLE", "double_val", None),
    "int8": ("DT_INT8", "int_val", None),
    "uint8": ("DT_UINT8", "int_val", None),
    "int16": ("DT_INT16", "int_val", None),
    "uint16": ("DT_UINT16", "int_val", None),
    "int32": ("DT_INT32", "int_val", None),
    "uint32": ("DT_UINT32", "uint32_val", None),
    "int64": ("DT_INT64", "int64_val", None),
    "uint64": ("DT_UINT64", "uint64_val", None),
    "bool": ("DT_BOOL", "bool_val", None),
    "complex64": ("DT_COMPLEX64", "scomplex_val", lambda array: _native(array, np.complex64).view(np.float32)),
    "complex128": ("DT_COMPLEX128", "dcomplex_val", lambda array: _native(array, np.complex128).view(np.float64)),
}


def summary(tag: str, held: Any, kind: str) -> Any:
    array = fetch(held)
    name, field, view = _FIELDS[kind]
    if kind == "bfloat16" and array.dtype == np.float32:  # as it comes from torch, NumPy having no such type
        numbers = (array.reshape(-1).view(np.uint32) >> 16).tolist()
    else:
        flat = np.ascontiguousarray(array).reshape(-1)
        numbers = (view(flat) if view else flat).tolist()
    proto = TensorProto(dtype=name, tensor_shape=shape_proto(array.shape), **{field: numbers})
    return one_value(tag, tensor=proto, metadata=metadata("tensor"))


def _native(array: Any, dtype: Any) -> Any:
    """In this machine's order of bytes: files of measurements often have the other one."""
    return array.astype(dtype, copy=False)


def text(tag: str, words: str) -> Any:
    content = TextPluginData(version=0).SerializeToString()
    tensor = strings([words.encode("utf-8", "replace")], [1])
    return one_value(f"{tag}/text_summary", metadata=metadata("text", content), tensor=tensor)
