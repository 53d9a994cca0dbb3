"""Payments and the review of decisions over the pages and the API."""

from __future__ import annotations

from tests.acts.proactive.conftest import AWARDED, LARGE
from tests.web.test_casepage import send
from tests.web.workplace import Workplace


def test_a_citizen_appeals_and_two_officials_decide_anew(workplace: Workplace) -> None:
    pilot = workplace.pilot
    mother, case = pilot.chosen(LARGE)
    pilot.decide(case, "refuse")
    citizen = workplace.visitor(iin=mother, roles="citizen")
    assert f"/proactive/appeal/{case}" in citizen.get(f"/mine/{case}").text
    page = citizen.get(f"/proactive/appeal/{case}").text
    assert send(citizen, page, f"/appeal/{case}", reason=" ").status_code == 422
    sent = send(citizen, page, f"/appeal/{case}", reason="four children live with me")
    assert sent.status_code == 303
    number = int(sent.headers["location"].rpartition("/")[2])
    pilot.run()
    again = send(
        citizen, citizen.get(f"/proactive/appeal/{case}").text, f"/appeal/{case}", reason="once more"
    )
    assert again.status_code == 409
    other = workplace.visitor(iin=pilot.mother("bank_b"), roles="citizen")
    assert other.get(f"/proactive/appeal/{case}").status_code == 404
    officer, head = workplace.visitor("officer-75"), workplace.visitor("head-75")
    form = officer.get(f"/cases/{number}").text
    assert "four children live with me" in form
    facts = {"fact.appoint.amount": "59 264", "fact.appoint.amount.source": "Rules No 169",
             "fact.appoint.review.reason": "they do"}  # fmt: skip
    assert send(officer, form, "/end", outcome="appoint", **facts).status_code == 303
    assert send(head, head.get(f"/cases/{number}").text, "/sign").status_code == 303
    pilot.run()
    assert pilot.ending(number) == "decided_anew"
    assert [each.amount_tiyn for each in pilot.placed()] == [5_926_400]
    assert "59,264" in citizen.get(f"/mine/{number}").text


def test_payments_are_seen_and_settled_and_a_decision_is_corrected_by_program(workplace: Workplace) -> None:
    pilot = workplace.pilot
    pilot.services.payments.knobs.unknown = 1.0
    pilot.services.payments.knobs.partly = 1.0
    _, case = pilot.chosen(AWARDED)
    pilot.after(days=5)
    head = workplace.visitor("head-75")
    for language, words in (
        ("en", "Returned in part"),
        ("kk", "Ішінара қайтарылды"),
        ("ru", "Возвращено частично"),
    ):
        assert words in workplace.visitor("head-75", language).get("/proactive/payments").text
    page = head.get("/proactive/payments").text
    assert "Everything agrees with ODK to the tiyn." in page
    assert send(head, page, "/payments/settle", note=" ").status_code == 422
    assert send(head, page, "/payments/settle", note="another payer").status_code == 303
    program = workplace.program("head-75")
    found = program.get("/proactive/payments").json()
    assert found["agrees"]
    assert found["states"]["partly_returned"]["references"] == 1
    questions = program.get("/proactive/payments/questions").json()["questions"]
    assert f"proactive/{case}" in {each["reference"] for each in questions}
    reference = next(each["reference"] for each in questions if each["state"] == "unknown")
    assert program.post("/proactive/payments/settle", reference=reference, note="n").status_code == 200
    assert program.post("/proactive/payments/settle", reference=reference, note="n").status_code == 404
    body = {"kind": "correction", "reason": "another award"}
    opened = program.post(f"/proactive/cases/{case}/review", **body)
    pilot.run()
    assert pilot.step(opened.json()["case"]) == "review"
    assert program.post(f"/proactive/cases/{case}/review", **body).status_code == 409
    assert program.post(f"/proactive/cases/{case}/review", kind="appeal", reason="").status_code in (400, 422)
