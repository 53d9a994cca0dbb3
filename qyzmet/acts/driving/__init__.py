"""Act 2: a first driving licence applied for online, and its replacement online only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qyzmet.acts.driving.clauses import ACT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qyzmet.cases.package import ActPackage
    from qyzmet.cases.procedure import Procedure

__all__ = ["ACT", "package", "procedures"]


def procedures() -> Mapping[str, Procedure]:
    """The 18 steps of a first licence, and replacement, by their codes."""
    from qyzmet.acts.driving.procedure import PROCEDURES

    return PROCEDURES


def package() -> ActPackage:
    """Everything the kernel needs to carry the act out."""
    from qyzmet.acts.driving.deeds import ACTORS, DEEDS
    from qyzmet.acts.driving.duties import DUTIES
    from qyzmet.acts.driving.policies import POLICIES
    from qyzmet.acts.driving.procedure import PROCEDURES
    from qyzmet.acts.driving.words import FACT_TITLES
    from qyzmet.cases.package import ActPackage

    return ActPackage(
        ACT, PROCEDURES, POLICIES, fact_titles=FACT_TITLES, duties=DUTIES, deeds=DEEDS, actors=ACTORS
    )
