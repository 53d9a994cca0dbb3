"""Which decisions a correction touches, with the difference in money.

A figure touches the decisions whose day of the law lies in a corrected term and whose amount rests on it; a
fact those of the case in which it was corrected. Each is decided again with what is known now of that figure
or fact, all else as it was known on the decision's day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

import msgspec

from qyzmet.cases.case import Case
from qyzmet.cases.catalogue import Catalogue
from qyzmet.cases.corrections import facts_corrected
from qyzmet.cases.facts import Facts
from qyzmet.cases.package import ActPackage
from qyzmet.cases.placing import Keys
from qyzmet.cases.replaying import History, PastDecision, decided_at, past_decisions, unheard
from qyzmet.cases.rows import Connection
from qyzmet.law.figures import Figure, known_from
from qyzmet.runtime.clock import KZ
from qyzmet.runtime.errors import Refused


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that comes out otherwise now. `after` is None where people have to find the sum.

    Sums are in tiyn; `review` is the case that reviews the decision since the correction, where there is one.
    """

    case: int
    benefit: str
    law_on: date
    decided_at: datetime
    before: int
    after: int | None
    because: str = ""
    review: int | None = None

    @property
    def difference(self) -> int | None:
        return None if self.after is None else self.after - self.before


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """What a correction touches; `looked_at` is how many decisions were made again for it."""

    what: str
    since: date
    decisions: list[Touched]
    looked_at: int
    erased: int

    @property
    def tiyn(self) -> int:
        """All differences together, as far as they are known."""
        return sum(each.difference or 0 for each in self.decisions)


def by_figure(
    connection: Connection,
    keys: Keys,
    catalogue: Catalogue,
    name: str,
    since: date,
    progress: Callable[[int], None] = unheard,
) -> Affected:
    """What was learnt of a figure from a day on. Raises UnknownName, Refused where nothing was."""
    learnt = catalogue.figures.corrections(name, since)
    if not learnt:
        raise Refused(
            f"No correction of {name} was learnt since {since}. `qyzmet figure list {name}` shows all."
        )
    history, touched, looked_at, erased = History(connection, catalogue), list[Touched](), 0, 0
    for batch in past_decisions(connection, keys, catalogue, _candidates(connection, catalogue, learnt)):
        for past in batch:
            looked_at, erased = looked_at + 1, erased + (past.case is None)
            if past.case is not None and past.outcome == "appoint":
                touched += _touched_by_figure(past, past.case, catalogue, history, learnt)
        progress(len(batch))
    return Affected(
        what=f"figure {name}", since=since, looked_at=looked_at, erased=erased,
        decisions=_with_reviews(connection, catalogue, touched, known_from(learnt[0].learnt)),
    )  # fmt: skip


def by_fact(connection: Connection, keys: Keys, catalogue: Catalogue, name: str, since: date) -> Affected:
    """What was learnt of a fact from a day on, in decided cases. Raises Refused where nothing was."""
    moment = datetime.combine(since, time(), KZ)
    found, erased = facts_corrected(connection, keys, name, moment)
    if not found and not erased:
        raise Refused(
            f"No correction of the fact {name!r} was learnt since {since} in a case that had ended."
        )
    fact_of = {each.case: each.fact for each in found}
    history, touched, looked_at = History(connection, catalogue), list[Touched](), 0
    for batch in past_decisions(connection, keys, catalogue, list(fact_of)):
        for past in batch:
            looked_at += 1
            case = past.case
            if case is None or (name in case.facts and case.facts[name].value == fact_of[past.id].value):
                continue  # a second correction took the first one back
            changed = msgspec.structs.replace(case, facts=Facts({**case.facts, name: fact_of[past.id]}))
            package = catalogue.act_of(past.procedure)
            before = _computed(package, case, history)
            after = _computed(package, changed, history)
            known = isinstance(after, int) and after != before and past.outcome == "appoint"
            said = (
                after if isinstance(after, str) else "" if known else "its sum does not follow from it alone"
            )
            touched.append(
                _touched(past, case, catalogue, after if known and isinstance(after, int) else None, said)
            )
    return Affected(
        what=f"fact {name}", since=since, looked_at=looked_at, erased=erased,
        decisions=_with_reviews(connection, catalogue, touched, moment),
    )  # fmt: skip


def _candidates(connection: Connection, catalogue: Catalogue, learnt: Sequence[Figure]) -> list[int]:
    """Decisions of procedures whose amount rests on the figure, with a day of the law in a corrected term."""
    codes = {
        code
        for package in catalogue.packages.values()
        if package.again is not None
        for code in package.procedures
        if learnt[0].name in package.again.figures(code)
    }
    with connection.transaction():
        found = connection.execute(
            """SELECT d.case_id, c.as_of FROM decisions d JOIN cases c ON c.id = d.case_id
               JOIN procedures p ON p.id = c.procedure
               WHERE p.code = ANY(%s) AND d.outcome = 'appoint' AND c.as_of >= %s ORDER BY d.case_id""",
            (sorted(codes), min(each.since for each in learnt)),
        ).fetchall()
    return [case for case, as_of in found if any(as_of in each.in_force for each in learnt)]


def _touched_by_figure(
    past: PastDecision, case: Case, catalogue: Catalogue, history: History, learnt: Sequence[Figure]
) -> list[Touched]:
    package, at = catalogue.act_of(past.procedure), decided_at(case)
    assert package.again is not None
    law = history.law(package, at)
    later = [each for each in learnt if known_from(each.learnt) > at]
    if not later or package.again.amount(case, law) is None:
        return []  # decided with the correction, or by a sum that an official entered
    after: int | None
    try:
        after = package.again.amount(case, history.with_figures(law, later))
    except Refused as refused:
        return [_touched(past, case, catalogue, None, str(refused))]
    return [] if after == past.amount_tiyn else [_touched(past, case, catalogue, after, "")]


def _computed(package: ActPackage, case: Case, history: History) -> int | str | None:
    if package.again is None:
        return None
    try:
        return package.again.amount(case, history.law(package, decided_at(case)))
    except Refused as refused:
        return str(refused)


def _touched(past: PastDecision, case: Case, catalogue: Catalogue, after: int | None, said: str) -> Touched:
    return Touched(
        case=past.id, benefit=catalogue.by_number[past.procedure].code, law_on=case.as_of,
        decided_at=decided_at(case), before=past.amount_tiyn, after=after, because=said,
    )  # fmt: skip


def _with_reviews(
    connection: Connection, catalogue: Catalogue, found: Sequence[Touched], since: datetime
) -> list[Touched]:
    """With the case that reviews each decision since the correction was learnt."""
    reviews: dict[int, int] = {}
    cases = [each.case for each in found]
    for package in catalogue.packages.values():
        if package.again is not None and cases:
            reviews |= package.again.reviews(connection, cases, since)
    return [msgspec.structs.replace(each, review=reviews.get(each.case)) for each in found]


def told(found: Affected) -> dict[str, Any]:
    """For programs."""
    return {
        "what": found.what, "since": found.since.isoformat(), "looked_at": found.looked_at,
        "erased": found.erased, "tiyn": found.tiyn,
        "decisions": [
            msgspec.to_builtins(each) | {"difference": each.difference} for each in found.decisions
        ],
    }  # fmt: skip
