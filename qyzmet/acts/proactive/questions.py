"""Questions about an order's money: it came back, was not paid, was too much, or ODK contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qyzmet.acts.proactive import decisions
from qyzmet.acts.proactive.banks import INTEGRATED, bank_of
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.identification import iins
from qyzmet.cases.case import Case, Law, Message, Outcome, TaskOrder
from qyzmet.cases.package import Desk
from qyzmet.cases.payments import PaymentQuestion
from qyzmet.exchange.systems import BANK_ACCOUNTS, ByIin
from qyzmet.people.iban import is_iban
from qyzmet.people.vault import Identity

_NOTE = {"payment.note": "text"}
#: What may be done about each state; money goes out again only where none of it is with the person.
_DEEDS: Mapping[str, tuple[str, ...]] = {
    "rejected": ("order_again", "explained"),
    "returned": ("order_again", "explained"),
    "partly_returned": ("order_again", "explained"),
    "overpaid": ("claimed", "waived", "explained"),
    "contradiction": ("order_again", "explained"),
}
#: The code by which a bank says that the account is closed.
CLOSED = "AC04"


def look_into(case: Case, law: Law) -> TaskOrder:
    """An official asks ODK and the person, and says what is to be done; the sum is in the facts."""
    due = case.value("payment.due")
    outcomes = tuple(o for o in _DEEDS[case.value("payment.state")] if o != "order_again" or due)
    return TaskOrder(
        role="authorised_body",
        office=decisions.office_of(case),
        outcomes=outcomes,
        takes=dict.fromkeys(outcomes, _NOTE),
        eyes=2 if "waived" in outcomes else 1,
    )


def claim_back(case: Case, law: Law) -> TaskOrder:
    """What was ordered beyond the new decision: claimed back, or waived with a reason."""
    return TaskOrder(
        role="authorised_body",
        office=decisions.office_of(case),
        outcomes=("claimed", "waived"),
        takes={"claimed": _NOTE, "waived": _NOTE},
        eyes=2,
    )


def accounts_again(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§18: the banks are asked again; an account that is closed is not taken (its bank said so)."""
    purpose, clause = "find an account for money that came back", ACT["§18"]
    found = iins(cases, desk, "E-Maket", purpose, clause)
    by_id = {case.id: case for case in cases}
    asked = [ByIin(ref=str(number), iin=iin) for number, iin in found.items()]
    old = desk.vault.reveal(
        [case.person for case in cases],
        who="E-Maket",
        purpose=purpose,
        clause=clause.id,
        fields=("accounts",),
    )
    ibans: dict[int, list[str]] = {number: [] for number in found}
    for bank in INTEGRATED:
        answers = desk.partners.ask(BANK_ACCOUNTS[bank.system], asked, purpose=purpose, clause=clause.id)
        for number in list(ibans):
            answer = answers.get(str(number))
            if answer is None:  # silence is not "no account" (G-47)
                del ibans[number]
                continue
            ibans[number] += [iban for iban in answer.ibans if is_iban(iban) and bank_of(iban) == bank]
    outcomes = dict[int, Outcome | str]()
    for number, all_ in ibans.items():
        case = by_id[number]
        known = old.get(case.person)
        closed = _used(case, known) if case.value("payment.closed") else None
        fit = [iban for iban in all_ if iban != closed]
        if not fit:
            outcomes[number] = "none"
            continue
        chosen = next((iban for iban in fit if _system(iban) == case.value("bank")), fit[0])
        desk.vault.learn({case.person: Identity(accounts=(chosen, *(i for i in fit if i != chosen)))})
        outcomes[number] = Outcome("found", facts={"bank": desk.law.fact(_system(chosen), "banks")})
    return outcomes


def _system(iban: str) -> str | None:
    bank = bank_of(iban)
    return None if bank is None else bank.system


def _used(case: Case, identity: Identity | None) -> str | None:
    """The account that the order named."""
    accounts = (identity.accounts or ()) if identity is not None else ()
    return next((iban for iban in accounts if _system(iban) == case.value("bank")), None)


def place_again(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§27: what did not reach the person is ordered once more, under this case's key.

    Not where ODK has meanwhile said something else of the first order: then a new question stands.
    """
    now = desk.standings([case.value("payment.reference") for case in cases])
    changed = [case for case in cases if not _is_as_it_was(case, now)]
    outcomes: dict[int, Outcome | str] = {case.id: "changed" for case in changed}
    rest = [case for case in cases if case.id not in outcomes]
    parcels = {case.id: (case.value("payment.decided_in"), case.value("payment.due")) for case in rest}
    if rest:
        outcomes |= decisions.order_payments(rest, desk, decisions.paid_under(rest[0]), parcels)
    return outcomes


def _is_as_it_was(case: Case, standings: Mapping[str, PaymentQuestion]) -> bool:
    found = standings.get(case.value("payment.reference"))
    was = (case.value("payment.state"), case.value("payment.paid"), case.value("payment.returned"))
    return found is not None and was == (found.state, found.paid_tiyn, found.returned_tiyn)


def tell_again(case: Case, law: Law) -> Message:
    """§28: the money is on its way once more; own text."""
    values = {"benefit": case.value("benefit"), "services": None}
    return Message(
        address=case.value("phone"), template="paid_again", language=law.policies["G-45"], values=values
    )
