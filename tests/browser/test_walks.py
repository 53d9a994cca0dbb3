"""What people do with Qyzmet, in a real browser: officials, citizens, whoever plays with a phone."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Visit, Visitors

LARGE = "LARGE_FAMILY_ALLOWANCE"
LANGUAGES = ("kk", "ru", "en")


def _open_task(official: Visit, outcome: str, benefit: str = "") -> None:
    """Goes to a case whose task of this official has the outcome; waits until there is one."""
    for _ in range(300):
        official.go(f"/tasks?benefit={benefit}" if benefit else "/tasks")
        links = official.page.locator('main a[href*="/cases/"]')
        for address in dict.fromkeys(links.nth(n).get_attribute("href") for n in range(links.count())):
            official.page.goto(f"{official.url}{address}")
            if official.page.locator(f'input[name=outcome][value="{outcome}"]').count():
                return
        official.page.wait_for_timeout(300)
    raise AssertionError(f"no task with the outcome {outcome} came within a minute and a half")


def _end(official: Visit, outcome: str) -> str:
    """Ends the task of the open page; returns the address of the case."""
    address = official.page.url.partition("?")[0]
    official.page.locator(f'input[name=outcome][value="{outcome}"]').first.check()
    for field in official.page.locator(".govuk-radios__conditional input:visible").all():
        field.fill("50 000")
    for field in official.page.locator(".govuk-radios__conditional textarea:visible").all():
        field.fill("https://example.kz/figures")
    official.press(official.page.locator('form[action$="/end"] button[type=submit]').first)
    return address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_large_family_is_appointed_and_paid(visit: Visitors, language: str) -> None:
    officer = visit(language)
    officer.sign_in("officer-all")
    for _ in range(5):  # another test's officer may have been quicker: then it is said so, and the next one
        _open_task(officer, "appoint", LARGE if language == "kk" else "")
        officer.shot("case-before")
        address = _end(officer, "appoint")
        if done := officer.page.locator(".govuk-notification-banner--success, .govuk-panel").count():
            break
        assert officer.page.locator(".govuk-error-summary").count()
    assert done
    officer.page.goto(address)
    officer.until(lambda: officer.page.locator("#documents ~ * a[href$='decision.json']").count() > 0)
    officer.shot("case-decided")
    assert "₸" in officer.page.locator("main").inner_text()


def test_one_is_returned_and_completed(visit: Visitors) -> None:
    officer, clerk = visit("ru"), visit("ru")
    officer.sign_in("officer-all")
    _open_task(officer, "return")
    address = _end(officer, "return")
    clerk.sign_in("clerk-all")
    for outcome in ("brought", "supplemented"):
        clerk.page.goto(address)
        clerk.until(lambda o=outcome: clerk.page.locator(f'input[name=outcome][value="{o}"]').count() > 0)  # type: ignore[misc]
        _end(clerk, outcome)
    officer.page.goto(address)
    officer.until(lambda: officer.page.locator('input[name=outcome][value="appoint"]').count() > 0)
    officer.shot("case-completed")


def _phone_with_question(player: Visit) -> None:
    """Opens a phone whose last message asks for consent: the latest first, whose question is still open."""
    for _ in range(200):
        player.go("/phones")
        asked = player.page.locator("main tbody tr", has_text="Құрметті Азамат").locator("a").all()
        for address in [each.get_attribute("href") for each in asked]:
            player.page.goto(f"{player.url}{address}")
            last = player.page.locator(".q-sms").last
            if "q-sms--received" in (last.get_attribute("class") or "") and "7#1" in last.inner_text():
                return
        player.page.wait_for_timeout(300)
    raise AssertionError("no phone was asked for consent within a minute")


def test_a_question_is_answered_on_the_phone(visit: Visitors) -> None:
    player = visit("kk", phone=True)
    player.sign_in("administrator")
    _phone_with_question(player)
    page = player.page
    before = page.locator(".q-sms").count()
    page.locator("input#text").fill("7#1")
    player.press(page.locator("form:has(input#text) button[type=submit]"))
    # The page brings what comes by itself; nobody reloads it, and what is being typed stays.
    page.locator("input#text").fill("not sent yet")
    sent, came = page.locator(".q-sms").nth(before), page.locator(".q-sms").nth(before + 1)
    came.wait_for(timeout=240_000)  # the country may be slower than its pace
    assert "q-sms--sent" in (sent.get_attribute("class") or "")
    assert "7#1" in sent.inner_text()
    assert "q-sms--received" in (came.get_attribute("class") or "")
    assert page.locator("input#text").input_value() == "not sent yet"
    assert page.evaluate("(box => box.scrollTop >= -1)(document.querySelector('.q-phone'))"), "in sight"
    player.shot("phone")


def test_consent_is_taken_back_on_ones_own_page(visit: Visitors) -> None:
    for citizen in range(12):
        own = visit("kk")
        own.sign_in(citizen=citizen)
        own.go("/mine")
        addresses = [a.get_attribute("href") for a in own.page.locator("main table a").all()]
        for address in addresses:
            own.page.goto(f"{own.url}{address}")
            if own.page.locator("section[aria-labelledby=question]").count():
                own.shot("question")
            button = own.page.locator("button.govuk-button--warning")
            if button.count():
                own.shot("withdraw")
                own.press(button)
                own.page.goto(f"{own.url}{address}")
                own.until(lambda page=own.page: page.locator("button.govuk-button--warning").count() == 0)  # type: ignore[misc]
                assert "7#2" in own.page.locator("#timeline ~ ol").inner_text()
                own.go("/looks")
                assert own.page.locator("main tbody tr").count() > 3
                own.shot("looks")
                return
    pytest.fail("no citizen has consented and waits for a decision")


def test_the_language_is_switched_where_one_is(visit: Visitors) -> None:
    reader = visit("kk")
    for path in ("", "/law", "/law/proactive", "/ict/search", "/assessment/results"):
        for language in LANGUAGES:
            reader.language = language
            assert reader.go(path) == 200
            assert reader.page.locator("html").get_attribute("lang") == language
            others = reader.page.locator(".q-header__languages a")
            assert sorted(a.get_attribute("hreflang") or "" for a in others.all()) == sorted(
                set(LANGUAGES) - {language}
            )
            others.first.click()
            assert re.fullmatch(rf"{reader.url}/(kk|ru|en){path}/?", reader.page.url)


def test_without_scripts(visit: Visitors) -> None:
    plain = visit("ru", scripts=False)
    plain.sign_in("officer-all")
    plain.go("/tasks")
    plain.page.locator('main a[href*="/cases/"]').first.click()
    assert plain.page.locator("h1").count() == 1


def test_arrows_go_through_a_list_and_a_key_leads_to_the_search(visit: Visitors) -> None:
    """Every shortcut of docs/web.md, by the keyboard alone; Enter opens what has the focus."""
    typist = visit("kk")
    typist.sign_in("officer-all")
    _open_task(typist, "appoint")
    page = typist.page
    typist.go("/tasks")
    focused = "document.activeElement.getAttribute('href') || ''"
    page.locator("main tbody th a").first.focus()
    first = page.evaluate(focused)
    page.keyboard.press("ArrowDown")
    second = page.evaluate(focused)
    page.keyboard.press("ArrowUp")
    assert (page.evaluate(focused), second != first) == (first, page.locator("main tbody tr").count() > 1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    typist.go("/cases")
    key = page.locator("[accesskey]")  # a browser without a window takes no access keys itself
    assert (key.count(), key.get_attribute("accesskey"), key.get_attribute("id")) == (1, "f", "sought")
