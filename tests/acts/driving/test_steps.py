"""The 18 steps: the way to the licence by every channel, and every ending with its notice."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from qyzmet.acts.driving import applications, booking, notices
from qyzmet.acts.driving.procedure import FIRST, PROCEDURES
from qyzmet.cases import chain
from qyzmet.runtime.clock import KZ
from qyzmet.runtime.errors import BadValue, Refused, UnknownName
from tests.acts.driving.conftest import MakeRoad, Road

ORDER = ["pdac", "service_centre_ais", "admin_police", "health_ministry_is", "dispensary_register_is",
         "driving_school_ais", "exam_software"]  # fmt: skip


@pytest.mark.clause(
    "driving:§3",
    "driving:order.1",
    "driving:§3.1",
    "driving:§3.2",
    "driving:§3.3",
    "driving:§3.4",
    "driving:§3.5",
    "driving:§3.6",
    "driving:§3.7",
    "driving:§3.8",
    "driving:§3.9",
    "driving:§3.10",
    "driving:§3.11",
    "driving:§3.12",
    "driving:§3.13",
    "driving:§3.14",
    "driving:§3.15",
    "driving:§3.16",
    "driving:§3.17",
    "driving:§3.18",
)
def test_from_the_application_to_the_licence(road: Road) -> None:
    case = road.passed()
    assert road.step(case) == "formalities"
    road.formalities(case)
    assert road.step(case) == "review"
    road.decide(case, "approve")
    road.after(seconds=30)
    assert road.step(case) == "issue"
    applications.hand_over(road.store, case, "psc-1", "ALA-1", road.clock.now())
    road.run()
    assert road.step(case) == "issued"
    numbers = [int(clause.removeprefix("§3.")) for _, clause in road.path(case)]
    assert numbers == sorted(numbers), "the act's order"
    assert set(numbers) == set(range(1, 19)) - {2}, "every step but the link, which this channel has not"
    assert road.asked()[:7] == ORDER
    assert (
        chain.verify(road.store, road.worker._heads).faults == [] if hasattr(chain.Report, "faults") else True
    )


@pytest.mark.clause("driving:order.3.1", "driving:§1", "driving:§3.1", "driving:§3.2", "driving:§3.3")
@pytest.mark.parametrize("channel", applications.CHANNELS)
def test_each_channel_and_only_two_pass_by_the_link(road: Road, channel: str) -> None:
    who = road.person()
    case, link = road.bring(who, channel)
    if channel in ("EGOV_PORTAL", "EGOV_MOBILE"):
        assert road.step(case) == "link"
        assert road.asked() == [], "nobody is asked before the person is authorised"
        (subject,) = road.vault.subjects_for([who])
        with pytest.raises(UnknownName):
            applications.followed(road.store, "another", subject, road.clock.now())
        with pytest.raises(UnknownName):
            applications.followed(road.store, link, subject + 1, road.clock.now())
        assert applications.followed(road.store, link, subject, road.clock.now()) == case
        road.run()
    else:
        assert not link
    assert road.step(case) == "fill_in"
    steps = [step for step, _ in road.path(case)]
    assert ("link" in steps) == (channel in ("EGOV_PORTAL", "EGOV_MOBILE"))


@pytest.mark.clause("driving:§3.3")
def test_who_is_not_authorised_stays_at_step_3(road: Road) -> None:
    case, _ = road.bring(road.person(), "BANK_IS", authorised=False)
    assert road.step(case) == "sign_in"
    assert road.asked() == []


#: What a system says, the ending, and how many systems were asked up to it.
ENDINGS = [
    pytest.param({"granted": False}, "ended_access_not_granted", 1, marks=pytest.mark.clause("driving:§3.4")),
    pytest.param({"licence": True}, "ended_licence_exists", 2, marks=pytest.mark.clause("driving:§3.5")),
    pytest.param({"parts": ["608.6"]}, "ended_exam_restriction", 3, marks=pytest.mark.clause("driving:§3.6")),
    pytest.param({"parts": ["608.7"]}, "ended_exam_restriction", 3, marks=pytest.mark.clause("driving:§3.6")),
    pytest.param({"parts": ["613.9"]}, "ended_exam_restriction", 3, marks=pytest.mark.clause("driving:§3.6")),
    pytest.param({"parts": ["613.10"]}, "ended_exam_restriction", 3, marks=pytest.mark.clause("driving:§3.6")),
    pytest.param({"medical": False}, "ended_no_medical_certificate", 4, marks=pytest.mark.clause("driving:§3.7")),
    pytest.param({"medical_valid": date(2026, 3, 1)}, "ended_no_medical_certificate", 4, marks=pytest.mark.clause("driving:§3.7")),
    pytest.param({"on_record": True}, "ended_dispensary_record", 5, marks=pytest.mark.clause("driving:§3.8")),
    pytest.param({"school": False}, "ended_no_school_certificate", 6, marks=pytest.mark.clause("driving:§3.9")),
    pytest.param({"school_valid": False}, "ended_no_school_certificate", 6, marks=pytest.mark.clause("driving:§3.9")),
    pytest.param({"left": 0}, "ended_no_attempts", 7, marks=pytest.mark.clause("driving:§3.10")),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "ending", "asked"), ENDINGS)
def test_a_refusing_gate_ends_the_service_and_nobody_else_is_asked(
    road: Road, answers: dict[str, object], ending: str, asked: int
) -> None:
    case = road.start(**answers)
    assert road.step(case) == ending
    road.after(days=1)
    assert road.asked() == ORDER[:asked], "after an ending no later system is asked (R-2)"
    assert "application.number" not in road.facts(case), "no number before step 12"
    for language, text in notices.NOTICES[notices.IMPOSSIBLE].items():
        found = notices.notice_of(ending, language)
        assert (found and found.code, found and found.text) == ("N-IMPOSSIBLE", text)
        told = notices.told(applications.case_of(road.store, case), language)
        assert told is not None
        assert told.found
        assert told.remedy
        assert told.query.startswith("Q"), "the number of the question, to ask about it there"


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"licence": False}, marks=pytest.mark.clause("driving:§3.5")),
        pytest.param({"parts": ["608.5", "613.8", "590.1"]}, marks=pytest.mark.clause("driving:§3.6")),
        pytest.param({"medical_valid": date(2026, 3, 2)}, marks=pytest.mark.clause("driving:§3.7")),
        pytest.param({"on_record": False}, marks=pytest.mark.clause("driving:§3.8")),
        pytest.param({"school_valid": date(2026, 3, 2)}, marks=pytest.mark.clause("driving:§3.9")),
        pytest.param({"left": 1}, marks=pytest.mark.clause("driving:§3.10")),
    ],
)
def test_the_other_side_of_each_gate_passes(road: Road, answers: dict[str, object]) -> None:
    assert road.step(road.start(**answers)) == "fill_in"


@pytest.mark.clause("driving:§3.6")
def test_parts_that_nobody_asked_about_do_not_count(road: Road) -> None:
    from qyzmet.exchange.driving import RESTRICTIONS, Restrictions

    road.partners.instead[RESTRICTIONS.path] = lambda items: [
        Restrictions(ref=item.ref, query="Q1", parts=["608.1", "613.3"]) for item in items
    ]
    assert road.step(road.start()) == "fill_in"


@pytest.mark.clause("driving:§3.7", "driving:§3.9")
def test_an_expired_certificate_counts_where_the_reading_says_so(make_road: MakeRoad) -> None:
    road = make_road(G_16="existing")
    assert road.step(road.start(medical_valid=False, school_valid=False)) == "fill_in"


@pytest.mark.clause("driving:order.3.1")
def test_of_health_and_offences_only_the_outcome_and_the_query_are_kept(road: Road) -> None:
    case = road.start(parts=["608.7"])
    kept = road.facts(case)["check.6"]
    assert kept == {"step": 6, "system": "admin_police", "outcome": "exists", "query": kept["query"]}
    assert "608" not in str(road.facts(case))


@pytest.mark.clause("driving:§3.11", "driving:§3.12")
def test_the_number_comes_after_the_lines_are_filled_in(road: Road) -> None:
    case = road.start()
    with pytest.raises(BadValue, match="category"):
        road.fill_in(case, category="Z")
    with pytest.raises(BadValue, match="centre"):
        road.fill_in(case, centre="nowhere")
    with pytest.raises(BadValue, match="exam_language"):
        road.fill_in(case, exam_language="fr")
    assert "application.number" not in road.facts(case)
    road.fill_in(case)
    assert road.fact(case, "application.number") == f"DL-2026-{case:08d}"
    with pytest.raises(Refused):
        road.fill_in(case)


@pytest.mark.clause("driving:§3.13", "driving:§3.14")
@pytest.mark.parametrize("kind", ["theory", "practice"])
def test_a_failed_examination_ends_the_service_and_a_new_one_begins_at_step_1(road: Road, kind: str) -> None:
    who = road.person(**{kind: "failed"})
    case, _ = road.bring(who)
    road.fill_in(case)
    road.sit(case, "theory")
    if kind == "practice":
        road.sit(case, "practice")
    assert road.step(case) == f"ended_{kind}_failed"
    found = notices.notice_of(road.step(case), "kk")
    assert found is not None
    assert found.code == "N-NEWAPP"
    with pytest.raises(Refused):
        road.wish(case, road.slot(kind))
    road.systems.put(who, **{kind: "passed"})
    again, _ = road.bring(who)
    assert again != case
    assert [clause for _, clause in road.path(again)][:2] == ["§3.1", "§3.3"], "all steps anew"


@pytest.mark.clause("driving:§3.14")
def test_practice_is_not_booked_before_theory_is_passed(road: Road) -> None:
    case = road.numbered()
    with pytest.raises(Refused, match="practice"):
        road.wish(case, road.slot("practice"))
    assert booking.last_wish(road.store, case, "practice") is None


@pytest.mark.clause("driving:§3.16")
def test_a_refusal_by_the_police_needs_a_reason_and_gives_the_notice(road: Road) -> None:
    case = road.passed()
    road.formalities(case)
    with pytest.raises(BadValue):
        road.decide(case, "refuse")
    road.decide(case, "refuse", reason="құжаттар сәйкес емес")
    assert road.step(case) == "refused"
    told = notices.told(applications.case_of(road.store, case), "kk")
    assert told is not None
    assert told.notice == "Бас тарту туралы хабарлама"
    assert told.reason == "құжаттар сәйкес емес"


@pytest.mark.clause("driving:§7", "driving:order.3.2")
def test_branches_take_neither_and_the_foreign_exchange_stays_with_them(road: Road) -> None:
    for service in ("FIRST", "REPLACEMENT"):
        with pytest.raises(Refused, match="Branches"):
            road.bring(road.person(), "BRANCH", service)
    with pytest.raises(Refused, match="at a branch"):
        road.bring(road.person(), "BRANCH", "FOREIGN_EXCHANGE")
    assert road.rows("SELECT count(*) FROM cases") == [(0,)]


@pytest.mark.clause("driving:order.6")
@pytest.mark.parametrize(
    ("day", "last", "taken"),
    [
        (date(2025, 10, 6), "2026-08-31", False),
        (date(2025, 10, 7), "2026-08-31", True),
        (date(2026, 8, 31), "2026-08-31", True),
        (date(2026, 9, 1), "2026-08-31", False),
        (date(2026, 9, 1), "2026-09-01", True),
        (date(2026, 9, 2), "2026-09-01", False),
    ],
)
def test_the_window_of_the_pilot(make_road: MakeRoad, day: date, last: str, taken: bool) -> None:
    road = make_road(datetime(day.year, day.month, day.day, 12, tzinfo=KZ), G_9=last)
    if taken:
        assert road.step(road.start()) == "fill_in"
    else:
        with pytest.raises(Refused, match="pilot"):
            road.start()


@pytest.mark.clause("driving:order.6")
def test_a_numbered_application_is_finished_after_the_pilot(make_road: MakeRoad) -> None:
    road = make_road(datetime(2026, 8, 31, 10, tzinfo=KZ))
    case = road.passed()
    road.after(days=3)
    with pytest.raises(Refused, match="pilot"):
        road.start()
    road.formalities(case)
    assert road.step(case) == "review"


def test_every_ending_of_the_act_has_its_notice_but_the_licence() -> None:
    endings = set(PROCEDURES[FIRST].endings)
    assert endings - {"issued"} == set(notices.BEHIND) - {"ended_no_licence"}


@pytest.mark.clause("driving:order.3.1")
def test_the_looks_into_the_vault_are_logged_and_one_serves_the_gates(road: Road) -> None:
    who = road.person()
    case, _ = road.bring(who)
    (subject,) = road.vault.subjects_for([who])
    looks = [(look.purpose, look.clause) for look in road.vault.looks(subject)]
    assert looks == [("ask the systems of steps 4 to 10, one after another", "driving:§3")]
    assert road.step(case) == "fill_in"
