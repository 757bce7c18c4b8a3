"""Masked CRC-32C: of one piece of bytes (the C library), and of every window of some bytes at once (NumPy).

CRC-32C is linear: the CRC of a row is the XOR of what each of its bytes contributes, and a byte's contribution
depends only on its value and on its distance from the end. So a table of 256 numbers for each distance turns the
CRCs of a million rows into a look-up a column.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import google_crc32c

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_MASK_DELTA = 0xA282EAD8
_POLYNOMIAL = 0x82F63B78  # Castagnoli, reflected


def masked_crc(data: bytes) -> int:
    """The checksum that a record stores: CRC-32C, rotated and shifted so that it may itself be checksummed."""
    return mask(google_crc32c.value(data))


def mask(crc: int) -> int:
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF


def mask_all(crc: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """`mask`, of an array of uint32 (whose arithmetic wraps by itself)."""
    import numpy as np

    masked = ((crc >> np.uint32(15)) | (crc << np.uint32(17))) + np.uint32(_MASK_DELTA)
    return np.asarray(masked, np.uint32)


def unmask_all(masked: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """The CRCs of an array of masked ones."""
    import numpy as np

    turned = masked - np.uint32(_MASK_DELTA)
    return np.asarray((turned >> np.uint32(17)) | (turned << np.uint32(15)), np.uint32)


@lru_cache(maxsize=1)
def _step_table() -> npt.NDArray[np.uint32]:
    """What a byte does to a CRC of zero when it's the last one."""
    import numpy as np

    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


@lru_cache(maxsize=4096)
def contribution(distance: int) -> npt.NDArray[np.uint32]:
    """What each of the 256 byte values contributes to a CRC when `distance` bytes follow it; read-only."""
    table = _step_table()
    if distance:
        before = contribution(distance - 1) if distance % 64 else _advance(contribution(distance - 64), 63)
        table = _advance(before, 1)
    table.setflags(write=False)
    return table


def _advance(table: npt.NDArray[np.uint32], distance: int) -> npt.NDArray[np.uint32]:
    step = _step_table()
    for _ in range(distance):
        table = step[table & 0xFF] ^ (table >> 8)
    return table
