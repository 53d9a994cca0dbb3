"""Annex 10 Table 11 on both sides of each line, with the readings G-16."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from qyzmet.acts.assessment.report import Report
from qyzmet.acts.assessment.scoring import penalties, score_alone
from tests.acts.assessment import material as m


def penalty(report: Report, **chosen: Any) -> Decimal:
    return sum((each.points for each in penalties(report, m.policies(**chosen))), Decimal(0))


@pytest.mark.clause("assessment:annex10.table11", "assessment:annex10.table11.row1")
@pytest.mark.parametrize(
    ("blogs", "expected"), [(("kk", "ru"), "0"), (("kk",), "0.5"), (("ru",), "0.5"), ((), "1")]
)
def test_row_1_no_blog_per_language(blogs: Any, expected: str) -> None:
    assert penalty(m.full(organisations=(m.organisation(blogs=blogs),))) == Decimal(expected)


@pytest.mark.clause("assessment:annex10.table11.row1", "assessment:para2.10")
def test_row_1_one_organisation_without_a_blog_is_enough_and_others_need_none() -> None:
    school = m.organisation("мектеп", blogs=(), quasi_public=False)
    assert penalty(m.full(organisations=(m.organisation(), school))) == 0
    assert penalty(m.full(organisations=(m.organisation(), m.organisation("екінші", blogs=())))) == 1
    owned = m.organisation("мемлекеттік", blogs=(), fully_state_owned=True)
    assert penalty(m.full(organisations=(owned,))) == 0
    assert penalty(m.full(organisations=(owned,)), G_16b=False) == 1


@pytest.mark.clause("assessment:annex10.table11.row2")
@pytest.mark.parametrize(
    ("answered", "asked", "expected"),
    [(9, 10, "0"), (90, 100, "0"), (899, 1000, "1"), (8, 9, "1"), (0, 1, "1"), (0, 0, "0"), (10, 10, "0")],
)
def test_row_2_less_than_90_percent_answered(answered: int, asked: int, expected: str) -> None:
    report = m.full(organisations=(m.organisation(),), questions=m.questions("kk", answered, asked))
    assert penalty(report) == Decimal(expected)


@pytest.mark.clause("assessment:annex10.table11.row2", "assessment:para2.10")
def test_row_2_leaves_out_fully_state_owned_organisations() -> None:
    owned = m.organisation("мемлекеттік", fully_state_owned=True)
    report = m.full(organisations=(m.organisation(), owned), questions=m.questions("ru", 0, 5, "мемлекеттік"))
    assert penalty(report) == 0


@pytest.mark.clause("assessment:annex10.table11.total")
def test_the_sum_is_at_most_3() -> None:
    organisations = tuple(m.organisation(f"ұйым {n}", blogs=()) for n in range(5))
    asked = m.questions("kk", 899, 1000, "ұйым 1") + m.questions("ru", 899, 1000, "ұйым 2")
    assert penalty(m.full(organisations=organisations, questions=asked)) == 3
    half = m.full(
        organisations=(m.organisation(blogs=("kk",)),),
        questions=m.questions("kk", 9, 10) + m.questions("ru", 5, 10),
    )
    assert penalty(half) == Decimal("1.5")


@pytest.mark.clause("assessment:annex10.table11")
def test_penalties_are_shown_beside_the_result_or_taken_off_by_policy() -> None:
    report = m.full(organisations=(m.organisation(blogs=()),))
    shown = score_alone(m.CENTRAL, report, m.YEAR, m.policies())
    taken = score_alone(m.CENTRAL, report, m.YEAR, m.policies(G_16=True))
    assert (shown.total, shown.penalty, shown.result) == (18, 1, 18)
    assert (taken.total, taken.result) == (18, 17)
    nothing = score_alone(
        m.CENTRAL, Report(body="X", organisations=report.organisations), m.YEAR, m.policies(G_16=True)
    )
    assert nothing.result == 0  # never below nothing
