"""The arrows of import, and what importing costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tbnb

ROOT = Path(tbnb.__file__).parent

# What each part of the house may import; everybody may import errors, ticker and growth.
MAY_IMPORT = {
    "errors": set(),
    "ticker": set(),
    "growth": set(),
    "errands": set(),
    "companion": set(),
    "events": set(),
    "writer": {"events"},
    "kinds": {"events"},
    "store": {"events", "kinds"},
    "follow": {"events"},
    "keep": {"events"},
    "reader": {"store", "follow"},
    "checkup": {"store", "follow", "reader"},
    "export": {"store", "reader"},
    "page": {"events", "kinds", "store"},
    "frameworks": {"writer"},
    "run": {"writer", "frameworks"},
    "watcher": {
        "errands",
        "companion",
        "events",
        "writer",
        "kinds",
        "store",
        "follow",
        "reader",
        "page",
        "keep",
        "run",
    },
    "magics": {"watcher", "page", "keep", "writer", "checkup", "frameworks"},
    "tidy": set(),
    "cli": {"watcher", "keep", "reader", "writer", "magics", "checkup", "export", "run", "tidy"},
    "__main__": {"cli"},
}
EVERYBODY = {"errors", "ticker", "growth"}


def imported_parts(path: Path) -> set[str]:
    """The parts of tbnb that the module at `path` imports, anywhere in it."""
    depth = len(path.relative_to(ROOT).parts)
    parts = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            parts |= {name.split(".")[0] for name in names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("tbnb."):
            parts.add((node.module or "").split(".")[1])
    return parts


def modules() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py"]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    """A part of the house imports only the parts that come before it on the data's way."""
    part = path.relative_to(ROOT).parts[0].removesuffix(".py")

    assert imported_parts(path) - {part} - EVERYBODY <= MAY_IMPORT[part]


def test_import_is_light() -> None:
    """`import tbnb` brings none of the heavy libraries with it."""
    heavy = {"numpy", "tensorboard", "tensorflow", "torch", "ipywidgets", "anywidget", "matplotlib", "pandas"}
    code = "import sys, tbnb; print(*sys.modules)"

    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )

    assert not heavy & loaded
