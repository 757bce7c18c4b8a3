"""Beside torch's own writer: the same calls, the same events, but for what torch gets wrong."""

from __future__ import annotations

import io
import keyword
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tbnb
from tbnb import SummaryWriter
from tbnb.errors import BadValueError

from .peers import event_files, events, scalars, values

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.frameworks,
    # torch's own tracing and TensorBoard's use of NumPy warn; that isn't ours to fix.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

chance = np.random.default_rng(3)
RANDOM = chance.standard_normal((20, 30))
PICTURE = chance.random((3, 9, 11))
LABELS, PREDICTIONS = chance.integers(2, size=100), chance.random(100)
COUNTS = [75, 64, 21, 5, 0], [150, 105, 18, 0, 0], [0, 45, 132, 150, 150], [0, 11, 54, 70, 75], [0.3, 0.4, 0.5, 1, 0]
VERTICES = np.array([[[1, 1, 1], [-1, -1, 1], [1, -1, -1], [-1, 1, -1]]], dtype=float)
COLORS = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 255]]])
FACES = np.array([[[0, 2, 3], [0, 3, 1], [0, 1, 2], [1, 3, 2]]])

CALLS: dict[str, Callable[[Any], None]] = {
    "scalar": lambda w: w.add_scalar("data/x", 0.1, 3, walltime=7.5),
    "scalar without a step": lambda w: w.add_scalar("x", np.float64(0.1)),
    "scalar of torch": lambda w: w.add_scalar("x", torch.rand(1, generator=torch.manual_seed(1)), 3),
    "new style": lambda w: w.add_scalar("x", 0.2, 3, new_style=True),
    "double precision": lambda w: w.add_scalar("x", 0.2, 3, new_style=True, double_precision=True),
    "step as a tensor": lambda w: w.add_scalar("x", 0.2, torch.tensor(4)),
    "histogram": lambda w: w.add_histogram("h", RANDOM, 3),
    "histogram of whole numbers": lambda w: w.add_histogram("h", np.arange(50), 3),
    "histogram of bfloat16": lambda w: w.add_histogram("h", torch.arange(50, dtype=torch.bfloat16), 3),
    "histogram, auto": lambda w: w.add_histogram("h", np.arange(1024), 3, bins="auto", max_bins=5),
    "histogram, fd": lambda w: w.add_histogram("h", np.arange(1024), 3, bins="fd", max_bins=5),
    "histogram, doane": lambda w: w.add_histogram("h", np.arange(1024), 3, bins="doane", max_bins=5),
    "histogram, own bins": lambda w: w.add_histogram("h", RANDOM, 3, bins=[-1, 0, 0.5, 1]),
    "histogram, raw": lambda w: w.add_histogram_raw("h", 0, 1, 5, 2.5, 3, [1.0, 2.0, 3.0], [3, 4, 0], 3),
    "histogram, raw of torch": lambda w: w.add_histogram_raw("h", 0, 9, 9, 1, 1, np.arange(3.0), torch.ones(3), 3),
    "image": lambda w: w.add_image("i", PICTURE, 3),
    "image of bytes": lambda w: w.add_image("i", (PICTURE * 255).astype(np.uint8), 3),
    "image beyond 0 to 1": lambda w: w.add_image("i", PICTURE * 3 - 1, 3),
    "image HWC": lambda w: w.add_image("i", PICTURE.transpose(1, 2, 0), 3, dataformats="HWC"),
    "image WH": lambda w: w.add_image("i", PICTURE[0], 3, dataformats="WH"),
    "image of one colour": lambda w: w.add_image("i", torch.tensor(PICTURE[:1]), 3),
    "image RGBA": lambda w: w.add_image("i", np.concatenate([PICTURE, PICTURE[:1]]), 3),
    "images": lambda w: w.add_images("i", chance_images(11, 3), 3),
    "images of one colour": lambda w: w.add_images("i", chance_images(3, 1), 3),
    "images NHWC": lambda w: w.add_images("i", chance_images(3, 3).transpose(0, 2, 3, 1), 3, dataformats="NHWC"),
    "image with boxes": lambda w: w.add_image_with_boxes(
        "i", np.zeros((3, 64, 64)), np.array([[10, 10, 40, 40], [40, 40, 60, 60]]), 3, labels=["one", "two"]
    ),
    "image with a box, larger": lambda w: w.add_image_with_boxes(
        "i", np.zeros((3, 32, 32)), np.array([[10, 10, 20, 20]]), 3, rescale=2, labels="one"
    ),
    "audio": lambda w: w.add_audio("a", np.sin(np.arange(500) / 10), 3),
    "audio (1, L)": lambda w: w.add_audio("a", torch.linspace(-1, 1, 300).reshape(1, -1), 3, sample_rate=8000),
    "text": lambda w: w.add_text("t", "a|b\n-|-\nç|d", 3),
    "tensor": lambda w: w.add_tensor("t", torch.arange(6.0).reshape(2, 3), 3),
    "tensor of whole numbers": lambda w: w.add_tensor("t", torch.arange(6), 3),
    "tensor of int32": lambda w: w.add_tensor("t", torch.arange(6, dtype=torch.int32), 3),
    "tensor of doubles": lambda w: w.add_tensor("t", torch.arange(6, dtype=torch.float64), 3),
    "tensor of bools": lambda w: w.add_tensor("t", torch.tensor([True, False]), 3),
    "tensor, complex": lambda w: w.add_tensor("t", torch.tensor([1 + 2j, 3.0]), 3),
    "tensor without dimensions": lambda w: w.add_tensor("t", torch.tensor(0.1), 3),
    "tensor without numbers": lambda w: w.add_tensor("t", torch.empty(0), 3),
    "precision-recall": lambda w: w.add_pr_curve("p", LABELS, PREDICTIONS, 3),
    "precision-recall, weighed": lambda w: w.add_pr_curve("p", LABELS, PREDICTIONS, 3, 50, weights=PREDICTIONS),
    "precision-recall of torch": lambda w: w.add_pr_curve("p", torch.tensor(LABELS), torch.tensor(PREDICTIONS), 3, 500),
    "precision-recall, raw": lambda w: w.add_pr_curve_raw("p", *COUNTS, [1.0, 0.9, 0.3, 0.1, 0], 3),
    "mesh": lambda w: w.add_mesh("m", vertices=VERTICES, colors=COLORS, faces=FACES),
    "points": lambda w: w.add_mesh("m", torch.tensor(VERTICES), config_dict={"b": 1, "a": {"c": [2]}}, global_step=3),
    "custom scalars": lambda w: w.add_custom_scalars(
        {"Taiwan": {"twse": ["Multiline", ["twse/0050", "twse/2330"]]}, "USA": {"dow": ["Margin", ["a", "b", "c"]]}}
    ),
    "multilinechart": lambda w: w.add_custom_scalars_multilinechart(["a", "b"], "category", "title"),
    "marginchart": lambda w: w.add_custom_scalars_marginchart(["a", "b", "c"]),
    "summary of one's own": lambda w: w._get_file_writer().add_summary(own_summary(), 4),
}


def chance_images(count: int, colours: int) -> np.ndarray[Any, Any]:
    return np.linspace(0, 1, count * colours * 30).reshape(count, colours, 5, 6)


def own_summary() -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary(value=[Summary.Value(tag="own", simple_value=3.5)])


def torch_writer(directory: Path) -> Any:
    from torch.utils.tensorboard import SummaryWriter as Peer

    return Peer(str(directory))


def comparable(event: Any) -> Any:
    """An event without the time at which it was written, its pictures as pixels."""
    event.wall_time = 0
    for value in event.summary.value:
        if value.tensor.string_val and value.metadata.plugin_data.plugin_name == "images":
            value.tensor.string_val[2:] = [pixels(png) for png in value.tensor.string_val[2:]]
    return event


def pixels(png: bytes) -> bytes:
    return Image.open(io.BytesIO(png)).tobytes()


@pytest.mark.parametrize("call", CALLS)
def test_events_are_those_of_torch(call: str, tmp_path: Path) -> None:
    """What stands in the file after a call is what torch's writer puts there."""
    with SummaryWriter(tmp_path / "ours") as ours, torch_writer(tmp_path / "torch") as theirs:
        CALLS[call](ours)
        CALLS[call](theirs)

    mine, peers = (events(tmp_path / who) for who in ("ours", "torch"))
    assert len(mine) > 1
    assert list(map(comparable, mine[1:])) == list(map(comparable, peers[1:]))


def test_the_bytes_of_a_scalar_are_torchs(tmp_path: Path) -> None:
    """A scalar's whole record is the same, byte for byte."""
    for writer in (SummaryWriter(tmp_path / "ours"), torch_writer(tmp_path / "torch")):
        writer.add_scalar("train/loss", 0.3, 1000, walltime=5.0)
        writer.close()

    ours, theirs = (event_files(tmp_path / who)[0].read_bytes() for who in ("ours", "torch"))
    length = 16 + 9 + 3 + 2 + 2 + 2 + 10 + 5
    assert ours[-length:] == theirs[-length:]


def test_hyperparameters(tmp_path: Path) -> None:
    """add_hparams writes torch's three values and the metrics into a run of its own; bools stay bools."""
    arguments: Any = {"lr": 0.1, "size": 32, "name": "adam", "none": None}, {"accuracy": 10, "loss": 0.5}
    for writer in (SummaryWriter(tmp_path / "ours"), torch_writer(tmp_path / "torch")):
        writer.add_hparams(*arguments, {"lr": [0.1, 0.2], "name": ["adam", "sgd"]}, run_name="run", global_step=2)
        writer.close()

    ours, theirs = ([comparable(event) for event in events(tmp_path / who / "run")[1:]] for who in ("ours", "torch"))
    assert ours == theirs
    assert len(ours) == 5


@pytest.mark.parametrize(
    ("hparams", "metrics", "domains"),
    [
        ({"x": [1]}, {}, None),
        ("x", {}, None),
        ({"x": 1}, [], None),
        ({"x": 1}, {}, {"y": [1]}),
        ({"x": 1}, {}, {"x": ["a"]}),
        ({"x": 1}, {"m": "bad"}, None),
        ({"x": torch.ones(3)}, {}, None),
        ({"x": 10**400}, {}, None),
        ({"x": 1}, {3: 1.0}, None),
        ({3: 1}, {}, None),
    ],
)
def test_bad_hyperparameters_are_refused(hparams: Any, metrics: Any, domains: Any, tmp_path: Path) -> None:
    """What isn't a hyperparameter, its name, or a metric raises at the call, and begins no run."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(BadValueError):
        writer.add_hparams(hparams, metrics, domains)

    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("images", [torch.zeros(3, 3, 5, 5), torch.rand(3, 1, 5, 7, dtype=torch.float64)])
@pytest.mark.parametrize("header", [None, ["digit", "dataset"]])
def test_embeddings_are_torchs_files(header: list[str] | None, images: Any, tmp_path: Path) -> None:
    """add_embedding writes torch's files: vectors, labels, sprite and the projector's list of them."""
    features = torch.tensor([[1.0, 2.0, 3.0], [5.0, 4.0, 1.0], [3.0, 7.0, 7.5]])
    labels: Any = keyword.kwlist[:3] if header is None else [[33.0, "test"], [44.0, "test"], [55.0, "train"]]
    for writer in (SummaryWriter(tmp_path / "ours"), torch_writer(tmp_path / "torch")):
        writer.add_embedding(features, labels, images, global_step=2, tag="a/b", metadata_header=header)
        writer.add_embedding(features, global_step=3)
        writer.close()

    ours, theirs = (
        {
            str(path.relative_to(tmp_path / who)): pixels(path.read_bytes())
            if path.suffix == ".png"
            else path.read_text()
            for path in sorted((tmp_path / who).rglob("*"))
            if path.is_file() and "tfevents" not in path.name
        }
        for who in ("ours", "torch")
    )
    assert ours == theirs
    assert len(ours) == 5


class Linear(torch.nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(3, 5)

    def forward(self, x: Any) -> Any:
        return self.layer(x)


class Name(str, Enum):
    """What programs call their metrics."""

    LOSS = "loss"


def test_a_name_may_be_of_an_enumeration(tmp_path: Path) -> None:
    """A member that is a string is its value, as with torch, wherever a string may be."""
    for writer in (SummaryWriter(tmp_path / "ours"), torch_writer(tmp_path / "torch")):
        writer.add_scalar(Name.LOSS, 1.0, 1)
        writer.add_scalars(Name.LOSS, {Name.LOSS: 1.0}, 1)
        writer.add_text(Name.LOSS, Name.LOSS, 1)
        writer.add_hparams({Name.LOSS: Name.LOSS}, {Name.LOSS: 0.5}, run_name=Name.LOSS)
        writer.close()

    for run in ("", "loss", "loss_loss"):
        ours, theirs = values(tmp_path / "ours" / run), values(tmp_path / "torch" / run)
        assert ours == theirs
        assert ours


def test_graphs_are_torchs(tmp_path: Path) -> None:
    """add_graph writes torch's own tracing of a model."""
    for writer in (SummaryWriter(tmp_path / "ours"), torch_writer(tmp_path / "torch")):
        writer.add_graph(Linear(), (torch.zeros(1, 3),))
        writer.close()

    ours, theirs = ([comparable(event) for event in events(tmp_path / who)[1:]] for who in ("ours", "torch"))
    assert ours == theirs
    assert any(event.HasField("tagged_run_metadata") or event.graph_def for event in ours)


def test_a_model_that_cannot_be_traced_raises_torchs_error(tmp_path: Path) -> None:
    """An input of the wrong size is torch's RuntimeError at the call."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(RuntimeError):
        writer.add_graph(torch.nn.Linear(3, 5), torch.rand(1, 9))


def test_a_graph_does_not_bring_tensorflow() -> None:
    """Importing torch.utils.tensorboard loads TensorFlow where it is installed; add_graph doesn't."""
    code = (
        "import sys, tempfile, torch\n"
        "from tbnb import SummaryWriter\n"
        "with SummaryWriter(tempfile.mkdtemp()) as writer: writer.add_graph(torch.nn.Linear(3, 5), torch.rand(1, 3))\n"
        "print(*sys.modules)"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"tensorflow", "tensorboard.compat.tensorflow_stub"} & set(loaded)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_tensors_are_written_as_tensorboard_reads_them(dtype: Any, tmp_path: Path) -> None:
    """torch writes the bits of float32 into half_val, which no reader expects; ours are those of the type itself."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_tensor("t", torch.tensor([1.0, 2.5, -3.0], dtype=dtype))

    ((_, value),) = values(tmp_path)
    bits = torch.tensor(list(value.tensor.half_val), dtype=torch.uint16)
    assert bits.view(dtype).tolist() == [1.0, 2.5, -3.0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_a_list_of_tensors_is_one(dtype: Any, tmp_path: Path) -> None:
    """The losses that a loop gathered, gradients and all, are an array of numbers."""
    losses = [torch.tensor(float(number), dtype=dtype, requires_grad=True) for number in range(3)]
    with SummaryWriter(tmp_path) as writer:
        writer.add_tensor("losses", losses, 1)

    assert tbnb.read(tmp_path)["."]["losses"][0].data.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("bad", [[torch.zeros(2), torch.zeros(3)], [1.0, torch.zeros((), requires_grad=True)]])
def test_a_list_that_is_no_array_is_refused(bad: Any, tmp_path: Path) -> None:
    """Tensors of different shapes, and those with a gradient among numbers, raise at the call and name the tag."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(BadValueError, match="losses"):
        writer.add_histogram("losses", bad, 1)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.bool], ids=str)
def test_scalars_of_any_type(dtype: Any, tmp_path: Path) -> None:
    """A tensor of one element is a scalar, whatever its type, and whether or not it has a gradient."""
    with SummaryWriter(tmp_path) as writer:
        tensor = torch.ones(1, 1).to(dtype)
        writer.add_scalar("x", tensor.requires_grad_() if tensor.is_floating_point() else tensor, 1)

    assert scalars(tmp_path) == {"x": [(1, 1.0)]}


def test_sparse_and_narrow_tensors_are_taken(tmp_path: Path) -> None:
    """An embedding's sparse gradients and numbers of eight bits are an array like any other."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_tensor("sparse", torch.eye(2).to_sparse())
        writer.add_histogram("narrow", torch.ones(3).to(torch.float8_e4m3fn))

    run = tbnb.read(tmp_path)["."]
    assert run["sparse"][0].data.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert run["narrow"][0].data.count.tolist() == [3.0]


@pytest.mark.filterwarnings("ignore:ComplexHalf")
def test_tensors_that_numpy_lacks_are_refused(tmp_path: Path) -> None:
    """A tensor of a type that NumPy doesn't have raises at the call, and names its tag."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(BadValueError, match=r"'bad'.*complex32"):
        writer.add_histogram("bad", torch.ones(3).to(torch.complex64).to(torch.complex32))


def test_tensors_that_hold_no_number_are_refused(tmp_path: Path) -> None:
    """More than one element, complex numbers and the meta device raise at the call."""
    with SummaryWriter(tmp_path) as writer:
        for bad in (torch.zeros(3), torch.zeros(()).to(torch.complex64), torch.zeros((), device="meta")):
            with pytest.raises(BadValueError, match="loss"):
                writer.add_scalar("loss", bad, 1)


def test_what_changes_after_the_call_is_logged_as_it_was(tmp_path: Path) -> None:
    """A tensor that the optimizer changes in place after the call is logged with its value at the call."""
    weights = torch.zeros(3)
    with SummaryWriter(tmp_path) as writer:
        for step in range(3):
            writer.add_tensor("t", weights, step)
            writer.add_scalar("first", weights[0], step)
            weights += 1

    assert scalars(tmp_path) == {"first": [(step, float(step)) for step in range(3)]}
    assert [value.tensor.float_val[0] for _, value in values(tmp_path) if value.tag == "t"] == [0.0, 1.0, 2.0]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_of_a_data_loader_may_log(method: str, tmp_path: Path) -> None:
    """A data set that logs what it loads does so from each worker, and everything is there."""
    with SummaryWriter(tmp_path, flush_secs=60) as writer:
        loader = torch.utils.data.DataLoader(Numbers(writer), num_workers=2, multiprocessing_context=method)
        for step, (number,) in enumerate(loader):
            writer.add_scalar("loss", float(number), step)

    read = scalars(tmp_path)
    assert read.pop("loss") == [(step, float(step)) for step in range(20)]
    assert sorted(point for points in read.values() for point in points) == [(n, n / 2) for n in range(20)]
    assert len(event_files(tmp_path)) == 3


class Numbers(torch.utils.data.Dataset):  # type: ignore[misc]
    """A data set that has a writer, as many have."""

    def __init__(self, writer: SummaryWriter) -> None:
        self.writer = writer

    def __len__(self) -> int:
        return 20

    def __getitem__(self, number: int) -> float:
        self.writer.add_scalar(f"loaded by {os.getpid()}", number / 2, number)
        return float(number)


def test_events_of_ones_own_are_those_of_the_call(tmp_path: Path) -> None:
    """An event or summary that is changed after the call, or is of another library's protos, is logged as it was."""
    from tensorboard.compat.proto.event_pb2 import Event

    foreign = pytest.importorskip("tensorboardX.proto.summary_pb2").Summary
    summary = foreign(value=[foreign.Value(tag="own", simple_value=1.0)])
    event = Event(step=3, summary=own_summary())
    with SummaryWriter(tmp_path) as writer:
        file_writer = writer._get_file_writer()
        file_writer.add_summary(summary, 2)
        file_writer.add_event(event)
        summary.value[0].simple_value = event.summary.value[0].simple_value = 99.0
        event.step = 99

    assert scalars(tmp_path) == {"own": [(2, 1.0), (3, 3.5)]}


class OnDevice(torch.Tensor):  # type: ignore[misc]
    """A tensor that calls itself one of a GPU, and notes each transfer to the host and the thread that asked for it."""

    transfers: list[tuple[str, int]] = []  # noqa: RUF012 - one list for all, on purpose

    @property
    def device(self) -> Any:
        return torch.device("cuda:0")

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function.__name__ in ("tolist", "item", "cpu", "numpy", "__float__"):
            cls.transfers.append((threading.current_thread().name, args[0].numel()))
        return super().__torch_function__(function, types, args, kwargs or {})


def test_a_batch_is_one_transfer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scalars that wait on a device are fetched together, by the flush thread."""
    monkeypatch.setattr("tbnb.writer.values._ready", lambda kind, clone: None)  # there is no stream to ask
    OnDevice.transfers.clear()
    writer = SummaryWriter(tmp_path)
    writer._flusher.asleep = False  # so that no call wakes the thread before all are there
    for step in range(100):
        writer.add_scalar("x", torch.tensor(step / 2).as_subclass(OnDevice), step)
    assert OnDevice.transfers == []
    writer.close()

    assert OnDevice.transfers == [("tbnb-writer", 100)]
    assert scalars(tmp_path) == {"x": [(step, step / 2) for step in range(100)]}
