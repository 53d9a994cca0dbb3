"""Annex 10 Table 6 row by row, on both sides of each threshold, and the specification's own examples."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from qyzmet.acts.assessment import scoring
from qyzmet.acts.assessment.bodies import Body, Kind
from qyzmet.acts.assessment.report import Report
from qyzmet.acts.assessment.scoring import Score, score_all, score_alone
from qyzmet.law.act import Period
from tests.acts.assessment import material as m

CENTRAL_55 = [Body(f"CENTRAL_{n}", {"kk": f"{n}-министрлік"}, Kind.CENTRAL) for n in range(2)]


def score(report: Report, body: Body = m.CENTRAL, period: Period = m.YEAR, **chosen: Any) -> Score:
    return score_alone(body, report, period, m.policies(**chosen))


def points(report: Report, row: str, body: Body = m.CENTRAL, **chosen: Any) -> tuple[Decimal, Decimal]:
    found = score(report, body, **chosen)
    return found.points(row, "kk"), found.points(row, "ru")


def pair(kk: str, ru: str) -> tuple[Decimal, Decimal]:
    return Decimal(kk), Decimal(ru)


@pytest.mark.clause("assessment:annex10.table6", "assessment:annex10.table6.total", "assessment:para74")
@pytest.mark.parametrize("body", [m.CENTRAL, m.LOCAL], ids=["central", "local"])
def test_everything_in_both_languages_is_18(body: Body) -> None:
    found = score(m.full(), body)
    assert found.total == found.most == Decimal("18.0")
    for language in ("kk", "ru"):
        assert sum(line.most for line in found.lines if line.language == language) == Decimal(9)


@pytest.mark.clause("assessment:para74")
def test_the_points_of_the_rows_are_added() -> None:
    report = m.full(
        posts=m.posts("kk", m.weekly(60)) + m.posts("ru", m.spread(30)),
        sessions=m.sessions("kk"),
        receptions=m.receptions("kk", "ru"),
        ngo_meetings=m.ngo_meetings("kk"),
        **m.meetings(("kk", "ru"), ("kk",)),
    )
    assert score(report).total == Decimal("14.0")
    assert score(Report(body="CENTRAL_ONE")).total == 0


@pytest.mark.clause(
    "assessment:annex10.table6.row1", "assessment:annex10.table6.kk", "assessment:annex10.table6.ru"
)
@pytest.mark.parametrize(
    ("kinds", "both", "any_"),
    [
        ([], ("0", "0"), ("0", "0")),
        ([("SURVEY", "kk")], ("0", "0"), ("2.5", "0")),
        ([("INTERNET_CONFERENCE", "kk")], ("0", "0"), ("2.5", "0")),
        ([("SURVEY", "kk"), ("INTERNET_CONFERENCE", "ru")], ("0", "0"), ("2.5", "2.5")),
        ([("SURVEY", "kk"), ("INTERNET_CONFERENCE", "kk")], ("2.5", "0"), ("2.5", "0")),
        ([("SURVEY", "ru"), ("INTERNET_CONFERENCE", "ru"), ("SURVEY", "kk")], ("0", "2.5"), ("2.5", "2.5")),
    ],
)
def test_row_1_conferences_and_surveys(kinds: Any, both: tuple[str, str], any_: tuple[str, str]) -> None:
    report = m.full(events=m.events(*kinds))
    assert points(report, "row1") == pair(*both)
    assert points(report, "row1", G_12="ANY") == pair(*any_)


def _days(kind: str, count: int) -> list[date]:
    """`weekly`: in every full week; `monthly2`: two on the 5th and 20th of each month, more on one day."""
    if kind == "weekly":
        return m.weekly(count)
    each = {"monthly2": (5, 20), "monthly": (5,)}[kind]
    days = [date(2024, month, day) for month in range(1, 13) for day in each]
    return days[:count] + [date(2024, 7, 9)] * max(0, count - len(days))


@pytest.mark.clause(
    "assessment:annex10.table6.row2", "assessment:annex10.table6.row2.1", "assessment:annex10.table6.row2.2",
    "assessment:annex10.table6.row2.3", "assessment:annex10.table6.row2.4",
)  # fmt: skip
@pytest.mark.parametrize(
    ("kind", "count", "variant", "earned"),
    [
        ("weekly", 60, "row2.1", "1.5"),
        ("weekly", 53, "row2.1", "1.5"),
        ("weekly", 50, "row2.2", "1"),  # 50 is not more than 50
        ("monthly2", 51, "row2.2", "1"),  # enough posts, not every week
        ("monthly2", 26, "row2.2", "1"),
        ("monthly2", 25, "row2.3", "0.5"),  # 25 is not more than 25
        ("monthly2", 24, "row2.3", "0.5"),
        ("monthly", 60, "row2.3", "0.5"),  # once a month, whatever the number
        ("monthly", 12, "row2.3", "0.5"),
        ("monthly", 11, "row2.4", "0.3"),  # no post in December
        ("monthly", 10, "row2.4", "0.3"),  # 10 is not more than 10
        ("monthly", 1, "row2.4", "0.3"),
        ("monthly", 0, "row2.4", "0"),
    ],
)
def test_row_2_number_and_frequency(kind: str, count: int, variant: str, earned: str) -> None:
    report = m.full(posts=m.posts("kk", _days(kind, count)))
    line = next(line for line in score(report).lines if line.row == "row2" and line.language == "kk")
    assert (line.variant, line.points) == (variant, Decimal(earned))
    assert points(report, "row2")[1] == 0  # nothing in Russian


@pytest.mark.clause("assessment:annex10.table6.row2")
@pytest.mark.parametrize(
    ("count", "earned"), [(51, "1.5"), (50, "1"), (26, "1"), (25, "0.5"), (11, "0.5"), (10, "0.3")]
)
def test_row_2_by_number_alone_where_the_policy_says_so(count: int, earned: str) -> None:
    report = m.full(posts=m.posts("kk", [date(2024, 7, 9)] * count))
    assert points(report, "row2", G_08=False)[0] == Decimal(earned)
    assert points(report, "row2")[0] == Decimal("0.3")


@pytest.mark.clause("assessment:annex10.table6.row2.4")
def test_row_2_without_any_post_follows_the_policy() -> None:
    assert points(m.full(posts=()), "row2") == pair("0", "0")
    assert points(m.full(posts=()), "row2", G_09="0.3") == pair("0.3", "0.3")


@pytest.mark.clause("assessment:annex10.table6.row2")
def test_row_2_counts_each_address_once_and_only_posts_of_the_period() -> None:
    days = [date(2024, 3, 1)] * 20
    same = tuple(
        msgspec.structs.replace(post, link="http://www.a.example/1/") for post in m.posts("kk", days)
    )
    twice = (*same, msgspec.structs.replace(same[0], link="https://a.example/1#top", date=date(2024, 5, 1)))
    outside = m.posts("kk", [date(2023, 12, 31), date(2025, 1, 1)])
    line = next(line for line in score(m.full(posts=twice + outside)).lines if line.row == "row2")
    assert line.found["posts"] == 1


@pytest.mark.clause("assessment:annex10.table6.row2.1")
def test_row_2_looks_only_at_whole_weeks_and_months() -> None:
    period = Period(date(2024, 1, 3), date(2024, 12, 29))  # Wednesday to Sunday
    days = [date(2024, 1, 8) + timedelta(days=7 * n) for n in range(51)]
    found = score(m.full(posts=m.posts("kk", days)), period=period)
    assert found.points("row2", "kk") == Decimal("1.5")
    short = Period(date(2024, 1, 2), date(2024, 1, 6))  # no whole week: the number alone
    assert list(scoring.full_weeks(short)) == []
    days = [date(2024, 1, 2)] * 51
    assert score(m.full(posts=m.posts("kk", days)), period=short).points("row2", "kk") == Decimal("1.5")


@pytest.mark.clause("assessment:annex10.table6.row3")
@pytest.mark.parametrize(
    ("languages", "earned"), [((), ("0", "0")), (("kk",), ("2", "0")), (("kk", "ru"), ("2", "2"))]
)
def test_row_3_open_sessions(languages: Any, earned: tuple[str, str]) -> None:
    assert points(m.full(sessions=m.sessions(*languages)), "row3") == pair(*earned)


@pytest.mark.clause("assessment:annex10.table6.row3")
def test_row_3_needs_an_announcement() -> None:
    (silent,) = (msgspec.structs.replace(each, announcement_links=()) for each in m.sessions("kk"))
    assert points(m.full(sessions=(silent,)), "row3") == pair("0", "0")


@pytest.mark.clause("assessment:annex10.table6.note1", "assessment:annex9.table5.note1")
def test_the_ministry_of_defence_is_not_assessed_on_sessions() -> None:
    line = next(line for line in score(m.full(), m.DEFENCE).lines if line.row == "row3")
    assert (line.state, line.points, line.most) == ("NOT_ASSESSED", 0, 0)
    assert next(line for line in score(m.full(), m.FOREIGN).lines if line.row == "row3").state == "SCORED"


@pytest.mark.clause("assessment:annex10.table6.row4.1")
@pytest.mark.parametrize(
    ("announced", "earned"), [(("kk", "ru"), ("1", "1")), (("kk",), ("1", "0")), ((), ("0", "0"))]
)
def test_row_4_1_each_meeting_of_the_schedule_is_announced(announced: Any, earned: tuple[str, str]) -> None:
    assert points(m.full(**m.meetings(announced, ())), "row4.1") == pair(*earned)


@pytest.mark.clause("assessment:annex10.table6.row4.1")
def test_row_4_1_one_meeting_missing_or_no_schedule_earns_nothing() -> None:
    given = m.meetings(("kk",), ())
    given["schedule"] += (date(2024, 11, 12),)
    assert points(m.full(**given), "row4.1") == pair("0", "0")
    assert points(m.full(schedule=(), meetings=()), "row4.1") == pair("0", "0")


@pytest.mark.clause("assessment:annex10.table6.row4.2")
@pytest.mark.parametrize(
    ("planned", "earned"), [(("kk", "ru"), ("1", "1")), (("ru",), ("0", "1")), ((), ("0", "0"))]
)
def test_row_4_2_plan_and_progress_of_each_meeting(planned: Any, earned: tuple[str, str]) -> None:
    given = m.meetings(("kk", "ru"), planned)
    assert points(m.full(**given), "row4.2") == pair(*earned)
    first, second = given["meetings"]
    without = msgspec.structs.replace(second, progress={})
    assert points(m.full(**given | {"meetings": (first, without)}), "row4.2") == pair("0", "0")


@pytest.mark.clause("assessment:annex10.table6.row4.3")
@pytest.mark.parametrize(("body", "each"), [(m.CENTRAL, "0.5"), (m.LOCAL, "1"), (m.FOREIGN, "0.5")])
def test_row_4_3_by_kind_of_body(body: Body, each: str) -> None:
    assert points(m.full(receptions=m.receptions("kk")), "row4.3", body) == pair(each, "0")
    assert points(m.full(receptions=()), "row4.3", body) == pair("0", "0")


@pytest.mark.clause("assessment:annex10.table6.row4.4", "assessment:annex10.table6.note3")
def test_row_4_4_meetings_with_ngos_are_not_for_local_bodies() -> None:
    assert points(m.full(ngo_meetings=m.ngo_meetings("ru")), "row4.4") == pair("0", "0.5")
    assert points(m.full(ngo_meetings=()), "row4.4") == pair("0", "0")
    lines = [line for line in score(m.full(), m.LOCAL).lines if line.row == "row4.4"]
    assert {(line.state, line.points, line.most) for line in lines} == {
        ("NOT_ASSESSED", Decimal(0), Decimal(0))
    }


def _others(*fours: tuple[str, ...]) -> dict[str, Report]:
    """Reports of central bodies that earn row 4.4 and 4.3 in these languages, the rest in full."""
    return {
        body.id: m.full(body.id, ngo_meetings=m.ngo_meetings(*languages))  # type: ignore[arg-type]
        for body, languages in zip(CENTRAL_55, fours, strict=True)
    }


@pytest.mark.clause(
    "assessment:annex10.table6.note2", "assessment:annex9.table5.note2", "assessment:annex10.table6.row4"
)
def test_the_two_ministries_get_the_average_of_the_other_central_bodies() -> None:
    reports = _others(("kk", "ru"), ()) | {
        body.id: m.full(body.id) for body in (m.DEFENCE, m.FOREIGN, m.LOCAL)
    }
    bodies = [*CENTRAL_55, m.DEFENCE, m.FOREIGN, m.LOCAL]
    found = {score.body: score for score in score_all(reports, bodies, m.YEAR, m.policies())}
    mean = Decimal("5.50")  # of 6 and 5
    assert [found[body.id].points("row4", "kk") * 2 for body in CENTRAL_55] == [6, 5]
    assert found[m.DEFENCE.id].total == 5 + 3 + mean
    assert found[m.FOREIGN.id].total == 5 + 3 + 4 + mean
    assert found[m.DEFENCE.id].most == 14
    assert {line.state for line in found[m.FOREIGN.id].lines if line.row == "row4"} == {"AVERAGED"}


@pytest.mark.clause("assessment:annex10.table6.note2")
def test_the_average_has_two_decimals_half_up() -> None:
    bodies = [Body(f"CENTRAL_{n}", {"kk": str(n)}, Kind.CENTRAL) for n in range(8)]
    reports = {body.id: m.full(body.id, ngo_meetings=()) for body in bodies} | {
        "CENTRAL_0": m.full("CENTRAL_0", ngo_meetings=m.ngo_meetings("kk"))
    }
    found = {s.body: s for s in score_all(reports, [*bodies, m.FOREIGN], m.YEAR, m.policies())}
    assert found[m.FOREIGN.id].points("row4", "kk") == Decimal("2.56")  # (3 + 7 x 2.5) / 8 = 2.5625
    assert found[m.FOREIGN.id].points("row4", "ru") == Decimal("2.50")
    alone = score_all({}, [m.FOREIGN], m.YEAR, m.policies())
    assert alone[0].points("row4", "kk") == 0  # nobody to take the mean of
