"""A living country with its pages, and a real Chromium (Debian's package `chromium`) that visits it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
#: A country large enough that officials of most benefits have something to do.
COUNTRY = ("--residents=4000", "--days=4", "--event-rate=60", "--pace=300", "--port=0", "--serve")
_STARTS_SECONDS = 400
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="package")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a country that lives on after a demo of six days; one for all workers of the tests."""
    if address := os.environ.get("BROWSER_TESTS_AT"):  # one that runs already
        yield address
        return
    if _CHROMIUM is None:
        pytest.skip("no Chromium is installed here: apt-get install chromium")
    base = tmp_path_factory.getbasetemp()
    with _shared(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as address:
        yield address


@contextmanager
def _shared(folder: Path) -> Iterator[str]:
    """Whoever comes first starts the country; the last to leave ends it, for it takes much of a core."""
    lock, state = folder / "living.lock", folder / "living.json"
    with _locked(lock):
        if not state.exists():
            process, address = _started(folder / f"living-{os.getpid()}")
            threading.Thread(target=process.wait, daemon=True).start()  # whoever ends it, it is taken note of
            state.write_text(json.dumps({"address": address, "process": process.pid, "visitors": 0}))
        address = _visitors(state, 1)["address"]
    try:
        yield address
    finally:
        with _locked(lock):
            left = _visitors(state, -1)
            if not left["visitors"]:
                state.unlink()
                _end(left["process"])


@contextmanager
def _locked(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _end(process: int) -> None:
    os.kill(process, signal.SIGTERM)
    until = time.monotonic() + 60
    while Path(f"/proc/{process}").exists() and time.monotonic() < until:
        time.sleep(0.05)


def _visitors(state: Path, more: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(state.read_text())
    found["visitors"] += more
    state.write_text(json.dumps(found))
    return found


def _started(home: Path) -> tuple[subprocess.Popen[bytes], str]:
    home.mkdir()
    with (home / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", "from qyzmet.cli import main; main()", "demo", *COUNTRY],
            stdout=said, stderr=said, env=os.environ | {"QYZMET_HOME": str(home / "home")},
        )  # fmt: skip
    return process, _address(process, home / "said.txt")


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    until = time.monotonic() + _STARTS_SECONDS
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"Open (http://[\d.:]+)", said.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"the demo did not come to its pages: {said.read_text()[-2000:]}")


@pytest.fixture(scope="module")  # another folder's browser could not start beside an open one
def chromium() -> Iterator[Browser]:
    if _CHROMIUM is None:
        pytest.skip("no Chromium is installed here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person in one browser window."""

    page: Page
    url: str
    language: str

    def go(self, path: str) -> int:
        """Opens a page of this language; returns its status."""
        answer = self.page.goto(f"{self.url}/{self.language}{path}")
        assert answer is not None
        return answer.status

    def sign_in(self, persona: str = "", citizen: int = 0) -> None:
        """As a ready persona, or as one of the citizens that the provider names."""
        self.go("/sign-in")
        self.page.locator("main a.govuk-button, main button").first.click()
        if persona:
            self.page.locator(f'button[name=persona][value="{persona}"]').click()
        else:
            self.page.locator("button[name=iin]").nth(citizen).click()
        self.page.wait_for_url(f"{self.url}/{self.language}**")

    def press(self, button: Locator) -> None:
        """Presses a button; the page that answers is loaded when it returns."""
        with self.page.expect_navigation():
            button.click()

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}-{self.language}.png", full_page=True)

    def until(self, seen: Callable[[], bool], seconds: float = 60) -> None:
        """Reloads until something is seen."""
        end = time.monotonic() + seconds
        while not seen():
            assert time.monotonic() < end, f"not seen in {seconds} s on {self.page.url}"
            time.sleep(0.2)
            self.page.reload()


Visitors = Callable[..., Visit]


@pytest.fixture
def visit(living: str, chromium: Browser) -> Iterator[Visitors]:
    """Opens windows: `visit("kk", phone=True, scripts=False)`; an error on a page fails the test."""
    contexts, errors = [], list[str]()

    def new(language: str = "kk", *, phone: bool = False, scripts: bool = True) -> Visit:
        size = {"width": 390, "height": 844} if phone else {"width": 1200, "height": 900}
        context = chromium.new_context(viewport=size, java_script_enabled=scripts)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        return Visit(page, living, language)

    yield new
    for context in contexts:
        context.close()
    assert errors == []
