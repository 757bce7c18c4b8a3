"""pr_curves: precision and recall, and the four counts they come from, at each threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ._kind import Kind
from .tensor import numbers_of

if TYPE_CHECKING:
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PrCurve:
    """One curve; all arrays are as long as `thresholds`, which rise from 0.

    Thresholds at the end that let nothing through, where precision means nothing, are left out.
    """

    thresholds: Floats
    true_positives: Floats
    false_positives: Floats
    true_negatives: Floats
    false_negatives: Floats
    precision: Floats
    recall: Floats


def _parse(value: Summary.Value, metadata: SummaryMetadata) -> PrCurve:
    rows = numbers_of(value, 6, None).astype(np.float64)
    passing = np.flatnonzero(rows[0] + rows[1])
    length = min(passing[-1] + 1 if len(passing) else 1, rows.shape[1])
    thresholds = np.linspace(0.0, 1.0, rows.shape[1])[:length]
    return PrCurve(thresholds, *rows[:, :length])


KIND = Kind("pr_curves", _parse, plugins=("pr_curves",))
