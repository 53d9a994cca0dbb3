"""Qoldau, the register of licences, the list of prices, reminders: against the twins, over HTTP too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qyzmet.acts.mining import duties, licences, prices, qoldau, reminders
from qyzmet.acts.mining.filing import Filing
from qyzmet.acts.mining.found import findings_told
from qyzmet.acts.mining.pools import Pool
from qyzmet.acts.mining.receipts import Receipts
from qyzmet.acts.mining.totals import Asked, Totals
from qyzmet.cases.case import Law
from qyzmet.cases.rows import Connection
from qyzmet.exchange import mining as contract
from qyzmet.exchange.client import HttpPartners
from qyzmet.exchange.conformance import conformance
from qyzmet.law.calendar import working_calendar
from qyzmet.people.vault import Vault
from qyzmet.runtime.clock import KZ, HandClock
from qyzmet.runtime.errors import BadValue, PartnerAway
from qyzmet_twins.mining import MadeUpPool
from qyzmet_twins.miningservices import MiningServices
from qyzmet_twins.outside import Outside
from qyzmet_twins.partners import InProcessPartners
from qyzmet_twins.serving import Served
from qyzmet_twins.tiny import TinyWorld
from tests.acts.mining.conftest import filed
from tests.acts.mining.reports import MAY, PROFILE, policies, row, rows, text
from tests.cases.conftest import iin

WHY = {"purpose": "test", "clause": "mining:annex§1.part1"}


@dataclass
class Desk:
    """What a duty uses of a desk."""

    partners: Any
    vault: Vault
    clock: HandClock

    @property
    def law(self) -> Law:
        return Law(self.clock.now(), working_calendar(), policies())


@pytest.fixture
def desk(vault: Vault, clock: HandClock) -> Desk:
    return Desk(InProcessPartners(TinyWorld(), clock), vault, clock)


@pytest.fixture
def twin(desk: Desk) -> MiningServices:
    found: MiningServices = desk.partners.services.mining
    return found


def file(desk: Desk, key: str = "K1", **changed: Any) -> str:
    item = contract.Filed(ref="0", key=key, **{"number": iin(1), "month": "2026-05", **changed})
    taken: contract.Taken = desk.partners.ask(contract.REPORTS, [item], **WHY)["0"]
    return taken.report


@pytest.mark.clause("mining:annex§1.part1")
def test_a_report_filed_at_qoldau_is_fetched_once_and_both_receipts_go_back(
    desk: Desk, twin: MiningServices, connection: Connection, filing: Filing, pool: Pool, receipts: Receipts
) -> None:
    name = file(desk, content=text(rows(30)).encode())
    assert file(desk, content=text(rows(30)).encode()) == name
    assert qoldau.fetch(desk, connection) == 1  # type: ignore[arg-type]
    assert qoldau.fetch(desk, connection) == 0  # type: ignore[arg-type]
    found = filing.one(name)
    assert (found.state, found.rows) == ("accepted", 30)
    told = twin.reports[name].receipts
    assert [each.kind for each in told] == ["received", "accepted"]
    assert receipts.read(told[0].content)["submission"] == name  # type: ignore[index]


def test_a_report_of_several_pieces_is_put_together(
    desk: Desk, connection: Connection, filing: Filing, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "PIECE", 1000)
    name = file(desk, content=text(rows(60)).encode())
    qoldau.fetch(desk, connection)  # type: ignore[arg-type]
    assert filing.one(name).rows == 60


@pytest.mark.clause("mining:form.7")
def test_late_is_what_qoldau_took_late_not_what_we_fetched_late(
    desk: Desk, connection: Connection, filing: Filing, pool: Pool, clock: HandClock
) -> None:
    clock.set(datetime(2026, 6, 25, 23, 59, 50, tzinfo=KZ))
    in_time = file(desk, content=text(rows(2)).encode())
    clock.advance(timedelta(minutes=5))
    late = file(desk, "K2", content=text(rows(3)).encode())
    qoldau.fetch(desk, connection)  # type: ignore[arg-type]
    assert (filing.one(in_time).late, filing.one(late).late) == (False, True)


def test_what_cannot_be_taken_is_answered_with_its_reason(
    desk: Desk, twin: MiningServices, connection: Connection, pool: Pool
) -> None:
    names = [
        file(desk, "K1", month="2026-03", content=b"x"), file(desk, "K2", number=iin(5), content=b"x"),
        file(desk, "K3", month="May", content=b"x"), file(desk, "K4", content=b""),
    ]  # fmt: skip
    qoldau.fetch(desk, connection)  # type: ignore[arg-type]
    said = [[(each.kind, each.content) for each in twin.reports[name].receipts] for name in names]
    assert all(len(each) == 1 and each[0][0] == "refused" for each in said)
    assert "No 709" in said[0][0][1]
    assert iin(5) not in said[1][0][1]
    assert "no file yet" in said[3][0][1]


def test_a_crash_between_taking_and_telling_takes_the_report_once(
    desk: Desk, twin: MiningServices, connection: Connection, filing: Filing, pool: Pool
) -> None:
    name = file(desk, content=text(rows(4)).encode())
    real = desk.partners.ask

    def broken(operation: Any, items: Any, **why: Any) -> Any:
        if operation is contract.RECEIPTS:
            raise PartnerAway("away")
        return real(operation, items, **why)

    desk.partners.ask = broken
    with pytest.raises(PartnerAway):
        qoldau.fetch(desk, connection)  # type: ignore[arg-type]
    desk.partners.ask = real
    assert qoldau.fetch(desk, connection) == 1  # type: ignore[arg-type]
    assert [each.state for each in filing.of_pool(pool)] == ["accepted"]
    assert [each.kind for each in twin.reports[name].receipts] == ["received", "accepted"]


def test_where_no_pool_is_entered_nobody_is_asked(
    connection: Connection, vault: Vault, clock: HandClock
) -> None:
    assert duties.fetch(Desk(None, vault, clock), connection) == 0  # type: ignore[arg-type]


@pytest.mark.clause("mining:annex§3.col4", "mining:annex§3.col5", "mining:annex§3.col7")
def test_the_register_of_licences_is_asked_and_what_differs_is_a_warning(
    desk: Desk, twin: MiningServices, connection: Connection, filing: Filing, pool: Pool
) -> None:
    miner = MadeUpPool().miners[0]
    of = {"c2": miner.number, "c4": miner.licence, "c5": miner.issued.isoformat(), "c7": "2026-05-04"}
    lines = [
        row(1, **of), row(2, **{**of, "c4": "KZ-none"}), row(3, **{**of, "c2": iin(8)}),
        row(4, **{**of, "c5": "2020-01-01"}),
    ]  # fmt: skip
    found = filed(filing, pool, text(lines))
    assert (found.state, found.warnings) == ("accepted", 0)
    assert licences.look_up(desk, connection) == 1  # type: ignore[arg-type]
    assert licences.look_up(desk, connection) == 0  # type: ignore[arg-type]
    told = [
        (each["row"], each["column"], each["code"], each["severity"])
        for each in findings_told(connection, found.id, "kk", policies())
    ]
    assert sorted(told) == [
        (2, 4, "licence_unknown", "warning"), (3, 4, "licence_holder", "warning"), (4, 5, "licence_issue", "warning"),
    ]  # fmt: skip
    again = filing.one(found.key)
    assert (again.state, again.warnings) == ("accepted", 3)
    assert {each["code"] for each in Totals(connection).licences()} == {"licence_unknown", "licence_holder"}


def test_the_value_in_tenge_follows_the_daily_list(
    desk: Desk, twin: MiningServices, connection: Connection, filing: Filing, pool: Pool
) -> None:
    """A Saturday has the value of Friday."""
    filed(
        filing,
        pool,
        text(
            [
                row(1, c7="2026-05-15", c9="2", c10="2", c11="2026-05-20"),
                row(2, c7="2026-05-16", c9="1", c10="2", c11="2026-05-20"),
            ]
        ),
    )
    (before,) = Totals(connection).by(["coin"])
    assert (before["tenge"], before["tenge_whole"]) == (None, False)
    assert prices.load(desk, connection) == 1  # type: ignore[arg-type]
    (after,) = Totals(connection).by(["coin"])
    assert Decimal(after["tenge"]) == 3 * Decimal(twin.price("BTC", date(2026, 5, 15)))
    assert after["tenge_whole"]


@pytest.mark.parametrize(("day", "holds"), [
    (date(2026, 5, 15), date(2026, 5, 15)), (date(2026, 5, 17), date(2026, 5, 15)), (date(2026, 5, 1), date(2026, 4, 30)),
])  # fmt: skip
def test_on_a_day_off_the_value_of_the_working_day_before_holds(day: date, holds: date) -> None:
    assert prices.valued_on(day, working_calendar()) == holds


def test_a_list_of_prices_is_read_from_a_file() -> None:
    found = prices.read_list("coin,day,tenge\nbtc,2026-05-15,48000000.50\n", working_calendar(), "file")
    assert [(coin, day.isoformat(), str(tenge)) for coin, day, tenge, _ in found] == [
        ("BTC", f"2026-05-{day}", "48000000.50") for day in (15, 16, 17)
    ]
    with pytest.raises(BadValue, match="line 2"):
        prices.read_list("coin,day,tenge\nBTC;2026-05-15;1\n", working_calendar(), "file")


@pytest.mark.clause("mining:annex§1.part2")
def test_reminders_are_a_courtesy_and_go_once_to_who_has_not_filed(
    desk: Desk, twin: MiningServices, connection: Connection, filing: Filing, pool: Pool, clock: HandClock
) -> None:
    other = filing.pools.add(iin(2), PROFILE, date(2026, 5, 1))
    filed(filing, other, text(rows(1)))
    assert reminders.remind(desk, connection) == 0  # type: ignore[arg-type]
    clock.set(datetime(2026, 6, 21, 9, 0, tzinfo=KZ))
    assert [reminders.remind(desk, connection) for _ in range(2)] == [1, 0]  # type: ignore[arg-type]
    clock.set(datetime(2026, 6, 25, 9, 0, tzinfo=KZ))
    assert [reminders.remind(desk, connection) for _ in range(2)] == [1, 0]  # type: ignore[arg-type]
    clock.set(datetime(2026, 6, 26, 9, 0, tzinfo=KZ))
    assert reminders.remind(desk, connection) == 0  # type: ignore[arg-type]
    assert [(each.number, each.month) for each in twin.notices] == [(pool.number, "2026-05")] * 2


def test_a_worker_decides_what_waits_and_shows_how_far_it_is(
    desk: Desk, connection: Connection, filing: Filing, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qyzmet.acts.mining.watching._EVERY", 1)
    draft = filing.open(pool, MAY, channel="test")
    filing.put(draft, 1, text(rows(10)).encode())
    submitted = filing.submit(draft)
    seen: list[int] = []
    real = Filing._end

    def end(self: Filing, *words: Any) -> None:
        with connection.transaction():
            seen.append(filing.done(submitted))
        real(self, *words)

    monkeypatch.setattr(Filing, "_end", end)
    assert duties.decide(desk, connection) == 1  # type: ignore[arg-type]
    assert seen == [10]
    assert filing.one(submitted.key).state == "accepted"
    assert duties.decide(desk, connection) == 0  # type: ignore[arg-type]


def test_drafts_that_nobody_submitted_are_taken_away(
    desk: Desk, connection: Connection, filing: Filing, pool: Pool, clock: HandClock
) -> None:
    filing.put(filing.open(pool, MAY, channel="test"), 1, b"x")
    kept = filed(filing, pool, text(rows(1)))
    assert duties.drafts(desk, connection) == 0  # type: ignore[arg-type]
    clock.advance(timedelta(days=15))
    assert duties.drafts(desk, connection) == 1  # type: ignore[arg-type]
    assert filing.of_pool(pool) == [kept]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served(Outside(TinyWorld(), HandClock(datetime(2026, 6, 10, 9, 0, tzinfo=KZ)))) as twins:
        yield twins


@pytest.mark.parametrize("operation", contract.OPERATIONS, ids=lambda operation: operation.path)
def test_every_twin_keeps_the_contract(operation: Any, served: Served) -> None:
    samples = {
        "month": "2026-05",
        "cursor": "",
        "number": iin(1),
        "report": "x",
        "kind": "received",
        "content": "e30=",
    }
    rules = list(conformance(served.ports.url, [operation], effects=True, samples=samples))
    assert [rule for rule in rules if not rule.kept] == []


@pytest.mark.clause("mining:annex§1.part1")
def test_over_http_too(
    served: Served, vault: Vault, connection: Connection, filing: Filing, pool: Pool, clock: HandClock
) -> None:
    with HttpPartners(served.ports.url, clock=clock) as partners:
        desk = Desk(partners, vault, clock)
        name = file(desk, "over http", content=text(rows(5)).encode())
        assert qoldau.fetch(desk, connection) >= 1  # type: ignore[arg-type]
        assert licences.look_up(desk, connection) == 1  # type: ignore[arg-type]
        assert prices.load(desk, connection) == 1  # type: ignore[arg-type]
    assert filing.one(name).state == "accepted"
    assert Totals(connection).by(["coin"], Asked(coin="BTC"))[0]["tenge_whole"]
