"""Value ► pixel: how long what was logged takes to the screen of a real JupyterLab, its kernel busy; and big logs.

An observer in the page notes, frame by frame, the wall time of the newest point on screen; of each value that was
logged, the lag ends with the first frame whose newest point isn't older. Both clocks are this machine's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import tbnb
from tbnb.page.widget import BUNDLE
from tests.e2e.browser import ARGUMENTS, CHROMIUM, Notebook
from tests.e2e.servers import Server, running

SECONDS = 15
WATCH = "%load_ext tbnb\n%tbwatch runs"

# A cell that logs `tags` scalars `rate` times a second, and computes in between.
BUSY = """
import time, tbnb
work = 0
with tbnb.SummaryWriter("runs/own") as writer:
    began = time.perf_counter()
    for step in range({steps}):
        for tag in range({tags}):
            writer.add_scalar(f"tag{{tag}}", 1 / (step + 1), step)
        while time.perf_counter() < began + (step + 1) / {rate}:
            work += 1
"""
ELSEWHERE = """
import subprocess, sys, time
script = '''
import time, tbnb
with tbnb.SummaryWriter("runs/own") as writer:
    began = time.perf_counter()
    for step in range({steps}):
        for tag in range({tags}):
            writer.add_scalar(f"tag{{tag}}", 1 / (step + 1), step)
        time.sleep(max(0, began + (step + 1) / {rate} - time.perf_counter()))
'''
process = subprocess.Popen([sys.executable, "-c", script])
work = 0
while process.poll() is None:
    until = time.perf_counter() + 0.05
    while time.perf_counter() < until:
        work += 1
"""
OBSERVE = """() => {
    const seen = (window.seen = []);
    const shots = (window.shots = new Set());
    let last = '', frames = 0;
    const look = () => {
        const painted = document.querySelector('div.tbnb')?.dataset.paintedWallTime;
        if (painted && painted !== last) {
            last = painted;
            seen.push([Date.now() / 1000, Number(painted)]);
        }
        if (frames++ % 60 === 0) {
            const canvas = document.querySelector('div.tbnb canvas:not([hidden])');
            if (canvas) shots.add(canvas.toDataURL());
        }
        requestAnimationFrame(look);
    };
    look();
}"""
FRAMES = """() => {
    let last = performance.now();
    window.took = [];
    window.panning = true;
    const look = (now) => {
        window.took.push(now - last);
        last = now;
        if (window.panning) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""
HOLDING = "() => [...(globalThis[Symbol.for('tbnb')] ?? new Map()).values()].at(-1)?.store.holding()"


@contextmanager
def lab() -> Iterator[tuple[Server, Any]]:
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as directory,
        running("lab", Path(directory)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield server, browser
        browser.close()


def opened(server: Server, browser: Any, name: str, *cells: str) -> Notebook:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    return Notebook(page, server, server.write(name, *cells)).open()


def lag(server: Server, browser: Any, name: str, cell: str, tags: int, rate: int) -> None:
    """Prints the lags of all values that a cell logs."""
    steps = SECONDS * rate
    notebook = opened(server, browser, name, WATCH, cell.format(steps=steps, tags=tags, rate=rate))
    notebook.run(0)
    notebook.page.wait_for_selector("div.tbnb")
    notebook.page.evaluate(OBSERVE)
    notebook.run(1)
    notebook.wait(points=steps * tags, patience=4 * SECONDS)
    notebook.wait(paintedStep=steps - 1)
    notebook.page.wait_for_timeout(300)
    seen = np.array(notebook.page.evaluate("() => window.seen"))
    pictures = notebook.page.evaluate("() => window.shots.size")
    log = tbnb.read(server.directory / name / "runs")
    wall = log["own"]["tag0"].wall_time  # of a card in view; the others may be below the fold
    lags = 1000 * (seen[np.searchsorted(np.maximum.accumulate(seen[:, 1]), wall), 0] - wall)
    lags = lags[wall > wall[0] + 1]  # the first second, in which the cards appear, isn't counted
    p50, p90, p99 = np.percentile(lags, (50, 90, 99))
    print(
        f"{name:34} p50 {p50:5.0f} ms   p90 {p90:5.0f}   p99 {p99:5.0f}   max {lags.max():5.0f}"
        f"   {len(seen) / SECONDS:4.1f} paints/s, {pictures} different pictures",
        flush=True,
    )
    notebook.page.close()
    server.end_kernels()


def tensorboard_lag(rate: int = 20) -> None:
    """How old a value is when TensorBoard's server has it; its page asks only when told to, or each 30 s."""
    with tempfile.TemporaryDirectory() as directory:
        command = [
            sys.executable,
            "-m",
            "tensorboard.main",
            "--logdir",
            directory,
            "--port",
            "0",
            "--host",
            "127.0.0.1",
        ]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        url = next(word for line in process.stderr if "http://" in line for word in line.split() if "http" in word)
        lags: list[float] = []
        seen = -1
        with tbnb.SummaryWriter(f"{directory}/run") as writer:
            for step in range(SECONDS * rate):
                writer.add_scalar("loss", 1 / (step + 1), step)
                time.sleep(1 / rate)
                newest = _newest(f"{url}data/plugin/scalars/scalars?run=run&tag=loss")
                if newest and newest[1] > seen:
                    lags += [time.time() - newest[0]]
                    seen = newest[1]
        process.terminate()
        process.wait()
    worst = max(lags, default=float("nan"))
    print(
        f"{'%tensorboard, its server':34} has news {len(lags) / SECONDS:.2f} times/s, {min(lags) * 1000:.0f} to"
        f" {worst * 1000:.0f} ms old; its page never asks by itself (reload is off; every 30 s if switched on)"
    )


def _newest(url: str) -> tuple[float, int] | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            points = json.load(answer)
    except OSError:
        return None
    return (points[-1][0], points[-1][1]) if points else None


def big(server: Server, browser: Any, name: str, runs: int, tags: int, steps: int) -> None:
    """Opens a big log: first paint, all held, and how smoothly it pans."""
    notebook = opened(server, browser, name, WATCH)
    for run in range(runs):
        with tbnb.SummaryWriter(server.directory / name / "runs" / f"run{run}") as writer:
            for step in range(steps):
                for tag in range(tags):
                    writer.add_scalar(f"tag{tag}", (step * 7919 % 1000) / 1000 + run, step)
    points = runs * tags * steps
    page = notebook.page
    began = time.perf_counter()
    notebook.run(0)
    page.wait_for_function("() => document.querySelector('div.tbnb')?.dataset.paintedWallTime")
    first = time.perf_counter() - began
    notebook.wait(points=points, patience=60)
    known = time.perf_counter() - began
    page.wait_for_function(f"() => ({HOLDING})()?.known === {points}", timeout=60_000)
    held = time.perf_counter() - began
    print(
        f"{name:34} first paint {first:.2f} s, all {points:,} points known {known:.2f} s, held {held:.2f} s;"
        f" panning: p95 frame {pan(page):.0f} ms",
        flush=True,
    )
    page.close()
    server.end_kernels()


def pan(page: Any) -> float:
    """The p95 of the time between frames while a zoomed chart is dragged for two seconds."""
    box = page.locator(".tbnb-card canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 60, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=5)
    page.mouse.up()
    page.wait_for_timeout(300)
    page.evaluate(FRAMES)
    page.keyboard.down("Shift")
    page.mouse.down()
    for place in range(120):
        page.mouse.move(x + 50 * np.sin(place / 10), y)
        page.wait_for_timeout(8)
    page.mouse.up()
    page.keyboard.up("Shift")
    frames = page.evaluate("() => { window.panning = false; return window.took.slice(1); }")
    return float(np.percentile(frames, 95))


def tried(case: Callable[..., None], server: Server, browser: Any, name: str, *how: Any) -> None:
    """One case; a machine that is too busy for it loses only this one."""
    try:
        case(server, browser, name, *how)
    except Exception as error:
        print(f"{name:34} gave up: {str(error).splitlines()[0]}", flush=True)
        for context in browser.contexts:
            context.close()
        server.end_kernels()


def main() -> None:
    print(f"_esm: {BUNDLE.stat().st_size / 1024:.0f} KB (to hold: 200)")
    with lab() as (server, browser):
        tried(lag, server, browser, "20 scalars per s", BUSY, 1, 20)
        tried(lag, server, browser, "1,000 scalars per s", BUSY, 10, 100)
        tried(lag, server, browser, "1,000 per s, another process", ELSEWHERE, 10, 100)
        tensorboard_lag()
        tried(big, server, browser, "1 M points in 20 series", 1, 20, 50_000)
        tried(big, server, browser, "300 runs x 20 tags x 200 steps", 300, 20, 200)


if __name__ == "__main__":
    main()
