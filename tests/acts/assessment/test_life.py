"""A period from opening to publication: what may happen when, appeals, the conclusion of paragraph 118."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment import life as lives
from qyzmet.acts.assessment.life import FaultyReport, Life, open_period
from qyzmet.acts.assessment.report import Report
from qyzmet.acts.assessment.store import Store
from qyzmet.law.act import Period
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from tests.acts.assessment import material as m

AT = datetime(2025, 1, 10, 6, tzinfo=UTC)
APPEALS = datetime(2025, 3, 1, 6, tzinfo=UTC)
CODE = "2024"
ENTRIES = (
    e.BodyEntry("CENTRAL_ONE", {"kk": "Бірінші министрлік"}, "CENTRAL"),
    e.BodyEntry("LOCAL_ONE", {"kk": "Бірінші әкімдік"}, "LOCAL"),
    e.BodyEntry("INFO_MINISTRY", {"kk": "Ақпарат министрлігі"}, "CENTRAL"),
)


def opened(**changes: Any) -> e.Opened:
    given: dict[str, Any] = {
        "code": CODE, "period": m.YEAR, "report_due": date(2025, 1, 20), "appeal_due": date(2025, 2, 28),
        "entries": ENTRIES, "policies": m.policies(), "at": AT, "by": "ministry",
    } | changes  # fmt: skip
    return open_period(**given)


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    with connect(database.engine_url) as connection:
        found = Store(connection)
        found.open(CODE, opened())
        yield found


def everything(life: Life, body: str) -> list[e.Verdict]:
    return [e.Verdict(item, True) for item in dict.fromkeys(life.undecided(body))]


def scored(store: Store, central: Report | None = None) -> Life:
    """Two bodies report, all of it counts, results are there; the third body reports nothing."""
    for report in (central or m.full(), m.full("LOCAL_ONE")):
        store.do(CODE, lambda life, report=report: life.submit(report, AT, report.body))  # type: ignore[misc]
    for body in ("CENTRAL_ONE", "LOCAL_ONE"):
        store.do(CODE, lambda life, body=body: life.decide(body, everything(life, body), AT, "assessor"))  # type: ignore[misc]
    return store.do(CODE, lambda life: life.score(m.policies(), AT, "assessor"))


def result(life: Life, body: str) -> e.ScoredBody:
    return next(each for each in life.results[-1].scores if each.body == body)


@pytest.mark.clause("assessment:para118")
def test_a_period_from_opening_to_publication(store: Store) -> None:
    life = scored(store, m.full(events=()))
    assert life.stage == "appeals"
    assert [(each.rank, each.body, str(each.result)) for each in life.results[-1].scores] == [
        (1, "LOCAL_ONE", "18.0"), (2, "CENTRAL_ONE", "13.0"), (3, "INFO_MINISTRY", "0"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="not closed"):
        store.do(CODE, lambda life: life.conclude(m.policies(), "INFO_MINISTRY", APPEALS, "ministry"))
    store.do(CODE, lambda life: life.close_appeals(APPEALS, "board"))
    with pytest.raises(Refused, match="did not go to the Agency"):
        store.do(CODE, lambda life: life.publish(APPEALS, "ministry"))
    with pytest.raises(Refused, match="G-04"):
        store.do(CODE, lambda life: life.conclude(m.policies(), "GOV_APPARATUS", APPEALS, "apparatus"))
    store.do(CODE, lambda life: life.conclude(m.policies(), "INFO_MINISTRY", APPEALS, "ministry"))
    life = store.do(CODE, lambda life: life.publish(APPEALS, "ministry"))
    assert (life.stage, life.publications[-1].version) == ("published", 1)
    assert life.conclusions[-1].at >= life.closed.at  # type: ignore[union-attr]
    assert store.period(CODE) == life
    assert store.verify(CODE) == []


@pytest.mark.clause("assessment:para118")
def test_the_submitter_of_the_conclusion_is_a_reading(store: Store) -> None:
    scored(store)
    store.do(CODE, lambda life: life.close_appeals(APPEALS, "board"))
    chosen = m.policies(G_04="GOV_APPARATUS")
    life = store.do(CODE, lambda life: life.conclude(chosen, "GOV_APPARATUS", APPEALS, "apparatus"))
    assert life.conclusions[-1].submitter == "GOV_APPARATUS"


def test_one_appeal_is_granted_and_one_refused(store: Store) -> None:
    scored_life = scored(store, m.full())
    event = next(item for place, item in m.full().items() if place == "annex9.table5.row1")
    assert result(scored_life, "CENTRAL_ONE").total == 18
    store.do(CODE, lambda life: life.object("LOCAL_ONE", "row1", "kk", "a link was down", AT, "akimat"))
    store.do(CODE, lambda life: life.object("CENTRAL_ONE", "row2", "ru", "count more", AT, "ministry clerk"))
    with pytest.raises(Refused, match="not answered: 1, 2"):
        store.do(CODE, lambda life: life.close_appeals(APPEALS, "board"))
    with pytest.raises(Refused, match="does not answer it"):
        store.do(CODE, lambda life: life.answer(1, True, "yes", (), AT, "akimat"))
    changed = [e.Verdict(event.id, False, "proved wrong")]
    later = AT + timedelta(days=1)
    store.do(CODE, lambda life: life.answer(1, True, "the page was seen", changed, later, "board"))
    store.do(CODE, lambda life: life.answer(2, False, "counted as the table says", (), later, "board"))
    with pytest.raises(Refused, match="was answered"):
        store.do(CODE, lambda life: life.answer(2, True, "yes", (), later, "board"))
    with pytest.raises(Refused, match="not in the results yet"):
        store.do(CODE, lambda life: life.close_appeals(APPEALS, "board"))
    with pytest.raises(Refused, match="needs a reason"):
        store.do(CODE, lambda life: life.score(m.policies(), later + timedelta(hours=1), "board"))
    life = store.do(
        CODE, lambda life: life.score(m.policies(), later + timedelta(hours=1), "board", "objection 1")
    )
    assert len(life.results) == 2
    assert life.results[0].scores[0].total == 18  # the first version stays
    assert result(life, "LOCAL_ONE").total != result(scored_life, "LOCAL_ONE").total
    store.do(CODE, lambda life: life.close_appeals(APPEALS, "board"))


def test_results_changed_after_publication_are_a_new_version(store: Store) -> None:
    scored(store)
    policies = m.policies()
    store.do(CODE, lambda life: life.close_appeals(APPEALS, "board"))
    store.do(CODE, lambda life: life.conclude(policies, "INFO_MINISTRY", APPEALS, "ministry"))
    store.do(CODE, lambda life: life.publish(APPEALS, "ministry"))
    life = store.do(
        CODE, lambda life: life.score(m.policies(G_16=True), APPEALS, "ministry", "court decision")
    )
    assert life.stage == "closed"  # it goes to the Agency again before it is published
    store.do(CODE, lambda life: life.conclude(policies, "INFO_MINISTRY", APPEALS, "ministry"))
    life = store.do(CODE, lambda life: life.publish(APPEALS, "ministry"))
    assert [each.version for each in life.publications] == [1, 2]


def test_a_body_that_files_twice(store: Store) -> None:
    store.do(CODE, lambda life: life.submit(m.full(), AT, "clerk"))
    with pytest.raises(Refused, match="This very report"):
        store.do(CODE, lambda life: life.submit(m.full(), AT, "clerk"))
    late = datetime(2025, 2, 3, tzinfo=UTC)
    life = store.do(CODE, lambda life: life.submit(m.full(events=()), late, "clerk"))
    assert [len(each.report.events) for each in life.reports["CENTRAL_ONE"]] == [4, 0]
    assert not life.late("CENTRAL_ONE")  # the first came in time
    assert life.overdue(date(2025, 1, 20)) == []
    assert life.overdue(date(2025, 1, 21)) == ["INFO_MINISTRY", "LOCAL_ONE"]
    life = store.do(CODE, lambda life: life.submit(m.full("LOCAL_ONE"), late, "clerk"))
    assert life.late("LOCAL_ONE")


def test_a_faulty_report_is_refused_whole_with_every_fault(store: Store) -> None:
    report = m.full(posts=m.posts("kk", [date(2023, 1, 1), date(2022, 1, 1)]))
    with pytest.raises(FaultyReport) as refused:
        store.do(CODE, lambda life: life.submit(report, AT, "clerk"))
    assert len(refused.value.faults) == 2
    assert store.period(CODE).reports == {}
    with pytest.raises(UnknownName):
        store.do(CODE, lambda life: life.submit(m.full("ELSEWHERE"), AT, "clerk"))


def test_results_wait_until_every_record_is_decided(store: Store) -> None:
    store.do(CODE, lambda life: life.submit(m.full(), AT, "clerk"))
    with pytest.raises(Refused, match="undecided of CENTRAL_ONE"):
        store.do(CODE, lambda life: life.score(m.policies(), AT, "assessor"))
    with pytest.raises(Refused, match="good advice"):
        store.do(CODE, lambda life: life.confirm_good("CENTRAL_ONE", AT, "assessor"))
    (item, *_) = store.period(CODE).undecided("CENTRAL_ONE")
    with pytest.raises(BadValue, match="reason"):
        store.do(CODE, lambda life: life.decide("CENTRAL_ONE", [e.Verdict(item, False)], AT, "assessor"))
    with pytest.raises(UnknownName):
        store.do(CODE, lambda life: life.decide("CENTRAL_ONE", [e.Verdict("0" * 16, True)], AT, "assessor"))


def test_after_the_results_only_objections_change_something(store: Store) -> None:
    scored(store)
    for command in (
        lambda life: life.submit(m.full(events=()), AT, "clerk"),
        lambda life: life.decide("CENTRAL_ONE", [], AT, "assessor"),
    ):
        with pytest.raises(Refused, match="results of 2024 are there"):
            store.do(CODE, command)
    late = datetime(2025, 2, 28, 20, tzinfo=UTC)  # 1 March in Kazakhstan
    with pytest.raises(Refused, match="term for objections"):
        store.do(CODE, lambda life: life.object("LOCAL_ONE", "row1", "kk", "why", late, "akimat"))
    with pytest.raises(BadValue, match="row"):
        store.do(CODE, lambda life: life.object("LOCAL_ONE", "row9", "kk", "why", AT, "akimat"))
    with pytest.raises(Refused, match="close the day after"):
        store.do(CODE, lambda life: life.close_appeals(datetime(2025, 2, 28, 6, tzinfo=UTC), "board"))


@pytest.mark.clause("assessment:annex9.table1.row4")
def test_the_ministry_supplies_what_is_automated(store: Store) -> None:
    links = ("https://data.egov.kz/1",)
    with pytest.raises(Refused, match="supplied by DIGITAL_MINISTRY"):
        store.do(CODE, lambda life: life.supply_automated("CENTRAL_ONE", "CENTRAL_ONE", links, AT, "clerk"))
    life = store.do(
        CODE, lambda life: life.supply_automated("DIGITAL_MINISTRY", "CENTRAL_ONE", links, AT, "x")
    )
    assert life.automated == {"CENTRAL_ONE": links}


@pytest.mark.clause("assessment:order.4", "assessment:para5.4", "assessment:para5.6")
def test_opening_names_terms_and_assessors(store: Store) -> None:
    life = store.period(CODE)
    assert life.assessor_of("CENTRAL_ONE") == "INFO_MINISTRY"
    assert life.assessor_of("INFO_MINISTRY") == "GOV_APPARATUS"
    with pytest.raises(Refused, match="was opened before"):
        store.open(CODE, opened())
    with pytest.raises(Refused, match="earlier tables are not loaded"):
        opened(period=Period(date(2023, 1, 1), date(2023, 5, 31)))
    for changes in (
        {"report_due": date(2024, 12, 31)}, {"appeal_due": date(2025, 1, 20)}, {"code": "../x"},
        {"entries": ()}, {"entries": (*ENTRIES, ENTRIES[0])},
    ):  # fmt: skip
        with pytest.raises(BadValue):
            opened(**changes)


def test_two_at_the_same_moment_lose_nothing(store: Store, database: Database) -> None:
    """The second finds what the first did, and its command is looked at again."""
    with connect(database.engine_url) as other:
        seen: list[int] = []

        def meanwhile(life: Life) -> e.AnyEvent:
            seen.append(len(life.reports))
            if len(seen) == 1:
                Store(other).do(CODE, lambda life: life.submit(m.full("LOCAL_ONE"), AT, "akimat"))
            return life.submit(m.full(), AT, "clerk")

        life = store.do(CODE, meanwhile)
    assert seen == [0, 1]
    assert set(life.reports) == {"CENTRAL_ONE", "LOCAL_ONE"}


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE assessment_events SET content = content || ' '::bytea WHERE number = 2",
        "DELETE FROM assessment_events WHERE number = 2",
        "UPDATE assessment_events SET number = 7 WHERE number = 2",
    ],
)
def test_tampering_is_found_and_not_for_the_engines_role(
    store: Store, database: Database, tampering: str
) -> None:
    store.do(CODE, lambda life: life.submit(m.full(), AT, "clerk"))
    store.do(CODE, lambda life: life.submit(m.full("LOCAL_ONE"), AT, "clerk"))
    with connect(database.owner_url) as owner:
        owner.execute(tampering)
        owner.commit()
    assert store.verify(CODE) != []
    with connect(database.engine_url) as engine, pytest.raises(Exception, match="permission denied"):
        engine.execute("DELETE FROM assessment_events")


def test_where_points_were_lost(store: Store) -> None:
    life = scored(store, m.full(events=(), sessions=m.sessions("kk")))
    assert [(line.row, line.language) for line in lives.gains(result(life, "CENTRAL_ONE"))] == [
        ("row1", "kk"), ("row1", "ru"), ("row3", "ru"),
    ]  # fmt: skip
    assert lives.digest_of(m.full()) == lives.digest_of(
        msgspec.json.decode(lives.canonical(m.full()), type=Report)
    )
