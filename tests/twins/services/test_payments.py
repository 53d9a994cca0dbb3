"""What the twin of ODK says of orders: messages that others can read, once each, and faults on request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pyiso20022.camt.camt_053_001_08 import Document as Statement
from pyiso20022.pain.pain_002_001_10 import Document as Status
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from qyzmet.exchange.iso20022 import Transfer, pain_001, read_camt_053, read_pain_002
from qyzmet.exchange.systems import FeedPage, PaymentMessage, Placement
from qyzmet.runtime.clock import HandClock
from qyzmet_twins.payments import PaymentKnobs, Payments
from qyzmet_twins.state import BadQuestion
from tests.exchange.test_iso20022 import AT, DAY

PARSER = XmlParser(config=ParserConfig(fail_on_unknown_properties=True))


def placement(number: int) -> Placement:
    key, tiyn, iban = f"proactive/{number}", 1000 + number, "KZ86125KZT5004100100"
    transfer = Transfer(end_to_end=key, amount_tiyn=tiyn, name="N", iban=iban, decision="00")
    return Placement(
        ref="1", key=key, service="LARGE_FAMILY_ALLOWANCE", iin="900517400014", iban=iban, amount_tiyn=tiyn,
        document=b"{}", signature=b"", order=pain_001([transfer], message=key, at=AT, on=DAY, payer="B"),
    )  # fmt: skip


def messages(twin: Payments, after: str = "") -> list[PaymentMessage]:
    (page,) = twin.messages([FeedPage(ref="1", after=after)])
    return page.messages


def told(knobs: PaymentKnobs, orders: int = 40) -> list[PaymentMessage]:
    clock = HandClock(AT)
    twin = Payments(clock, 3, knobs)
    for number in range(orders):
        twin.take(placement(number), clock.now())
    clock.advance(timedelta(days=10))
    return messages(twin)


def test_others_can_read_its_messages() -> None:
    found = told(PaymentKnobs(closed=0.2, returned=0.2, partly=0.2, twice=0.1, contradicting=0.1, again=0.2))
    assert {each.kind for each in found} == {"pain.002", "camt.053"}
    for each in found:
        if each.kind == "pain.002":
            (block,) = PARSER.from_bytes(each.content, Status).cstmr_pmt_sts_rpt.orgnl_pmt_inf_and_sts
            keys = [one.orgnl_end_to_end_id for one in block.tx_inf_and_sts]
            assert keys == [answer.end_to_end for answer in read_pain_002(each.content)]
        else:
            (said,) = PARSER.from_bytes(each.content, Statement).bk_to_cstmr_stmt.stmt
            tiyn = [int(entry.amt.value * 100) for entry in said.ntry]
            assert tiyn == [booking.amount_tiyn for booking in read_camt_053(each.content)]


def test_every_order_is_told_of_once_where_nothing_goes_wrong() -> None:
    found = told(PaymentKnobs())
    paid = [line.end_to_end for m in found if m.kind == "camt.053" for line in read_camt_053(m.content)]
    assert sorted(paid) == sorted(f"proactive/{number}" for number in range(40))


@pytest.mark.parametrize(
    ("knob", "shown"),
    [("closed", "AC04"), ("contradicting", "AM04"), ("unknown", "elsewhere/"), ("returned", "CRDT")],
)
def test_faults_come_on_request(knob: str, shown: str) -> None:
    assert any(shown.encode() in each.content for each in told(PaymentKnobs(**{knob: 1.0})))
    assert not any(shown.encode() in each.content for each in told(PaymentKnobs()))


def test_pages_go_on_where_the_last_one_ended() -> None:
    clock = HandClock(AT)
    twin = Payments(clock)
    twin.take(placement(1), clock.now())
    clock.advance(timedelta(days=5))
    whole, pages, cursor = messages(twin), list[Any](), ""
    while True:
        (page,) = twin.messages([FeedPage(ref="1", after=cursor, limit=1)])
        if page.cursor == cursor:
            break
        pages += page.messages
        cursor = page.cursor
    assert pages == whole
    for strange in ("x", "99", "-1"):
        with pytest.raises(BadQuestion, match="cursor"):
            messages(twin, strange)
