"""What comes after a decision: appeals and corrections, and money that went astray."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from qyzmet.acts.proactive import package
from qyzmet.acts.proactive.openings import REVIEWS, Kind, review_arrival
from qyzmet.cases import payments
from qyzmet.cases.replaying import replay_decisions
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from tests.acts.proactive.conftest import AWARDED, LARGE, MakePilot, Pilot

SOURCE = "Rules No 169, appendix"


def review(pilot: Pilot, case: int, kind: Kind, because: str = "a child was not counted") -> int:
    """The case of the review."""
    connection = pilot.worker.engine.store.connection
    arrival = review_arrival(connection, pilot.vault, case, kind, because, "A. Serikova", pilot.clock.now())
    assert pilot.worker.engine.open(package(), REVIEWS, [arrival]) == 1
    pilot.run()
    return pilot.case_of(arrival.event)


def decide(pilot: Pilot, case: int, outcome: str, **facts: Any) -> None:
    """Both officials: one proposes, the other confirms."""
    pilot.decide(case, outcome, "officer-1", **facts)
    pilot.decide(case, outcome, "head-1", **facts)


def new(tiyn: int) -> dict[str, Any]:
    return {"amount": tiyn, "amount_source": SOURCE, "review_reason": "four children live in the family"}


def refused(pilot: Pilot) -> tuple[str, int]:
    mother, case = pilot.chosen(LARGE)
    pilot.decide(case, "refuse")
    assert pilot.ending(case) == "decision_refused"
    return mother, case


def orders(pilot: Pilot) -> list[int]:
    return [tiyn for (tiyn,) in pilot.rows("SELECT amount_tiyn FROM payment_orders ORDER BY case_id")]


@pytest.mark.clause("proactive:§24", "proactive:§27", "proactive:§28")
def test_an_appeal_against_a_refusal_brings_a_new_decision_beside_the_old(pilot: Pilot) -> None:
    mother, case = refused(pilot)
    old = pilot.decision(case)
    number = review(pilot, case, "appeal")
    task = pilot.open_task(number)
    assert (task.outcomes, task.eyes, task.office) == (["appoint", "stands"], 2, "committee/75")
    assert (task.deadline_at - task.opened_at) > timedelta(days=27)  # type: ignore[operator]
    decide(pilot, number, "appoint", **new(5_926_400))
    assert pilot.ending(number) == "decided_anew"
    assert pilot.decision(case) == old
    said = json.loads(pilot.decision(number).document)
    assert said["outcome"] == "appoint"
    assert said["reviews"]["last_document_sha256"] == sha256(old.document).hexdigest()
    assert (said["reviews"]["case"], said["reviews"]["asked_by"]) == (case, "appeal")
    assert (said["official"], said["confirmed_by"]) == ("officer-1", "head-1")
    assert said["reason"] == "four children live in the family"
    (sent,) = pilot.placed()
    assert (sent.key, sent.amount_tiyn) == (f"proactive/{number}", 5_926_400)
    assert "қайта қаралды, тағайындалды" in pilot.texts(mother)[-1]


def test_an_appeal_that_changes_nothing_is_answered_with_reasons(pilot: Pilot) -> None:
    mother, case = refused(pilot)
    number = review(pilot, case, "appeal")
    decide(pilot, number, "stands", review_reason="three children live in the family")
    assert pilot.ending(number) == "decision_stands"
    assert pilot.placed() == []
    assert pilot.decision(number).outcome == "stands"
    assert "күшінде қалды" in pilot.texts(mother)[-1]
    second = review(pilot, case, "appeal", "a paper was found")
    decide(pilot, second, "appoint", **new(100))
    assert orders(pilot) == [100]


def test_one_official_alone_does_not_review(pilot: Pilot) -> None:
    _, case = refused(pilot)
    number = review(pilot, case, "appeal")
    pilot.decide(number, "stands", "officer-1", review_reason="nothing new")
    with pytest.raises(Refused, match="second official"):
        pilot.decide(number, "stands", "officer-1", review_reason="nothing new")
    with pytest.raises(BadValue, match=r"review\.reason"):
        pilot.decide(number, "stands", "head-1")


def test_a_late_appeal_is_taken_and_shown_to_be_late(pilot: Pilot) -> None:
    _, case = refused(pilot)
    pilot.clock.advance(timedelta(days=95))
    assert pilot.facts(review(pilot, case, "appeal"))["review.late"] is True
    _, case = refused(pilot)
    pilot.clock.advance(timedelta(days=80))
    assert pilot.facts(review(pilot, case, "appeal"))["review.late"] is False


def test_a_correction_orders_what_is_still_due_and_claims_back_what_was_too_much(pilot: Pilot) -> None:
    _, case = pilot.chosen(AWARDED)
    (first,) = orders(pilot)
    more = review(pilot, case, "correction", "the award is a higher one")
    decide(pilot, more, "appoint", **new(first + 700))
    assert orders(pilot) == [first, 700]
    less = review(pilot, more, "correction", "it is not")
    assert pilot.facts(less)["review.of"] == case
    decide(pilot, less, "appoint", **new(first))
    assert (pilot.step(less), pilot.facts(less)["review.overpaid"]) == ("claim_back", 700)
    decide(pilot, less, "claimed", payment_note="told to pay it back")
    assert pilot.ending(less) == "claimed_back"
    none = review(pilot, case, "correction", "the award was taken away")
    decide(pilot, none, "refuse", review_reason="the award was taken away")
    assert pilot.facts(none)["review.overpaid"] == first
    decide(pilot, none, "waived", payment_note="an error of the body itself")
    assert pilot.ending(none) == "decided_anew"
    assert orders(pilot) == [first, 700]
    assert [pilot.decision(each).amount_tiyn for each in (case, more, less, none)] == [
        first, first + 700, first, 0,
    ]  # fmt: skip


def test_what_cannot_be_reviewed_says_why(pilot: Pilot) -> None:
    _, open_case = pilot.start(LARGE, "bank_a")
    _, appointed = pilot.chosen(AWARDED)
    with pytest.raises(Refused, match="no decision yet"):
        review(pilot, open_case, "appeal")
    with pytest.raises(Refused, match="appoints"):
        review(pilot, appointed, "appeal")
    with pytest.raises(UnknownName):
        review(pilot, 10**9, "appeal")
    for because in ("", "  ", "x" * 2001, "a\nb"):
        with pytest.raises(BadValue, match="reason"):
            review(pilot, appointed, "correction", because)
    number = review(pilot, appointed, "correction")
    with pytest.raises(Refused, match=f"Case {number} reviews it already"):
        review(pilot, appointed, "correction")


def test_a_review_is_made_again_byte_for_byte_as_its_first_decision_is(pilot: Pilot) -> None:
    _, case = refused(pilot)
    decide(pilot, review(pilot, case, "appeal"), "stands", review_reason="nothing new")
    decide(pilot, review(pilot, case, "correction"), "appoint", **new(100))
    store = pilot.worker.engine.store
    found = replay_decisions(store.connection, pilot.vault, pilot.worker.catalogue)
    assert (found.decisions, found.same, found.different) == (3, 3, {})


# --- money that went astray ---------------------------------------------------------------------------


def questioned(pilot: Pilot) -> int:
    """The case in which people look into the one order whose money is in question."""
    (asked,) = payments.questions(pilot.worker.engine.store.connection, pilot.clock.now())
    assert asked.opened is not None
    return asked.opened


def report(pilot: Pilot) -> dict[str, Any]:
    return payments.report(pilot.worker.engine.store.connection, pilot.clock.now())


def test_a_closed_account_is_ordered_again_to_another_one(pilot: Pilot) -> None:
    pilot.services.payments.knobs.closed = 1.0
    mother, case = pilot.chosen(AWARDED)
    (first,) = pilot.placed()
    pilot.services.payments.knobs.closed = 0.0
    pilot.after(hours=2)
    number = questioned(pilot)
    assert pilot.facts(number)["payment.state"] == "rejected"
    pilot.decide(number, "order_again", payment_note="the account is closed")
    assert pilot.step(number) == "look_into"  # there is no other account
    pilot.world.account(mother, "bank_b")
    pilot.decide(number, "order_again", payment_note="she opened another")
    assert pilot.ending(number) == "ordered_again"
    _, again = pilot.placed()
    assert (again.key, again.amount_tiyn) == (f"proactive/{number}", first.amount_tiyn)
    assert again.iban != first.iban
    assert "қайта жіберілді" in pilot.texts(mother)[-1]
    pilot.after(days=3)
    found = report(pilot)
    assert found["agrees"]
    assert (found["paid_tiyn"], found["for_people"]) == (first.amount_tiyn, 0)
    assert pilot.ending(case) == "appointed"


def test_a_part_that_came_back_is_ordered_again_and_no_more(pilot: Pilot) -> None:
    pilot.services.payments.knobs.partly = 1.0
    mother, _ = pilot.chosen(AWARDED)
    (first,) = pilot.placed()
    pilot.services.payments.knobs.partly = 0.0
    pilot.world.account(mother, "bank_b")
    pilot.after(days=5)
    pilot.decide(questioned(pilot), "order_again", payment_note="the rest")
    _, again = pilot.placed()
    assert again.amount_tiyn == first.amount_tiyn // 2
    pilot.after(days=3)
    found = report(pilot)
    assert found["paid_tiyn"] - found["returned_tiyn"] == first.amount_tiyn
    assert found["agrees"]


def test_money_paid_twice_is_a_case_for_two_officials(pilot: Pilot) -> None:
    pilot.services.payments.knobs.twice = 1.0
    _, _ = pilot.chosen(AWARDED)
    pilot.after(days=3)
    number = questioned(pilot)
    assert pilot.facts(number)["payment.over"] == pilot.placed()[0].amount_tiyn
    assert pilot.open_task(number).outcomes == ["claimed", "waived", "explained"]
    decide(pilot, number, "claimed", payment_note="ODK claims it from the bank")
    assert pilot.ending(number) == "claimed_back"
    assert report(pilot)["for_people"] == 0


def test_nothing_is_ordered_again_where_odk_has_meanwhile_said_otherwise(pilot: Pilot) -> None:
    pilot.services.payments.knobs.closed = 1.0
    mother, case = pilot.chosen(AWARDED)
    pilot.after(hours=2)
    number = questioned(pilot)
    pilot.world.account(mother, "bank_b")
    connection = pilot.worker.engine.store.connection
    with connection.transaction(), connection.cursor() as cursor:  # ODK says it was accepted after all
        cursor.execute(
            "INSERT INTO payment_answers VALUES (%s, 'accepted', '', 'S2')", (f"proactive/{case}",)
        )
        payments.judge(cursor, [f"proactive/{case}"], pilot.clock.now())
    pilot.decide(number, "order_again", payment_note="the account is closed")
    assert pilot.ending(number) == "settled_otherwise"
    assert len(pilot.placed()) == 1
    pilot.after(hours=2)
    assert pilot.facts(questioned(pilot))["payment.state"] == "contradiction"


def test_a_question_opens_one_case_however_often_it_is_asked(make_pilot: MakePilot) -> None:
    pilot = make_pilot()
    pilot.services.payments.knobs.returned = 1.0
    pilot.chosen(AWARDED)
    pilot.after(days=5)
    number = questioned(pilot)
    pilot.after(days=5)
    assert questioned(pilot) == number
    pilot.decide(number, "explained", payment_note="the person has died")
    assert report(pilot)["for_people"] == 0
    assert report(pilot)["agrees"]
