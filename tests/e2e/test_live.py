"""Live in the cell: what is logged while the kernel is busy is on the page, all of it, whatever happens to the page."""

from __future__ import annotations

import nbconvert
import pytest

from .conftest import Opener

WIDGET = "application/vnd.jupyter.widget-view+json"
WATCH = "%load_ext tbnb\n%tbwatch"


def training(steps: int, pause: float = 0.01, extra: str = "pass") -> str:
    """A cell that logs two scalars a step, and keeps the kernel busy."""
    return f"""
import time, tbnb
with tbnb.SummaryWriter("runs/one") as writer:
    for step in range({steps}):
        writer.add_scalar("loss", 1 / (step + 1), step)
        writer.add_scalar("accuracy", step / {steps}, step)
        {extra}
        time.sleep({pause})
"""


UNTIL_ENOUGH = """
import itertools, pathlib, time, tbnb
with tbnb.SummaryWriter("runs/one") as writer:
    for step in itertools.count():
        writer.add_scalar("loss", 1 / (step + 1), step)
        time.sleep(0.01)
        if pathlib.Path("enough").exists() and step >= 499:
            break
pathlib.Path("steps").write_text(str(step + 1))
"""


def test_it_grows_while_the_next_cell_trains(notebook: Opener) -> None:
    """The magic in one cell, training in the next: live while it runs, exact at its end."""
    opened = notebook(WATCH, UNTIL_ENOUGH)
    directory = (opened.server.directory / opened.name).parent
    opened.run_all()

    opened.wait(state="live", runs=1, series=1)
    some = int(opened.said()["points"])
    opened.page.wait_for_function(f"document.querySelector('div.tbnb').dataset.points > {some + 100}")
    assert not (directory / "steps").exists()
    (directory / "enough").touch()
    opened.wait_idle()
    steps = int((directory / "steps").read_text())
    opened.wait(points=steps, paintedStep=steps - 1)
    opened.screenshot("live")
    assert opened.errors == []


def test_one_cell_with_the_training_in_it(notebook: Opener) -> None:
    """%%tbwatch shows the dashboard and runs the cell's own body."""
    opened = notebook("%load_ext tbnb", f"%%tbwatch runs --smoothing 0{training(200)}")
    opened.run_all()

    opened.wait(points=400, series=2)


def test_a_second_view(notebook: Opener) -> None:
    """The magic once more shows the same watch once more; both views are exact."""
    opened = notebook(WATCH, training(200), "%tbwatch", training(300).replace("one", "two"))
    opened.run_all()

    for place in (0, 1):
        opened.wait(place, points=1000, runs=2)


def test_a_reload_after_the_cell(notebook: Opener) -> None:
    """A page that is loaded anew shows everything, from an idle kernel."""
    opened = notebook(WATCH, training(200))
    opened.run_all()
    opened.wait(points=400)
    opened.wait_idle()
    opened.save()

    opened.open()

    opened.wait(points=400, series=2, paintedStep=199)
    assert opened.said()["state"] in ("live", "idle")


def test_a_reload_while_the_cell_runs(notebook: Opener) -> None:
    """A page that is loaded anew in the middle of training shows all in the end."""
    opened = notebook(WATCH, training(600))
    opened.run_all()
    opened.wait(runs=1)
    opened.save()

    opened.reload()

    opened.wait(points=1200, patience=60)


@pytest.mark.parametrize("server", ["classic"], indirect=True)
def test_outputs_that_are_drawn_anew(notebook: Opener) -> None:
    """Notebook 6 draws all widgets anew when the kernel at last tells what it has: ours is there again, and saved."""
    opened = notebook(WATCH, training(50, 0))
    opened.run_all()
    opened.wait(points=100)
    opened.wait_idle()

    opened.page.evaluate("Jupyter.notebook.render_cell_output(Jupyter.notebook.get_cell(0))")

    opened.wait(points=100, paintedStep=49)
    widgets = [output.data.get(WIDGET) for output in opened.saved().cells[0].outputs]
    assert widgets[0]["model_id"]


def test_a_page_that_comes_late(notebook: Opener) -> None:
    """The widget's script takes seconds to arrive, the cells run meanwhile: nothing is missing in the end."""
    opened = notebook(WATCH, training(600))
    opened.delay("anywidget", 4)
    opened.run_all()

    opened.wait(points=1200, patience=60)


def test_a_flood_of_prints(notebook: Opener) -> None:
    """5,000 printed lines a second make the server drop messages, ours too; nothing is missing in the end."""
    flood = "print('\\\\n'.join(f'line {step} {line}' for line in range(50)), flush=True)"
    opened = notebook(WATCH, training(500, extra=flood))
    opened.run_all()

    opened.wait(points=1000, patience=90)


def test_a_kernel_that_is_restarted(notebook: Opener) -> None:
    """The last picture stays, marked as stopped; running the magic again shows everything again."""
    opened = notebook(WATCH, training(200))
    opened.run_all()
    opened.wait(points=400)
    opened.wait_idle()

    opened.restart_kernel()

    opened.wait(state="stopped", points=400)
    opened.screenshot("stopped")
    opened.run(0)
    opened.wait(points=400, runs=1, state="live")


IN_A_THREAD = """
import itertools, threading, time, tbnb
def log():
    with tbnb.SummaryWriter("runs/one") as writer:
        for step in itertools.count():
            writer.add_scalar("loss", 1 / (step + 1), step)
            time.sleep(0.02)
threading.Thread(target=log, daemon=True).start()
"""
PAUSES = """() => {
    const { store } = [...globalThis[Symbol.for('tbnb')].values()].at(-1);
    const apply = store.apply.bind(store);
    let last = 0;
    window.pauses = [];
    store.apply = (header, buffers) => {
        window.pauses.push(header.now - last);
        last = header.now;
        apply(header, buffers);
    };
}"""
SEEN = """state => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_a_page_that_nobody_sees(notebook: Opener) -> None:
    """The news waits while the page is hidden and the kernel can hear of it, and comes quickly once it's seen again."""
    opened = notebook(WATCH, IN_A_THREAD)
    opened.run_all()
    opened.wait(state="live", series=1)
    opened.wait_idle()

    opened.page.evaluate(PAUSES)
    opened.page.evaluate(SEEN, "hidden")
    opened.page.wait_for_function("window.pauses.slice(-3).every(pause => pause > 1.5 && pause < 10)")
    opened.page.evaluate(SEEN, "visible")
    opened.page.wait_for_function("window.pauses.slice(-3).every(pause => pause < 1)")


def test_stopping(notebook: Opener) -> None:
    """A watch that was stopped shows all that was logged, and says so; the magic then gives a live one."""
    opened = notebook(WATCH, training(50, 0), "%tbwatch --stop", "%tbwatch", training(50, 0).replace("one", "two"))
    opened.run_all()

    opened.wait(0, points=100, state="stopped")
    opened.wait(1, points=200, state="live")


def test_a_saved_notebook_shows_the_last_chart(notebook: Opener) -> None:
    """With no kernel and no widget: the picture is in the file, where nbconvert and GitHub find it, the last one."""
    opened = notebook(WATCH, training(200))
    opened.run_all()
    opened.wait(points=400)
    opened.wait_idle()

    saved = opened.saved()
    html, _ = nbconvert.HTMLExporter().from_notebook_node(saved)

    (picture,) = [output for output in saved.cells[0].outputs if "image/png" in output.get("data", {})]
    assert "400 points" in picture.data["text/plain"]
    assert len(picture.data["image/png"]) > 10_000
    assert picture.data["image/png"].strip()[:100] in html
    opened.page.goto("about:blank")
    opened.page.set_content(html)
    opened.screenshot("saved")


def test_the_picture_is_hidden_beside_the_live_widget(notebook: Opener) -> None:
    """One chart at a time: the picture is in the page, and not to be seen."""
    opened = notebook(WATCH, training(50))
    opened.run_all()
    opened.wait(points=100)
    opened.wait_idle()

    pictures = opened.page.locator("img[src^='data:image/png']")
    assert pictures.count() == 1
    assert not pictures.first.is_visible()
