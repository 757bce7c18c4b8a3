"""What was chosen in the page is there again: after the magic's cell ran once more, and after a reload."""

from __future__ import annotations

from .conftest import Opener
from .test_live import training

WATCH = "%load_ext tbnb\n%tbwatch runs"


def test_settings_survive_a_rerun_and_a_reload(notebook: Opener) -> None:
    """By log directory: another directory's dashboard begins with its own."""
    opened = notebook(WATCH, training(50, 0), "%tbwatch other")
    page = opened.page
    opened.run_all()
    opened.wait(points=100)
    tags = page.get_by_label("Filter charts by tag")
    tags.first.fill("loss")
    page.get_by_role("button", name="Options", exact=True).first.click()
    page.get_by_label("Raw curve behind").first.uncheck()
    opened.wait_idle()

    opened.run(0)
    opened.wait(points=100)
    page.locator(".tbnb-card[data-tag=loss]").first.wait_for()
    assert tags.first.input_value() == "loss"

    opened.save()
    opened.open()
    opened.wait(points=100)
    assert tags.first.input_value() == "loss"
    assert not page.get_by_label("Raw curve behind").first.is_checked()
    assert page.locator("div.tbnb").first.locator(".tbnb-card").count() == 1
    opened.run(2)  # Notebook 6 doesn't always bring back a second widget after a reload
    other = page.locator("div.tbnb").nth(1)
    other.wait_for()
    assert other.get_by_label("Filter charts by tag").input_value() == ""
    assert opened.errors == []
