"""From the chosen account to the decision: application, draft, the authorised body, signature, payment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from msgspec import structs

from qyzmet.acts.proactive.amounts import Amount, amount, keys_of
from qyzmet.acts.proactive.banks import bank_of
from qyzmet.acts.proactive.benefits import SURVIVOR_PAYMENT, Benefit, Mode, benefit_of
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.dialogue import hear_consent
from qyzmet.acts.proactive.survivors import share, withdrawn_together
from qyzmet.cases.case import Case, Decision, Law, Outcome, PaymentOrder, TaskOrder
from qyzmet.cases.package import Desk
from qyzmet.cases.runner import StepFailed
from qyzmet.exchange.iso20022 import Transfer, pain_001
from qyzmet.exchange.signing import SigningWaits, ToSign, sign_by_office
from qyzmet.exchange.systems import ODK_PLACE, Placement
from qyzmet.law.act import Clause, carries_out
from qyzmet.people.vault import Identity
from qyzmet.runtime.clock import legal_date
from qyzmet.runtime.errors import BadValue, PartnerAway, Refused

#: The facts of the case that a decision rests on and repeats.
BASIS = (
    "birth_order", "birth_day", "award", "award_day", "relation", "children", "death_day", "pensions",
    "found_by", "group", "causes", "cause", "age", "loss_degree", "orphanage", "registered",
    "participation_months", "average_income", "dependants", "dependants_own", "full_orphan", "services",
    "amount.refused", "amount.source", "existing", "confirmed",
    "mlsp.identified", "mlsp.alive", "mlsp.appointed", "mlsp.pending", "consent", "bank",
)  # fmt: skip


def _benefit(case: Case) -> Benefit:
    return benefit_of(case.value("benefit"))


def form_application(case: Case, law: Law) -> Outcome:
    """§23(1), §46(1): the electronic application in proactive form."""
    bank = case.value("bank")
    return Outcome("formed", facts={"application": law.fact({"bank": bank, "form": "proactive"}, "E-Maket")})


def register_application(case: Case, law: Law) -> Outcome:
    """§23(2), §46(2): it is registered, once formed (G-22)."""
    number = f"{case.as_of:%Y}-{case.id:09d}"
    return Outcome("registered", facts={"application.number": law.fact(number, "E-Maket")})


#: What amounts are computed from; a fact that is missing is not given.
GIVEN = (
    "children", "award", "group", "cause", "age", "dependants", "full_orphan", "average_income",
    "participation_months", "loss_degree",
)  # fmt: skip


def draft(case: Case, law: Law) -> Outcome:
    """§23(3), §46(3) and parallels: the draft decision with the case file; E-Maket forms both (G-23).

    Where the amount cannot be told with confidence, an official enters one with its source.
    """
    given, clause = _given(case), _drafted_under(case)
    try:
        sum_ = reckoned(case, law)
    except (BadValue, Refused) as refusal:
        facts = {"amount.refused": law.fact(str(refusal), "Qyzmet", case.as_of)}
        finding = law.finding(clause, "no_amount", case, *given, note=str(refusal))
        return Outcome("no_amount", facts=facts, findings=[finding])
    tiyn: int = sum_.amount_tiyn
    if "dependants_own" in case.facts:
        own, before = case.value("dependants_own"), case.value("dependants_before")
        tiyn = share(tiyn, own, before, case.value("dependants"))
    facts = {
        "amount": law.fact(tiyn, "Qyzmet", case.as_of),
        "amount.lines": law.fact([dict(line) for line in sum_.lines], "Qyzmet", case.as_of),
        "amount.sources": law.fact(list(sum_.sources), "Qyzmet", case.as_of),
    }
    return Outcome("drafted", facts=facts, findings=[law.finding(clause, "drafted", case, *given, "amount")])


def _given(case: Case) -> dict[str, Any]:
    keys = keys_of(_benefit(case).code)
    return {name: case.value(name) for name in GIVEN if name in case.facts and name in keys}


def reckoned(case: Case, law: Law) -> Amount:
    """The amount by the case's facts and the figures that are known. Raises BadValue, Refused."""
    return amount(_benefit(case).code, case.as_of, _given(case), figures=law.figures)


#: What an official enters where no amount is publicly confirmed: the amount and where it is from.
_AMOUNT = {"amount": "tiyn", "amount.source": "text"}


def _eyes(case: Case, law: Law) -> int:
    """Two where the installation wants a second official to confirm decisions on this benefit."""
    return 2 if _benefit(case).code in law.policies["eyes"] else 1


def enter_amount(case: Case, law: Law) -> TaskOrder:
    """The automatic route has no confirmed amount: an official enters one in tiyn with its source."""
    return TaskOrder(
        role="authorised_body",
        office=office_of(case),
        outcomes=("entered",),
        takes={"entered": _AMOUNT},
        eyes=_eyes(case, law),
    )


def form_file(case: Case, law: Law) -> TaskOrder:
    """§89, §133, §154: the State Corporation branch forms the case file from the application (G-23)."""
    return TaskOrder(
        role="state_corporation", office=f"state_corporation/{case.region}", outcomes=("formed",)
    )


def consider(case: Case, law: Law) -> TaskOrder:
    """§24 and parallels: the authorised body decides, or returns the case file where it may (§25)."""
    outcomes = ("appoint", "refuse", "return") if _benefit(case).returns else ("appoint", "refuse")
    takes = {} if "amount" in case.facts else {"appoint": _AMOUNT}
    return TaskOrder(
        role="authorised_body",
        office=office_of(case),
        outcomes=outcomes,
        takes=takes,
        eyes=_eyes(case, law),
    )


def office_of(case: Case) -> str:
    """The authorised body by service and region (G-31)."""
    return f"{_benefit(case).authority}/{case.region}"


def return_file(case: Case, law: Law) -> Outcome:
    """§25: the case file goes back to the State Corporation branch; the periods of §26 begin (G-29)."""
    return Outcome("returned", facts={"returned": law.fact(law.now.isoformat(), "authorised body")})


def take_documents(case: Case, law: Law) -> TaskOrder:
    """§26: the branch waits for the recipient's documents."""
    return TaskOrder(
        role="state_corporation", office=f"state_corporation/{case.region}", outcomes=("brought",)
    )


def supplement(case: Case, law: Law) -> TaskOrder:
    """§26: the branch adds the documents and sends the case file to the authorised body."""
    return TaskOrder(
        role="state_corporation", office=f"state_corporation/{case.region}", outcomes=("supplemented",)
    )


def refuse_without_documents(case: Case, law: Law) -> TaskOrder:
    """§26 part 2: nothing came in 25 working days; the authorised body issues the refusal."""
    return TaskOrder(
        role="authorised_body", office=office_of(case), outcomes=("refuse",), eyes=_eyes(case, law)
    )


# --- signature and payment ------------------------------------------------------------------------


def document(case: Case, law: Law, outcome: str) -> bytes:
    """The decision as canonical JSON: what was decided, by whom, on which facts, law and readings.

    Persons are named by their pseudonym; money is in tiyn; moments are UTC.
    """
    benefit = _benefit(case)
    content: dict[str, Any] = {
        "decision": 1,
        "act": ACT.code,
        "law": {"source": ACT.source, "in_force": [ACT.in_force.first.isoformat(), _last_day()]},
        "benefit": benefit.code,
        "case": case.id,
        "recipient": case.person,
        "outcome": outcome,
        "amount_tiyn": case.value("amount", 0) if outcome == "appoint" else 0,
        "currency": "KZT",
        "arithmetic": [line["en"] for line in case.value("amount.lines", [])],
        "figures": case.value("amount.sources", []),
        "law_on": case.as_of.isoformat(),
        "decided_at": law.now.isoformat(),
        "authority": f"{benefit.authority}/{case.region}",
        "official": case.value("decide.by") or case.value("refuse_without_documents.by"),
        "clauses": [_drafted_under(case).id, _decided_under(case).id],
        "facts": {
            name: {"value": fact.value, "source": fact.source, "learnt": fact.learnt.isoformat()}
            for name in BASIS
            if (fact := case.facts.get(name)) is not None
        },
        "policies": {"version": law.policies.version, "changed": law.policies.changed()},
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _last_day() -> str | None:
    return ACT.in_force.last.isoformat() if ACT.in_force.last else None


def _decided_under(case: Case) -> Clause:
    """The paragraph of the decision: a refusal for want of documents has its own (§26 part 2)."""
    if "refuse_without_documents.by" in case.facts:
        return _benefit(case).clause("most")
    return _benefit(case).clause(
        "sign" if _is_automatic(case) or _benefit(case).mode is Mode.HUMAN else "decide"
    )


def _drafted_under(case: Case) -> Clause:
    """The paragraph of the draft decision; the State Corporation's draft has that of its application."""
    if _is_automatic(case) or _benefit(case).mode is Mode.HUMAN:
        return _benefit(case).clause("draft")
    return _benefit(case).clause("form")


def _is_automatic(case: Case) -> bool:
    """Whether E-Maket decides this case by the head's signature."""
    mode = _benefit(case).mode
    return mode is Mode.AUTOMATIC or (mode is Mode.BY_CAUSE and case.value("route") == "automatic")


def sign(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str | Exception]:
    """§24, §46(4): the appointment is signed by the head of the authorised body of the region (G-25).

    Where E-Maket decides, this is the decision: a `7#2` that came before it, while the case could not
    read it, still ends the process (G-46).
    """
    withdrawn = _withdrawn([case for case in cases if _is_automatic(case)], desk)
    if _benefit(cases[0]) is SURVIVOR_PAYMENT:
        withdrawn = {number: Outcome("withdrawn") for number in withdrawn_together(cases, desk)}
    rest = [case for case in cases if case.id not in withdrawn]
    return {**withdrawn, **(_sign(rest, desk, "appoint") if rest else {})}


def _withdrawn(cases: Sequence[Case], desk: Desk) -> dict[int, Outcome]:
    unread = desk.unread([case.id for case in cases])
    outcomes = {}
    for case in cases:
        for event in unread.get(case.id, ()):
            if event.kind != "reply" or event.body["step"] != "consent":
                continue
            heard = hear_consent(case, event, desk.law)
            if heard is not None and heard.name == "refuse":
                outcomes[case.id] = structs.replace(heard, name="withdrawn")
    return outcomes


def sign_refusal(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str | Exception]:
    """§24, §26 part 2: the refusal is signed."""
    return _sign(cases, desk, "refuse")


def _sign(cases: Sequence[Case], desk: Desk, outcome: str) -> Mapping[int, Outcome | str | Exception]:
    benefit = _benefit(cases[0])
    if _is_automatic(cases[0]) and not desk.law.policies["G-25"]:
        off = PartnerAway("automatic signing is switched off (policy G-25)")
        return dict.fromkeys((case.id for case in cases), off)
    unpriced = {
        case.id: StepFailed("the decision to appoint bears no amount: enter `amount` in tiyn with its source")
        for case in cases
        if outcome == "appoint" and not case.value("amount")
    }
    outcomes: dict[int, Outcome | str | Exception] = {**unpriced}
    priced = [case for case in cases if case.id not in unpriced]
    papers = [
        ToSign(
            document=document(case, desk.law, outcome), authority=benefit.authority.value, region=case.region
        )
        for case in priced
    ]
    for case, paper, signed in zip(priced, papers, sign_by_office(desk.signer, papers), strict=True):
        if isinstance(signed, SigningWaits):  # for this office; the others sign
            outcomes[case.id] = signed
            continue
        tiyn = case.value("amount", 0) if outcome == "appoint" else 0
        record = Decision(
            outcome=outcome,
            amount_tiyn=tiyn,
            document=paper.document,
            signature=signed.signature,
            signer=signed.signer,
        )
        facts = {"decision": desk.law.fact(outcome, "authorised body")}
        finding = desk.law.finding(_decided_under(case), outcome, case, "amount")
        outcomes[case.id] = Outcome("signed", facts=facts, records=[record], findings=[finding])
    return outcomes


@carries_out(ACT["§27"])
def place(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    """§46(5), §27: the final decision is placed in ODK for payment, once, under the decision's key.

    For human decisions this is a reading (G-26); switched off, payment is left to Rules No 169.
    """
    benefit = _benefit(cases[0])
    automatic = _is_automatic(cases[0])
    if not automatic and not desk.law.policies["G-26"]:
        return {case.id: "left_to_the_rules" for case in cases}
    if benefit.placed_from is not None and legal_date(desk.law.now) < benefit.placed_from:
        raise PartnerAway(f"ODK takes these decisions from {benefit.placed_from}")
    parcels: dict[int, tuple[int, int | None]] = {case.id: (case.id, None) for case in cases}
    return order_payments(cases, desk, paid_under(cases[0]), parcels)


def paid_under(case: Case) -> Clause:
    """The chapter's paragraph by which the decision is placed in ODK."""
    benefit = _benefit(case)
    if "place" in benefit.paragraphs and (_is_automatic(case) or benefit.mode is Mode.HUMAN):
        return benefit.clause("place")
    return benefit.clause("place_considered")


def order_payments(
    cases: Sequence[Case], desk: Desk, clause: Clause, parcels: Mapping[int, tuple[int, int | None]]
) -> Mapping[int, Outcome | str]:
    """Places payment orders in ODK, each under the key of its case; a case without an account is missing.

    `parcels` says by case in which case the decision was made, and the sum in tiyn (None: the decision's).
    """
    purpose = "place the decision for payment"
    identities = desk.vault.reveal(
        [case.person for case in cases],
        who="E-Maket",
        purpose=purpose,
        clause=clause.id,
        fields=("iin", "accounts", "surname", "given", "patronymic"),
    )
    decided = desk.decisions([decided_in for decided_in, _ in parcels.values()])
    asked = list[Placement]()
    for case in cases:
        decided_in, tiyn = parcels[case.id]
        identity, decision = identities.get(case.person), decided.get(decided_in)
        if identity is None or identity.iin is None or decision is None:
            continue
        ibans = [i for i in identity.accounts or () if (b := bank_of(i)) and b.system == case.value("bank")]
        if ibans:
            asked.append(_placement(case, identity, ibans[0], decision, tiyn or decision.amount_tiyn))
    answers = desk.partners.ask(ODK_PLACE, asked, purpose=purpose, clause=clause.id)
    outcomes = dict[int, Outcome | str]()
    for sent in asked:
        answer = answers.get(sent.ref)
        if answer is None:
            continue
        order = PaymentOrder(
            key=sent.key, amount_tiyn=sent.amount_tiyn, receipt=answer.receipt, message=sent.order
        )
        facts = {"odk.receipt": desk.law.fact(answer.receipt, "ODK")}
        outcomes[int(sent.ref)] = Outcome("placed", facts=facts, records=[order])
    return outcomes


def _placement(case: Case, identity: Identity, iban: str, decision: Decision, tiyn: int) -> Placement:
    assert identity.iin is not None
    key = f"{ACT.code}/{case.id}"
    return Placement(
        ref=str(case.id),
        key=key,
        service=_benefit(case).code,
        iin=identity.iin,
        iban=iban,
        amount_tiyn=tiyn,
        document=decision.document,
        signature=decision.signature,
        order=payment_order(key, identity, iban, decision, tiyn, office_of(case)),
    )


def payment_order(
    key: str, identity: Identity, iban: str, decision: Decision, tiyn: int, payer: str
) -> bytes:
    """The order as pain.001.001.09, its times from the decision: a repeat is the same to the byte."""
    decided = datetime.fromisoformat(json.loads(decision.document)["decided_at"])
    name = " ".join(part for part in (identity.surname, identity.given, identity.patronymic) if part)
    transfer = Transfer(
        end_to_end=key,
        amount_tiyn=tiyn,
        name=name[:140] or "Recipient",
        iban=iban,
        decision=sha256(decision.document).hexdigest(),
    )
    return pain_001([transfer], message=key, at=decided, on=legal_date(decided), payer=payer)


def inform_appointed(case: Case, law: Law) -> str:
    """§28, §47: SDU is informed."""
    return "informed"


def inform_refused(case: Case, law: Law) -> str:
    """§28: SDU is informed; a refusal for want of documents (§26 part 2) is told apart."""
    return "without_documents" if "refuse_without_documents.by" in case.facts else "informed"
