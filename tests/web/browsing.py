"""People at the pages in a real browser: each with a window of their own, watched for errors and barriers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

#: The rules that are checked: those of WCAG 2.2 at A and AA.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, for as long as the block lasts."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    assert found, "Install Chromium for the tests of pages: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser of their own. What the browser complains about is kept in `errors`."""

    browser: Browser
    url: str
    language: str = "en"
    page: Page = field(init=False)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = self.browser.new_context(accept_downloads=True).new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and message.location["url"].startswith(self.url):
            self.errors.append(f"{message.text} {message.location['url']}")

    def sign_in(self, name: str, roles: str, bin: str = "") -> None:
        """Through the provider's page and back."""
        self.page.goto(f"{self.url}/{self.language}/sign-in/begin")
        form = self.page.locator("form:has(input[name=roles])")
        for field_, value in (("sub", name), ("roles", roles), ("bin", bin)):
            form.locator(f"input[name={field_}]").fill(value)
        form.locator("button").click()
        self.page.wait_for_url(f"{self.url}/**")

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.url}/{self.language}{path}")
        return self.page

    def press(self, name: str) -> None:
        """Presses the button of that name; the page that answers is loaded when it returns."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()

    def barriers(self) -> list[str]:
        """What axe finds on the page that is shown: each rule with the places that break it."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        return [f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}" for each in found]
