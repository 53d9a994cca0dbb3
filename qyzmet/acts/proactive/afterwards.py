"""What may come after a decision: its review by the authorised body, and questions about its money.

The act has no paragraph of its own on either. A review is a decision like any other: it is made, placed and
told of under the paragraphs by which the body decides (§24), E-Maket places (§27) and the recipient is told
(§28); until when it may be asked for and how long it takes is said by the Administrative Procedural and
Process-Related Code of 29 June 2020 No 350-VI (articles 92 and 99).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qyzmet.acts.proactive import questions, reviews
from qyzmet.acts.proactive.clauses import ACT
from qyzmet.acts.proactive.table import (
    ASK,
    AUTHORISED_BODY,
    E_MAKET,
    EFFECT,
    END,
    QUERY,
    RECIPIENT,
    RULE,
    TASK,
)
from qyzmet.acts.proactive.words import TITLES
from qyzmet.cases.procedure import Kind, Limit, Procedure, Step

REVIEW, QUESTION = "DECISION_REVIEW", "PAYMENT_QUESTION"
#: Working days for an appeal from the day it came in (Code, article 99).
REVIEW_DAYS = 20

NAMES: Mapping[str, Mapping[str, str]] = {
    REVIEW: {
        "kk": "шешімді қайта қарау",
        "ru": "пересмотр решения",
        "en": "review of a decision",
    },
    QUESTION: {
        "kk": "төлем туралы мәселе",
        "ru": "вопрос о выплате",
        "en": "question about a payment",
    },
}  # fmt: skip

_NO_LIMIT = "no act sets a time for it"


def _step(
    name: str,
    kind: Kind,
    place: str,
    actor: str,
    receiver: str | None = None,
    act: Any = None,
    outcomes: Mapping[str, str] | None = None,
    *,
    days: int | None = None,
) -> Step:
    waits = kind in (TASK, ASK)
    return Step(
        name=name,
        kind=kind,
        clause=ACT[place],
        actor=actor,
        receiver=receiver,
        title=TITLES[name],
        outcomes=outcomes or {},
        act=act,
        limit=Limit(days, ACT[place]) if days else None,
        no_limit_because=_NO_LIMIT if waits and not days else None,
    )


def review() -> Procedure:
    """An appeal of the recipient or a correction by the body: a new decision beside the old one."""
    step = _step
    return Procedure(
        REVIEW, NAMES[REVIEW],
        step("admit", RULE, "§24", AUTHORISED_BODY, None, reviews.admit,
             {"in_time": "review", "late": "review"}),
        step("review", TASK, "§24", AUTHORISED_BODY, None, reviews.consider,
             {"appoint": "sign_new", "refuse": "sign_annulled", "stands": "sign_stands"}, days=REVIEW_DAYS),
        step("sign_new", EFFECT, "§24", AUTHORISED_BODY, None, reviews.sign_new, {"signed": "tell_new"}),
        step("sign_annulled", EFFECT, "§24", AUTHORISED_BODY, None, reviews.sign_annulled,
             {"signed": "tell_annulled"}),
        step("sign_stands", EFFECT, "§24", AUTHORISED_BODY, None, reviews.sign_stands,
             {"signed": "tell_stands"}),
        step("tell_new", ASK, "§28", E_MAKET, RECIPIENT, reviews.tell_new, {"sent": "money"}),
        step("tell_annulled", ASK, "§28", E_MAKET, RECIPIENT, reviews.tell_annulled, {"sent": "money"}),
        step("tell_stands", ASK, "§28", E_MAKET, RECIPIENT, reviews.tell_stands, {"sent": "decision_stands"}),
        step("money", RULE, "§27", E_MAKET, None, reviews.money,
             {"more": "place_more", "nothing": "decided_anew", "overpaid": "claim_back"}),
        step("place_more", EFFECT, "§27", E_MAKET, "ODK", reviews.place_more,
             {"placed": "decided_anew", "left_to_the_rules": "decided_anew"}),
        step("claim_back", TASK, "§27", AUTHORISED_BODY, RECIPIENT, questions.claim_back,
             {"claimed": "claimed_back", "waived": "decided_anew"}),
        step("decided_anew", END, "§28", AUTHORISED_BODY),
        step("claimed_back", END, "§27", AUTHORISED_BODY),
        step("decision_stands", END, "§28", AUTHORISED_BODY),
    )  # fmt: skip


def question() -> Procedure:
    """Money that came back, was not paid, or was paid too much: an official finds out and mends it."""
    step = _step
    return Procedure(
        QUESTION, NAMES[QUESTION],
        step("look_into", TASK, "§27", AUTHORISED_BODY, "ODK", questions.look_into,
             {"order_again": "accounts_again", "claimed": "claimed_back", "waived": "explained",
              "explained": "explained"}),
        step("accounts_again", QUERY, "§18", E_MAKET, "banks", questions.accounts_again,
             {"found": "place_again", "none": "look_into"}),
        step("place_again", EFFECT, "§27", E_MAKET, "ODK", questions.place_again,
             {"placed": "tell_again", "changed": "settled_otherwise"}),
        step("tell_again", ASK, "§28", E_MAKET, RECIPIENT, questions.tell_again, {"sent": "ordered_again"}),
        step("ordered_again", END, "§27", E_MAKET),
        step("claimed_back", END, "§27", AUTHORISED_BODY),
        step("explained", END, "§27", AUTHORISED_BODY),
        step("settled_otherwise", END, "§27", E_MAKET),
    )  # fmt: skip


AFTERWARDS: Mapping[str, Procedure] = {REVIEW: review(), QUESTION: question()}
