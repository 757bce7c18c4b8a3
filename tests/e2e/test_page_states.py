"""A gallery for people to look at: each state, at three widths, in light and dark; nothing sticks out."""

from __future__ import annotations

from typing import Any

import pytest

from .host import Host
from .states import STATES, darken, lighten

WIDTHS = (360, 800, 1600)
STICKING_OUT = """() => [...document.querySelectorAll('.tbnb *')].filter(element => {
    const plot = element.closest('.tbnb-plot')?.getBoundingClientRect();
    if (plot && (plot.bottom < 0 || plot.top > innerHeight)) return false;  // fitted when it comes
    const box = element.getBoundingClientRect(), root = element.closest('.tbnb').getBoundingClientRect();
    return box.width && element.checkVisibility() && (box.right > root.right + 1 || box.left < root.left - 1)
        && !element.closest('.tbnb-selection, .tbnb-sr, svg');
}).map(element => element.className || element.tagName)"""


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_shown_at_each_width_in_light_and_dark(page: Any, state: str) -> None:
    """Nothing is wider than the dashboard, whatever its names; the pictures stay in screenshots/."""
    host = Host(page)
    STATES[state](host)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 760})
        for theme in (lighten, darken):
            theme(host)
            page.wait_for_timeout(250)  # panels tell of a change at a beat
            host.shot(f"state-{state}-{width}-{'dark' if theme is darken else 'light'}")
        page.wait_for_function(f"({STICKING_OUT})().length === 0")
    assert host.errors == []


def test_the_list_of_runs_has_the_colours_of_the_charts_in_each_theme(page: Any) -> None:
    """A notebook whose theme changes changes both, though no point comes."""
    host = Host(page)
    STATES["pairs"](host)
    host.wait(paintedStep=299)
    same = """() => {
        const strokes = host.dashboard.cards()[0].drawing.figure().legend.map(({ color }) => color);
        const probe = document.createElement('i');
        const seen = strokes.map(color => (probe.style.color = color, probe.style.color));
        const listed = [...document.querySelectorAll('.tbnb-paint path')].map(path => path.style.stroke);
        return listed.length === 2 && listed.every(color => seen.includes(color));
    }"""
    for theme in (darken, lighten, darken):
        theme(host)
        page.wait_for_function(same)
