"""Sound as a 16-bit WAV file, of one channel or more."""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto.summary_pb2 import Summary

from ..notice import warn
from ..values import fetch
from .pieces import one_value

_LOUDEST = 32767


def summary(tag: str, held: Any, sample_rate: int) -> Any:
    sound = _samples(tag, _by_time(fetch(held)))
    output = io.BytesIO()
    with wave.open(output, "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(sound.tobytes())
    audio = Summary.Audio(
        sample_rate=sample_rate,
        num_channels=sound.shape[1],
        length_frames=len(sound),
        encoded_audio_string=output.getvalue(),
        content_type="audio/wav",
    )
    return one_value(tag, audio=audio)


def _by_time(sound: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(L, channels): time is the longer one of two dimensions."""
    sound = np.squeeze(sound)
    if sound.ndim < 2:
        return sound.reshape(-1, 1)
    return sound.T if sound.shape[0] < sound.shape[1] else sound


def _samples(tag: str, sound: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    if sound.dtype == np.int16:
        return sound.astype("<i2")
    if sound.dtype not in (np.float32, np.float64):  # narrow ones hold neither -1 nor the loudest
        sound = sound.astype(np.float64)
    sound = np.nan_to_num(sound)
    if abs(sound).max() > 1:
        warn(f"The sound of {tag!r} goes beyond -1 to 1 and is clipped.")
    return (sound.clip(-1, 1) * _LOUDEST).astype("<i2")
