"""audio: encoded clips as they stand in the file; a step may have several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._kind import Kind
from .tensor import strings_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata


@dataclass(frozen=True)
class Clip:
    """One encoded clip; the label is Markdown."""

    data: bytes
    content_type: str  # audio/wav, ...
    sample_rate: float | None  # None where neither the writer nor the clip's own header says
    label: str = ""


@dataclass(frozen=True)
class Audio:
    """The clips of one step."""

    clips: tuple[Clip, ...]


_SIGNATURES = {b"OggS": "audio/ogg", b"fLaC": "audio/flac"}
_SIGNATURES |= dict.fromkeys([b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"], "audio/mpeg")


def content_type(encoded: bytes) -> str:
    """The media type of an encoded clip, from its first bytes; WAV, which all write, where it's not known."""
    return next((name for start, name in _SIGNATURES.items() if encoded.startswith(start)), "audio/wav")


def wav_rate(encoded: bytes) -> float | None:
    """The sample rate in a WAV file's `fmt ` chunk."""
    at = encoded.find(b"fmt ", 12, 4096) if encoded[:4] == b"RIFF" else -1
    rate = encoded[at + 12 : at + 16]
    return float(int.from_bytes(rate, "little")) if at > 0 and len(rate) == 4 else None


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> Audio:
    if value.HasField("audio"):
        audio = value.audio
        encoded = audio.encoded_audio_string
        kind = audio.content_type or content_type(encoded)
        return Audio((Clip(encoded, kind, audio.sample_rate or wav_rate(encoded)),))
    strings = strings_of(value)
    if strings.ndim not in (1, 2) or (strings.ndim == 2 and strings.shape[1] != 2):
        raise ValueError(f"its clips have the shape {strings.shape}, not (k,) or (k, 2)")
    rows = [(row, b"") for row in strings] if strings.ndim == 1 else list(strings)
    return Audio(tuple(_clip(bytes(encoded), bytes(label)) for encoded, label in rows))


def _clip(encoded: bytes, label: bytes) -> Clip:
    return Clip(encoded, content_type(encoded), wav_rate(encoded), label.decode(errors="replace"))


KIND = Kind("audio", _parse, plugins=("audio",), form="audio")
