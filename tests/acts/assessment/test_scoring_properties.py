"""The scorer against a naive one, and what must hold whatever is reported."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment.bodies import Body
from qyzmet.acts.assessment.life import body_of
from qyzmet.acts.assessment.report import PLACES, Report, read_report
from qyzmet.acts.assessment.scoring import ranking, score_all, score_alone
from qyzmet.law.act import Period
from qyzmet_twins.openness import openness
from tests.acts.assessment import material as m
from tests.acts.assessment import naive


def a_year(seed: int) -> tuple[dict[str, Report], list[Body], Period, dict[str, Fraction]]:
    world = openness(seed)
    reports = {id: read_report(msgspec.json.encode(given)) for id, given in world.reports.items()}
    bodies = [body_of(msgspec.convert(given, e.BodyEntry)) for given in world.bodies]
    plain = msgspec.to_builtins(world.reports)
    expected = naive.totals(plain, world.bodies, world.first, world.last)
    return reports, bodies, Period(world.first, world.last), expected


@pytest.mark.clause("assessment:annex10.table6", "assessment:para74")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_of_40_bodies_agrees_with_an_independent_reading(seed: int) -> None:
    reports, bodies, period, expected = a_year(seed)
    assert len(bodies) == 40
    assert sum(len(report.organisations) for report in reports.values()) == 200
    found = {score.body: Fraction(score.total) for score in score_all(reports, bodies, period, m.policies())}
    assert found == expected
    assert len(set(found.values())) > 10, "a year in which all are alike shows nothing"


BODIES = [m.CENTRAL, m.LOCAL, m.DEFENCE, m.FOREIGN]


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Parts of the full report, chosen freely."""
    whole = m.full(
        organisations=(m.organisation(), m.organisation("екінші", blogs=("kk",))),
        questions=m.questions("kk", 8, 9) + m.questions("ru", 9, 9),
    )
    parts: dict[str, Any] = {}
    for name in PLACES:
        items = getattr(whole, name)
        kept = draw(st.lists(st.sampled_from(items), unique_by=lambda item: item.id)) if items else []
        parts[name] = tuple(kept)
    parts["schedule"] = tuple(draw(st.lists(st.sampled_from(whole.schedule), unique=True)))
    return msgspec.structs.replace(whole, **parts)


#: What is favourable to have more of: one more never costs points.
FAVOURABLE = ("events", "sessions", "posts", "receptions", "ngo_meetings")


@settings(max_examples=60, deadline=None)
@given(reports(), st.sampled_from(FAVOURABLE), st.sampled_from(BODIES), st.randoms(use_true_random=False))
def test_more_favourable_evidence_never_lowers_a_score(
    report: Report, name: str, body: Body, chance: random.Random
) -> None:
    more = chance.choice(getattr(m.full(), name))
    richer = msgspec.structs.replace(report, **{name: (*getattr(report, name), more)})
    before, after = (score_alone(body, each, m.YEAR, m.policies()) for each in (report, richer))
    assert after.total >= before.total


@settings(max_examples=60, deadline=None)
@given(reports(), st.sampled_from(BODIES), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(report: Report, body: Body, chance: random.Random) -> None:
    parts = {name: tuple(chance.sample(items := getattr(report, name), len(items))) for name in PLACES}
    mixed = msgspec.structs.replace(report, **parts)
    one, other = (score_alone(body, each, m.YEAR, m.policies()) for each in (report, mixed))
    assert [(line.row, line.points) for line in one.lines] == [
        (line.row, line.points) for line in other.lines
    ]
    assert one.penalty == other.penalty


@settings(max_examples=60, deadline=None)
@given(st.lists(reports(), min_size=4, max_size=4))
def test_no_sum_passes_its_maximum_and_the_order_of_bodies_changes_nothing(given_: list[Report]) -> None:
    by_body = dict(zip((body.id for body in BODIES), given_, strict=True))
    scores = score_all(by_body, BODIES, m.YEAR, m.policies())
    for score in scores:
        assert 0 <= score.total <= score.most <= 18
        assert 0 <= score.penalty <= 3
        assert all(0 <= line.points <= line.most for line in score.lines)
        assert all(line.points % Decimal("0.01") == 0 for line in score.lines)
    assert score_all(by_body, BODIES[::-1], m.YEAR, m.policies()) == scores


def test_equal_results_share_a_place() -> None:
    bodies = [m.CENTRAL, m.LOCAL, m.FOREIGN]
    given_ = {m.CENTRAL.id: m.full(), m.LOCAL.id: m.full(m.LOCAL.id), m.FOREIGN.id: Report(body=m.FOREIGN.id)}
    places = ranking(score_all(given_, bodies, m.YEAR, m.policies()))
    assert [(place.rank, place.score.body) for place in places] == [
        (1, "CENTRAL_ONE"), (1, "LOCAL_ONE"), (3, "MINISTRY_OF_FOREIGN_AFFAIRS"),
    ]  # fmt: skip
    assert places[0].score.lines[0].items  # every point names what it rested on


def test_what_an_assessor_does_not_count_earns_nothing() -> None:
    report = m.full()
    kept = {item.id for _, item in report.items()} - {event.id for event in report.events}
    score = score_alone(m.CENTRAL, report.keeping(kept), m.YEAR, m.policies())
    assert score.total == 13
    assert score.points("row1", "kk") == 0


def test_dates_of_the_period_are_legal_ones() -> None:
    assert date(2024, 12, 31) in m.YEAR
