"""What comes in wrong, late, twice or not at all, and what happens to everybody else meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from qyzmet.cases import aside
from qyzmet.exchange import systems as s
from qyzmet.exchange.sms import Incoming
from qyzmet_twins.faults import Fault
from tests.acts.proactive.conftest import AWARDED, LARGE, MakePilot, Pilot, at

BOTH = pytest.mark.parametrize("benefit", [LARGE, AWARDED])

# --- rows of the feeds ------------------------------------------------------------------------------

NOON = at("2024-02-12", "12:00")
GOOD_IIN = "900517400005"
#: What is wrong with a row, its IIN, moment, day and region, and why it is set aside.
BAD_ROWS: list[tuple[str, dict[str, Any], str]] = [
    ("B-check", {"iin": "900517400006"}, "IIN: its last digit, the check, does not fit the others"),
    ("B-short", {"iin": "90051740000"}, "IIN: must be twelve digits"),
    ("B-letters", {"iin": "90051740000A"}, "IIN: must be twelve digits"),
    ("B-arabic", {"iin": "٩٠٠٥١٧٤٠٠٠٠٥"}, "IIN: must be twelve digits"),
    ("B-empty", {"iin": ""}, "IIN: must be twelve digits"),
    ("B-day", {"iin": "901317400005"}, "IIN: its first six digits must be a date of birth, YYMMDD"),
    ("B-region", {"region": "99"}, "region: is not one of the classifier"),
    ("B-region-0", {"region": "7\x005"}, "region: is not one of the classifier"),
    ("B-naive", {"at": datetime(2024, 2, 12, 7, 0)},  # noqa: DTZ001
     "moment: has no time zone, or lies outside the years that are possible"),
    ("B-9999", {"at": at("9999-12-31", "23:59")},
     "moment: has no time zone, or lies outside the years that are possible"),
    ("B-tomorrow", {"day": date(2024, 2, 13)}, "day: lies after the moment of the event"),
]  # fmt: skip


def birth(event: str, person: str, **wrong: Any) -> s.Birth:
    moment, day = wrong.get("at", NOON), wrong.get("day", date(2024, 2, 9))
    return s.Birth(
        event=event, at=moment, child_iin=wrong.get("iin", person), birth_day=day, order=4,
        region=wrong.get("region", "75"),
    )  # fmt: skip


def award(event: str, person: str, **wrong: Any) -> s.Award:
    moment, day = wrong.get("at", NOON), wrong.get("day", date(2024, 2, 9))
    return s.Award(
        event=event, at=moment, iin=wrong.get("iin", person), award="ALTYN_ALQA", award_day=day,
        region=wrong.get("region", "75"),
    )  # fmt: skip


@pytest.mark.clause("proactive:§5", "proactive:§6", "proactive:§29")
@BOTH
def test_bad_rows_are_set_aside_and_the_others_of_their_page_taken(
    benefit: str, make_pilot: MakePilot
) -> None:
    """Each with its reason, which names nobody; the page is not asked for again."""
    pilot = make_pilot(NOON)
    mothers = [pilot.mother("bank_a") for _ in range(2)]
    if benefit == LARGE:
        children = [pilot.world.birth(mother, at=at("2024-02-11")) for mother in mothers]
        good = [birth(f"B-good-{n}", child) for n, child in enumerate(children)]
        bad: list[Any] = [birth(name, GOOD_IIN, **wrong) for name, wrong, _ in BAD_ROWS]
        path, page, row = s.BIRTHS.path, s.Births, birth
    else:
        good = [award(f"B-good-{n}", mother) for n, mother in enumerate(mothers)]  # type: ignore[misc]
        bad = [award(name, GOOD_IIN, **wrong) for name, wrong, _ in BAD_ROWS]
        path, page, row = s.AWARDS.path, s.Awards, award  # type: ignore[assignment]
    unreadable = row("a\x00b", mothers[0])
    events = [good[0], *bad, unreadable, good[1]]
    pilot.partners.instead[path] = lambda items: [
        page(ref=item.ref, events=[] if item.after == "1" else events, cursor="1") for item in items
    ]
    pilot.after(minutes=1)
    assert [pilot.step(pilot.case_of(f"B-good-{n}")) for n in range(2)] == ["consent", "consent"]
    outcomes = dict(pilot.rows("SELECT event, outcome FROM registry_events"))
    assert {name: outcomes[name] for name, _, _ in BAD_ROWS} == {name: why for name, _, why in BAD_ROWS}
    assert outcomes["'a\\x00b'"] == "without a readable name of the event"
    assert len(pilot.cases()) == 2
    assert len(outcomes) == len(events)
    pilot.after(days=1)
    assert len(pilot.cases()) == 2
    assert not any(digits in str(outcomes) for digits in ("900517", "90131740"))


@pytest.mark.clause("proactive:§6", "proactive:§29")
@BOTH
def test_an_event_that_comes_twice_opens_one_case(benefit: str, make_pilot: MakePilot) -> None:
    pilot = make_pilot(NOON)
    mother = pilot.mother("bank_a")
    row: Any
    if benefit == LARGE:
        child = pilot.world.birth(mother, at=at("2024-02-11"))
        path, page, row = s.BIRTHS.path, s.Births, birth("twice", child)
    else:
        path, page, row = s.AWARDS.path, s.Awards, award("twice", mother)  # type: ignore[assignment]
    pilot.partners.instead[path] = lambda items: [
        page(ref=item.ref, events=[row, row], cursor=f"{item.after}x") for item in items
    ]
    pilot.worker.turn()
    pilot.worker.turn()
    del pilot.partners.instead[path]
    assert len(pilot.cases()) == 1


# --- the registries about a family --------------------------------------------------------------------


@pytest.mark.clause("proactive:§6")
def test_6_the_next_relative_where_the_first_is_dead_or_unknown(pilot: Pilot) -> None:
    """Nobody is paid who does not live; the family is not left out for that (G-33)."""
    for mother_says in ("dead", "unknown"):
        mother, father = pilot.mother("bank_a"), pilot.mother("bank_b", given="Әке", female=False)
        if mother_says == "dead":
            pilot.world.died(mother)
        else:
            del pilot.world._residents[mother]
            pilot.world._families[father] = []
        case = pilot.birth(mother, father=father, region="75")
        facts = pilot.facts(case)
        assert (facts["relation"], pilot.step(case)) == ("father", "consent")
        assert (len(pilot.texts(mother)), len(pilot.texts(father))) == (0, 1)


@pytest.mark.clause("proactive:§6")
def test_6_no_living_relative_is_left_out(pilot: Pilot) -> None:
    mother = pilot.mother("bank_a", alive=False)
    father = pilot.mother("bank_a", alive=False)
    cases = [pilot.birth(mother, father=father), pilot.birth(None)]
    assert [pilot.ending(case) for case in cases] == ["left_out", "left_out"]


@pytest.mark.clause("proactive:§5", "proactive:§6")
def test_6_a_relation_that_the_contract_does_not_have(pilot: Pilot) -> None:
    """It is asked about again and then put before people; the next family is not held up."""
    strange, plain = pilot.mother("bank_a"), pilot.mother("bank_a")
    first = pilot.world.birth(strange, at=pilot.clock.now())
    pilot.world.birth(plain, at=pilot.clock.now())

    def answer(items: Sequence[s.ByIin]) -> list[s.Relatives]:
        return [
            s.Relatives(
                ref=item.ref,
                relatives=[s.Relative(iin=strange, relation="aunt")]  # type: ignore[arg-type]
                if item.iin == first
                else [s.Relative(iin=plain, relation="mother")],
            )
            for item in items
        ]

    pilot.partners.instead[s.PARENTS.path] = answer
    pilot.run()
    one, two = pilot.case_of("B000001"), pilot.case_of("B000002")
    assert (pilot.step(one), pilot.step(two)) == ("identify_birth", "consent")
    for _ in range(12):
        pilot.after(minutes=10)
    assert pilot.status(one) == "a"
    assert "none of mother, father, adoptive_parent, guardian" in pilot.trouble(one)
    assert strange not in pilot.trouble(one)


# --- late, wrong, not at all ----------------------------------------------------------------------------

ASKED = ["individuals_db", "kinship_service", "e_maket", "odk", "state_bodies", "mlsp_is",
         "mobile_citizens_base", "pdac", "bank_c"]  # fmt: skip


@pytest.mark.clause("proactive:§6", "proactive:§8", "proactive:§9", "proactive:§12", "proactive:§15",
                    "proactive:§18", "proactive:§27")  # fmt: skip
@pytest.mark.parametrize("system", ASKED)
def test_a_system_that_is_away_for_an_hour_delays_and_changes_nothing(system: str, pilot: Pilot) -> None:
    """Away whenever it is asked for the first time: the case waits there, and ends as it would have."""
    mother = pilot.mother("bank_a")
    pilot.partners.faults.add(
        Fault(system=system, kind="error", until=pilot.clock.now() + timedelta(hours=1))
    )
    pilot.world.birth(mother, at=pilot.clock.now())
    pilot.run()
    pilot.after(minutes=20)
    pilot.after(minutes=50)
    (case,) = pilot.cases()
    for reply in ("7#1", "41#3#1"):
        pilot.partners.faults.add(
            Fault(system=system, kind="error", until=pilot.clock.now() + timedelta(hours=1))
        )
        pilot.reply(mother, reply)
        pilot.after(minutes=20)
        pilot.after(minutes=50)
    pilot.decide(case, "appoint")
    assert pilot.ending(case) == "appointed"
    assert len(pilot.path(case)) == 23
    assert pilot.templates(case) == ["annex1", "annex2", "decided"]
    assert (len(pilot.placed()), len(pilot.services.requests), len(pilot.services.consents)) == (1, 1, 1)


@pytest.mark.clause("proactive:§9", "proactive:§32")
@BOTH
def test_a_system_that_never_answers_is_waited_for(benefit: str, pilot: Pilot) -> None:
    """An absent partner is no answer and no reason to end: nobody is left out for it."""
    pilot.partners.faults.add(Fault(system="mlsp_is", kind="error"))
    mother, case = pilot.start(benefit, "bank_a")
    for _ in range(12):
        pilot.after(hours=20)
    assert (pilot.status(case), pilot.step(case)) == ("r", "mlsp_data")
    assert pilot.texts(mother) == []
    pilot.partners.faults.clear()
    pilot.after(minutes=10)
    assert pilot.step(case) == "consent"


@pytest.mark.clause("proactive:§9", "proactive:§32")
@BOTH
def test_a_system_that_answers_nonsense_puts_the_case_before_people(benefit: str, pilot: Pilot) -> None:
    """Asked ten times; when it is mended, an official puts the case back and it goes on."""
    pilot.partners.faults.add(Fault(system="mlsp_is", kind="nonsense"))
    mother, case = pilot.start(benefit, "bank_a")
    for _ in range(20):
        pilot.after(minutes=6)
    assert (pilot.status(case), pilot.step(case)) == ("a", "mlsp_data")
    assert "broke its contract" in pilot.trouble(case)
    assert mother not in pilot.trouble(case)
    pilot.partners.faults.clear()
    aside.release(pilot.worker.engine.store.connection, case, "officer-9", pilot.clock)
    pilot.run()
    assert pilot.step(case) == "consent"


# --- SMS that mean nothing ------------------------------------------------------------------------------


@pytest.mark.clause("proactive:§16", "proactive:§17")
def test_an_sms_from_a_stranger_changes_nothing_and_is_not_kept(pilot: Pilot) -> None:
    _, case = pilot.start(LARGE, "bank_a")
    before = pilot.path(case)
    for number, sender in enumerate(("+77779998877", "1414", "Kaspi", "", "+4915112345678")):
        reply = Incoming(key=f"s{number}", phone=sender, text="7#1 мен Асан", at=pilot.clock.now())
        pilot.worker.receiver.receive([reply])
    pilot.run()
    assert (pilot.path(case), pilot.step(case)) == (before, "consent")
    assert {bytes(text) for (text,) in pilot.rows("SELECT text FROM replies")} <= {b""}


@pytest.mark.clause("proactive:§12", "proactive:§16", "proactive:§17")
def test_a_number_that_changed_hands_answers_for_nobody(pilot: Pilot) -> None:
    """The operator gave the number to somebody else after the SMS: the new holder's reply is no consent.

    The registry tells it with the next question about the person; until then nobody can know.
    """
    mother, case = pilot.start(LARGE, "bank_a")
    old, new = pilot.world.phone(mother), "+77019990001"
    assert old is not None
    pilot.world._phones[mother] = new
    stranger = pilot.mother("bank_b", phone=old)
    other = pilot.award(mother)  # asks the Mobile Citizens Base about the mother again
    assert pilot.step(other) == "consent"
    pilot.reply(stranger, "7#1")
    assert (pilot.step(case), len(pilot.services.consents)) == ("consent", 0)
    notes = [note for (note,) in pilot.rows("SELECT note FROM replies")]
    assert notes == ["the number has changed hands"]
    pilot.silence()
    assert pilot.ending(case) == "no_consent"


# --- births that are corrected -----------------------------------------------------------------------------


@pytest.mark.clause("proactive:§5", "proactive:§6")
@pytest.mark.parametrize("how", ["withdrawn", "corrected"])
@pytest.mark.parametrize("when", ["asked", "with the official", "appointed"])
def test_a_birth_corrected_or_withdrawn_after_the_case_began(how: str, when: str, pilot: Pilot) -> None:
    """Before the end the case is put before people, nothing is paid; after it, it is noted and stays."""
    if when == "asked":
        _, case = pilot.start(LARGE, "bank_a")
    else:
        _, case = pilot.chosen(LARGE)
    if when == "appointed":
        pilot.decide(case, "appoint")
    ((event, person),) = [(e.event, e.child_iin) for e in pilot.world.births()]
    row = birth(event, person, at=pilot.clock.now(), day=date(2024, 2, 10))
    changed = msgspec.structs.replace(row, revision=2, withdrawn=how == "withdrawn")
    pilot.partners.instead[s.BIRTHS.path] = lambda items: [
        s.Births(ref=item.ref, events=[changed], cursor=f"{item.after}x") for item in items
    ]
    pilot.after(minutes=1)
    if when == "appointed":
        assert (pilot.ending(case), len(pilot.placed())) == ("appointed", 1)
    else:
        assert (pilot.status(case), pilot.placed()) == ("a", [])
        assert ("withdrew" if how == "withdrawn" else "corrected") in pilot.trouble(case)


# --- one family, one case -------------------------------------------------------------------------------


def both_born(pilot: Pilot, mother: str, father: str | None = None) -> list[int]:
    """Two children of one birth, registered at the same moment."""
    pilot.after(seconds=6)
    now = pilot.clock.now()
    pilot.world.birth(mother, at=now, order=4, father=father)
    pilot.world.birth(mother, at=now, order=5, father=father)
    pilot.run()
    count = len(pilot.world.births())
    return [pilot.case_of(f"B{number:06d}") for number in (count - 1, count)]


@pytest.mark.clause("proactive:§6", "proactive:§7")
def test_two_children_of_one_birth_are_one_case(pilot: Pilot) -> None:
    """Two events, one mother: neither registry knows of an application yet, so the store itself tells."""
    mother = pilot.mother("bank_a")
    first, second = both_born(pilot, mother)
    assert (pilot.step(first), pilot.ending(second)) == ("consent", "left_out")
    assert pilot.facts(second)["existing"] == ["another proactive case about the same persons"]
    assert ("§6", "found") in pilot.findings(second)
    assert pilot.facts(first)["children"] == 5
    pilot.agree(mother)
    pilot.reply(mother, "41#3#1")
    pilot.decide(first, "appoint")
    assert [placement.iin for placement in pilot.placed()] == [mother]
    assert pilot.texts(mother).count(pilot.texts(mother)[0]) == 1


@pytest.mark.clause("proactive:§6")
def test_a_second_birth_while_the_first_case_is_open_or_appointed(pilot: Pilot) -> None:
    mother, first = pilot.chosen(LARGE)
    pilot.after(days=1)
    assert pilot.ending(pilot.birth(mother, order=5)) == "left_out"
    pilot.decide(first, "appoint")
    pilot.partners.instead |= {  # even where both registries forget
        path: lambda items: [s.Existing(ref=i.ref, application=False, case_file=False) for i in items]
        for path in (s.E_MAKET_SEARCH.path, s.ODK_SEARCH.path)
    }
    assert pilot.ending(pilot.birth(mother, order=6)) == "left_out"
    assert len(pilot.placed()) == 1


@pytest.mark.clause("proactive:§6")
@pytest.mark.parametrize("how", ["refused", "no_consent", "decision_refused"])
def test_after_another_ending_the_family_is_offered_again(how: str, pilot: Pilot) -> None:
    """A refusal of one child's offer is not a refusal for ever."""
    if how == "decision_refused":
        mother, first = pilot.chosen(LARGE)
        pilot.decide(first, "refuse")
    else:
        mother, first = pilot.start(LARGE, "bank_a")
        if how == "refused":
            pilot.reply(mother, "7#2")
        else:
            pilot.silence()
    assert pilot.ending(first) == how
    pilot.after(days=1)
    assert pilot.step(pilot.birth(mother, order=5)) == "consent"


@pytest.mark.clause("proactive:§6")
def test_one_family_also_where_the_registry_names_another_parent(pilot: Pilot) -> None:
    """The second child's record lacks the mother, so its recipient would be the father."""
    mother, father = pilot.mother("bank_a"), pilot.mother("bank_b", given="Әке", female=False)
    first = pilot.birth(mother, father=father)
    second = pilot.birth(None, father=father, order=5)
    assert (pilot.step(first), pilot.ending(second)) == ("consent", "left_out")
    assert pilot.texts(father) == []


@pytest.mark.clause("proactive:§6", "proactive:§29")
def test_families_and_benefits_do_not_stand_in_each_others_way(pilot: Pilot) -> None:
    one, other = pilot.mother("bank_a"), pilot.mother("bank_a")
    now = pilot.clock.now()
    pilot.world.birth(one, at=now)
    pilot.world.birth(other, at=now)
    pilot.world.award(one, "KUMIS_ALQA", at=now)
    pilot.run()
    events = ("B000001", "B000002", "A000001")
    assert [pilot.step(pilot.case_of(event)) for event in events] == ["consent"] * 3


@pytest.mark.clause("proactive:§29", "proactive:§30")
def test_two_awards_of_one_mother_are_one_case(pilot: Pilot) -> None:
    mother = pilot.mother("bank_a")
    now = pilot.clock.now()
    pilot.world.award(mother, "KUMIS_ALQA", at=now)
    pilot.world.award(mother, "ALTYN_ALQA", at=now)
    pilot.run()
    steps = sorted(pilot.step(pilot.case_of(event)) for event in ("A000001", "A000002"))
    assert steps == ["consent", "left_out"]
