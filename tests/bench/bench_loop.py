"""What a watch costs the loop beside it: a loop of pure Python that logs, and one during the first look at a big log.

In a real kernel whose messages somebody takes. The machine's other work disturbs a clock on the wall, so beside it
stands what our threads took of a processor: while they do, the loop mostly waits.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tbnb

PAIRS = 8
PATIENCE = 300.0

# Turns with and without a watch, mixed.
PAIRED = """
import json, statistics, threading, time, tbnb

def loop(writer, tags, rate, seconds=2.0):
    "Iterations a second of pure Python that logs."
    began = now = time.perf_counter()
    count = work = step = 0
    while now < began + seconds:
        for number in range(200):
            work += number
        count += 1
        now = time.perf_counter()
        if now > began + step / rate:
            for tag in range(tags):
                writer.add_scalar(f"tag{{tag}}", work, step)
            step += 1
    return count / (now - began)

def others():
    return time.process_time() - time.thread_time()

pairs = []
with tbnb.SummaryWriter("runs/own") as writer:
    loop(writer, {tags}, {rate}, 1.0)
    for _ in range({pairs}):
        began = others()
        off = loop(writer, {tags}, {rate})
        idle = others() - began
        watch = tbnb.watch("runs")
        watch.show()
        loop(writer, {tags}, {rate}, 1.0)
        began = others()
        on = loop(writer, {tags}, {rate})
        pairs.append([1 - on / off, (others() - began - idle) / 2.0])
        watch.stop()
print(json.dumps([statistics.median(column) for column in zip(*pairs)]))
"""

# What the gaps between iterations are, without a watch and while it takes in what there is.
FIRST_LOOK = """
import json, time, tbnb

def loop(done):
    "Seconds an iteration takes on average, the longest, and how many there were."
    began = last = time.perf_counter()
    count, longest = 0, 0.0
    while not done():
        for _ in range(20):
            sum(range(200))
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
            count += 1
    return (last - began) / count, longest, count

with tbnb.watch("empty") as other:
    other.show()  # imports
until = time.perf_counter() + 2
usual, longest, _ = loop(lambda: time.perf_counter() > until)
watch = tbnb.watch("runs")
until = time.perf_counter() + {patience}
took, stall, count = loop(lambda: watch._feed._points >= {points} or time.perf_counter() > until)
print(json.dumps([took * count, (took - usual) * count, 1000 * stall, 1000 * longest, watch._feed._points]))
watch.stop()
"""


@contextmanager
def kernel(directory: Path) -> Iterator[Any]:
    from jupyter_client.manager import KernelManager

    manager = KernelManager()
    manager.kernel_cmd = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager.start_kernel(cwd=str(directory))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def said(directory: Path, cell: str) -> Any:
    """What the cell prints as JSON."""
    printed: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            printed.append(message["content"]["text"])

    with kernel(directory) as client:
        reply = client.execute_interactive(cell, timeout=PATIENCE, output_hook=hear)
        if reply["content"]["status"] != "ok":
            raise RuntimeError("\n".join(reply["content"]["traceback"]))
    return json.loads("".join(printed))


def slowdown(tags: int, rate: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        slower, cpu = said(Path(directory), PAIRED.format(tags=tags, rate=rate, pairs=PAIRS))
    print(
        f"pure Python that logs {tags} tags {rate} times/s: {slower:.1%} slower while it is watched (to hold: 1%); "
        f"our threads take {cpu:.2%} of a core, medians of {PAIRS} pairs"
    )


def first_look(runs: int, tags: int, steps: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        write(Path(directory), runs, tags, steps)
        points = runs * tags * steps
        cell = FIRST_LOOK.format(points=points, patience=60)
        took, lost, stall, usual, read = said(Path(directory), cell)
    print(
        f"{points:,} points in {runs} runs x {tags} tags met by a busy loop: read in {took:.1f} s, of which the loop "
        f"lost {lost:.1f} s; its longest pause {stall:.0f} ms, {usual:.0f} without"
        + ("" if read >= points else f"; gave up at {read:,}")
    )


def write(directory: Path, runs: int, tags: int, steps: int) -> None:
    for run in range(runs):
        with tbnb.SummaryWriter(directory / "runs" / f"run{run}") as writer:
            for step in range(steps):
                for tag in range(tags):
                    writer.add_scalar(f"tag{tag}", (step * 7919 % 1000) / 1000 + run, step)


def main() -> None:
    slowdown(10, 10)
    slowdown(1, 100)
    first_look(1, 20, 50_000)
    first_look(300, 20, 200)


if __name__ == "__main__":
    main()
