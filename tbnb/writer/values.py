"""What may be logged: values of any library, checked at the call and held so that nobody can change them.

No library is imported here: a tensor is known by what it can do. A value on a device is cloned there, which
doesn't wait for the device; the flush thread fetches it (`fetch_scalars`, `fetch`).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import BadValueError

if TYPE_CHECKING:
    import numpy.typing as npt

STEPS = range(-(1 << 63), 1 << 63)


class Held(NamedTuple):
    """A value that is still on its device, safe from change; `ready` says when its device has finished it."""

    value: Any
    ready: Any = None

    def fetch(self) -> npt.NDArray[Any]:
        if self.ready is not None:
            self.ready.synchronize()
        return _to_numpy(self.value)


def check_tag(tag: Any) -> str:
    if not isinstance(tag, str):
        raise BadValueError(f"A tag must be a string; got {_show(tag)} of type {_type(tag)}.")
    return plain(tag)


def plain(name: Any) -> str:
    """A name as a string: of an enumeration's member that is one, its value, for which str() gives its name."""
    return str.__str__(name) if isinstance(name, str) else str(name)


def check_step(tag: str, step: Any) -> int | None:
    if step is None:
        return None
    try:
        number = int(step)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:  # torch's of many numbers: a RuntimeError
        raise BadValueError(f"The step of {tag!r} must be a whole number or None; got {_show(step)}.") from error
    if number not in STEPS:
        raise BadValueError(f"The step of {tag!r} must fit into 64 bits; got {number}.")
    return number


def check_walltime(tag: str, walltime: Any) -> float:
    try:
        return float(walltime)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadValueError(f"The walltime of {tag!r} must be seconds since 1970; got {_show(walltime)}.") from error


def scalar(tag: str, value: Any) -> float | Held:
    """The number in `value`; of one that is on a device, a clone that stays there."""
    if isinstance(value, (str, bytes, complex, list, tuple, dict)) or value is None:
        raise _not_a_number(tag, value)
    if hasattr(value, "shape") and not isinstance(value, float):  # np.float64 is both
        _check_is_one_number(tag, value)
        held = value if _is_on_host(value) else hold(tag, value)
        value = held if isinstance(held, Held) else _item(held)
    try:
        return value if isinstance(value, Held) else float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise _not_a_number(tag, value) from error


def _item(value: Any) -> Any:
    """The number itself; what NumPy masks is missing, whatever stands behind the mask."""
    return math.nan if getattr(value, "mask", False) else value.item()


def _is_on_host(value: Any) -> bool:
    if hasattr(value, "detach"):
        return _device_kind(value) == "cpu"
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, (numpy.generic, numpy.ndarray))


def _check_is_one_number(tag: str, value: Any) -> None:
    shape = tuple(value.shape)
    if shape and math.prod(shape) != 1:
        raise BadValueError(
            f"A scalar must be one number; {tag!r} got {_type(value)} of shape {shape}. "
            "Log its mean, or use add_histogram."
        )
    if _is_not_real(value):
        raise BadValueError(f"A scalar must be a real number; {tag!r} got {_type(value)} of type {value.dtype}.")


def _is_not_real(value: Any) -> bool:
    dtype = getattr(value, "dtype", "")
    if getattr(dtype, "kind", "") in ("b", "i", "u", "f"):  # NumPy's, and most of them
        return False
    name = str(dtype)
    return any(word in name for word in ("complex", "str", "object", "datetime", "timedelta", "void", "<U", "|S"))


def _not_a_number(tag: str, value: Any) -> BadValueError:
    return BadValueError(
        f"A scalar must be a number or a tensor of one element; {tag!r} got {_show(value)} of type {_type(value)}."
    )


def hold(tag: str, value: Any) -> Held | npt.NDArray[Any]:
    """`value` as it is now: a NumPy copy of what is in this machine's memory, a clone of what is on a device."""
    value = _unwrapped(value)
    if isinstance(value, (list, tuple)) and value and all(hasattr(one, "detach") for one in value):
        value = _stacked(tag, value)
    if hasattr(value, "detach"):
        return _hold_torch(tag, value)
    if hasattr(value, "shape") and hasattr(value, "dtype") and not _is_on_host(value):
        return _hold_foreign(tag, value)
    return _numeric(tag, value)


def _stacked(tag: str, tensors: Sequence[Any]) -> Any:
    """The losses that a loop gathered, say, as one tensor: on their device, and without their gradients."""
    try:
        return sys.modules["torch"].stack([one.detach() for one in tensors])
    except (TypeError, RuntimeError) as error:
        raise BadValueError(f"{tag!r} needs tensors of one shape and device; got {_show(tensors)}.") from error


def _unwrapped(value: Any) -> Any:
    """What a Keras variable wraps."""
    wrapped = getattr(value, "value", None)
    is_variable = hasattr(value, "assign") and wrapped is not None and not callable(wrapped)
    return wrapped if is_variable else value


def _hold_torch(tag: str, value: Any) -> Held | npt.NDArray[Any]:
    kind = _device_kind(value)
    if kind == "meta":
        raise BadValueError(f"{tag!r} got a tensor on the meta device, which has no values.")
    clone = value.detach().clone()
    if getattr(clone, "is_sparse", False):  # as an embedding's gradients may be
        clone = clone.to_dense()
    return _on_host(tag, clone) if kind == "cpu" else Held(clone, _ready(kind, clone))


def _on_host(tag: str, tensor: Any) -> npt.NDArray[Any]:
    try:
        return _to_numpy(tensor)
    except (TypeError, RuntimeError) as error:
        raise BadValueError(f"{tag!r} got a tensor of {tensor.dtype}, which NumPy doesn't have: {error}.") from error


def _device_kind(value: Any) -> str:
    device = getattr(value, "device", None)
    return str(getattr(device, "type", device)).split(":")[0]


def _ready(kind: str, clone: Any) -> Any:
    """An event after the clone, if it isn't on the stream from which the flush thread will read."""
    torch = sys.modules.get("torch")
    if kind != "cuda" or torch is None or not isinstance(clone, torch.Tensor):
        return None
    stream = torch.cuda.current_stream(clone.device)
    return None if stream == torch.cuda.default_stream(clone.device) else stream.record_event()


def _hold_foreign(tag: str, value: Any) -> Held:
    """TensorFlow's and JAX's arrays never change, but TensorFlow's variables do, and JAX's can be donated."""
    if "Tracer" in _type(value) or ("tensorflow" in _type(value) and not hasattr(value, "numpy")):
        raise BadValueError(
            f"{tag!r} got {_type(value)}, a placeholder without a value: log outside of the compiled function."
        )
    if hasattr(value, "read_value"):
        return Held(value.read_value())
    return Held(value.copy() if hasattr(value, "copy") else value)


def array(tag: str, value: Any) -> Held | npt.NDArray[Any]:
    """`value`, held, as an array of numbers."""
    if value is None or isinstance(value, (str, bytes, dict)):
        raise BadValueError(f"{tag!r} needs an array of numbers; got {_show(value)} of type {_type(value)}.")
    return hold(tag, value)


def _numeric(tag: str, value: Any) -> npt.NDArray[Any]:
    import numpy as np

    try:
        held = np.array(value)
    except (TypeError, ValueError, RuntimeError) as error:  # the last is torch's, of a gradient
        raise BadValueError(f"{tag!r} needs an array of numbers; got {_show(value)} of type {_type(value)}.") from error
    if held.dtype.kind not in "biufc" and not _is_extended_float(held.dtype):
        raise BadValueError(f"{tag!r} needs an array of numbers; got {_type(value)} of type {held.dtype}.")
    return held


def _is_extended_float(dtype: Any) -> bool:
    """ml_dtypes' bfloat16 and float8 (TensorFlow's and JAX's) have the kind of raw bytes."""
    return "float" in dtype.name


def shape(held: Held | npt.NDArray[Any]) -> tuple[int, ...]:
    return tuple(held.value.shape if isinstance(held, Held) else held.shape)


def size(held: Any) -> int:
    """The bytes that a held array keeps from being freed."""
    if isinstance(held, (bytes, str)):
        return len(held)
    return int(getattr(held.value if isinstance(held, Held) else held, "nbytes", 0))


def type_name(value: Any) -> str:
    """The name of an array's type, the same for every library."""
    dtype = value.value.dtype if isinstance(value, Held) else value.dtype
    return str(getattr(dtype, "name", dtype)).rpartition(".")[2]


def fetch(held: Any) -> npt.NDArray[Any]:
    """The array itself; on the flush thread, since this waits for the device."""
    return held.fetch() if isinstance(held, Held) else held


def fetch_scalars(held: Sequence[Held]) -> list[float]:
    """The numbers of many held scalars, with one transfer for each device."""
    numbers = [math.nan] * len(held)
    for places in _by_device(held).values():
        fetched = _fetch_together([held[place] for place in places])
        for place, number in zip(places, fetched, strict=True):
            numbers[place] = number
    return numbers


def _by_device(held: Iterable[Held]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for place, one in enumerate(held):
        groups.setdefault(f"{type(one.value)} {getattr(one.value, 'device', '')}", []).append(place)
    return groups


def _fetch_together(held: list[Held]) -> Iterable[float]:
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(held[0].value, torch.Tensor):
        return _fetch_apart(held)
    for one in held:
        if one.ready is not None:
            one.ready.synchronize()
    doubles = _double_type(torch, held[0].value)
    numbers: list[float] = torch.stack([one.value.reshape(()).to(doubles) for one in held]).tolist()
    return numbers


def _double_type(torch: Any, value: Any) -> Any:
    return torch.float32 if _device_kind(value) == "mps" else torch.float64  # Apple's GPUs have no doubles


def _fetch_apart(held: list[Held]) -> list[float]:
    for one in held:
        if hasattr(one.value, "copy_to_host_async"):  # JAX: all transfers run at once
            one.value.copy_to_host_async()
    return [float(one.fetch().reshape(-1)[0]) for one in held]


def _to_numpy(value: Any) -> npt.NDArray[Any]:
    import numpy as np

    if hasattr(value, "cpu"):
        value = value.cpu()
    if hasattr(value, "get") and hasattr(value, "__cuda_array_interface__"):  # CuPy
        value = value.get()
    if hasattr(value, "float") and any(word in str(getattr(value, "dtype", "")) for word in ("bfloat16", "float8")):
        value = value.float()  # torch's: NumPy has no such types
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value)


def _type(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
