"""Chapter 4, one-time burial payment: §48 to §71."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from qyzmet.acts.proactive import benefits, decisions
from qyzmet.acts.proactive.burial import last_day_in_time
from qyzmet.acts.proactive.procedure import PROCEDURES
from qyzmet.exchange.social import BODY_TAKER
from qyzmet.runtime.errors import Refused
from tests.acts.proactive.conftest import MakePilot, Pilot, at
from tests.acts.proactive.stories import BURIAL, BY_HAND, chosen, happens, start

# The shortest way, as the act has it: one pension, the Civil Registry knows who applied, one bank.
WHOLE = [
    ("pensions", "known", "§48"),
    ("burial_right", "given", "§49"),
    ("civil_registry", "known", "§50"),
    ("burial_kinship", "kin", "§52"),
    ("existing", "nothing", "§53"),
    ("confirm", "confirmed", "§55"),
    ("list", "handed_over", "§54"),
    ("mlsp_data", "received", "§56"),
    ("flc", "passed", "§56"),
    ("eligible", "told", "§57"),
    ("number", "found", "§59"),
    ("consent_request", "registered", "§62"),
    ("consent", "agree", "§62"),
    ("consent_record", "recorded", "§64"),
    ("consented", "handed_over", "§64"),
    ("accounts", "one_bank", "§65"),
    ("ask_bank", "chosen", "§66.1"),
    ("compare", "still_positive", "§70"),
    ("application", "formed", "§70.1"),
    ("register", "registered", "§70.2"),
    ("draft", "drafted", "§70.3"),
    ("sign", "signed", "§70.4"),
    ("place", "placed", "§70.5"),
    ("tell_appointed", "sent", "§71"),
    ("inform_appointed", "informed", "§71"),
]


@pytest.mark.clause(
    "proactive:§48", "proactive:§49", "proactive:§50", "proactive:§52", "proactive:§53", "proactive:§54",
    "proactive:§55", "proactive:§56", "proactive:§57", "proactive:§59", "proactive:§62", "proactive:§64",
    "proactive:§65", "proactive:§66.1", "proactive:§70", "proactive:§70.1", "proactive:§70.2",
    "proactive:§70.3", "proactive:§70.4", "proactive:§70.5", "proactive:§71",
)  # fmt: skip
def test_the_whole_way_to_the_appointment(pilot: Pilot) -> None:
    """No official, no task; 35 MCI of 2024 to who applied, once, and one SMS that says so."""
    who, case = chosen(pilot, BURIAL)
    assert pilot.path(case) == WHOLE
    assert pilot.ending(case) == "appointed"
    assert pilot.rows("SELECT count(*) FROM tasks") == [(0,)]
    (placed,) = pilot.placed()
    assert (placed.iin, placed.service, placed.amount_tiyn) == (who, BURIAL, 35 * 3_692_00)
    assert pilot.templates(case) == ["annex1", "annex2", "decided"]
    assert "тағайындалды" in pilot.texts(who)[-1]
    assert ("§50", "given") in pilot.findings(case)
    assert ("§70.4", "appoint") in pilot.findings(case)


# What E-Maket and ODK show of the deceased, and whether it counts: five kinds from budget funds (G-35).
KINDS = [
    (["basic_pension"], True),
    (["age_pension"], True),
    (["disability_allowance"], True),
    (["survivor_allowance"], True),
    (["special_allowance"], True),
    (["fund_payment"], False),
    (["fund_payment", "basic_pension"], True),
]


@pytest.mark.clause("proactive:§48", "proactive:§49", "proactive:§50")
def test_49_the_five_kinds_count_and_a_payment_of_the_fund_does_not(pilot: Pilot) -> None:
    for kinds, counts in KINDS:
        who, case = start(pilot, BURIAL, "bank_a", kinds=kinds)
        assert pilot.step(case) == ("consent" if counts else "no_pension"), kinds
        assert len(pilot.texts(who)) == counts
        if not counts:
            assert pilot.path(case)[-1] == ("burial_right", "no_pension", "§49")


@pytest.mark.clause("proactive:§48", "proactive:§49")
@pytest.mark.parametrize(("systems", "ending"), [(["odk"], None), (["e_maket"], None), ([], "no_pension")])
def test_48_one_of_the_two_systems_is_enough(systems: list[str], ending: str | None, pilot: Pilot) -> None:
    dead = pilot.world.person(birth_day=date(1950, 3, 1))
    if systems:
        pilot.world.pension(dead, "age_pension", systems=systems)
    pilot.world.death(dead, at=pilot.clock.now(), applicant=pilot.mother("bank_a"))
    pilot.run()
    assert pilot.ending(pilot.case_of("D000001/4")) == ending


# Death; the last day on which the information may arrive: one month, then three years, clipped.
CUTOFF = [
    pytest.param("2021-01-12", "2024-02-12", id="12 February, 12 February three years later"),
    pytest.param("2021-01-31", "2024-02-28", id="28 February 2021: the month is clipped before the years"),
    pytest.param("2021-01-29", "2024-02-28", id="29 January: 2021 has no 29 February"),
    pytest.param("2020-12-31", "2024-01-31", id="31 January exists"),
    pytest.param("2020-10-31", "2023-11-30", id="30 November"),
    pytest.param("2021-02-28", "2024-03-28", id="28 March, not the end of March"),
    pytest.param("2020-11-30", "2023-12-30", id="30 December"),
]


@pytest.mark.clause("proactive:§49", "proactive:§50")
@pytest.mark.parametrize(("death", "last"), CUTOFF)
def test_49_50_both_sides_of_three_years_after_one_month(
    death: str, last: str, make_pilot: MakePilot
) -> None:
    """On the last second of the last day the process goes on ("more than"), a second later it ends."""
    pilot = make_pilot(at(last, "12:00"))
    midnight = at(last, "23:59:59") + timedelta(seconds=1)
    day, in_time, late = date.fromisoformat(death), pilot.mother("bank_a"), pilot.mother("bank_a")
    pilot.until(midnight - timedelta(seconds=7))
    case = happens(pilot, BURIAL, in_time, at=midnight - timedelta(seconds=1), death_day=day)
    other = happens(pilot, BURIAL, late, at=midnight, death_day=day)
    assert pilot.step(case) == "consent"
    assert pilot.path(other) == [("pensions", "known", "§48"), ("burial_right", "too_late", "§49")]
    assert pilot.ending(other) == "too_late"
    assert pilot.texts(late) == []


@pytest.mark.clause("proactive:§49")
def test_49_a_29_february_leads_to_28_or_29() -> None:
    """29 January 2020 and one month: 29 February 2020; three years later there is only the 28th."""
    assert last_day_in_time(date(2020, 1, 29)) == date(2023, 2, 28)
    assert last_day_in_time(date(2020, 2, 29)) == date(2023, 3, 29)
    assert last_day_in_time(date(2021, 1, 28)) == date(2024, 2, 28)


@pytest.mark.clause("proactive:§50", "proactive:§51", "proactive:§52")
def test_50_51_who_took_the_body_only_where_the_registry_knows_nobody(pilot: Pilot) -> None:
    who = pilot.mother("bank_a")
    case = happens(pilot, BURIAL, who, body_taker=who)
    assert pilot.path(case)[2:5] == [
        ("civil_registry", "no_information", "§50"),
        ("attached_population_register", "known", "§51"),
        ("burial_kinship", "kin", "§52"),
    ]
    assert pilot.facts(case)["found_by"] == "Attached Population Register"
    asked = [path for path, _ in pilot.partners.asked].count(BODY_TAKER.path)
    other = happens(pilot, BURIAL, pilot.mother("bank_a"))
    assert pilot.facts(other)["found_by"] == "Civil Registry IS"
    assert [path for path, _ in pilot.partners.asked].count(BODY_TAKER.path) == asked == 1


@pytest.mark.clause("proactive:§51")
def test_51_nobody_took_the_body_either(pilot: Pilot) -> None:
    """G-35 (a): no recipient, no SMS."""
    case = happens(pilot, BURIAL, pilot.mother("bank_a"), body_taker=None)
    assert pilot.path(case)[-1] == ("attached_population_register", "nobody", "§51")
    assert pilot.ending(case) == "left_out"


@pytest.mark.clause("proactive:§52", "proactive:§52.part2")
def test_52_who_is_not_kin_ends_it_without_a_second_try(pilot: Pilot) -> None:
    """G-35 (b): the register of who took the body is not asked, though kin stands in it."""
    kin, stranger = pilot.mother("bank_a"), pilot.mother("bank_a")
    pilot.clock.advance(timedelta(seconds=6))
    dead = pilot.world.pension(pilot.world.person(birth_day=date(1950, 3, 1)), "age_pension")
    pilot.world.related(dead, kin, "child")
    pilot.world.death(dead, at=pilot.clock.now(), applicant=stranger, body_taker=kin, relation=None)
    pilot.run()
    case = pilot.case_of("D000001/4")
    assert pilot.path(case)[-1] == ("burial_kinship", "not_kin", "§52")
    assert pilot.ending(case) == "not_kin"
    assert PROCEDURES[BURIAL].steps["not_kin"].clause.id == "proactive:§52.part2"
    assert ("§52.part2", "not_kin") in pilot.findings(case)
    assert BODY_TAKER.path not in {path for path, _ in pilot.partners.asked}
    assert pilot.texts(kin) == pilot.texts(stranger) == []


@pytest.mark.clause("proactive:§70")
def test_70_the_comparison_counts_to_the_arrival_and_not_to_the_engines_day(make_pilot: MakePilot) -> None:
    """The information arrives in the last second of the last day and is taken up a day later."""
    pilot = make_pilot(at("2024-02-12", "23:00"))
    who, moment = pilot.mother("bank_a"), at("2024-02-12", "23:59:59")
    pilot.clock.set(at("2024-02-13", "09:00"))
    case = happens(pilot, BURIAL, who, at=moment, death_day=date(2021, 1, 12))
    pilot.agree(who)
    pilot.reply(who, "43#3#1")
    assert ("compare", "still_positive", "§70") in pilot.path(case)
    assert pilot.ending(case) == "appointed"


@pytest.mark.clause("proactive:§70", "proactive:§70.3", "proactive:§70.4")
def test_70_without_a_figure_an_official_enters_the_amount(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_figure(*given: Any, **more: Any) -> None:
        raise Refused("no figure is entered for the day.")

    monkeypatch.setattr(decisions, "amount", no_figure)
    _, case = chosen(pilot, BURIAL)
    assert pilot.path(case)[-1] == ("draft", "no_amount", "§70.3")
    pilot.decide(case, "entered", **BY_HAND)
    assert pilot.ending(case) == "appointed"
    assert [placed.amount_tiyn for placed in pilot.placed()] == [5_000_000]


@pytest.mark.clause("proactive:§63", "proactive:§70.4")
def test_70_a_refusal_before_the_signature_is_obeyed(make_pilot: MakePilot) -> None:
    pilot = make_pilot(G_25=False)
    who, case = chosen(pilot, BURIAL)
    assert pilot.step(case) == "sign"
    pilot.reply(who, "7#2")
    pilot.after(minutes=10)
    assert pilot.ending(case) == "refused"
    assert pilot.placed() == []


@pytest.mark.clause("proactive:§70.5")
def test_70_5_odk_takes_decisions_from_a_day_on(
    make_pilot: MakePilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 September 2023 lies before the order; another day shows that the decision waits for it (G-35 (e))."""
    assert benefits.BURIAL_PAYMENT.placed_from == date(2023, 9, 1)
    later = replace(benefits.BURIAL_PAYMENT, placed_from=date(2024, 2, 14))
    monkeypatch.setitem(benefits.BENEFITS, BURIAL, later)  # type: ignore[arg-type]
    pilot = make_pilot(at("2024-02-12"))
    _, case = chosen(pilot, BURIAL)
    pilot.until(at("2024-02-13", "23:59:59"))
    assert (pilot.step(case), pilot.placed()) == ("place", [])
    pilot.until(at("2024-02-14", "01:00"))
    assert (pilot.ending(case), len(pilot.placed())) == ("appointed", 1)


@pytest.mark.clause("proactive:§53", "proactive:§56", "proactive:§58")
def test_who_buried_two_is_paid_for_both(pilot: Pilot) -> None:
    """The control asks of the recipient whether alive and identified, of the deceased what was paid."""
    who, case = chosen(pilot, BURIAL)
    assert pilot.ending(case) == "appointed"
    second = happens(pilot, BURIAL, who)
    pilot.after(hours=2)  # a question to the same phone leaves a gap after the last one
    pilot.agree(who)
    pilot.after(hours=2)
    pilot.reply(who, "43#3#1")
    assert pilot.ending(second) == "appointed"
    assert [placed.iin for placed in pilot.placed()] == [who, who]
