"""S17 to S22: application, case file, decision, payment, notice; three ways, chosen by the benefit."""

from __future__ import annotations

from qyzmet.acts.proactive import burial, decisions, dialogue, disability, insurance
from qyzmet.acts.proactive.benefits import SURVIVOR_PAYMENT, Mode
from qyzmet.acts.proactive.table import (
    AUTHORISED_BODY,
    COMPLETION_AT_MOST_DAYS,
    COMPLETION_DAYS,
    E_MAKET,
    EFFECT,
    END,
    RULE,
    SDU,
    STATE_CORPORATION,
    TASK,
    WITHDRAWN,
    Table,
)
from qyzmet.cases.procedure import Step

Steps = tuple[Step, ...]

#: Of a joint dialogue the allowance's case hears the `7#2` and records it; it holds for both (G-37, G-46).
_WITHDRAWN_TOGETHER = {"withdrawn": "refused"}

#: What is compared before the application is formed (§70, §179).
_COMPARE = {4: burial.compare, 9: insurance.compare}

_LISTS = "the act leaves the time to the lists of basic requirements or the rules order (G-27)"


def deciding(t: Table) -> Steps:
    """All steps from the chosen account to the ending."""
    mode = t.benefit.mode
    steps: Steps = ()
    if mode is Mode.BY_CAUSE:
        steps += (
            t.step("by_cause", RULE, "by_cause", E_MAKET, None, disability.by_cause,
                   {"automatic": "application", "considered": "application_considered"}),
        )  # fmt: skip
    if mode is not Mode.CORPORATION:
        steps += _by_e_maket(t)
    if mode in (Mode.CORPORATION, Mode.BY_CAUSE):
        steps += _by_corporation(t)
    if t.benefit.human:
        steps += _authorised_body(t)
    return (*steps, *_notice(t))


def _by_e_maket(t: Table) -> Steps:
    """§23, §46 and parallels: E-Maket forms and registers the application, and the draft with the file."""
    considered = t.benefit.mode is Mode.HUMAN
    then = "decide" if considered else "sign"
    steps: Steps = ()
    if "compare" in t.benefit.paragraphs:
        steps += (
            t.step("compare", RULE, "compare", E_MAKET, None, _COMPARE[t.benefit.chapter],
                   {"still_positive": "application", "changed": "left_out"}),
        )  # fmt: skip
    steps += (
        t.step("application", RULE, "application", E_MAKET, None, decisions.form_application,
               {"formed": "register"}),
        t.step("register", RULE, "register", E_MAKET, None, decisions.register_application,
               {"registered": "draft"}),
        t.step("draft", RULE, "draft", E_MAKET, AUTHORISED_BODY if considered else None, decisions.draft,
               {"drafted": then, "no_amount": "decide" if considered else "enter_amount"}),
    )  # fmt: skip
    if considered:
        return steps
    # The automatic route: the head's signature and ODK, §46(4)(5), §70(4)(5), §90 part 2 (3)(4)
    return (
        *steps,
        t.step("enter_amount", TASK, "draft", AUTHORISED_BODY, None, decisions.enter_amount,
               {"entered": "sign", **WITHDRAWN}, no_limit="an amount nobody has confirmed waits for people"),
        t.step("sign", EFFECT, "sign", E_MAKET, None, decisions.sign,
               {"signed": "place", "withdrawn": "refusal"}),
        t.step("place", EFFECT, "place", E_MAKET, "ODK", decisions.place, {"placed": "tell_appointed"}),
    )  # fmt: skip


def _by_corporation(t: Table) -> Steps:
    """§89, §133, §154: application to the branch, which forms the case file (G-23), and to the body."""
    return (
        t.step("application_considered", RULE, "send", E_MAKET, STATE_CORPORATION,
               decisions.form_application, {"formed": "form_file"}),
        t.step("form_file", TASK, "form", STATE_CORPORATION, AUTHORISED_BODY, decisions.form_file,
               {"formed": "draft_considered", **WITHDRAWN}, no_limit=_LISTS),
        t.step("draft_considered", RULE, "decide", STATE_CORPORATION, AUTHORISED_BODY, decisions.draft,
               {"drafted": "decide", "no_amount": "decide"}),
    )  # fmt: skip


def _authorised_body(t: Table) -> Steps:
    """§24 to §27 and parallels: consideration, return for completion where the chapter has it, payment."""
    benefit = t.benefit
    e_maket = benefit.mode is Mode.HUMAN
    signs, places = ("sign", "place") if e_maket else ("sign_considered", "place_considered")
    sign_role, place_role = ("sign", "place") if e_maket else ("decide", "place_considered")
    outcomes = {"appoint": signs, "refuse": "sign_refusal", **WITHDRAWN}
    if benefit.returns:
        outcomes["return"] = "return_file"
    limit: tuple[int, str, None] | tuple[int, str, None, str] | None = None
    if benefit.decision_days:
        limit = (benefit.decision_days, "entered", None)
        if benefit.chapter in (6, 9):  # "from the day the EIM arrives" (§111, §180)
            limit = (*limit, "G-12b")
    steps: Steps = (
        t.step("decide", TASK, "decide", AUTHORISED_BODY, None, decisions.consider, outcomes,
               limit=limit, no_limit=None if limit else _LISTS),
    )  # fmt: skip
    if benefit.returns:
        steps += _completion(t)
    return (
        *steps,
        t.step("sign_refusal", EFFECT, sign_role, AUTHORISED_BODY, None, decisions.sign_refusal,
               {"signed": "tell_refused"}),
        t.tell("tell_refused", "tell", dialogue.tell_refused, "inform_refused"),
        t.step("inform_refused", RULE, "tell", E_MAKET, SDU, decisions.inform_refused, _refusals(t)),
        t.step(signs, EFFECT, sign_role, AUTHORISED_BODY, None, decisions.sign,
               {"signed": places, **(_WITHDRAWN_TOGETHER if benefit is SURVIVOR_PAYMENT else {})}),
        t.step(places, EFFECT, place_role, E_MAKET, "ODK", decisions.place,
               {"placed": "tell_appointed", "left_to_the_rules": "tell_appointed"}),
    )  # fmt: skip


def _refuses_without_documents(t: Table) -> bool:
    return t.benefit.without_documents_days is not None


def _refusals(t: Table) -> dict[str, str]:
    found = {"informed": "decision_refused"}
    if _refuses_without_documents(t):
        found["without_documents"] = "refused_without_documents"
    return found


def _completion(t: Table) -> Steps:
    """§25, §26 and parallels: 2 working days after the documents came, at most 30 in all.

    Chapter 2 refuses where nothing came in 25; elsewhere the body decides on what there is (G-29).
    """
    refuses = _refuses_without_documents(t)
    days = t.benefit.without_documents_days or COMPLETION_AT_MOST_DAYS
    steps: Steps = (
        t.step("return_file", RULE, "return", AUTHORISED_BODY, STATE_CORPORATION, decisions.return_file,
               {"returned": "tell_return"}),
        t.tell("tell_return", "return", dialogue.tell_return, "documents", **WITHDRAWN),
        t.step("documents", TASK, "complete", STATE_CORPORATION, "Recipient", decisions.take_documents,
               {"brought": "supplement", "nothing": "refuse_without_documents" if refuses else "decide",
                **WITHDRAWN},
               limit=(days, "returned", "nothing"), limit_role="most"),
        t.step("supplement", TASK, "complete", STATE_CORPORATION, AUTHORISED_BODY, decisions.supplement,
               {"supplemented": "decide", "late": "supplement_late", **WITHDRAWN},
               limit=(COMPLETION_DAYS, "entered", "late")),
        t.step("supplement_late", TASK, "complete", STATE_CORPORATION, AUTHORISED_BODY,
               decisions.supplement, {"supplemented": "decide", "period_over": "decide", **WITHDRAWN},
               limit=(COMPLETION_AT_MOST_DAYS, "returned", "period_over"), limit_role="most"),
    )  # fmt: skip
    if refuses:
        steps += (
            t.step("refuse_without_documents", TASK, "most", AUTHORISED_BODY, None,
                   decisions.refuse_without_documents, {"refuse": "sign_refusal", **WITHDRAWN},
                   no_limit="§26 sets no time for issuing the refusal"),
        )  # fmt: skip
    return steps


def _notice(t: Table) -> Steps:
    """§28 and parallels, and the endings after a decision."""
    steps: Steps = (
        t.tell("tell_appointed", "tell", dialogue.tell_appointed, "inform_appointed"),
        t.step("inform_appointed", RULE, "tell", E_MAKET, SDU, decisions.inform_appointed,
               {"informed": "appointed"}),
        t.step("appointed", END, "tell", E_MAKET),
    )  # fmt: skip
    if t.benefit.human:
        steps += (t.step("decision_refused", END, "tell", E_MAKET),)
    if _refuses_without_documents(t):
        steps += (t.step("refused_without_documents", END, "most", AUTHORISED_BODY),)
    return steps
