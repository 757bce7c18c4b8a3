"""A notebook in a real browser: open it, run its cells, and read what the dashboards say of themselves."""

from __future__ import annotations

import os
import shutil
import time
from typing import Any

from .servers import ROOT, Server

CHROMIUM = os.environ.get("TBNB_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
SCREENSHOTS = ROOT / "screenshots"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

_RUN_ALL = {
    "lab": "jupyterapp.commands.execute('notebook:run-all-cells')",
    "classic": "Jupyter.notebook.execute_all_cells()",
}
_SAVE = {
    "lab": "jupyterapp.commands.execute('docmanager:save')",
    "classic": "Jupyter.notebook.save_notebook()",
}
_READY = {
    "lab": """() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'""",
    "classic": """() => window.Jupyter?.notebook?._fully_loaded && Jupyter.notebook.kernel?.is_connected()
                        && document.querySelector('.kernel_idle_icon')""",
}
_SELECT = {
    "lab": "n => { jupyterapp.shell.currentWidget.content.activeCellIndex = n; }",
    "classic": "n => Jupyter.notebook.select(n)",
}
_RUN = {
    "lab": "jupyterapp.commands.execute('notebook:run-cell')",
    "classic": "Jupyter.notebook.execute_selected_cells()",
}
_RESTART = {
    "lab": "jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()",
    "classic": "new Promise(done => Jupyter.notebook.kernel.restart(done, done))",
}


class Notebook:
    """A notebook that is open in a page."""

    def __init__(self, page: Any, server: Server, name: str) -> None:
        self.page = page
        self.server = server
        self.name = name
        self.errors: list[str] = []
        self.heard: list[str] = []
        page.on("pageerror", self._note)
        page.on("console", lambda message: self.heard.append(message.text[:200]))

    def _note(self, error: Any) -> None:
        """Widgets' scripts come from blobs; what the notebook's own scripts throw is theirs."""
        if "blob:" in (error.stack or "blob:"):
            self.errors.append(f"{error}\n{error.stack}")

    def open(self) -> Notebook:
        self.page.goto(self.server.address(self.name))
        self.page.wait_for_function(_READY[self.server.kind])
        return self

    def reload(self) -> None:
        """Load the page anew, without waiting for a busy kernel."""
        self.page.goto(self.server.address(self.name))

    def delay(self, part: str, seconds: float) -> None:
        """Let whatever has `part` in its address come late."""

        def late(route: Any) -> None:
            time.sleep(seconds)
            route.continue_()

        self.page.route(f"**/*{part}*/**", late)

    def _do(self, scripts: dict[str, str], argument: Any = None) -> Any:
        return self.page.evaluate(scripts[self.server.kind], argument)

    def run_all(self) -> None:
        """Begin to run all cells."""
        self.page.evaluate(f"() => {{ {_RUN_ALL[self.server.kind]}; }}")

    def run(self, cell: int) -> None:
        """Begin to run one cell."""
        self._do(_SELECT, cell)
        self.page.evaluate(f"() => {{ {_RUN[self.server.kind]}; }}")

    def wait_idle(self, patience: float = 60) -> None:
        self.page.wait_for_function(_READY[self.server.kind], timeout=patience * 1000)

    def restart_kernel(self) -> None:
        self._do(_RESTART)
        self.wait_idle()

    def save(self) -> None:
        self._do(_SAVE)

    def saved(self) -> Any:
        """The notebook as it is in its file, once it's saved with pictures that are up to date."""
        import nbformat

        path = self.server.directory / self.name
        before = path.stat().st_mtime_ns
        self.page.wait_for_timeout(500)
        self.save()
        while path.stat().st_mtime_ns == before:
            self.page.wait_for_timeout(100)
        self.page.wait_for_timeout(300)
        return nbformat.read(path, as_version=4)

    def wait(self, place: int = 0, patience: float = 30, **wanted: object) -> None:
        """Wait until the dashboard at `place` says these of itself, as points=100."""
        script = """([place, wanted]) => {
            const data = document.querySelectorAll('div.tbnb')[place]?.dataset;
            return data && Object.entries(wanted).every(([name, value]) => data[name] === value);
        }"""
        texts = {name: str(value) for name, value in wanted.items()}
        try:
            self.page.wait_for_function(script, arg=[place, texts], timeout=patience * 1000)
        except Exception as error:
            raise AssertionError(
                f"wanted {texts}, got {self.said(place)}; errors of the page: {self.errors}; heard: {self.heard[-8:]}"
            ) from error

    def said(self, place: int = 0) -> dict[str, str]:
        """What the dashboard at `place` says of itself."""
        script = "place => ({...document.querySelectorAll('div.tbnb')[place]?.dataset})"
        return dict(self.page.evaluate(script, place))

    def screenshot(self, name: str) -> None:
        """Kept for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.server.kind}.png")
