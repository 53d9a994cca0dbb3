"""Disability, pensions, work and what follows a death, in the country."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from qyzmet_twins.country import (
    CAUSES,
    NOBODY,
    SOCIAL_CASES,
    WITHOUT_GROUP,
    Country,
    Events,
    Knobs,
    cause_names,
    date_of,
    dependants,
    events,
    relation,
    representatives,
)
from qyzmet_twins.country.columns import completed_years
from qyzmet_twins.country.pensions import case_bit, pension_bit
from qyzmet_twins.country.work import insured_income_tiyn

AFTER_THREE_YEARS_AND_A_MONTH = 1_126


@pytest.fixture(scope="module")
def a_year(country: Country) -> Events:
    return events(country, country.on + timedelta(days=1), 366, rate=4.0, seed=1)


def ages(country: Country) -> np.ndarray:
    return completed_years(country.birth_day, country.last_day)


def test_the_same_seed_tells_the_same_bit_for_bit(country: Country) -> None:
    first = country.on + timedelta(days=1)
    one, same, other = (events(country, first, 30, rate=3, seed=seed) for seed in (4, 4, 5))
    for kind in ("deaths", "disabilities", "unemployed"):
        columns = vars(getattr(one, kind))
        assert all(
            np.array_equal(column, getattr(getattr(same, kind), name)) for name, column in columns.items()
        )
        assert not np.array_equal(getattr(one, kind).person, getattr(other, kind).person)
    assert np.array_equal(one.country.social_cases, same.country.social_cases)


def test_the_rate_multiplies_every_kind_of_event(country: Country) -> None:
    first = country.on + timedelta(days=1)
    plain, raised = events(country, first, 60), events(country, first, 60, rate=8)
    for kind in ("disabilities", "unemployed"):
        ratio = len(getattr(raised, kind)) / len(getattr(plain, kind))
        assert ratio == pytest.approx(8, rel=0.5), kind


def test_a_rate_beyond_the_country_is_told(country: Country) -> None:
    told = events(country, country.on + timedelta(days=1), 30, rate=3)
    short = replace(told, unemployed=replace(told.unemployed, wanted=len(told.unemployed) + 1))
    assert "unemployed: no more people could lose their work" in short.rate_note
    assert "new disabilities" not in short.rate_note


def test_events_come_in_order_and_to_nobody_twice(a_year: Events) -> None:
    for kind in (a_year.disabilities, a_year.unemployed):
        at = kind.day.astype(np.int64) * 1_440 + kind.minute
        assert (np.diff(at) >= 0).all()
        assert len(set(kind.person.tolist())) == len(kind)
        assert not set(kind.person.tolist()) & set(a_year.deaths.person.tolist())
    assert (a_year.disabilities.established <= a_year.disabilities.day).all()


def test_a_knob_of_work_leaves_disability_and_families_as_they_were() -> None:
    plain, other = (Country.generate(3_000, 9, knobs=knobs) for knobs in (Knobs(), Knobs(newcomers=0.5)))
    assert not np.array_equal(plain.participation_months, other.participation_months)
    assert np.array_equal(plain.disability_group, other.disability_group)
    assert np.array_equal(plain.family, other.family)


# --- disability -----------------------------------------------------------------------------------


def test_new_disability_has_groups_from_seven_on_and_the_causes_of_its_age(
    country: Country, a_year: Events
) -> None:
    new = a_year.disabilities
    age = ages(country)[new.person]
    assert ((new.group == WITHOUT_GROUP) == (age < 7)).mean() > 0.9  # some turn seven in the year
    assert (country.disability_group[new.person] == 0).all()
    assert (a_year.country.disability_group[new.person] == new.group).all()
    causes = [tuple(cause_names(int(bits))) for bits in new.causes]
    assert {len(one) for one in causes} == {0, 1, 2}
    assert {name for one in causes for name in one} == set(CAUSES)
    assert all(set(one) <= {"child"} for one, years in zip(causes, age, strict=True) if years < 18)
    degrees = new.loss_degree[new.loss_degree > 0]
    assert 0.2 < len(degrees) / len(new) < 0.8
    assert (degrees % 5 == 0).all()
    assert (degrees.min(), degrees.max()) == (30, 100)
    assert (new.loss_degree[age < 18] == 0).all()


def test_only_children_live_in_orphanages(country: Country) -> None:
    there = np.flatnonzero(country.orphanage)
    assert 0 < len(there) < 40
    assert (ages(country)[there] < 18).all()


# --- pensions and cases ---------------------------------------------------------------------------


def test_pensions_go_to_those_of_pension_age_and_allowances_where_there_is_a_case(country: Country) -> None:
    pensioner = country.pension_age_on(country.last_day)
    for kind in ("age_pension", "basic_pension"):
        has = (country.pensions & pension_bit(kind)) > 0
        assert has[pensioner].mean() > 0.95
        assert not has[~pensioner].any()
    for service, kind in (
        ("DISABILITY_ALLOWANCE", "disability_allowance"),
        ("SURVIVOR_ALLOWANCE", "survivor_allowance"),
        ("JOB_LOSS_PAYMENT", "fund_payment"),
    ):
        has_case = (country.social_cases & case_bit(service)) > 0
        assert has_case.any()
        assert ((country.pensions[has_case] & pension_bit(kind)) > 0).all()


def test_those_paid_for_a_lost_breadwinner_have_a_child_without_a_father(country: Country) -> None:
    widows = np.flatnonzero(country.social_cases & case_bit("SURVIVOR_ALLOWANCE"))
    minors = np.flatnonzero((ages(country) < 18) & (country.father == NOBODY))
    assert set(widows.tolist()) <= set(country.mother[minors].tolist())


def test_some_have_applied_before_the_event_arrives(country: Country) -> None:
    half = replace(country, knobs=replace(country.knobs, applied_before=0.5))
    told = events(half, country.on + timedelta(days=1), 366, rate=4, seed=1)
    gained = told.country.social_cases[: country.persons] & ~country.social_cases
    count = {service: int(((gained & case_bit(service)) > 0).sum()) for service in SOCIAL_CASES}
    assert all(count.values())
    assert count["JOB_LOSS_PAYMENT"] == pytest.approx(0.5 * len(told.unemployed), rel=0.1)
    assert count["SURVIVOR_ALLOWANCE"] == pytest.approx(0.5 * len(told.deaths), rel=0.2)


# --- work -----------------------------------------------------------------------------------------


def test_who_is_hired_contributes_and_nobody_longer_than_possible(country: Country) -> None:
    months, recent = country.participation_months, country.recent_months
    assert ((months > 0) >= country.hired).all()
    assert (recent <= np.minimum(months, 24)).all()
    assert (recent[country.hired] > 0).all()
    assert (months <= np.maximum(ages(country) - 17, 0) * 12).all()
    assert (country.wage[months > 0] >= 85_000).all()
    assert (country.wage[months == 0] == 0).all()
    assert not country.hired[ages(country) < 18].any()


def test_insured_income_is_at_most_seven_minimum_wages_a_month() -> None:
    assert insured_income_tiyn(200_000, 10) == 200_000_000
    assert insured_income_tiyn(595_000, 1) == insured_income_tiyn(2_000_000, 1) == 59_500_000


def test_some_of_the_unemployed_have_too_few_contributions(country: Country, a_year: Events) -> None:
    few = country.participation_months[a_year.unemployed.person] < 6
    assert few.mean() == pytest.approx(Knobs().unemployed_not_insured, abs=0.03)
    with pytest.raises(ValueError, match="unemployed_not_insured"):
        Knobs(unemployed_not_insured=1)


# --- after a death --------------------------------------------------------------------------------


def test_a_few_deaths_become_known_after_years(country: Country) -> None:
    often = replace(country, knobs=replace(country.knobs, death_known_years_later=0.1, death_known_late=0.2))
    deaths = events(often, country.on + timedelta(days=1), 366, rate=4).deaths
    delay = deaths.day - deaths.death_day
    very_late = delay > AFTER_THREE_YEARS_AND_A_MONTH
    assert 0.02 < very_late.mean() < 0.12
    assert 0.08 < ((delay > 14) & ~very_late).mean() < 0.25
    assert (ages(country)[deaths.person[delay > 30]] >= 60).all()
    for parent in (country.mother, country.father):
        children = np.flatnonzero(np.isin(parent, deaths.person))
        died = {int(person): int(day) for person, day in zip(deaths.person, deaths.death_day, strict=True)}
        assert all(country.birth_day[child] < died[int(parent[child])] for child in children)


def test_mostly_kin_register_a_death_and_sometimes_nobody_is_known(a_year: Events) -> None:
    deaths, country = a_year.deaths, a_year.country
    for who in (deaths.applicant, deaths.body_taker):
        known = who != NOBODY
        assert 0.7 < known.mean() < 0.97
        found = zip(deaths.person[known].tolist(), who[known].tolist(), strict=True)
        kin = [relation(country, person, other) for person, other in found]
        assert 0.8 < np.mean([one is not None for one in kin]) < 0.99
        assert {"spouse", "child", "parent", None} <= set(kin)
    unknown = deaths.applicant == NOBODY
    assert (deaths.body_taker[unknown] != NOBODY).mean() > 0.4
    assert (deaths.applicant != deaths.person).all()


def test_relations_are_told_from_both_sides(a_year: Events) -> None:
    country = a_year.country
    opposite = {"child": "parent", "parent": "child", "spouse": "spouse", "sibling": "sibling",
                "grandchild": "grandparent", "grandparent": "grandchild", None: None}  # fmt: skip
    seen = set()
    for child in np.flatnonzero(country.mother != NOBODY)[::400].tolist():
        mother = int(country.mother[child])
        near = [
            mother,
            int(country.mother[mother]),
            int(country.partner[mother]),
            *country.children_of(mother),
        ]
        for other in (one for one in near if one != NOBODY):
            told = relation(country, child, other)
            assert relation(country, other, child) == opposite[told]
            seen.add(told)
    assert {"parent", "sibling", "grandparent", None} <= seen


def test_dependants_are_minors_students_and_elders(a_year: Events) -> None:
    country, deaths = a_year.country, a_year.deaths
    found = {int(person): dependants(country, int(person), country.on) for person in deaths.person}
    everybody = [one for survivors in found.values() for one in survivors]
    assert {one.relation for one in everybody} == {"child", "spouse", "parent"}
    assert any(one.student for one in everybody)
    for person, survivors in found.items():
        for one in survivors:
            assert country.is_alive(one.person)
            age = country.age(one.person)
            if one.relation == "child":
                assert person in (country.mother[one.person], country.father[one.person])
                assert age < 18 or (one.student and age < 23)
            else:
                assert one.representatives == []
            assert all(who != person for who, _ in one.representatives)
            if one.full_orphan:
                assert all(role == "guardian" for _, role in one.representatives)
    minors = [one for one in everybody if one.relation == "child" and country.age(one.person) < 18]
    assert np.mean([bool(one.representatives) for one in minors]) > 0.9


def test_a_full_orphan_is_represented_by_a_guardian(country: Country) -> None:
    minors = np.flatnonzero((ages(country) < 18) & (country.father == NOBODY)).tolist()
    orphans = 0
    for child in minors[:100]:
        mother = int(country.mother[child])
        (one,) = [d for d in dependants(country, mother, country.on) if d.person == child]
        assert one.full_orphan
        orphans += bool(one.representatives)
        assert {role for _, role in one.representatives} <= {"guardian"}
        assert representatives(country, child, country.on) == [(mother, "mother")]
    assert orphans > 50


def test_a_second_stretch_begins_with_what_the_first_left(a_year: Events) -> None:
    later = events(a_year.country, date_of(a_year.country.last_day + 1), 30, rate=4, seed=1)
    assert not set(later.disabilities.person.tolist()) & set(a_year.disabilities.person.tolist())
    assert not set(later.deaths.person.tolist()) & set(a_year.deaths.person.tolist())
