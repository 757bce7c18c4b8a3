"""The still picture: a chart a tag, a curve a run, drawn without the user's pyplot."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tbnb
from tbnb.page.colors import PALETTE, looks
from tbnb.page.poster import CROWD, MOST_CHARTS, poster, smoothed

ROOT = Path(__file__).parents[1]


def png(figure: object) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")  # type: ignore[attr-defined]
    return buffer.getvalue()


def logged(directory: Path, runs: list[str], tags: list[str], count: int = 30) -> tbnb.Log:
    for run in runs:
        with tbnb.SummaryWriter(directory / run) as writer:
            for step in range(count):
                for tag in tags:
                    writer.add_scalar(tag, 1 / (step + 1), step)
    return tbnb.read(directory)


def curves(figure: Any) -> dict[str, tuple[int, ...]]:
    """By the name of each chart: how many curves it has raw, and how many smoothed."""
    return {
        axes.get_title(loc="left"): tuple(len(lines.get_segments()) for lines in axes.collections)
        for axes in figure.axes
    }


def test_a_chart_a_tag_and_a_curve_a_run(tmp_path: Path) -> None:
    """Each tag has axes of its name, with a raw and a smoothed curve of each run."""
    figure = poster(logged(tmp_path, ["a", "b"], ["loss", "accuracy"]))

    assert curves(figure) == {"loss": (2, 2), "accuracy": (2, 2)}
    assert png(figure).startswith(b"\x89PNG")


def test_runs_and_tags_are_chosen_by_expressions(tmp_path: Path) -> None:
    """`runs` and `tags` keep what they are found in, capital or small as in the page."""
    log = logged(tmp_path, ["lr-0.1", "lr-0.3"], ["loss/train", "loss/val", "speed"])

    figure = poster(log, runs="0.3$", tags="^loss")

    assert curves(figure) == {"loss/train": (1, 1), "loss/val": (1, 1)}
    assert curves(poster(log, runs="LR-0.3", tags="^Loss")) == curves(figure)


def test_what_is_not_shown_is_counted(tmp_path: Path) -> None:
    """More tags than fit are counted in the title."""
    figure = poster(logged(tmp_path, ["a"], [f"tag{number}" for number in range(MOST_CHARTS + 3)], 2))

    assert len(figure.axes) == MOST_CHARTS
    assert "3 more tags not shown" in figure.get_suptitle()


@pytest.mark.parametrize("apart", [0.0, 1e-5, 20.0, 7000.0, 3600.0 * 47, 86400.0 * 60, 86400.0 * 400])
def test_times_have_an_axis_however_near_or_far(apart: float, tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    """One point, a second, months: Matplotlib has nothing to warn of, which would stand in the user's cell."""
    with tbnb.SummaryWriter(tmp_path / "a") as writer:
        for step in range(3):
            writer.add_scalar("loss", step, step, walltime=1.7e9 + step * apart)

    png(poster(tbnb.read(tmp_path), x="wall"))

    assert [str(warning.message) for warning in recwarn] == []


def test_empty_log_has_a_picture(tmp_path: Path) -> None:
    """A log without scalars gives a picture that says so."""
    figure = poster(tbnb.read(tmp_path))

    assert "no scalars yet" in figure.get_suptitle()
    assert png(figure)


def test_hostile_names_are_drawn_as_text(tmp_path: Path) -> None:
    """Dollars, control characters and endless names neither break the drawing nor are taken for formulas."""
    tags = ["$\\frac{1$", "a\x07b", "x" * 4000, "日本"]

    with pytest.warns(
        UserWarning, match="missing from font"
    ):  # DejaVu has no Japanese; the picture is made all the same
        assert png(poster(logged(tmp_path, ["$run$", "other"], tags, 3)))


def test_a_crowd_is_shown_smoothed_only(tmp_path: Path) -> None:
    """Of more runs than anybody tells apart, all have a curve, and none a second, faded one."""
    log = logged(tmp_path, [f"run{number}" for number in range(CROWD + 1)], ["loss"], 3)

    assert curves(poster(log)) == {"loss": (0, CROWD + 1)}


def test_a_single_point_is_a_dot(tmp_path: Path) -> None:
    """What has one point has no line; a dot stands there, in the run's colour."""
    log = logged(tmp_path, ["a"], ["loss"], 1)

    dots = poster(log).axes[0].collections[-1]
    assert dots.get_offsets().tolist() == [[0, 1]]


@pytest.mark.parametrize("x", ["step", "relative", "wall"])
def test_every_x_axis(tmp_path: Path, x: str) -> None:
    """Steps, seconds since the first point, and the time of day can be across."""
    assert png(poster(logged(tmp_path, ["a"], ["loss"]), x=x))  # type: ignore[arg-type]


def test_time_is_relative_to_the_runs_beginning(tmp_path: Path) -> None:
    """As on the page: what a run logs at the end of an epoch begins there."""
    with tbnb.SummaryWriter(tmp_path) as writer:
        for tag, wall_time in (("train", 1000.0), ("val", 1060.0), ("train", 1070.0)):
            writer.add_scalar(tag, 1.0, 0, walltime=wall_time)

    figure = poster(tbnb.read(tmp_path), x="relative")

    curves = [axes.collections[-1] for axes in figure.axes]
    assert curves[0].get_segments()[0][:, 0].tolist() == [0, 70]
    assert curves[1].get_offsets()[:, 0].tolist() == [60]


def test_values_that_are_no_numbers(tmp_path: Path) -> None:
    """NaN and infinity leave gaps and nothing else."""
    with tbnb.SummaryWriter(tmp_path) as writer:
        for step, value in enumerate([1.0, float("nan"), 2.0, float("inf"), 3.0]):
            writer.add_scalar("loss", value, step)

    assert png(poster(tbnb.read(tmp_path)))


@pytest.mark.parametrize("wall_time", [0.0, 1e18, -1e12, 1.7e9])
@pytest.mark.parametrize("scale", [1e-310, 3e38, 1e300])
def test_numbers_out_of_the_ordinary(tmp_path: Path, wall_time: float, scale: float) -> None:
    """Times that no calendar has, steps and values of any size: there is a picture, without a word."""
    with tbnb.SummaryWriter(tmp_path) as writer:
        for number in range(-3, 4):
            writer.add_scalar("loss", number * scale, number * 2**50, wall_time)
    log = tbnb.read(tmp_path)

    assert all(png(poster(log, x=x)) for x in ("step", "relative", "wall"))  # type: ignore[arg-type]


@pytest.mark.parametrize("weight", [0.0, 0.6, 0.99, 0.999])
def test_smoothing_is_tensorboards(weight: float) -> None:
    """The smoothed curve is TensorBoard's debiased average, to rounding, over many points with gaps."""
    value = np.random.default_rng(1).normal(size=5000).cumsum()
    value[[7, 99, 1234]] = np.nan, np.inf, -np.inf
    last, count, expected = 0.0, 0, []
    for number in value.tolist():
        if np.isfinite(number):
            last = last * weight + (1 - weight) * number
            count += 1
            expected.append(last / (1 - weight**count) if weight else number)
        else:
            expected.append(number)

    np.testing.assert_allclose(smoothed(value, weight), expected, rtol=1e-9)


def test_constant_is_untouched() -> None:
    """A constant series is its own average, to the digit."""
    value = np.full(100, 0.1)

    assert smoothed(value, 0.9) is value


def test_pyplot_stays_out_of_it(tmp_path: Path) -> None:
    """Drawing a poster doesn't import pyplot, which would touch the user's figures and backend."""
    code = f"""
import sys, tbnb
from tbnb.page.poster import poster
poster(tbnb.read({str(tmp_path)!r}))
assert "matplotlib.figure" in sys.modules and "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.source
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js runs the page's own colours")
def test_colors_are_the_pages() -> None:
    """Runs have on the still picture the colours and dashes that the live page gives them."""
    runs = ["train", "validation", "lr-0.1", "日本", *(f"run{number}" for number in range(20))]
    code = f"""
import {{ createColors }} from "{ROOT / "js" / "src" / "colors.js"}";
const kept = {{ slots: {{}}, colors: {{}}, colorBy: "" }};
const colors = createColors({{ get: (key) => kept[key], set: (key, value) => {{ kept[key] = value; }} }});
const runs = {runs!r};
colors.assign(runs);
console.log(JSON.stringify(runs.map((run) => colors.of(run))));
"""
    done = subprocess.run(["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True)

    expected = [(look["color"], tuple(look["dash"])) for look in json.loads(done.stdout)]
    assert [tuple(look) for look in looks(runs).values()] == expected


def test_palette_has_seven_colors() -> None:
    """Beyond seven runs dashes tell them apart."""
    found = looks(map(str, range(14)))

    assert len({look.color for look in found.values()}) == len(PALETTE) == 7
    assert len(set(found.values())) == 14
