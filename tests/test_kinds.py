"""Kinds: how a value is recognised, and that nothing a file says is fatal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard import data_compat
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto

import tbnb
from tbnb import kinds
from tbnb.errors import DecodeError
from tbnb.kinds.unknown import Unknown

from .files import (
    EXAMPLES,
    content_tensor,
    decoded,
    event,
    kind_of,
    meta,
    shape,
    string_tensor,
)

Value = Summary.Value


def test_these_are_the_kinds() -> None:
    """The names are fixed: series.kind is one of them."""
    names = "scalars histograms images audio text tensor pr_curves mesh hparams custom_scalars graphs unknown"
    assert set(kinds.KINDS) == set(names.split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_kind_of_each_example(name: str) -> None:
    """Every form in the wild is recognised by its metadata or its old form."""
    assert kind_of(EXAMPLES[name]) == name.split(",")[0]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_decodes(name: str) -> None:
    """Every form in the wild has data, also when the tag's metadata comes from an earlier value."""
    value, metadata = EXAMPLES[name], EXAMPLES[name].metadata
    stripped = Value()
    stripped.CopyFrom(value)
    stripped.ClearField("metadata")

    data = kinds.decode(kind_of(value), event(3, EXAMPLES["text"], stripped), 1, metadata)

    assert type(data) is type(decoded(value))


@pytest.mark.parametrize("plugin", ["", "images", "somebodys_plugin"])
def test_old_forms_decide_before_the_metadata(plugin: str) -> None:
    """TensorBoard converts an old form whatever its metadata says, and so it's of that kind."""
    value = Value(tag="x", simple_value=1.0, metadata=meta(plugin))

    assert data_compat.migrate_value(value).metadata.plugin_data.plugin_name == "scalars"
    assert kind_of(value) == "scalars"


def test_bare_tensor_is_of_kind_tensor() -> None:
    """A tensor that no metadata ever spoke of stays a tensor, as TensorBoard's migration leaves it alone."""
    value = Value(tag="x", tensor=TensorProto(dtype=1, float_val=[1.0]))

    assert data_compat.migrate_value(value) is value
    assert kind_of(value) == "tensor"
    assert decoded(value).tolist() == 1.0


def test_value_without_anything_is_unknown() -> None:
    """A tag with no data and no metadata (torch's add_video without its codec) is kept as unknown."""
    value = Value(tag="nothing")

    assert kind_of(value) == "unknown"
    assert decoded(value) == Unknown("", b"", value.SerializeToString())


def test_unknown_keeps_all_that_it_was_given() -> None:
    """A plugin that nobody knows keeps its name, its content and the whole value."""
    value = EXAMPLES["unknown"]

    assert decoded(value) == Unknown("somebodys_plugin", b"content", value.SerializeToString())


def test_labels_are_what_the_metadata_says() -> None:
    """A display name and a description stand for the tag where the first metadata has them."""
    metadata = meta("scalars")
    metadata.display_name, metadata.summary_description = "Loss", "*the* loss"

    assert kinds.labels("loss", metadata.SerializeToString()) == ("Loss", "*the* loss")
    for nothing in [meta("scalars").SerializeToString(), b"\xff", None]:
        assert kinds.labels("loss", nothing) == ("loss", "")


GARBAGE = [
    Value(tag="x"),
    Value(tag="x", simple_value=1.0),
    Value(tag="x", tensor=TensorProto(dtype=99)),
    Value(tag="x", tensor=TensorProto(dtype=1, tensor_shape=shape(1 << 40), float_val=[1.0])),
    Value(tag="x", tensor=string_tensor(b"\xff")),
    Value(tag="x", tensor=content_tensor(np.zeros((2, 2), np.complex64), 8)),
    Value(tag="x", metadata=meta("?", b"\xff\xff"), tensor=content_tensor(np.zeros((6, 3), "<f4"), 1)),
]


@pytest.mark.parametrize("kind", [name for name in kinds.KINDS if name != "unknown"])
@pytest.mark.parametrize("value", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_a_decode_error_at_worst(kind: str, value: Any) -> None:
    """Whatever a value is said to be, asking for its data gives data or a DecodeError."""
    with suppress(DecodeError):
        assert decoded(value, kind) is not None


@given(st.sampled_from(sorted(kinds.KINDS)), st.binary(max_size=60), st.binary(max_size=20))
def test_any_content_is_a_decode_error_at_worst(kind: str, string: bytes, content: bytes) -> None:
    """Bytes from nowhere, as a string and as a plugin's content, never raise anything else."""
    value = Value(tag="x", metadata=meta("graphs", content), tensor=string_tensor([string, string]))
    with suppress(DecodeError):
        assert decoded(value, kind) is not None


def test_decoding_loads_no_tensorflow() -> None:
    """Of TensorBoard nothing comes in but generated protos, whatever is decoded."""
    code = """
import sys
from tests.files import EXAMPLES, event
before = set(sys.modules)
import tbnb
from tbnb import kinds
for value in EXAMPLES.values():
    kind = kinds.kind_of(value.metadata.plugin_data.plugin_name, value.WhichOneof("value") or "")
    kinds.decode(kind, event(0, value), 0, None)
print(*(name for name in sys.modules if "_pb2" not in name))
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = [name.split(".") for name in printed.split()]

    assert {name[1] for name in loaded if name[0] == "tensorboard" and name[1:]} <= {
        "compat",
        "lazy",
        "version",
        "plugins",
    }
    assert not {"tensorflow", "torch", "PIL"} & {name[0] for name in loaded}


def test_a_new_kind_is_one_file(tmp_path: Path) -> None:
    """A module in the package is a kind; nothing else has to know of it."""
    shutil.copytree(Path(tbnb.__file__).parent, tmp_path / "tbnb", ignore=shutil.ignore_patterns("__pycache__"))
    module = "from ._kind import Kind\nKIND = Kind('smells', lambda value, metadata: value.tag, plugins=('nose',))\n"
    (tmp_path / "tbnb" / "kinds" / "smells.py").write_text(module)
    code = "from tbnb import kinds; print(kinds.kind_of('nose', 'tensor'), len(kinds.KINDS))"

    run = [sys.executable, "-c", code]
    printed = subprocess.run(run, capture_output=True, text=True, check=True, cwd=tmp_path, env=_without_path())

    assert printed.stdout.split() == ["smells", str(len(kinds.KINDS) + 1)]


def _without_path() -> dict[str, str]:
    """The environment, in which the directory that Python runs in comes first."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
