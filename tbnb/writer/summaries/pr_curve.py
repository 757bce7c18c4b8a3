"""Precision-recall curves: counts at thresholds evenly spread from 0 to 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from tensorboard.plugins.pr_curve.plugin_data_pb2 import PrCurvePluginData

from ..values import fetch
from .pieces import floats, metadata, one_value

_MOST_THRESHOLDS = 127  # torch's limit
_ALMOST_NOTHING = 1e-7


def summary(tag: str, labels: Any, predictions: Any, thresholds: int, weights: Any) -> Any:
    thresholds = min(thresholds, _MOST_THRESHOLDS)
    weights = 1.0 if weights is None else fetch(weights)
    return _summary(tag, curve(fetch(labels), fetch(predictions), thresholds, weights), thresholds)


def raw(tag: str, rows: list[Any], thresholds: int) -> Any:
    return _summary(tag, np.stack([fetch(row) for row in rows]), min(thresholds, _MOST_THRESHOLDS))


def _summary(tag: str, rows: npt.NDArray[Any], thresholds: int) -> Any:
    content = PrCurvePluginData(version=0, num_thresholds=thresholds).SerializeToString()
    return one_value(tag, metadata=metadata("pr_curves", content), tensor=floats(rows))


def curve(labels: npt.NDArray[Any], predictions: npt.NDArray[Any], thresholds: int, weights: Any) -> npt.NDArray[Any]:
    """Rows: true positives, false positives, true negatives, false negatives, precision, recall."""
    buckets = np.floor(predictions * (thresholds - 1)).astype(np.float64)  # NaN, which is in none, has no integer
    positive = labels.astype(np.float64)
    true_pos = _at_or_above(buckets, positive * weights, thresholds)
    false_pos = _at_or_above(buckets, (1.0 - positive) * weights, thresholds)
    true_neg, false_neg = false_pos[0] - false_pos, true_pos[0] - true_pos
    precision = true_pos / np.maximum(_ALMOST_NOTHING, true_pos + false_pos)
    recall = true_pos / np.maximum(_ALMOST_NOTHING, true_pos + false_neg)
    return np.stack((true_pos, false_pos, true_neg, false_neg, precision, recall))


def _at_or_above(buckets: Any, weights: npt.NDArray[Any], thresholds: int) -> npt.NDArray[Any]:
    counts, _ = np.histogram(buckets, bins=thresholds, range=(0, thresholds - 1), weights=weights)
    return np.cumsum(counts[::-1])[::-1]
