"""A worker asks the registers about companies and extracts, so that pages wait for nobody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from qyzmet.acts.ict.clauses import ACT
from qyzmet.cases.package import Desk
from qyzmet.cases.rows import Connection
from qyzmet.exchange import ict as contract
from qyzmet.law.act import Period

if TYPE_CHECKING:
    from qyzmet.acts.ict.register import Participant, Register

#: How often a company is asked for anew.
FRESH = timedelta(days=1)
AT_ONCE = 500


def confirm(desk: Desk, connection: Connection) -> int:
    """Asks for companies that are new or not fresh, and for extracts that nobody has confirmed yet."""
    from qyzmet.acts.ict.register import Register  # loaded when there is something to do

    register, now = Register(connection), desk.law.now
    return _companies(desk, register, now) + _extracts(desk, register, now)


def _companies(desk: Desk, register: Register, now: datetime) -> int:
    bins = register.companies_to_ask(now - FRESH, AT_ONCE)
    if not bins:
        return 0
    items = [contract.ByBin(ref=str(place), bin=bin) for place, bin in enumerate(bins)]
    answers = desk.partners.ask(
        contract.PARTICIPANTS, items, purpose="membership in Astana Hub", clause=ACT["annex2.item1"].id
    )
    for item in items:
        if (found := answers.get(item.ref)) is not None:
            register.put(_participant(item.bin, found, now))
    return len(answers)


def _participant(bin: str, found: contract.Membership, now: datetime) -> Participant:
    from qyzmet.acts.ict.register import Participant

    member = Period(found.member_from, found.member_to) if found.known and found.member_from else None
    return Participant(bin, found.name, found.oked, found.activity, member, now)


def _extracts(desk: Desk, register: Register, now: datetime) -> int:
    open_ = register.extracts_to_ask(now - FRESH, AT_ONCE)
    if not open_:
        return 0
    items = [
        contract.ByExtract(ref=str(place), bin=bin, number=number)
        for place, (bin, number, _) in enumerate(open_)
    ]
    answers = desk.partners.ask(
        contract.EXTRACTS, items, purpose="own production", clause=ACT["annex2.item1"].id
    )
    days: dict[str, date] = {item.ref: day for item, (_, _, day) in zip(items, open_, strict=True)}
    for item in items:
        if (found := answers.get(item.ref)) is not None:
            confirmed = found.known and found.day == days[item.ref]
            register.confirm_extract(item.bin, item.number, confirmed, now)
    return len(answers)
