"""Any right report passes; any single corruption is found and named."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qyzmet.acts.mining.rules import RULES, severity
from qyzmet_twins.mining import base58check
from tests.acts.mining.reports import checked, policies, text
from tests.acts.mining.test_wallets import KNOWN
from tests.cases.conftest import iin

_settings = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_wallets = st.one_of(
    st.sampled_from([(coin, address) for coin, address, _ in KNOWN]),
    st.binary(min_size=20, max_size=20).map(lambda payload: ("Bitcoin", base58check(b"\0" + payload))),
    st.binary(min_size=20, max_size=20).map(lambda payload: ("лайткоин", base58check(b"\x30" + payload))),
)
_names = st.text("абвгқңөұАБВГ «»-.№abcXYZ,\"'0123456789", min_size=1, max_size=40).map(
    lambda t: f"Т{t}".strip()
)
_amounts = st.decimals(0, 10**14, places=18, allow_nan=False).map(lambda d: format(d, "f"))
_days = st.integers(0, 30).map(lambda n: date(2026, 5, 1) + timedelta(days=n))


@st.composite
def right_rows(draw: st.DrawFn) -> list[list[str]]:
    rows = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        coin, wallet = draw(_wallets)
        day, amount = draw(_days), draw(_amounts)
        row = [
            str(number), iin(draw(st.integers(1, 300))), draw(_names), f"KZ{draw(st.integers(0, 10**8))}-{number}",
            (day - timedelta(days=draw(st.integers(0, 900)))).isoformat(), wallet, day.isoformat(), coin, amount,
            amount, (day + timedelta(days=draw(st.integers(0, 40)))).isoformat(), "", "", "", "",
        ]  # fmt: skip
        if draw(st.booleans()):
            row[9:11] = "", ""
        if draw(st.booleans()):
            row[11:13] = draw(st.sampled_from(["BTC", "Bitcoin Cash", "Ergo"])), draw(_amounts)
        if draw(st.booleans()):
            row[13:15] = draw(st.sampled_from(["KZT", "теңге", "usd"])), draw(_amounts)
        rows.append(row)
    return rows


#: How a row is corrupted: the column, the new value from the old one, the codes one of which must name it.
CORRUPTIONS: list[tuple[int, Any, set[str]]] = [
    *((n, lambda old: "", {"required"}) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9)),
    (1, lambda old: str(int(old) + 1), {"number_order"}), (1, lambda old: f"{old}.5", {"number_form"}),
    (2, lambda old: old[:5] + str((int(old[5]) + 1) % 10) + old[6:], {"person_check"}),
    (2, lambda old: old[:11] + str((int(old[11]) + 1) % 10), {"person_check"}),
    (2, lambda old: old[1:], {"person_zero"}), (2, lambda old: old + "1", {"person_form"}),
    (3, lambda old: "x" * 301, {"too_long"}), (3, lambda old: "a\tb", {"control"}), (3, lambda old: "=1", {"formula"}),
    (5, lambda old: old.replace("-", "."), {"day_form"}), (7, lambda old: "2026-05-32", {"day_none"}),
    (7, lambda old: "2026-04-30", {"outside_month"}), (7, lambda old: "46150", {"day_serial"}),
    (9, lambda old: old.replace(".", ","), {"amount_comma"}), (9, lambda old: f"-{old}", {"amount_negative"}),
    (9, lambda old: "1E-8", {"amount_scientific"}), (9, lambda old: f"{old}1", {"amount_places"}),
    (9, lambda old: "1" * 16, {"amount_digits"}), (9, lambda old: "0x1", {"amount_form"}),
    (13, lambda old: "" if old else "1", {"pair_asset"}), (15, lambda old: "" if old else "1", {"pair_currency"}),
    (10, lambda old: "" if old else "1", {"pair_transfer"}),
    (6, lambda old: old[:-3] + ("2" if old[-3] != "2" else "3") + old[-2:], {"wallet_checksum", "wallet_alphabet", "wallet_case", "wallet_other_coin"}),
    (6, lambda old: old[:-1], {"wallet_length", "wallet_checksum", "wallet_prefix"}),
]  # fmt: skip


def _checked(rows: list[list[str]]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        path.write_text(text(rows), encoding="utf-8")
        return checked(path)


@pytest.mark.clause("mining:annex§3")
@_settings
@given(right_rows())
def test_any_right_report_passes(rows: list[list[str]]) -> None:
    outcome, found = _checked(rows)
    assert [each for each in found if severity(each.code) == "error"] == []
    assert outcome.errors(policies()) == 0
    assert outcome.good == len(rows)


@pytest.mark.clause("mining:annex§3")
@_settings
@given(right_rows(), st.data())
def test_any_single_corruption_is_found_and_named(rows: list[list[str]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    column, corrupt, expected = data.draw(st.sampled_from(CORRUPTIONS))
    rows[place][column - 1] = corrupt(rows[place][column - 1])
    outcome, found = _checked(rows)
    named = [each for each in found if each.row == place + 1 and each.code in expected]
    assert named, (column, rows[place], found)
    assert all(each.code in RULES for each in found)
    assert outcome.errors(policies()) >= 1


@_settings
@given(right_rows().filter(lambda rows: len(rows) > 1), st.data())
def test_a_row_repeated_taken_out_or_moved_is_found(rows: list[list[str]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    again = [*rows, [str(len(rows) + 1), *rows[place][1:]]]
    assert [(each.row, each.code) for each in _checked(again)[1] if each.code == "duplicate"] == [
        (len(rows) + 1, "duplicate")
    ]
    if place < len(rows) - 1:
        gone = rows[:place] + rows[place + 1 :]
        assert (place + 1, "number_order") in [(each.row, each.code) for each in _checked(gone)[1]]
