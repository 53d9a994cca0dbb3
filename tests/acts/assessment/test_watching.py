"""The evidence of a period: links, portals, rhythm, and what changed since a report was read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from qyzmet.acts.assessment import events as e
from qyzmet.acts.assessment import words
from qyzmet.acts.assessment.evidence import rhythm
from qyzmet.acts.assessment.life import open_period
from qyzmet.acts.assessment.report import PLACES, Dataset, Report
from qyzmet.acts.assessment.store import Store
from qyzmet.acts.assessment.watching import read_evidence, waiting
from qyzmet.exchange.client import HttpPartners
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.connection import connect
from qyzmet.runtime.database import Database
from qyzmet_twins.openness import Openness, Page
from qyzmet_twins.opennesssites import Sites, served
from tests.acts.assessment import material as m

DAY = date(2024, 5, 5)


def findings(store: Store) -> dict[str, str]:
    """The level of each code that the machine's last look gave."""
    advice = store.period("2024").checks["CENTRAL_ONE"].advice
    return {finding.code: finding.level for each in advice for finding in each.findings}


@pytest.mark.clause("assessment:annex9.table1.row1", "assessment:annex9.table5.row3")
def test_the_evidence_of_a_period_read_and_read_again(database: Database, clock: HandClock) -> None:
    clock.set(datetime(2025, 1, 10, 9, tzinfo=KZ))
    sites = Sites(Openness(m.YEAR.first, date(2024, 12, 31)), base="")
    with served(sites) as base, connect(database.engine_url) as connection, HttpPartners(base) as partners:
        sites.world.pages["/post"] = Page("/post", "kk", "title", DAY)
        sites.world.datasets[f"{base}/post"] = {"periodicity": "monthly", "updated": date(2024, 12, 20),
                                                "automated": True}  # fmt: skip
        (post,) = m.posts("kk", [DAY])
        report = Report(
            body="CENTRAL_ONE",
            posts=(msgspec.structs.replace(post, link=f"{base}/post"),),
            datasets=(Dataset(link=f"{base}/post", periodicity="monthly"),),
        )
        store = Store(connection)
        entry = e.BodyEntry("CENTRAL_ONE", {"kk": "Бірінші"}, "CENTRAL")
        store.open(
            "2024",
            open_period(
                "2024", m.YEAR, date(2025, 2, 1), date(2025, 4, 1), [entry], m.policies(), clock.now(), "k"
            ),
        )
        store.do("2024", lambda life: life.submit(report, clock.now(), "b"))
        told: list[Any] = []
        inside = {base.removeprefix("http://")}

        def read(**more: Any) -> list[str]:
            return read_evidence(
                store,
                "2024",
                clock,
                lambda *each: told.append(each),
                inside=inside,
                partners=partners,
                **more,
            )

        assert (waiting(store.period("2024")), read(), read()) == (["CENTRAL_ONE"], ["CENTRAL_ONE"], [])
        assert told[-1] == ("CENTRAL_ONE", 1, 1)
        first = findings(store)
        assert {"link_answers", "dataset_automated", "dataset_fresh"} <= first.keys()
        assert "link_changed" not in first
        sites.changed.add("/post")
        assert read(again=True) == ["CENTRAL_ONE"]
        assert findings(store)["link_changed"] == "doubt"
        assert read(again=True) == ["CENTRAL_ONE"]
        assert findings(store)["link_changed"] == "doubt", (
            "beside what was read first, not what was read last"
        )
        assert store.verify("2024") == []


@pytest.mark.clause("assessment:annex10.table6.row2")
@pytest.mark.parametrize(
    ("days", "code"),
    [
        (m.weekly(60), "rhythm_weekly"),
        ([date(2024, month, day) for month in range(1, 13) for day in (3, 17)], "rhythm_twice_a_month"),
        ([date(2024, month, 3) for month in range(1, 13)], "rhythm_monthly"),
        ([date(2024, 3, 3)], "rhythm_irregular"),
        ([], "rhythm_irregular"),
    ],
)
def test_the_rhythm_of_a_blog(days: list[date], code: str) -> None:
    found = rhythm(Report(body="X", posts=m.posts("kk", days)), m.YEAR)[0]
    assert (found.code, found.values["posts"]) == (code, str(len(days)))
    assert str(len(days)) in words.finding_said(found.code, found.values, "kk")


def test_every_finding_has_words_in_three_languages() -> None:
    for names in words.FINDINGS.values():
        assert set(names) == {"kk", "ru", "en"}


def test_every_field_and_value_of_a_record_has_words() -> None:
    for name in PLACES:
        for field, hint in get_type_hints(get_args(get_type_hints(Report)[name])[0]).items():
            assert set(words.FIELDS[field]) == {"kk", "ru", "en"}
            for value in get_args(hint) if get_origin(hint) is Literal else ():
                assert set(words.VALUES[value]) == {"kk", "ru", "en"}


def test_a_record_in_words() -> None:
    meeting = m.meetings(("kk",), ("kk",))["meetings"][0]
    assert dict(words.record_said(meeting, "en"))["time"] == ["2024-03-12 10:00"]
    (reception,) = m.receptions("kk")
    told = dict(words.record_said(reception, "ru"))
    assert told["вопросы"] == ["a road, системный"]
    assert told["язык"] == ["государственный"]
    assert words.number_said(Decimal("2.5"), "kk") == "2,5"
