"""torch's FileWriter: an event file into which ready-made protos go."""

from __future__ import annotations

import os
from time import time
from typing import Any

from .flusher import Flusher
from .later import later
from .resume import Resumed
from .stream import Stream
from .values import check_step


class FileWriter:
    """Writes Event and Summary protos; its methods are those of torch.utils.tensorboard.FileWriter."""

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        max_queue: int = 10,
        flush_secs: float = 0.25,
        filename_suffix: str = "",
        *,
        flusher: Flusher | None = None,
        resumed: Resumed | None = None,
        lazily: bool = False,
    ) -> None:
        self._log_dir = os.fspath(log_dir)
        self._suffix = filename_suffix
        self._flush_secs = flush_secs
        self._is_alone = flusher is None
        self._open(flusher or Flusher(flush_secs), resumed, lazily)

    def _open(self, flusher: Flusher, resumed: Resumed | None = None, lazily: bool = False) -> None:
        self._flusher = flusher
        self.stream = Stream(self._log_dir, flusher, self._suffix, resumed=resumed, lazily=lazily)

    @property
    def event_writer(self) -> FileWriter:
        return self

    def get_logdir(self) -> str:
        """The directory of the event file."""
        return self._log_dir

    def put(self, tag: str, value: Any, step: Any = None, walltime: float | None = None) -> None:
        """Log what stands for itself: a float, a Held or a Making."""
        self.stream.put(tag, value, check_step(tag, step), time() if walltime is None else walltime)

    def add_event(self, event: Any, step: Any = None, walltime: float | None = None) -> None:
        """Log an Event; `step` stands over its own."""
        self._put_proto("proto.event", event, event.step if step is None else step, walltime)

    def add_summary(self, summary: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Log a Summary."""
        self._put_proto("proto.summary", summary, global_step, walltime)

    def _put_proto(self, name: str, proto: Any, step: Any, walltime: float | None) -> None:
        """As bytes: a caller may change it afterwards, and it may be of another library's protos."""
        self.put(name, later(name, proto.SerializeToString()), step, walltime)

    def add_graph(self, graph_profile: tuple[Any, Any], walltime: float | None = None) -> None:
        """Log a (GraphDef, RunMetadata)."""
        graph, stats = graph_profile
        self.put("graph", later("graph.event", graph), None, walltime)
        self.put("graph", later("graph.profile", stats), None, walltime)

    def add_onnx_graph(self, graph: Any, walltime: float | None = None) -> None:
        """Log a GraphDef."""
        self.put("graph", later("graph.event", graph), None, walltime)

    def flush(self) -> None:
        """Return when everything logged before is in the file."""
        self._flusher.flush()

    def close(self) -> None:
        """Write what is left and close the file, if it isn't a SummaryWriter's."""
        if self._is_alone:
            self._flusher.close()

    def reopen(self) -> None:
        """Begin a new file after close(); nothing while the writer is open."""
        if self.stream.closed:
            self._open(Flusher(self._flush_secs))
