"""The API under /api/v1/proactive: reconciliation with ODK, its questions, and the review of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from qyzmet.cases import payments
from qyzmet.cases.payments import PaymentQuestion
from qyzmet.web.operations import Call, Line, Operation
from qyzmet.web.proactive.reviewing import ask_for_review

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class PaymentSums(msgspec.Struct, frozen=True):
    """PaymentSums of all references in one state, in tiyn."""

    explained: str
    references: int
    ordered_tiyn: int
    paid_tiyn: int
    returned_tiyn: int


class PaymentTrouble(msgspec.Struct, frozen=True):
    """A message of ODK that could not be read, or contradicts what came before."""

    number: str
    kind: str
    trouble: str


class Reconciliation(msgspec.Struct, frozen=True):
    """All money as it stands; `agrees` where every tiyn is in exactly one state and no message in trouble."""

    day: str
    at: str
    orders: int
    ordered_tiyn: int
    paid_tiyn: int
    returned_tiyn: int
    states: dict[str, PaymentSums]
    for_people: int
    troubled_messages: list[PaymentTrouble]
    agrees: bool


class PaymentQuestionList(msgspec.Struct, frozen=True):
    questions: list[PaymentQuestion]


class SettleQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a reference was explained that no case deals with."""

    reference: Line
    note: Text


class QuestionSettled(msgspec.Struct, frozen=True):
    reference: str


class NewDecisionReview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An official enters a recipient's appeal, or corrects the body's own decision."""

    kind: Literal["appeal", "correction"]
    reason: Text


class DecisionReview(msgspec.Struct, frozen=True):
    """The case in which the decision is reviewed."""

    case: int


def _reconciliation(call: Call) -> Reconciliation:
    found: dict[str, Any] = payments.report(call.desk.connection, call.context.clock.now())
    return msgspec.convert(found, Reconciliation)


def _questions(call: Call) -> PaymentQuestionList:
    return PaymentQuestionList(payments.questions(call.desk.connection, call.context.clock.now()))


def _settle(call: Call) -> QuestionSettled:
    body: SettleQuestion = call.body
    now = call.context.clock.now()
    payments.settle(call.desk.connection, body.reference, call.user.id, body.note, now)
    return QuestionSettled(body.reference)


def _review(call: Call) -> DecisionReview:
    body: NewDecisionReview = call.body
    case = call.worker.case(call.number("case")).id
    return DecisionReview(ask_for_review(call.context, call.desk, call.user, case, body.kind, body.reason))


def operations() -> Sequence[Operation]:
    see = "proactive.payments"
    return (
        Operation("GET", "/proactive/payments", "reconcile_payments", "Where all money is", see,
                  _reconciliation, Reconciliation),
        Operation("GET", "/proactive/payments/questions", "list_payment_questions",
                  "References people look into", see, _questions, PaymentQuestionList),
        Operation("POST", "/proactive/payments/settle", "settle_payment_question",
                  "Says how a reference was explained", "proactive.settle", _settle, QuestionSettled,
                  body=SettleQuestion),
        Operation("POST", "/proactive/cases/{case:int}/review", "review_decision",
                  "Opens the review of a decision", "proactive.review", _review, DecisionReview,
                  body=NewDecisionReview),
    )  # fmt: skip
