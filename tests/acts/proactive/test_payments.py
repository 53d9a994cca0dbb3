"""Orders to ODK as pain.001, what it answers, and money that reconciles to the tiyn."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from qyzmet.cases import payments
from qyzmet.exchange.iso20022 import must_fit_schema
from qyzmet.exchange.systems import ODK_PLACE, PaymentMessage
from qyzmet.runtime.errors import BadValue, PartnerAway, UnknownName
from tests.acts.proactive.conftest import AWARDED, Pilot
from tests.exchange.iso_messages import statement, status


def paid_case(pilot: Pilot) -> tuple[int, str, int]:
    """A case placed for payment: its number, the order's reference, the amount in tiyn."""
    _, case = pilot.chosen(AWARDED)
    ((key, tiyn),) = pilot.rows("SELECT key, amount_tiyn FROM payment_orders WHERE case_id = %s", case)
    return case, key, tiyn


def report(pilot: Pilot) -> dict[str, Any]:
    return payments.report(pilot.worker.engine.store.connection, pilot.clock.now())


def heard(pilot: Pilot, *messages: tuple[str, Any, bytes]) -> None:
    """ODK's messages are read as if they had come now."""
    connection, now = pilot.worker.engine.store.connection, pilot.clock.now()
    found = [PaymentMessage(number=n, kind=kind, at=now, content=content) for n, kind, content in messages]
    before = pilot.rows("SELECT cursor FROM feeds WHERE name = %s", payments.FEED)
    cursor = before[0][0] if before else ""
    payments.take(connection, found, (cursor, f"{cursor}+"), now)


def stands(pilot: Pilot, reference: str) -> tuple[str, int, int]:
    ((state, paid, back),) = pilot.rows(
        "SELECT state, paid_tiyn, returned_tiyn FROM payment_standings WHERE end_to_end = %s", reference
    )
    return state, paid, back


def money(tiyn: int) -> str:
    return f"{tiyn // 100}.{tiyn % 100:02}"


@pytest.mark.clause("proactive:§46.5")
def test_the_order_goes_to_odk_with_the_decision_and_fits_the_public_schema(pilot: Pilot) -> None:
    case, key, tiyn = paid_case(pilot)
    (sent,) = pilot.placed()
    must_fit_schema(sent.order)
    said = sent.order.decode()
    assert f"<EndToEndId>{key}</EndToEndId>" in said
    assert said.count(f"<CtrlSum>{money(tiyn)}</CtrlSum>") == 2
    assert sha256(sent.document).hexdigest() in said
    assert sent.iban in said
    person = pilot.person_of(case)
    kept = payments.order_message(
        pilot.worker.engine.store.connection, key, pilot.vault.person_keys([person])[person]
    )
    assert kept == sent.order
    ((digest,),) = pilot.rows("SELECT message_hash FROM payment_orders")
    assert bytes(digest) == sha256(kept).digest()
    assert {path for path, _ in pilot.partners.asked if "bank" in path} <= {
        f"/bank_{each}/v1/accounts" for each in "abcde"
    }  # banks are asked for accounts and given nothing


def test_odk_s_answer_and_statement_are_read_and_all_money_agrees(pilot: Pilot) -> None:
    _, key, tiyn = paid_case(pilot)
    assert report(pilot)["states"]["open"]["references"] == 1
    pilot.after(hours=2)
    assert stands(pilot, key) == ("open", 0, 0)
    pilot.after(days=3)
    assert stands(pilot, key) == ("paid", tiyn, 0)
    found = report(pilot)
    assert (found["ordered_tiyn"], found["paid_tiyn"], found["returned_tiyn"]) == (tiyn, tiyn, 0)
    assert found["agrees"]
    assert found["for_people"] == 0
    assert len(payments.days(pilot.worker.engine.store.connection)) >= 2


def test_a_crash_between_order_and_answer_never_pays_twice(pilot: Pilot) -> None:
    silent = True

    def place(items: Any) -> Any:
        answers = pilot.services.answer(ODK_PLACE, items)
        if silent:
            raise PartnerAway("no answer came")
        return answers

    pilot.partners.instead[ODK_PLACE.path] = place
    _, case = pilot.chosen(AWARDED)
    assert pilot.step(case) == "place"
    assert len(pilot.placed()) == 1
    silent = False
    pilot.after(minutes=10)
    assert pilot.ending(case) == "appointed"
    assert len(pilot.placed()) == 1
    pilot.after(days=3)
    found = report(pilot)
    assert found["paid_tiyn"] == found["ordered_tiyn"] == pilot.placed()[0].amount_tiyn


def test_an_order_that_says_another_sum_than_the_placement_is_refused(pilot: Pilot) -> None:
    paid_case(pilot)
    (sent,) = pilot.placed()
    import msgspec

    from qyzmet_twins.state import BadQuestion

    for changed in ({"amount_tiyn": 1}, {"iban": "KZ86125KZT5004100100"}, {"order": b"<a"}):
        with pytest.raises(BadQuestion, match="odk"):
            pilot.services.answer(ODK_PLACE, [msgspec.structs.replace(sent, key="proactive/x", **changed)])


BAD: dict[str, tuple[Any, str, bool]] = {
    "the same answer twice": (
        lambda k, t: [
            ("S1", "pain.002", status((k, "ACSP", ""))),
            ("S2", "pain.002", status((k, "ACSP", ""))),
        ],
        "open",
        False,
    ),
    "the same message twice": (
        lambda k, t: [("C1", "camt.053", statement(("P1", k, t, "DBIT")))] * 2,
        "paid",
        False,
    ),
    "the same line in two statements": (
        lambda k, t: [
            ("C1", "camt.053", statement(("P1", k, t, "DBIT"))),
            ("C2", "camt.053", statement(("P1", k, t, "DBIT"))),
        ],
        "paid",
        False,
    ),
    "paid twice": (
        lambda k, t: [("C1", "camt.053", statement(("P1", k, t, "DBIT"), ("P2", k, t, "DBIT")))],
        "overpaid",
        True,
    ),
    "a closed account": (lambda k, t: [("S1", "pain.002", status((k, "RJCT", "AC04")))], "rejected", True),
    "a partial return": (
        lambda k, t: [("C1", "camt.053", statement(("P1", k, t, "DBIT"), ("R1", k, "100.00", "CRDT")))],
        "partly_returned",
        True,
    ),
    "two answers that contradict": (
        lambda k, t: [("S1", "pain.002", status((k, "ACSP", ""), (k, "RJCT", "AM04")))],
        "contradiction",
        True,
    ),
}


def test_bad_input_stands_somewhere_and_says_why(pilot: Pilot) -> None:
    """Every row on an order of its own, in one installation."""
    orders = [paid_case(pilot)[1:] for _ in BAD]
    for number, ((name, (says, state, for_people)), (key, tiyn)) in enumerate(
        zip(BAD.items(), orders, strict=True)
    ):
        messages = [
            (
                f"{number}-{n}",
                kind,
                content.replace(b">P", f">{number}P".encode()).replace(b">R1", b">%dR1" % number),
            )
            for n, kind, content in says(key, money(tiyn))
        ]
        heard(pilot, *messages)
        assert stands(pilot, key)[0] == state, name
        ((said, asked),) = pilot.rows(
            "SELECT explained, for_people FROM payment_standings WHERE end_to_end = %s", key
        )
        assert asked is for_people, name
        assert said.endswith("."), name
    heard(pilot, ("X", "camt.053", statement(("U1", "elsewhere/1", "10.00", "DBIT"))))
    assert stands(pilot, "elsewhere/1") == ("unknown", 1000, 0)
    found = report(pilot)
    assert found["agrees"]
    assert found["states"]["unknown"]["references"] == 1
    connection, now = pilot.worker.engine.store.connection, pilot.clock.now()
    asked_for = {each.reference for each in payments.questions(connection, now)}
    payments.settle(connection, "elsewhere/1", "A. Serikova", "a line of another payer", now)
    left = {each.reference for each in payments.questions(connection, now)}
    assert asked_for - left == {"elsewhere/1"}
    with pytest.raises(UnknownName):
        payments.settle(connection, "elsewhere/1", "A. Serikova", "again", now)
    with pytest.raises(BadValue):
        payments.settle(connection, next(iter(left)), "A. Serikova", " ", now)


def test_a_message_that_cannot_be_read_is_listed_and_nothing_of_it_counts(pilot: Pilot) -> None:
    _, key, tiyn = paid_case(pilot)
    good = statement(("P1", key, money(tiyn), "DBIT"))
    heard(pilot, ("C1", "camt.053", good.replace(b"KZT", b"USD")), ("C2", "pain.002", b"<Document"))
    heard(pilot, ("C1", "camt.053", good))  # the number came before with another content
    found = report(pilot)
    assert not found["agrees"]
    assert found["paid_tiyn"] == 0
    troubles = {each["number"]: each["trouble"] for each in found["troubled_messages"]}
    assert "another content" in troubles["C1"]
    assert "not XML" in troubles["C2"]
    heard(pilot, ("C3", "camt.053", good), ("C4", "camt.053", statement(("P1", key, "1.00", "DBIT"))))
    assert stands(pilot, key) == ("paid", tiyn, 0)
    assert "another content" in {e["number"]: e["trouble"] for e in report(pilot)["troubled_messages"]}["C4"]


def test_an_order_of_which_odk_says_nothing_is_in_question_after_five_days(pilot: Pilot) -> None:
    pilot.services.payments.take = lambda item, at: None  # type: ignore[method-assign]
    _, key, _ = paid_case(pilot)
    connection = pilot.worker.engine.store.connection
    pilot.after(days=4)
    assert payments.questions(connection, pilot.clock.now()) == []
    pilot.clock.advance(timedelta(days=2))
    (asked,) = payments.questions(connection, pilot.clock.now())
    assert (asked.reference, asked.state) == (key, "silent")
    assert report(pilot)["for_people"] == 1


def test_the_decision_s_own_bytes_make_the_order(pilot: Pilot) -> None:
    """So a repeat after any crash is the same to the byte, and ODK knows it."""
    case, _, _ = paid_case(pilot)
    decided = json.loads(pilot.decision(case).document)["decided_at"]
    assert f"<CreDtTm>{decided}" in pilot.placed()[0].order.decode()


class Killed(BaseException):
    """As good as `kill -9`: nothing of the program catches it."""


def test_a_worker_killed_between_order_and_answer_never_pays_twice(pilot: Pilot) -> None:
    """ODK has the order; our store does not know. After the lease the same order goes out again."""
    engine = pilot.worker.engine
    before = engine._at

    def killed(point: str) -> None:
        if point == "outside.answered" and pilot.placed():
            raise Killed
        before(point)

    engine._at = killed
    with pytest.raises(Killed):
        pilot.chosen(AWARDED)
    engine._at = before
    assert len(pilot.placed()) == 1
    assert pilot.rows("SELECT count(*) FROM payment_orders") == [(0,)]
    pilot.after(minutes=2)
    assert len(pilot.placed()) == 1
    assert pilot.rows("SELECT count(*) FROM payment_orders") == [(1,)]
    pilot.after(days=3)
    found = report(pilot)
    assert found["paid_tiyn"] == found["ordered_tiyn"] == pilot.placed()[0].amount_tiyn
    assert found["agrees"]
