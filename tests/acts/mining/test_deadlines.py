"""When a report is due, from when the form holds, what months owe one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from qyzmet.acts.mining import deadlines
from qyzmet.acts.mining.filing import Filing
from qyzmet.acts.mining.header import constants, parse_number, parse_profile
from qyzmet.acts.mining.obligations import Obligations
from qyzmet.acts.mining.pools import Pool
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.errors import BadValue, Refused
from tests.acts.mining.conftest import filed
from tests.acts.mining.reports import MAY, PROFILE, policies, rows, text
from tests.cases.conftest import iin

JUNE = date(2026, 6, 1)


@pytest.mark.clause("mining:form.7", "mining:annex§2")
@pytest.mark.parametrize(("month", "last"), [
    ("2026-05", date(2026, 6, 25)), ("2026-12", date(2027, 1, 25)), ("2027-01", date(2027, 2, 25)),
])  # fmt: skip
def test_the_25th_of_the_following_month_is_the_last_day(month: str, last: date) -> None:
    assert deadlines.deadline(deadlines.parse_month(month)) == last


@pytest.mark.clause("mining:order.4")
@pytest.mark.parametrize(
    ("published", "since"), [("2026-03-01", date(2026, 5, 1)), ("2026-03-02", date(2026, 5, 2))]
)
def test_sixty_days_pass_after_the_day_of_publication(published: str, since: date) -> None:
    assert deadlines.in_force_from(policies(published=published)) == since
    with pytest.raises(BadValue):
        policies(published="2026-02-23")


@pytest.mark.clause("mining:order.1", "mining:order.2", "mining:order.4", "mining:form.5")
@pytest.mark.parametrize(("month", "today", "refused"), [
    (date(2026, 4, 1), date(2026, 5, 1), ""), (date(2026, 4, 1), date(2026, 4, 30), "No 709"),
    (date(2026, 3, 1), date(2026, 5, 1), "No 709"), (date(2026, 5, 1), date(2026, 5, 31), ""),
    (date(2026, 6, 1), date(2026, 5, 31), "not begun"),
])  # fmt: skip
def test_months_due_before_the_day_of_force_belong_to_the_former_order(
    month: date, today: date, refused: str
) -> None:
    if refused:
        with pytest.raises(Refused, match=refused):
            deadlines.must_be_of_this_order(month, today, policies())
    else:
        deadlines.must_be_of_this_order(month, today, policies())


@pytest.mark.clause("mining:order.4")
def test_the_first_month_is_a_reading() -> None:
    assert deadlines.first_month(policies()) == date(2026, 4, 1)
    assert deadlines.first_month(policies(published="2026-03-28")) == date(2026, 5, 1)
    assert deadlines.first_month(policies(G_13="2026-05")) == MAY


@pytest.mark.clause(
    "mining:form.4", "mining:form.6", "mining:form.7", "mining:annex§1.part2", "mining:annex§2"
)
def test_every_month_is_owed_without_anybody_asking_for_it(
    filing: Filing, pool: Pool, clock: HandClock
) -> None:
    duties = Obligations(filing.pools._connection, policies(), clock)
    states = lambda: {each.month: each.state for each in duties.of_pool(pool)}  # noqa: E731
    assert states() == {"2026-05": "due", "2026-06": "running"}
    clock.set(datetime(2026, 6, 25, 23, 59, tzinfo=KZ))
    assert states()["2026-05"] == "due"
    clock.set(datetime(2026, 6, 26, 0, 0, tzinfo=KZ))
    assert states()["2026-05"] == "overdue"
    assert [each.month for each in duties.overdue()] == ["2026-05"]
    assert filed(filing, pool, text(rows(2))).late is True
    assert states()["2026-05"] == "met_late"
    assert duties.overdue() == []


@pytest.mark.clause("mining:form.7")
def test_a_correction_after_the_25th_leaves_the_month_met_in_time(
    filing: Filing, pool: Pool, clock: HandClock
) -> None:
    assert filed(filing, pool, text(rows(2))).late is False
    clock.advance(timedelta(days=30))
    assert filed(filing, pool, text(rows(3))).late is True
    duties = Obligations(filing.pools._connection, policies(), clock)
    assert {each.month: each.state for each in duties.of_pool(pool)}["2026-05"] == "met"


@pytest.mark.clause(
    "mining:form.1", "mining:form.2", "mining:form.3", "mining:form.4", "mining:form.6", "mining:form.9"
)
def test_the_printed_parts_of_the_form_are_the_acts() -> None:
    found = constants(policies())
    assert found["submittedTo"] == "мемлекеттік кірістер органдарына"
    assert found["formIndex"] == "ЦМПМ 1"
    assert constants(policies(G_01="ЦМП 1"))["formIndex"] == "ЦМП 1"
    assert (found["periodicity"], found["collectionMethod"]) == ("ай сайын", "электронды түрде")


@pytest.mark.clause("mining:form.7", "mining:form.10")
def test_the_note_and_the_deadline_are_shown_too() -> None:
    found = constants(policies())
    assert "қосымшада" in found["note"]
    assert "25-і күнінен кешіктірмей" in found["deadlineText"]


@pytest.mark.clause("mining:form.8")
def test_the_pools_number_has_a_check_digit() -> None:
    assert parse_number(f" {iin(1)} ") == iin(1)
    with pytest.raises(BadValue):
        parse_number(iin(1)[:-1] + str((int(iin(1)[-1]) + 1) % 10))


@pytest.mark.clause("mining:form.11", "mining:form.12", "mining:form.13")
@pytest.mark.parametrize(("part", "name", "value", "field"), [
    (None, "name", " ", "name"), (None, "address", "", "address"), (None, "phone", "x", "phone"), (None, "email", "pool", "email"),
    ("executor", "surname", "", "executor.surname"), ("executor", "phone", "", "executor.phone"),
    ("head", "given_name", "", "head.given_name"), ("head", "phone", "+7 701 000 00 00", "head.phone"),
])  # fmt: skip
def test_what_the_form_asks_of_the_pool_is_all_there(
    part: str | None, name: str, value: str, field: str
) -> None:
    parse_profile(PROFILE)
    wrong = {**PROFILE, name: value} if part is None else {**PROFILE, part: {**PROFILE[part], name: value}}  # type: ignore[dict-item]
    with pytest.raises(BadValue) as caught:
        parse_profile(wrong)
    assert caught.value.field == field
