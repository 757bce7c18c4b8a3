"""The notebooks and the README's example run as they stand, the trainings in them for a few steps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import tbnb

ROOT = Path(__file__).parents[1]

pytestmark = [
    pytest.mark.source,
    pytest.mark.timeout(240),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the Jupyter client's own making
]


def executed(notebook: Any, directory: Path) -> Any:
    """The notebook after all of its cells ran in `directory`; a cell that fails raises."""
    client = NotebookClient(notebook, timeout=100, kernel_name="python3", resources={"metadata": {"path": directory}})
    return client.execute()


def test_quickstart_logs_every_batch(tmp_path: Path) -> None:
    """The quickstart runs from its first cell to its last; its log holds three runs with a point for each batch."""
    notebook = nbformat.read(ROOT / "notebooks" / "quickstart.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("steps = 5000", "steps = 50")

    executed(notebook, tmp_path)

    log = tbnb.read(tmp_path / "runs")
    assert {run: len(log[run]["loss/train"]) for run in log.runs} == {"lr-0.3": 50, "lr-0.1": 50, "lr-0.03": 50}


def test_readme_example_runs(tmp_path: Path) -> None:
    """The code blocks of the README's example run one after the other, as cells, and what they log can be read."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    cells = [nbformat.v4.new_code_cell(block) for block in blocks]

    executed(nbformat.v4.new_notebook(cells=cells), tmp_path)

    assert len(tbnb.read(tmp_path / "runs").frame())
