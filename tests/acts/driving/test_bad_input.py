"""What goes wrong: silent registries, results of others or twice, early payment, refund, ages, certificates, slots."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from qyzmet.acts.driving import applications, booking, centres, examrules, results
from qyzmet.acts.driving.examrules import attempts_exist, open_from, rules_on
from qyzmet.exchange import driving as d
from qyzmet.law.calendar import working_calendar
from qyzmet.runtime.errors import BadValue, PartnerAway, PartnerNonsense, Refused, UnknownName
from tests.acts.driving.conftest import MakeRoad, Road

GATES = [
    (d.ACCESS, "access", 4), (d.LICENCES, "licence", 5), (d.RESTRICTIONS, "restrictions", 6), (d.MEDICAL, "medical", 7),
    (d.DISPENSARY, "dispensary", 8), (d.SCHOOL, "school", 9), (d.ATTEMPTS, "attempts", 10),
]  # fmt: skip


@pytest.mark.parametrize("how", ["away", "nonsense", "nothing"])
def test_a_gate_that_does_not_answer_is_neither_presence_nor_absence(road: Road, how: str) -> None:
    for operation, step, _ in GATES:

        def answer(items: Any) -> Any:
            if how == "away":
                raise PartnerAway("silent")
            if how == "nonsense":
                raise PartnerNonsense("verse")
            return []

        road.partners.instead[operation.path] = answer
        who = road.person()
        case, _ = road.bring(who)
        road.after(minutes=10)
        assert road.step(case) == step
        assert road.rows("SELECT status::text FROM cases WHERE id = %s", case) == [("p",)], "never set aside"
        assert road.bring(who)[0] == case, "whoever comes back goes on where they were"
        del road.partners.instead[operation.path]
        road.after(minutes=6)
        assert road.step(case) == "fill_in"


def test_a_result_of_another_person_is_not_taken(road: Road) -> None:
    case = road.numbered(identified="somebody else")
    place = road.book(case, "theory")
    road.clock.set(place.starts_at + timedelta(minutes=10))
    road.after(minutes=1)
    assert road.step(case) == "theory_exam"
    assert road.rows("SELECT count(*) FROM driving_results") == [(0,)]
    ((_, odd, slot, kind, about),) = results.oddities(road.store)
    assert (odd, slot, kind) == (case, place.slot, "theory")
    assert "another person" in about


def test_a_result_needs_the_place_and_its_time(road: Road) -> None:
    road.systems.by_hand |= {"theory"}
    case, other = road.numbered(), road.numbered()
    place = road.book(case, "theory")
    with pytest.raises(Refused, match="not begun"):
        road.result(case, "theory", "passed")
    with pytest.raises(Refused, match="no confirmed place"):
        road.result(other, "theory", "passed")
    road.clock.set(place.starts_at + timedelta(minutes=1))
    with pytest.raises(Refused, match="no confirmed place"):
        road.result(case, "theory", "passed", slot=place.slot + 1)
    with pytest.raises(BadValue):
        road.result(case, "theory", "excellent")
    assert road.result(case, "theory", "passed")
    assert road.step(case) == "practice_booking"


def test_a_result_twice_changes_nothing_and_a_different_one_is_set_aside(road: Road) -> None:
    road.systems.by_hand |= {"theory"}
    case = road.numbered()
    place = road.book(case, "theory")
    road.clock.set(place.starts_at + timedelta(minutes=1))
    assert road.result(case, "theory", "passed")
    assert not road.result(case, "theory", "passed")
    with pytest.raises(Refused, match="already"):
        road.result(case, "theory", "failed")
    assert road.step(case) == "practice_booking"
    assert "a second result" in results.oddities(road.store)[0][-1]


def test_a_missed_examination_is_no_result(road: Road) -> None:
    case = road.numbered(theory="missed")
    road.sit(case, "theory")
    assert road.step(case) == "theory_booking"
    assert road.rows("SELECT count(*) FROM driving_results") == [(0,)]


def test_a_missed_examination_ends_the_service_where_the_reading_says_so(make_road: MakeRoad) -> None:
    road = make_road(G_13="ends the service")
    case = road.numbered(theory="missed")
    road.sit(case, "theory")
    assert road.step(case) == "ended_theory_failed"


@pytest.mark.clause("driving:§3.15")
def test_no_payment_before_both_examinations_are_passed(road: Road) -> None:
    case = road.numbered()
    for kind in ("theory", "practice"):
        with pytest.raises(Refused, match="not at this step"):
            applications.pay(road.store, case, road.clock.now())
        road.sit(case, kind)
    assert "state_duty" not in road.asked()
    applications.pay(road.store, case, road.clock.now())
    road.run()
    assert road.fact(case, "duty")["amount_tiyn"] == 540_600
    with pytest.raises(Refused, match="paid already"):
        applications.pay(road.store, case, road.clock.now())


@pytest.mark.clause("driving:§3.15")
@pytest.mark.parametrize("order", ["dpf", "pfd", "fdp"])
def test_duty_photograph_and_formalisation_in_any_order(road: Road, order: str) -> None:
    case = road.passed()
    do = {
        "d": lambda: applications.pay(road.store, case, road.clock.now()),
        "p": lambda: applications.photograph(road.store, case, "psc-1", road.clock.now()),
        "f": lambda: applications.formalise(road.store, case, "psc-1", road.clock.now()),
    }
    for letter in order:
        assert road.step(case) == "formalities"
        do[letter]()
        road.run()
    assert road.step(case) == "review"


@pytest.mark.clause("driving:§3.15")
def test_who_does_not_pay_stays_at_step_15(road: Road) -> None:
    road.systems.by_hand.add("duty")
    case = road.passed()
    road.formalities(case)
    assert road.step(case) == "formalities"
    road.systems.paid.add(road.fact(case, "duty.receipt"))
    applications.pay(road.store, case, road.clock.now())
    road.run()
    assert road.step(case) == "review"


def test_a_refund_asks_for_the_duty_anew_until_printing_is_ordered(road: Road) -> None:
    road.systems.by_hand.add("printing")
    case = road.passed()
    with pytest.raises(Refused, match="refund"):
        applications.refund(road.store, case, "psc-1", road.clock.now())
    road.formalities(case)
    assert road.step(case) == "review"
    applications.refund(road.store, case, "psc-1", road.clock.now())
    road.run()
    assert road.step(case) == "formalities"
    assert road.rows(
        "SELECT count(*) FROM tasks WHERE case_id = %s AND role = 'driving.police' AND state = 'o'", case
    ) == [(0,)]
    applications.pay(road.store, case, road.clock.now())
    road.run()
    assert road.step(case) == "review"
    road.decide(case, "approve")
    with pytest.raises(Refused, match="refund"):
        applications.refund(road.store, case, "psc-1", road.clock.now())


@pytest.mark.clause("driving:§3.11", "driving:§3.16")
def test_an_age_below_the_least_is_a_warning_and_never_a_refusal(road: Road) -> None:
    case = road.start()
    road.fill_in(case, born=date(2009, 1, 1), category="B")
    assert road.step(case) == "theory_booking"
    assert road.fact(case, "age_warning") == {"category": "B", "least": 18}
    of_age = road.start()
    road.fill_in(of_age, born=date(2008, 3, 2), category="B")
    assert road.fact(of_age, "age_warning") is None, "18 on this very day"


@pytest.mark.clause("driving:§3.16")
@pytest.mark.parametrize(("again", "seen"), [(True, ["medical"]), (False, None)])
def test_a_certificate_that_expires_after_its_gate_warns_the_officer(
    make_road: MakeRoad, again: bool, seen: Any
) -> None:
    road = make_road(P_AGAIN=again)
    case = road.passed(medical_valid=date(2026, 3, 2))
    road.after(days=1)
    road.formalities(case)
    assert road.step(case) == "review", "never a refusal of its own: the act asks once, at step 7"
    assert road.fact(case, "expired") == seen


def test_a_withdrawn_slot_leads_everybody_back_to_booking(road: Road) -> None:
    case, waiting = road.numbered(), road.numbered()
    place = road.book(case, "theory")
    road.wish(waiting, place.slot)
    assert booking.withdraw(road.store, place.slot, "no electricity", road.clock.now()) == 1
    road.run()
    assert road.step(case) == "theory_booking"
    assert road.fact(case, "theory.withdrawn") == "no electricity"
    found = booking.last_wish(road.store, waiting, "theory")
    assert found is not None
    assert found.state == "l"
    with pytest.raises(Refused, match="withdrawn before"):
        booking.withdraw(road.store, place.slot, "again", road.clock.now())
    with pytest.raises(UnknownName):
        road.wish(case, place.slot)
    road.book(case, "theory")
    assert road.step(case) == "theory_exam"


# --- attempts: rules of practice, step 10 alone -------------------------------------------------------


def _failed(kind: Any, *days: str) -> list[d.Attempt]:
    return [d.Attempt(kind=kind, day=date.fromisoformat(day), passed=False) for day in days]


@pytest.mark.clause("driving:§3.10")
@pytest.mark.parametrize(
    ("made", "opens"),
    [
        ([], "2026-03-02"),
        (_failed("theory", "2026-02-27"), "2026-03-02"),
        (_failed("theory", "2026-03-02"), "2026-03-03"),
        (_failed("theory", "2026-02-26", "2026-02-27"), "2026-03-27"),
        (_failed("practice", "2026-02-26", "2026-02-27"), "2026-03-02"),
        (_failed("practice", "2026-02-25", "2026-02-26", "2026-02-27"), "2026-04-27"),
        (
            [
                *_failed("theory", "2026-02-26", "2026-02-27"),
                d.Attempt(kind="theory", day=date(2026, 2, 28), passed=True),
            ],
            "2026-03-02",
        ),
        (_failed("theory", "2023-08-05", "2023-08-06", "2023-08-07"), "2026-03-02"),
    ],
)
def test_when_an_attempt_is_open_again(made: list[d.Attempt], opens: str) -> None:
    today, calendar = date(2026, 3, 2), working_calendar()
    assert open_from(made, today, calendar) == date.fromisoformat(opens)
    answer = d.Attempts(ref="1", query="Q1", made=made)
    assert attempts_exist(answer, today, calendar) is (opens == "2026-03-02")


@pytest.mark.clause("driving:§3.10")
def test_what_the_software_says_comes_before_our_rules() -> None:
    made = _failed("theory", "2026-02-26", "2026-02-27")
    today, calendar = date(2026, 3, 2), working_calendar()
    assert attempts_exist(d.Attempts(ref="1", query="Q", left=1, made=made), today, calendar)
    assert not attempts_exist(d.Attempts(ref="1", query="Q", left=0), today, calendar)


def test_rules_are_dated_with_their_source_and_marked_where_unconfirmed() -> None:
    assert rules_on(date(2023, 8, 7)).attempts == 3
    assert rules_on(date(2023, 8, 8)).attempts == 2
    assert all(rules.source.startswith("https://") and not rules.confirmed for rules in examrules.all_rules())
    with pytest.raises(Refused, match="examrules"):
        rules_on(date(2016, 3, 31))


# --- replacement (G-8) --------------------------------------------------------------------------------


@pytest.mark.clause("driving:order.1")
@pytest.mark.parametrize(
    ("photo_day", "photographs"), [(date(2025, 1, 1), False), (date(2020, 1, 1), True), (None, True)]
)
def test_replacement_has_a_short_procedure_of_its_own(
    road: Road, photo_day: date | None, photographs: bool
) -> None:
    who = road.person(licence=True, licence_number="KZ 000009", photo_day=photo_day)
    case, _ = road.bring(who, service="REPLACEMENT")
    assert road.step(case) == "formalities"
    assert road.asked() == ["service_centre_ais"], "none of the 18 steps: step 5 would refuse every holder"
    assert road.fact(case, "application.number") == f"DR-2026-{case:08d}"
    applications.pay(road.store, case, road.clock.now())
    road.run()
    assert (road.step(case) == "formalities") is photographs
    if photographs:
        applications.photograph(road.store, case, "psc-1", road.clock.now())
        road.run()
    road.decide(case, "approve")
    road.after(seconds=40)
    applications.hand_over(road.store, case, "psc-1", "ALA-1", road.clock.now())
    road.run()
    assert road.step(case) == "issued"
    assert not [clause for _, clause in road.path(case) if clause in {f"§3.{n}" for n in range(1, 15)}]


@pytest.mark.clause("driving:order.1")
def test_without_a_licence_there_is_nothing_to_replace(road: Road) -> None:
    case, _ = road.bring(road.person(), service="REPLACEMENT")
    assert road.step(case) == "ended_no_licence"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x = 1", "centres"),
        ('[[centres]]\ncode = "A"\nregion = "99"', "A.region"),
        ('[[centres]]\ncode = "A"\nregion = "75"\naddress = "b"\nnames = { kk = "1", ru = "2", en = "3" }\n'
         '[[centres.halls]]\ncode = "H"\nkind = "theory"\nseats = 0\nopens = 09:00:00\ncloses = 10:00:00\nminutes = 60\nexaminers = ["E"]', "H"),
        ('[[centres]]\ncode = "A"\nregion = "75"\naddress = "b"\nnames = { kk = "1", ru = "2", en = "3" }\n'
         '[[centres.halls]]\ncode = "H"\nkind = "swimming"', "H.kind"),
    ],
)  # fmt: skip
def test_a_bad_file_of_centres_enters_nothing(road: Road, text: str, names: str) -> None:
    with pytest.raises(BadValue, match=names):
        centres.load_centres(road.store, text)
    assert road.rows("SELECT count(*) FROM driving_centres") == [(2,)]


def test_another_channel_does_not_open_a_second_application(road: Road) -> None:
    who = road.person()
    road.bring(who, "BANK_IS", sender="bank_a")
    with pytest.raises(Refused, match="another service"):
        road.bring(who, "SCHOOL_ASSOCIATION_SERVICE", sender="school_union")
    with pytest.raises(BadValue):
        road.bring("123", "PSC_APP")
