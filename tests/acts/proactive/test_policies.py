"""Each reading of a gap that can be switched, both ways, and values that are no reading."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.policies import POLICIES
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import BadValue, UnknownName
from tests.acts.proactive.conftest import AWARDED, CODE, LARGE, MakePilot, Pilot, at

BOTH = pytest.mark.parametrize("benefit", [LARGE, AWARDED])


@pytest.mark.clause("proactive:§15", "proactive:§38", "proactive:annex1", "proactive:annex5")
@pytest.mark.parametrize(("reading", "sms"), [("end", ["annex1"]), ("end_with_annex5", ["annex1", "annex5"])])
def test_g_08_silence_on_consent(reading: str, sms: list[str], make_pilot: MakePilot) -> None:
    pilot = make_pilot(G_08=reading)
    cases = [pilot.start(benefit, "bank_a")[1] for benefit in (LARGE, AWARDED)]
    pilot.silence()
    for case in cases:
        assert (pilot.ending(case), pilot.templates(case)) == ("no_consent", sms)


@pytest.mark.clause("proactive:annex2", "proactive:annex3", "proactive:§19", "proactive:§42")
def test_g_10_service_codes(make_pilot: MakePilot) -> None:
    """The code stands in the SMS and is what the reply must begin with."""
    codes = {policy.mark: policy.default for policy in POLICIES}["G-10"] | {LARGE: "51", AWARDED: "902"}
    pilot = make_pilot(G_10=codes)
    for benefit, code in ((LARGE, "51"), (AWARDED, "902")):
        mother, case = pilot.consented(benefit, "bank_a", "bank_b")
        assert f"{code}#3#2" in pilot.texts(mother)[-1]
        pilot.reply(mother, f"{CODE[benefit]}#3#2")
        assert pilot.step(case) == "ask_banks"
        pilot.reply(mother, f"{code}#3#2")
        assert pilot.facts(case)["bank"] == "bank_b"


@pytest.mark.clause("proactive:§19.1", "proactive:§42.1")
@pytest.mark.parametrize(("reading", "place"), [("first", 0), ("last", 2)])
def test_g_13_several_accounts_in_one_bank(reading: str, place: int, make_pilot: MakePilot) -> None:
    """They are one bank, Annex 2; which account is paid is the reading."""
    pilot = make_pilot(G_13=reading)
    mother = pilot.mother()
    ibans = [pilot.world.account(mother, "bank_c") for _ in range(3)]
    case = pilot.award(mother)
    pilot.agree(mother)
    assert pilot.templates(case) == ["annex1", "annex2"]
    pilot.reply(mother, "42#3#1")
    assert [placement.iban for placement in pilot.placed()] == [ibans[place]]


@pytest.mark.clause("proactive:§19", "proactive:§22", "proactive:§42", "proactive:§45", "proactive:annex4")
@BOTH
@pytest.mark.parametrize(("reading", "rounds"), [(0, 4), (1, 1), (2, 2)])
def test_g_14_rounds_of_choosing_another_bank(
    reading: int, rounds: int, benefit: str, make_pilot: MakePilot
) -> None:
    """0 sets no limit: only the banks come to an end."""
    pilot = make_pilot(G_14=reading)
    mother, case = pilot.consented(benefit, "bank_a")
    done = 0
    for bank in ("bank_b", "bank_c", "bank_d", "bank_e"):
        pilot.reply(mother, f"{CODE[benefit]}#3#0")
        if pilot.step(case) != "monitor":
            break
        done += 1
        pilot.world.account(mother, bank)
        pilot.watch()
        assert pilot.step(case) == "ask_new_account"
        assert pilot.facts(case)["new_bank"] == bank
        pilot.after(minutes=40)
    assert done == rounds
    if reading:
        assert (pilot.ending(case), pilot.templates(case)[-1]) == ("no_account_answer", "annex5")
    else:
        assert pilot.step(case) == "ask_new_account"


@pytest.mark.clause("proactive:§20", "proactive:§21", "proactive:§43", "proactive:§44")
@pytest.mark.parametrize(("reading", "sms"), [("annex5", ["annex4", "annex5"]), ("end", ["annex4"])])
def test_g_16_no_account_after_annex_4(reading: str, sms: list[str], make_pilot: MakePilot) -> None:
    pilot = make_pilot(G_16=reading)
    cases = [pilot.consented(benefit)[1] for benefit in (LARGE, AWARDED)]
    pilot.silence()
    for case in cases:
        assert (pilot.ending(case), pilot.templates(case)[1:]) == ("no_account_answer", sms)


@pytest.mark.clause("proactive:§22.part2", "proactive:§45.part2")
@pytest.mark.parametrize(("reading", "sms"), [("end", ["annex2"]), ("annex5", ["annex2", "annex5"])])
def test_g_17_silence_on_the_new_account(reading: str, sms: list[str], make_pilot: MakePilot) -> None:
    pilot = make_pilot(G_17=reading)
    mothers = [pilot.consented(benefit) for benefit in (LARGE, AWARDED)]
    for mother, _ in mothers:
        pilot.world.account(mother, "bank_b")
    pilot.watch()
    pilot.silence()
    for _, case in mothers:
        assert (pilot.ending(case), pilot.templates(case)[2:]) == ("no_new_account_answer", sms)


@pytest.mark.clause("proactive:§46.4")
@pytest.mark.parametrize("signs", [True, False])
def test_g_25_the_automatic_signature(signs: bool, make_pilot: MakePilot) -> None:
    """Switched off, the case waits unsigned as long as it takes; people still sign by their own decision."""
    pilot = make_pilot(G_25=signs)
    _, awarded = pilot.chosen(AWARDED)
    _, large = pilot.chosen(LARGE)
    pilot.decide(large, "appoint")
    pilot.after(days=3)
    assert pilot.ending(large) == "appointed"
    assert pilot.step(awarded) == ("appointed" if signs else "sign")
    assert pilot.status(awarded) == ("e" if signs else "r")
    assert len(pilot.placed()) == 1 + signs


@pytest.mark.clause("proactive:§39", "proactive:§46.4")
def test_g_25_who_writes_7_2_while_the_signature_waits_is_obeyed(make_pilot: MakePilot) -> None:
    """And the others go on waiting."""
    pilot = make_pilot(G_25=False)
    mother, withdrawn = pilot.chosen(AWARDED)
    _, other = pilot.chosen(AWARDED)
    pilot.after(days=2)
    pilot.reply(mother, "7#2")
    pilot.after(minutes=10)
    assert (pilot.ending(withdrawn), pilot.step(other)) == ("refused", "sign")


@pytest.mark.clause("proactive:§46.4", "proactive:§24")
def test_g_25_the_signing_component_can_be_switched_off(pilot: Pilot) -> None:
    """Then nothing is signed by anybody; the cases wait for as long as it takes."""
    pilot.signer.switch_off("the head has left office")
    try:
        _, awarded = pilot.chosen(AWARDED)
        _, large = pilot.chosen(LARGE)
        pilot.decide(large, "appoint")
        for _ in range(12):
            pilot.after(hours=6)
        assert [(pilot.status(case), pilot.step(case)) for case in (awarded, large)] == [("r", "sign")] * 2
        assert pilot.placed() == []
    finally:
        pilot.signer.switch_on()
    pilot.after(hours=1)
    assert pilot.ending(awarded) == pilot.ending(large) == "appointed"
    assert len(pilot.placed()) == 2


@pytest.mark.clause("proactive:§27")
@pytest.mark.parametrize("places", [True, False])
def test_g_26_payment_after_a_human_decision(places: bool, make_pilot: MakePilot) -> None:
    """The automatic route pays in any case: §46(5) orders it."""
    pilot = make_pilot(G_26=places)
    _, large = pilot.chosen(LARGE)
    pilot.decide(large, "appoint")
    _, awarded = pilot.chosen(AWARDED)
    assert pilot.ending(large) == pilot.ending(awarded) == "appointed"
    expected = [f"proactive/{large}", f"proactive/{awarded}"] if places else [f"proactive/{awarded}"]
    assert [placement.key for placement in pilot.placed()] == expected
    assert pilot.decision(large).outcome == "appoint"


ORDERS = [
    (["mother", "father", "adoptive_parent", "guardian"], "mother"),
    (["father", "mother", "adoptive_parent", "guardian"], "father"),
    (["guardian", "adoptive_parent", "father", "mother"], "guardian"),
    (["adoptive_parent", "guardian", "mother", "father"], "guardian"),  # there is no adoptive parent
]


@pytest.mark.clause("proactive:§6")
@pytest.mark.parametrize(("order", "recipient"), ORDERS)
def test_g_33_which_relative_is_the_recipient(
    order: list[str], recipient: str, make_pilot: MakePilot
) -> None:
    pilot = make_pilot(G_33=order)
    people = {
        relation: pilot.mother("bank_a", surname=relation) for relation in ("mother", "father", "guardian")
    }
    for parent in people.values():
        for year in (2016, 2018, 2020):
            pilot.world.child(parent, date(year, 5, 1))
    child = pilot.world.birth(people["mother"], father=people["father"], at=pilot.clock.now(), siblings=[])
    pilot.world.relative(child, people["guardian"], "guardian")
    pilot.world.child(people["guardian"], date(2024, 2, 9))
    pilot.run()
    (case,) = pilot.cases()
    assert pilot.facts(case)["relation"] == recipient
    assert len(pilot.texts(people[recipient])) == 1
    pilot.agree(people[recipient])
    assert f"Құрметті {recipient} " in pilot.texts(people[recipient])[-1]


@pytest.mark.clause("proactive:§6")
@pytest.mark.parametrize(
    ("least", "children", "large"), [(4, 4, True), (4, 3, False), (5, 4, False), (5, 5, True), (3, 3, True)]
)
def test_g_34_children_that_make_a_family_large(
    least: int, children: int, large: bool, make_pilot: MakePilot
) -> None:
    """The trigger stays a fourth or later child; the composition decides (children may live elsewhere)."""
    pilot = make_pilot(G_34_children=least)
    siblings = [date(2023 - 2 * n, 5, 1) for n in range(children - 1)]
    case = pilot.birth(pilot.mother("bank_a"), order=5, siblings=siblings)
    assert pilot.facts(case)["children"] == children
    assert (pilot.step(case) == "consent") is large


# On 12 February 2024: who is counted. The student was born so many years and days before.
@pytest.mark.clause("proactive:§6")
@pytest.mark.parametrize(
    ("age", "born", "student", "counts"),
    [
        (23, "2006-02-13", False, True),  # seventeen until tomorrow
        (23, "2006-02-12", False, False),  # eighteen today
        (23, "2006-02-12", True, True),
        (23, "2001-02-13", True, True),  # twenty-two until tomorrow
        (23, "2001-02-12", True, False),  # twenty-three today
        (21, "2003-02-13", True, True),
        (21, "2003-02-12", True, False),
        (18, "2006-02-12", True, False),  # no student counts
        (30, "1994-02-13", True, True),
    ],
)
def test_g_34_who_is_counted_in_the_composition(
    age: int, born: str, student: bool, counts: bool, make_pilot: MakePilot
) -> None:
    pilot = make_pilot(G_34_student=age)
    mother = pilot.mother("bank_a")
    pilot.world.child(mother, date.fromisoformat(born), full_time_student=student)
    pilot.world.child(mother, date(2010, 1, 1), lives_together=False)
    case = pilot.birth(mother, siblings=[date(2018, 1, 1), date(2020, 1, 1)])
    assert pilot.facts(case)["children"] == 3 + counts


@pytest.mark.clause("proactive:annex5")
def test_g_56_the_missing_words_of_annex_5(make_pilot: MakePilot) -> None:
    pilot = make_pilot(G_56="«eGov» қосымшасы")
    mother, _ = pilot.consented(AWARDED, "bank_a")
    pilot.silence()
    assert "http://egov.kz немесе «eGov» қосымшасы арқылы жүгіне аласыз." in pilot.texts(mother)[-1]


# --- values that are no reading -----------------------------------------------------------------------

WRONG: list[tuple[str, Any]] = [
    ("G-08", "annex5"), ("G-08", True), ("G-08", None),
    ("G-09", "7111"),
    ("G-10", {}), ("G-10", {LARGE: "41"}), ("G-10", {LARGE: "41", AWARDED: "41"}),
    ("G-10", {LARGE: "7", AWARDED: "42"}), ("G-10", {LARGE: "4111", AWARDED: "42"}),
    ("G-10", {LARGE: "", AWARDED: "42"}), ("G-10", {LARGE: "4a", AWARDED: "42"}),
    ("G-10", {LARGE: "٤", AWARDED: "42"}), ("G-10", {LARGE: 41, AWARDED: 42}), ("G-10", "41"),
    ("G-11", "delivered"),
    ("G-13", "all"), ("G-13", 0),
    ("G-14", -1), ("G-14", 21), ("G-14", True), ("G-14", "0"), ("G-14", 1.0),
    ("G-16", "annex4"), ("G-17", "annex2"),
    ("G-25", "no"), ("G-25", 0), ("G-26", 1), ("G-26", None),
    ("G-33", []), ("G-33", ["mother"]), ("G-33", "mother"),
    ("G-33", ["mother", "mother", "father", "guardian"]),
    ("G-33", ["mother", "father", "adoptive_parent", "guardian", "aunt"]),
    ("G-33", [1, None, {}, []]),
    ("G-34.children", 0), ("G-34.children", 21), ("G-34.children", True), ("G-34.children", "4"),
    ("G-34.student", 17), ("G-34.student", 31),
    ("G-53", "Europe/London"),
    ("G-56", ""), ("G-56", "a" * 201), ("G-56", "a\nb"), ("G-56", None),
]  # fmt: skip


@pytest.mark.clause("proactive:§6", "proactive:§15", "proactive:§19", "proactive:annex2", "proactive:annex5")
@pytest.mark.parametrize(("mark", "value"), WRONG)
def test_a_value_that_is_no_reading_is_refused(mark: str, value: Any) -> None:
    """With its mark, the rule and the remedy."""
    with pytest.raises(BadValue) as refused:
        Policies(POLICIES, {mark: value})
    policy = next(policy for policy in POLICIES if policy.mark == mark)
    assert mark in refused.value.field
    assert policy.rule in str(refused.value)
    assert repr(policy.default) in refused.value.remedy


@pytest.mark.clause("proactive:§1")
def test_an_unknown_mark_is_refused() -> None:
    with pytest.raises(UnknownName, match="G-99"):
        Policies(POLICIES, {"G-99": True})


@pytest.mark.clause("proactive:§1")
def test_every_reading_names_clauses_that_exist_and_has_a_right_default() -> None:
    marks = [policy.mark for policy in POLICIES]
    assert len(marks) == len(set(marks))
    known = {clause.id for clause in ACT.clauses.values()}
    for policy in POLICIES:
        assert policy.clauses, policy.mark
        assert {clause.id for clause in policy.clauses} <= known, policy.mark
        assert policy.checked(policy.default) == policy.default, policy.mark


@pytest.mark.clause("proactive:§24", "proactive:§46.4")
def test_the_decision_records_the_readings(make_pilot: MakePilot) -> None:
    recorded = []
    for readings in ({}, {"G_14": 3, "G_56": "қосымша"}):
        pilot = make_pilot(at("2024-02-12"), **readings)
        _, case = pilot.chosen(AWARDED)
        recorded.append(json.loads(pilot.decision(case).document)["policies"])
    chosen = {"G-14": 3, "G-56": "қосымша"}
    assert recorded == [
        {"version": Policies(POLICIES).version, "changed": {}},
        {"version": Policies(POLICIES, chosen).version, "changed": chosen},
    ]
    assert recorded[0]["version"] != recorded[1]["version"]
