"""A made-up act with a step of every kind, to test the kernel without any real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from qyzmet.cases.case import Case, Decision, Event, Law, Message, Outcome, PaymentOrder, TaskOrder
from qyzmet.cases.package import ActPackage, Arrival, Desk
from qyzmet.cases.procedure import Kind, Limit, Procedure, Step
from qyzmet.law.act import LegalAct, Period
from qyzmet.runtime.errors import PartnerAway

ACT = LegalAct("toy", {"en": "Toy act"}, "made up", Period(date(2024, 1, 1), date(2025, 12, 31)))
C = {place: ACT.clause(place, f"place {place}") for place in ("§1", "§2", "§3", "§4", "§5", "§6", "§7", "§8")}

PARTNER: dict[str, object] = {"away": False, "silent": set(), "broken": set(), "found": set(), "asked": 0}


def register(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    PARTNER["asked"] = int(PARTNER["asked"]) + 1  # type: ignore[call-overload]
    if PARTNER["away"]:
        raise PartnerAway("the toy registry does not answer")
    broken: set[int] = PARTNER["broken"]  # type: ignore[assignment]
    if broken.intersection(case.id for case in cases):
        raise RuntimeError("a secret value")
    silent: set[int] = PARTNER["silent"]  # type: ignore[assignment]
    return {
        case.id: Outcome("known", facts={"size": desk.law.fact(4, "registry")})
        for case in cases
        if case.id not in silent
    }


def big(case: Case, law: Law) -> Outcome | str:
    if case.value("explode"):
        raise RuntimeError("a secret value")
    name = "yes" if case.value("size") >= 4 else "no"
    return Outcome(name, findings=[law.finding(C["§2"], name, case, "size")])


def ask(case: Case, law: Law) -> Message:
    return Message(address=case.value("address", "aa"), prefix="7", template="question")


def hear(case: Case, event: Event, law: Law) -> Outcome | str | None:
    answer = {"7#1": "agree", "7#2": "refuse"}.get(str(event.body["text"]))
    return None if answer is None else Outcome(answer, facts={"reply": law.fact(answer, "person")})


def look(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    found: set[int] = PARTNER["found"]  # type: ignore[assignment]
    return {case.id: "found" for case in cases if case.id in found}


def task(case: Case, law: Law) -> TaskOrder:
    return TaskOrder(role="officer", office=f"office/{case.region}", outcomes=("appoint", "refuse"))


def pay(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome]:
    return {
        case.id: Outcome(
            "paid",
            records=[
                Decision(
                    outcome="appoint",
                    amount_tiyn=100,
                    document=b'{"a":1}',
                    signature=b"s",
                    signer="head",
                ),
                PaymentOrder(key=f"toy/{case.id}", amount_tiyn=100, receipt="r"),
            ],
        )
        for case in cases
    }


def tell(case: Case, law: Law) -> Message:
    return Message(address=case.value("address", "aa"), template="told")


def title(text: str) -> dict[str, str]:
    return {"en": text}


STEPS = (
    Step(
        "register",
        Kind.QUERY,
        C["§1"],
        "Toy",
        title("Look up"),
        {"known": "big"},
        register,
        receiver="Registry",
    ),
    Step("big", Kind.RULE, C["§2"], "Toy", title("Big enough"), {"yes": "consent", "no": "small"}, big),
    Step(
        "consent",
        Kind.ASK,
        C["§3"],
        "Toy",
        title("Ask"),
        {"agree": "watch", "refuse": "refused", "silence": "silent"},
        ask,
        hear=hear,
        limit=Limit(3, C["§3"], "sent", "silence"),
    ),
    Step(
        "watch",
        Kind.WATCH,
        C["§4"],
        "Toy",
        title("Look for an account"),
        {"found": "decide", "none": "silent"},
        look,
        limit=Limit(3, C["§4"], "consent.sent", "none"),
        every=timedelta(hours=1),
    ),
    Step(
        "decide",
        Kind.TASK,
        C["§5"],
        "Office",
        title("Decide"),
        {"appoint": "pay", "refuse": "refused"},
        task,
        limit=Limit(3, C["§5"]),
    ),
    Step("pay", Kind.EFFECT, C["§6"], "Toy", title("Pay"), {"paid": "tell"}, pay, receiver="Payer"),
    Step(
        "tell",
        Kind.ASK,
        C["§7"],
        "Toy",
        title("Tell"),
        {"sent": "paid"},
        tell,
        no_limit_because="ends when the message is handed over",
    ),
    Step("small", Kind.END, C["§2"], "Toy", title("Too small")),
    Step("refused", Kind.END, C["§3"], "Toy", title("Refused")),
    Step("silent", Kind.END, C["§3"], "Toy", title("No answer")),
    Step("paid", Kind.END, C["§8"], "Toy", title("Paid")),
)
PROCEDURE = Procedure("TOY", title("Toy procedure"), *STEPS)


def package() -> ActPackage:
    return ActPackage(
        ACT,
        {"TOY": PROCEDURE},
        templates={
            "question": lambda values, identity, language: f"Dear {identity.surname}, 7#1 or 7#2?",
            "told": lambda values, identity, language: "Done.",
        },
    )


def arrival(number: int, iin: str, **facts: object) -> Arrival:
    at = datetime(2024, 2, 12, 4, tzinfo=UTC)
    from qyzmet.cases.case import Fact

    return Arrival(
        event=f"E{number}",
        at=at,
        iin=iin,
        region="75",
        as_of=date(2024, 2, 12),
        procedure="TOY",
        facts={name: Fact(value, "test", at) for name, value in facts.items()},
    )
