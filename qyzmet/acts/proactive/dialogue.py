"""The dialogue by SMS: what is asked under which clause, and what follows from the replies."""

from __future__ import annotations

from typing import Any

from qyzmet.acts.proactive.banks import INTEGRATED
from qyzmet.acts.proactive.benefits import BENEFITS, Benefit
from qyzmet.acts.proactive.replies import prefix_of
from qyzmet.acts.proactive.replies import read_reply as read_reply  # also found here
from qyzmet.acts.proactive.table import COMPLETION_AT_MOST_DAYS
from qyzmet.cases.case import Case, Event, Law, Message, Outcome
from qyzmet.cases.package import Dialogue

CONSENT_PREFIX = "7"  # a fixed constant of the consent dialogue, not a service code (G-09)
#: The dialogue as pages and figures show it.
DIALOGUE = Dialogue(
    prefix=CONSENT_PREFIX, agreed="agree", withdraw=f"{CONSENT_PREFIX}#2", clause="proactive:§16",
    chosen=("chosen", "other_bank"),
    ineligible=("left_out", "no_pension", "too_late", "not_kin", "not_eligible"),
)  # fmt: skip


def _benefit(case: Case) -> Benefit:
    return BENEFITS[case.value("benefit")]


def _message(case: Case, law: Law, template: str, prefix: str | None = None, **values: Any) -> Message:
    """Kazakh as the act has it, or by the recipient's own language where the reading says so (G-45)."""
    return Message(
        address=case.value("phone"),
        template=template,
        prefix=prefix,
        language=law.policies["G-45"],
        values={"benefit": case.value("benefit"), "services": case.value("services")} | values,
    )


# --- consent (§15 to §17, Annex 1) ----------------------------------------------------------------


def ask_consent(case: Case, law: Law) -> Message:
    """§15: EGP initiates the consent request of Annex 1; SDU's order through PDAC was the step before."""
    return _message(case, law, "annex1", CONSENT_PREFIX)


def hear_consent(case: Case, event: Event, law: Law) -> Outcome | None:
    """§16, §17: the answer, and when it was given by the operator's time."""
    reading = read_reply(event.body["text"], "consent", 0, CONSENT_PREFIX)
    if reading == "unclear":
        return None
    answer = "agree" if reading == "consent" else "refuse"
    facts = {"consent": law.fact({"answer": answer, "at": event.at.isoformat()}, "recipient")}
    return Outcome(answer, facts=facts)


def consent_silence(case: Case, law: Law) -> Outcome | str:
    """Three working days without an answer (Annex 1); whether Annex 5 follows is a reading (G-08)."""
    return "annex5" if law.policies["G-08"] == "end_with_annex5" else "end"


# --- the account (§19 to §22, Annexes 2 to 4) -----------------------------------------------------


def _code(case: Case, law: Law) -> str:
    code: str = law.policies["G-10"][case.value("benefit")]
    return code


def ask_bank(case: Case, law: Law) -> Message:
    """§19(1): accounts in one bank, Annex 2."""
    code = _code(case, law)
    return _message(case, law, "annex2", code, code=code, banks=case.value("banks"))


def ask_banks(case: Case, law: Law) -> Message:
    """§19(2): accounts in several banks, Annex 3 with one line per bank (G-15, G-54)."""
    code = _code(case, law)
    return _message(case, law, "annex3", code, code=code, banks=case.value("banks"))


def ask_to_open(case: Case, law: Law) -> Message:
    """§19(3): no account, or another bank is wanted (G-14): Annex 4 with the banks to choose from."""
    held = set(case.value("banks"))
    offered = [bank.system for bank in INTEGRATED if bank.system not in held]
    return _message(case, law, "annex4", banks=offered or [bank.system for bank in INTEGRATED])


def ask_new_account(case: Case, law: Law) -> Message:
    """§22: an account was opened; Annex 2 names its bank."""
    code = _code(case, law)
    return _message(case, law, "annex2", code, code=code, banks=[case.value("new_bank")])


def _hear_bank(case: Case, event: Event, law: Law, expect: str, banks: list[str]) -> Outcome | None:
    # The code that the question was sent with; replies taken in by an earlier release do not tell it.
    code = event.body.get("prefix") or prefix_of(event.body["text"]) or ""
    reading = read_reply(event.body["text"], expect, len(banks), code)
    if reading == "other_bank":
        rounds = case.value("other_bank_rounds", 0) + 1
        return Outcome("other_bank", facts={"other_bank_rounds": law.fact(rounds, "recipient")})
    if not reading.startswith("bank:"):
        return None
    bank = banks[int(reading.removeprefix("bank:")) - 1]
    return Outcome("chosen", facts={"bank": law.fact(bank, "recipient")})


def hear_bank(case: Case, event: Event, law: Law) -> Outcome | None:
    """The reply to Annex 2."""
    return _hear_bank(case, event, law, "bank_one", case.value("banks"))


def hear_banks(case: Case, event: Event, law: Law) -> Outcome | None:
    """The reply to Annex 3."""
    return _hear_bank(case, event, law, "bank_many", case.value("banks"))


def hear_new_account(case: Case, event: Event, law: Law) -> Outcome | None:
    """The reply to Annex 2 on a newly opened account."""
    return _hear_bank(case, event, law, "bank_one", [case.value("new_bank")])


def other_bank(case: Case, law: Law) -> str:
    """Another bank is wanted: Annex 4 and a new search, as often as the reading allows (G-14)."""
    most = law.policies["G-14"]
    return "ask_to_open" if most == 0 or case.value("other_bank_rounds") <= most else "no_more_rounds"


def none_opened(case: Case, law: Law) -> str:
    """Three working days after Annex 4 without an account (G-16)."""
    return "annex5" if law.policies["G-16"] == "annex5" else "end"


def new_account_silence(case: Case, law: Law) -> str:
    """Silence after the SMS on a new account; §22 names only the end (G-17)."""
    return "annex5" if law.policies["G-17"] == "annex5" else "end"


def service_over(case: Case, law: Law) -> Message:
    """§20: the period is over, Annex 5."""
    return _message(case, law, "annex5", words=law.policies["G-56"])


# --- after the decision ---------------------------------------------------------------------------


def tell_return(case: Case, law: Law) -> Message:
    """§25 and parallels: documents have to be completed; own text with the chapter's period."""
    days = _benefit(case).without_documents_days or COMPLETION_AT_MOST_DAYS
    return _message(case, law, "completion", services=None, days=days)


def tell_appointed(case: Case, law: Law) -> Message:
    """§28, §47: appointed; own text."""
    return _message(case, law, "decided", outcome="appoint", services=None)


def tell_refused(case: Case, law: Law) -> Message:
    """§28: refused; own text."""
    return _message(case, law, "decided", outcome="refuse", services=None)
