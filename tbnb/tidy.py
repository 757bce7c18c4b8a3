"""A notebook that Colab saved, made one that GitHub renders: Colab leaves out what frames the widgets' state."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from .errors import TbnbError

_STATES = "application/vnd.jupyter.widget-state+json"


def tidy(notebook: str | os.PathLike[str]) -> int:
    """Frame the widgets' state in this file as the format wants it; how many widgets that were (0: left untouched)."""
    path = Path(notebook)
    text, content = _parsed(path)
    states = content["metadata"].get("widgets")
    framed = _frame(states) if isinstance(states, dict) else 0
    if framed:
        _replace(path.resolve(), json.dumps(content, ensure_ascii=False, indent=_indent_of(text)) + "\n")
    return framed


def _parsed(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except ValueError as error:
        raise TbnbError(f"{path} is no notebook: {error}. It's left as it is.") from None
    if not isinstance(content, dict) or not isinstance(content.get("metadata"), dict) or "cells" not in content:
        raise TbnbError(f"{path} is no notebook: it has no cells or no metadata. It's left as it is.")
    return text, content


def _frame(states: dict[str, Any]) -> int:
    """Colab writes the models right where a `state` with a version around it belongs, also where there are none."""
    models = states.get(_STATES)
    if not isinstance(models, dict) or "state" in models:
        return 0
    states[_STATES] = {"state": models, "version_major": 2, "version_minor": 0}
    return len(models) or 1


def _indent_of(text: str) -> int | None:
    found = re.match(r"\{\r?\n( +)", text)
    return len(found[1]) if found else None


def _replace(path: Path, text: str) -> None:
    """Whole or not at all."""
    beside = path.with_name(f".{path.name}.tidied")
    beside.write_text(text, encoding="utf-8", errors="backslashreplace")  # half a character is so written in JSON, too
    beside.chmod(path.stat().st_mode)
    beside.replace(path)
