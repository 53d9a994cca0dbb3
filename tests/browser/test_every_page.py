"""Every page: whole in its language, light, usable without scripts, by keyboard, on a phone, by anyone."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import product
from typing import Any

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from selectolax.lexbor import LexborHTMLParser

from tests.browser.conftest import SHOTS, Visitors
from tests.browser.every_page import CITIZEN, NOBODY, OFFICIAL, Address, addresses, foreign, permissions
from tests.web.pages import Visitor

MOST_BYTES = 100_000  #: as sent, packed
BIN = "990140000005"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,
}
#: Shown controls out of the keyboard's order, and boxes that scroll and take no focus.
OUT_OF_REACH = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(each => each.getClientRects().length && !each.disabled && each.tabIndex < 0)
  .map(each => `out of the keyboard's reach: ${each.outerHTML.slice(0, 100)}`)"""
#: Of what stands on a page many times alike, a dozen is looked at.
SHORTEN = """() => document.querySelectorAll(
  "main tbody tr:nth-child(n+13), main details:nth-of-type(n+13), main ol li:nth-child(n+13), " +
  "main div[translate]:nth-of-type(n+13)"
).forEach(each => each.remove())"""
PHONE, DESK = ViewportSize(width=375, height=900), ViewportSize(width=1200, height=900)
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Country:
    """Nobody, an official with every role, and a citizen who has a case; with every page that is theirs."""

    people: dict[str, Visitor]
    pages: list[Address]

    def get(self, address: Address, language: str) -> httpx.Response:
        return self.people[address.whose].http.get(f"/{language}{address.path}")


@pytest.fixture(scope="module")
def country(living: str) -> Iterator[Country]:
    people = {whose: Visitor(living, "kk") for whose in (NOBODY, OFFICIAL, CITIZEN)}
    roles = " ".join(sorted(set(permissions().roles) - {"citizen"}))
    assert people[OFFICIAL].sign_in(sub="everybody", roles=roles, bin=BIN).status_code == 303
    own = _citizen_with_a_case(people[CITIZEN])
    found = re.search(r"/cases/(\d+)", people[OFFICIAL].get("/tasks").text)
    assert found is not None
    yield Country(people, addresses(found[1], own))
    for each in people.values():
        each.http.close()


def _citizen_with_a_case(citizen: Visitor) -> str:
    offered = httpx.get(citizen.http.get("/kk/sign-in/begin").headers["location"], trust_env=False).text
    for iin in dict.fromkeys(re.findall(r'value="?(\d{12})', unescape(offered))):
        citizen.sign_in(iin=iin)
        if found := re.search(r"/mine/(\d+)", citizen.get("/mine").text):
            return found[1]
    raise AssertionError("no citizen has a case")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_page_is_whole_in_its_language_light_and_needs_no_scripts(
    country: Country, language: str
) -> None:
    wrong = []
    for address in country.pages:
        answer = country.get(address, language)
        assert answer.status_code < 500, address
        if "text/html" in answer.headers.get("content-type", ""):
            found = [*foreign(answer.text), *_needs_scripts(answer.text)]
            if (size := len(gzip.compress(answer.content, 5))) > MOST_BYTES:
                found.append(f"{size} bytes")
            wrong += [f"{address.whose} {address.path} ({answer.status_code}): {each:.160}" for each in found]
    assert not wrong, "\n".join(wrong)
    assert len(country.pages) > 60


def _needs_scripts(html: str) -> Iterator[str]:
    """Forms that a browser could not send by itself, and scripts within the page."""
    tree = LexborHTMLParser(html)
    for form in tree.css("form"):
        sends = form.css("button[type=submit], button:not([type]), input[type=submit]")
        if not sends or not (form.attributes.get("action") or form.attributes.get("method") != "post"):
            yield f"a form without scripts: {form.html:.80}"
        if form.attributes.get("method") == "post" and not form.css("input[name=_csrf]"):
            yield f"a form without its token: {form.html:.80}"
    for script in tree.css("script:not([src])"):
        yield f"a script in the page: {script.html:.80}"
    for link in tree.css("[onclick], a[href^='javascript:'], a:not([href])"):
        yield f"a link that is a script: {link.html:.80}"


HOSTILE = ("a\x00b", "\u202egnol\u202c", "\u2066x\u2069", "x\x1by", "z" * 9000)


def test_hostile_text_in_every_field_of_every_form_changes_nothing(country: Country) -> None:
    """Null bytes, turned writing, control characters, far too much: refused with a page that says why."""
    wrong, tried = [], set[tuple[str, str]]()
    for address in country.pages:
        visitor, answer = country.people[address.whose], country.get(address, "kk")
        for form in LexborHTMLParser(answer.text).css("main form[method=post]"):
            where = form.attributes.get("action") or address.path
            fields = {
                each.attributes["name"]: each.attributes.get("value") or "1"
                for each in form.css("[name]") if each.attributes.get("type") not in ("file", "checkbox")
            }  # fmt: skip
            for name, text in product(fields, HOSTILE):
                kind = (re.sub(r"\d+", "0", where), f"{name}{text[:2]}")
                if name == "_csrf" or kind in tried:
                    continue
                tried.add(kind)
                sent = visitor.http.post(where, data={**fields, name: text})
                if not 400 <= sent.status_code < 500 or "text/html" not in sent.headers["content-type"]:
                    wrong.append(f"{where} {name} {text[:8]!r}: {sent.status_code}")
    assert not wrong, "\n".join(wrong)
    assert len(tried) > 50


def test_a_script_that_is_sought_stays_text(country: Country) -> None:
    for address in country.pages:
        for form in LexborHTMLParser(country.get(address, "kk").text).css("form:not([method=post])"):
            names = [each.attributes["name"] or "" for each in form.css("input[name]")]
            where = form.attributes.get("action") or f"/kk{address.path}"
            query = dict.fromkeys(names, "<script>alert(1)</script>\u202e")
            answer = country.people[address.whose].http.get(where, params=query)
            assert answer.status_code < 500, where
            assert "<script>alert" not in answer.text, where


def test_every_page_fits_a_phone_has_no_barrier_and_the_keyboard_comes_everywhere(
    country: Country, chromium: Browser
) -> None:
    """Each page is opened once: on a phone, which then grows to a desk's size."""
    wrong, refused = [], set[int]()
    windows = {whose: _window(chromium, each) for whose, each in country.people.items()}
    for address in country.pages:
        page = windows[address.whose].pages[0]
        page.set_viewport_size(PHONE)
        answer = page.goto(f"{country.people[address.whose].url}/ru{address.path}")
        assert answer is not None
        page.screenshot(path=SHOTS / f"phone{address.path.replace('/', '-')}-ru.png")
        if (over := page.evaluate(TOO_WIDE)) > 0:
            wrong.append(f"{address.path}: {over} too wide")
        if "text/html" not in answer.headers.get("content-type", "") or answer.status in refused:
            continue
        if answer.status >= 400:  # one page for all errors of a kind
            refused.add(answer.status)
        page.set_viewport_size(DESK)
        wrong += [f"{address.path}: {each}" for each in (*_barriers(page), *page.evaluate(OUT_OF_REACH))]
    for window in windows.values():
        window.close()
    assert not wrong, "\n".join(wrong)


def _barriers(page: Page) -> Iterator[str]:
    """What axe finds: each rule with the places that break it."""
    page.evaluate(SHORTEN)
    page.evaluate(AXE_SCRIPT)
    for each in page.evaluate("rules => axe.run(rules).then(found => found.violations)", RULES):
        yield f"{each['id']} {[node['target'] for node in each['nodes']][:3]}"


def _window(chromium: Browser, visitor: Visitor) -> BrowserContext:
    """A browser that is signed in as the visitor is."""
    window = chromium.new_context(viewport=PHONE)
    cookies: list[Any] = [
        {"name": each.name, "value": each.value, "url": visitor.url} for each in visitor.http.cookies.jar
    ]
    window.add_cookies(cookies)
    window.new_page()
    return window


def test_the_keyboard_signs_in_and_shows_where_it_is(visit: Visitors) -> None:
    typist = visit("ru")
    typist.go("/sign-in")
    typist.page.keyboard.press("Tab")
    assert "main-content" in (typist.page.evaluate("document.activeElement.getAttribute('href')") or "")
    for _ in range(30):
        typist.page.keyboard.press("Tab")
        if typist.page.evaluate("document.activeElement.closest('main') !== null"):
            break
    assert typist.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    typist.page.keyboard.press("Enter")
    typist.page.wait_for_url("**/openid/**")
