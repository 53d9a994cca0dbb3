"""Orders that fit the public schema, answers and statements read, and money that reconciles to the tiyn."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xmlschema

from qyzmet.exchange import iso20022
from qyzmet.exchange.iso20022 import (
    Answer,
    Booking,
    Transfer,
    money,
    must_fit_schema,
    pain_001,
    read_camt_053,
    read_pain_002,
)
from qyzmet.exchange.reconciling import Standing, reconcile, totals
from qyzmet.runtime.clock import KZ
from qyzmet.runtime.errors import BadValue
from tests.exchange.iso_messages import statement, status

AT = datetime(2024, 2, 12, 9, 0, tzinfo=KZ)
DAY = date(2024, 2, 12)
SCHEMA = Path(iso20022.__file__).parent / "schemas" / "pain.001.001.09.xsd"


def order(number: int = 1, tiyn: int = 5_926_401, **other: Any) -> Transfer:
    given: dict[str, Any] = {
        "end_to_end": f"proactive/{number}",
        "amount_tiyn": tiyn,
        "name": "Тест",
        "iban": "KZ86125KZT5004100100",
        "decision": "ab" * 32,
    }
    return Transfer(**given | other)


def written(*orders: Transfer) -> bytes:
    return pain_001(orders, message="M-1", at=AT, on=DAY, payer="Qyzmet")


def test_orders_pass_the_public_schema_and_an_independent_parser_reads_the_same() -> None:
    message = written(*(order(number, number * 101) for number in range(1, 51)))
    found: Any = xmlschema.XMLSchema(str(SCHEMA)).to_dict(message.decode().split("?>", 1)[1])
    head = found["CstmrCdtTrfInitn"]["GrpHdr"]
    orders = found["CstmrCdtTrfInitn"]["PmtInf"][0]["CdtTrfTxInf"]
    amounts = [Decimal(str(one["Amt"]["InstdAmt"]["$"])) for one in orders]
    assert head["NbOfTxs"] == "50"
    assert Decimal(str(head["CtrlSum"])) == sum(amounts) == Decimal(money(sum(range(1, 51)) * 101))
    assert [one["PmtId"]["EndToEndId"] for one in orders] == [f"proactive/{n}" for n in range(1, 51)]


@pytest.mark.parametrize(
    "wrong",
    [{"iban": "12"}, {"end_to_end": "x" * 36}, {"tiyn": 0}, {"name": ""}, {"name": "x" * 141}],
    ids=str,
)
def test_an_order_that_the_schema_refuses_names_the_field_and_not_its_value(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadValue) as raised:
        written(order(**wrong))
    assert "xxxx" not in str(raised.value)


def test_an_order_twice_in_one_message_is_refused() -> None:
    with pytest.raises(BadValue, match="only once"):
        written(order(), order())
    with pytest.raises(BadValue):
        must_fit_schema(written(order()).replace(b"<NbOfTxs>1</NbOfTxs>", b"<NbOfTxs>one</NbOfTxs>"))


def test_answers_and_statements_are_read() -> None:
    assert read_pain_002(status(("a/1", "ACSC", ""), ("a/2", "RJCT", "AC04"))) == [
        Answer(end_to_end="a/1", status="accepted"),
        Answer(end_to_end="a/2", status="rejected", reason="AC04"),
    ]
    paid, back = read_camt_053(statement(("B1", "a/1", "10.01", "DBIT"), ("B2", "a/1", "10.01", "CRDT")))
    assert (paid.amount_tiyn, paid.returned, paid.day) == (1001, False, date(2024, 2, 13))
    assert (back.returned, back.reason) == (True, "AC04")


@pytest.mark.parametrize(
    "message",
    [
        statement(("B1", "a/1", "10.001", "DBIT")), statement(("B1", "a/1", "NaN", "DBIT")),
        statement(("B1", "a/1", "-1", "DBIT")), statement(("", "a/1", "1", "DBIT")),
        statement(("B1", "a/1", "1", "BOTH")), statement(("B1", "a/1", "1", "DBIT"), currency="USD"),
        status(("a/1", "ACSC", "")), b"<Document", b"<Document/>",
    ],
)  # fmt: skip
def test_a_statement_that_cannot_be_read_is_refused_as_a_whole(message: bytes) -> None:
    with pytest.raises(BadValue):
        read_camt_053(message)


def test_an_answer_with_another_status_is_refused() -> None:
    with pytest.raises(BadValue, match="TxSts"):
        read_pain_002(status(("a/1", "MAYBE", "")))


def said(one: str, status: Any = "accepted", reason: str = "") -> Answer:
    return Answer(end_to_end=one, status=status, reason=reason)


def line(number: str, one: str, tiyn: int, returned: bool = False) -> Booking:
    reason = "AC04" if returned else ""
    return Booking(number=number, end_to_end=one, amount_tiyn=tiyn, returned=returned, day=DAY, reason=reason)


PAID = line("B1", "a", 100)
BACK = line("B2", "a", 100, True)
CASES: dict[str, tuple[list[Answer], list[Booking], str, bool]] = {
    "nothing yet": ([], [], "open", False),
    "accepted": ([said("a")], [], "open", False),
    "pending, then accepted and paid": ([said("a", "pending"), said("a")], [PAID], "paid", False),
    "the answer twice": ([said("a"), said("a")], [PAID], "paid", False),
    "the line twice": ([said("a")], [PAID, PAID], "paid", False),
    "paid twice": ([said("a")], [PAID, line("B9", "a", 100)], "overpaid", True),
    "account closed": ([said("a", "rejected", "AC04")], [], "rejected", True),
    "returned": ([said("a")], [PAID, BACK], "returned", True),
    "a part returned": ([said("a")], [PAID, line("B2", "a", 40, True)], "partly_returned", True),
    "more returned than paid": ([said("a")], [BACK], "contradiction", True),
    "two answers that contradict": ([said("a"), said("a", "rejected")], [], "contradiction", True),
    "rejected and paid": ([said("a", "rejected")], [PAID], "contradiction", True),
}


@pytest.mark.parametrize("name", CASES)
def test_each_order_stands_somewhere_and_says_why(name: str) -> None:
    answers, bookings, state, for_people = CASES[name]
    (found,) = reconcile({"a": 100}, answers, bookings)
    assert (found.state, found.for_people) == (state, for_people)
    assert found.explained.endswith(".")


def test_a_reference_that_no_order_has_goes_to_people() -> None:
    found = {each.end_to_end: each for each in reconcile({"a": 100}, [said("b")], [line("B1", "", 5)])}
    assert [found[one].state for one in ("a", "b", "?B1")] == ["open", "unknown", "unknown"]


def test_a_year_with_returns_reconciles_to_the_tiyn() -> None:
    """Two of a hundred come back, some statements come twice and out of order."""
    chance = random.Random(5)
    orders = {f"a/{number}": chance.randrange(1, 10_000_000) for number in range(20_000)}
    bookings = [line(f"P{one}", one, tiyn) for one, tiyn in orders.items()]
    back = [one for one in orders if chance.random() < 0.02]
    bookings += [line(f"R{one}", one, orders[one], True) for one in back]
    bookings += chance.sample(bookings, 500)
    chance.shuffle(bookings)
    found: list[Standing] = reconcile(orders, (said(one) for one in orders), bookings)
    sums = totals(found)
    assert sums["ordered"] == sums["paid"] == sum(orders.values())
    assert sums["returned"] == sum(orders[one] for one in back)
    assert sums["for_people"] == len(back)
    assert {each.end_to_end for each in found if each.state == "returned"} == set(back)


def test_a_parser_of_payment_messages_by_others_reads_the_same() -> None:
    """pyiso20022, made from the public schemas; a field it does not know is an error."""
    from pyiso20022.pain.pain_001_001_09 import Document
    from xsdata.formats.dataclass.parsers import XmlParser
    from xsdata.formats.dataclass.parsers.config import ParserConfig

    parser = XmlParser(config=ParserConfig(fail_on_unknown_properties=True))
    message = written(*(order(number, number * 7919) for number in range(1, 201)))
    head = parser.from_bytes(message, Document).cstmr_cdt_trf_initn
    (block,) = head.pmt_inf
    amounts = [each.amt.instd_amt.value for each in block.cdt_trf_tx_inf]
    assert head.grp_hdr.ctrl_sum == block.ctrl_sum == sum(amounts) == Decimal(money(7919 * 20_100))
    assert (head.grp_hdr.nb_of_txs, block.nb_of_txs) == ("200", "200")
    assert [each.pmt_id.end_to_end_id for each in block.cdt_trf_tx_inf] == [
        f"proactive/{number}" for number in range(1, 201)
    ]
    assert {each.amt.instd_amt.ccy for each in block.cdt_trf_tx_inf} == {"KZT"}
    assert {each.cdtr_acct.id.iban for each in block.cdt_trf_tx_inf} == {"KZ86125KZT5004100100"}


def whole(entry: str) -> bytes:
    return f"<Document><BkToCstmrStmt><Stmt>{entry}</Stmt></BkToCstmrStmt></Document>".encode()


def entry_of(amount: str, *transfers: tuple[str, str], status: str = "<Cd>BOOK</Cd>") -> bytes:
    details = "".join(
        f'<TxDtls><Refs><EndToEndId>{one}</EndToEndId></Refs><Amt Ccy="KZT">{sum_}</Amt></TxDtls>'
        for one, sum_ in transfers
    )
    return whole(
        f'<Ntry><Amt Ccy="KZT">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>2024-02-13</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def test_a_line_that_books_several_transfers_is_as_many_bookings() -> None:
    found = read_camt_053(entry_of("3.50", ("a/1", "1.25"), ("a/2", "2.25")))
    assert [(each.number, each.end_to_end, each.amount_tiyn) for each in found] == [
        ("B1/1", "a/1", 125), ("B1/2", "a/2", 225),
    ]  # fmt: skip
    with pytest.raises(BadValue, match="sum of its transfers"):
        read_camt_053(entry_of("3.51", ("a/1", "1.25"), ("a/2", "2.25")))


@pytest.mark.parametrize("status", ["<Cd>PDNG</Cd>", "PDNG", "<Cd>INFO</Cd>"])
def test_what_is_only_announced_is_no_booking(status: str) -> None:
    assert read_camt_053(entry_of("1.25", ("a/1", "1.25"), status=status)) == []
    assert len(read_camt_053(entry_of("1.25", ("a/1", "1.25"), status="BOOK"))) == 1


def test_the_reason_is_that_of_the_return_and_no_other_code() -> None:
    said = whole(
        '<Ntry><Amt Ccy="KZT">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        "<BookgDt><Dt>2024-02-13</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>"
        "<BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd>"
        "<NtryDtls><TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>"
    )
    assert [each.reason for each in read_camt_053(said)] == ["AC04"]
