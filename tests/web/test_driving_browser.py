"""A person in a real browser goes from sign-in to the licence, in three languages; officials act beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.cases.conftest import iin
from tests.web.test_driving import Town, town

__all__ = ["town"]

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs chromium (apt-get install chromium)")

WORDS = {
    "kk": ("Бірінші куәлікке өтінім беру", "Күн мен уақытты таңдау", "Орынды растау", "Бажды төлеу", "Куәлік берілді"),
    "ru": ("Подать заявку на первое удостоверение", "Выбрать день и время", "Подтвердить место", "Оплатить пошлину",
           "Удостоверение выдано"),
    "en": ("Apply for a first licence", "Choose a day and a time", "Confirm the place", "Pay the duty",
           "Licence issued"),
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield found
        found.close()


def _sign_in(page: Page, town: Town, language: str) -> None:
    page.goto(f"{town.url}/{language}/driving")
    page.locator("main a.govuk-button").click()
    page.locator("main a[href*='begin'], main .govuk-button").first.click()
    page.locator("input[name=iin]").fill(iin(1))
    page.locator("form:has(input[name=iin]:not([type=hidden])) button").first.click()
    page.wait_for_url(f"**/{language}/driving")


def _press(page: Page, button: Locator) -> None:
    """Presses and waits until the answer is there."""
    with page.expect_navigation(timeout=15_000):
        button.click(timeout=15_000)


def _book(page: Page, town: Town, words: tuple[str, ...]) -> None:
    _press(page, page.get_by_role("link", name=words[1]))
    _press(page, page.locator("button[name=slot]").first)
    page.wait_for_selector("text=/[0-9a-f]{16}/")
    town.after(seconds=3)
    _press(page, page.get_by_role("button", name=words[2]))  # the page looks again by itself
    town.run()
    ((starts,),) = town.rows(
        "SELECT max(s.starts_at) FROM driving_places p JOIN driving_slots s ON s.id = p.slot WHERE p.state = 'c'"
    )
    town.clock.set(starts + timedelta(minutes=20))
    town.after(seconds=10)
    page.reload()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_from_sign_in_to_issued(town: Town, browser: Browser, language: str) -> None:
    words = WORDS[language]
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=language)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "response",
        lambda answer: (
            wrong.append(answer.url) if answer.status >= 400 and answer.url.startswith(town.url) else None
        ),
    )
    _sign_in(page, town, language)
    _press(page, page.get_by_role("button", name=words[0]))
    town.run()
    page.wait_for_selector("#category", timeout=10_000)
    assert page.locator("[data-state=done]").count() == 9
    _press(page, page.locator("form[action$='/form'] button"))
    town.run()
    page.reload()
    _book(page, town, words)
    _book(page, town, words)
    _press(page, page.get_by_role("button", name=re.compile(words[3])))
    town.run()
    case = page.url.rpartition("/")[2]
    psc, police = town.official("driving.psc", "71"), town.official("driving.police", "71")
    for what in ("photograph", "formalise"):
        assert psc.post(f"/driving/psc/{case}", "/driving/psc", what=what).status_code == 303, page.url
        town.run()
    assert town.rows("SELECT step FROM cases") == [("review",)]
    version = re.search(r'name="version" value="(\d+)"', police.get(f"/driving/police/{case}").text)
    assert version is not None
    police.post(f"/driving/police/{case}", f"/driving/police/{case}", version=version[1], outcome="approve")
    town.run()
    town.after(seconds=40)
    psc.post(f"/driving/psc/{case}", "/driving/psc", what="hand_over")
    town.run()
    page.reload()
    assert words[4] in page.locator(".govuk-panel--confirmation").inner_text()
    assert page.locator("[data-state=done]").count() == 17
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "fits a phone"
    assert wrong == []
    context.close()
