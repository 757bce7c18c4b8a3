"""SummaryWriter's methods for all but scalars: check, hold, and leave the rest to the flush thread."""

from __future__ import annotations

import os
from typing import Any

from ..errors import BadValueError
from . import checks, values
from .encode import Making
from .later import later
from .values import shape

_ESCAPED = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Media:
    """Each method takes what torch's takes. Arrays may be of NumPy, torch, TensorFlow or JAX, on any device."""

    log_dir: str

    def _at_home(self, path: str) -> str:
        raise NotImplementedError

    def _put(self, tag: str, making: Making, step: Any, walltime: float | None = None) -> None:
        raise NotImplementedError

    def add_tensor(self, tag: str, tensor: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """An array as it is, of any shape and type."""
        tag, held = values.check_tag(tag), values.array(tag, tensor)
        kind = values.type_name(tensor if hasattr(tensor, "dtype") else held)
        checks.tensor(tag, kind, values.size(held))
        self._put(tag, later("tensor.summary", tag, held, kind), global_step, walltime)

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: Any = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """The distribution of `values`; `bins` as for numpy.histogram, or torch's default ones."""
        tag, held = _held(tag, values)
        checks.histogram(tag, shape(held))
        most = None if max_bins is None else checks.above_zero(tag, "max_bins", max_bins)
        edges = bins if isinstance(bins, (str, int)) else _held(tag, bins)[1]
        self._put(tag, later("histogram.summary", tag, held, edges, most), global_step, walltime)

    def add_histogram_raw(
        self,
        tag: str,
        min: Any,
        max: Any,
        num: Any,
        sum: Any,
        sum_squares: Any,
        bucket_limits: Any,
        bucket_counts: Any,
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """A distribution that was counted elsewhere; `bucket_limits` are the upper ones."""
        tag, limits = _held(tag, bucket_limits)
        tag, counts = _held(tag, bucket_counts)
        checks.bucket_counts(tag, shape(limits), shape(counts))
        numbers = [values.scalar(tag, number) for number in (min, max, num, sum, sum_squares)]
        self._put(tag, later("histogram.raw", tag, *numbers, limits, counts), global_step, walltime)

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """An image, or a batch of them as one grid: bytes from 0 to 255, or numbers from 0 to 1."""
        tag, held = _held(tag, img_tensor)
        checks.image(tag, shape(held), dataformats)
        self._put(tag, later("image.summary", tag, held, dataformats), global_step, walltime)

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """A batch of images as one grid, eight in a row."""
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: Any,
        box_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        rescale: float = 1,
        dataformats: str = "CHW",
        labels: str | list[Any] | None = None,
    ) -> None:
        """An image with red boxes (N, 4: left, top, right, bottom) and their labels drawn in."""
        tag, held = _held(tag, img_tensor)
        tag, boxes = _held(tag, box_tensor)
        checks.image(tag, shape(held), dataformats)
        checks.boxes(tag, shape(boxes))
        words = [labels] if isinstance(labels, str) else labels
        words = list(map(_word, words)) if words is not None and len(words) == shape(boxes)[0] else None  # as in torch
        scale = checks.above_zero(tag, "rescale", rescale)
        making = later("image.with_boxes", tag, held, boxes, scale, dataformats, words)
        self._put(tag, making, global_step, walltime)

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: Any = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """A matplotlib figure, or a list of them as one grid; drawn now, and closed unless `close` is False."""
        from .summaries import figure as drawing  # brings NumPy only; a figure has brought it already

        pixels = drawing.pixels(values.check_tag(tag), figure, close)
        self.add_image(tag, pixels, global_step, walltime, "NCHW" if isinstance(figure, list) else "CHW")

    def add_video(
        self,
        tag: str,
        vid_tensor: Any,
        global_step: Any = None,
        fps: float = 4,
        walltime: float | None = None,
    ) -> None:
        """A video (N, T, C, H, W) as an animated GIF; the N clips of a batch play side by side."""
        tag, held = _held(tag, vid_tensor)
        checks.video(tag, shape(held))
        self._put(tag, later("video.summary", tag, held, checks.above_zero(tag, "fps", fps)), global_step, walltime)

    def add_audio(
        self,
        tag: str,
        snd_tensor: Any,
        global_step: Any = None,
        sample_rate: int = 44100,
        walltime: float | None = None,
    ) -> None:
        """Sound from -1 to 1, of one channel (L,) or more (channels, L)."""
        tag, held = _held(tag, snd_tensor)
        checks.audio(tag, shape(held))
        rate = int(checks.above_zero(tag, "sample_rate", sample_rate))
        self._put(tag, later("audio.summary", tag, held, rate), global_step, walltime)

    def add_text(self, tag: str, text_string: str, global_step: Any = None, walltime: float | None = None) -> None:
        """A text in Markdown."""
        tag = values.check_tag(tag)
        checks.text(tag, text_string)
        self._put(tag, later("tensor.text", tag, values.plain(text_string)), global_step, walltime)

    def add_pr_curve(
        self,
        tag: str,
        labels: Any,
        predictions: Any,
        global_step: Any = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Precision over recall, for labels of 0 and 1 and predictions from 0 to 1."""
        tag, given = _held(tag, labels)
        tag, predicted = _held(tag, predictions)
        checks.labels(tag, shape(given), shape(predicted))
        weighing = None if weights is None else values.array(tag, weights)
        thresholds = checks.above_zero(tag, "num_thresholds", num_thresholds)
        making = later("pr_curve.summary", tag, given, predicted, thresholds, weighing)
        self._put(tag, making, global_step, walltime)

    def add_pr_curve_raw(
        self,
        tag: str,
        true_positive_counts: Any,
        false_positive_counts: Any,
        true_negative_counts: Any,
        false_negative_counts: Any,
        precision: Any,
        recall: Any,
        global_step: Any = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """A precision-recall curve that was counted elsewhere."""
        counts = (true_positive_counts, false_positive_counts, true_negative_counts, false_negative_counts)
        rows = [values.array(tag, row) for row in (*counts, precision, recall)]
        if len({shape(row) for row in rows}) > 1:
            raise BadValueError(f"The rows of {tag!r} must be of one length; got {[shape(row) for row in rows]}.")
        self._put(values.check_tag(tag), later("pr_curve.raw", tag, rows, num_thresholds), global_step, walltime)

    def add_mesh(
        self,
        tag: str,
        vertices: Any,
        colors: Any = None,
        faces: Any = None,
        config_dict: dict[str, Any] | None = None,
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """A mesh or a cloud of points: vertices, and if given colors and faces, each (B, N, 3)."""
        parts = {"vertices": vertices, "faces": faces, "colors": colors}
        held = {what: None if part is None else values.array(tag, part) for what, part in parts.items()}
        for what, part in held.items():
            if part is not None:
                checks.mesh(tag, what, shape(part))
        scene = checks.mesh_config(tag, config_dict)
        making = later("mesh.summary", values.check_tag(tag), *held.values(), scene)
        self._put(tag, making, global_step, walltime)

    def add_custom_scalars(self, layout: dict[str, dict[str, Any]]) -> None:
        """Charts of several tags: {category: {chart: ["Multiline" or "Margin", tags]}}; once for each writer."""
        self._put("custom_scalars__config__", later("layout.summary", checks.layout(layout)), None)

    def add_custom_scalars_multilinechart(
        self, tags: list[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Several curves in one chart."""
        self.add_custom_scalars({category: {title: ["Multiline", tags]}})

    def add_custom_scalars_marginchart(
        self, tags: list[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """A value between a lower and an upper one: three tags."""
        self.add_custom_scalars({category: {title: ["Margin", tags]}})

    def add_onnx_graph(self, prototxt: str | os.PathLike[str]) -> None:
        """The graph of an ONNX file."""
        from .summaries import graph

        loaded = graph.from_onnx(prototxt)
        self._put("graph", later("graph.event", loaded), None)

    def add_graph(
        self, model: Any, input_to_model: Any = None, verbose: bool = False, use_strict_trace: bool = True
    ) -> None:
        """The graph of a torch module, traced with `input_to_model`."""
        from .summaries import graph

        traced, stats = graph.traced(model, input_to_model, verbose, use_strict_trace)
        self._put("graph", later("graph.event", traced), None)
        self._put("graph", later("graph.profile", stats), None)

    def add_embedding(
        self,
        mat: Any,
        metadata: Any = None,
        label_img: Any = None,
        global_step: Any = None,
        tag: str = "default",
        metadata_header: list[str] | None = None,
    ) -> None:
        """Points (N, D) for the projector, with a label and an image for each; written beside the event file."""
        tag, matrix = _held(tag, mat)
        images = None if label_img is None else values.array(tag, label_img)
        metadata = None if metadata is None else list(metadata)
        checks.embedding(tag, shape(matrix), metadata, metadata_header, None if images is None else shape(images))
        step = f"{values.check_step(tag, global_step) or 0:05}"
        place = f"{step}/{_file_name(tag)}"
        lines = None if metadata is None else _lines(metadata, metadata_header)
        making = later("embedding.write", self._at_home(self.log_dir), place, f"{tag}:{step}", matrix, lines, images)
        self._put(tag, making, global_step)


def _held(tag: Any, value: Any) -> tuple[str, Any]:
    return values.check_tag(tag), values.array(tag, value)


def _file_name(tag: str) -> str:
    return tag.replace("%", "%25").replace("/", "%2f").replace("\\", "%5c")


def _lines(metadata: Any, header: list[str] | None) -> list[str]:
    if not header:
        return [_cell(label) for label in metadata]
    return ["\t".join(map(_cell, row)) for row in (header, *metadata)]


def _cell(label: Any) -> str:
    """In a table whose cells end at tabs and whose rows end at line ends, which a vocabulary may have, too."""
    return _word(label).translate(_ESCAPED)


def _word(label: Any) -> str:
    return str(label.item() if hasattr(label, "item") else label)
