"""ODK's answers on orders, and the statements of its bank: pain.002 and camt.053, with faults on request.

An order is answered at the next full hour and paid the day after; a statement of each day's lines comes at
09:00 of Kazakhstan the day after that. What goes wrong is drawn by the seed from the order's own reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock
from typing import Annotated
from xml.sax.saxutils import escape

import msgspec
from lxml import etree

from qyzmet.exchange.systems import FeedPage, PaymentMessage, PaymentMessages, Placement
from qyzmet.runtime.clock import KZ, Clock, legal_date
from qyzmet_twins.seeded import chance
from qyzmet_twins.state import BadQuestion

PAIN_001 = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
PAIN_002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
CAMT_053 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
#: How long after the payment money comes back.
RETURNED_AFTER = timedelta(days=2)


#: Takes no entities and nothing from outside the message.
_PLAIN = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class PaymentKnobs(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Shares of orders with which something goes wrong; `unknown` is of statements."""

    closed: Share = 0.0  #: rejected: the account is closed (AC04)
    returned: Share = 0.0  #: paid, and all of it comes back
    partly: Share = 0.0  #: paid, and half of it comes back
    twice: Share = 0.0  #: paid twice
    contradicting: Share = 0.0  #: accepted and, an hour later, rejected
    again: Share = 0.0  #: the answer comes twice, as do the statement's lines
    unknown: Share = 0.0  #: a line with a reference that nobody ordered


@dataclass(frozen=True, slots=True)
class Line:
    day: date
    number: str
    reference: str
    tiyn: int
    returned: bool = False
    reason: str = ""


class Payments:
    """What became of the orders of one world. Safe for threads."""

    def __init__(self, clock: Clock, seed: int = 0, knobs: PaymentKnobs | None = None) -> None:
        self._clock, self._seed, self.knobs = clock, seed, knobs or PaymentKnobs()
        self._answers: dict[datetime, list[tuple[str, str, str]]] = defaultdict(list)
        self._lines: dict[date, list[Line]] = defaultdict(list)
        self._out: list[PaymentMessage] = []
        self._lock = Lock()

    def must_agree(self, item: Placement) -> None:
        """Raises BadQuestion where the order says something else than the placement."""
        if not item.order:
            return
        try:
            root = etree.fromstring(item.order, _PLAIN)
        except etree.XMLSyntaxError:
            raise BadQuestion(f"odk: the order of item {item.ref!r} is not XML") from None
        said = {
            name: [element.text for element in root.iter(f"{PAIN_001}{name}")]
            for name in ("EndToEndId", "InstdAmt", "IBAN", "CtrlSum", "NbOfTxs")
        }
        money = _money(item.amount_tiyn)
        wanted = {
            "EndToEndId": [item.key], "InstdAmt": [money], "IBAN": [item.iban], "CtrlSum": [money] * 2,
            "NbOfTxs": ["1", "1"],
        }  # fmt: skip
        wrong = [name for name, value in wanted.items() if said[name] != value]
        if wrong:
            raise BadQuestion(f"odk: {', '.join(wrong)} of item {item.ref!r} differ from the placement")

    def take(self, item: Placement, at: datetime) -> None:
        """A new order; a repeat never comes here."""
        knobs, key = self.knobs, item.key
        hour = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        day = legal_date(at) + timedelta(days=1)
        with self._lock:
            if self._happens("closed", key, knobs.closed):
                self._answer(hour, key, "RJCT", "AC04")
                return
            self._answer(hour, key, "ACSP")
            if self._happens("contradicting", key, knobs.contradicting):
                self._answer(hour + timedelta(hours=1), key, "RJCT", "AM04")
            self._line(day, Line(day, f"P-{key}", key, item.amount_tiyn))
            if self._happens("twice", key, knobs.twice):
                self._line(day, Line(day, f"PP-{key}", key, item.amount_tiyn))
            back = item.amount_tiyn if self._happens("returned", key, knobs.returned) else 0
            if not back and item.amount_tiyn > 1 and self._happens("partly", key, knobs.partly):
                back = item.amount_tiyn // 2
            if back:
                day += RETURNED_AFTER
                self._line(day, Line(day, f"R-{key}", key, back, True, "AC04"))

    def messages(self, items: Sequence[FeedPage]) -> list[PaymentMessages]:
        """The messages that have come out by now, after a cursor."""
        with self._lock:
            self._write(self._clock.now())
            pages = []
            for item in items:
                start = int(item.after or 0) if (item.after or "0").isdecimal() else -1
                if not 0 <= start <= len(self._out):
                    raise BadQuestion("odk: the cursor is none of this system")
                page = self._out[start : start + max(item.limit, 1)]
                cursor = str(start + len(page)) if page else item.after
                pages.append(PaymentMessages(ref=item.ref, messages=page, cursor=cursor))
        return pages

    def _happens(self, what: str, key: str, share: float) -> bool:
        return share > 0 and chance(self._seed, "payment", what, key) < share

    def _answer(self, at: datetime, *said: str) -> None:
        status, reason = said[1], said[2] if len(said) > 2 else ""
        self._answers[at].append((said[0], status, reason))
        if self._happens("again", said[0], self.knobs.again):
            self._answers[at + timedelta(hours=2)].append((said[0], status, reason))

    def _line(self, day: date, line: Line) -> None:
        self._lines[day].append(line)
        if self._happens("again", line.reference, self.knobs.again):
            self._lines[day + timedelta(days=1)].append(line)

    def _write(self, now: datetime) -> None:
        """Brings out what has become due, in the order of its moments."""
        due: list[tuple[datetime, PaymentMessage]] = []
        for at in [at for at in self._answers if at <= now]:
            number = f"S{at:%Y%m%d%H%M}"
            due.append((at, _message(number, "pain.002", at, _pain_002(number, at, self._answers.pop(at)))))
        for day in list(self._lines):
            at = datetime.combine(day + timedelta(days=1), time(9), KZ)
            if at <= now:
                number, lines = f"C{day:%Y%m%d}", self._lines.pop(day)
                if self._happens("unknown", number, self.knobs.unknown):
                    lines = [*lines, Line(day, f"U-{number}", f"elsewhere/{day:%j}", 1_000_00)]
                due.append((at, _message(number, "camt.053", at, _camt_053(number, at, lines))))
        self._out += [message for _, message in sorted(due, key=lambda each: (each[0], each[1].number))]


def _message(number: str, kind: str, at: datetime, content: str) -> PaymentMessage:
    return PaymentMessage(number=number, kind=kind, at=at, content=content.encode())  # type: ignore[arg-type]


def _pain_002(number: str, at: datetime, answers: Sequence[tuple[str, str, str]]) -> str:
    lines = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{escape(key)}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        + (f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else "")
        + "</TxInfAndSts>"
        for key, status, reason in answers
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{PAIN_002}"><CstmrPmtStsRpt><GrpHdr>'
        f"<MsgId>{number}</MsgId><CreDtTm>{at.isoformat()}</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{number}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{number}</OrgnlPmtInfId>{lines}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    )


def _camt_053(number: str, at: datetime, lines: Sequence[Line]) -> str:
    entries = "".join(
        f'<Ntry><Amt Ccy="KZT">{_money(line.tiyn)}</Amt><CdtDbtInd>{"CRDT" if line.returned else "DBIT"}'
        f"</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{line.day}</Dt></BookgDt>"
        f"<AcctSvcrRef>{escape(line.number)}</AcctSvcrRef><BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{escape(line.reference)}</EndToEndId></Refs>"
        + (f"<RtrInf><Rsn><Cd>{line.reason}</Cd></Rsn></RtrInf>" if line.reason else "")
        + "</TxDtls></NtryDtls></Ntry>"
        for line in lines
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{CAMT_053}"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>{number}</MsgId><CreDtTm>{at.isoformat()}</CreDtTm></GrpHdr><Stmt><Id>{number}</Id>"
        f"<Acct><Id><Othr><Id>ODK</Id></Othr></Id></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"
    )


def _money(tiyn: int) -> str:
    return f"{tiyn // 100}.{tiyn % 100:02}"
