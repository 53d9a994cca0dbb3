"""The operator's desk over the pages: pauses, automatic signing, cases set aside, what is late and why."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.acts.proactive.conftest import AWARDED, LARGE
from tests.web.test_casepage import send
from tests.web.workplace import Workplace


def test_a_benefit_is_paused_with_a_reason_and_goes_on(workplace: Workplace) -> None:
    pilot, operator = workplace.pilot, workplace.visitor("administrator")
    mother = pilot.mother("bank_a")
    desk = operator.get("/desk").text
    refused = send(operator, desk, "/desk/pause", what=f"procedure:{LARGE}", reason="")
    assert refused.status_code == 422
    assert re.search(rf'value="procedure:{LARGE}" selected', refused.text)
    done = send(operator, desk, "/desk/pause", what=f"procedure:{LARGE}", reason="letter 5")
    assert done.headers["location"] == "/en/desk?done=paused"
    pilot.after(seconds=6)
    case = pilot.birth(mother)
    pilot.after(minutes=10)
    assert pilot.texts(mother) == []
    late = operator.get("/desk").text
    assert "paused: letter 5" in late
    assert send(operator, late, "/end", reason="letter 6").status_code == 303
    pilot.after(minutes=2)
    assert len(pilot.texts(mother)) == 1
    assert pilot.step(case) == "consent"
    assert "letter 6" in operator.get("/desk").text


def test_a_partner_is_paused(workplace: Workplace) -> None:
    pilot, operator = workplace.pilot, workplace.visitor("administrator")
    send(operator, operator.get("/desk").text, "/desk/pause", what="partner:pdac", reason="works at night")
    pilot.after(seconds=6)
    mother, case = pilot.start(LARGE, "bank_a")
    pilot.after(minutes=10)
    assert pilot.step(case) == "consent_request"
    assert pilot.texts(mother) == []
    again = send(operator, operator.get("/desk").text, "/desk/pause", what="partner:pdac", reason="x")
    assert again.status_code == 409
    assert send(
        operator, operator.get("/desk").text, "/desk/pause", what="partner:x", reason="x"
    ).status_code == 404  # fmt: skip


def test_automatic_signing_is_turned_off_and_on(workplace: Workplace) -> None:
    pilot, operator = workplace.pilot, workplace.visitor("administrator")
    off = send(operator, operator.get("/desk").text, "/desk/signing", reason="the key is being changed")
    assert off.headers["location"] == "/en/desk?done=signing_off"
    pilot.after(seconds=6)
    _, case = pilot.chosen(AWARDED)
    pilot.after(minutes=10)
    assert pilot.step(case) == "sign"
    desk = operator.get("/desk").text
    assert "automatic signing is off" in desk
    assert "the key is being changed" in desk
    assert send(operator, desk, "/desk/signing", reason="changed").status_code == 303
    pilot.after(minutes=10)
    assert pilot.ending(case) == "appointed"
    assert pilot.rows("SELECT count(*) FROM ledger_entries WHERE case_id < 0") == [(2,)]


def test_a_case_set_aside_is_put_back_in_its_region_alone(workplace: Workplace) -> None:
    pilot, operator = workplace.pilot, workplace.visitor("administrator")
    _, case = pilot.start(LARGE, "bank_a")
    with pilot.ground.admins[0].transaction():
        pilot.ground.admins[0].execute(
            "UPDATE cases SET status = 'a', trouble = 'a <b>strange</b> answer', due_at = NULL WHERE id = %s",
            (case,),
        )
    elsewhere = workplace.visitor(sub="op71", roles="administrator", regions="71")
    assert "strange" not in elsewhere.get("/desk").text
    assert elsewhere.post(f"/desk/aside/{case}/release", "/desk").status_code == 404
    desk = operator.get("/desk").text
    assert "a &lt;b&gt;strange" in desk
    assert send(operator, desk, f"/aside/{case}/release").headers["location"].endswith("done=released")
    pilot.run()
    assert pilot.status(case) == "w"
    assert operator.post(f"/desk/aside/{case}/release", "/desk").status_code == 409


def test_what_is_late_is_told_with_its_reason(workplace: Workplace) -> None:
    pilot, operator = workplace.pilot, workplace.visitor("administrator")
    assert "Nothing is late." in operator.get("/desk").text
    _, case = pilot.chosen(LARGE)
    deadline = pilot.deadline(case)
    assert deadline is not None
    pilot.until(deadline + timedelta(hours=1))
    assert "nobody has taken on so many of them: 1" in operator.get("/desk").text
    officer = workplace.visitor("officer-75")
    assert "Late" in officer.get("/tasks?state=late").text
    assert send(officer, officer.get(f"/cases/{case}").text, "/claim").status_code == 303
    assert "officials have them in hand" in operator.get("/desk").text


def test_who_only_looks_turns_nothing(workplace: Workplace) -> None:
    auditor = workplace.visitor("auditor")
    page = auditor.get("/desk").text
    assert "/desk/pause" not in page
    for path in ("/desk/pause", "/desk/signing", "/desk/pauses/1/end", "/desk/aside/1/release"):
        assert auditor.post(path, reason="x").status_code == 403
    assert workplace.visitor("officer-75").get("/desk").status_code == 403
