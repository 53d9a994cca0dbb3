"""One country for all tests of this folder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qyzmet_twins.country import Country, Events, events


@pytest.fixture(scope="session")
def country() -> Country:
    return Country.generate(20_000, seed=3)


@pytest.fixture(scope="session")
def a_month(country: Country) -> Events:
    return events(country, country.on + timedelta(days=1), 31, rate=10.0, seed=1)
