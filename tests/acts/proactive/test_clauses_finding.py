"""§1 to §14 and §29 to §37, clause 3 and clause 6 of the order: who is found, listed and checked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from qyzmet.acts.proactive.benefits import BENEFITS, benefit_of
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.exchange import systems as s
from tests.acts.proactive.conftest import AWARDED, CODE, LARGE, MakePilot, Pilot, at

BOTH = pytest.mark.parametrize("benefit", [LARGE, AWARDED])


@pytest.mark.clause("proactive:§1")
def test_1_the_nine_services() -> None:
    assert set(BENEFITS) == {
        "AWARDED_MOTHER_ALLOWANCE", "LARGE_FAMILY_ALLOWANCE", "DISABLED_CHILD_CARER_ALLOWANCE",
        "DISABILITY_ALLOWANCE", "WORK_CAPACITY_LOSS_PAYMENT", "SURVIVOR_PAYMENT", "SURVIVOR_ALLOWANCE",
        "BURIAL_PAYMENT", "JOB_LOSS_PAYMENT",
    }  # fmt: skip
    assert benefit_of(LARGE).chapter == 2
    assert benefit_of(AWARDED).chapter == 3


# --- the order --------------------------------------------------------------------------------------


@pytest.mark.clause("proactive:order.3", "proactive:§4")
def test_order_3_the_case_store_names_nobody(make_pilot: MakePilot) -> None:
    """Every text, JSON and byte column of every table, at every stage of both benefits."""
    pilot = make_pilot()
    people = [
        pilot.chosen(LARGE, "bank_a", surname="Құпияшева", given="Жасырын", patronymic="Белгісізқызы")[0],
        pilot.chosen(AWARDED, "bank_b", surname="Құпияшева", given="Жасырын", patronymic="Белгісізқызы")[0],
        pilot.consented(LARGE, "bank_a", "bank_b", surname="Құпияшева")[0],
        pilot.consented(AWARDED, surname="Құпияшева")[0],
    ]
    decided = pilot.cases()[0]
    pilot.decide(decided, "appoint")
    pilot.reply(people[2], "бұл мен, Құпияшева")
    children = [birth.child_iin for birth in pilot.world.births()]
    phones = [pilot.world.phone(person) or "" for person in people]
    ibans = [pilot.world.accounts(people[0], "bank_a")[0], pilot.world.accounts(people[1], "bank_b")[0]]
    secrets = [*people, *children, *(phone[2:] for phone in phones), *ibans, "Құпияшева", "Жасырын"]
    secrets += ["Белгісізқызы"]
    forms = [form for secret in secrets for form in (secret.encode(), secret.encode("utf-16-be"))]
    found = []
    connection = pilot.ground.admins[0]
    with connection.transaction():
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
        assert ("ledger_entries",) in tables
        for (table,) in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
            for place, value in ((place, value) for row in rows for place, value in enumerate(row)):
                data = value if isinstance(value, bytes) else str(value).encode()
                found += [f"{table}, column {place}" for form in forms if form in data]
    assert found == []


@pytest.mark.clause("proactive:order.6")
def test_order_6_the_term_is_3_october_2023_to_2_october_2024(make_pilot: MakePilot) -> None:
    """The event's day decides; a case of the last day runs to its end (G-42)."""
    pilot = make_pilot(at("2023-10-02", "20:00"))
    opened: dict[str, bool] = {}
    last = ("", 0)
    for day, time in (
        ("2023-10-02", "23:59:59"), ("2023-10-03", "00:00:00"), ("2024-10-02", "23:59:59"),
        ("2024-10-03", "00:00:00"), ("2024-11-20", "12:00:00"),
    ):  # fmt: skip
        pilot.until(max(at(day, time), pilot.clock.now()))
        mother = pilot.mother("bank_a")
        case = pilot.birth(mother, at=at(day, time)), pilot.award(mother, at=at(day, time))
        opened[f"{day} {time}"] = bool(case[0]) and bool(case[1])
        assert bool(case[0]) is bool(case[1])
        if day == "2024-10-02":
            last = mother, case[0]
    assert opened == {
        "2023-10-02 23:59:59": False,
        "2023-10-03 00:00:00": True,
        "2024-10-02 23:59:59": True,
        "2024-10-03 00:00:00": False,
        "2024-11-20 12:00:00": False,
    }
    refused = pilot.rows("SELECT outcome, count(*) FROM registry_events GROUP BY 1 ORDER BY 1")
    assert refused == [("opened", 4), ("outside the term of the act", 6)]
    assert pilot.ending(last[1]) == "no_consent"  # silence, weeks after the term


@pytest.mark.clause("proactive:order.6")
def test_order_6_who_consented_in_the_term_is_paid_after_it(make_pilot: MakePilot) -> None:
    pilot = make_pilot(at("2024-10-02", "15:00"))
    mother, case = pilot.consented(LARGE, "bank_a")
    pilot.until(at("2024-10-04", "10:00"))
    pilot.reply(mother, "41#3#1")
    pilot.decide(case, "appoint")
    assert pilot.ending(case) == "appointed"
    assert len(pilot.placed()) == 1
    assert (ACT.in_force.first, ACT.in_force.last) == (date(2023, 10, 3), date(2024, 10, 2))


# --- §4, §5 -----------------------------------------------------------------------------------------

# Who looks, under which paragraph, at what: no more than the next check needs.
LOOKS_LARGE = [
    ("SDU", "§6", ("iin",)),  # composition
    ("SDU", "§6", ("iin",)),  # existing case
    ("SDU", "§8", ("iin",)),
    ("E-Maket", "§9", ("iin",)),
    ("EGP", "§12", ("iin",)),
    ("EGP", "§15", ("iin",)),
    ("SMS gateway", "§15", ("surname", "given", "patronymic", "language", "phone")),
    ("E-Maket", "§18", ("iin",)),
    ("SMS gateway", "§19.1", ("surname", "given", "patronymic", "language", "phone")),
    ("E-Maket", "§27", ("iin", "surname", "given", "patronymic", "accounts")),
    ("SMS gateway", "§28", ("surname", "given", "patronymic", "language", "phone")),
]
LOOKS_AWARDED = [
    ("SDU", "§29", ("iin",)),
    ("SDU", "§29", ("iin",)),
    ("SDU", "§31", ("iin",)),
    ("E-Maket", "§32", ("iin",)),
    ("EGP", "§35", ("iin",)),
    ("EGP", "§38", ("iin",)),
    ("SMS gateway", "§38", ("surname", "given", "patronymic", "language", "phone")),
    ("E-Maket", "§41", ("iin",)),
    ("SMS gateway", "§42.1", ("surname", "given", "patronymic", "language", "phone")),
    ("E-Maket", "§46.5", ("iin", "surname", "given", "patronymic", "accounts")),
    ("SMS gateway", "§47", ("surname", "given", "patronymic", "language", "phone")),
]


@pytest.mark.clause("proactive:§4")
@pytest.mark.parametrize(("benefit", "expected"), [(LARGE, LOOKS_LARGE), (AWARDED, LOOKS_AWARDED)])
def test_4_every_look_at_a_person_is_logged(benefit: str, expected: list[Any], pilot: Pilot) -> None:
    _, case = pilot.chosen(benefit)
    if benefit == LARGE:
        pilot.decide(case, "appoint")
    looks = list(reversed(pilot.vault.looks(pilot.person_of(case))))
    found = [(look.who, look.clause.removeprefix("proactive:"), tuple(look.fields)) for look in looks]
    assert sorted(found) == sorted(expected)
    assert all(look.purpose for look in looks)
    if benefit == LARGE:  # the child was looked up once, to find its relatives
        ((subject,),) = pilot.rows("SELECT subject FROM cases WHERE id = %s", case)
        (look,) = pilot.vault.looks(subject)
        assert (look.who, look.clause, tuple(look.fields)) == ("SDU", "proactive:§6", ("iin",))


@pytest.mark.clause("proactive:§4")
@BOTH
def test_4_who_does_not_consent_is_never_looked_up_in_the_banks(benefit: str, pilot: Pilot) -> None:
    """No pass to the decision stage before consent, G-41."""
    mother, _ = pilot.start(benefit, "bank_a")
    pilot.reply(mother, "7#2")
    asked = {path for path, _ in pilot.partners.asked}
    assert not [path for path in asked if path.startswith(("/bank_", "/odk/v1/place"))]


@pytest.mark.clause("proactive:§5")
@BOTH
def test_5_each_fact_names_the_owner_who_answers_for_it(benefit: str, pilot: Pilot) -> None:
    _, case = pilot.chosen(benefit)
    ((facts,),) = pilot.rows("SELECT cases.facts FROM cases WHERE id = %s", case)
    source = {name: fact[1] for name, fact in facts.items()}
    if benefit == LARGE:
        assert source["birth_order"] == source["birth_day"] == "State Database Individuals"
        assert source["relation"] == source["children"] == "kinship service"
    else:
        assert source["award"] == source["award_day"] == "state bodies"
    assert source["existing"] == "E-Maket and ODK"
    assert source["confirmed"] == "state bodies"
    assert source["mlsp.alive"] == "MLSP IS"
    assert source["phone"] == "Mobile Citizens Base"
    assert source["consent"] == source["bank"] == "recipient"
    assert source["banks"] == "banks"


# --- §6, §29: trigger, kinship, composition, existing case -------------------------------------------


@pytest.mark.clause("proactive:§6")
def test_6_a_fourth_or_later_child(pilot: Pilot) -> None:
    found = {order: bool(pilot.birth(pilot.mother("bank_a"), order=order)) for order in (1, 2, 3, 4, 5, 9)}
    assert found == {1: False, 2: False, 3: False, 4: True, 5: True, 9: True}


@pytest.mark.clause("proactive:§6")
def test_6_the_composition_decides_and_is_kept_with_the_finding(pilot: Pilot) -> None:
    """The birth is of a fifth child, but two of the others live elsewhere or are grown up."""
    mother = pilot.mother("bank_a")
    pilot.world.child(mother, date(2012, 3, 1), lives_together=False)
    pilot.world.child(mother, date(2005, 3, 1))
    case = pilot.birth(mother, order=5, siblings=[date(2015, 3, 1), date(2018, 3, 1)])
    assert (pilot.ending(case), pilot.facts(case)["children"]) == ("left_out", 3)
    assert pilot.findings(case) == [("§6", "identified"), ("§6", "not_large")]
    assert pilot.texts(mother) == []


@pytest.mark.clause("proactive:§29")
def test_29_the_mother_herself_is_the_recipient(pilot: Pilot) -> None:
    """No kinship, no composition: neither is asked."""
    mother, case = pilot.start(AWARDED, "bank_a")
    ((subject, recipient),) = pilot.rows("SELECT subject, recipient FROM cases WHERE id = %s", case)
    assert subject == recipient
    assert not [path for path, _ in pilot.partners.asked if path.startswith("/kinship")]
    assert len(pilot.texts(mother)) == 1


@pytest.mark.clause("proactive:§29")
@pytest.mark.parametrize("award", ["ALTYN_ALQA", "KUMIS_ALQA", "BATYR_ANA", "ANA_DANQY_1", "ANA_DANQY_2"])
def test_29_the_five_awards(award: str, pilot: Pilot) -> None:
    case = pilot.award(pilot.mother("bank_a"), award)
    assert (pilot.step(case), pilot.facts(case)["award"]) == ("consent", award)


@pytest.mark.clause("proactive:§29")
def test_29_another_award_starts_nothing(pilot: Pilot) -> None:
    case = pilot.award(pilot.mother("bank_a"), "PARASAT")
    assert pilot.ending(case) == "left_out"


SYSTEMS = {"E-Maket": s.E_MAKET_SEARCH.path, "ODK": s.ODK_SEARCH.path}
HITS = [
    ({}, []),
    ({"E-Maket": (True, False)}, ["application in E-Maket"]),
    ({"E-Maket": (False, True)}, ["case file in E-Maket"]),
    ({"ODK": (True, False)}, ["application in ODK"]),
    ({"ODK": (False, True)}, ["case file in ODK"]),
    ({"E-Maket": (True, True), "ODK": (True, True)},
     ["application in E-Maket", "case file in E-Maket", "application in ODK", "case file in ODK"]),
]  # fmt: skip


@pytest.mark.clause("proactive:§6", "proactive:§7", "proactive:§29", "proactive:§30")
@BOTH
def test_6_29_a_hit_in_either_system_on_either_object_is_a_hit(benefit: str, pilot: Pilot) -> None:
    for answers, hits in HITS:
        for system, path in SYSTEMS.items():
            application, case_file = answers.get(system, (False, False))

            def answer(items: Any, application: bool = application, case_file: bool = case_file) -> Any:
                return [s.Existing(ref=i.ref, application=application, case_file=case_file) for i in items]

            pilot.partners.instead[path] = answer
        mother, case = pilot.start(benefit, "bank_a")
        assert pilot.facts(case)["existing"] == hits
        assert pilot.ending(case) == ("left_out" if hits else None)
        assert len(pilot.texts(mother)) == (0 if hits else 1)


@pytest.mark.clause("proactive:§6", "proactive:§29")
@BOTH
def test_6_29_an_existing_case_for_another_service_is_no_hit(benefit: str, pilot: Pilot) -> None:
    mother = pilot.mother("bank_a")
    pilot.world.already(mother, AWARDED if benefit == LARGE else LARGE)
    assert pilot.step(pilot.event(benefit, mother)) == "consent"


# --- §7 to §11, §30 to §34 ---------------------------------------------------------------------------


@pytest.mark.clause("proactive:§7", "proactive:§8", "proactive:§30", "proactive:§31")
@BOTH
def test_8_31_not_confirmed(benefit: str, pilot: Pilot) -> None:
    """Left out with the reason, no SMS; E-Maket is not asked (G-03, G-04)."""
    pilot.partners.instead[s.CONFIRM.path] = lambda items: [
        s.Confirmation(ref=item.ref, confirmed=False, reason="record is being corrected") for item in items
    ]
    mother, case = pilot.start(benefit, "bank_a")
    assert pilot.ending(case) == "left_out"
    assert pilot.facts(case)["confirmed.reason"] == "record is being corrected"
    assert pilot.findings(case)[-1] == ("§8" if benefit == LARGE else "§31", "not_confirmed")
    assert pilot.texts(mother) == []
    assert s.MLSP_DATA.path not in {path for path, _ in pilot.partners.asked}
    assert "list" not in pilot.steps(case)


IDENTIFIED = "the person is not identified in the ministry's system"
DECEASED = "the person is recorded as deceased"
APPOINTED = "the same benefit is already appointed"
PENDING = "an application for the same benefit is pending"
CONTROL = [
    ((True, True, False, False), []),
    ((False, True, False, False), [IDENTIFIED]),
    ((True, False, False, False), [DECEASED]),
    ((True, True, True, False), [APPOINTED]),
    ((True, True, False, True), [PENDING]),
    ((False, False, True, True), [IDENTIFIED, DECEASED, APPOINTED, PENDING]),
]


@pytest.mark.clause(
    "proactive:§9", "proactive:§10", "proactive:§11", "proactive:§32", "proactive:§33", "proactive:§34"
)
@BOTH
def test_9_to_11_and_32_to_34_the_control_and_its_reasons(benefit: str, pilot: Pilot) -> None:
    """G-05: every rule that fails gives its reason; who passes has the status ELIGIBLE."""
    flc, failed = ("§9", "§11") if benefit == LARGE else ("§32", "§34")
    for (identified, alive, appointed, pending), reasons in CONTROL:

        def answer(items: Any, said: Any = (identified, alive, appointed, pending)) -> Any:
            names = dict(zip(("identified", "alive", "appointed", "pending"), said, strict=True))
            return [s.MlspData(ref=item.ref, **names) for item in items]

        pilot.partners.instead[s.MLSP_DATA.path] = answer
        mother, case = pilot.start(benefit, "bank_a")
        facts = pilot.facts(case)
        assert facts.get("flc.reasons", []) == reasons
        assert facts.get("status") == (None if reasons else "ELIGIBLE")
        assert pilot.ending(case) == ("not_eligible" if reasons else None)
        assert (failed if reasons else flc, "negative" if reasons else "passed") in pilot.findings(case)
        assert len(pilot.texts(mother)) == (0 if reasons else 1)


# What the Mobile Citizens Base answers, and the number to which the SMS goes.
NUMBERS = [
    (None, ""),
    ("+77010000001", "+77010000001"),
    ("8 (701) 000-00-02", "+77010000002"),
    ("+77172000001", ""),  # a landline of Astana
    ("+79161234567", ""),  # another country's
    ("1414", ""),
    ("", ""),
    ("жоқ", ""),
]

# --- §12 to §14, §35 to §37 --------------------------------------------------------------------------


@pytest.mark.clause("proactive:§12", "proactive:§13", "proactive:§35", "proactive:§36")
@BOTH
def test_12_13_35_36_the_number(benefit: str, pilot: Pilot) -> None:
    """What is no mobile number is no number: no SMS could reach it. The process ends without SMS (G-07)."""
    for in_the_base, found in NUMBERS:

        def answer(items: Any, phone: str | None = in_the_base) -> Any:
            return [s.Number(ref=item.ref, phone=phone) for item in items]

        pilot.partners.instead[s.NUMBERS.path] = answer
        _, case = pilot.start(benefit, "bank_a", phone=None)
        assert pilot.step(case) == ("consent" if found else "no_number")
        if found:
            assert len(pilot.facts(case)["phone"]) == 64
            assert pilot.texts(found)[0].startswith("Құрметті Азамат!")
            pilot.reply(found, "7#1")
            assert pilot.step(case) == "ask_bank"
    assert sorted(pilot.citizens.phones()) == ["+77010000001", "+77010000002"]


@pytest.mark.clause("proactive:§14", "proactive:§37")
def test_14_37_formats_by_status_are_contracts() -> None:
    """The Regulation is not attached to the act (G-01), so these paragraphs have a reason and no code."""
    for place in ("§14", "§37"):
        assert "G-01" in (ACT[place].no_code_because or "")


@pytest.mark.clause("proactive:§6", "proactive:§29")
def test_the_event_of_one_moment_opens_its_case_at_that_moment(make_pilot: MakePilot) -> None:
    """Nothing is opened before an event has happened; the law is that of its day in Almaty."""
    pilot = make_pilot(at("2024-02-29", "12:00"))
    mother = pilot.mother("bank_a")
    pilot.world.award(mother, "KUMIS_ALQA", at=at("2024-02-29", "23:30"))
    pilot.run()
    assert pilot.cases() == []
    pilot.until(at("2024-02-29", "23:30") + timedelta(seconds=1))
    ((day,),) = pilot.rows("SELECT as_of FROM cases")
    assert day == date(2024, 2, 29)
    assert CODE[AWARDED] == "42"
