"""Puts the JavaScript bundle into what hatch builds: made anew when js/src is newer, taken as it is when it's fresh.

`TBNB_SKIP_JS=1` takes what is there, whatever its age.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        js = Path(self.root) / "js"
        bundle = Path(self.root) / "tbnb" / "static" / "widget.js"
        if version == "editable" or os.environ.get("TBNB_SKIP_JS") or is_fresh(bundle, js):
            return
        make_bundle(js)


def is_fresh(bundle: Path, js: Path) -> bool:
    """Whether the bundle is there and no source is newer; an sdist carries the bundle, so it builds without npm."""
    if not bundle.exists():
        return False
    sources = [js / "package.json", *(path for path in (js / "src").rglob("*") if path.is_file())]
    return all(path.stat().st_mtime <= bundle.stat().st_mtime for path in sources if path.exists())


def make_bundle(js: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            "tbnb/static/widget.js is missing or older than js/src, and there is no npm to build it: install "
            "Node.js 20 or newer and run `make build`, or set TBNB_SKIP_JS=1 to build without it."
        )
    subprocess.run([npm, "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=js, check=True)
    subprocess.run([npm, "run", "build"], cwd=js, check=True)
