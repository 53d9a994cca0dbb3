"""Exact money: products, rounding up to a whole tenge, writing sums."""

from __future__ import annotations

import math
import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qyzmet.law.money import (
    ceil_tenge,
    ceil_tenge_in_bulk,
    format_number,
    format_tenge,
    format_tiyn,
    in_parts,
    times,
)
from qyzmet.runtime.errors import BadValue, UnknownName

FACTORS = st.integers(0, 10**7).map(lambda parts: Decimal(parts).scaleb(-4))
BASES = st.integers(0, 10**7)


def test_what_a_float32_makes_of_it() -> None:
    """20.04 × 4,325 is exactly 86,673; a float32 with a ceiling pays a tenge too much."""
    float32 = struct.unpack("f", struct.pack("f", 20.04))[0]
    assert math.ceil(float32 * 4325) == 86_674
    assert times("20.04", 4325) == Decimal("86673")
    assert ceil_tenge(times("20.04", 4325)) == 86_673_00
    assert ceil_tenge_in_bulk([in_parts("20.04")], [4325]) == [86_673_00]


@pytest.mark.parametrize(
    ("amount", "tiyn"),
    [
        ("0", 0),
        ("0.000001", 100),
        ("86673", 86_673_00),
        ("86673.01", 86_674_00),
        ("86672.99", 86_673_00),
        ("78797.28", 78_798_00),
    ],
)
def test_state_benefits_round_up(amount: str, tiyn: int) -> None:
    assert ceil_tenge(Decimal(amount)) == tiyn


@given(rows=st.lists(st.tuples(FACTORS, BASES), max_size=20))
def test_in_bulk_as_one_by_one(rows: list[tuple[Decimal, int]]) -> None:
    bulk = ceil_tenge_in_bulk((in_parts(factor) for factor, _ in rows), (base for _, base in rows))
    assert bulk == [ceil_tenge(times(factor, base)) for factor, base in rows]


@given(factor=FACTORS, base=BASES)
def test_rounding_up_adds_less_than_a_tenge(factor: Decimal, base: int) -> None:
    exact = times(factor, base)
    assert 0 <= ceil_tenge(exact) - exact * 100 < 100


@pytest.mark.parametrize("bad", [20.04, "", "x", "-1", "NaN", "Infinity", "1e7", "1e-13", None])
def test_a_bad_coefficient_is_refused(bad: object) -> None:
    with pytest.raises(BadValue):
        times(bad, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [1.0, True, "1"])
def test_a_base_is_whole_tenge(bad: object) -> None:
    with pytest.raises(BadValue):
        times("1", bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", ["-0.01", "NaN", "Infinity"])
def test_a_negative_sum_is_refused(bad: str) -> None:
    with pytest.raises(BadValue):
        ceil_tenge(Decimal(bad))


def test_bulk_is_strict() -> None:
    with pytest.raises(BadValue, match="finer"):
        in_parts("0.00001")
    with pytest.raises(ValueError, match="shorter"):
        ceil_tenge_in_bulk([1, 2], [1])


@pytest.mark.parametrize(
    ("tiyn", "ru", "en"),
    [
        (123_456_789, "1 234 567,89 ₸", "1,234,567.89 ₸"),
        (59_183_00, "59 183 ₸", "59,183 ₸"),
        (5, "0,05 ₸", "0.05 ₸"),
        (50, "0,50 ₸", "0.50 ₸"),
        (0, "0 ₸", "0 ₸"),
        (-100_000, "−1 000 ₸", "−1,000 ₸"),
    ],
)
def test_sums_in_writing(tiyn: int, ru: str, en: str) -> None:
    assert format_tiyn(tiyn).replace("\u00a0", " ") == ru
    assert format_tiyn(tiyn, "kk") == format_tiyn(tiyn, "ru")
    assert format_tiyn(tiyn, "en").replace("\u00a0", " ") == en


def test_other_numbers_in_writing() -> None:
    assert format_tenge(Decimal("81870.1125"), "en") == "81,870.1125\u00a0₸"
    assert format_number(Decimal("16.030"), "ru") == "16,03"
    with pytest.raises(UnknownName):
        format_tiyn(1, "de")
