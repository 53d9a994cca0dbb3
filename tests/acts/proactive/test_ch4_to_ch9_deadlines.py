"""The time limits of chapters 4 to 9 against dates counted by hand on a wall calendar of 2023 and 2024.

Days off that matter here: weekends; 25 October and 18 December 2023; 1 and 2 January, 8 March, 21 to 25
March, 1, 7 and 9 May 2024; 8 May 2024, for which Saturday 4 May was worked.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from qyzmet.runtime.clock import KZ
from tests.acts.proactive.conftest import MakePilot, at
from tests.acts.proactive.stories import (
    BURIAL,
    CAPACITY,
    JOB,
    PAYMENT,
    SEVEN,
    chosen,
    consented,
    officials,
    start,
)

SECOND = timedelta(seconds=1)
GRACE = timedelta(minutes=10)


def midnight_after(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), KZ)


# When the case file arrived; the last of four working days, the day of arrival not counted (G-12).
FOUR_DAYS = [
    pytest.param("2023-10-23", "09:00", "2023-10-30", id="24, 26, 27, 30 October: 25 is Republic Day"),
    pytest.param("2023-12-28", "09:00", "2024-01-05", id="29 December, 3, 4, 5 January"),
    pytest.param("2024-02-12", "23:50", "2024-02-16", id="before midnight: 13, 14, 15, 16 February"),
    pytest.param("2024-02-13", "00:01", "2024-02-19", id="after midnight: 14, 15, 16, 19 February"),
    pytest.param("2024-02-17", "12:00", "2024-02-22", id="a Saturday: 19, 20, 21, 22 February"),
    pytest.param("2024-02-26", "09:00", "2024-03-01", id="27, 28, 29 February, 1 March: the zone changes"),
    pytest.param("2024-03-19", "09:00", "2024-03-28", id="20, 26, 27, 28 March: Nauryz between"),
    pytest.param("2024-04-30", "09:00", "2024-05-06", id="2, 3, 4, 6 May: Saturday 4 is worked"),
    pytest.param("2024-05-04", "09:00", "2024-05-14", id="on the worked Saturday: 6, 10, 13, 14 May"),
]


@pytest.mark.clause("proactive:§111", "proactive:§180")
@pytest.mark.parametrize(("day", "time", "last"), FOUR_DAYS)
def test_four_working_days_to_decide(day: str, time: str, last: str, make_pilot: MakePilot) -> None:
    pilot = make_pilot(at(day, time))
    cases = [chosen(pilot, benefit)[1] for benefit in (CAPACITY, JOB)]
    ends = midnight_after(last)
    assert [pilot.deadline(case) for case in cases] == [ends, ends]
    pilot.until(ends - SECOND)
    assert not any("decide.overdue" in pilot.facts(case) for case in cases)
    pilot.until(ends)
    assert all(pilot.facts(case)["decide.overdue"] for case in cases)
    assert [pilot.step(case) for case in cases] == ["decide", "decide"]


@pytest.mark.clause("proactive:§111", "proactive:§113", "proactive:§180", "proactive:§182")
def test_a_new_full_deadline_when_the_case_file_comes_back(make_pilot: MakePilot) -> None:
    """G-30: stopped by the return on Friday, four whole days after it is back on Wednesday."""
    pilot = make_pilot(at("2024-02-12"))
    for benefit in (CAPACITY, JOB):
        pilot.until(max(at("2024-02-16", "17:00"), pilot.clock.now()))
        _, case = chosen(pilot, benefit)
        officials(pilot, case, "return", "days 5", "brought", "supplemented")
        assert pilot.step(case) == "decide"
        fact = pilot.facts(case)["decide.deadline"]
        assert (fact["working_days"], "decide.overdue" in pilot.facts(case)) == (4, False)
        back = date.fromisoformat(fact["start"][:10])
        assert fact["last_day"] == {21: "2024-02-27", 26: "2024-03-01"}[back.day]


# When documents came; the last of two working days after that day.
TWO_DAYS = [
    pytest.param("2024-02-23", "17:00", "2024-02-27", id="Friday: 26, 27 February"),
    pytest.param("2024-03-19", "23:50", "2024-03-26", id="20, 26 March: Nauryz between"),
    pytest.param("2024-05-03", "17:00", "2024-05-06", id="4, 6 May: the worked Saturday counts"),
    pytest.param("2024-05-06", "00:01", "2024-05-13", id="10, 13 May: 7, 8, 9 are off"),
]


@pytest.mark.clause("proactive:§113", "proactive:§159", "proactive:§182")
@pytest.mark.parametrize(("day", "time", "last"), TWO_DAYS)
def test_two_working_days_to_supplement(day: str, time: str, last: str, make_pilot: MakePilot) -> None:
    pilot = make_pilot(at(day, time))
    cases = [chosen(pilot, benefit)[1] for benefit in (CAPACITY, PAYMENT, JOB)]
    for case in cases:
        officials(pilot, case, "return", "brought")
    ends = midnight_after(last)
    assert [pilot.deadline(case) for case in cases] == [ends] * 3
    pilot.until(ends - SECOND)
    assert [pilot.step(case) for case in cases] == ["supplement"] * 3
    pilot.until(ends)
    assert [pilot.step(case) for case in cases] == ["supplement_late"] * 3


# When the file was returned; the last of thirty working days.
THIRTY_DAYS = [
    pytest.param("2024-02-12", "2024-03-29", id="over Women's Day and Nauryz"),
    pytest.param("2024-04-01", "2024-05-16", id="over May: 1, 7, 8, 9 off, Saturday 4 worked"),
    pytest.param("2023-12-11", "2024-01-25", id="over 18 December and the New Year"),
]


@pytest.mark.clause("proactive:§113.part2", "proactive:§159.part2", "proactive:§182.part2")
@pytest.mark.parametrize(("day", "last"), THIRTY_DAYS)
def test_thirty_working_days_in_all(day: str, last: str, make_pilot: MakePilot) -> None:
    """Without documents, and where the branch never supplements: at 30 the body decides (G-29)."""
    pilot = make_pilot(at(day, "12:00"))
    cases = [chosen(pilot, benefit)[1] for benefit in (CAPACITY, PAYMENT, JOB, CAPACITY)]
    for case in cases:
        officials(pilot, case, "return")
    officials(pilot, cases[-1], "brought", "days 20")
    ends = midnight_after(last)
    waiting = ["documents"] * 3 + ["supplement_late"]
    assert [pilot.deadline(case) for case in cases] == [ends] * 4
    pilot.until(ends - SECOND)
    assert [pilot.step(case) for case in cases] == waiting
    pilot.until(ends)
    assert [pilot.step(case) for case in cases] == ["decide"] * 4


@pytest.mark.clause("proactive:§113", "proactive:§113.part2", "proactive:§159.part2", "proactive:§182.part2")
@pytest.mark.parametrize("supplemented", [True, False])
def test_documents_on_the_thirtieth_day(supplemented: bool, make_pilot: MakePilot) -> None:
    """The last second of 29 March counts: they were brought within the thirty days, and the branch has two
    working days after that day (§113), 1 and 2 April. Then the body decides on what it has (G-29).
    """
    pilot = make_pilot(at("2024-02-12", "12:00"))
    cases = [chosen(pilot, benefit)[1] for benefit in (CAPACITY, PAYMENT, JOB)]
    for case in cases:
        officials(pilot, case, "return")
    pilot.until(midnight_after("2024-03-29") - 2 * SECOND)
    for case in cases:
        officials(pilot, case, "brought")
    ends = midnight_after("2024-04-02")
    assert [(pilot.step(case), pilot.deadline(case)) for case in cases] == [("supplement", ends)] * 3
    if supplemented:
        for case in cases:
            officials(pilot, case, "supplemented")
    else:
        pilot.until(ends - SECOND)
        assert [pilot.step(case) for case in cases] == ["supplement"] * 3
        pilot.until(ends)
    assert [pilot.step(case) for case in cases] == ["decide"] * 3


# When the SMS went out; the last of three working days.
THREE_DAYS = [
    pytest.param("2024-02-13", "23:30", "2024-02-16", id="before midnight: 14, 15, 16 February"),
    pytest.param("2024-02-14", "00:01", "2024-02-19", id="after midnight: 15, 16, 19 February"),
    pytest.param("2024-04-30", "09:00", "2024-05-04", id="2, 3, 4 May: Saturday 4 is worked"),
]


@pytest.mark.clause(
    "proactive:§62", "proactive:§66", "proactive:§67", "proactive:§68", "proactive:§81", "proactive:§85",
    "proactive:§86", "proactive:§87", "proactive:§102", "proactive:§106", "proactive:§107",
    "proactive:§108", "proactive:§125", "proactive:§129", "proactive:§130", "proactive:§131",
    "proactive:§146", "proactive:§150", "proactive:§151", "proactive:§152", "proactive:§171",
    "proactive:§175", "proactive:§176", "proactive:§177", "proactive:annex1",
)  # fmt: skip
@pytest.mark.parametrize(("day", "time", "last"), THREE_DAYS)
def test_three_working_days_to_answer(day: str, time: str, last: str, make_pilot: MakePilot) -> None:
    """Consent, account and monitoring of all seven; silence is established ten minutes after midnight."""
    pilot = make_pilot(at(day, time))
    consent = [start(pilot, benefit, "bank_a")[1] for benefit in (BURIAL, CAPACITY, JOB)]
    bank = [consented(pilot, benefit, "bank_a")[1] for benefit in SEVEN]
    monitor = [consented(pilot, benefit)[1] for benefit in SEVEN]
    ends = midnight_after(last)
    cases = [*consent, *bank, *monitor]
    assert [pilot.deadline(case) for case in cases] == [ends] * 17
    pilot.until(ends - SECOND)
    assert {pilot.ending(case) for case in cases} == {None}
    pilot.until(ends)
    assert {pilot.ending(case) for case in monitor} == {"no_account_answer"}
    pilot.until(ends + GRACE - SECOND)
    assert {pilot.ending(case) for case in (*consent, *bank)} == {None}
    pilot.until(ends + GRACE)
    assert {pilot.ending(case) for case in consent} == {"no_consent"}
    assert {pilot.ending(case) for case in bank} == {"no_account_answer"}


@pytest.mark.clause("proactive:§111", "proactive:§180")
@pytest.mark.parametrize(("literal", "last"), [(False, "2024-02-16"), (True, "2024-02-15")])
def test_from_the_day_the_file_arrives_literally_or_as_all_periods(
    literal: bool, last: str, make_pilot: MakePilot
) -> None:
    """G-12b: on Monday 12 February, with and without that day."""
    pilot = make_pilot(at("2024-02-12", "09:00"), G_12b=literal)
    cases = [chosen(pilot, benefit)[1] for benefit in (CAPACITY, JOB)]
    assert [pilot.facts(case)["decide.deadline"]["last_day"] for case in cases] == [last, last]
    assert [pilot.deadline(case) for case in cases] == [midnight_after(last)] * 2
