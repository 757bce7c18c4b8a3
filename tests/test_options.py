"""What a watch is asked to show: checked at once, and handed to the page as its first settings."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tbnb.errors import BadValueError
from tbnb.magics import _Refused, _watch_parser
from tbnb.page.options import Options


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"runs": "("}, "runs is a regular expression; '(' is none"),
        ({"tags": "*"}, "tags is a regular expression"),
        ({"smoothing": 1.0}, "smoothing is a number from 0 up to, not including, 1; got 1.0"),
        ({"x": "epoch"}, "x is one of step, relative, wall; got 'epoch'"),
        ({"height": 0}, "at least 1; got 0"),
        ({"view": [1]}, "view is a JSON object"),
    ],
)
def test_what_cannot_be_shown_is_refused(wrong: dict[str, Any], sentence: str) -> None:
    """A bad option is named with its value and what would do."""
    with pytest.raises(BadValueError, match=re.escape(sentence)):
        Options(**wrong)


def test_view_goes_on_top() -> None:
    """A copied view adds to the other options, and stands over them."""
    asked = _watch_parser().parse_args(["runs", "--smoothing", "0.5", "--view", '{"y": "log", "x": "relstep"}'])

    page = Options(asked.runs, asked.tags, asked.smoothing, asked.x, asked.height, asked.view).for_page("runs")

    assert page["initial"] == {"smoothing": {"kind": "ema", "amount": 0.5}, "x": "relstep", "y": "log"}


def test_view_that_is_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A line that can't be read is answered with a sentence."""
    with pytest.raises(_Refused):
        _watch_parser().parse_args(["--view", "{"])

    assert "'{' is not JSON" in capsys.readouterr().out
