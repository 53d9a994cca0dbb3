"""axe-core finds no violation on any page, wide or on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visitors

PAGES = {
    "": ["", "/sign-in", "/law", "/law/proactive", "/law/proactive/policies/G-25",
         "/law/proactive/procedures/LARGE_FAMILY_ALLOWANCE", "/ict/search?text=мобильді ойын",
         "/ict/items/17",         "/assessment/results"],
    "officer-all": ["/tasks", "/cases", "/cases/1"],
    "head-all": ["/tasks", "/figures"],
    "administrator": ["/desk", "/phones", "/phones/0", "/figures"],
    "auditor": ["/assessment/periods", "/ict/companies"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("persona", "phone"), [*((persona, False) for persona in PAGES), ("", True), ("officer-all", True)]
)
def test_no_violations(visit: Visitors, persona: str, phone: bool) -> None:
    visitor, axe, found = visit("kk", phone=phone), Axe(), []
    if persona:
        visitor.sign_in(persona)
    for path in PAGES[persona]:
        assert visitor.go(path) == 200, path
        visitor.shot(
            f"{'phone' if phone else 'wide'}-{persona or 'anybody'}{path.partition('?')[0].replace('/', '-')}"
        )
        for violation in axe.run(visitor.page).response["violations"]:
            nodes = [node["html"][:150] for node in violation["nodes"][:3]]
            found.append((path, violation["id"], nodes))
    assert found == []


def test_no_violations_on_a_citizens_pages(visit: Visitors) -> None:
    visitor, axe, found = visit("kk"), Axe(), []
    visitor.sign_in()
    for path in ("/mine", "/looks"):
        assert visitor.go(path) == 200
        found += [(path, each["id"]) for each in axe.run(visitor.page).response["violations"]]
    visitor.go("/mine")
    visitor.page.locator("main table a").first.click()
    found += [
        ("/mine/case", each["id"], each["nodes"][0]["html"][:150])
        for each in axe.run(visitor.page).response["violations"]
    ]
    assert found == []
