"""A made-up act for the benchmark: fourteen durable steps, one reply, one timer.

A resident's household is weighed against a line (six rules), the resident is asked and answers
(one question, three rules), an objection may be raised for three working days and is not (one
timer), and aid is granted (three rules). Rules learn facts and make findings as those of a real
act do; they compute next to nothing, because it is the engine that is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from qyzmet.cases.case import Case, Event, Fact, Law, Message, Outcome, TaskOrder
from qyzmet.cases.package import ActPackage, Arrival
from qyzmet.cases.procedure import Kind, Limit, Procedure, Step
from qyzmet.law.act import LegalAct, Period

ACT = LegalAct("bench", {"en": "Fuel aid (made up)"}, "made up", Period(date(2024, 1, 1), date(2025, 12, 31)))
C = {number: ACT.clause(f"§{number}", f"place {number}") for number in range(1, 18)}

AS_OF = date(2024, 2, 12)
HAPPENED = datetime(2024, 2, 12, 3, tzinfo=UTC)
#: When cases are opened, when replies come in, and a moment at which no objection is possible any more.
OPENING = datetime(2024, 2, 12, 4, tzinfo=UTC)
REPLYING = datetime(2024, 2, 12, 6, tzinfo=UTC)
OBJECTED = datetime(2024, 2, 19, 4, tzinfo=UTC)

REPLY = "9#1"
LINE = 70_000
AID_PER_HEAD = 12_000

Rule = Callable[[Case, Law], Outcome | str]


def resident(case: Case, law: Law) -> str:  # noqa: ARG001
    return "yes" if case.value("address") else "no"


def household(case: Case, law: Law) -> Outcome:
    heads = law.fact(case.value("household"), "register of households", case.as_of)
    return Outcome("known", {"heads": heads})


def income(case: Case, law: Law) -> Outcome:
    per_head = law.fact(case.value("income") // case.value("heads"), "Qyzmet")
    return Outcome("known", {"per_head": per_head}, [law.finding(C[3], "computed", case, "income", "heads")])


def line(case: Case, law: Law) -> Outcome | str:
    if case.value("per_head") >= LINE:
        return "above"
    return Outcome("below", findings=[law.finding(C[4], "met", case, "per_head")])


def amount(case: Case, law: Law) -> Outcome:
    aid = law.fact(case.value("heads") * AID_PER_HEAD, "Qyzmet", case.as_of)
    return Outcome("computed", {"amount": aid}, [law.finding(C[5], "computed", case, "heads")])


def recipient(case: Case, law: Law) -> Outcome:  # noqa: ARG001
    return Outcome("known", recipient=case.subject)


def ask(case: Case, law: Law) -> Message:  # noqa: ARG001
    values = {"amount": case.value("amount")}
    return Message(address=case.value("address"), prefix="9", template="consent", values=values)


def hear(case: Case, event: Event, law: Law) -> Outcome | None:
    if event.body["text"] != REPLY:
        return None
    finding = law.finding(C[7], "agree", case, "amount")
    return Outcome("agree", {"reply": Fact("agree", "SMS", event.at)}, [finding])


def account(case: Case, law: Law) -> Outcome:
    fact = law.fact("open", "register of accounts", case.as_of)
    return Outcome("known", {"account": fact})


def other_aid(case: Case, law: Law) -> Outcome:
    return Outcome("none", findings=[law.finding(C[9], "none", case, "account")])


def draft(case: Case, law: Law) -> Outcome:
    rests_on = ("per_head", "amount", "reply", "account")
    return Outcome("grant", findings=[law.finding(C[10], "grant", case, *rests_on)])


def objection(case: Case, law: Law) -> TaskOrder:  # noqa: ARG001
    return TaskOrder(role="reviewer", office=f"aid/{case.region}", outcomes=("object",))


def confirm(case: Case, law: Law) -> str:  # noqa: ARG001
    return "yes" if case.value("account") == "open" else "no"


def order(case: Case, law: Law) -> Outcome:
    fact = law.fact("ordered", "Qyzmet", case.as_of)
    return Outcome("made", {"order": fact}, [law.finding(C[13], "ordered", case, "amount", "account")])


def close(case: Case, law: Law) -> str:  # noqa: ARG001
    return "closed"


def _rule(number: int, name: str, act: Rule, **outcomes: str) -> Step:
    return Step(name, Kind.RULE, C[number], "Aid office", {"en": name}, outcomes, act)


PROCEDURE = Procedure(
    "FUEL_AID",
    {"en": "Fuel aid (made up)"},
    _rule(1, "resident", resident, yes="household", no="refused"),
    _rule(2, "household", household, known="income"),
    _rule(3, "income", income, known="line"),
    _rule(4, "line", line, below="amount", above="refused"),
    _rule(5, "amount", amount, computed="recipient"),
    _rule(6, "recipient", recipient, known="consent"),
    Step(
        "consent",
        Kind.ASK,
        C[7],
        "Aid office",
        {"en": "ask the resident"},
        {"agree": "account", "silence": "silent"},
        ask,
        hear=hear,
        limit=Limit(3, C[7], "entered", "silence"),
    ),
    _rule(8, "account", account, known="other_aid"),
    _rule(9, "other_aid", other_aid, none="draft"),
    _rule(10, "draft", draft, grant="objection"),
    Step(
        "objection",
        Kind.TASK,
        C[11],
        "Review board",
        {"en": "wait for objections"},
        {"object": "refused", "unopposed": "confirm"},
        objection,
        limit=Limit(3, C[11], "entered", "unopposed"),
    ),
    _rule(12, "confirm", confirm, yes="order", no="refused"),
    _rule(13, "order", order, made="close"),
    _rule(14, "close", close, closed="granted"),
    Step("granted", Kind.END, C[15], "Aid office", {"en": "granted"}),
    Step("refused", Kind.END, C[16], "Aid office", {"en": "refused"}),
    Step("silent", Kind.END, C[17], "Aid office", {"en": "no answer"}),
)


def package() -> ActPackage:
    return ActPackage(ACT, {PROCEDURE.code: PROCEDURE})


def region_of(number: int) -> str:
    return f"{number % 20:02d}"


def arrival(number: int, iin: str, address: str) -> Arrival:
    """The event that opens the `number`-th case."""
    heads = 1 + number % 7
    return Arrival(
        event=f"E{number:09d}",
        at=HAPPENED,
        iin=iin,
        region=region_of(number),
        as_of=AS_OF,
        procedure=PROCEDURE.code,
        facts={
            "address": Fact(address, "register of residents", HAPPENED, AS_OF),
            "household": Fact(heads, "register of households", HAPPENED, AS_OF),
            "income": Fact(heads * 50_000 + number % 1000, "register of incomes", HAPPENED, AS_OF),
        },
    )
