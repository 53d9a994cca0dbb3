"""Every time limit of chapters 2 and 3 against dates counted by hand on a wall calendar of 2023 and 2024.

Days off that matter here: weekends; 25 October 2023; 18 December 2023 (for Saturday the 16th); 1 and 2
January, 8 March, 21 to 25 March, 1, 7 and 9 May 2024; 8 May 2024, for which Saturday 4 May was worked.
On 1 March 2024 Almaty went from +06 to +05, so that 29 February had 25 hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from qyzmet.law.calendar import working_calendar
from qyzmet.law.deadline import working_days
from qyzmet.runtime.clock import KZ
from tests.acts.proactive.conftest import AWARDED, LARGE, MakePilot, Pilot, at

SECOND = timedelta(seconds=1)
#: Silence is established only this much after the deadline, so that a reply sent in time can arrive.
GRACE = timedelta(minutes=10)

# When the SMS went out, or the case file arrived; the last of three working days, counted by hand.
THREE_DAYS = [
    pytest.param("2023-10-23", "09:00", "2023-10-27", id="24, 26, 27 October: 25 is Republic Day"),
    pytest.param("2023-12-14", "09:00", "2023-12-20", id="15, 19, 20 December: 18 is off for Saturday 16"),
    pytest.param("2023-12-29", "09:00", "2024-01-05", id="3, 4, 5 January"),
    pytest.param("2024-02-12", "09:00", "2024-02-15", id="13, 14, 15 February"),
    pytest.param("2024-02-13", "23:59", "2024-02-16", id="a minute before midnight: 14, 15, 16 February"),
    pytest.param("2024-02-14", "00:01", "2024-02-19", id="a minute after midnight: 15, 16, 19 February"),
    pytest.param("2024-02-17", "12:00", "2024-02-21", id="a Saturday: 19, 20, 21 February"),
    pytest.param("2024-02-26", "09:00", "2024-02-29", id="27, 28, 29 February: the day of 25 hours is last"),
    pytest.param("2024-02-27", "09:00", "2024-03-01", id="28, 29 February, 1 March: the zone has changed"),
    pytest.param("2024-03-06", "09:00", "2024-03-12", id="7, 11, 12 March: 8 is Women's Day"),
    pytest.param("2024-03-19", "09:00", "2024-03-27", id="20, 26, 27 March: Nauryz 21 to 25"),
    pytest.param("2024-03-22", "09:00", "2024-03-28", id="on Nauryz: 26, 27, 28 March"),
    pytest.param("2024-04-30", "09:00", "2024-05-04", id="2, 3, 4 May: Saturday 4 is worked"),
    pytest.param("2024-05-03", "09:00", "2024-05-10", id="4, 6, 10 May: 7, 8, 9 are off"),
    pytest.param(
        "2024-05-04", "09:00", "2024-05-13", id="the worked Saturday is the day of the event: 6, 10, 13"
    ),
]


def midnight_after(day: str) -> datetime:
    """24:00 of the day in Almaty, as a moment."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), KZ)


@pytest.mark.clause(
    "proactive:annex1", "proactive:§15", "proactive:§19", "proactive:§20", "proactive:§21",
    "proactive:§22.part2", "proactive:§24", "proactive:§38", "proactive:§42", "proactive:§43",
    "proactive:§44", "proactive:§45.part2",
)  # fmt: skip
@pytest.mark.parametrize(("day", "time", "last"), THREE_DAYS)
def test_three_working_days(day: str, time: str, last: str, make_pilot: MakePilot) -> None:
    """Consent, account, new account, monitoring and decision: the day itself does not count, G-12."""
    start = at(day, time)
    pilot = make_pilot(start - timedelta(seconds=40))  # six seconds per event pass before the first SMS
    _, consent = pilot.start(AWARDED, "bank_a")
    _, bank = pilot.consented(LARGE, "bank_a")
    _, banks = pilot.consented(AWARDED, "bank_a", "bank_b")
    _, monitor = pilot.consented(LARGE)
    _, decide = pilot.chosen(LARGE)
    ends = midnight_after(last)
    waiting = {consent: "consent", bank: "ask_bank", banks: "ask_banks", monitor: "monitor", decide: "decide"}
    assert {case: pilot.step(case) for case in waiting} == waiting
    for case, step in waiting.items():
        assert pilot.deadline(case) == ends, step
        fact = pilot.facts(case)[f"{step}.deadline"]
        assert (fact["working_days"], fact["last_day"]) == (3, last), step

    # the last second, midnight, and the end of the grace for replies on their way
    pilot.until(ends - SECOND)
    assert {case: pilot.step(case) for case in waiting} == waiting
    pilot.until(ends)
    assert pilot.ending(monitor) == "no_account_answer"
    assert pilot.facts(decide)["decide.overdue"] is True  # shown, and still to be decided
    assert [pilot.step(case) for case in (consent, bank, banks)] == ["consent", "ask_bank", "ask_banks"]
    pilot.until(ends + GRACE - SECOND)
    assert [pilot.step(case) for case in (consent, bank, banks)] == ["consent", "ask_bank", "ask_banks"]
    pilot.until(ends + GRACE)
    assert pilot.ending(consent) == "no_consent"
    assert pilot.ending(bank) == pilot.ending(banks) == "no_account_answer"
    assert pilot.step(decide) == "decide"


@pytest.mark.clause("proactive:§19", "proactive:§20", "proactive:§42", "proactive:§43")
def test_the_change_of_the_time_zone_moves_midnight(make_pilot: MakePilot) -> None:
    """Midnight after 29 February and after 1 March 2024 is 19:00 UTC; a week before it was 18:00."""
    ends = {}
    for day in ("2024-02-19", "2024-02-26", "2024-02-27"):
        pilot = make_pilot(at(day))
        _, case = pilot.start(AWARDED, "bank_a")
        moment = pilot.deadline(case)
        assert moment is not None
        ends[day] = moment.astimezone(UTC).isoformat()
    assert ends == {
        "2024-02-19": "2024-02-22T18:00:00+00:00",
        "2024-02-26": "2024-02-29T19:00:00+00:00",
        "2024-02-27": "2024-03-01T19:00:00+00:00",
    }


@pytest.mark.clause("proactive:§22", "proactive:§22.part2", "proactive:§45", "proactive:§45.part2")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_three_working_days_for_a_new_account_run_from_its_own_sms(
    benefit: str, make_pilot: MakePilot
) -> None:
    """Annex 4 on Monday; the account appears on Wednesday; Thursday, Friday, Monday follow."""
    pilot = make_pilot(at("2024-02-12", "09:00"))
    mother, case = pilot.consented(benefit)
    assert pilot.deadline(case) == midnight_after("2024-02-15")
    pilot.until(at("2024-02-14", "10:00"))
    pilot.world.account(mother, "bank_d")
    pilot.watch()
    assert pilot.step(case) == "ask_new_account"
    ends = midnight_after("2024-02-19")
    assert pilot.deadline(case) == ends
    pilot.until(ends + GRACE - SECOND)
    assert pilot.step(case) == "ask_new_account"
    pilot.until(ends + GRACE)
    assert pilot.ending(case) == "no_new_account_answer"
    assert pilot.facts(case)["ask_new_account.deadline"]["clause"] == (
        "proactive:§22.part2" if benefit == LARGE else "proactive:§45.part2"
    )


@pytest.mark.clause("proactive:§21", "proactive:§22", "proactive:§44", "proactive:§45")
@pytest.mark.parametrize("benefit", [LARGE, AWARDED])
def test_the_banks_are_asked_a_last_time_at_the_end_of_the_third_day(
    benefit: str, make_pilot: MakePilot
) -> None:
    """An account opened on the last evening is found, one opened after midnight is not."""
    pilot = make_pilot(at("2024-02-12", "09:00"))
    early, found = pilot.consented(benefit)
    _, not_found = pilot.consented(benefit)
    pilot.until(at("2024-02-15", "23:40"))
    pilot.world.account(early, "bank_a")
    pilot.until(midnight_after("2024-02-15"))
    assert pilot.step(found) == "ask_new_account"
    assert pilot.ending(not_found) == "no_account_answer"


# When the case file was returned; the last of 25 and of 30 working days.
RETURNED = [
    pytest.param("2024-02-12", "2024-03-19", "2024-03-29", id="over Women's Day and Nauryz"),
    pytest.param("2024-04-01", "2024-05-06", "2024-05-16", id="over May: 1, 7, 8, 9 off, Saturday 4 worked"),
    pytest.param("2023-12-11", "2024-01-18", "2024-01-25", id="over 18 December and the New Year"),
]


@pytest.mark.clause("proactive:§26", "proactive:§26.part2")
@pytest.mark.parametrize(("day", "last_25", "last_30"), RETURNED)
def test_25_and_30_working_days_from_the_return(
    day: str, last_25: str, last_30: str, make_pilot: MakePilot
) -> None:
    pilot = make_pilot(at(day, "12:00"))
    never, brought = pilot.chosen(LARGE)[1], pilot.chosen(LARGE)[1]
    for case in (never, brought):
        pilot.decide(case, "return")
    pilot.until(midnight_after(last_25) - SECOND)
    assert pilot.step(never) == "documents"
    pilot.decide(brought, "brought")  # in the last second of the 25 days
    assert pilot.step(brought) == "supplement"
    pilot.until(midnight_after(last_25))
    assert pilot.step(never) == "refuse_without_documents"
    assert pilot.deadline(never) is None  # §26 sets no time for issuing the refusal
    pilot.until(midnight_after(last_30) - SECOND)
    assert pilot.step(brought) == "supplement_late"
    assert pilot.deadline(brought) == midnight_after(last_30)
    pilot.until(midnight_after(last_30))
    assert pilot.step(brought) == "decide"


@pytest.mark.clause("proactive:§26")
@pytest.mark.parametrize(
    ("came", "last"),
    [
        pytest.param("2024-02-23", "2024-02-27", id="Friday: 26, 27 February"),
        pytest.param("2024-03-19", "2024-03-26", id="20, 26 March: Nauryz between"),
        pytest.param("2024-05-03", "2024-05-06", id="4, 6 May: the worked Saturday counts"),
        pytest.param("2024-05-06", "2024-05-13", id="10, 13 May: 7, 8, 9 are off"),
        pytest.param("2024-05-04", "2024-05-10", id="6, 10 May: they came on the worked Saturday"),
    ],
)
def test_2_working_days_after_the_day_the_documents_came(came: str, last: str, make_pilot: MakePilot) -> None:
    pilot = make_pilot(at(came, "17:00"))
    _, case = pilot.chosen(LARGE)
    pilot.decide(case, "return")
    pilot.decide(case, "brought")
    assert pilot.deadline(case) == midnight_after(last)
    pilot.until(midnight_after(last) - SECOND)
    assert pilot.step(case) == "supplement"
    pilot.until(midnight_after(last))
    assert pilot.step(case) == "supplement_late"


@pytest.mark.clause("proactive:§24", "proactive:§26")
def test_a_new_full_deadline_when_the_case_file_comes_back(make_pilot: MakePilot) -> None:
    """G-30: stopped by the return, three whole working days after it is back."""
    pilot = make_pilot(at("2024-02-12"))
    _, case = pilot.chosen(LARGE)
    assert pilot.deadline(case) == midnight_after("2024-02-15")
    pilot.until(at("2024-02-15", "17:00"))
    pilot.decide(case, "return")
    pilot.until(at("2024-02-21", "10:00"))
    assert pilot.step(case) == "documents"
    pilot.decide(case, "brought")
    pilot.decide(case, "supplemented")
    assert (pilot.step(case), pilot.deadline(case)) == ("decide", midnight_after("2024-02-26"))
    assert "decide.overdue" not in pilot.facts(case)


# Which reply counts, by the operator's time, whatever the moment at which it arrives.
REPLIES = [
    pytest.param(
        -SECOND, timedelta(minutes=9), True, id="sent in the last second, arrives nine minutes late"
    ),
    pytest.param(timedelta(0), timedelta(minutes=9), False, id="sent at midnight"),
    pytest.param(SECOND, timedelta(minutes=9), False, id="sent a second after midnight"),
    pytest.param(-SECOND, timedelta(minutes=11), False, id="arrives when the silence is established"),
]


@pytest.mark.clause(
    "proactive:§16", "proactive:§17", "proactive:§20", "proactive:§22.part2", "proactive:§39",
    "proactive:§40", "proactive:§43", "proactive:§45.part2", "proactive:annex1", "proactive:annex2",
)  # fmt: skip
@pytest.mark.parametrize(("sent", "arrives", "counts"), REPLIES)
def test_the_operators_time_of_a_reply_decides(
    sent: timedelta, arrives: timedelta, counts: bool, make_pilot: MakePilot
) -> None:
    pilot = make_pilot(at("2024-02-12"))
    asked, consent = pilot.start(AWARDED, "bank_a")
    owner, bank = pilot.consented(LARGE, "bank_a")
    ends = midnight_after("2024-02-15")
    pilot.until(ends + arrives)
    pilot.reply(asked, "7#1", ends + sent)
    pilot.reply(owner, "41#3#1", ends + sent)
    assert (pilot.step(consent) == "ask_bank") is counts
    assert (pilot.step(bank) == "decide") is counts
    pilot.until(ends + timedelta(minutes=11))
    if not counts:
        assert (pilot.ending(consent), pilot.ending(bank)) == ("no_consent", "no_account_answer")


@pytest.mark.clause("proactive:§20", "proactive:§43")
def test_the_wait_begins_when_the_sms_is_handed_over(make_pilot: MakePilot) -> None:
    """G-11: the link is down from Monday to Wednesday, so the three days are Thursday to Monday."""
    pilot = make_pilot(at("2024-02-12"))
    pilot.link.down = True
    _, case = pilot.start(AWARDED, "bank_a")
    pilot.until(at("2024-02-14", "15:00"))
    assert (pilot.step(case), pilot.deadline(case)) == ("consent", None)
    pilot.link.down = False
    pilot.after(minutes=2)
    assert pilot.deadline(case) == midnight_after("2024-02-19")


@pytest.mark.clause("proactive:§24", "proactive:§26.part2")
def test_the_proof_names_every_day(pilot: Pilot) -> None:
    """What the case keeps is enough to count again, day by day, with the reason of each."""
    _, case = pilot.chosen(LARGE)
    pilot.decide(case, "return")
    fact = pilot.facts(case)["documents.deadline"]
    assert fact["clause"] == "proactive:§26.part2"
    assert date.fromisoformat(fact["start"][:10]) == date(2024, 2, 12)
    again = working_days(
        datetime.fromisoformat(fact["start"]), fact["working_days"], calendar=working_calendar()
    )
    assert again.proof_id == fact["proof"]
    assert again.calendar_version == fact["calendar"]
    counted = [(each.day.isoformat()[5:], each.number) for each in again.days if each.counted]
    assert counted == [
        ("02-13", 1), ("02-14", 2), ("02-15", 3), ("02-16", 4),
        ("02-19", 5), ("02-20", 6), ("02-21", 7), ("02-22", 8), ("02-23", 9),
        ("02-26", 10), ("02-27", 11), ("02-28", 12), ("02-29", 13), ("03-01", 14),
        ("03-04", 15), ("03-05", 16), ("03-06", 17), ("03-07", 18),
        ("03-11", 19), ("03-12", 20), ("03-13", 21), ("03-14", 22), ("03-15", 23),
        ("03-18", 24), ("03-19", 25),
    ]  # fmt: skip
