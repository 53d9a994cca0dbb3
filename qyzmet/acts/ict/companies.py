"""One company as the tax officer and the company itself see it: membership, determinations, shares, signs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO

from qyzmet.acts.ict.classifying import tenge
from qyzmet.acts.ict.determination import Extract, own_production
from qyzmet.acts.ict.determined import Determination
from qyzmet.acts.ict.income import Judge, Share, share
from qyzmet.acts.ict.register import Participant, Register
from qyzmet.acts.ict.risks import Risk, risks
from qyzmet.law.policies import Policies
from qyzmet.runtime.errors import Refused


@dataclass(frozen=True, slots=True)
class Company:
    """`shares` by year; `unjudged` by year: why there is no share. `own` is None where no day is judged."""

    bin: str
    participant: Participant | None
    determinations: list[Determination]
    extracts: list[tuple[Extract, bool | None]]
    shares: Mapping[int, Share]
    unjudged: Mapping[int, str]
    signs: list[Risk]
    own: bool | None

    @property
    def name(self) -> str:
        return self.participant.name if self.participant else ""


def company(register: Register, bin: str, policies: Policies, today: date) -> Company:
    """Everything about one company by the answers of today."""
    participant = register.participant(bin)
    member = participant.member if participant else None
    shares, unjudged = {}, {}
    judge = Judge(policies)
    for year, (_, lines) in register.income(bin).items():
        try:
            shares[year] = share(judge.judge(lines), year, member)
        except Refused as refused:
            unjudged[year] = str(refused)
    determinations, extracts = register.of(bin), register.extracts(bin)
    return Company(
        bin, participant, determinations, extracts, shares, unjudged,
        risks(participant, determinations, shares, today), _own(participant, extracts, today),
    )  # fmt: skip


def _own(
    participant: Participant | None, extracts: Iterable[tuple[Extract, bool | None]], today: date
) -> bool | None:
    """By the extracts that the register has not denied."""
    in_hub = bool(participant and participant.member and today in participant.member)
    held = [extract for extract, confirmed in extracts if confirmed is not False]
    try:
        return any(own_production(in_hub, extract, today) for extract in held)
    except Refused:
        return None


def as_csv(companies: Iterable[Company]) -> str:
    """One row per company and year, for a spreadsheet; text never begins as a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ("bin", "name", "oked", "member_from", "member_to", "own_production", "determinations", "match",
         "year", "income_tenge", "priority_tenge", "percent", "met", "signs")
    )  # fmt: skip
    for each in companies:
        member = each.participant.member if each.participant else None
        head = (
            each.bin, _plain(each.name), each.participant.oked if each.participant else "",
            member.first if member else "", (member.last or "") if member else "", each.own,
            len(each.determinations), sum(1 for one in each.determinations if one.result == "MATCH"),
        )  # fmt: skip
        signs = " ".join(sorted({sign.code for sign in each.signs}))
        years = sorted(each.shares.items())
        for year, found in years:
            writer.writerow(
                (
                    *head,
                    year,
                    tenge(found.all_tiyn),
                    tenge(found.priority_tiyn),
                    found.percent,
                    found.met,
                    signs,
                )
            )
        if not years:
            writer.writerow((*head, "", "", "", "", "", signs))
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
