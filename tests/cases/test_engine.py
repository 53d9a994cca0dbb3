"""The kernel carries cases: every kind of step, every way to leave it, and what goes wrong on the way."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from qyzmet.cases import tasks
from qyzmet.cases.engine import LEASE, LONGEST_BACK_OFF, MOST_ATTEMPTS, back_off
from qyzmet.runtime.errors import Refused, UnknownName
from tests.cases import toy
from tests.cases.conftest import LOOPS, Kernel, phone


def at_task(kernel: Kernel, count: int = 1) -> list[int]:
    """Cases that wait for an official."""
    cases = kernel.cases(count)
    for number in cases:
        kernel.reply(phone(number), "7#1")
    toy.PARTNER.found = set(cases)
    kernel.run()
    assert [kernel.step(case) for case in cases] == ["decide"] * count
    return cases


def test_a_case_runs_from_event_to_payment(kernel: Kernel) -> None:
    (case,) = kernel.cases(1)
    assert kernel.step(case) == "consent"
    assert kernel.link.sent[0].text == "Dear Омаров, 7#1 or 7#2?"
    kernel.clock.advance(timedelta(hours=1))
    kernel.reply(phone(1), "7#1")
    kernel.run()
    assert kernel.step(case) == "watch"
    toy.PARTNER.found = {case}
    kernel.after(hours=1)
    assert kernel.step(case) == "decide"
    kernel.decide("appoint")
    kernel.run()
    assert kernel.step(case) == "paid"
    assert kernel.rows("SELECT status::text, due_at, holder FROM cases") == [("e", None, None)]
    assert kernel.count("payment_orders") == kernel.count("decisions") == 1
    report = kernel.verify()
    assert report.faults == []
    assert report.entries > 4


def nothing(kernel: Kernel, case: int) -> None:
    """Nobody does anything."""


def agree(kernel: Kernel, case: int) -> None:
    kernel.reply(phone(1), "7#1")


def refuse(kernel: Kernel, case: int) -> None:
    kernel.reply(phone(1), "7#2")


def agree_with_account(kernel: Kernel, case: int) -> None:
    toy.PARTNER.found = {case}
    agree(kernel, case)


@pytest.mark.parametrize(
    ("does", "decision", "days", "ending"),
    [
        (nothing, "", 4, "silent"),
        (refuse, "", 0, "refused"),
        (agree, "", 4, "silent"),
        (agree_with_account, "refuse", 0, "refused"),
        (agree_with_account, "appoint", 0, "paid"),
    ],
)
def test_every_way_out_leads_to_its_ending(
    kernel: Kernel, does: object, decision: str, days: int, ending: str
) -> None:
    (case,) = kernel.cases(1)
    does(kernel, case)  # type: ignore[operator]
    kernel.after(days=days)
    kernel.decide(decision)
    kernel.run()
    assert kernel.step(case) == ending
    assert kernel.verify().faults == []


def test_a_rule_leads_to_an_ending_at_once(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy.PARTNER, "size", lambda case: 3)
    (case,) = kernel.cases(1)
    assert kernel.step(case) == "small"
    assert kernel.link.sent == []


# --- partners ---------------------------------------------------------------------------------------


def test_a_case_that_is_not_answered_is_asked_again_and_at_last_set_aside(kernel: Kernel) -> None:
    toy.PARTNER.silent = {2}
    one, two, three = kernel.cases(3)
    assert [kernel.step(case) for case in (one, two, three)] == ["consent", "register", "consent"]
    asked = [kernel.clock.now()]
    while kernel.trouble(two) is None:
        before = len(toy.PARTNER.asked)
        kernel.after(seconds=1)
        asked += [kernel.clock.now()] * (len(toy.PARTNER.asked) - before)
    waited = [(after - before).total_seconds() for before, after in itertools.pairwise(asked)]
    assert waited == [back_off(attempt).total_seconds() for attempt in range(MOST_ATTEMPTS - 1)]
    assert "was not answered 10 times" in str(kernel.trouble(two))
    assert max(waited) <= LONGEST_BACK_OFF.total_seconds()


def test_a_partner_away_for_an_hour_only_makes_it_slow(kernel: Kernel) -> None:
    toy.PARTNER.away = True
    cases = kernel.cases(20)
    for _ in range(60):
        kernel.after(minutes=1)
    assert {kernel.step(case) for case in cases} == {"register"}
    assert len(toy.PARTNER.asked) < 30, "it is asked less and less often, and for all cases at once"
    toy.PARTNER.away = False
    toy.PARTNER.silent = {cases[0]}  # the absence before does not count against it
    kernel.after(minutes=6)
    assert [kernel.step(case) for case in cases] == ["register"] + ["consent"] * 19
    toy.PARTNER.silent = set()
    kernel.after(minutes=6)
    assert kernel.step(cases[0]) == "consent"
    assert kernel.rows("SELECT DISTINCT attempts, trouble FROM cases") == [(0, "")]


def test_answers_for_cases_that_were_not_asked_have_no_effect(kernel: Kernel) -> None:
    (other,) = kernel.cases(1)
    toy.PARTNER.others = {other: "known", 999: "known"}
    (case,) = kernel.cases(1)
    assert (kernel.step(other), kernel.step(case)) == ("consent", "consent")
    assert kernel.rows("SELECT run FROM cases WHERE id = %s", other) == kernel.rows(
        "SELECT max(run) FROM ledger_entries WHERE case_id = %s", other
    )


def test_an_answer_outside_the_contract_is_asked_for_again(kernel: Kernel) -> None:
    toy.PARTNER.nonsense = True
    cases = kernel.cases(3)
    kernel.after(seconds=10)
    assert [kernel.trouble(case) for case in cases] == [None] * 3
    toy.PARTNER.nonsense = False
    kernel.after(minutes=6)
    assert [kernel.step(case) for case in cases] == ["consent"] * 3


def test_an_outcome_that_the_table_lacks_sets_the_case_aside(kernel: Kernel) -> None:
    toy.PARTNER.silent = {1}
    toy.PARTNER.others = {1: "odd"}
    (case,) = kernel.cases(1)
    assert "'odd', which its table does not have" in str(kernel.trouble(case))


def test_a_watch_looks_until_it_finds(kernel: Kernel) -> None:
    one, two = kernel.cases(2)
    kernel.reply(phone(1), "7#1")
    kernel.reply(phone(2), "7#1")
    kernel.run()
    for _ in range(5):
        kernel.after(hours=1)
    toy.PARTNER.found = {two}
    kernel.after(minutes=30)
    assert kernel.step(two) == "watch", "it looks every hour, not all the time"
    kernel.after(minutes=30)
    assert (kernel.step(one), kernel.step(two)) == ("watch", "decide")


def test_a_watch_ends_at_its_deadline_and_looks_once_more_then(kernel: Kernel) -> None:
    one, two = kernel.cases(2)
    kernel.reply(phone(1), "7#1")
    kernel.reply(phone(2), "7#1")
    kernel.run()
    ((deadline,),) = kernel.rows("SELECT DISTINCT deadline_at FROM cases")
    kernel.clock.advance(deadline - kernel.clock.now() - timedelta(minutes=1))  # type: ignore[operator]
    kernel.run()
    toy.PARTNER.found = {two}
    kernel.after(minutes=1)
    assert (kernel.step(one), kernel.step(two)) == ("silent", "decide")


def test_a_watch_whose_partner_is_away_at_the_deadline_ends_when_it_is_back(kernel: Kernel) -> None:
    (case,) = kernel.cases(1)
    kernel.reply(phone(1), "7#1")
    kernel.run()
    toy.PARTNER.away = True
    for _ in range(5):
        kernel.after(days=1)
    assert kernel.step(case) == "watch"
    toy.PARTNER.away = False
    kernel.after(minutes=6)
    assert kernel.step(case) == "silent"


# --- tasks ------------------------------------------------------------------------------------------


def test_of_two_officials_the_second_is_refused(kernel: Kernel) -> None:
    (case,) = at_task(kernel)
    (seen,) = tasks.open_tasks(kernel.connection)
    version = tasks.claim(kernel.connection, seen.id, seen.version, "first")
    with pytest.raises(Refused, match="somebody else"):
        tasks.complete(kernel.connection, seen.id, seen.version, "second", "refuse", kernel.clock)
    tasks.complete(kernel.connection, seen.id, version, "first", "appoint", kernel.clock)
    with pytest.raises(Refused):
        tasks.complete(kernel.connection, seen.id, version + 1, "second", "refuse", kernel.clock)
    kernel.run()
    assert kernel.step(case) == "paid"
    assert kernel.fact(case, "decide.by") == "first"


def test_a_task_ends_only_by_its_own_outcomes_and_several_end_together_or_not_at_all(kernel: Kernel) -> None:
    at_task(kernel, 2)
    one, two = tasks.open_tasks(kernel.connection)
    done = [(one.id, one.version, "appoint", {}), (two.id, two.version, "paid", {})]
    with pytest.raises(UnknownName, match="appoint, refuse"):
        tasks.complete_many(kernel.connection, done, "officer", kernel.clock)
    assert len(tasks.open_tasks(kernel.connection)) == 2
    assert kernel.count("inbox") == 0


def test_a_task_that_offers_what_the_table_lacks_is_set_aside(kernel: Kernel) -> None:
    (case,) = kernel.cases(1, **{"task outcomes": ["appoint", "postpone"]})
    kernel.reply(phone(1), "7#1")
    toy.PARTNER.found = {case}
    kernel.run()
    assert "offers ['postpone']" in str(kernel.trouble(case))


def test_an_overdue_task_is_marked_and_can_still_be_done(kernel: Kernel) -> None:
    (case,) = at_task(kernel)
    kernel.after(days=2)
    assert kernel.fact(case, "decide.overdue") is None
    kernel.after(days=3)
    assert kernel.fact(case, "decide.overdue") is True
    assert len(tasks.open_tasks(kernel.connection, office="office/75")) == 1
    kernel.decide("appoint")
    kernel.run()
    assert kernel.step(case) == "paid"


# --- events -----------------------------------------------------------------------------------------


def test_a_reply_that_overtakes_the_gateways_word_counts(kernel: Kernel) -> None:
    (case,) = kernel.open(kernel.arrival(1))
    kernel.engine.turn()
    kernel.reply(phone(1), "7#1")
    kernel.engine.turn()
    assert kernel.step(case) == "watch"
    assert kernel.rows("SELECT deadline_at IS NOT NULL FROM cases") == [(True,)]
    kernel.run()
    assert kernel.step(case) == "watch"


def test_several_events_for_one_case_in_one_batch_are_read_in_order(kernel: Kernel) -> None:
    (case,) = kernel.open(kernel.arrival(1))
    kernel.engine.turn()
    kernel.sender.turn()
    for number, text in enumerate(("what?", "7#2", "7#1")):
        kernel.reply(phone(1), text, key=str(number))
    kernel.run()
    assert kernel.step(case) == "refused"
    assert kernel.fact(case, "consent.sent") is not None


def test_an_event_for_an_ended_case_has_no_effect_and_is_tidied_away(kernel: Kernel) -> None:
    (case,) = kernel.cases(1)
    kernel.reply(phone(1), "7#2")
    kernel.run()
    before = kernel.rows("SELECT * FROM cases")
    kernel.reply(phone(1), "7#1", key="late")
    kernel.run()
    kernel.after(minutes=2)
    assert kernel.rows("SELECT * FROM cases") == before
    assert kernel.count("inbox") == 0
    assert case


def test_a_reply_that_waits_in_the_inbox_comes_before_the_deadline(kernel: Kernel) -> None:
    """It came in time; that the worker was slow to read it does not count against the person."""
    cases = kernel.cases(5)
    for number in cases:
        kernel.reply(phone(number), "7#2")
    kernel.clock.advance(timedelta(days=5))
    kernel.engine.batch = 1
    kernel.engine.take_events()
    for _ in cases:
        kernel.engine.take_deadlines()
    kernel.run()
    assert {kernel.step(case) for case in cases} == {"refused"}


# --- workers ----------------------------------------------------------------------------------------


def test_a_lease_keeps_others_away_until_it_ends(kernel: Kernel, second: Kernel) -> None:
    kernel.engine.store.claim_outside(kernel.clock.now(), LEASE, 10)
    toy.PARTNER.away = True
    kernel.cases(1)
    kernel.clock.advance(timedelta(hours=1))
    assert len(kernel.engine.store.claim_outside(kernel.clock.now(), LEASE, 10)) == 1
    assert second.engine.store.claim_outside(kernel.clock.now(), LEASE, 10) == []
    kernel.clock.advance(LEASE)
    assert len(second.engine.store.claim_outside(kernel.clock.now(), LEASE, 10)) == 1


def test_a_claim_takes_its_share_however_it_is_planned(kernel: Kernel) -> None:
    toy.PARTNER.away = True
    kernel.cases(5)
    kernel.clock.advance(timedelta(hours=1))
    with kernel.engine.store.connection.transaction():
        kernel.engine.store.connection.execute(LOOPS)
    taken = [len(kernel.engine.store.claim_outside(kernel.clock.now(), LEASE, 2)) for _ in range(4)]
    assert taken == [2, 2, 1, 0]


def test_a_worker_whose_lease_ran_out_writes_nothing_at_all(
    kernel: Kernel, second: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    (case,) = at_task(kernel)
    kernel.decide("appoint")
    real = toy.PARTNER.pay

    def slow(key: str) -> str:
        """While the first worker pays, its lease ends, and the second one carries the case on."""
        monkeypatch.setattr(toy.PARTNER, "pay", real)
        kernel.clock.advance(LEASE)
        second.engine.turn()
        return real(key)

    monkeypatch.setattr(toy.PARTNER, "pay", slow)
    kernel.engine.turn()
    second.run()
    assert kernel.step(case) == "paid"
    assert toy.PARTNER.paid == {f"toy/{case}": 2}
    assert kernel.count("payment_orders") == kernel.count("decisions") == 1
    assert [m.text for m in kernel.link.sent + second.link.sent].count("Done.") == 1
    report = kernel.verify()
    assert report.faults == []
    assert kernel.rows("SELECT count(*), max(run) FROM ledger_entries") == [(report.entries, report.entries)]
