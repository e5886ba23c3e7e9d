"""A person makes a film with nothing but the UI: the run form, the graph, the form at the gate, and what became of it.

Run with `make browser`; it needs Debian's Chromium. With SCREENSHOTS=docs/pictures the pictures of the documentation are taken.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from blocks.results import embedded
from tests.deployments.studio_at_work import StudioAtWork, free_port, studio_at_work

CHROMIUM = "/usr/bin/chromium"
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without these, Chromium looks for hosts that no machine of tests can reach."""
STAGE_LIMIT_MS = 600_000
TOPIC = "A lighthouse keeper's last winter"
DIRECTION = "An old keeper lights the lamp. A storm comes over the sea. A ship finds the harbour."
SHEET_WIDTH_PX = 600
"""A contact sheet that is narrower shows nothing."""


@pytest.fixture(scope="module")
def studio() -> Iterator[StudioAtWork]:
    """A studio as `make studio` opens it."""
    folder = Path(tempfile.mkdtemp(prefix="studio-"))
    folder.chmod(0o755)
    with studio_at_work(folder, free_port()) as open_studio:
        yield open_studio
    embedded.stop(folder / "studio/postgres")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def page(studio: StudioAtWork) -> Iterator[Page]:
    """One window of a browser, in which the tests of this file are one story."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        window = browser.new_page(viewport={"width": 1440, "height": 1000}, base_url=f"http://127.0.0.1:{studio.port}")
        window.set_default_timeout(30_000)
        yield window
        browser.close()


def test_the_run_form_explains_itself_and_starts_a_film(page: Page) -> None:
    page.goto("/deployments")
    page.locator("tr", has_text="produce-video").get_by_role("link", name="studio", exact=True).click()
    page.get_by_role("button", name="Run", exact=True).first.click()
    page.get_by_text("Custom run").first.click()
    expect(page.get_by_text("What the film is about, in a few words.")).to_be_visible()
    _field(page.locator("body"), "Topic").locator("textarea").fill(TOPIC)
    _field(page.locator("body"), "Story Direction").locator("textarea").fill(DIRECTION)
    length = _field(page.locator("body"), "Target Seconds")
    length.get_by_text("int", exact=True).click()
    length.locator("input[type=number]").fill("8")
    _picture(page, "run-form")

    page.get_by_role("button", name="Submit").click()

    page.get_by_role("link", name=f"demo: {TOPIC}").first.click(timeout=STAGE_LIMIT_MS)
    expect(page.get_by_text("Parameters", exact=True).first).to_be_visible()


def test_the_film_comes_to_its_gate_with_its_graph_and_its_artifacts(page: Page) -> None:
    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=STAGE_LIMIT_MS)

    expect(page.locator("canvas").first).to_be_visible()
    _picture(page, "run")
    page.get_by_text("Artifacts", exact=True).first.click()
    expect(page.get_by_text("estimate", exact=True).first).to_be_visible()


def test_the_form_at_the_gate_shows_the_pictures_and_the_price(page: Page) -> None:
    form = _open_form(page)

    expect(form.get_by_text("It has cost 0.00 USD so far.")).to_be_visible()
    sheet = form.locator("img").first
    expect(sheet).to_be_visible()
    assert sheet.evaluate("picture => picture.naturalWidth") > SHEET_WIDTH_PX
    _picture(page, "gate")


def test_an_item_that_is_sent_back_returns_with_a_new_take(page: Page) -> None:
    form = page.get_by_role("dialog")
    _decide(page, form, "reject")
    _field(form, "Make Again").locator("textarea").fill("clip 1: too dark")
    _field(form, "Who").locator("textarea").fill("Ann")
    form.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("button", name="Resume")).to_be_hidden(timeout=STAGE_LIMIT_MS)

    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=STAGE_LIMIT_MS)
    form = _open_form(page)
    expect(form.get_by_text("Made again since you sent it back")).to_be_visible()
    expect(form.get_by_text("(too dark)")).to_be_visible()
    _picture(page, "gate-again")


def test_what_is_approved_is_published(page: Page, studio: StudioAtWork) -> None:
    form = page.get_by_role("dialog")
    _decide(page, form, "approve")
    _field(form, "Who").locator("textarea").fill("Ann")
    form.get_by_role("button", name="Submit").click()

    expect(page.get_by_text("Completed", exact=True).first).to_be_visible(timeout=STAGE_LIMIT_MS)
    _picture(page, "published")
    assert list((studio.folder / "studio/films").rglob("*.mp4"))


def _field(form: Locator, name: str) -> Locator:
    """Find a field of one of Prefect's forms by the name that people read."""
    label = form.page.locator(".schema-form-property__label").filter(has_text=re.compile(rf"^{name}( \(Optional\))?$"))
    return form.locator(".schema-form-property").filter(has=label).last


def _open_form(page: Page) -> Locator:
    """Open the form of a run that waits; Prefect saves its text a moment after the run is suspended."""
    page.reload()
    page.get_by_role("button", name="Resume").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text("Decision", exact=True)).to_be_visible()
    return form


def _decide(page: Page, form: Locator, decision: str) -> None:
    choice = _field(form, "Decision").locator("button.p-select-button__control")
    choice.focus()
    choice.press("ArrowDown")
    page.locator(".p-select-option").filter(has_text=decision).click()


def _picture(page: Page, name: str) -> None:
    """Keep a picture of the window where the environment names a folder for them."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.jpg", type="jpeg", quality=75)
