"""The country as it stands on its first day."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qyzmet_twins.country import ANSWERS, BANKS, NOBODY, Country, Knobs, children_counted_on, day_of
from qyzmet_twins.country.columns import completed_years


def columns_of(country: Country) -> dict[str, np.ndarray]:
    return {f.name: v for f in fields(country) if isinstance(v := getattr(country, f.name), np.ndarray)}


def same(one: Country, other: Country) -> bool:
    theirs = columns_of(other)
    return all(
        c.dtype == theirs[n].dtype and np.array_equal(c, theirs[n]) for n, c in columns_of(one).items()
    )


def test_the_same_seed_gives_the_same_country() -> None:
    assert same(Country.generate(3_000, seed=9), Country.generate(3_000, seed=9))
    assert not same(Country.generate(3_000, seed=9), Country.generate(3_000, seed=10))


def test_a_knob_of_one_topic_leaves_the_other_topics_as_they_were() -> None:
    plain, fewer_phones = (Country.generate(3_000, 9, knobs=k) for k in (Knobs(), Knobs(in_mobile_base=0.1)))
    assert fewer_phones.in_mcb.sum() < plain.in_mcb.sum()
    assert np.array_equal(plain.iin, fewer_phones.iin)
    assert np.array_equal(plain.family, fewer_phones.family)


def test_what_is_saved_is_loaded(country: Country, tmp_path: Path) -> None:
    country.save(tmp_path / "country.npz")
    loaded = Country.load(tmp_path / "country.npz")
    assert same(country, loaded)
    assert (loaded.knobs, loaded.seed, loaded.on) == (country.knobs, country.seed, country.on)


@settings(max_examples=15, deadline=None)
@given(st.integers(100, 3_000), st.integers(0, 2**32), st.dates(date(2023, 1, 1), date(2026, 12, 31)))
def test_any_size_any_seed_any_day(residents: int, seed: int, on: date) -> None:
    country = Country.generate(residents, seed, on)
    age = completed_years(country.birth_day, day_of(on))
    known = country.mother != NOBODY
    older = country.birth_day[known] - country.birth_day[country.mother[known]]
    assert country.persons == residents == len(set(country.iin.tolist()))
    assert known[age < 18].all()
    assert older.min() > 14 * 365
    assert older.max() < 52 * 366
    assert not country.male[country.mother[known]].any()
    assert country.male[country.father[country.father != NOBODY]].all()
    assert age.min() == 0
    partnered = np.flatnonzero(country.partner != NOBODY)
    assert (country.partner[country.partner[partnered]] == partnered).all()
    assert (country.male[partnered] != country.male[country.partner[partnered]]).all()
    assert (country.family[partnered] == country.family[country.partner[partnered]]).all()
    assert (country.region == country.region[country.family]).all()
    assert (country.urban == country.urban[country.family]).all()
    assert (country.phone[age < 16] == 0).all()
    assert (country.accounts[age < 18] == 0).all()
    assert (country.award_day < day_of(on)).all()


def test_siblings_are_twins_or_ten_months_apart(country: Country) -> None:
    known = np.flatnonzero(country.mother != NOBODY)
    order = known[np.lexsort((country.birth_day[known], country.mother[known]))]
    siblings = country.mother[order][1:] == country.mother[order][:-1]
    gap = np.diff(country.birth_day[order])[siblings]
    assert (gap[gap > 0] > 270).mean() > 0.999


def test_a_person_is_found_by_iin_and_by_phone(country: Country) -> None:
    for person in range(0, country.persons, 997):
        assert country.index(country.iin_of(person)) == person
        if phone := country.phone_of(person):
            assert person in country.persons_with_phone(phone)
    for nobody in ("", "000000000000", "99999999999", "1234567890ab", "١٢٣٤٥٦٧٨٩٠١٢"):
        assert country.index(nobody) is None
    assert country.persons_with_phone("+77990000000") == []
    assert country.persons_with_phone("1414x") == []


def test_some_numbers_are_shared_by_partners(country: Country) -> None:
    owners = {p: country.persons_with_phone(country.phone_of(p) or "") for p in range(country.persons)}
    shared = {person: both for person, both in owners.items() if len(both) > 1}
    assert 0 < len(shared) < 0.02 * country.persons
    for person, both in shared.items():
        assert both == sorted((person, int(country.partner[person])))


def test_accounts_are_in_none_one_or_several_banks_and_all_different(country: Country) -> None:
    adults = np.flatnonzero(country.birth_day < country.first_day - 19 * 365)[:3_000]
    accounts = [country.accounts_of(int(person)) for person in adults]
    assert {len(a) for a in accounts} == {0, 1, 2, 3, 4}
    numbers = [account.iban for a in accounts for account in a]
    assert len(numbers) == len(set(numbers))
    assert {account.bank for a in accounts for account in a} == set(BANKS)


def test_the_register_says_what_the_columns_say(country: Country) -> None:
    person = int(np.flatnonzero(country.existing_large_family_case)[0])
    record = country.person_record(person)
    assert (record.iin, record.sex, record.alive) == (country.iin_of(person), "F", True)
    assert record.region.code == country.region_of(person).code
    assert country.full_name(person, "ru").isascii() is False
    assert not set("әіңғүұқөһ") & set(country.full_name(person, "ru").lower())


def test_a_large_family_that_receives_the_allowance_has_four_children_or_more(country: Country) -> None:
    for mother in np.flatnonzero(country.existing_large_family_case)[:200].tolist():
        children = country.large_family_children(mother)
        assert len(children) >= 4
        assert all(mother == country.parents_of(child).mother for child in children)
        relations = {m.person: m.relation for m in country.family_of(mother)}
        assert relations[mother] == "self"
        assert all(relations[child] == "child" for child in country.minor_children(mother))


def test_counting_by_column_and_by_person_agree(country: Country) -> None:
    counted = children_counted_on(country, country.last_day)
    for mother in np.flatnonzero(counted)[::50].tolist():
        own = [c for c in country.large_family_children(mother) if country.mother[c] == mother]
        assert counted[mother] == len(own)


def test_awards_stand_with_those_who_have_the_children(country: Country) -> None:
    for row in range(0, len(country.award_person), 7):
        mother = int(country.award_person[row])
        (award,) = country.awards_of(mother)
        children = len(country.children_of(mother))
        assert children >= {"KUMIS_ALQA": 6, "ALTYN_ALQA": 7}.get(award.kind, 1)
        assert award.day < country.on
        assert country.awards_of(mother, on=date(1930, 1, 1)) == []


def test_temperaments_include_silence_garbage_late_and_double_answers(country: Country) -> None:
    seen = {country.temperament(person).answer for person in range(country.persons)}
    assert seen == set(ANSWERS)


@pytest.mark.parametrize(("residents", "seed"), [(99, 1), (30_000_001, 1), (1_000, -1)])
def test_wrong_sizes_and_seeds_are_refused(residents: int, seed: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        Country.generate(residents, seed)


def test_shares_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        Knobs(accounts_in=(0.5, 0.6))
    with pytest.raises(ValueError, match="one share each"):
        Knobs(bank_choices=(0.5, 0.5))


def test_a_year_is_complete_on_the_birthday() -> None:
    leap = np.array([day_of(date(2004, 2, 29))])
    assert completed_years(leap, day_of(date(2022, 2, 28))).tolist() == [17]
    assert completed_years(leap, day_of(date(2022, 3, 1))).tolist() == [18]
    assert completed_years(leap, day_of(date(2024, 2, 29))).tolist() == [20]
