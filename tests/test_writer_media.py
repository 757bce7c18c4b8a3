"""Everything that isn't a scalar, read back with TensorBoard; test_writer_torch.py has it beside torch's writer."""

from __future__ import annotations

import io
import math
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from tensorboard.util.tensor_util import make_ndarray

import tbnb
from tbnb import SummaryWriter
from tbnb.errors import BadValueError, MissingLibraryError

from .peers import dashboard, events, values


def only_value(directory: Path) -> Any:
    ((_, value),) = values(directory)
    return value


def picture(value: Any) -> Any:
    return Image.open(io.BytesIO(value.tensor.string_val[2]))


def test_what_is_logged_is_what_was_there_at_the_call(tmp_path: Path) -> None:
    """An array that is changed after the call is logged as it was."""
    pixels = np.zeros((3, 4, 4), np.uint8)
    with SummaryWriter(tmp_path, flush_secs=60) as writer:
        writer.add_image("i", pixels, 1)
        pixels[:] = 255

    assert picture(only_value(tmp_path)).getextrema() == ((0, 0),) * 3


def test_settings_are_those_of_the_call(tmp_path: Path) -> None:
    """A scene, a layout and a histogram's edges that are changed for the next call are logged as they were."""
    scene, layout, edges = {"camera": {"fov": 1}}, {"c": {"chart": ["Multiline", ["a"]]}}, np.array([0.0, 1.0])
    with SummaryWriter(tmp_path, flush_secs=60) as writer:
        writer.add_mesh("m", np.zeros((1, 3, 3)), config_dict=scene)
        writer.add_custom_scalars(layout)
        writer.add_histogram("h", [0.5], bins=edges)
        scene["camera"]["fov"] = 2
        layout["c"]["chart"][1].append("b")  # type: ignore[attr-defined]
        edges[:] = 5

    run = tbnb.read(tmp_path)["."]
    assert run["m_VERTEX"][0].data.config == {"camera": {"fov": 1}}
    assert run["custom_scalars__config__"][0].data.categories[0].charts[0].tags == ("a",)
    assert run["h"][0].data.count.tolist() == [1.0]


def test_the_calling_thread_encodes_nothing() -> None:
    """The call neither needs protobuf nor Pillow: both are imported by the flush thread."""
    code = (
        "import sys, tempfile, numpy as np\n"
        "from tbnb import SummaryWriter\n"
        "from tbnb.writer.flusher import Flusher\n"
        "Flusher.wake = lambda self: True\n"
        "writer = SummaryWriter(tempfile.mkdtemp())\n"
        "writer.add_image('i', np.zeros((3, 4, 4)), 1)\n"
        "writer.add_histogram('h', np.zeros(4), 1)\n"
        "writer.add_text('t', 'words', 1)\n"
        "print(*sys.modules)"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"google.protobuf", "tensorboard", "PIL"} & set(loaded)


def test_histograms_of_the_same_numbers(tmp_path: Path) -> None:
    """A histogram of one number over and over holds them all in one bin."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("h", np.full(100, 0.5))

    (event,) = dashboard(tmp_path).Tensors(".", "h")
    rows = make_ndarray(event.tensor_proto)
    assert rows[:, 2].sum() == 100
    assert (rows[:, 2] > 0).sum() == 1


def test_a_list_is_an_array(tmp_path: Path) -> None:
    """Lists of numbers are as good as arrays."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("h", [1, 2, 3.5])

    assert only_value(tmp_path).metadata.plugin_data.plugin_name == "histograms"


def test_a_histogram_of_nan_alone_spoils_nothing_else(tmp_path: Path) -> None:
    """What turns out on the flush thread to be no histogram is left out, with a warning that names its tag."""
    with pytest.warns(RuntimeWarning, match="'nothing'.*NaN"), SummaryWriter(tmp_path) as writer:
        writer.add_histogram("nothing", np.full(3, np.nan), 1)
        writer.add_histogram("nothing", np.full(3, np.nan), 2)
        writer.add_histogram("h", np.arange(3), 3)

    assert only_value(tmp_path).tag == "h"


def test_nan_in_an_image_is_black(tmp_path: Path) -> None:
    """A pixel that isn't a number is black, and nothing is said about it."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_image("i", np.full((2, 2), np.nan), dataformats="HW")

    assert picture(only_value(tmp_path)).getextrema() == ((0, 0),) * 3


def test_figures(tmp_path: Path) -> None:
    """A figure is drawn as it is at the call, stays on its canvas, and is closed unless told otherwise."""
    figure = plt.figure(figsize=(2, 1), dpi=50)
    canvas = figure.canvas
    with SummaryWriter(tmp_path) as writer:
        writer.add_figure("one", figure, 0, close=False)
        assert figure.canvas is canvas
        assert plt.fignum_exists(figure.number)
        writer.add_figure("one", figure, 1)
        assert not plt.fignum_exists(figure.number)
        writer.add_figure("many", [Figure(figsize=(1, 1), dpi=20) for _ in range(3)], 1)

    (_, one), _, (_, many) = values(tmp_path)
    assert picture(one).size == (100, 50)
    assert picture(many).size == (60, 20)


@pytest.mark.parametrize("colours", [1, 3])
def test_videos_are_animated(colours: int, tmp_path: Path) -> None:
    """A video is a GIF with a frame for each moment, the clips of a batch side by side."""
    clips = np.random.default_rng(1).integers(0, 255, (3, 5, colours, 8, 6), np.uint8)
    with SummaryWriter(tmp_path) as writer:
        writer.add_video("v", clips, 1, fps=10)

    gif = picture(only_value(tmp_path))
    assert (gif.format, gif.n_frames, gif.size, gif.info["duration"]) == ("GIF", 5, (24, 8), 100)
    first = np.asarray(gif.convert("RGB")).astype(int)
    assert abs(first[:, :6, 0] - clips[0, 0, 0]).mean() < 40  # a GIF has 256 colours
    assert not first[:, 18:].any()


@pytest.mark.parametrize("shape", [(2, 400), (400, 2), (1, 2, 400)])
def test_stereo_sound(shape: tuple[int, ...], tmp_path: Path) -> None:
    """Sound of two channels stays stereo, whichever dimension they are in."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_audio("a", np.linspace(-1, 1, 800).reshape(shape), sample_rate=8000)

    with wave.open(io.BytesIO(only_value(tmp_path).tensor.string_val[0])) as file:
        assert (file.getnchannels(), file.getnframes(), file.getframerate(), file.getsampwidth()) == (2, 400, 8000, 2)


def test_sound_too_loud_is_clipped(tmp_path: Path) -> None:
    """Sound beyond -1 to 1 is clipped, and said so."""
    with pytest.warns(RuntimeWarning, match="'a'.*clipped"), SummaryWriter(tmp_path) as writer:
        writer.add_audio("a", np.array([-3.0, 0.0, 2.0]))

    with wave.open(io.BytesIO(only_value(tmp_path).tensor.string_val[0])) as file:
        assert np.frombuffer(file.readframes(3), "<i2").tolist() == [-32767, 0, 32767]


def test_sound_of_half_precision(tmp_path: Path) -> None:
    """Its loudest sample, which 16-bit floats round up, doesn't turn over."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_audio("a", np.array([-1.0, 0.5, 1.0], np.float16))

    with wave.open(io.BytesIO(only_value(tmp_path).tensor.string_val[0])) as file:
        assert np.frombuffer(file.readframes(3), "<i2").tolist() == [-32767, 16383, 32767]


@pytest.mark.parametrize(("given", "written"), [([math.nan, 0.5], [0, 16383]), ([math.nan, math.nan], [0, 0])])
def test_what_is_no_number_in_a_sound_is_silence(given: list[float], written: list[int], tmp_path: Path) -> None:
    """A model whose sound is NaN is logged, without a word from NumPy."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_audio("a", np.array(given))

    with wave.open(io.BytesIO(only_value(tmp_path).tensor.string_val[0])) as file:
        assert np.frombuffer(file.readframes(2), "<i2").tolist() == written


def test_sound_that_has_no_number_somewhere_is_clipped_elsewhere(tmp_path: Path) -> None:
    """What is too loud is said, also beside what is no number."""
    with pytest.warns(RuntimeWarning, match="'a'.*clipped"), SummaryWriter(tmp_path) as writer:
        writer.add_audio("a", np.array([math.nan, math.inf]))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int64])
def test_sound_of_whole_numbers(dtype: Any, tmp_path: Path) -> None:
    """Whole numbers of any width are taken as sound from -1 to 1."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_audio("a", np.array([0, 1, 1], dtype))

    with wave.open(io.BytesIO(only_value(tmp_path).tensor.string_val[0])) as file:
        assert np.frombuffer(file.readframes(3), "<i2").tolist() == [0, 32767, 32767]


@pytest.mark.parametrize("header", [None, ["token", "count"]])
def test_a_vocabulary_has_a_line_for_each_token(header: list[str] | None, tmp_path: Path) -> None:
    """The projector takes lines for points and tabs for columns; a token that is one moves no other from its place."""
    tokens = ["the", "\n", "\t", "a\r\nb"]
    rows: list[Any] = tokens if header is None else [[token, 1] for token in tokens]
    with SummaryWriter(tmp_path) as writer:
        writer.add_embedding(np.zeros((4, 2)), metadata=rows, metadata_header=header)

    table = (tmp_path / "00000" / "default" / "metadata.tsv").read_bytes().decode()
    lines = [line.split("\t") for line in table.split("\n")[:-1]]
    assert [first for first, *_ in lines] == [*(header or [])[:1], "the", "\\n", "\\t", "a\\r\\nb"]
    assert {len(line) for line in lines} == {len(header or ["token"])}


def test_a_prediction_that_is_no_number_is_beside_no_threshold(tmp_path: Path) -> None:
    """A model whose predictions are NaN in part has the curve of the others, without a word from NumPy."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_pr_curve("some", [0, 1, 1], np.array([0.2, 0.9, math.nan], np.float32), num_thresholds=5)
        writer.add_pr_curve("others", [0, 1], np.array([0.2, 0.9], np.float32), num_thresholds=5)

    some, others = (tbnb.read(tmp_path)["."][tag][0].data for tag in ("some", "others"))
    assert some.true_positives.tolist() == others.true_positives.tolist()
    assert some.false_positives.tolist() == others.false_positives.tolist()


def test_boxes_may_have_classes_for_labels(tmp_path: Path) -> None:
    """A label that is a number is drawn as its digits are."""
    pixels, boxes = np.zeros((3, 40, 40)), [[5, 5, 30, 30]]
    with SummaryWriter(tmp_path) as writer:
        for labels in (["7"], [7], np.array([7])):
            writer.add_image_with_boxes("i", pixels, boxes, labels=labels)  # type: ignore[arg-type]

    drawn = [value.tensor.string_val[2] for _, value in values(tmp_path)]
    assert drawn[0] == drawn[1] == drawn[2]


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i4", "u2", "c8", "c16"])
def test_tensors_of_either_byte_order(dtype: str, tmp_path: Path) -> None:
    """A tensor whose bytes stand in the other order, as in files of measurements, has the same numbers."""
    with SummaryWriter(tmp_path) as writer:
        for order in "<>":
            writer.add_tensor(order, np.array([1, 2.5, 300], order + dtype))

    run = tbnb.read(tmp_path)["."]
    assert run["<"][0].data.tolist() == run[">"][0].data.tolist() == np.array([1, 2.5, 300], dtype).tolist()


BAD: dict[str, Callable[[SummaryWriter], None]] = {
    "histogram of nothing": lambda w: w.add_histogram("bad", np.array([])),
    "histogram of words": lambda w: w.add_histogram("bad", ["a", "b"]),
    "histogram of None": lambda w: w.add_histogram("bad", None),
    "raw histogram": lambda w: w.add_histogram_raw("bad", 0, 1, 2, 3, 4, [1, 2], [1]),
    "flat image": lambda w: w.add_image("bad", np.zeros((4, 4))),
    "image of five colours": lambda w: w.add_image("bad", np.zeros((5, 4, 4))),
    "empty image": lambda w: w.add_image("bad", np.zeros((3, 0, 4))),
    "image of an unknown order": lambda w: w.add_image("bad", np.zeros((3, 4, 4)), dataformats="ABC"),
    "image with the same order twice": lambda w: w.add_image("bad", np.zeros((3, 4, 4)), dataformats="CCH"),
    "path of an image": lambda w: w.add_image("bad", "picture.png"),
    "image of no order": lambda w: w.add_image("bad", np.zeros((3, 4, 4)), dataformats=None),  # type: ignore[arg-type]
    "no figures": lambda w: w.add_figure("bad", []),
    "figures of two sizes": lambda w: w.add_figure("bad", [Figure((1, 1)), Figure((2, 1))]),
    "boxes": lambda w: w.add_image_with_boxes("bad", np.zeros((3, 4, 4)), np.zeros((2, 3))),
    "no figure": lambda w: w.add_figure("bad", np.zeros((3, 4, 4))),
    "video of four dimensions": lambda w: w.add_video("bad", np.zeros((5, 3, 4, 4))),
    "sound of three dimensions": lambda w: w.add_audio("bad", np.zeros((20, 20, 20))),
    "video that stands": lambda w: w.add_video("bad", np.zeros((1, 2, 3, 4, 4)), fps=0),
    "sound without a rate": lambda w: w.add_audio("bad", np.zeros(5), sample_rate=0),
    "sound of a rate in words": lambda w: w.add_audio("bad", np.zeros(5), sample_rate="fast"),  # type: ignore[arg-type]
    "boxes in an image scaled to nothing": lambda w: w.add_image_with_boxes(
        "bad", np.zeros((3, 4, 4)), np.zeros((1, 4)), rescale=0
    ),
    "curve without thresholds": lambda w: w.add_pr_curve("bad", np.zeros(3), np.zeros(3), num_thresholds=0),
    "histogram without bins": lambda w: w.add_histogram("bad", np.zeros(3), max_bins=0),
    "text that is none": lambda w: w.add_text("bad", 3),  # type: ignore[arg-type]
    "tensor of words": lambda w: w.add_tensor("bad", np.array(["a"])),
    "labels": lambda w: w.add_pr_curve("bad", np.zeros(3), np.zeros(4)),
    "raw curve": lambda w: w.add_pr_curve_raw("bad", [1], [1], [1], [1], [1], [1, 2]),
    "mesh": lambda w: w.add_mesh("bad", np.zeros((4, 3))),
    "scene": lambda w: w.add_mesh("bad", np.zeros((1, 4, 3)), config_dict={"fov": np.float32(1)}),
    "edges": lambda w: w.add_histogram("bad", np.zeros(4), bins=None),
    "no layout": lambda w: w.add_custom_scalars("bad"),  # type: ignore[arg-type]
    "layout without tags": lambda w: w.add_custom_scalars({"c": {"bad": ["Multiline"]}}),
    "layout of letters": lambda w: w.add_custom_scalars({"c": {"x": ["Multiline", "bad"]}}),
    "layout of numbers": lambda w: w.add_custom_scalars({"c": {"bad": ["Multiline", [1]]}}),
    "margin": lambda w: w.add_custom_scalars({"c": {"bad": ["Margin", ["a"]]}}),
    "labels of an embedding": lambda w: w.add_embedding(np.zeros((3, 2)), metadata=["a"], tag="bad"),
    "flat embedding": lambda w: w.add_embedding(np.zeros(3), tag="bad"),
    "images of an embedding": lambda w: w.add_embedding(np.zeros((3, 2)), label_img=np.zeros((2, 3, 4, 4)), tag="bad"),
    "header over numbers": lambda w: w.add_embedding(np.zeros((1, 2)), [1], metadata_header=["x", "y"], tag="bad"),
    "header of an embedding": lambda w: w.add_embedding(
        np.zeros((1, 2)), [["a"]], metadata_header=["x", "y"], tag="bad"
    ),
}


@pytest.mark.parametrize("call", BAD)
def test_what_does_not_fit_is_refused_at_the_call(call: str, tmp_path: Path) -> None:
    """A value of the wrong shape or type raises at the call, naming its tag, and nothing is logged."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(BadValueError, match="bad"):
        BAD[call](writer)

    assert len(events(tmp_path)) == 1


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where onnx isn't installed, the error has the line that installs it."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    with SummaryWriter(tmp_path) as writer, pytest.raises(MissingLibraryError, match="pip install onnx"):
        writer.add_onnx_graph("model.onnx")


def test_tbnb_reads_what_it_writes(tmp_path: Path) -> None:
    """Each kind of data comes back from tbnb's own reader as its kind."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("scalar", 1.0, 1)
        writer.add_scalar("new", 1.0, 1, new_style=True)
        writer.add_histogram("histogram", np.arange(5), 1)
        writer.add_image("image", np.zeros((3, 4, 4)), 1)
        writer.add_audio("audio", np.zeros(5), 1)
        writer.add_text("text", "words", 1)
        writer.add_tensor("tensor", np.arange(3), 1)
        writer.add_pr_curve("curve", np.array([0, 1]), np.array([0.1, 0.9]), 1)
        writer.add_mesh("mesh", np.zeros((1, 3, 3)))

    kinds = {series.tag: series.kind for series in tbnb.read(tmp_path).series}
    assert kinds["scalar"] == kinds["new"] == "scalars"
    assert {"histograms", "images", "audio", "text", "tensor", "pr_curves", "mesh"} <= set(kinds.values())
    assert kinds["text/text_summary"] == "text"
