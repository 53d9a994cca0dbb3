"""Payment messages of ISO 20022: orders as pain.001.001.09 for ODK, answers pain.002, statements camt.053.

Money is whole tiyn. An order's `EndToEndId` is the decision's, so that the other side knows a repeat.
The schema of pain.001.001.09 in `schemas/` is the public one of ISO 20022 (schemas/README.md says whence).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from lxml import etree

from qyzmet.runtime.errors import BadValue

PAIN_001 = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_SCHEMA = Path(__file__).parent / "schemas" / "pain.001.001.09.xsd"


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One order: at most 35 characters of `end_to_end`; `decision` is the SHA-256 of the decision, hex."""

    end_to_end: str
    amount_tiyn: int
    name: str
    iban: str
    decision: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What ODK said of one order: accepted, rejected or still pending, and the reason's code."""

    end_to_end: str
    status: Literal["accepted", "rejected", "pending"]
    reason: str = ""


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a statement; `returned` where money came back. `number` is the bank's own reference."""

    number: str
    end_to_end: str
    amount_tiyn: int
    returned: bool
    day: date
    reason: str = ""


def pain_001(transfers: Sequence[Transfer], *, message: str, at: datetime, on: date, payer: str) -> bytes:
    """One message with control sums. Raises BadValue for what the schema refuses or an order given twice."""
    ids = [each.end_to_end for each in transfers]
    if not ids or len(set(ids)) != len(ids):
        raise BadValue("orders", "must be at least one and each only once", "Take out the repeated order.")
    total = money(sum(each.amount_tiyn for each in transfers))
    document = etree.Element(f"{{{PAIN_001}}}Document", nsmap={None: PAIN_001})
    root = _add(document, "CstmrCdtTrfInitn")
    head = _add(root, "GrpHdr")
    _add(head, "MsgId", message)
    _add(head, "CreDtTm", at.isoformat(timespec="seconds"))
    _add(head, "NbOfTxs", str(len(ids)))
    _add(head, "CtrlSum", total)
    _add(_add(head, "InitgPty"), "Nm", payer)
    block = _add(root, "PmtInf")
    _add(block, "PmtInfId", message)
    _add(block, "PmtMtd", "TRF")
    _add(block, "NbOfTxs", str(len(ids)))
    _add(block, "CtrlSum", total)
    _add(_add(block, "ReqdExctnDt"), "Dt", on.isoformat())
    _add(_add(block, "Dbtr"), "Nm", payer)
    # ODK pays from accounts of its own; the message names the role, not an account at a bank.
    _add(_add(_add(_add(block, "DbtrAcct"), "Id"), "Othr"), "Id", "ODK")
    _add(_add(_add(_add(block, "DbtrAgt"), "FinInstnId"), "Othr"), "Id", "ODK")
    for each in transfers:
        _transfer(block, each)
    written: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8")
    must_fit_schema(written)
    return written


def _transfer(block: etree._Element, each: Transfer) -> None:
    if each.amount_tiyn <= 0:
        raise BadValue("amount", "must be more than nothing", "A refusal is not paid.")
    one = _add(block, "CdtTrfTxInf")
    _add(_add(one, "PmtId"), "EndToEndId", each.end_to_end)
    amount = _add(_add(one, "Amt"), "InstdAmt", money(each.amount_tiyn))
    amount.set("Ccy", "KZT")
    _add(_add(one, "Cdtr"), "Nm", each.name)
    _add(_add(_add(one, "CdtrAcct"), "Id"), "IBAN", each.iban)
    _add(_add(one, "RmtInf"), "Ustrd", f"decision {each.decision}")


def must_fit_schema(message: bytes) -> None:
    """Raises BadValue naming the element that the public schema refuses; never its content."""
    schema = _schema()
    if not schema.validate(_read(message)):
        error = schema.error_log[0]
        place = (error.path or "").rsplit(":", 1)[-1]
        raise BadValue("pain.001", f"the schema refuses {place}", "Correct that field of the order.")


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_SCHEMA)))


_STATUS: dict[str, Literal["accepted", "rejected", "pending"]] = {
    "ACCP": "accepted", "ACSC": "accepted", "ACSP": "accepted", "ACTC": "pending", "ACWC": "accepted",
    "PDNG": "pending", "RCVD": "pending", "RJCT": "rejected", "ACCC": "accepted",
}  # fmt: skip


def read_pain_002(message: bytes) -> list[Answer]:
    """The answers in a pain.002 of any version, all or none. Raises BadValue for what cannot be read."""
    answers = []
    for one in _all(_must_be(message, "CstmrPmtStsRpt"), "TxInfAndSts"):
        status = _STATUS.get(_text(one, "TxSts"))
        if status is None:
            raise BadValue("TxSts", "is not a status of ISO 20022", f"Use one of {', '.join(_STATUS)}.")
        because = _all(one, "StsRsnInf")
        reason = _text(because[0], "Cd") if because else ""
        answers.append(Answer(end_to_end=_must(one, "OrgnlEndToEndId"), status=status, reason=reason))
    return answers


def read_camt_053(message: bytes) -> list[Booking]:
    """The booked lines of a camt.053 of any version, debits as paid and credits as returned.

    A line that books several transfers at once is as many bookings; what is announced or pending is none.
    Raises BadValue for a line that cannot be read, another currency, an amount that is not whole tiyn, or
    transfers that do not add up to their line.
    """
    found: list[Booking] = []
    for entry in _all(_must_be(message, "BkToCstmrStmt"), "Ntry"):
        if _status(entry) not in ("", "BOOK"):
            continue
        details = _all(entry, "TxDtls")
        if len(details) < 2:
            found.append(_booking(entry, entry, ""))
            continue
        parts = [_booking(entry, detail, f"/{place}") for place, detail in enumerate(details, start=1)]
        if sum(part.amount_tiyn for part in parts) != _tiyn(entry):
            raise BadValue("Amt", "of a line is the sum of its transfers", "Ask for the statement again.")
        found += parts
    return found


def _status(entry: etree._Element) -> str:
    """BOOK, PDNG, INFO …: as a text, or as a code in later versions."""
    for status in _all(entry, "Sts")[:1]:
        return _text(status, "Cd") or (status.text or "").strip()
    return ""


def _booking(entry: etree._Element, detail: etree._Element, place: str) -> Booking:
    sign = _must(entry, "CdtDbtInd")
    if sign not in ("CRDT", "DBIT"):
        raise BadValue("CdtDbtInd", "must be CRDT or DBIT", "Ask for the statement again.")
    returned = sign == "CRDT"
    back = _all(detail, "RtrInf") if returned else []
    return Booking(
        number=_must(entry, "AcctSvcrRef") + place,
        end_to_end=_text(detail, "EndToEndId"),
        amount_tiyn=_tiyn(detail),
        returned=returned,
        day=_day(_must(entry, "Dt")),
        reason=_text(back[0], "Cd") if back else "",
    )


def money(tiyn: int) -> str:
    """Tenge with two places, as the messages write them."""
    return f"{tiyn // 100}.{tiyn % 100:02}"


def _tiyn(entry: etree._Element) -> int:
    element = next(iter(_all(entry, "Amt")), None)
    if element is None or element.get("Ccy") != "KZT":
        raise BadValue("Amt", "must be there in KZT", "Ask for the statement in tenge.")
    try:
        tiyn = Decimal(element.text or "") * 100
    except InvalidOperation:
        raise BadValue("Amt", "is not a number", "Ask for the statement again.") from None
    if not tiyn.is_finite() or tiyn != int(tiyn) or tiyn <= 0:
        raise BadValue("Amt", "must be whole tiyn, more than nothing", "Ask for the statement again.")
    return int(tiyn)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise BadValue("Dt", "is not a day", "Ask for the statement again.") from None


def _read(message: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(message, parser)
    except etree.XMLSyntaxError:
        raise BadValue("message", "is not XML", "Ask for it again.") from None


def _must_be(message: bytes, kind: str) -> etree._Element:
    root = _read(message)
    if not _all(root, kind):
        raise BadValue("message", f"holds no {kind}", "Give a message of that kind.")
    return root


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.iter(f"{{*}}{name}"))


def _text(element: etree._Element, name: str) -> str:
    found = next(element.iter(f"{{*}}{name}"), None)
    return "" if found is None else (found.text or "").strip()


def _must(element: etree._Element, name: str) -> str:
    text = _text(element, name)
    if not text:
        raise BadValue(name, "must be there", "Ask for the message again.")
    return text


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{PAIN_001}}}{name}")
    element.text = text
    return element
