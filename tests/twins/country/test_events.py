"""Births, awards and deaths after the first day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from qyzmet_twins.country import NEVER, NOBODY, Country, Events, date_of, events, instant

LARGE = 4


def test_the_same_seed_tells_the_same_events(country: Country) -> None:
    first = country.on + timedelta(days=1)
    one, same, other = (events(country, first, 30, seed=s) for s in (4, 4, 5))
    assert np.array_equal(one.births.mother, same.births.mother)
    assert np.array_equal(one.deaths.person, same.deaths.person)
    assert np.array_equal(one.country.iin, same.country.iin)
    assert not np.array_equal(one.births.mother, other.births.mother)


def test_a_raised_rate_multiplies_and_is_said(country: Country) -> None:
    first = country.on + timedelta(days=1)
    plain, raised = events(country, first, 31), events(country, first, 31, rate=8)
    assert len(raised.births) == pytest.approx(8 * len(plain.births), rel=0.5)
    assert len(raised.deaths) > 4 * len(plain.deaths)
    assert plain.rate_note == ""
    assert "8 times" in raised.rate_note


def test_a_rate_beyond_the_country_is_refused_or_told(country: Country) -> None:
    first = country.on + timedelta(days=1)
    with pytest.raises(ValueError, match="lower the rate"):
        events(country, first, 90, rate=500)
    raised = events(country, first, 10, rate=3)
    short = replace(raised, awards=replace(raised.awards, wanted=len(raised.awards) + 1))
    assert "awards: no more mothers" in short.rate_note


@pytest.mark.parametrize(
    ("shift", "days", "rate"), [(-1, 10, 1.0), (1, 0, 1.0), (1, 10, 0.0), (1, 10_000, 1.0)]
)
def test_wrong_wishes_are_refused(country: Country, shift: int, days: int, rate: float) -> None:
    with pytest.raises(ValueError, match=r"before|between|above"):
        events(country, country.on + timedelta(days=shift), days, rate)


def test_a_newborn_becomes_a_person_on_the_day_of_registration(a_month: Events) -> None:
    after, births = a_month.country, a_month.births
    for row in range(0, len(births), 5):
        child, mother = int(births.child[row]), int(births.mother[row])
        day = date_of(int(births.day[row]))
        before = day - timedelta(days=1)
        assert after.parents_of(child).mother == mother
        assert child in after.minor_children(mother, day)
        assert child not in after.minor_children(mother, before)
        assert not after.is_known(child, before)
        assert after.index(after.iin_of(child)) == child
        assert after.person_record(child, day).birth_day == date_of(int(births.birth_day[row]))
    assert len(set(after.iin.tolist())) == after.persons


def test_the_country_before_stays_as_it_was(country: Country, a_month: Events) -> None:
    assert country.persons == country.residents < a_month.country.persons
    assert (country.death_day == NEVER).all()


def test_the_order_counts_the_mothers_living_children(country: Country, a_month: Events) -> None:
    births = a_month.births
    first_of_visit = np.unique(births.mother, return_index=True)[1]
    for row in first_of_visit[::7].tolist():
        living = [c for c in country.children_of(int(births.mother[row])) if a_month.country.is_alive(c)]
        assert births.order[row] == len(living) + 1


def test_a_fourth_child_beside_three_makes_a_new_large_family(country: Country, a_month: Events) -> None:
    births = a_month.births
    new = births.minors_before == LARGE - 1
    assert new.sum() > 10
    assert not country.existing_large_family_case[births.mother[new]].any()


def test_a_fifth_child_mostly_has_a_family_that_receives_already(country: Country, a_month: Events) -> None:
    births = a_month.births
    later = (births.order > LARGE) & ~births.of_twins
    assert country.existing_large_family_case[births.mother[later]].mean() > 0.6
    full = (births.minors_before >= LARGE) & ~births.of_twins
    assert country.existing_large_family_case[births.mother[full]].mean() > 0.9


def test_twins_are_entered_together(country: Country) -> None:
    births = events(country, country.on + timedelta(days=1), 365, seed=2).births
    rows = np.flatnonzero(births.of_twins)
    assert len(rows) >= 2
    assert (births.mother[rows[::2]] == births.mother[rows[1::2]]).all()
    assert (births.day[rows[::2]] == births.day[rows[1::2]]).all()
    assert (births.birth_day[rows[::2]] == births.birth_day[rows[1::2]]).all()


def test_events_come_in_the_order_of_registration_within_office_hours(a_month: Events) -> None:
    for kind in (a_month.births, a_month.awards, a_month.deaths):
        at = kind.day.astype(np.int64) * 1_440 + kind.minute
        assert (np.diff(at) >= 0).all()
        assert (kind.minute >= 9 * 60).all()
        assert (kind.minute < 18 * 60).all()
    assert (a_month.births.day >= a_month.births.birth_day).all()


def test_an_instant_knows_the_change_of_time_zone() -> None:
    before, after = (
        instant((day - date(1970, 1, 1)).days, 600) for day in (date(2024, 2, 29), date(2024, 3, 2))
    )
    assert before.utcoffset() == timedelta(hours=6)
    assert after.utcoffset() == timedelta(hours=5)


def test_awards_go_to_mothers_with_enough_living_children(a_month: Events) -> None:
    after, awards = a_month.country, a_month.awards
    assert len(awards) >= 3
    assert len(set(awards.person.tolist())) == len(awards)
    for row in range(len(awards)):
        mother = int(awards.person[row])
        latest = after.awards_of(mother)[-1]
        assert len(after.children_of(mother)) >= {"KUMIS_ALQA": 6, "ALTYN_ALQA": 7}[latest.kind]
        assert latest.day == date_of(int(awards.day[row]))
        assert len(after.awards_of(mother)) == 1 + bool(awards.replaces_kumis[row])


def test_the_dead_are_known_dead_from_registration_on(a_month: Events) -> None:
    after, deaths = a_month.country, a_month.deaths
    person, day = int(deaths.person[0]), date_of(int(deaths.day[0]))
    assert not after.is_alive(person, day)
    assert after.is_alive(person, day - timedelta(days=1))
    assert after.person_record(person, day).death_day == date_of(int(deaths.death_day[0]))
    assert after.person_record(person, day - timedelta(days=1)).death_day is None
    assert not set(a_month.births.mother.tolist()) & set(deaths.person.tolist())


def test_one_stretch_can_follow_another(a_month: Events) -> None:
    later = events(a_month.country, a_month.country.on + timedelta(days=1), 30, seed=1)
    assert later.country.persons > a_month.country.persons
    assert len(set(later.country.iin.tolist())) == later.country.persons
    assert not set(later.births.mother.tolist()) & set(a_month.births.mother.tolist())
    assert (later.births.father != NOBODY).mean() > 0.7
