"""The public surface."""

from __future__ import annotations

import tbnb


def test_surface_is_what_the_design_says() -> None:
    """`tbnb` offers these names, each importable, and no others."""
    assert sorted(tbnb.__all__) == [
        "Log",
        "Mirror",
        "Restored",
        "SummaryWriter",
        "Watch",
        "autoflush",
        "doctor",
        "log",
        "persist",
        "read",
        "restore",
        "watch",
    ]
    for name in tbnb.__all__:
        assert getattr(tbnb, name) is not None
