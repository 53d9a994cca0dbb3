"""Annex 9: what each row of the reporting tables must hold, and what is refused with its remedy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from qyzmet.acts.assessment import forms
from qyzmet.acts.assessment.clauses import ACT
from qyzmet.acts.assessment.report import (
    BlogPost,
    Dataset,
    DatasetRequest,
    Fault,
    Measure,
    Meeting,
    NgoIssue,
    Report,
    duplicates,
    faults,
    must_be_scorable,
    read_report,
    same_address,
)
from qyzmet.law.act import Period
from qyzmet.runtime.errors import BadValue, Refused
from tests.acts.assessment import material as m

TODAY = date(2025, 1, 15)


def found(today: date = TODAY, **changes: Any) -> list[Fault]:
    return faults(m.full(**changes), m.YEAR, today)


def only(today: date = TODAY, **changes: Any) -> Fault:
    (fault,) = found(today, **changes)
    assert fault.remedy
    return fault


@pytest.mark.clause("assessment:annex9.table5", "assessment:annex9.table1", "assessment:annex9.table6")
def test_a_whole_report_has_no_fault() -> None:
    assert found(organisations=(m.organisation(),), questions=m.questions("kk", 1, 2)) == []


@pytest.mark.clause("assessment:annex9.table1.row1")
def test_data_sets_need_a_working_link_form_and_their_periodicity() -> None:
    good = Dataset(link="https://data.egov.kz/datasets/view?index=a", periodicity="monthly")
    assert found(datasets=(good,)) == []
    assert only(datasets=(Dataset(link=good.link),)).field == "datasets[1].periodicity"
    assert (
        only(datasets=(good, Dataset(link="data.egov.kz", periodicity="monthly"))).field == "datasets[2].link"
    )


@pytest.mark.clause("assessment:annex9.table1.row2")
def test_requests_show_content_and_decision() -> None:
    good = DatasetRequest(channel="APPLICATION", requested_content="schools", decision="published")
    assert found(requests=(good,)) == []
    without = msgspec.structs.replace(good, decision=" ")
    assert only(requests=(without,)).field == "requests[1].decision"


@pytest.mark.clause(
    "assessment:annex9.table1.row3", "assessment:annex9.table1.row3.1", "assessment:annex9.table1.row3.2"
)
@pytest.mark.parametrize("kind", ["SURVEY", "INTERNET_CONFERENCE", "IT_MEETING", "DATA_LAB"])
def test_measures_need_documents_and_meetings_need_coverage(kind: Any) -> None:
    link = ("https://a.example/1",)
    whole = Measure(
        type=kind, date=date(2024, 2, 1), result="needs", document_links=link, coverage_links=link
    )
    assert found(measures=(whole,)) == []
    bare = msgspec.structs.replace(whole, coverage_links=())
    needs = kind in ("IT_MEETING", "DATA_LAB")
    assert [fault.place for fault in found(measures=(bare,))] == ["annex9.table1.row3.2"] * needs
    assert only(measures=(msgspec.structs.replace(whole, document_links=()),)).rule == "are needed"


@pytest.mark.clause("assessment:annex9.table5.row1")
def test_events_have_participants() -> None:
    (event, *_) = m.full().events
    assert only(events=(msgspec.structs.replace(event, participants=-1),)).field == "events[1].participants"
    assert found(events=(msgspec.structs.replace(event, participants=0),)) == []


@pytest.mark.clause("assessment:annex9.table5.row2")
def test_sessions_name_their_announcements() -> None:
    (session,) = m.sessions("kk")
    without = msgspec.structs.replace(session, announcement_links=())
    assert only(sessions=(without,)).field == "sessions[1].announcement_links"


@pytest.mark.clause("assessment:annex9.table5.row3")
@pytest.mark.parametrize(
    ("day", "today", "rule"),
    [
        (date(2024, 1, 1), TODAY, ""),
        (date(2024, 12, 31), TODAY, ""),
        (date(2023, 12, 31), TODAY, "lies outside the reporting period"),
        (date(2025, 1, 1), TODAY, "lies outside the reporting period"),
        (date(2024, 6, 2), date(2024, 6, 1), "lies in the future"),
    ],
)
def test_posts_lie_in_the_period_and_not_in_the_future(day: date, today: date, rule: str) -> None:
    post = BlogPost(link="https://a.example/1", date=day, language="kk")
    said = faults(Report(body="X", posts=(post,)), m.YEAR, today)
    assert [rule in fault.rule for fault in said] == [True] * bool(rule)


@pytest.mark.clause(
    "assessment:annex9.table5.row4", "assessment:annex9.table5.row4.1", "assessment:annex9.table5.row4.2"
)
def test_meetings_have_a_moment_and_belong_to_the_schedule() -> None:
    def meeting(at: datetime, scheduled: date | None = None) -> Meeting:
        return Meeting(date_time=at, scheduled=scheduled, announcement_links={})

    assert found(meetings=(meeting(datetime(2024, 3, 12, 5, tzinfo=UTC), date(2024, 3, 12)),)) == []
    assert only(meetings=(meeting(datetime(2024, 3, 12, 5)),)).rule == "has no time zone"  # noqa: DTZ001
    assert (
        "schedule" in only(meetings=(meeting(datetime(2024, 3, 12, 5, tzinfo=UTC), date(2024, 3, 13)),)).rule
    )
    late = meeting(datetime(2024, 12, 31, 20, tzinfo=UTC))  # already 2025 in Kazakhstan
    assert "outside the reporting period" in only(meetings=(late,)).rule


@pytest.mark.clause("assessment:annex9.table5.row4.3")
def test_receptions_count_citizens_and_rate_issues() -> None:
    (reception,) = m.receptions("kk")
    assert only(receptions=(msgspec.structs.replace(reception, citizens_received=-5),)).remedy
    sent = msgspec.json.encode(m.full()).replace(b'"SYSTEMIC"', b'"URGENT"', 1)
    with pytest.raises(BadValue, match=r"receptions\[0\].issues\[0\].rating"):
        read_report(sent)


@pytest.mark.clause("assessment:annex9.table5.row4.4")
def test_each_issue_is_linked_to_an_ngo_of_the_list() -> None:
    (meeting,) = m.ngo_meetings("kk")
    stray = msgspec.structs.replace(meeting, issues=(NgoIssue(text="access", ngo="Басқа"),))
    assert only(ngo_meetings=(stray,)).field == "ngo_meetings[1].issues[1].ngo"
    nobody = msgspec.structs.replace(meeting, ngos=(), issues=())
    assert only(ngo_meetings=(nobody,)).field == "ngo_meetings[1].ngos"


@pytest.mark.clause("assessment:annex9.table6.row1")
@pytest.mark.parametrize(
    ("own", "section", "good"),
    [
        ("https://a.kz", None, True),
        (None, "https://b.kz/a", True),
        (None, None, False),
        ("https://a.kz", "https://b.kz", False),
    ],
)
def test_an_organisation_has_its_own_site_or_a_section(
    own: str | None, section: str | None, good: bool
) -> None:
    org = m.organisation(own_site_link=own, section_link=section)
    assert (found(organisations=(org,)) == []) is good


@pytest.mark.clause("assessment:annex9.table6.row2")
def test_data_sets_of_organisations_are_links() -> None:
    assert found(organisation_datasets=(Dataset(link="https://data.egov.kz/1"),)) == []
    assert only(organisation_datasets=(Dataset(link="ftp://data"),)).place == "annex9.table6.row2"


@pytest.mark.clause("assessment:annex9.table6.row3", "assessment:para2.4", "assessment:para2.10")
def test_questions_name_a_listed_organisation_that_is_not_fully_state_owned() -> None:
    org, owned = m.organisation(), m.organisation("мемлекеттік", fully_state_owned=True)
    assert found(organisations=(org, owned), questions=m.questions("kk", 1, 1)) == []
    assert "100 %" in only(organisations=(org, owned), questions=m.questions("kk", 1, 1, "мемлекеттік")).rule
    assert "no organisation" in only(organisations=(org,), questions=m.questions("kk", 1, 1, "басқа")).rule
    both = m.questions("kk", 1, 1) + m.questions("kk", 0, 1)
    assert "differs" in only(organisations=(org,), questions=both).rule


def test_what_stands_twice_is_pointed_out_and_not_a_fault() -> None:
    (post,) = m.posts("kk", [date(2024, 2, 2)])
    again = msgspec.structs.replace(post, link=f"{post.link}/?utm_source=x#top")
    report = m.full(posts=(post, again))
    assert [fault.place for fault in duplicates(report)] == ["annex9.table5.row3"]
    assert faults(report, m.YEAR, TODAY) == []
    assert same_address("http://www.a.kz/b/") == same_address("https://a.kz/b#c")
    assert same_address("https://a.kz/b?id=1") != same_address("https://a.kz/b?id=2")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"<xml/>", "is no JSON"),
        (b'{"events": []}', "missing required field `body`"),
        (b'{"body": "X", "evnts": []}', "unknown field `evnts`"),
        (
            b'{"body": "X", "posts": [{"link": "https://a.kz", "date": "2024-13-01", "language": "kk"}]}',
            r"posts\[0\].date",
        ),
        (
            b'{"body": "X", "posts": [{"link": "https://a.kz", "date": "2024-01-01", "language": "en"}]}',
            "language",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(sent: bytes, said: str) -> None:
    with pytest.raises(BadValue, match=said):
        read_report(sent)


@pytest.mark.parametrize(
    "link",
    [
        "https://a.kz/\x00",
        "https://u:p@a.kz/",
        "javascript:alert(1)",
        "https://a.kz:x/",
        "https://a b.kz",
        "https://",
    ],
)
def test_hostile_links_are_no_addresses(link: str) -> None:
    assert only(datasets=(Dataset(link=link, periodicity="monthly"),)).rule == "is no web address"


@pytest.mark.clause("assessment:order.4")
@pytest.mark.parametrize(
    ("last", "published", "said"),
    [
        (date(2023, 5, 31), date(2023, 4, 5), "earlier tables are not loaded"),
        (date(2023, 6, 1), date(2023, 4, 5), ""),
        (date(2023, 12, 31), date(2023, 4, 5), ""),
        (date(2023, 7, 1), date(2023, 8, 1), "before the order took effect"),
    ],
)
def test_periods_of_earlier_tables_are_never_scored(last: date, published: date, said: str) -> None:
    period = Period(date(2023, 1, 1), last)
    if said:
        with pytest.raises(Refused, match=said):
            must_be_scorable(period, published)
    else:
        must_be_scorable(period, published)


@pytest.mark.clause("assessment:annexes")
def test_every_row_has_its_official_label_and_is_linked_by_indicator() -> None:
    for table, rows in forms.TABLES.items():
        assert set(forms.HEADINGS[table]) == {"kk", "ru", "en"}
        for row in rows:
            assert row.clause == ACT[row.place]
            assert all(row.label(language).strip() for language in ("kk", "ru", "en"))
            assert forms.row(row.place) is row
    linked = {row.place: row.counterpart for row in forms.DIALOGUE}
    # Sessions stand before the blog in Annex 9 and after it in Annex 10 (G-15).
    assert linked["annex9.table5.row2"] == "row3"
    assert linked["annex9.table5.row3"] == "row2"
    assert [row.place for row in forms.OPEN_DATA if row.supplied_by_ministry] == ["annex9.table1.row4"]
