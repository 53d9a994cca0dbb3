"""What the officer sees: sums of column 9 by miner, pool, coin, month; never of column 10."""

from __future__ import annotations

from datetime import date

import pytest

from qyzmet.acts.mining.filing import Filing
from qyzmet.acts.mining.pools import Pool
from qyzmet.acts.mining.totals import Asked, Totals
from qyzmet.cases.rows import Connection
from qyzmet.runtime.errors import BadValue
from tests.acts.mining.conftest import filed
from tests.acts.mining.reports import MAY, PROFILE, row, text
from tests.cases.conftest import iin

LITECOIN = "LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9"
JUNE = date(2026, 6, 1)


@pytest.fixture
def totals(filing: Filing, pool: Pool, connection: Connection) -> Totals:
    """Two pools and one of the sandbox; a miner of both; a wallet of two miners; two months."""
    other = filing.pools.add(iin(2), PROFILE, date(2026, 5, 1))
    test = filing.pools.add(iin(3), PROFILE, date(2026, 5, 1), test=True)
    content = text([
        row(1, c9="1.5", c10="9"), row(2, c9="0.5", c10="9", c2=iin(8)),
        row(3, c9="2", c10="9", c6=LITECOIN, c8="Litecoin", c12="", c13="", c14="KZT", c15="100"),
    ])  # fmt: skip
    june = text([row(1, c9="9", c10="9", c7="2026-06-02", c11="2026-06-03")])
    assert filed(filing, pool, content).state == "accepted"
    assert filed(filing, pool, june, JUNE).state == "accepted"
    assert filed(filing, other, text([row(1, c9="0.25", c10="9")])).state == "accepted"
    assert filed(filing, test, text([row(1, c9="1000", c10="9999")])).state == "accepted"
    return Totals(connection)


@pytest.mark.clause("mining:annex§3.col9", "mining:annex§3.col10")
def test_amounts_are_summed_by_what_is_asked_and_combined_sums_never(totals: Totals, pool: Pool) -> None:
    by_coin = {row["coin"]: row["amount"] for row in totals.by(["coin"], Asked(last=MAY))}
    assert by_coin == {"BTC": "2.25", "LTC": "2"}
    by_miner = {
        (row["miner"], row["coin"]): (row["amount"], row["pools"])
        for row in totals.by(["miner"], Asked(last=MAY))
    }
    assert by_miner[(iin(7), "BTC")] == ("1.75", 2)
    by_month = {(row["month"], row["coin"]): row["amount"] for row in totals.by(["month"])}
    assert by_month == {("2026-05", "BTC"): "2.25", ("2026-05", "LTC"): "2", ("2026-06", "BTC"): "9"}
    assert {row["amount"] for row in totals.by(["pool"], Asked(pool=pool.code, coin="BTC"))} == {"11"}
    with pytest.raises(BadValue):
        totals.by(["wallet"])


def test_who_is_reported_by_several_pools_and_wallets_of_several_miners(totals: Totals) -> None:
    (miner,) = totals.miners_across_pools()
    assert (miner["miner"], miner["pools"]) == (iin(7), 2)
    (wallet,) = totals.shared_wallets()
    assert (wallet["coin"], wallet["miners"], wallet["numbers"]) == ("BTC", 2, sorted([iin(7), iin(8)]))


@pytest.mark.clause(
    "mining:annex§3.col12", "mining:annex§3.col13", "mining:annex§3.col14", "mining:annex§3.col15"
)
def test_commissions_by_pool_with_their_share(totals: Totals, pool: Pool) -> None:
    found = {
        (each["kind"], each["what"]): each for each in totals.commissions(Asked(pool=pool.code, last=MAY))
    }
    assert found[("asset", "BTC")]["quantity"] == "0.02"
    assert found[("asset", "BTC")]["percent"] == "1.0000"
    assert (found[("currency", "KZT")]["quantity"], found[("currency", "KZT")]["percent"]) == ("100", None)


def test_differences_between_months_and_sudden_changes(totals: Totals, pool: Pool) -> None:
    (change,) = totals.changes()
    assert (change["pool"], change["coin"], change["before"], change["after"]) == (pool.code, "BTC", "2", "9")
    assert (change["change"], change["percent"], change["sudden"]) == ("7", "350.0", True)


@pytest.mark.clause("mining:annex§3")
def test_down_to_the_row(totals: Totals) -> None:
    page = totals.rows(Asked(miner=iin(7)), most=2)
    rest = totals.rows(Asked(miner=iin(7)), (page[-1]["submission"], page[-1]["row"]))
    assert (len(page), len(rest)) == (2, 2)
    assert totals.one_row(page[0]["submission"], page[0]["row"]) == page[0]
    assert totals.one_row(page[0]["submission"], 999) is None


@pytest.mark.clause("mining:annex§3.col4", "mining:annex§3.col5")
def test_licences_that_the_register_does_not_bear_out(totals: Totals, connection: Connection) -> None:
    assert totals.licences() == [], "what was not asked yet is not accused"
    with connection.transaction():
        connection.execute(
            "INSERT INTO mining_licences VALUES ('KZ00000007', true, %s, '2025-02-03', '2026-05-03', NULL, now())",
            (iin(7),),
        )
    found = {(each["miner"], each["code"]) for each in totals.licences()}
    assert found == {(iin(7), "licence_not_valid"), (iin(8), "licence_holder")}
