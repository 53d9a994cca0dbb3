"""`qyzmet mining`: check, submit, status, wallet, export, form, prices, pools."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from qyzmet.commands.mining import mining
from qyzmet.runtime.clock import KZ, HandClock
from tests.acts.mining.reports import PROFILE, row, rows, text
from tests.cases.conftest import iin
from tests.commands.conftest import run, run_json

MONTH = ("--month", "2026-05")


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 6, 10, 9, 0, tzinfo=KZ))


@pytest.fixture
def pool(installed: Path, tmp_path: Path) -> str:
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps(PROFILE))
    found = run_json(mining, "pool", "add", str(profile), "--number", iin(1), "--since", "2026-05-01")
    return str(found["pool"])


def written(folder: Path, content: str, name: str = "report.csv") -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_a_file_is_checked_without_any_database(tmp_path: Path) -> None:
    good = run(mining, "check", written(tmp_path, text(rows(3))), *MONTH)
    assert (good.exit_code, "can be submitted" in good.output) == (0, True)
    bad = written(tmp_path, text([row(1), row(2, c9="0,5"), row(3, c3="")]))
    aside = tmp_path / "aside.csv"
    found = run(mining, "check", bad, *MONTH, "--lang", "ru", "--aside", str(aside))
    assert found.exit_code == 1
    assert "десятичная запятая" in found.output
    assert aside.read_text("utf-8-sig").count("\n") == 3
    told = json.loads(run(mining, "check", bad, *MONTH, "--json").stdout)
    assert (told["rows"], told["bad"], told["acceptable"]) == (3, 2, False)
    assert [(each["row"], each["column"], each["code"]) for each in told["findings"]] == [
        (2, 9, "amount_comma"),
        (3, 3, "required"),
    ]
    assert run(mining, "check", bad, "--month", "May").exit_code == 2


def test_a_report_is_submitted_followed_and_exported(pool: str, tmp_path: Path) -> None:
    file = written(tmp_path, text([row(1, c9="1.5", c10="2"), row(2, c2=iin(8))]))
    told = run_json(mining, "submit", file, *MONTH, "--pool", pool)
    assert (told["state"], told["rows"]) == ("accepted", 2)
    assert run_json(mining, "submit", file, *MONTH, "--pool", iin(1)) == told
    bad = run(
        mining, "submit", written(tmp_path, text([row(1, c3="")]), "b.csv"), *MONTH, "--pool", pool, "--json"
    )
    assert bad.exit_code == 1
    key = str(json.loads(bad.stdout)["report"])
    assert run_json(mining, "status", key, "--findings")["findings"][0]["code"] == "required"  # type: ignore[index]
    assert "met" in run(mining, "status", *MONTH).output
    assert run_json(mining, "status", "--pool", pool)["obligations"][1]["state"] == "met"  # type: ignore[index]
    table = list(csv.DictReader(io.StringIO(run(mining, "export", "totals", "--by", "miner").stdout)))
    assert {(each["miner"], each["amount"]) for each in table} == {(iin(7), "1.5"), (iin(8), "0.000000002")}
    (wallet,) = [
        json.loads(line) for line in run(mining, "export", "wallets", "--format", "json").stdout.splitlines()
    ]
    assert wallet["miners"] == 2
    for what in ("miners", "licences", "commissions", "changes", "rows", "obligations"):
        assert run(mining, "export", what).exit_code == 0, what
    book = tmp_path / "rows.xlsx"
    assert run(mining, "export", "rows", "--format", "xlsx", "--out", str(book)).exit_code == 0
    assert book.read_bytes().startswith(b"PK")
    assert fromstring(run(mining, "export", "carf", "--from", "2026-05").stdout).tag.endswith("CARF_OECD")
    assert run(mining, "export", "carf").exit_code == 2
    assert run(mining, "export", "rows", "--format", "xlsx").exit_code == 2


def test_a_nil_report_and_wrong_uses(pool: str, tmp_path: Path) -> None:
    assert run_json(mining, "submit", "--nil", *MONTH, "--pool", pool)["state"] == "accepted"
    assert run(mining, "submit", *MONTH, "--pool", pool).exit_code == 2
    assert run(mining, "submit", "--nil", "--month", "2026-03", "--pool", pool).exit_code == 1
    assert run(mining, "submit", "--nil", *MONTH, "--pool", "pool-x").exit_code == 2
    file = written(tmp_path, text(rows(1)))
    assert run(mining, "submit", file, *MONTH, "--pool", pool, "--to", "http://127.0.0.1:1").exit_code == 2
    assert pool in run(mining, "pool", "list").output


@pytest.mark.parametrize(("coin", "address", "state", "code"), [
    ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "valid", 0), ("BTC", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "invalid", 1),
    ("Ergo", "9f4QF8AD1nQ3nJahQVkMj8hFSVVzVom77b52JU7EW71Zexg6N8v", "unknown", 1),
])  # fmt: skip
def test_a_wallet_is_answered(coin: str, address: str, state: str, code: int) -> None:
    found = run(mining, "wallet", coin, address, "--json")
    told = json.loads(found.stdout)
    assert (told["state"], told["valid"], found.exit_code) == (state, state == "valid", code)


def test_the_form_and_a_list_of_prices(pool: str, tmp_path: Path) -> None:
    out = tmp_path / "form.xlsx"
    assert run(mining, "form", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"PK")
    run_json(mining, "submit", written(tmp_path, text([row(1, c9="2", c10="2")])), *MONTH, "--pool", pool)
    prices = written(tmp_path, "coin,day,tenge\nBTC,2026-05-04,48000000.5\n", "prices.csv")
    assert "1 prices" in run(mining, "prices", prices).output
    assert "96000001" in run(mining, "export", "totals").output
