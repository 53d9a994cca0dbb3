"""A made-up act with a step of every kind, to test the kernel without any real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from qyzmet.cases.case import Case, Decision, Event, Fact, Law, Message, Outcome, PaymentOrder, TaskOrder
from qyzmet.cases.package import ActPackage, Arrival, Desk
from qyzmet.cases.procedure import Kind, Limit, Procedure, Step
from qyzmet.law.act import LegalAct, Period
from qyzmet.runtime.errors import PartnerAway, PartnerNonsense

ACT = LegalAct("toy", {"en": "Toy act"}, "made up", Period(date(2024, 1, 1), date(2025, 12, 31)))
C = {place: ACT.clause(place, f"place {place}") for place in ("§1", "§2", "§3", "§4", "§5", "§6", "§7", "§8")}

SECRET = "a secret value"


@dataclass
class Partner:
    """The outside of the toy act: a registry, a bank and a payer that recognises repeats by their key."""

    away: bool = False  #: does not answer at all
    nonsense: bool = False  #: answers what the contract does not allow
    silent: set[int] = field(default_factory=set)  #: cases left out of answers
    broken: set[int] = field(default_factory=set)  #: cases over which the step itself breaks
    found: set[int] = field(default_factory=set)  #: cases whose account is there
    others: dict[int, str] = field(default_factory=dict)  #: answers that nobody asked for
    asked: list[list[int]] = field(default_factory=list)
    paid: dict[str, int] = field(default_factory=dict)  #: how often each key came

    def size(self, case: Case) -> int:
        return 4

    def has_account(self, case: Case) -> bool:
        return case.id in self.found

    def pay(self, key: str) -> str:
        self.paid[key] = self.paid.get(key, 0) + 1
        return f"receipt of {key}"


PARTNER = Partner()
ANSWERS: dict[str, str | None] = {"7#1": "agree", "7#2": "refuse"}


def register(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    PARTNER.asked.append([case.id for case in cases])
    if PARTNER.away:
        raise PartnerAway("the toy registry does not answer")
    if PARTNER.nonsense:
        raise PartnerNonsense("the toy registry answers in verse")
    if PARTNER.broken.intersection(case.id for case in cases):
        raise RuntimeError(SECRET)
    answers: dict[int, Outcome | str] = dict(PARTNER.others)
    for case in cases:
        if case.id not in PARTNER.silent:
            answers[case.id] = Outcome("known", facts={"size": desk.law.fact(PARTNER.size(case), "registry")})
    return answers


def big(case: Case, law: Law) -> Outcome | str:
    if case.value("explode"):
        raise RuntimeError(SECRET)
    if case.value("unwritable"):
        return Outcome("yes", facts={"thing": law.fact(object(), "nowhere")})
    name = "yes" if case.value("size") >= 4 else "no"
    return Outcome(name, findings=[law.finding(C["§2"], name, case, "size")])


def ask(case: Case, law: Law) -> Message:
    if case.value("unaskable"):
        raise RuntimeError(SECRET)
    return Message(
        address=case.value("address", "aa"), prefix="7", template=case.value("template", "question")
    )


def hear(case: Case, event: Event, law: Law) -> Outcome | str | None:
    if event.body["text"] == "7#boom" and "7#boom" not in ANSWERS:
        raise RuntimeError(SECRET)
    answer = ANSWERS.get(str(event.body["text"]))
    return None if answer is None else Outcome(answer, facts={"reply": law.fact(answer, "person")})


def look(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome | str]:
    if PARTNER.away:
        raise PartnerAway("the toy bank does not answer")
    return {case.id: "found" for case in cases if PARTNER.has_account(case)}


def task(case: Case, law: Law) -> TaskOrder:
    return TaskOrder(
        role="officer",
        office=f"office/{case.region}",
        outcomes=tuple(case.value("task outcomes", ["appoint", "refuse"])),
    )


def pay(cases: Sequence[Case], desk: Desk) -> Mapping[int, Outcome]:
    return {case.id: Outcome("paid", records=_records(case)) for case in cases}


def _records(case: Case) -> list[Decision | PaymentOrder]:
    amount, key = case.value("amount", 100), f"toy/{case.id}"
    decision = Decision(
        outcome="appoint", amount_tiyn=amount, document=b'{"a":1}', signature=b"s", signer="head"
    )
    return [decision, PaymentOrder(key=key, amount_tiyn=amount, receipt=PARTNER.pay(key))]


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
            "bad": lambda values, identity, language: {}[SECRET],
            "told": lambda values, identity, language: "Done.",
        },
    )


def arrival(number: int, iin: str, **facts: object) -> Arrival:
    at = datetime(2024, 2, 12, 4, tzinfo=UTC)
    return Arrival(
        event=f"E{number}",
        at=at,
        iin=iin,
        region="75",
        as_of=date(2024, 2, 12),
        procedure="TOY",
        facts={name: Fact(value, "test", at) for name, value in facts.items()},
    )
