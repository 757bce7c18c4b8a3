"""What is known of a run while its files are decoded: record headers, shapes, and which plugin each tag belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from .scalars import Layout
from .shapes import Shape, Shapes
from .summary import Value
from .walk import Walk

_LEGACY_PLUGINS = {"simple_value": "scalars", "image": "images", "histo": "histograms", "audio": "audio"}


class Known:
    """Shared by all files of a run: the first value of a tag fixes its plugin, whichever file it stands in."""

    def __init__(self, shapes: Shapes | None = None) -> None:
        self.plugins: dict[str, str] = {}
        self.misfits: set[str] = set()  # tags of scalars of which some value is no number
        self._shapes = shapes or Shapes()
        self.records = Walk().records

    def shape(self, record: bytes) -> Shape | None:
        """The shape of a record that is a scalar, of a tag that is one of scalars, or that says nothing."""
        shape = self._shapes.of(record)
        return shape if shape is not None and self._admits(shape) else None

    def _admits(self, shape: Shape) -> bool:
        return all(self.plugins.get(scalar.tag, scalar.plugin) == "scalars" for scalar in shape.scalars)

    def confirm(self, shapes: Iterable[Shape]) -> None:
        """Records of these shapes were intact: their tags are of scalars for good."""
        for shape in shapes:
            for scalar in shape.scalars:
                self.plugins.setdefault(scalar.tag, "scalars")

    def expected(self, last: Layout | None, data: bytes, at: int) -> Layout | None:
        """The layout that the row at `at` has, if it's the same as before, or the one that came next elsewhere."""
        for layout in (last, self._shapes.followers.get(last)):
            if layout is not None and layout.begins(data, at) and all(map(self._admits, layout.shapes)):
                return layout
        return None

    def follows(self, last: Layout | None, layout: Layout) -> None:
        """After rows of the one layout came some of the other."""
        if layout is not last:
            self._shapes.followers[last] = layout

    def plugin(self, tag: str, named: str, form: str) -> str:
        """The plugin of a tag, by its first value: an old form has but one meaning, a tensor names its plugin."""
        return self.plugins.setdefault(tag, _LEGACY_PLUGINS.get(form, named))

    def plugin_of(self, value: Value) -> str:
        return self.plugin(value.tag, value.metadata.plugin if value.metadata else "", value.form)
