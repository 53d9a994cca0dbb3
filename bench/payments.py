"""Payment orders and the reconciliation with ODK.

python bench/payments.py [--orders 100000] [--rounds 5] [--json]

Orders: messages pain.001 of one order each, written and checked against the public schema, a second of
processor time. Beside it the same message by pyiso20022 with xsdata, checked by the same schema, in turns.

Reconciliation: statements of 5,000 lines are read into the store, each line once, and every order judged, on
a durable server; then all money is summed up. The floor is a bare COPY of the same lines into a table without
an index, in turns in the same run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from pyiso20022.pain import pain_001_001_09 as peer
from xsdata.formats.dataclass.serializers import XmlSerializer

from qyzmet.bench.engine import own_server
from qyzmet.cases import payments, rows
from qyzmet.exchange.iso20022 import PAIN_001, Transfer, money, must_fit_schema, pain_001
from qyzmet.exchange.systems import PaymentMessage
from qyzmet.runtime.clock import KZ
from qyzmet.runtime.database import connect, prepare
from qyzmet_twins.payments import Line, _camt_053

NOW = datetime(2024, 2, 12, 9, 0, tzinfo=KZ)
LINES = 5000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--orders", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    found = {"orders": written(given.rounds), "reconciliation": reconciled(given.orders, given.rounds)}
    print(json.dumps(found, indent=2) if given.json else said(found))


def written(rounds: int, count: int = 1000) -> dict[str, Any]:
    """Messages a second of processor time: ours and the peer's, medians of alternating rounds."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(rate(count, lambda: [_ours(number) for number in range(1, count + 1)]))
        theirs.append(rate(count // 10, lambda: [_theirs(number) for number in range(1, count // 10 + 1)]))
    mine, other = statistics.median(ours), statistics.median(theirs)
    return {"a_second": round(mine), "peer_a_second": round(other), "times_the_peer": round(mine / other, 1)}


def rate(count: int, work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return count / (time.process_time() - began)


def _ours(number: int) -> bytes:
    transfer = Transfer(
        end_to_end=f"proactive/{number}", amount_tiyn=number * 101, name="N", iban="KZ86125KZT5004100100",
        decision="ab" * 32,
    )  # fmt: skip
    return pain_001([transfer], message=transfer.end_to_end, at=NOW, on=NOW.date(), payer="committee/75")


_SERIALIZER = XmlSerializer()


def _theirs(number: int) -> bytes:
    """The same message, from the classes that were made of the schema."""
    from decimal import Decimal

    from xsdata.models.datatype import XmlDate, XmlDateTime

    sum_, key = Decimal(money(number * 101)), f"proactive/{number}"
    odk = peer.GenericAccountIdentification1(id="ODK")
    transfer = peer.CreditTransferTransaction34(
        pmt_id=peer.PaymentIdentification6(end_to_end_id=key),
        amt=peer.AmountType4Choice(instd_amt=peer.ActiveOrHistoricCurrencyAndAmount(value=sum_, ccy="KZT")),
        cdtr=peer.PartyIdentification135(nm="N"),
        cdtr_acct=peer.CashAccount38(id=peer.AccountIdentification4Choice(iban="KZ86125KZT5004100100")),
        rmt_inf=peer.RemittanceInformation16(ustrd=[f"decision {'ab' * 32}"]),
    )
    block = peer.PaymentInstruction30(
        pmt_inf_id=key, pmt_mtd=peer.PaymentMethod3Code.TRF, nb_of_txs="1", ctrl_sum=sum_,
        reqd_exctn_dt=peer.DateAndDateTime2Choice(dt=XmlDate.from_date(NOW.date())),
        dbtr=peer.PartyIdentification135(nm="committee/75"),
        dbtr_acct=peer.CashAccount38(id=peer.AccountIdentification4Choice(othr=odk)),
        dbtr_agt=peer.BranchAndFinancialInstitutionIdentification6(
            fin_instn_id=peer.FinancialInstitutionIdentification18(
                othr=peer.GenericFinancialIdentification1(id="ODK")
            )
        ),
        cdt_trf_tx_inf=[transfer],
    )  # fmt: skip
    head = peer.GroupHeader85(
        msg_id=key, cre_dt_tm=XmlDateTime.from_datetime(NOW), nb_of_txs="1", ctrl_sum=sum_,
        initg_pty=peer.PartyIdentification135(nm="committee/75"),
    )  # fmt: skip
    document = peer.Document(
        cstmr_cdt_trf_initn=peer.CustomerCreditTransferInitiationV09(grp_hdr=head, pmt_inf=[block])
    )
    message = _SERIALIZER.render(document, ns_map={None: PAIN_001}).encode()
    must_fit_schema(message)
    return message


def reconciled(orders: int, rounds: int) -> dict[str, Any]:
    with own_server(lambda _: None) as (server, _), connect(prepare(server).engine_url) as connection:
        return _reconciled(connection, orders, rounds)


def _reconciled(connection: Any, orders: int, rounds: int) -> dict[str, Any]:
    with connection.transaction(), connection.cursor() as cursor:
        rows.copy(
            cursor,
            "payment_orders (key, case_id, amount_tiyn, receipt, placed_at)",
            (f"proactive/{n}\t{n}\t{100 + n}\tR{n}\t{NOW.isoformat()}" for n in range(orders)),
        )
        cursor.execute("CREATE TEMPORARY TABLE floor (LIKE payment_bookings)")
    took, floor, cursor_at = [], [], ""
    for part, batch in enumerate(_batches(orders)):
        content = _camt_053(f"C{part}", NOW, batch).encode()
        message = PaymentMessage(number=f"C{part}", kind="camt.053", at=NOW, content=content)
        began = time.perf_counter()
        payments.take(connection, [message], (cursor_at, f"C{part}"), NOW)
        took.append(len(batch) / (time.perf_counter() - began))
        cursor_at = f"C{part}"
        began = time.perf_counter()
        with connection.transaction(), connection.cursor() as cursor:
            rows.copy(cursor, "floor", (_floor(line) for line in batch))
        floor.append(len(batch) / (time.perf_counter() - began))
    connection.execute("ANALYZE")
    connection.commit()
    sums = []
    for _ in range(rounds):
        began = time.perf_counter()
        report = payments.report(connection, NOW + timedelta(days=1))
        sums.append(time.perf_counter() - began)
    assert report["agrees"]
    assert report["states"]["paid"]["references"] == orders
    return {
        "orders": orders, "lines_a_second": round(statistics.median(took)),
        "floor_lines_a_second": round(statistics.median(floor)),
        "part_of_the_floor": round(statistics.median(took) / statistics.median(floor), 3),
        "report_seconds": round(statistics.median(sums), 3),
    }  # fmt: skip


def _batches(orders: int) -> Iterator[list[Line]]:
    for start in range(0, orders, LINES):
        yield [
            Line(date(2024, 2, 13), f"P{n}", f"proactive/{n}", 100 + n)
            for n in range(start, min(start + LINES, orders))
        ]


def _floor(line: Line) -> str:
    return f"{line.number}\t{line.reference}\t{line.tiyn}\tf\t{line.day}\t\tC"


def said(found: dict[str, Any]) -> str:
    orders, lines = found["orders"], found["reconciliation"]
    return (
        f"Orders: {orders['a_second']:,} a second, written and checked; by pyiso20022 "
        f"{orders['peer_a_second']:,} ({orders['times_the_peer']} times).\n"
        f"Reconciliation of {lines['orders']:,} orders: {lines['lines_a_second']:,} lines a second read, "
        f"kept and judged ({lines['part_of_the_floor']} of a bare COPY); all money summed up in "
        f"{lines['report_seconds']} s."
    )


if __name__ == "__main__":
    main()
