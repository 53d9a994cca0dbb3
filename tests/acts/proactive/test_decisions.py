"""Decisions: what the document holds, that the signature stands for it, and that it is paid once."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest

from qyzmet.cases import chain
from qyzmet.exchange.development import roots_in
from qyzmet.exchange.verification import verify
from qyzmet.runtime.errors import BadValue, Refused
from qyzmet_twins.faults import Fault
from tests.acts.proactive.conftest import AWARDED, CODE, LARGE, MakePilot, Pilot, at

#: What was published for 2024: 16.03, 20.04 and 8 × 4.00 times 3,692 tenge, up to the next tenge.
LARGE_2024 = [(4, 59_183), (5, 73_988), (8, 118_144)]
#: 6.40 and 7.40 times 3,692 tenge.
AWARDED_2024 = [
    ("KUMIS_ALQA", 23_629),
    ("ALTYN_ALQA", 27_321),
    ("BATYR_ANA", 27_321),
    ("ANA_DANQY_1", 27_321),
    ("ANA_DANQY_2", 27_321),
]


@pytest.mark.clause("proactive:§23.3", "proactive:§24", "proactive:§27")
def test_large_families_are_paid_what_was_published(pilot: Pilot) -> None:
    paid = []
    for children, _ in LARGE_2024:
        mother = pilot.mother("bank_a")
        siblings = [date(2022 - n, 3, 3) for n in range(children - 1)]
        case = pilot.birth(mother, order=children, siblings=siblings)
        pilot.agree(mother)
        pilot.reply(mother, "41#3#1")
        pilot.decide(case, "appoint")
        placement = pilot.placed()[-1]
        paid.append((children, placement.amount_tiyn // 100))
        assert placement.amount_tiyn % 100 == 0
        assert (placement.iin, placement.key, placement.service) == (mother, f"proactive/{case}", LARGE)
        assert placement.iban == pilot.world.accounts(mother, "bank_a")[0]
    assert paid == LARGE_2024


@pytest.mark.clause("proactive:§46.3", "proactive:§46.5")
def test_awarded_mothers_are_paid_what_was_published(pilot: Pilot) -> None:
    paid = []
    for award, _ in AWARDED_2024:
        mother = pilot.mother("bank_b", "bank_d")
        pilot.award(mother, award)
        pilot.agree(mother)
        pilot.reply(mother, "42#3#2")
        placement = pilot.placed()[-1]
        paid.append((award, placement.amount_tiyn // 100))
        assert placement.iban == pilot.world.accounts(mother, "bank_d")[0]
    assert paid == AWARDED_2024


@pytest.mark.clause("proactive:§23.3", "proactive:§46.3")
@pytest.mark.parametrize(("day", "tenge"), [("2023-12-31", 22_080), ("2024-01-01", 23_629)])
def test_the_law_of_the_day_of_the_event_is_applied(day: str, tenge: int, make_pilot: MakePilot) -> None:
    """An award of New Year's Eve is decided in January with the figures of December."""
    pilot = make_pilot(at(day, "23:00"))
    mother, case = pilot.start(AWARDED, "bank_a")
    pilot.until(at("2024-01-03", "10:00"))
    pilot.agree(mother)
    pilot.reply(mother, "42#3#1")
    assert pilot.placed()[0].amount_tiyn == tenge * 100
    assert json.loads(pilot.decision(case).document)["law_on"] == day


@pytest.mark.clause("proactive:§24", "proactive:§46.4")
@pytest.mark.parametrize(
    ("benefit", "outcome", "clauses"),
    [
        (LARGE, "appoint", ["proactive:§23.3", "proactive:§24"]),
        (LARGE, "refuse", ["proactive:§23.3", "proactive:§24"]),
        (LARGE, "no documents", ["proactive:§23.3", "proactive:§26.part2"]),
        (AWARDED, "appoint", ["proactive:§46.3", "proactive:§46.4"]),
    ],
)
def test_the_document(benefit: str, outcome: str, clauses: list[str], pilot: Pilot) -> None:
    """Canonical JSON that holds what the decision rests on and names persons by pseudonyms."""
    mother, case = pilot.chosen(benefit)
    if outcome == "no documents":
        pilot.decide(case, "return")
        pilot.silence()
        pilot.decide(case, "refuse")
    elif benefit == LARGE:
        pilot.decide(case, outcome)
    decided = "appoint" if outcome == "appoint" else "refuse"
    decision = pilot.decision(case)
    document = json.loads(decision.document)
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical.encode() == decision.document
    assert (document["act"], document["benefit"], document["case"]) == ("proactive", benefit, case)
    assert document["recipient"] == pilot.person_of(case)
    assert document["outcome"] == decision.outcome == decided
    assert document["clauses"] == clauses
    assert document["authority"] == "committee/75"
    assert document["law_on"] == "2024-02-12"
    assert document["official"] == ("officer-1" if benefit == LARGE else None)
    if decided == "appoint":
        assert (
            document["amount_tiyn"] == decision.amount_tiyn == (5_918_300 if benefit == LARGE else 2_362_900)
        )
        assert document["arithmetic"]
        assert document["figures"]
    else:
        assert document["amount_tiyn"] == decision.amount_tiyn == 0
        assert pilot.placed() == []
    rests_on = {"existing", "confirmed", "consent", "bank", "mlsp.identified", "mlsp.alive",
                "mlsp.appointed", "mlsp.pending"}  # fmt: skip
    own = {"birth_order", "birth_day", "relation", "children"} if benefit == LARGE else {"award", "award_day"}
    assert document["facts"].keys() == rests_on | own
    for fact in document["facts"].values():
        assert fact["source"]
        assert fact["learnt"]
    text = decision.document.decode()
    phone = pilot.world.phone(mother)
    assert phone is not None
    for secret in (mother, phone, phone[2:], "Серікқызы", "Айгүл", "Маратқызы"):
        assert secret not in text
    assert not re.search(r"KZ\d{5}", text)


@pytest.mark.clause("proactive:§24", "proactive:§46.4")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_the_signature_is_that_of_the_head_and_of_this_document(benefit: str, pilot: Pilot) -> None:
    _, case = pilot.chosen(benefit)
    if benefit == LARGE:
        pilot.decide(case, "appoint")
    (placement,) = pilot.placed()
    roots = roots_in(pilot.ground.signing)
    now = pilot.clock.now()
    signed = verify(placement.document, placement.signature, roots, now)
    assert signed.signed_at == now.replace(microsecond=0)
    assert "committee, 75" in str(signed.holder)
    assert pilot.decision(case).document == placement.document
    for place in (0, len(placement.document) // 2, len(placement.document) - 1):
        changed = bytearray(placement.document)
        changed[place] ^= 1
        with pytest.raises(Refused, match="does not hold"):
            verify(bytes(changed), placement.signature, roots, now)
    broken = placement.signature[:-1] + bytes([placement.signature[-1] ^ 1])
    with pytest.raises(Refused):
        verify(placement.document, broken, roots, now)


@pytest.mark.clause("proactive:§24", "proactive:§46.4")
def test_the_head_of_the_recipients_region_signs(pilot: Pilot) -> None:
    """G-31. The child's own region does not matter."""
    mother = pilot.mother("bank_a", region="71")
    case = pilot.birth(mother, region="75")
    pilot.agree(mother)
    pilot.reply(mother, "41#3#1")
    assert pilot.open_task(case).office == "committee/71"
    pilot.decide(case, "appoint")
    placement = pilot.placed()[0]
    signed = verify(
        placement.document, placement.signature, roots_in(pilot.ground.signing), pilot.clock.now()
    )
    assert "committee, 71" in str(signed.holder)


@pytest.mark.clause("proactive:§46.4")
def test_an_office_without_a_key_does_not_hold_up_the_others(pilot: Pilot) -> None:
    """G-25: its own cases wait unsigned, as often as they are looked at."""
    mothers = {region: pilot.consented(AWARDED, "bank_a", region=region) for region in ("10", "75", "71")}
    for mother, _ in mothers.values():
        pilot.reply(mother, "42#3#1", read=False)
    pilot.run()
    cases = {region: case for region, (_, case) in mothers.items()}
    for _ in range(12):
        pilot.after(minutes=6)
    assert [pilot.ending(cases[region]) for region in ("75", "71")] == ["appointed", "appointed"]
    assert (pilot.status(cases["10"]), pilot.step(cases["10"])) == ("r", "sign")
    assert len(pilot.placed()) == 2


@pytest.mark.clause("proactive:§27", "proactive:§46.5")
@pytest.mark.parametrize("kind", ["silence", "error"])
def test_a_decision_is_placed_once_however_often_odk_is_asked(kind: str, pilot: Pilot) -> None:
    """ODK that carries out and does not answer is asked again under the same key."""
    mother, case = pilot.consented(AWARDED, "bank_a")
    until = pilot.clock.now() + timedelta(minutes=30)
    pilot.partners.faults.add(Fault(system="odk", kind=kind, until=until))  # type: ignore[arg-type]
    pilot.reply(mother, "42#3#1")
    pilot.after(minutes=20)
    assert pilot.step(case) == "place"
    assert len(pilot.placed()) == (kind == "silence")
    pilot.after(minutes=20)
    assert pilot.ending(case) == "appointed"
    assert [placement.key for placement in pilot.placed()] == [f"proactive/{case}"]
    assert pilot.rows("SELECT key, amount_tiyn FROM payment_orders") == [(f"proactive/{case}", 2_362_900)]
    assert pilot.rows("SELECT count(*) FROM decisions") == [(1,)]


@pytest.mark.clause("proactive:§23.3", "proactive:§24")
def test_an_amount_that_cannot_be_told_is_entered_by_an_official(make_pilot: MakePilot) -> None:
    """With G-34 at three a family of three reaches the draft; no figure is known for it, none is guessed."""
    pilot = make_pilot(G_34_children=3)
    mother = pilot.mother("bank_a")
    case = pilot.birth(mother, siblings=[date(2019, 1, 1), date(2021, 1, 1)])
    pilot.agree(mother)
    pilot.reply(mother, "41#3#1")
    assert pilot.step(case) == "decide"
    assert "four or more children" in pilot.facts(case)["amount.refused"]
    with pytest.raises(BadValue, match="fact amount: is needed for appoint"):
        pilot.decide(case, "appoint")  # forgetting the amount
    assert (pilot.status(case), pilot.step(case)) == ("w", "decide")
    assert pilot.placed() == []


@pytest.mark.clause("proactive:§24", "proactive:§27")
def test_an_amount_entered_by_an_official_is_paid_with_its_source(make_pilot: MakePilot) -> None:
    pilot = make_pilot(G_34_children=3)
    mother = pilot.mother("bank_a")
    case = pilot.birth(mother, siblings=[date(2019, 1, 1), date(2021, 1, 1)])
    pilot.agree(mother)
    pilot.reply(mother, "41#3#1")
    pilot.decide(case, "appoint", amount=1_234_500, amount_source="letter of the ministry")
    (placement,) = pilot.placed()
    document = json.loads(placement.document)
    assert placement.amount_tiyn == document["amount_tiyn"] == 1_234_500
    assert document["facts"]["amount.source"]["value"] == "letter of the ministry"


@pytest.mark.clause("proactive:§24", "proactive:§46.4", "proactive:§28", "proactive:§47")
def test_the_ledger_of_decided_cases_verifies(pilot: Pilot) -> None:
    for benefit in (LARGE, AWARDED):
        mother, case = pilot.chosen(benefit)
        if benefit == LARGE:
            pilot.decide(case, "refuse")
        assert CODE[benefit] in "".join(pilot.texts(mother))
    report = chain.verify(pilot.worker.engine.store.connection, pilot.heads)
    assert report.faults == []
