"""The common procedure S1 to S22 as a table, built for each benefit with its own paragraphs.

A row reads: name, kind, role of its paragraph in the chapter, who acts, whom it turns to, the function
that carries it out, and where each outcome leads. S1 is in `beginnings.py`, S17 to S22 in
`decidings.py`; what stands here is the same in all chapters, written once.
"""

from __future__ import annotations

from collections.abc import Mapping

from qyzmet.acts.proactive import accounts, checks, consent, dialogue, identification, survivors
from qyzmet.acts.proactive.beginnings import BEGINNINGS
from qyzmet.acts.proactive.benefits import BENEFITS, SURVIVOR_ALLOWANCE, SURVIVOR_PAYMENT, Benefit
from qyzmet.acts.proactive.decidings import deciding
from qyzmet.acts.proactive.table import (
    ANSWER_DAYS,
    ASK,
    BANKS_EVERY,
    E_MAKET,
    EFFECT,
    EGP,
    END,
    QUERY,
    RECIPIENT,
    RULE,
    SDU,
    WATCH,
    WITHDRAWN,
    Table,
)
from qyzmet.cases.procedure import Procedure, Step


def build(benefit: Benefit) -> Procedure:
    """The procedure of a benefit. Raises ProcedureError where the table is not sound."""
    t = Table(benefit)
    rows = (*BEGINNINGS[benefit.code](t), *_common(t), *_joint(t), *deciding(t), *_endings(t))
    return Procedure(benefit.code, benefit.names, *rows)


def _common(t: Table) -> tuple[Step, ...]:
    """S2 to S16."""
    step, tell, ask_bank = t.step, t.tell, t.ask_bank
    joint = t.benefit in (SURVIVOR_ALLOWANCE, SURVIVOR_PAYMENT)
    return (
        # S2 to S6: the data are confirmed, the list goes to E-Maket, E-Maket's control
        step("confirm", QUERY, "confirm", SDU, "state bodies", identification.confirm,
             {"confirmed": "list", "not_confirmed": "left_out"}),
        step("list", RULE, "list", SDU, E_MAKET, identification.list_to_e_maket,
             {"handed_over": "mlsp_data"}),
        step("mlsp_data", QUERY, "flc", E_MAKET, "MLSP IS", checks.mlsp_data, {"received": "flc"}),
        step("flc", RULE, "flc", E_MAKET, None, checks.flc,
             {"passed": "eligible", "negative": "not_eligible"}),
        step("eligible", RULE, "eligible", E_MAKET, SDU, checks.eligible,
             {"told": "joint" if joint else "number"}),
        # S7 to S11: the number and the consent
        step("number", QUERY, "number", SDU, EGP, consent.number,
             {"found": "consent_request", "absent": "no_number"}),
        step("consent_request", EFFECT, "consent", EGP, "PDAC", consent.request, {"registered": "consent"}),
        step("consent", ASK, "consent", EGP, RECIPIENT, dialogue.ask_consent,
             {"agree": "consent_record", "refuse": "refusal", "silence": "consent_silence"},
             hear=dialogue.hear_consent, limit=(ANSWER_DAYS, "sent", "silence")),
        step("consent_silence", RULE, "consent", SDU, None, dialogue.consent_silence,
             {"end": "no_consent", "annex5": "over_without_consent"}),
        tell("over_without_consent", "silence", dialogue.service_over, "no_consent"),
        step("refusal", EFFECT, "refusal", SDU, "PDAC", consent.record_refusal, {"recorded": "refused"}),
        step("consent_record", EFFECT, "consented", SDU, "PDAC", consent.record_consent,
             {"recorded": "consented"}),
        step("consented", RULE, "consented", SDU, E_MAKET, consent.consented, {"handed_over": "accounts"}),
        # S12 to S16: the account
        step("accounts", QUERY, "accounts", E_MAKET, "banks", accounts.query,
             {"one_bank": "ask_bank", "several_banks": "ask_banks", "no_account": "ask_to_open"}),
        ask_bank("ask_bank", "ask", dialogue.ask_bank, dialogue.hear_bank, "service_over", ".1",
                 limit_role="silence"),
        ask_bank("ask_banks", "ask", dialogue.ask_banks, dialogue.hear_banks, "service_over", ".2",
                 limit_role="silence"),
        step("other_bank", RULE, "ask", E_MAKET, None, dialogue.other_bank,
             {"ask_to_open": "ask_to_open", "no_more_rounds": "service_over"}),
        tell("ask_to_open", "ask", dialogue.ask_to_open, "monitor", ".3", **WITHDRAWN),
        step("monitor", WATCH, "monitor", E_MAKET, "banks", accounts.monitor,
             {"found": "ask_new_account", "none": "none_opened", **WITHDRAWN},
             limit=(ANSWER_DAYS, "ask_to_open.sent", "none"), every=BANKS_EVERY),
        step("none_opened", RULE, "silence", E_MAKET, None, dialogue.none_opened,
             {"annex5": "service_over", "end": "no_account_answer"}),
        tell("service_over", "silence", dialogue.service_over, "no_account_answer"),
        ask_bank("ask_new_account", "new_account", dialogue.ask_new_account, dialogue.hear_new_account,
                 "new_account_silence", limit_part=".part2"),
        step("new_account_silence", RULE, "new_account", E_MAKET, None, dialogue.new_account_silence,
             {"end": "no_new_account_answer", "annex5": "over_new_account"}, part=".part2"),
        tell("over_new_account", "silence", dialogue.service_over, "no_new_account_answer"),
    )  # fmt: skip


def _joint(t: Table) -> tuple[Step, ...]:
    """Chapter 8: one dialogue per recipient that names both services, or the one that remains (G-37)."""
    if t.benefit is SURVIVOR_ALLOWANCE:
        return (
            t.step("joint", WATCH, "ask", E_MAKET, None, survivors.lead,
                   {"both": "number", "alone": "number"}, part=".2", every=survivors.EVERY,
                   no_limit="the other case comes to the same point or ends without people's doing"),
        )  # fmt: skip
    if t.benefit is SURVIVOR_PAYMENT:
        return (
            t.step("joint", WATCH, "ask", E_MAKET, None, survivors.follow,
                   {"chosen": "application", "alone": "number", "no_number": "no_number",
                    "no_consent": "no_consent", "refused": "refused",
                    "no_account_answer": "no_account_answer",
                    "no_new_account_answer": "no_new_account_answer"},
                   part=".2", every=survivors.EVERY, no_limit="the allowance's dialogue has its own limits"),
        )  # fmt: skip
    return ()


def _endings(t: Table) -> tuple[Step, ...]:
    """Section 6.3: the ways the process ends before a decision."""
    return (
        t.step("left_out", END, "identify", SDU),
        t.step("not_eligible", END, "not_eligible", E_MAKET),
        t.step("no_number", END, "no_number", SDU),
        t.step("no_consent", END, "consent", SDU),
        t.step("refused", END, "refusal", SDU),
        t.step("no_account_answer", END, "silence", E_MAKET),
        t.step("no_new_account_answer", END, "new_account", E_MAKET, part=".part2"),
    )


PROCEDURES: Mapping[str, Procedure] = {code: build(benefit) for code, benefit in BENEFITS.items()}
