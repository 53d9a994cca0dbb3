"""Decides once more what was decided: for replay, for papers, and for what a correction touches.

The case is as it stood when it was decided, the law as it was read and known then. Where E-Maket computed the
amount it is computed again; where an official entered one, that stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import structs

from qyzmet.acts.proactive import decisions, openings, reviews
from qyzmet.acts.proactive.amounts import figures_of
from qyzmet.cases.case import Case, Law
from qyzmet.cases.facts import Facts
from qyzmet.cases.package import Again, Arrival
from qyzmet.cases.rows import Connection
from qyzmet.law.figures import Figures
from qyzmet.people.vault import Vault
from qyzmet.runtime.errors import Refused


def document(case: Case, law: Law) -> bytes:
    """The decision as it would be written: composed from the facts, its amount computed anew."""
    outcome = str(case.value("decision"))
    if "review.of" in case.facts:
        return reviews.document(case, law, outcome)
    drafted = case.facts.get("amount.sources") or case.facts.get("amount.refused")
    if drafted is not None:
        known = law.figures.as_known_at(drafted.learnt)
        found = decisions.draft(case, _at(law, drafted.learnt, known))
        case = structs.replace(case, facts=Facts({**case.facts, **found.facts}))
    return decisions.document(case, law, outcome)


def _at(law: Law, moment: datetime, figures: Figures) -> Law:
    return Law(moment, law.calendar, law.policies, figures)


def amount(case: Case, law: Law) -> int | None:
    """In tiyn; None where an official entered it. Raises Refused where it cannot be told."""
    if "review.of" in case.facts or "amount.sources" not in case.facts:
        return None
    found = decisions.draft(case, law)
    if found.name != "drafted":
        raise Refused(str(found.facts["amount.refused"].value))
    tiyn: int = found.facts["amount"].value
    return tiyn


def arithmetic(case: Case, law: Law, language: str) -> Sequence[str]:
    """How the amount was come to, in words."""
    if "review.of" in case.facts or "amount.sources" not in case.facts:
        return ()
    return [line[language] for line in decisions.reckoned(case, law).lines]


def figures(procedure: str) -> Collection[str]:
    return figures_of(procedure)


def review(connection: Connection, vault: Vault, case: int, because: str, by: str, now: datetime) -> Arrival:
    """A correction by the authorised body. Raises Refused where a review is open or the person was erased."""
    return openings.review_arrival(connection, vault, case, "correction", because, by, now)


def reviewed(connection: Connection, cases: Sequence[int], since: datetime) -> Mapping[int, int]:
    """By case the last review of it that was opened from a moment on."""
    with connection.transaction():
        found = connection.execute(
            """SELECT split_part(event, '/', 1)::bigint, max(case_id) FROM registry_events
               WHERE source = %s AND at >= %s AND case_id IS NOT NULL
                   AND split_part(event, '/', 1)::bigint = ANY(%s) GROUP BY 1""",
            (openings.REVIEWS, since, list(cases)),
        ).fetchall()
    return dict(found)


def standing(connection: Connection, case: int) -> int | None:
    """The case whose decision stands: this one, or the last review that did not leave it standing."""
    found = openings.last_decision(connection, openings.root_of(connection, case))
    return None if found is None else found.case


AGAIN = Again(document, amount, arithmetic, figures, review, openings.REVIEWS, reviewed, standing)
