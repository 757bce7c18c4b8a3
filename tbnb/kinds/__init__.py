"""One file per kind of data: how it is recognised, decoded and named.

A module of this package that has a `KIND` is a kind; there is no list to keep. `decode` gives the types that
stand at the top of each module.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import DecodeError
from ..events.record import unframe
from ..events.summary import parsed
from ._kind import Kind

if TYPE_CHECKING:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import SummaryMetadata

__all__ = ["KINDS", "Kind", "Labels", "decode", "decode_record", "kind_of", "labels"]


def _collected() -> dict[str, Kind]:
    names = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
    kinds: list[Kind] = [import_module(f".{name}", __name__).KIND for name in names]
    return {kind.name: kind for kind in kinds}


KINDS = _collected()
_BY_PLUGIN = {plugin: kind.name for kind in KINDS.values() for plugin in kind.plugins}
_BY_FORM = {kind.form: kind.name for kind in KINDS.values() if kind.form}


class Labels(NamedTuple):
    """What a tag's first metadata says for people; the description is Markdown."""

    display_name: str
    description: str


def kind_of(plugin_name: str, form: str = "") -> str:
    """The kind of a tag, from its first metadata's plugin and the field that its first value is in.

    As TensorBoard has it: an old form (simple_value, image, ...) decides before any plugin's name does, and a
    bare tensor is of kind tensor.
    """
    if form != "tensor" and form in _BY_FORM:
        return _BY_FORM[form]
    if plugin_name:
        return _BY_PLUGIN.get(plugin_name, "unknown")
    return _BY_FORM.get(form, "unknown")


def decode(kind: str, event: Event, index: int, metadata: SummaryMetadata | None = None) -> Any:
    """The item at `index` of the event, as typed data; DecodeError where it's not what it claims."""
    return KINDS.get(kind, KINDS["unknown"]).decode(event, index, metadata)


def decode_record(
    kind: str, tag: str, record: bytes, index: int, metadata: bytes | None, moment: tuple[int, float]
) -> Any:
    """`decode`, of a record of a file and of a tag's first metadata, not parsed yet; `moment` is its step and time."""
    try:
        event = parsed("Event", unframe(record))
        if repr((event.step, event.wall_time)) != repr(moment):  # NaN, which a time may be, doesn't equal itself
            raise ValueError("another record stands in its place")
        about = None if metadata is None else parsed("SummaryMetadata", metadata)
    except ValueError as error:
        raise DecodeError(kind, tag, str(error)) from error
    return decode(kind, event, index, about)


def labels(tag: str, metadata: bytes | None) -> Labels:
    """How to call a series for people: the name and description that its first metadata gives, or its tag."""
    try:
        about = parsed("SummaryMetadata", metadata or b"")
    except ValueError:
        return Labels(tag, "")
    return Labels(about.display_name or tag, about.summary_description)
