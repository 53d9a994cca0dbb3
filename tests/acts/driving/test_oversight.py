"""Oversight (A§4), printing times (A§5), the passport (O§4), the Rules of 2014 (A§6)."""

from __future__ import annotations

from datetime import date

import pytest

from qyzmet.acts.driving import applications, oversight
from qyzmet.acts.driving.passport import passport
from qyzmet.acts.driving.steps import duty_tiyn
from qyzmet.cases import tasks
from qyzmet.law.calendar import working_calendar
from qyzmet.people.regions import REGIONS
from tests.acts.driving.conftest import MakeRoad, Road


def _running(road: Road) -> list[oversight.Running]:
    return oversight.running(road.store, road.policies, working_calendar(), list(REGIONS), road.clock.now())


@pytest.mark.clause("driving:§4")
def test_without_a_period_running_times_are_shown_and_nothing_is_late(road: Road) -> None:
    case = road.passed()
    road.formalities(case)
    road.after(days=40)
    (found,) = _running(road)
    assert (found.case, found.step, found.until, found.late) == (case, "review", None, False)
    assert found.seconds >= 40 * 86400
    assert oversight.running(road.store, road.policies, working_calendar(), ["71"], road.clock.now()) == []


@pytest.mark.clause("driving:§4", "driving:§5")
def test_with_periods_set_late_ones_come_first(make_road: MakeRoad) -> None:
    road = make_road(P_REVIEW_DAYS=3, P_PRINT_DAYS=1)
    road.systems.by_hand.add("printing")
    case = road.passed()
    road.formalities(case)
    assert not _running(road)[0].late
    road.after(days=7)
    (found,) = _running(road)
    assert found.late
    assert found.clause == "driving:§4"
    road.decide(case, "approve")
    (found,) = _running(road)
    assert (found.step, found.clause, found.late) == ("printing", "driving:§5", False)
    road.after(days=5)
    assert _running(road)[0].late
    assert oversight.summaries(_running(road))[0].late == 1
    applications.was_printed(road.store, case, "KZ 000123", "printer-1", road.clock.now())
    road.run()
    assert road.step(case) == "issue"
    ((region, many, seconds),) = oversight.printing_times(road.store, list(REGIONS))
    assert (region, many) == ("75", 1)
    assert seconds >= 5 * 86400


@pytest.mark.clause("driving:order.4")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_passport_has_the_18_steps_and_the_link(road: Road, language: str) -> None:
    found = passport(language, road.clock, "https://psc.example/driving")
    assert len(found.steps) == 18
    assert found.link == "https://psc.example/driving"
    assert found.duty_tiyn == 540_600


@pytest.mark.clause("driving:§6")
def test_the_centre_and_the_state_corporation_act_by_their_tasks(road: Road) -> None:
    case = road.numbered()
    road.book(case, "theory")
    (task,) = [t for t in tasks.open_tasks(road.store) if t.case == case]
    assert (task.role, task.office) == ("driving.exams", "exam_centre/75")
    other = road.passed()
    (task,) = [t for t in tasks.open_tasks(road.store) if t.case == other]
    assert (task.role, task.office) == ("driving.psc", "state_corporation/75")


@pytest.mark.clause("driving:§3.15")
def test_the_duty_is_as_published() -> None:
    assert duty_tiyn(date(2026, 2, 1)) == 540_600
    assert duty_tiyn(date(2025, 11, 1)) == 491_500
