"""Notebooks that Colab saved: nbconvert, which GitHub uses, refuses them, and renders them once they're tidied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbconvert
import nbformat
import pytest

from tbnb.cli import main
from tbnb.errors import TbnbError
from tbnb.tidy import tidy

MIME = "application/vnd.jupyter.widget-state+json"
MODEL = {"model_module": "anywidget", "model_name": "AnyModel", "model_module_version": "~0.9.*", "state": {"x": 1}}
VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "a1", "version_major": 2, "version_minor": 0}}


def saved_by_colab(path: Path, **widgets: Any) -> Path:
    """As real ones have it: models right below the MIME type."""
    outputs = [{"output_type": "display_data", "data": {"text/plain": "Dashboard ü", **VIEW}, "metadata": {}}]
    cell = {"cell_type": "code", "id": "c", "source": "", "metadata": {}, "outputs": outputs, "execution_count": 1}
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"widgets": widgets or {MIME: {"a1": MODEL}}}}
    path.write_text(json.dumps({**content, "cells": [cell]}, indent=2, ensure_ascii=False), encoding="utf-8")
    return path


def rendered(path: Path) -> str:
    return str(nbconvert.HTMLExporter().from_filename(str(path))[0])


def test_what_is_refused_is_rendered_and_nothing_is_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The models are all there, in the frame that the format wants; the rest is as it was."""
    path = saved_by_colab(tmp_path / "one.ipynb")
    before = json.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(KeyError, match="state"):
        rendered(path)

    assert main(["tidy", str(path)]) == 0

    assert "one.ipynb: widgets whose state is framed now: 1" in capsys.readouterr().out
    assert "Dashboard ü" in path.read_text(encoding="utf-8")
    assert "a1" in rendered(path)
    after = json.loads(path.read_text(encoding="utf-8"))
    assert after["metadata"].pop("widgets")[MIME]["state"] == before["metadata"].pop("widgets")[MIME]
    assert after == before
    nbformat.validate(nbformat.read(path, as_version=4))
    assert [file.name for file in tmp_path.iterdir()] == ["one.ipynb"]


@pytest.mark.parametrize("widgets", [{MIME: {"state": {}, "version_major": 2}}, {MIME: None}, {"other": []}])
def test_what_needs_nothing_is_left_untouched(tmp_path: Path, widgets: dict[str, Any]) -> None:
    """To the byte; twice is as once."""
    path = saved_by_colab(tmp_path / "one.ipynb", **widgets)
    before = path.read_bytes()
    assert tidy(path) == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cells": []}', '{"metadata": {}}'])
def test_what_is_no_notebook_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In a sentence, with its name, and it stays as it is."""
    path = tmp_path / "one.ipynb"
    path.write_text(text)
    with pytest.raises(TbnbError, match=r"one\.ipynb is no notebook"):
        tidy(path)
    assert main(["tidy", str(path)]) == 1
    assert "is no notebook" in capsys.readouterr().err
    assert path.read_text() == text
