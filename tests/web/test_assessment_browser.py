"""A year of the assessment in a real browser, from opening to publication: an appeal granted, one refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from qyzmet.acts.assessment.workbook import form
from qyzmet.runtime.clock import KZ, HandClock
from tests.acts.assessment import material as m
from tests.web.browsing import Person, chromium
from tests.web.test_assessment import BODIES, CENTRAL, LOCAL, PERIOD


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.clause("assessment:para118", "assessment:para5", "assessment:annex10.table6")
def test_a_year_from_opening_to_publication_in_the_browser(
    browser: Browser, pages: str, clock: HandClock, tmp_path: Path
) -> None:
    clock.set(datetime(2025, 1, 10, 9, tzinfo=KZ))
    everybody: list[Person] = []

    def person(name: str, role: str, bin: str = "", language: str = "en") -> Person:
        new = Person(browser, pages, language)
        if role:
            new.sign_in(name, role, bin)
        everybody.append(new)
        return new

    def opens() -> None:
        page = keeper.go("/assessment/periods")
        bodies = tmp_path / "bodies.json"
        bodies.write_text(json.dumps(BODIES))
        for name, value in PERIOD.items():
            page.locator(f"#{name}").fill(value)
        page.locator("#bodies").set_input_files(bodies)
        keeper.press("Open the period")
        expect(page.get_by_role("heading", level=1)).to_contain_text("reports are taken")

    def reports(who: Person, body: str) -> None:
        report = tmp_path / f"{body}.xlsx"
        report.write_bytes(form(m.full(body, posts=())))
        page = who.go("/assessment/mine")
        page.get_by_role("link", name="2024").click()
        with page.expect_download() as blank:
            page.get_by_role("link", name="The form (XLSX)").click()
        assert blank.value.suggested_filename == f"2024-{body}.xlsx"
        page.locator("#report").set_input_files(report)
        who.press("Check only")
        expect(page.get_by_role("heading", level=1)).to_have_text("The report has no faults")
        page.go_back()
        page.locator("#report").set_input_files(report)
        who.press("Submit")
        expect(page.locator("main")).to_contain_text("Report 1 was taken")

    def decides(body: str) -> None:
        page = assessor.go(f"/assessment/periods/2024/bodies/{body}")
        boxes = page.locator("input[name=item]")
        for number in range(boxes.count()):
            boxes.nth(number).check()
        assessor.press("Decide")
        expect(page.locator("main")).to_contain_text("Undecided records: 0")
        assert assessor.barriers() == []

    def objects(who: Person, body: str, text: str) -> None:
        page = who.go(f"/assessment/mine/2024/{body}")
        page.locator("#row").select_option("row1")
        page.locator("#text").fill(text)
        who.press("Object")
        expect(page.locator("main")).to_contain_text("not answered yet")

    keeper = person("keeper", "assessment.keeper")
    opens()
    central = person("central", "assessment.body", CENTRAL)
    local = person("local", "assessment.body", LOCAL)
    reports(central, "CENTRAL_ONE")
    reports(local, "LOCAL_ONE")
    assert central.barriers() == []
    assessor = person("assessor", "assessment.assessor")
    decides("CENTRAL_ONE")
    decides("LOCAL_ONE")
    keeper.go("/assessment/periods/2024")
    keeper.press("Score")
    expect(keeper.page.get_by_role("heading", level=1)).to_contain_text("objections are taken")
    objects(local, "LOCAL_ONE", "our survey was no survey")
    objects(central, "CENTRAL_ONE", "there was one conference more")
    clock.advance(timedelta(minutes=1))
    board = person("board", "assessment.board")
    answer(board, 1, granted=True)
    answer(board, 2, granted=False)
    assert board.barriers() == []
    expect(central.go("/assessment/mine/2024/CENTRAL_ONE").locator("main")).to_contain_text(
        "refused: as reported"
    )
    clock.set(datetime(2025, 4, 2, 9, tzinfo=KZ))
    page = keeper.go("/assessment/periods/2024")
    keeper.press("Close the appeals")
    expect(page.locator("main")).to_contain_text("A granted objection is not in the results yet")
    page = keeper.go("/assessment/periods/2024")
    page.locator("#reason").fill("objection 1 is granted")
    keeper.press("Score")
    for step in ("Close the appeals", "Send the conclusion to the Agency", "Publish"):
        keeper.press(step)
    expect(page.get_by_role("heading", level=1)).to_contain_text("published")
    expect(page.locator("main")).to_contain_text("The conclusion on version 2 went to the Agency")
    assert keeper.barriers() == []
    anybody = person("", "", language="kk")
    page = anybody.go("/assessment/results")
    page.get_by_role("link", name="2024").click()
    places = page.locator("table").first.locator("tbody tr")
    expect(places).to_have_count(2)
    expect(places.nth(0)).to_contain_text("Бірінші министрлік")
    expect(places.nth(0)).to_contain_text("15")  # 18 without a blog
    expect(places.nth(1)).to_contain_text("12,5")  # and without row 1 in Kazakh
    assert anybody.barriers() == []
    for name in ("report.pdf", "results.xlsx", "dataset.jsonld"):
        with page.expect_download() as given:
            page.get_by_role("link", name=name).click()
        assert Path(given.value.path()).stat().st_size > 500, name
    page.get_by_role("link", name="Бірінші әкімдік").click()
    expect(page.locator("main")).to_contain_text("сауалнама жоқ")
    assert anybody.barriers() == []
    refused = [error for each in everybody for error in each.errors if "409" not in error]
    assert refused == [], "the browser had nothing to complain about but the refusal above"


def answer(board: Person, number: int, *, granted: bool) -> None:
    """The board grants the objection, and the survey in Kazakh counts no more; or refuses it."""
    page = board.go("/assessment/periods/2024")
    form_ = page.locator(f"form[action$='/objections/{number}']")
    form_.get_by_label("Grant" if granted else "Refuse", exact=True).check()
    if granted:
        form_.locator(".govuk-checkboxes__item", has_text="survey").filter(has_text="state language").locator(
            "input"
        ).first.check()
        form_.locator("select").select_option("no")
    form_.get_by_label("Reason").fill("it was a vote on a name" if granted else "as reported")
    with page.expect_navigation():
        form_.get_by_role("button", name="Answer").click()
