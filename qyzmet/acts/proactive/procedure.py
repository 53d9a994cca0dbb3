"""The common procedure S1 to S22 as a table, built for each benefit with its own paragraphs.

A row reads: name, kind, role of its paragraph in the chapter, who acts, whom it turns to, the function
that carries it out, and where each outcome leads. `consent.refuse` is a late `7#2`: it ends the
process until the decision is made (G-19, G-46).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from qyzmet.acts.proactive import accounts, checks, consent, decisions, dialogue, identification
from qyzmet.acts.proactive.benefits import BENEFITS, Benefit, Mode
from qyzmet.acts.proactive.words import TITLES
from qyzmet.cases.procedure import Kind, Limit, Procedure, Step

QUERY, RULE, ASK, WATCH, TASK, EFFECT, END = Kind

SDU, E_MAKET, EGP = "SDU", "E-Maket", "EGP"
AUTHORISED_BODY, STATE_CORPORATION = "Authorised body", "State Corporation"
RECIPIENT = "Recipient"

ANSWER_DAYS = 3  # §19 to §22 and parallels, Annex 1
COMPLETION_DAYS = 2  # §26
COMPLETION_AT_MOST_DAYS = 30  # §26 part 2
BANKS_EVERY = timedelta(hours=1)

_TELLS = "ends when the message is handed to the gateway"
_WITHDRAWN = {"consent.refuse": "refusal"}


def build(benefit: Benefit) -> Procedure:
    """The procedure of a benefit. Raises ProcedureError where the table is not sound."""

    def step(
        name: str,
        kind: Kind,
        role: str,
        actor: str,
        receiver: str | None = None,
        act: Callable[..., Any] | None = None,
        outcomes: Mapping[str, str] | None = None,
        *,
        part: str = "",
        hear: Callable[..., Any] | None = None,
        limit: tuple[int, str, str | None] | None = None,
        limit_role: str | None = None,
        limit_part: str = "",
        tells: bool = False,
        no_limit: str | None = None,
        every: timedelta | None = None,
    ) -> Step:
        return Step(
            name=name,
            kind=kind,
            clause=benefit.clause(role, part),
            actor=actor,
            receiver=receiver,
            title=TITLES[name],
            outcomes=outcomes or {},
            act=act,
            hear=hear,
            limit=limit and Limit(limit[0], benefit.clause(limit_role or role, limit_part), *limit[1:]),
            no_limit_because=_TELLS if tells else no_limit,
            every=every,
        )

    def ask_bank(name: str, role: str, act: Any, hear: Any, silence: str, part: str = "", **at: str) -> Step:
        """A question about the account: three working days from the moment the SMS is handed over."""
        return step(
            name, ASK, role, E_MAKET, RECIPIENT, act,
            {"chosen": "application", "other_bank": "other_bank", "silence": silence, **_WITHDRAWN},
            part=part, hear=hear, limit=(ANSWER_DAYS, "sent", "silence"), **at,  # type: ignore[arg-type]
        )  # fmt: skip

    def tell(name: str, role: str, act: Any, then: str, part: str = "", **more: str) -> Step:
        """A message that asks nothing."""
        return step(
            name, ASK, role, E_MAKET, RECIPIENT, act, {"sent": then, **more}, part=part, tells=True
        )  # fmt: skip

    find = {
        2: (
            step("identify_birth", QUERY, "identify", SDU, "kinship service", identification.identify_birth,
                 {"identified": "composition", "nobody": "left_out"}),
            step("composition", QUERY, "identify", SDU, "kinship service", identification.composition,
                 {"large": "existing", "not_large": "left_out"}),
        ),
        3: (
            step("identify_award", QUERY, "identify", SDU, "State Database Individuals",
                 identification.identify_award, {"identified": "existing", "nobody": "left_out"}),
        ),
    }[benefit.chapter]  # fmt: skip

    common = (
        # S1 to S6: nothing exists, the data are confirmed, E-Maket's control
        step("existing", QUERY, "identify", SDU, "E-Maket and ODK", identification.existing,
             {"nothing": "confirm", "found": "left_out"}),
        step("confirm", QUERY, "confirm", SDU, "state bodies", identification.confirm,
             {"confirmed": "list", "not_confirmed": "left_out"}),
        step("list", RULE, "list", SDU, E_MAKET, identification.list_to_e_maket,
             {"handed_over": "mlsp_data"}),
        step("mlsp_data", QUERY, "flc", E_MAKET, "MLSP IS", checks.mlsp_data, {"received": "flc"}),
        step("flc", RULE, "flc", E_MAKET, None, checks.flc,
             {"passed": "eligible", "negative": "not_eligible"}),
        step("eligible", RULE, "eligible", E_MAKET, SDU, checks.eligible, {"told": "number"}),
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
        tell("ask_to_open", "ask", dialogue.ask_to_open, "monitor", ".3", **_WITHDRAWN),
        step("monitor", WATCH, "monitor", E_MAKET, "banks", accounts.monitor,
             {"found": "ask_new_account", "none": "none_opened", **_WITHDRAWN},
             limit=(ANSWER_DAYS, "ask_to_open.sent", "none"), every=BANKS_EVERY),
        step("none_opened", RULE, "silence", E_MAKET, None, dialogue.none_opened,
             {"annex5": "service_over", "end": "no_account_answer"}),
        tell("service_over", "silence", dialogue.service_over, "no_account_answer"),
        ask_bank("ask_new_account", "new_account", dialogue.ask_new_account, dialogue.hear_new_account,
                 "new_account_silence", limit_part=".part2"),
        step("new_account_silence", RULE, "new_account", E_MAKET, None, dialogue.new_account_silence,
             {"end": "no_new_account_answer", "annex5": "over_new_account"}, part=".part2"),
        tell("over_new_account", "silence", dialogue.service_over, "no_new_account_answer"),
        # S17: application, case file, draft decision
        step("application", RULE, "application", E_MAKET, None, decisions.form_application,
             {"formed": "register"}, part=".1" if benefit.mode is Mode.HUMAN else ""),
        step("register", RULE, "register", E_MAKET, None, decisions.register_application,
             {"registered": "draft"}),
        step("draft", RULE, "draft", E_MAKET, AUTHORISED_BODY if benefit.mode is Mode.HUMAN else None,
             decisions.draft, {"drafted": "decide" if benefit.mode is Mode.HUMAN else "sign"}),
    )  # fmt: skip

    # S18 to S22: the authorised body decides, or E-Maket does by the head's signature
    decide: tuple[Step, ...] = ()
    places = {"placed": "tell_appointed"}
    signer, signs = E_MAKET, {"signed": "place", "withdrawn": "refusal"}
    if benefit.mode is Mode.HUMAN:
        signer, signs = AUTHORISED_BODY, {"signed": "place"}
        places["left_to_the_rules"] = "tell_appointed"
        assert benefit.decision_days is not None
        assert benefit.refusal_without_documents_days is not None
        decide = (
            step("decide", TASK, "decide", AUTHORISED_BODY, None, decisions.consider,
                 {"appoint": "sign", "refuse": "sign_refusal", "return": "return_file", **_WITHDRAWN},
                 limit=(benefit.decision_days, "entered", None)),
            step("return_file", RULE, "return", AUTHORISED_BODY, STATE_CORPORATION, decisions.return_file,
                 {"returned": "tell_return"}),
            tell("tell_return", "return", dialogue.tell_return, "documents", **_WITHDRAWN),
            step("documents", TASK, "complete", STATE_CORPORATION, RECIPIENT, decisions.take_documents,
                 {"brought": "supplement", "nothing": "refuse_without_documents", **_WITHDRAWN},
                 limit=(benefit.refusal_without_documents_days, "returned", "nothing"),
                 limit_role="without_documents"),
            step("supplement", TASK, "complete", STATE_CORPORATION, AUTHORISED_BODY, decisions.supplement,
                 {"supplemented": "decide", "late": "supplement_late", **_WITHDRAWN},
                 limit=(COMPLETION_DAYS, "entered", "late")),
            step("supplement_late", TASK, "complete", STATE_CORPORATION, AUTHORISED_BODY,
                 decisions.supplement,
                 {"supplemented": "decide", "period_over": "decide", **_WITHDRAWN},
                 limit=(COMPLETION_AT_MOST_DAYS, "returned", "period_over"), limit_role="without_documents"),
            step("refuse_without_documents", TASK, "without_documents", AUTHORISED_BODY, None,
                 decisions.refuse_without_documents, {"refuse": "sign_refusal", **_WITHDRAWN},
                 no_limit="§26 sets no time for issuing the refusal"),
            step("sign_refusal", EFFECT, "sign", AUTHORISED_BODY, None, decisions.sign_refusal,
                 {"signed": "tell_refused"}),
            tell("tell_refused", "tell", dialogue.tell_refused, "inform_refused"),
            step("inform_refused", RULE, "tell", E_MAKET, SDU, decisions.inform_refused,
                 {"informed": "decision_refused", "without_documents": "refused_without_documents"}),
        )  # fmt: skip
    decide += (
        step("sign", EFFECT, "sign", signer, None, decisions.sign, signs),
        step("place", EFFECT, "place", E_MAKET, "ODK", decisions.place, places),
        tell("tell_appointed", "tell", dialogue.tell_appointed, "inform_appointed"),
        step("inform_appointed", RULE, "tell", E_MAKET, SDU, decisions.inform_appointed,
             {"informed": "appointed"}),
    )  # fmt: skip

    # Section 6.3: the ways the process ends
    endings = [
        step("left_out", END, "identify", SDU),
        step("not_eligible", END, "not_eligible", E_MAKET),
        step("no_number", END, "no_number", SDU),
        step("no_consent", END, "consent", SDU),
        step("refused", END, "refusal", SDU),
        step("no_account_answer", END, "silence", E_MAKET),
        step("no_new_account_answer", END, "new_account", E_MAKET, part=".part2"),
        step("appointed", END, "tell", E_MAKET),
    ]
    if benefit.mode is Mode.HUMAN:
        endings += [
            step("decision_refused", END, "tell", E_MAKET),
            step("refused_without_documents", END, "without_documents", AUTHORISED_BODY),
        ]
    return Procedure(benefit.code, benefit.names, *find, *common, *decide, *endings)


PROCEDURES: Mapping[str, Procedure] = {code: build(benefit) for code, benefit in BENEFITS.items()}
