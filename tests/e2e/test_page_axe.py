"""Accessibility, as axe-core checks it: names, roles, contrast, focus, in each state, light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from .host import Host
from .servers import ROOT
from .states import STATES, darken, lighten

AXE = ROOT / "js" / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """async () => {
    const { violations } = await axe.run('div.tbnb', { resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: `
        + nodes.slice(0, 3).map(node => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | '));
}"""


@pytest.fixture
def host(page: Any) -> Host:
    host = Host(page)
    page.add_script_tag(path=AXE)
    return host


def violations(host: Host) -> list[str]:
    host.settle()
    return list(host.page.evaluate(CHECK))


@pytest.mark.parametrize("state", ["empty", "error", "pairs", "selection", "1000-runs", "groups", "tried"])
def test_a_state_has_no_violations(host: Host, state: str) -> None:
    """In light and in dark."""
    STATES[state](host)
    for theme in (lighten, darken):
        theme(host)
        assert violations(host) == [], theme.__name__


def test_each_panel_has_no_violations(host: Host) -> None:
    """Each tab's panel, standing open, in light and in dark."""
    STATES["pairs"](host)
    host.wait(paintedStep=299)
    for tab in host.page.locator(".tbnb-tab").all():
        if tab.get_attribute("aria-expanded") != "true":
            tab.click()
        for theme in (lighten, darken):
            theme(host)
            assert violations(host) == [], f"{tab.inner_text()}, {theme.__name__}"


def test_what_opens_has_no_violations(host: Host) -> None:
    """The tooltip that is held, the export menu, the line to copy."""
    STATES["pairs"](host)
    host.wait(paintedStep=299)
    host.page.mouse.click(*host.over("train/loss", 0.5))
    host.page.locator(".tbnb-bar").get_by_role("button", name="Export").click()
    for theme in (lighten, darken):
        theme(host)
        assert violations(host) == [], theme.__name__
    host.page.get_by_role("menuitem", name="Copy this view").click()
    assert violations(host) == []
