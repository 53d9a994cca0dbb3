"""Who assesses whom (paragraph 5), what flows where (26), sources of D3 (9), support (6)."""

from __future__ import annotations

from datetime import date

import pytest

from qyzmet.acts.assessment import bodies as b
from qyzmet.acts.assessment.bodies import Body, Direction, Flag, Kind
from qyzmet.law.act import Period
from qyzmet.runtime.errors import BadValue, UnknownName
from tests.acts.assessment.material import CENTRAL, LOCAL

DAY = date(2024, 6, 1)
D1, D2, D3, ELECTRONIC = Direction


@pytest.mark.clause(
    "assessment:para5.1", "assessment:para5.2", "assessment:para5.3", "assessment:para5.4",
    "assessment:para5.5", "assessment:para5.6", "assessment:para5.7",
)  # fmt: skip
@pytest.mark.parametrize(
    ("body", "direction", "assessor", "line"),
    [
        (b.GPO, D1, "PRESIDENT_ADMIN", "para5.1"),
        (b.GPO, D2, "PRESIDENT_ADMIN", "para5.1"),
        (b.GPO, D3, "PRESIDENT_ADMIN", "para5.1"),
        (b.AGENCY, D1, "PRESIDENT_ADMIN", "para5.2"),
        (b.AGENCY, D2, "INFO_MINISTRY", "para5.6"),
        (b.DIGITAL_MINISTRY, ELECTRONIC, "GOV_APPARATUS", "para5.3"),
        (b.DIGITAL_MINISTRY, D1, "AGENCY", "para5.5"),
        (b.DIGITAL_MINISTRY, D2, "INFO_MINISTRY", "para5.6"),
        (b.INFO_MINISTRY, D2, "GOV_APPARATUS", "para5.4"),
        (b.INFO_MINISTRY, D1, "AGENCY", "para5.5"),
        (CENTRAL, D1, "AGENCY", "para5.5"),
        (LOCAL, D2, "INFO_MINISTRY", "para5.6"),
        (LOCAL, D3, "COMMITTEE", "para5.7"),
        (CENTRAL, D3, "COMMITTEE", "para5.7"),
    ],
)  # fmt: skip
def test_each_line_of_paragraph_5(body: Body, direction: Direction, assessor: str, line: str) -> None:
    found = b.task(body, direction, DAY)
    assert found is not None
    assert (found.assessor, found.clause.place) == (assessor, line)


@pytest.mark.clause("assessment:para5", "assessment:para6", "assessment:para26.1")
@pytest.mark.parametrize(
    ("body", "direction"),
    [
        (b.COURT_ADMIN, D1),
        (b.COMMITTEE, D3),
        (CENTRAL, ELECTRONIC),
        (LOCAL, ELECTRONIC),
        (b.PRESIDENT_ADMIN, D2),
    ],
)
def test_nobody_else_is_assessed(body: Body, direction: Direction) -> None:
    """Neither the Court Administration (G-17) nor electronic services of others: those are supported."""
    assert b.task(body, direction, DAY) is None


@pytest.mark.clause("assessment:para5")
def test_nobody_assesses_itself() -> None:
    everyone = [*b.NAMED, CENTRAL, LOCAL]
    found = b.tasks(everyone, DAY)
    assert len(found) == len({(task.body, task.direction) for task in found})
    assert all(task.assessor != task.body for task in found)


def test_bodies_are_known_by_date() -> None:
    gone = Body(
        "GONE", {"kk": "Таратылған"}, Kind.CENTRAL, known=Period(date(2023, 6, 1), date(2023, 12, 31))
    )
    assert b.task(gone, D2, date(2023, 12, 31)) is not None
    assert b.task(gone, D2, date(2024, 1, 1)) is None


@pytest.mark.clause("assessment:para26", "assessment:para26.1", "assessment:para26.2")
def test_flows_of_paragraph_26() -> None:
    assert [(f.supplied_by, f.supplied_to, f.clause.place) for f in b.flows()] == [
        ("AGENCY", "PRESIDENT_ADMIN", "para26.1"),
        ("GPO", "PRESIDENT_ADMIN", "para26.1"),
        ("COURT_ADMIN", "PRESIDENT_ADMIN", "para26.1"),
        ("DIGITAL_MINISTRY", "GOV_APPARATUS", "para26.2"),
    ]


@pytest.mark.clause(
    "assessment:para9", "assessment:para9.a", "assessment:para9.b", "assessment:para9.c", "assessment:para9.d"
)
def test_sources_of_complaints() -> None:
    sources = b.complaint_sources()
    assert [source.clause.place for source in sources] == ["para9.a", "para9.b", "para9.c", "para9.d"]
    assert "1-ОЛ" in sources[1].names["kk"]  # Cyrillic letters (G-21)
    assert all(set(source.names) == {"kk", "ru", "en"} for source in sources)


@pytest.mark.clause("assessment:para5.7", "assessment:para9")
def test_both_names_of_the_third_direction() -> None:
    assert b.direction_named("«Шағымдар мен арыздарды қарау сапасы»") is D3
    assert b.direction_named("Шағымдар мен өтініштерді қарау сапасы") is D3
    assert b.direction_named("D2") is D2
    with pytest.raises(UnknownName):
        b.direction_named("D9")


@pytest.mark.parametrize(
    ("id", "names", "kind", "flag", "field"),
    [
        ("A B", {"kk": "а"}, Kind.CENTRAL, Flag.NONE, "body.id"),
        ("A", {"ru": "а"}, Kind.CENTRAL, Flag.NONE, "names.kk"),
        ("A", {"kk": "а"}, Kind.LOCAL, Flag.MINISTRY_OF_DEFENCE, "flag"),
    ],
)
def test_a_wrong_body_is_refused(id: str, names: dict[str, str], kind: Kind, flag: Flag, field: str) -> None:
    with pytest.raises(BadValue, match=field):
        Body(id, names, kind, flag)
