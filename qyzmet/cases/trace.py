"""Which steps of which procedures stand under a clause."""

from __future__ import annotations

from collections.abc import Iterable

from qyzmet.cases.procedure import Procedure


def steps_by_clause(procedures: Iterable[Procedure]) -> dict[str, list[str]]:
    """Clause id to steps as `PROCEDURE/step`: those it orders, and those whose time it limits."""
    found: dict[str, list[str]] = {}
    for procedure in procedures:
        for step in procedure.steps.values():
            clauses = {step.clause.id: None} | ({step.limit.clause.id: None} if step.limit else {})
            for clause in clauses:
                found.setdefault(clause, []).append(f"{procedure.code}/{step.name}")
    return found
