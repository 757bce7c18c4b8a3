"""The page: first paint, frames while panning and zooming, each control, memory, and what taking in small frames costs.

Times stand as median/95th percentile, and bars in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.e2e.browser import ARGUMENTS, CHROMIUM
from tests.e2e.host import Host

# Name, runs, tags, points of each series.
CASES = [
    ("1 M points, 20 runs on one card", 20, 1, 50_000),
    ("1 M points, 20 cards", 1, 20, 50_000),
    ("1,000 runs x 10 tags x 100", 1000, 10, 100),
    ("300 runs x 20 tags x 200", 300, 20, 200),
]
# Each control there and back.
CONTROLS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "smoothing": ({"smoothing": {"kind": "ema", "amount": 0.9}}, {"smoothing": {"kind": "ema", "amount": 0.5}}),
    "relative x": ({"x": "relative"}, {"x": "step"}),
    "log y": ({"y": "log"}, {"y": "linear"}),
    "outliers": ({"outliers": "show"}, {"outliers": "ignore"}),
    "hide a run": ({"hidden": ["run0"]}, {"hidden": []}),
    "filter runs": ({"runsFilter": "[02468]$"}, {"runsFilter": ""}),
    "card size": ({"size": 480}, {"size": 360}),
}
TIMES = 4

FEED = """async ([runs, tags, points]) => {
    const wanted = [];
    for (let r = 0; r < runs; r++)
        for (let t = 0; t < tags; t++) wanted.push({run: "run" + r, tag: "metric" + t, points});
    const frame = host.frame(wanted);
    const start = performance.now();
    host.store.apply(...frame);
    const root = document.querySelector("div.tbnb");
    while (!root.dataset.paintedStep) await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""

# A drag with Shift, then a wheel with Ctrl, an event in each frame.
GESTURES = """async count => {
    const plot = document.querySelector(".tbnb-plot"), area = plot.getBoundingClientRect();
    plot.setPointerCapture = () => {};
    const x = area.left + area.width / 2, y = area.top + area.height / 3;
    const point = (type, dx) => plot.dispatchEvent(new PointerEvent(
        type, {clientX: x + dx, clientY: y, shiftKey: true, button: 0, pointerId: 1, bubbles: true}));
    const frames = watchFrames();
    point("pointerdown", 0);
    for (let i = 0; i < count; i++) {
        await new Promise(requestAnimationFrame);
        point("pointermove", 60 * Math.sin(i / 10));
    }
    point("pointerup", 0);
    for (let i = 0; i < count; i++) {
        await new Promise(requestAnimationFrame);
        plot.dispatchEvent(new WheelEvent("wheel", {clientX: x, clientY: y, deltaY: 30 * Math.sin(i / 8),
                                                    ctrlKey: true, bubbles: true, cancelable: true}));
    }
    return frames.stop();
}"""

# From a control's change until a frame with something of it is on the screen and the page answers, and until all cards
# in view are drawn.
CONTROL = """async change => {
    const painted = () => new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(0);
    }));
    const start = performance.now();
    host.settings.update(change);
    await painted();
    const answered = performance.now() - start;
    while (!host.dashboard.settled()) await painted();
    return [answered, performance.now() - start];
}"""

SMALL_FRAMES = """async ([runs, tags, points]) => {
    const frames = [];
    for (let r = 0; r < runs; r++)
        for (let s = 0; s < points; s += 50)
            frames.push(host.frame(Array.from({length: tags}, (_, t) =>
                ({run: "run" + r, tag: "metric" + t, start: s, points: Math.min(50, points - s)}))));
    const start = performance.now();
    for (const [at, frame] of frames.entries()) {
        host.store.apply(...frame);
        if (at % 8 === 7) await new Promise(done => setTimeout(done));
    }
    await new Promise(requestAnimationFrame);
    return [frames.length, performance.now() - start];
}"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, runs, tags, points in CASES:
            _measure(browser, name, runs, tags, points)
        for runs, tags, points in ((300, 20, 200), (1000, 10, 100)):
            frames, took = _host(browser).page.evaluate(SMALL_FRAMES, [runs, tags, points])
            print(f"{runs} runs x {tags} tags x {points} taken in by {frames} small frames: {took / 1e3:.1f} s")
        browser.close()


def _host(browser: Any) -> Host:
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    return Host(context.new_page())


def _measure(browser: Any, name: str, runs: int, tags: int, points: int) -> None:
    host = _host(browser)
    page = host.page
    clock = page.context.new_cdp_session(page)
    clock.send("Performance.enable", {"timeDomain": "threadTicks"})
    empty = _memory(page)
    raw = 24 * runs * tags * points
    paint = page.evaluate(FEED, [runs, tags, points])
    page.wait_for_timeout(1500)
    print(f"{name}: {raw / 1e6:.1f} MB of points, taken in and painted after {paint:.0f} ms (to hold: 1000)")
    before = _cpu(clock)
    gaps = page.evaluate(GESTURES, 90)
    cpu = (_cpu(clock) - before) / len(gaps)
    print(f"    pan and zoom: a frame each {_spread(gaps)} ms (33); the CPU is busy for {cpu:.1f} ms of a frame")
    every = []
    for control, ways in CONTROLS.items():
        answered, drawn, cpu = zip(*(_control(page, clock, way) for way in ways * (TIMES // 2)), strict=True)
        every += answered
        print(f"    {control}: answered {_spread(answered)} ms, all drawn {_spread(drawn)}, CPU {_spread(cpu)}")
    print(f"    every control: answered {_spread(every)} ms (100)")
    print(f"    memory: {(_memory(page) - empty) / raw:.1f} x the data (3)")
    page.context.close()


def _control(page: Any, clock: Any, change: dict[str, Any]) -> tuple[float, float, float]:
    before = _cpu(clock)
    answered, drawn = page.evaluate(CONTROL, change)
    return answered, drawn, _cpu(clock) - before


def _spread(times: Sequence[float]) -> str:
    """The median and, after a stroke, the 95th percentile."""
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2]:.0f}/{ordered[len(ordered) * 95 // 100]:.0f}"


def _cpu(clock: Any) -> float:
    """What the page's main thread has worked, in ms: a loaded machine makes frames late, but this no longer."""
    metrics = {one["name"]: one["value"] for one in clock.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"]) * 1e3


def _memory(page: Any) -> float:
    """Bytes of the page's JavaScript, with what its arrays stand on."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return float(usage["usedSize"]) + float(usage.get("backingStorageSize", 0))


if __name__ == "__main__":
    main()
