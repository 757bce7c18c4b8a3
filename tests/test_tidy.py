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
    text = json.dumps({**content, "cells": [cell]}, indent=2, ensure_ascii=False)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
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


def test_what_has_no_widgets_any_more_is_rendered(tmp_path: Path) -> None:
    """An empty set of models is refused, too, until it's framed."""
    path = saved_by_colab(tmp_path / "one.ipynb", **{MIME: {}})
    assert tidy(path) == 1
    assert "Dashboard" in rendered(path)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The notebook that it leads to is tidied."""
    path = saved_by_colab(tmp_path / "one.ipynb")
    link = tmp_path / "link.ipynb"
    link.symlink_to(path.name)

    assert tidy(link) == 1
    assert link.is_symlink()
    assert tidy(path) == 0


def test_half_a_character_stays_half_a_character(tmp_path: Path) -> None:
    """What JavaScript cut in two, and wrote as an escape, is so written again."""
    path = saved_by_colab(tmp_path / "one.ipynb", **{MIME: {"a1": {**MODEL, "state": {"x": "\ud83d"}}}})
    assert tidy(path) == 1
    assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["widgets"][MIME]["state"]["a1"]["state"] == {
        "x": "\ud83d"
    }
    assert [file.name for file in tmp_path.iterdir()] == ["one.ipynb"]


OLD = {"state": {"a1": {"views": []}}, "version": "1.1.2"}  # of ipywidgets before 7


@pytest.mark.parametrize("widgets", [{MIME: {"state": {}, "version_major": 2}}, {MIME: None}, {"other": []}, OLD])
def test_what_needs_nothing_is_left_untouched(tmp_path: Path, widgets: dict[str, Any]) -> None:
    """To the byte; twice is as once."""
    path = saved_by_colab(tmp_path / "one.ipynb", **widgets)
    before = path.read_bytes()
    assert tidy(path) == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cells": []}', '{"metadata": {}}', "\udcff"])
def test_what_is_no_notebook_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In a sentence, with its name, and it stays as it is."""
    path = tmp_path / "one.ipynb"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(TbnbError, match=r"one\.ipynb is no notebook"):
        tidy(path)
    assert main(["tidy", str(path)]) == 1
    assert "is no notebook" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8", errors="surrogateescape") == text


def test_one_that_is_none_keeps_no_other_from_being_tidied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of several notebooks each is done; the code tells that one wasn't."""
    (tmp_path / "bad.ipynb").write_text("{", encoding="utf-8")
    good = saved_by_colab(tmp_path / "good.ipynb")

    assert main(["tidy", str(tmp_path / "bad.ipynb"), str(tmp_path / "gone.ipynb"), str(good)]) == 1

    out, err = capsys.readouterr()
    assert [line.split(":")[0] for line in out.splitlines()] == [str(good)]
    assert "bad.ipynb is no notebook" in err
    assert "gone.ipynb" in err
    assert tidy(good) == 0
