"""The page of a case and what officials do on it: whole, once, in turn, and nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

from qyzmet.runtime.clock import HandClock
from qyzmet.runtime.errors import BadValue
from qyzmet.web import sessions
from qyzmet.web.casepage import number_sought, tiyn_of
from tests.acts.proactive.conftest import LARGE, MakePilot
from tests.web.pages import Visitor
from tests.web.workplace import Workplace


def form_of(page: str, ending: str) -> dict[str, str]:
    """The hidden fields of the form on a page whose address ends so, and its address under `action`."""
    found = re.search(rf'<form method="post" action="([^"]*{ending})">(.*?)</form>', page, re.DOTALL)
    assert found is not None, f"no form {ending}"
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[2])
    return {name: unescape(value) for name, value in hidden} | {"action": found[1]}


def send(visitor: Visitor, page: str, ending: str, **fields: str) -> httpx.Response:
    data = form_of(page, ending) | fields
    return visitor.http.post(data.pop("action"), data=data)


def test_the_page_tells_the_whole_case(workplace: Workplace) -> None:
    _, case = workplace.pilot.chosen(LARGE)
    for language, words in (("en", "What happened"), ("kk", "Не болды"), ("ru", "Что произошло")):
        page = workplace.visitor("officer-75", language).get(f"/cases/{case}")
        assert page.status_code == 200
        text = page.text
        assert words in text
        assert "§24" in text  # the task's paragraph
        assert "§9" in text  # a finding's
        assert "7#1" in text  # the reply, and the SMS that asked for it
        assert f"2024-{case:09d}" in text  # a fact
        assert f"/{language}/cases/{case}/procedure.svg" in text
    picture = workplace.visitor("officer-75").get(f"/cases/{case}/procedure.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert 'data-step="decide"' in picture.text
    assert "The case is at" in picture.text or "is here" in picture.text


def test_from_the_task_to_payment(workplace: Workplace) -> None:
    pilot = workplace.pilot
    _, case = pilot.chosen(LARGE)
    officer = workplace.visitor("officer-75")
    assert f"/en/cases/{case}" in officer.get("/tasks").text
    done = send(officer, officer.get(f"/cases/{case}").text, "/claim")
    assert done.headers["location"] == f"/en/cases/{case}?done=claim"
    assert "Taken on by you" in officer.get(f"/cases/{case}").text
    assert send(officer, officer.get(f"/cases/{case}").text, "/end", outcome="appoint").status_code == 303
    pilot.run()
    assert pilot.ending(case) == "appointed"
    page = officer.get(f"/cases/{case}").text
    assert "59,183" in page  # the sum of the decision
    document = officer.get(f"/cases/{case}/decision.json")
    assert document.json()["case"] == case
    assert document.headers["content-disposition"].startswith("attachment")
    assert officer.get(f"/cases/{case}/decision.p7s").content[:1] == b"\x30"
    assert officer.get(f"/cases/{case}/decision.exe").status_code == 404


def test_returned_and_completed(workplace: Workplace) -> None:
    pilot = workplace.pilot
    _, case = pilot.chosen(LARGE)
    officer, clerk = workplace.visitor("officer-75"), workplace.visitor("clerk-all")
    assert send(officer, officer.get(f"/cases/{case}").text, "/end", outcome="return").status_code == 303
    pilot.run()
    for outcome in ("brought", "supplemented"):
        assert send(clerk, clerk.get(f"/cases/{case}").text, "/end", outcome=outcome).status_code == 303
        pilot.run()
    assert pilot.step(case) == "decide"


def test_a_double_click_decides_once(workplace: Workplace) -> None:
    pilot = workplace.pilot
    _, case = pilot.chosen(LARGE)
    officer = workplace.visitor("officer-75")
    data = form_of(officer.get(f"/cases/{case}").text, "/end") | {"outcome": "appoint"}
    action = data.pop("action")
    answers = [officer.http.post(action, data=data) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"/en/cases/{case}?done=ended"] * 2
    assert pilot.rows("SELECT count(*) FROM inbox WHERE kind = 'done'") == [(1,)]
    pilot.run()
    assert pilot.ending(case) == "appointed"
    changed = officer.http.post(action, data=data | {"outcome": "refuse"})
    assert (changed.status_code, "sent before" in changed.text) == (409, True)


def test_two_officials_on_one_case(workplace: Workplace) -> None:
    """The second one's page is old: nothing is changed, and what was typed stands on the page again."""
    _, case = workplace.pilot.chosen(LARGE)
    one, other = workplace.visitor("officer-75"), workplace.visitor("officer-all")
    theirs = other.get(f"/cases/{case}").text
    assert send(one, one.get(f"/cases/{case}").text, "/claim").status_code == 303
    late = send(other, theirs, "/end", outcome="refuse")
    assert (late.status_code, "claimed by another" in late.text) == (409, True)
    mine = one.get(f"/cases/{case}").text
    assert send(one, mine, "/give-back").status_code == 303
    stale = send(one, mine, "/end", outcome="appoint")
    assert (stale.status_code, "changed or ended" in stale.text) == (409, True)
    assert re.search(r'value="appoint" checked', stale.text)
    assert send(one, stale.text, "/end", outcome="appoint").status_code == 303


def test_a_head_takes_back_what_an_officer_has(workplace: Workplace) -> None:
    """Another officer does not; the case hears who took it from whom, and goes on with whoever does it."""
    _, case = workplace.pilot.chosen(LARGE)
    one, other, head = (workplace.visitor(who) for who in ("officer-75", "officer-all", "head-75"))
    claimed = send(one, one.get(f"/cases/{case}").text, "/claim")
    assert claimed.status_code == 303
    theirs = other.get(f"/cases/{case}").text
    assert "Take it back" not in theirs
    seen = head.get(f"/cases/{case}").text
    forged = re.search(r"/en/tasks/(\d+)/take-back", seen)
    assert forged
    answer = other.post(f"/tasks/{forged[1]}/take-back", f"/cases/{case}", _case=str(case), _version="2")
    assert answer.status_code == 403
    back = send(head, seen, "/take-back")
    assert back.headers["location"].endswith("done=take-back")
    assert "free for others" in head.get(f"/cases/{case}?done=take-back").text
    workplace.pilot.run()
    assert "took the task back" in head.get(f"/cases/{case}").text
    assert send(other, other.get(f"/cases/{case}").text, "/end", outcome="appoint").status_code == 303


def test_a_head_signs_what_an_officer_proposed(
    make_pilot: MakePilot, assets: object, sign_in_service: str, wall: object
) -> None:
    from tests.web.workplace import opened

    pilot = make_pilot(eyes=[LARGE])
    with opened(pilot, assets, sign_in_service, wall) as workplace:  # type: ignore[arg-type]
        _, case = pilot.chosen(LARGE)
        officer, head = workplace.visitor("officer-75"), workplace.visitor("head-75")
        end = send(officer, officer.get(f"/cases/{case}").text, "/end", outcome="appoint")
        assert end.headers["location"].endswith("done=proposed")
        page = officer.get(f"/cases/{case}").text
        assert "waits for the signature" in page
        assert f"/tasks/{pilot.open_task(case).id}/sign" not in page
        task = pilot.open_task(case).id
        assert officer.post(f"/tasks/{task}/sign", _case=str(case), _version="2").status_code == 403
        assert str(case) in head.get("/tasks?whose=proposed").text
        assert send(head, head.get(f"/cases/{case}").text, "/reject").status_code == 303
        send(officer, officer.get(f"/cases/{case}").text, "/end", outcome="appoint")
        assert send(head, head.get(f"/cases/{case}").text, "/sign").status_code == 303
        pilot.run()
        assert pilot.ending(case) == "appointed"


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    workplace: Workplace, wall: HandClock
) -> None:
    pilot = workplace.pilot
    _, case = pilot.chosen(LARGE)
    officer = workplace.visitor("officer-75")
    page = officer.get(f"/cases/{case}").text
    wall.advance(sessions.IDLE)
    assert "/sign-in" in send(officer, page, "/end", outcome="refuse").headers["location"]
    assert officer.sign_in("officer-75").headers["location"] == "/en/kept"
    kept = officer.get("/kept").text
    assert ">refuse</textarea>" in kept
    done = send(officer, kept, "/end", outcome="refuse")
    assert done.headers["location"] == f"/en/cases/{case}?done=ended"
    pilot.run()
    assert pilot.ending(case) == "decision_refused"


def test_other_regions_and_who_only_looks(workplace: Workplace) -> None:
    _, case = workplace.pilot.chosen(LARGE)
    task = workplace.pilot.open_task(case).id
    elsewhere, auditor = workplace.visitor("officer-71"), workplace.visitor("auditor")
    for path in (f"/cases/{case}", f"/cases/{case}/procedure.svg", f"/cases/{case}/decision.json"):
        assert elsewhere.get(path).status_code == 404
    assert elsewhere.post(f"/tasks/{task}/claim", _case=str(case), _version="1").status_code == 404
    assert auditor.get(f"/cases/{case}").status_code == 200
    assert auditor.post(f"/tasks/{task}/claim", _case=str(case), _version="1").status_code == 403
    assert workplace.visitor("clerk-all").post(
        f"/tasks/{task}/claim", _case=str(case), _version="1"
    ).status_code == 403  # fmt: skip
    administrator = workplace.visitor("administrator").get(f"/cases/{case}")
    assert administrator.status_code == 200
    assert "7#1" not in administrator.text
    assert "What happened" not in administrator.text


def test_every_look_is_logged(workplace: Workplace) -> None:
    _, case = workplace.pilot.chosen(LARGE)
    workplace.visitor("officer-75").get(f"/cases/{case}")
    look = workplace.pilot.vault.looks(workplace.pilot.person_of(case))[0]
    assert (look.who, look.purpose, look.clause) == ("officer-75", "work on the case", "proactive:§24")


def test_the_search_finds_by_number_and_pseudonym(workplace: Workplace) -> None:
    mother, case = workplace.pilot.chosen(LARGE)
    person = workplace.pilot.person_of(case)
    officer = workplace.visitor("officer-75")
    for sought in (str(case), f"2024-{case:09d}", str(person), f"{person:,}".replace(",", " ")):
        found = officer.post("/cases", "/cases", sought=sought)
        assert found.headers["location"] == f"/en/cases/{case}"
    elsewhere = workplace.visitor("officer-71").post("/cases", "/cases", sought=str(case))
    assert "No case of your regions" in elsewhere.text
    refused = officer.post("/cases", "/cases", sought=mother)
    assert (refused.status_code, "no IIN" in refused.text) == (422, True)


@pytest.mark.parametrize(
    ("language", "stale", "unknown", "empty"),
    [
        ("kk", "басқа біреу өзгертті не аяқтады", "Мұндай атау не нөмір жоқ", "бос болмайды"),
        ("ru", "изменил или завершил кто-то другой", "Такого имени или номера нет", "не пустое"),
        ("en", "changed or ended by somebody else", "nothing by this name or number", "is not empty"),
    ],
)
def test_errors_speak_the_language_of_the_page(
    workplace: Workplace, language: str, stale: str, unknown: str, empty: str
) -> None:
    _, case = workplace.pilot.chosen(LARGE)
    officer = workplace.visitor("officer-75", language)
    page = officer.get(f"/cases/{case}").text
    assert send(officer, page, "/claim").status_code == 303
    late = send(officer, page, "/end", outcome="refuse")
    gone = officer.get("/cases/999999")
    asked = officer.post("/cases", "/cases", sought="")
    for answer, said, status in ((late, stale, 409), (gone, unknown, 404), (asked, empty, 422)):
        assert answer.status_code == status
        assert said in answer.text
        assert '<span lang="en">' not in answer.text.split("govuk-summary-list")[0]


HOSTILE = [
    "<script>alert(1)</script>",
    "\u202eevil",
    "a\x00b",
    "x" * 5000,
    "'; DROP TABLE cases; --",
    "{{7*7}}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field(workplace: Workplace, text: str) -> None:
    """Refused or shown as text; never carried out, never a fault of ours."""
    pilot = workplace.pilot
    _, case = pilot.chosen(LARGE)
    officer, operator = workplace.visitor("officer-75"), workplace.visitor("administrator")
    page, desk = officer.get(f"/cases/{case}").text, operator.get("/desk").text
    answers = [
        officer.post("/cases", "/cases", sought=text),
        officer.post("/tasks/together", "/tasks", deed=text, task=text),
        officer.post("/tokens", "/tokens", title=text, days=text),
        officer.http.get("/en/tasks", params={"benefit": text, "step": text, "after": text, "state": text}),
        officer.http.get("/en/tasks", params={"benefit": text}),
        send(officer, page, "/end", outcome=text),
        send(officer, page, "/end", outcome="appoint", _version=text),
        send(officer, page, "/end", outcome="appoint", _case=text),
        send(officer, page, "/end", outcome="return", _once=text, **{"fact.appoint.amount": text}),
        send(operator, desk, "/desk/pause", what=text, reason=text),
        send(operator, desk, "/desk/signing", reason=text, _turn=text),
        send(operator, desk, "/desk/pause", what="partner:odk", reason=text),
        operator.get("/desk"),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert "<script>alert" not in answer.text
        assert "\u202e" not in answer.text or answer.status_code == 422
    assert pilot.rows("SELECT count(*) FROM cases") == [(1,)]


@pytest.mark.parametrize("text", ["", "x", "12-3", "-5", "٣٤", "1" * 20, "12\u202e3"])
def test_what_is_no_number_is_not_sought(text: str) -> None:
    with pytest.raises(BadValue):
        number_sought(text)


@pytest.mark.parametrize(
    ("text", "tiyn"),
    [("81 200", 8_120_000), ("81200,5", 8_120_050), ("0.01", 1), ("1\u00a0000,50", 100_050)],
)
def test_sums_as_people_type_them(text: str, tiyn: int) -> None:
    assert tiyn_of("amount", text) == tiyn


@pytest.mark.parametrize("text", ["", "0", "-1", "1e5", "NaN", "Infinity", "1.005", "1,2,3", "9" * 30, "٣"])
def test_what_is_no_sum(text: str) -> None:
    with pytest.raises(BadValue):
        tiyn_of("amount", text)
