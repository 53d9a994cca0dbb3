"""Accounts in the integrated banks (§18, §21, §22; §41, §44, §45)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qyzmet.acts.proactive.banks import INTEGRATED, bank_of
from qyzmet.acts.proactive.benefits import benefit_of
from qyzmet.acts.proactive.identification import iins
from qyzmet.cases.case import Case, Outcome
from qyzmet.cases.package import Desk
from qyzmet.exchange.systems import BANK_ACCOUNTS, ByIin
from qyzmet.law.act import Clause
from qyzmet.people.iban import is_iban
from qyzmet.people.vault import Identity


def _found(cases: Sequence[Case], desk: Desk, purpose: str, clause: Clause) -> dict[int, list[str]]:
    """The integrated banks in which each case's person has an account, in the order of the table.

    IBANs go to the vault. A case that one bank left unanswered is missing: silence is not "no
    account" (G-47). Of several accounts in one bank one is kept (G-13).
    """
    asked = [
        ByIin(ref=str(ref), iin=iin) for ref, iin in iins(cases, desk, "E-Maket", purpose, clause).items()
    ]
    place = 0 if desk.law.policies["G-13"] == "first" else -1
    kept: dict[int, dict[str, str]] = {int(item.ref): {} for item in asked}
    for bank in INTEGRATED:
        answers = desk.partners.ask(BANK_ACCOUNTS[bank.system], asked, purpose=purpose, clause=clause.id)
        for number in list(kept):
            answer = answers.get(str(number))
            if answer is None:
                del kept[number]
                continue
            own = [iban for iban in answer.ibans if is_iban(iban) and bank_of(iban) == bank]
            if own:
                kept[number][bank.system] = own[place]
    by_case = {case.id: case.person for case in cases}
    desk.vault.learn(
        {by_case[number]: Identity(accounts=tuple(ibans.values())) for number, ibans in kept.items() if ibans}
    )
    return {number: list(ibans) for number, ibans in kept.items()}


def query(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§18, §41: is there an account? One bank, several banks, or none (§19)."""
    clause = benefit_of(cases[0].value("benefit")).clause("accounts")
    return {
        number: Outcome(
            ("no_account", "one_bank")[len(banks)] if len(banks) < 2 else "several_banks",
            facts={"banks": desk.law.fact(banks, "banks")},
        )
        for number, banks in _found(cases, desk, "ask for a bank account", clause).items()
    }


def monitor(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§21, §44: the banks are watched; an account that was not there before is the opened one (§22)."""
    clause = benefit_of(cases[0].value("benefit")).clause("monitor")
    found = _found(cases, desk, "look for a newly opened account", clause)
    outcomes = dict[int, Outcome | str]()
    for case in cases:
        new = [bank for bank in found.get(case.id, ()) if bank not in case.value("banks")]
        if new:
            facts = {
                "new_bank": desk.law.fact(new[0], "banks"),
                "banks": desk.law.fact(found[case.id], "banks"),
            }
            outcomes[case.id] = Outcome("found", facts=facts)
    return outcomes
