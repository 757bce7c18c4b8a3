"""Is it what the kind needs? Asked at the call, so that the error points at the user's line; shapes only, no values."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any

from ..errors import BadValueError, UnusablePathError
from .values import fetch_scalars, plain, scalar

Shape = tuple[int, ...]

_FORMATS = ({*"NCHW"}, {*"CHW"}, {*"HW"})
_MOST_CHANNELS = 8
_MOST_BYTES = 1 << 31
_TENSOR_TYPES = (
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128", "bool"),
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
)


def log_dir(path: str) -> str:
    if "://" in path:
        raise UnusablePathError(f"{path!r} is no local directory: log to one, and copy it with tbnb.persist.")
    return path


def filename_suffix(suffix: Any) -> str:
    """The end of a file's name: the file lies in log_dir itself."""
    text = str(suffix)
    if any(separator in text for separator in filter(None, (os.sep, os.altsep, "\0"))):
        raise BadValueError(f"filename_suffix is the end of a file's name, without a path; got {suffix!r}.")
    return text


def flush_secs(seconds: Any) -> float:
    with suppress(TypeError, ValueError):
        if (number := float(seconds)) >= 0:
            return number
    raise BadValueError(f"flush_secs must be a number of seconds, 0 to write through at each call; got {seconds!r}.")


def autoflush_secs(secs: Any) -> float:
    if isinstance(secs, bool) or not isinstance(secs, int | float) or not 0 <= secs <= 86400:
        raise BadValueError(f"autoflush needs the seconds that a value may wait, 0 to 86400; got {secs!r}.")
    return float(secs)


def above_zero(tag: str, name: str, number: Any) -> Any:
    """A rate, a scale or a count."""
    with suppress(TypeError, ValueError, OverflowError):
        if 0 < float(number) < float("inf"):
            return number
    raise BadValueError(f"{name} must be a number above zero; {tag!r} got {number!r}.")


def histogram(tag: str, shape: Shape) -> None:
    if 0 in shape:
        raise BadValueError(f"A histogram needs at least one value; {tag!r} got an empty array of shape {shape}.")


def bucket_counts(tag: str, limits: Shape, counts: Shape) -> None:
    if limits != counts:
        raise BadValueError(f"{tag!r} needs one bucket_limit for each bucket_count; got {limits} and {counts}.")


def image(tag: str, shape: Shape, dataformats: str) -> None:
    letters = str(dataformats).upper()
    if {*letters} not in _FORMATS or len({*letters}) != len(letters):
        raise BadValueError(f"dataformats must be an order of NCHW, CHW or HW; {tag!r} got {dataformats!r}.")
    if len(shape) != len(letters) or 0 in shape:
        raise BadValueError(
            f"{tag!r} got an image of shape {shape}, not {letters}: give the order of its dimensions, dataformats."
        )
    colours = shape[letters.index("C")] if "C" in letters else 1
    if colours not in ((1, 3) if len(letters) == 4 else (1, 3, 4)):
        raise BadValueError(
            f"{tag!r} got an image of shape {shape}, which as {letters} has {colours} colours, not 1 or 3."
        )


def boxes(tag: str, shape: Shape) -> None:
    if len(shape) != 2 or shape[1] != 4:
        raise BadValueError(f"Boxes must have the shape (N, 4): left, top, right, bottom; {tag!r} got {shape}.")


def video(tag: str, shape: Shape) -> None:
    if len(shape) != 5 or 0 in shape or shape[2] not in (1, 3, 4):
        raise BadValueError(f"A video must have the shape (N, T, C, H, W) with 1, 3 or 4 colours; {tag!r} got {shape}.")


def audio(tag: str, shape: Shape) -> None:
    sizes = [size for size in shape if size != 1]
    if 0 in shape or len(sizes) > 2 or (len(sizes) == 2 and min(sizes) > _MOST_CHANNELS):
        raise BadValueError(f"Sound must have the shape (L,), (channels, L) or (L, channels); {tag!r} got {shape}.")


def tensor(tag: str, kind: str, bytes_held: int) -> None:
    if kind not in _TENSOR_TYPES:
        raise BadValueError(f"{tag!r} got a tensor of type {kind}; what can be logged is {', '.join(_TENSOR_TYPES)}.")
    if bytes_held >= _MOST_BYTES:
        raise BadValueError(f"{tag!r} got a tensor of {bytes_held} bytes; an event holds less than 2 GB.")


def text(tag: str, words: Any) -> None:
    if not isinstance(words, str):
        raise BadValueError(f"A text must be a string; {tag!r} got {words!r} of type {type(words).__name__}.")


def labels(tag: str, given: Shape, predictions: Shape) -> None:
    if given != predictions or 0 in given:
        raise BadValueError(f"{tag!r} needs one label for each prediction; got the shapes {given} and {predictions}.")


def mesh(tag: str, what: str, shape: Shape) -> None:
    if len(shape) != 3 or shape[2] != 3:
        raise BadValueError(f"The {what} of a mesh must have the shape (B, N, 3); {tag!r} got {shape}.")


def mesh_config(tag: str, config: Any) -> str:
    """A scene as JSON, sorted like torch's."""
    try:
        return json.dumps(config or {}, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise BadValueError(f"config_dict must be what JSON can hold; {tag!r} got {config!r}: {error}.") from error


Charts = dict[str, dict[str, tuple[str, list[str]]]]


def layout(given: Any) -> Charts:
    """{category: {chart: ["Multiline" or "Margin", tags]}}, as it is now."""
    try:
        copy = {
            category: {title: (kind, _tags(tags)) for title, (kind, tags) in charts.items()}
            for category, charts in given.items()
        }
    except (AttributeError, TypeError, ValueError) as error:
        raise BadValueError(
            f"A layout must be {{category: {{chart: ['Multiline' or 'Margin', [tags]]}}}}; got {given!r}."
        ) from error
    for charts in copy.values():
        for title, (kind, tags) in charts.items():
            if kind == "Margin" and len(tags) != 3:
                raise BadValueError(f"A margin chart needs 3 tags (value, lower, upper); {title!r} got {tags!r}.")
    return copy


def _tags(tags: Any) -> list[str]:
    """One string isn't a list of its letters."""
    if isinstance(tags, str) or not all(isinstance(tag, str) for tag in tags):
        raise TypeError("tags are a list of strings")
    return list(tags)


def hparams(
    given: Any, metrics: Any, domains: Any
) -> tuple[dict[str, bool | float | str], dict[str, list[bool | float | str]]]:
    """The hyperparameters and the values they may take, as bools, floats and strings; None is left out."""
    if not isinstance(given, dict) or not isinstance(metrics, dict) or not isinstance(domains or {}, dict):
        raise BadValueError("hparam_dict, metric_dict and hparam_domain_discrete must be dictionaries.")
    known = {_name(name): _hparam(name, value) for name, value in given.items() if value is not None}
    allowed: dict[str, list[bool | float | str]] = {}
    for name, choices in (domains or {}).items():
        if name not in given or not isinstance(choices, list):
            raise BadValueError(f"hparam_domain_discrete[{name!r}] must be a list of values of a hyperparameter.")
        allowed[name] = [_hparam(name, choice) for choice in choices]
        if {type(choice) for choice in allowed[name]} - {type(known.get(name))}:
            raise BadValueError(f"hparam_domain_discrete[{name!r}] must be of the type of hparam_dict[{name!r}].")
    return known, allowed


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise BadValueError(f"A hyperparameter's name must be a string; got {name!r} of type {type(name).__name__}.")
    return plain(name)


def _hparam(name: str, value: Any) -> bool | float | str:
    with suppress(TypeError, ValueError, OverflowError, RuntimeError):  # of several numbers, of one beyond all floats
        own = value.item() if hasattr(value, "item") else value
        own = _number(name, own) if hasattr(own, "shape") else own
        if isinstance(own, str):
            return plain(own)
        if isinstance(own, bool):
            return own
        if isinstance(own, (int, float)):
            return float(own)
    raise BadValueError(f"A hyperparameter must be a bool, number or string; {name!r} got {value!r}.")


def _number(name: str, value: Any) -> float:
    """That in a variable of TensorFlow or Keras, as an optimizer's learning rate is one."""
    number = scalar(name, value)
    return number if isinstance(number, float) else fetch_scalars([number])[0]


def embedding(tag: str, shape: Shape, metadata: Any, header: Any, images: Shape | None) -> None:
    if len(shape) != 2 or 0 in shape:
        raise BadValueError(f"An embedding must have the shape (N, D); {tag!r} got {shape}.")
    if metadata is not None and len(metadata) != shape[0]:
        raise BadValueError(f"The embedding {tag!r} has {shape[0]} rows but metadata for {len(metadata)}.")
    if header and metadata is not None and len(header) != _columns(metadata[0]):
        raise BadValueError(
            f"The metadata of {tag!r} has {_columns(metadata[0])} columns but a header of {len(header)}."
        )
    if images is not None and (len(images) != 4 or images[0] != shape[0] or images[1] not in (1, 3)):
        raise BadValueError(f"label_img must have the shape ({shape[0]}, 1 or 3, H, W); {tag!r} got {images}.")


def _columns(row: Any) -> int:
    return len(row) if hasattr(row, "__len__") else 1
