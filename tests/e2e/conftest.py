"""Servers and browser for the tests here; where one of them is missing, a sentence says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .browser import ARGUMENTS, CHROMIUM, Notebook
from .servers import Server, python_of, running

KINDS = ("lab", "classic")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent != Path(__file__).parent:
            continue
        item.add_marker(pytest.mark.e2e)
        item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install 'tbnb[e2e]'")
    if not CHROMIUM:
        pytest.skip("there is no Chromium: install one, or name it in TBNB_CHROMIUM")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab, then Notebook 6 on Colab's pins."""
    if not python_of(request.param).exists():
        pytest.skip(f"{python_of(request.param)} is missing: `make test-e2e` makes it, or name one in TBNB_COLAB_VENV")
    with running(request.param, tmp_path_factory.mktemp(request.param)) as server:
        yield server


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    yield context.new_page()
    context.close()


class Opener:
    """Makes notebooks, opens them, and ends their kernels."""

    def __init__(self, server: Server, page: Any, name: str) -> None:
        self.server = server
        self.page = page
        self.name = name

    def __call__(self, *cells: str) -> Notebook:
        """A notebook with these cells, in a directory of its own, open and ready."""
        name = self.server.write(self.name, *cells)
        return Notebook(self.page, self.server, name).open()


@pytest.fixture
def notebook(server: Server, page: Any, request: pytest.FixtureRequest) -> Iterator[Opener]:
    opener = Opener(server, page, request.node.name.split("[")[0])
    yield opener
    opener.server.end_kernels()
